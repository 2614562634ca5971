//! The keys that files are sealed with: where they are stored, each read at most once a run.
//!
//! A sealed file names its key by a digest, so any place that has that key can open it. Only the places that the
//! configuration names are tried, and the keyring. The place that a file names orders them and explains errors, but is
//! never read for that alone: whoever wrote the file may have written any path. A keyring that does not answer is not
//! treated as empty, unless the file names another place. The first key is created under a lock and read back, so that
//! nothing is ever sealed with a key that was not saved.
//!
//! Secret: the keys.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::error::{KeyError, StoreError};
use super::label::Label;
use super::lock::Lock;
use super::sealed::{Key, KeyReference, Sealer};
use super::{atomic, regular_file};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::platform::{self, keyring};
use crate::profile::KeyPlace;
use crate::trusted_file;

/// The keyring item that holds the key: its service and user name.
const SERVICE: &str = "prusa-cred";
const USER: &str = "key";
/// The largest key file, in bytes: a key is a line of text at most.
const MAX_BYTES: u64 = 4 * 1024;
/// How long to wait while another process creates the first key: a keyring has 2 s for each answer.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The key at a place; `None` if the place has no key.
type KeyLookup = Result<Option<Arc<Key>>, KeyError>;

/// All places where keys are stored.
pub(crate) struct Keys {
    locations: KeyLocations,
    /// The places that the configuration names.
    places: Vec<KeyPlace>,
    warn: Box<dyn Fn(&str) + Send + Sync>,
    /// What was read so far.
    cache: Mutex<Vec<(KeyPlace, KeyLookup)>>,
}

/// What the paths of key files depend on, looked up when it is needed.
#[derive(Clone, Copy)]
pub(crate) struct KeyLocations {
    /// The file whose lock is held while a keyring's first key is created.
    pub(crate) lock: fn() -> Option<PathBuf>,
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    pub(crate) credentials_directory: fn() -> Option<PathBuf>,
    /// Where it is noted which files were sealed in the present version: see `sealed_before`.
    pub(crate) notes: fn() -> Option<PathBuf>,
}

impl Keys {
    /// Returns the keys without reading any. `warn` shows a warning to the user.
    pub(crate) fn new(
        locations: KeyLocations,
        places: Vec<KeyPlace>,
        warn: Box<dyn Fn(&str) + Send + Sync>,
    ) -> Self {
        Self {
            locations,
            places,
            warn,
            cache: Mutex::default(),
        }
    }

    /// Returns the directory of the notes about sealed files; `None` if it is unknown.
    pub(super) fn notes(&self) -> Option<PathBuf> {
        (self.locations.notes)()
    }

    /// Returns the key that a file is sealed with.
    ///
    /// # Errors
    ///
    /// As `find_with_place`.
    pub(super) fn find(&self, wanted: &KeyReference) -> Result<Arc<Key>, KeyError> {
        Ok(self.find_with_place(wanted)?.0)
    }

    /// Returns the key that a file is sealed with, and the place of the configuration that has it.
    ///
    /// # Errors
    ///
    /// `Gone` when no place has the key, or `NotConfigured` if the file names a place that was not tried; instead the
    /// error of the place that the file names, if that was tried and cannot be read at the moment. Any other place that
    /// cannot be read counts as one without the key.
    fn find_with_place(&self, wanted: &KeyReference) -> Result<(Arc<Key>, KeyPlace), KeyError> {
        let mut missing = Vec::new();
        let mut temporary = None;
        let places = self.candidates(&wanted.place);
        let is_tried = places.iter().any(|place| place.word() == wanted.place);
        for place in places {
            match self.key_at(&place) {
                Ok(Some(key)) if wanted.names(&key) => return Ok((key, place)),
                Ok(Some(other)) => missing.push(format!("{place} holds key {}", other.id())),
                Ok(None) => missing.push(describe_missing(&place)),
                // Only the place that the file names is known to have had the key: what another keyring would answer
                // matters less.
                Err(error) if error.is_temporary() && place.word() == wanted.place => {
                    temporary = temporary.or(Some(error));
                }
                // The key may be there: its error has the command that mends it.
                Err(error @ KeyError::Untrusted(_)) => temporary = temporary.or(Some(error)),
                Err(KeyError::Keyring(_)) => {}
                Err(error) => missing.push(error.to_string()),
            }
        }
        let (key, found) = (wanted.id.clone(), missing.join(", "));
        Err(temporary.unwrap_or_else(|| {
            if is_tried {
                KeyError::Gone { key, found }
            } else {
                let place = excerpt(&wanted.place);
                KeyError::NotConfigured { key, place }
            }
        }))
    }

