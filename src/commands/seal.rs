//! `seal` and `unseal`: rewrite the stored files sealed or plain, and record the choice in the configuration for new
//! ones.
//!
//! A file is replaced as a whole, under its lock. If the command is interrupted, every file can still be read, and
//! running it again does the rest. A plain file is refused where the configuration says that it is sealed, and a key
//! file is read only if the configuration names it. So both commands change the configuration twice. Before any file is
//! rewritten, plain files are allowed, and `seal_keys` names every key file that is needed; in the end the choice
//! stands there alone.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::account::{client_secret_path, files_with_tokens, login_label, successors};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli;
use crate::commands::error::CommandError;
use crate::context::{Context, credentials_path};
use crate::platform;
use crate::profile::{
    Holds, Issuer, KeyPlace, NewProfile, Profile, Profiles, Seal, SetKeyError, has_key, with_added,
    with_key, without_added,
};
use crate::store::{Converted, CredentialStore, Form, Keys, Label, Sealing, Store, StoreError};

/// The keys of the configuration that say whether token files are sealed, and saved credentials.
const SEAL: &str = "seal";
const SEAL_SAVED: &str = "seal_saved";
/// The key that names further key files.
const SEAL_KEYS: &str = "seal_keys";

/// Makes the key if it is missing, seals the selected files, and records the choice in the configuration. The key is in
/// `--key-file`, else where the configuration says, else in the keyring. Fails with `PartlyFailed`, and does not record
/// the choice, if any file could not be sealed; the warnings say which.
pub(super) fn seal(context: &Context, options: &cli::Seal) -> Result<()> {
    let selected = Selected::new(context, &options.selection)?;
    let key_place = match &options.key_file {
        Some(text) => parse_key_file(text)?,
        None => selected
            .configured_key_place(context)?
            .unwrap_or(KeyPlace::Keyring),
    };
    let choice = Seal::Under(key_place.clone());
    let recording = Recording::new(context, &selected, choice.clone())?;
    let keys = context.keys_also_at(Some(key_place.clone()));
    if keys.create_if_missing(&key_place)? {
        context.say(&new_key_message(&key_place));
    }
    recording.begin()?;
    let conversion = Conversion::new(context, keys, choice);
    conversion.convert_all(&selected)?;
    conversion.finish("`prusa-cred seal`")?;
    recording.finish()
}

/// Rewrites the selected files as plain ones, and records the choice in the configuration. A key is searched for in
/// `--key-file` too. Fails with `PartlyFailed` if any file could not be unsealed; the warnings say which, and the
/// configuration goes on naming its key. If none was unsealed, the configuration stays as it was.
pub(super) fn unseal(context: &Context, options: &cli::Unseal) -> Result<()> {
    let selected = Selected::new(context, &options.selection)?;
    let key_place = options
        .key_file
        .as_deref()
        .map(parse_key_file)
        .transpose()?;
    let recording = Recording::new(context, &selected, Seal::None)?;
    let keys = context.keys_also_at(key_place);
    recording.begin()?;
    let conversion = Conversion::new(context, keys, Seal::None);
    conversion.convert_all(&selected)?;
    if let Err(error) = conversion.finish("`prusa-cred unseal`") {
        if conversion.count.get() == 0 {
            recording.undo()?;
        }
        return Err(error);
    }
    recording.finish()
}

/// Returns the place that the value of `--key-file` names, always a file, even for `keyring`; the file is not read. A
/// path may be relative to the working directory. A usage error if it cannot be written in the configuration.
fn parse_key_file(text: &str) -> Result<KeyPlace> {
    let key_place = KeyPlace::parse(text).filter(|place| *place != KeyPlace::Keyring);
    let absolute = || {
        let path = std::path::absolute(text).ok()?.into_os_string();
        KeyPlace::parse(&path.into_string().ok()?)
    };
    key_place.or_else(absolute).ok_or_else(|| {
        CommandError::Usage(
            "--key-file: this path cannot be written in the configuration".to_owned(),
        )
        .into()
    })
}

