//! `seal` and `unseal`: rewrite the stored files sealed or plain, and record the choice in the configuration for new
//! ones.
//!
//! A file is replaced as a whole, under its lock. If the command is interrupted, every file can still be read, and
//! running it again does the rest: `seal` records the choice first, so that the configuration names the key file before
//! a file needs it, and `unseal` records it last.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::account::{client_secret_path, files_with_tokens};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli;
use crate::commands::error::CommandError;
use crate::context::{Context, credentials_path};
use crate::profile::{
    Issuer, KeyPlace, NewProfile, Profile, Profiles, Seal, SetKeyError, has_key, with_key,
};
use crate::store::{Converted, CredentialStore, Keys, Sealing, Store, StoreError};

/// The keys of the configuration that say whether token files are sealed, and saved credentials.
const SEAL: &str = "seal";
const SEAL_SAVED: &str = "seal_saved";

/// Makes the key if it is missing, records the choice in the configuration, then seals the selected files. The key is
/// in `--key-file`, else where the configuration says, else in the keyring. Fails with `PartlyFailed` if any file could
/// not be sealed; the warnings say which.
pub(super) fn seal(context: &Context, options: &cli::Seal) -> Result<()> {
    let selected = Selected::new(context, &options.selection)?;
    let key_place = match &options.key_file {
        Some(text) => parse_key_file(text)?,
        None => selected
            .configured_key_place(context)?
            .unwrap_or(KeyPlace::Keyring),
    };
    let choice = Seal::Under(key_place.clone());
    selected.check_recordable(context, &choice)?;
    let keys = context.keys_also_at(Some(key_place.clone()));
    if keys.create_if_missing(&key_place)? {
        context.say(&new_key_message(&key_place));
    }
    selected.record(context, &choice)?;
    let conversion = Conversion::new(context, keys, choice);
    conversion.convert_all(&selected)?;
    conversion.finish("`prusa-cred seal`")
}

/// Rewrites the selected files as plain ones, then records the choice in the configuration. A key is searched for in
/// `--key-file` too. Fails with `PartlyFailed`, and records nothing, if any file could not be unsealed; the warnings
/// say which.
pub(super) fn unseal(context: &Context, options: &cli::Unseal) -> Result<()> {
    let selected = Selected::new(context, &options.selection)?;
    let key_place = options
        .key_file
        .as_deref()
        .map(parse_key_file)
        .transpose()?;
    selected.check_recordable(context, &Seal::None)?;
    let keys = context.keys_also_at(key_place);
    let conversion = Conversion::new(context, keys, Seal::None);
    conversion.convert_all(&selected)?;
    conversion.finish("`prusa-cred unseal`")?;
    selected.record(context, &Seal::None)
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

    /// Returns where the key is according to the configuration; `None` if that names no key.
    fn configured_key_place(&self, context: &Context) -> Result<Option<KeyPlace>> {
        let profiles = context.profiles()?;
        let seal = match self {
            Self::Profile(profile) => profile.seal.as_ref(),
            Self::All(_) => profiles.seal(),
            Self::SavedCredentials => profiles.seal_of_saved(),
        };
        Ok(seal.and_then(Seal::place).cloned())
    }

    /// Fails if the choice cannot be written into the configuration, so that no key is made and no file converted then.
    fn check_recordable(&self, context: &Context, choice: &Seal) -> Result<()> {
        if !self.is_recorded(context, choice)? {
            context.check_config_change(|text| self.edited(text, choice.word(), context))?;
        }
        Ok(())
    }

    /// Writes the choice into the configuration, unless it is there already.
    fn record(&self, context: &Context, choice: &Seal) -> Result<()> {
        if self.is_recorded(context, choice)? {
            return Ok(());
        }
        let path = context.change_config(|text| self.edited(text, choice.word(), context))?;
        context.say(&format!("recorded this in {}", path.display()));
        Ok(())
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
    sealing: Sealing,
    wants_sealed: bool,
    has_failed: std::cell::Cell<bool>,
}

impl<'a> Conversion<'a> {
    /// Returns a conversion that seals files with the key of `choice`, or unseals them if `choice` is `Seal::None`.
    fn new(context: &'a Context, keys: Keys, choice: Seal) -> Self {
        Self {
            context,
            wants_sealed: choice != Seal::None,
            sealing: Sealing::new(Arc::new(keys), Some(choice)),
            has_failed: std::cell::Cell::new(false),
        }
    }

    /// Rewrites every selected file and reports each. A file that cannot be rewritten is a warning, which `finish`
    /// turns into an error; this fails only if the paths of the files cannot be found.
    fn convert_all(&self, selected: &Selected<'_>) -> Result<()> {
        for profile in selected.profiles() {
            self.convert_profile(profile)?;
        }
        if selected.includes_saved_credentials() {
            let path = credentials_path()?;
            let saved = CredentialStore::new(path.clone(), self.sealing.clone());
            let what = "saved credentials";
            if !self.report(&path, what, "", saved.convert(self.context.deadline)) {
                self.context.say(&format!("there are no {what} yet"));
            }
        }
        Ok(())
    }

    /// Rewrites a profile's token files and its client secret and reports each; says so if nothing is stored. Fails
    /// only if the paths of the files cannot be found.
    fn convert_profile(&self, profile: &Profile) -> Result<()> {
        let what = format!("profile {}", profile.name);
        let note = if self.wants_sealed {
            profile.issuer.spec().sealed_note
        } else {
            ""
        };
        let mut has_any = false;
        for path in files_with_tokens(profile)? {
            has_any |= self.report(&path, &what, note, self.convert(&path));
        }
        let path = client_secret_path(&profile.name)?;
        if let Issuer::OAuth(_) = &profile.issuer {
            let converted = self.sealing.convert_file(&path, self.context.deadline);
            has_any |= self.report(&path, &what, "", converted);
        }
        if !has_any {
            self.context.say(&format!("{what} has nothing stored"));
        }
        Ok(())
    }

    /// Rewrites the token file at this path, under its lock, and returns what was done; `Missing` if there is no file.
    fn convert(&self, path: &Path) -> Result<Converted, StoreError> {
        let store = Store::new(PathBuf::from(path), None).with_sealing(self.sealing.clone());
        // If there is no file, no lock is taken and no directory made for one.
        if store.load()?.is_none() {
            return Ok(Converted::Missing);
        }
        store.lock(self.context.deadline)?.convert()
    }

    /// Reports how the conversion of a file went, and returns whether there was a file, `true` also after an error.
    /// That is a warning here, which `finish` makes an error.
    fn report(
        &self,
        path: &Path,
        what: &str,
        note: &str,
        converted: Result<Converted, StoreError>,
    ) -> bool {
        let path = path.display();
        let form = if self.wants_sealed {
            "sealed"
        } else {
            "unsealed"
        };
        let text = match converted {
            Ok(Converted::Missing) => return false,
            Ok(Converted::Unchanged) if self.wants_sealed => format!("{path} is already sealed"),
            Ok(Converted::Unchanged) => format!("{path} is not sealed"),
            Ok(Converted::Replaced) => format!("{form} {path} ({what}){note}"),
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