    /// Returns a sealer with the key at a place. A keyring without one gets a new key; for a missing key file, which is
    /// not created, fails with `NoFile`. The file will have this label.
    pub(super) fn sealer_at(&self, place: &KeyPlace, label: &Label) -> Result<Sealer, KeyError> {
        let key = match (self.key_at(place)?, place) {
            (Some(key), _) => key,
            (None, KeyPlace::Keyring) => self.create(place)?,
            (None, KeyPlace::File(_)) => return Err(KeyError::NoFile(self.path(place)?)),
        };
        Sealer::new(key, place.word(), label.clone()).map_err(KeyError::Random)
    }

    /// Returns a sealer with the key that a file is sealed with, for a file with this label. It will name the place
    /// where the key was found, which may be another than the file names now. Fails as `find`.
    pub(super) fn sealer_with_same_key(
        &self,
        key: &KeyReference,
        label: &Label,
    ) -> Result<Sealer, KeyError> {
        let (key, place) = self.find_with_place(key)?;
        Sealer::new(key, place.word(), label.clone()).map_err(KeyError::Random)
    }

    /// Creates a key at a place that has none, and returns whether it had none. Fails if the place cannot be read or
    /// written or holds something that is not a key, or another process keeps the lock for 10 s.
    pub(crate) fn create_if_missing(&self, place: &KeyPlace) -> Result<bool, KeyError> {
        match self.key_at(place) {
            Ok(Some(_)) => Ok(false),
            Ok(None) => self.create(place).map(|_| true),
            Err(error) => Err(error),
        }
    }

    /// Returns the places that may have a key, each once: those that the configuration names and the keyring, but first
    /// the one that the file names as `place` if it is among them.
    fn candidates(&self, place: &str) -> Vec<KeyPlace> {
        let mut candidates = self.places.clone();
        if !candidates.contains(&KeyPlace::Keyring) {
            candidates.push(KeyPlace::Keyring);
        }
        candidates.sort_by_key(|known| known.word() != place);
        candidates
    }

    /// Returns the key at a place, `None` if it has none. The place is read once: until a key is created there, later
    /// calls return the same result or error.
    fn key_at(&self, place: &KeyPlace) -> KeyLookup {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = cache.iter().find(|(known, _)| known == place) {
            return known.clone();
        }
        let key = self.read(place);
        cache.push((place.clone(), key.clone()));
        key
    }

    /// Reads the key at a place without the cache; `None` if the place has none. Fails if the place cannot be read, or
    /// holds something that is not a key.
    fn read(&self, place: &KeyPlace) -> KeyLookup {
        match place {
            KeyPlace::Keyring => {
                let text = keyring::read(SERVICE, USER);
                let text = text.map_err(|error| KeyError::Keyring(Arc::new(error)))?;
                let key = text.map(|text| Key::parse(text.expose_secret().as_bytes()));
                key.map(|key| key.map(Arc::new).ok_or(KeyError::NotAKey(place.clone())))
                    .transpose()
            }
            KeyPlace::File(_) => self.read_file(place, &self.path(place)?),
        }
    }