/// Returns the sentence that says where a new key was made.
fn new_key_message(key_place: &KeyPlace) -> String {
    match key_place {
        KeyPlace::Keyring => "made a new key in the keyring".to_owned(),
        KeyPlace::File(path) => {
            format!("made a new key in {path}: keep a copy, no sealed file can be read without it")
        }
    }
}

/// What to seal or unseal.
enum Selected<'a> {
    Profile(&'a Profile),
    All(Vec<&'a Profile>),
    SavedCredentials,
}

impl<'a> Selected<'a> {
    /// Returns what the options select: all profiles in use with `--all`, the saved credentials with `--saved`, else
    /// the chosen profile. Fails if the profiles cannot be read or no profile can be chosen.
    fn new(context: &'a Context, selection: &cli::Selection) -> Result<Self> {
        Ok(match (selection.all, selection.saved) {
            (true, _) => Self::All(profiles_in_use(context)?),
            (false, true) => Self::SavedCredentials,
            (false, false) => Self::Profile(chosen_profile(context)?),
        })
    }

    /// Returns the selected profiles; none if only the saved credentials are selected.
    fn profiles(&self) -> &[&'a Profile] {
        match self {
            Self::Profile(profile) => std::slice::from_ref(profile),
            Self::All(profiles) => profiles,
            Self::SavedCredentials => &[],
        }
    }

    /// Returns whether the saved credentials are selected, alone or with all profiles.
    fn includes_saved_credentials(&self) -> bool {
        matches!(self, Self::All(_) | Self::SavedCredentials)
    }

    /// Returns where the key for new files is according to the configuration; `None` if that names no key. One that was
    /// unsealed gets the key of the top level again.
    fn configured_key_place(&self, context: &Context) -> Result<Option<KeyPlace>> {
        let profiles = context.profiles()?;
        let seal = match self {
            Self::Profile(profile) => profile.seal.as_ref(),
            Self::All(_) => profiles.seal(),
            Self::SavedCredentials => profiles.seal_of_saved(),
        };
        let place = seal.and_then(Seal::place);
        let of_top_level = || profiles.seal().and_then(Seal::place);
        Ok(place.or_else(of_top_level).cloned())
    }

    /// Returns whether the configuration has the choice already; no setting for a profile is `none`.
    fn is_recorded(&self, context: &Context, choice: &Seal) -> Result<bool> {
        let profiles = context.profiles()?;
        Ok(match self {
            // Without the key, plain files stay plain.
            Self::Profile(profile) => profile.seal.as_ref().unwrap_or(&Seal::None) == choice,
            Self::SavedCredentials => profiles.seal_of_saved() == Some(choice),
            Self::All(_) => {
                let has_choice = |profile: &Profile| profile.seal.as_ref() == Some(choice);
                profiles.seal() == Some(choice)
                    && profiles.seal_of_saved() == Some(choice)
                    && profiles.iter().all(has_choice)
            }
        })
    }

    /// Returns the text of the configuration with the choice in it: for all profiles above all tables, and wherever
    /// `seal_saved` or a profile's own `seal` is set.
    fn edited(&self, text: &str, value: &str, context: &Context) -> Result<String, SetKeyError> {
        match self {
            Self::Profile(profile) => with_key(text, Some(&table_for(profile)), SEAL, value),
            Self::SavedCredentials => with_key(text, None, SEAL_SAVED, value),
            Self::All(_) => {
                let mut text = with_key(text, None, SEAL, value)?;
                if has_key(&text, None, SEAL_SAVED)? {
                    text = with_key(&text, None, SEAL_SAVED, value)?;
                }
                for profile in context.profiles().into_iter().flat_map(Profiles::iter) {
                    if has_key(&text, Some(&profile.name), SEAL)? {
                        text = with_key(&text, Some(&table_for(profile)), SEAL, value)?;
                    }
                }
                Ok(text)
            }
        }
    }
}

/// How a choice gets into the configuration, while files are rewritten and afterwards.
struct Recording<'a> {
    context: &'a Context,
    selected: &'a Selected<'a>,
    choice: Seal,
    /// Whether the configuration had the choice before.
    is_recorded: bool,
    /// What `begin` has done, if anything.
    begun: RefCell<Option<Begun>>,
}

