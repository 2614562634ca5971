//! `seal` and `unseal`: bring what is stored into the other form, and record the choice for what will be.
//!
//! A file is replaced whole, under its lock. Whatever is cut off half-way goes on being readable, and doing it again
//! does the rest: `seal` records the choice first, so that a key file is known by name before anything needs it, and
//! `unseal` last.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::account::{client_secret_path, files_of};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli;
use crate::commands::error::CommandError;
use crate::context::{Context, credentials_path};
use crate::profile::{
    Issuer, KeyPlace, NewProfile, Profile, Profiles, Seal, SetKeyError, has_key, with_key,
};
use crate::store::{Converted, CredentialStore, Keys, Sealing, Store, StoreError};

/// The keys of the configuration that say how stores rest, and saved credentials.
const SEAL: &str = "seal";
const SEAL_SAVED: &str = "seal_saved";

pub(super) fn seal(context: &Context, options: &cli::Seal) -> Result<()> {
    let scope = Scope::of(context, &options.extent)?;
    let place = match &options.key_file {
        Some(text) => key_file(text)?,
        None => scope.place_so_far(context)?.unwrap_or(KeyPlace::Keyring),
    };
    let keys = context.keys_also_at(Some(place.clone()))?;
    if keys.create_if_missing(&place)? {
        context.say(&made(&place));
    }
    let choice = Seal::Under(place);
    scope.record(context, &choice)?;
    let conversion = Conversion::new(context, keys, choice);
    conversion.convert_all(&scope)?;
    conversion.end("`prusa-cred seal`")
}

pub(super) fn unseal(context: &Context, options: &cli::Unseal) -> Result<()> {
    let scope = Scope::of(context, &options.extent)?;
    let place = options.key_file.as_deref().map(key_file).transpose()?;
    let keys = context.keys_also_at(place)?;
    let conversion = Conversion::new(context, keys, Seal::None);
    conversion.convert_all(&scope)?;
    conversion.end("`prusa-cred unseal`")?;
    scope.record(context, &Seal::None)
}

/// Reads what `--key-file` says; a path may be relative to where we are.
fn key_file(text: &str) -> Result<KeyPlace> {
    let place = KeyPlace::parse(text).filter(|place| *place != KeyPlace::Keyring);
    let absolute = || {
        let path = std::path::absolute(text).ok()?.into_os_string();
        KeyPlace::parse(&path.into_string().ok()?)
    };
    place.or_else(absolute).ok_or_else(|| {
        CommandError::Usage("--key-file: not a path that the configuration can hold".to_owned())
            .into()
    })
}

fn made(place: &KeyPlace) -> String {
    match place {
        KeyPlace::Keyring => "made a new key in the keyring".to_owned(),
        KeyPlace::File(path) => {
            format!("made a new key in {path}: keep a copy, nothing opens without it")
        }
    }
}