    /// Reads the key file at `path`; `None` if it is missing. If the file is this user's and others may read it, makes
    /// it the owner's only and warns. Fails if others may have written it or put it there, it cannot be read or holds
    /// no key; it is unchanged then.
    fn read_file(&self, place: &KeyPlace, path: &Path) -> KeyLookup {
        let unreadable = |error| KeyError::File {
            path: path.to_owned(),
            source: Arc::new(error),
        };
        let content = match regular_file::read_trusted(path, MAX_BYTES) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            // Its length says that it is something else, so none of it was read.
            Err(StoreError::TooLarge { .. }) => return Err(KeyError::NotAKey(place.clone())),
            Err(StoreError::Untrusted(error)) => return Err(KeyError::Untrusted(Arc::new(error))),
            Err(error) => return Err(unreadable(error)),
        };
        let key = Key::parse(&content.bytes).map(Arc::new);
        // A file that is something else may be meant to be read by others.
        let key = key.ok_or(KeyError::NotAKey(place.clone()))?;
        // A service manager's files may have wide mode bits; only a file of this user is ours to restrict.
        if platform::is_accessible_by_others(&content.metadata)
            && platform::is_owned_by_user(&content.metadata)
        {
            self.restrict_permissions(path);
        }
        Ok(Some(key))
    }

    /// Tries to make a key file accessible to its owner only, and warns the user whether or not that succeeds.
    fn restrict_permissions(&self, path: &Path) {
        let restricted = regular_file::restrict_permissions(path);
        let path = path.display();
        (self.warn)(&match restricted {
            Ok(()) => {
                format!("the key file {path} could be read by others; now only you can read it")
            }
            Err(_) => {
                format!("the key file {path} can be read by others, and that could not be changed")
            }
        });
    }

    /// Returns the path of a place's key file. Fails with `UnknownPath` for the keyring, or if the directory that the
    /// path is relative to is unknown.
    fn path(&self, place: &KeyPlace) -> Result<PathBuf, KeyError> {
        let directory = (self.locations.credentials_directory)();
        place
            .path(directory.as_deref())
            .ok_or_else(|| KeyError::UnknownPath(place.clone()))
    }

    /// Reads the key at a place anew, and creates it if there is none; both under a lock, so that only one of several
    /// processes creates it. Fails if the lock is not free within `LOCK_WAIT` or its path is unknown, or the place
    /// cannot be read or written.
    fn create(&self, place: &KeyPlace) -> Result<Arc<Key>, KeyError> {
        let not_saved = |error| KeyError::NotSaved {
            place: place.clone(),
            source: Arc::new(error),
        };
        let lock = match place {
            KeyPlace::Keyring => (self.locations.lock)(),
            KeyPlace::File(_) => Some(self.path(place)?),
        };
        let lock = lock.ok_or_else(|| KeyError::UnknownPath(place.clone()))?;
        let _lock = Lock::acquire(&lock, Deadline::after(LOCK_WAIT)).map_err(not_saved)?;
        let key = match self.read(place)? {
            Some(key) => key,
            None => self.create_and_read_back(place)?,
        };
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.retain(|(known, _)| known != place);
        cache.push((place.clone(), Ok(Some(key.clone()))));
        Ok(key)
    }

    /// Writes a new random key to a place, replacing any that is there, and returns the key that is then read from it.
    /// Fails if the system gives no random bytes, or the key cannot be written or no key be read from the place then.
    fn create_and_read_back(&self, place: &KeyPlace) -> Result<Arc<Key>, KeyError> {
        let key = Key::random().map_err(KeyError::Random)?;
        self.write(place, &key)?;
        // Only what can be read back will be found by the next process.
        self.read(place)?
            .ok_or_else(|| KeyError::NotReadBack(place.clone()))
    }

    /// Writes a key to a place as base64 text, replacing any that is there. Fails if the keyring or the file cannot be
    /// written.
    fn write(&self, place: &KeyPlace, key: &Key) -> Result<(), KeyError> {
        match place {
            KeyPlace::Keyring => {
                let text = SecretString::from(key.render().as_str());
                keyring::write(SERVICE, USER, &text)
                    .map_err(|error| KeyError::Keyring(Arc::new(error)))
            }
            KeyPlace::File(_) => {
                let mut line = key.render();
                line.push('\n');
                let path = self.path(place)?;
                // Nothing would read it from there again.
                trusted_file::check_directories(&path)
                    .map_err(|error| KeyError::Untrusted(Arc::new(error)))?;
                atomic::write_durably(&path, line.as_bytes()).map_err(|error| KeyError::NotSaved {
                    place: place.clone(),
                    source: Arc::new(error),
                })
            }
        }
    }
}

/// Returns, for an error message, that the keyring holds no key or that the key file is missing.
fn describe_missing(place: &KeyPlace) -> String {
    match place {
        KeyPlace::Keyring => "the keyring holds none".to_owned(),
        KeyPlace::File(path) => format!("there is no key file {path}"),
    }
}

impl Default for Keys {
    /// Looks in the keyring alone. Cannot create a key in the keyring or locate a file in
    /// `$CREDENTIALS_DIRECTORY`, and shows no warning.
    fn default() -> Self {
        let unknown = || None;
        let locations = KeyLocations {
            lock: unknown,
            credentials_directory: unknown,
            notes: unknown,
        };
        Self::new(locations, Vec::new(), Box::new(|_| ()))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}