/// A change of the configuration for as long as files are rewritten.
struct Begun {
    before: String,
    during: String,
    /// The key files that were added to `seal_keys`.
    added: Vec<KeyPlace>,
}

impl<'a> Recording<'a> {
    /// Returns how to record this choice. Fails if it cannot be written into the configuration, so that no key is made
    /// and no file rewritten then.
    fn new(context: &'a Context, selected: &'a Selected<'a>, choice: Seal) -> Result<Self> {
        let recording = Self {
            context,
            selected,
            is_recorded: selected.is_recorded(context, &choice)?,
            choice,
            begun: RefCell::default(),
        };
        if !recording.is_recorded {
            context.check_config_change(|text| Ok(recording.temporary(text)?.during))?;
            context.check_config_change(|text| recording.edited(text))?;
        }
        Ok(recording)
    }

    /// Writes the configuration by which every file can be read before and after it is rewritten, if it is not so now.
    fn begin(&self) -> Result<()> {
        let now = self.context.config_text()?;
        if self.is_recorded || self.temporary(&now)?.during == now {
            return Ok(());
        }
        self.context.change_config(|text| {
            let begun = self.temporary(text)?;
            let during = begun.during.clone();
            *self.begun.borrow_mut() = Some(begun);
            Ok(during)
        })?;
        Ok(())
    }

    /// Writes the choice into the configuration, without the key files that `begin` added or an interrupted run left
    /// there and that are no longer needed.
    fn finish(&self) -> Result<()> {
        let now = self.context.config_text()?;
        if self.is_recorded && self.without_spare_keys(&now, &[])? == now {
            return Ok(());
        }
        let path = self.context.change_config(|text| {
            let begun = self.begun.borrow();
            match begun.as_ref() {
                // Every byte is as it was, but for the choice.
                Some(begun) if begun.during == text => self.final_text(&begun.before, &[]),
                Some(begun) => self.final_text(text, &begun.added),
                None => self.final_text(text, &[]),
            }
        })?;
        if !self.is_recorded {
            self.context
                .say(&format!("recorded this in {}", path.display()));
        }
        Ok(())
    }

    /// Takes back what `begin` did, if nobody has changed the configuration since.
    fn undo(&self) -> Result<()> {
        let begun = self.begun.borrow();
        if let Some(begun) = begun.as_ref() {
            self.context.change_config(|text| {
                let is_same = text == begun.during;
                Ok(if is_same { &begun.before } else { text }.to_owned())
            })?;
        }
        Ok(())
    }

    /// Returns the text for as long as files are rewritten: both forms can be read, with the old key and the new one.
    fn temporary(&self, text: &str) -> Result<Begun, SetKeyError> {
        let (base, needed) = match &self.choice {
            Seal::None => (self.edited(text)?, self.key_places(text)),
            Seal::Under(place) => (text.to_owned(), vec![place.clone()]),
        };
        let named = self.key_places(&base);
        let is_missing = |place: &KeyPlace| *place != KeyPlace::Keyring && !named.contains(place);
        let added: Vec<KeyPlace> = needed.into_iter().filter(is_missing).collect();
        let during = if added.is_empty() {
            base
        } else {
            let added: Vec<&str> = added.iter().map(KeyPlace::word).collect();
            with_added(&base, SEAL_KEYS, &added)?
        };
        Ok(Begun {
            before: text.to_owned(),
            during,
            added,
        })
    }

    /// Returns the text with the choice in it, and without spare keys.
    fn final_text(&self, text: &str, added: &[KeyPlace]) -> Result<String, SetKeyError> {
        self.without_spare_keys(&self.edited(text)?, added)
    }

    /// Returns the text without those of `seal_keys` that a run added, this one or one that was interrupted, and that
    /// are in `added` or that another key names too; without any such if every file was rewritten. What a person listed
    /// stays.
    fn without_spare_keys(&self, text: &str, added: &[KeyPlace]) -> Result<String, SetKeyError> {
        let named = self.key_places(&without_added(text, SEAL_KEYS, |_| true)?);
        let has_all = matches!(self.selected, Selected::All(_));
        let is_among = |places: &[KeyPlace], word: &str| places.iter().any(|it| it.word() == word);
        without_added(text, SEAL_KEYS, |word| {
            has_all || is_among(added, word) || is_among(&named, word)
        })
    }