/// What is to be sealed or unsealed.
enum Scope<'a> {
    Profile(&'a Profile),
    All(Vec<&'a Profile>),
    CredentialStore,
}

impl<'a> Scope<'a> {
    fn of(context: &'a Context, extent: &cli::Extent) -> Result<Self> {
        Ok(match (extent.all, extent.saved) {
            (true, _) => Self::All(profiles_in_use(context)?),
            (false, true) => Self::CredentialStore,
            (false, false) => Self::Profile(chosen_profile(context)?),
        })
    }

    fn profiles(&self) -> &[&'a Profile] {
        match self {
            Self::Profile(profile) => std::slice::from_ref(profile),
            Self::All(profiles) => profiles,
            Self::CredentialStore => &[],
        }
    }

    fn has_saved(&self) -> bool {
        matches!(self, Self::All(_) | Self::CredentialStore)
    }

    /// Returns where the key is by the configuration's word.
    fn place_so_far(&self, context: &Context) -> Result<Option<KeyPlace>> {
        let profiles = context.profiles()?;
        let seal = match self {
            Self::Profile(profile) => profile.seal.as_ref(),
            Self::All(_) => profiles.seal(),
            Self::CredentialStore => profiles.seal_of_saved(),
        };
        Ok(seal.and_then(Seal::place).cloned())
    }

    /// Writes the choice into the configuration, where it does not say so already.
    fn record(&self, context: &Context, choice: &Seal) -> Result<()> {
        let profiles = context.profiles()?;
        let is_said = match self {
            // What is said nowhere leaves plain files as they are.
            Self::Profile(profile) => profile.seal.as_ref().unwrap_or(&Seal::None) == choice,
            Self::CredentialStore => profiles.seal_of_saved() == Some(choice),
            Self::All(_) => {
                let is_so = |profile: &Profile| profile.seal.as_ref() == Some(choice);
                profiles.seal() == Some(choice)
                    && profiles.seal_of_saved() == Some(choice)
                    && profiles.iter().all(is_so)
            }
        };
        if is_said {
            return Ok(());
        }
        let path = context.change_config(|text| self.recorded(text, choice.word(), context))?;
        context.say(&format!("recorded in {}", path.display()));
        Ok(())
    }

    fn recorded(&self, text: &str, word: &str, context: &Context) -> Result<String, SetKeyError> {
        match self {
            Self::Profile(profile) => with_key(text, Some(&table_of(profile)), SEAL, word),
            Self::CredentialStore => with_key(text, None, SEAL_SAVED, word),
            Self::All(_) => {
                let mut text = with_key(text, None, SEAL, word)?;
                if has_key(&text, None, SEAL_SAVED)? {
                    text = with_key(&text, None, SEAL_SAVED, word)?;
                }
                for profile in context.profiles().into_iter().flat_map(Profiles::iter) {
                    if has_key(&text, Some(&profile.name), SEAL)? {
                        text = with_key(&text, Some(&table_of(profile)), SEAL, word)?;
                    }
                }
                Ok(text)
            }
        }
    }
}

/// Returns the table of a profile, for one that the configuration does not have.
fn table_of(profile: &Profile) -> NewProfile {
    let new = NewProfile::new(&profile.name, profile.issuer.kind());
    match profile.issuer.required_key() {
        Some((key, value)) => new.text(key, value),
        None => new,
    }
}

/// The files that are brought into one form.
struct Conversion<'a> {
    context: &'a Context,
    sealing: Sealing,
    wants_sealed: bool,
    has_failed: std::cell::Cell<bool>,
}

impl<'a> Conversion<'a> {
    fn new(context: &'a Context, keys: Keys, choice: Seal) -> Self {
        Self {
            context,
            wants_sealed: choice != Seal::None,
            sealing: Sealing::new(Arc::new(keys), Some(choice)),
            has_failed: std::cell::Cell::new(false),
        }
    }

    fn convert_all(&self, scope: &Scope<'_>) -> Result<()> {
        for profile in scope.profiles() {
            self.convert_profile(profile)?;
        }
        if scope.has_saved() {
            let path = credentials_path()?;
            let saved = CredentialStore::new(path.clone(), self.sealing.clone());
            let what = "saved credentials";
            if !self.tell(&path, what, "", saved.convert(self.context.deadline)) {
                self.context.say(&format!("there are no {what} yet"));
            }
        }
        Ok(())
    }

    fn convert_profile(&self, profile: &Profile) -> Result<()> {
        let what = format!("profile {}", profile.name);
        let note = if self.wants_sealed {
            profile.issuer.spec().sealed_note
        } else {
            ""
        };
        let mut has_any = false;
        for path in files_of(profile)? {
            has_any |= self.tell(&path, &what, note, self.convert(&path));
        }
        let path = client_secret_path(&profile.name)?;
        if let Issuer::OAuth(_) = &profile.issuer {
            let converted = self.sealing.convert_file(&path, self.context.deadline);
            has_any |= self.tell(&path, &what, "", converted);
        }
        if !has_any {
            self.context.say(&format!("{what} has nothing stored"));
        }
        Ok(())
    }

    fn convert(&self, path: &Path) -> Result<Converted, StoreError> {
        let store = Store::new(PathBuf::from(path), None).with_sealing(self.sealing.clone());
        // No lock, and no directory for one, where there is nothing.
        if store.load()?.is_none() {
            return Ok(Converted::Missing);
        }
        store.lock(self.context.deadline)?.convert()
    }

    /// Says what came of a file, and returns whether there was one.
    fn tell(
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
            Ok(Converted::Unchanged) if self.wants_sealed => format!("{path} is sealed already"),
            Ok(Converted::Unchanged) => format!("{path} is not sealed"),
            Ok(Converted::Replaced) => format!("{form} {path} ({what}){note}"),
            Ok(Converted::ReplacedWithoutPassword) => {
                format!("{form} {path} ({what}); the password that was kept in it is dropped")
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

    fn end(&self, command: &'static str) -> Result<()> {
        if self.has_failed.get() {
            Err(CommandError::Partly(command).into())
        } else {
            Ok(())
        }
    }
}