    /// Returns the text of the configuration with the choice in it.
    fn edited(&self, text: &str) -> Result<String, SetKeyError> {
        self.selected.edited(text, self.choice.word(), self.context)
    }

    /// Returns the places of keys that a configuration with this text names; none if it is not valid, which shows when
    /// it is written.
    fn key_places(&self, text: &str) -> Vec<KeyPlace> {
        let profiles = self.context.profiles_in(text);
        profiles.map_or_else(|_| Vec::new(), |profiles| profiles.key_places())
    }
}

/// Returns the table to add for a profile that the configuration does not have.
fn table_for(profile: &Profile) -> NewProfile {
    let new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    match profile.issuer.required_key() {
        Some((key, value)) => new.text(key, value),
        None => new,
    }
}

/// Rewrites files, sealed or plain.
struct Conversion<'a> {
    context: &'a Context,
    keys: Arc<Keys>,
    choice: Seal,
    /// The files that were rewritten or looked at.
    done: RefCell<Vec<PathBuf>>,
    /// Those of them that exist.
    found: RefCell<Vec<PathBuf>>,
    /// How many of them were rewritten.
    count: Cell<usize>,
    has_failed: Cell<bool>,
}

impl<'a> Conversion<'a> {
    /// Returns a conversion that seals files with the key of `choice`, or unseals them if `choice` is `Seal::None`.
    fn new(context: &'a Context, keys: Keys, choice: Seal) -> Self {
        Self {
            context,
            keys: Arc::new(keys),
            choice,
            done: RefCell::default(),
            found: RefCell::default(),
            count: Cell::default(),
            has_failed: Cell::new(false),
        }
    }

    /// Returns whether files are to be sealed.
    fn wants_sealed(&self) -> bool {
        self.choice != Seal::None
    }

    /// Returns how to rewrite the file that `label` describes, which may be plain, sealed, or sealed by an older
    /// version.
    fn sealing(&self, label: Label) -> Sealing {
        Sealing::new(self.keys.clone(), Some(self.choice.clone()), label).accepting_any_form()
    }

    /// Rewrites every selected file and reports each. A file that cannot be rewritten is a warning, which `finish`
    /// turns into an error; this fails only if the paths of the files cannot be found.
    fn convert_all(&self, selected: &Selected<'_>) -> Result<()> {
        for profile in selected.profiles() {
            self.convert_profile(profile)?;
        }
        if selected.includes_saved_credentials() {
            let path = credentials_path()?;
            let saved =
                CredentialStore::new(path.clone(), self.sealing(Label::saved_credentials()));
            let what = "saved credentials";
            let setting = self.context.profiles()?.seal_of_saved();
            let converted = saved.convert(self.context.deadline);
            if !self.report(&path, what, (setting, ""), converted) {
                self.context.say(&format!("there are no {what} yet"));
            }
        }
        Ok(())
    }

    /// Rewrites a profile's token files and its client secret and reports each; says so if nothing is stored. Fails
    /// only if the paths of the files cannot be found.
    fn convert_profile(&self, profile: &Profile) -> Result<()> {
        let what = format!("profile {}", profile.name);
        let note = if self.wants_sealed() {
            profile.issuer.spec().sealed_note
        } else {
            ""
        };
        let setting = profile.seal.as_ref();
        for path in self.files_of(profile)? {
            let label = login_label(self.context, profile, &path)?;
            if self.report(&path, &what, (setting, note), self.convert(&path, label)) {
                self.found.borrow_mut().push(path);
            }
        }
        // One may have been rewritten for another profile that has the same file.
        let files = files_with_tokens(profile)?;
        let mut has_any = files.iter().any(|path| self.found.borrow().contains(path));
        let path = client_secret_path(&profile.name)?;
        if let Issuer::OAuth(_) = &profile.issuer {
            let sealing = self.sealing(Label::client_secret(&path));
            let converted = sealing.convert_file(&path, self.context.deadline);
            has_any |= self.report(&path, &what, (setting, ""), converted);
        }
        if !has_any {
            self.context.say(&format!("{what} has nothing stored"));
        }
        Ok(())
    }

    /// Returns the files with tokens of a profile that have not been looked at before: also the logins from the
    /// environment, which lie together for all built-in profiles. One profile's `unseal` leaves them sealed if profile
    /// `prusa` seals its files.
    fn files_of(&self, profile: &Profile) -> Result<Vec<PathBuf>> {
        let mut paths = files_with_tokens(profile)?;
        let seals = |other: &Profile| {
            other.is_prusa() && other.seal.as_ref().and_then(Seal::place).is_some()
        };
        if profile.variable(Holds::Tokens).is_some()
            && (self.wants_sealed() || !self.context.profiles()?.iter().any(seals))
        {
            paths.extend(successors()?);
        }
        let mut done = self.done.borrow_mut();
        paths.retain(|path| {
            let is_new = !done.contains(path);
            done.extend(is_new.then(|| path.clone()));
            is_new
        });
        Ok(paths)
    }

    /// Rewrites the token file at this path, under its lock, and returns what was done; `Missing` if there is no file.
    fn convert(&self, path: &Path, label: Label) -> Result<Converted, StoreError> {
        let store = Store::new(PathBuf::from(path), None).with_sealing(self.sealing(label));
        // If there is no file, no lock is taken and no directory made for one.
        if path
            .symlink_metadata()
            .is_err_and(|error| platform::is_not_found(&error))
        {
            return Ok(Converted::Missing);
        }
        store.lock(self.context.deadline)?.convert()
    }

    /// Reports how the conversion of a file went, and returns whether there was a file, `true` also after an error.
    /// That is a warning here, which `finish` makes an error. `setting` is what the configuration says about it so far,
    /// `note` what else there is to say: a file that had another form than it should have is named as such, as somebody
    /// else may have put it there.
    fn report(
        &self,
        path: &Path,
        what: &str,
        (setting, note): (Option<&Seal>, &str),
        converted: Result<Converted, StoreError>,
    ) -> bool {
        let path = path.display();
        let form = if self.wants_sealed() {
            "sealed"
        } else {
            "unsealed"
        };
        if let Ok(Converted::Replaced(_) | Converted::ReplacedWithoutPassword) = &converted {
            self.count.set(self.count.get() + 1);
        }
        let text = match converted {
            Ok(Converted::Missing) => return false,
            Ok(Converted::Unchanged) if self.wants_sealed() => format!("{path} is already sealed"),
            Ok(Converted::Unchanged) => format!("{path} is not sealed"),
            Ok(Converted::Replaced(before)) => {
                let before = accepted_form(before, setting);
                format!("{form} {path} ({what}){before}{note}")
            }
            Ok(Converted::ReplacedWithoutPassword) => {
                format!("{form} {path} ({what}); the password that was stored in it is deleted")
            }
            Err(error) => {
                self.has_failed.set(true);
                let error = anyhow::Error::from(error);
                self.context.warn(&format!("{what}: {error:#}"));
                return true;
            }
        };
        self.context.say(&text);
        true
    }

    /// Fails with `PartlyFailed`, which names `command`, if any file could not be rewritten.
    fn finish(&self, command: &'static str) -> Result<()> {
        if self.has_failed.get() {
            Err(CommandError::PartlyFailed(command).into())
        } else {
            Ok(())
        }
    }
}

/// Returns what to say of a file that was accepted in a form that is refused elsewhere, or that anybody could have
/// copied there; nothing if it had the form that the configuration says so far.
fn accepted_form(before: Form, setting: Option<&Seal>) -> &'static str {
    match before {
        Form::Plain if setting.and_then(Seal::place).is_some() => ", which was plain",
        Form::OldVersion => ", which was in the form of version 0.1",
        Form::Plain | Form::Sealed => "",
    }
}
