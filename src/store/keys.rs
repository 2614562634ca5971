//! The keys that stores are sealed under: where they rest, each read at most once a run.
//!
//! A sealed file names its key, so whichever place has that very key opens it: the place that the file tells, then those
//! that the configuration names, then the keyring. A keyring that does not answer is never taken for an empty one, and
//! the first key is made under a lock and read back, so that nothing is ever sealed under a key that nobody kept.
//!
//! Secret: the keys.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::lock::Lock;
use super::sealed::{Key, KeyId, SealedUnder, Sealer};
use super::{StoreError, read, replace};
use crate::deadline::Deadline;
use crate::platform::keyring::{self, KeyringError};
use crate::platform::{self};
use crate::profile::KeyPlace;

/// The keyring's item that holds the key.
const SERVICE: &str = "prusa-cred";
const USER: &str = "key";
/// A key file is a line of text at most.
const LARGEST: u64 = 4 * 1024;
/// How long another process may be at making the first key: a keyring has 2 s for each answer.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Why there is no key.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// Nobody knows whether it has the key.
    #[error("the key cannot be had from the keyring")]
    Keyring(#[source] Arc<KeyringError>),
    /// Everywhere else was asked, too.
    #[error("it is sealed under key {key}, and that key is gone: {found}")]
    Gone { key: KeyId, found: String },
    #[error("there is no key file {}", .0.display())]
    NoFile(PathBuf),
    /// `$CREDENTIALS_DIRECTORY` outside a service, or `~` without a home.
    #[error("nothing says where the key file {0} is")]
    Nowhere(KeyPlace),
    #[error("the key file {} cannot be read", path.display())]
    File {
        path: PathBuf,
        source: Arc<StoreError>,
    },
    #[error("what {0} holds is not a key")]
    NotAKey(KeyPlace),
    #[error("a new key could not be kept in {place}")]
    NotKept {
        place: KeyPlace,
        source: Arc<StoreError>,
    },
    #[error("{0} did not keep the new key")]
    NotReadBack(KeyPlace),
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

impl KeyError {
    /// Returns whether the key may well be where it was, and cannot be had just now.
    fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Keyring(_) | Self::File { .. } | Self::Nowhere(_)
        )
    }
}

/// What a place turned out to hold.
type Found = Result<Option<Arc<Key>>, KeyError>;

/// All places of keys.
pub(crate) struct Keys {
    surroundings: KeyLocations,
    /// Where the configuration says that keys are.
    places: Vec<KeyPlace>,
    warn: Box<dyn Fn(&str) + Send + Sync>,
    /// What was read so far.
    found: Mutex<Vec<(KeyPlace, Found)>>,
}

/// What the places of keys depend on, looked up when it is needed.
#[derive(Clone, Copy)]
pub(crate) struct KeyLocations {
    /// The file beside which the lock lies under which a keyring's first key is made.
    pub(crate) lock: fn() -> Option<PathBuf>,
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    pub(crate) credentials_directory: fn() -> Option<PathBuf>,
}

impl Keys {
    /// Reads nothing yet.
    pub(crate) fn new(
        surroundings: KeyLocations,
        places: Vec<KeyPlace>,
        warn: Box<dyn Fn(&str) + Send + Sync>,
    ) -> Self {
        Self {
            surroundings,
            places,
            warn,
            found: Mutex::default(),
        }
    }

    /// Returns the key that a file is sealed under, wherever it is.
    ///
    /// # Errors
    ///
    /// `Gone` when every place has answered and none has it.
    pub(super) fn find(&self, under: &SealedUnder) -> Result<Arc<Key>, KeyError> {
        let mut missing = Vec::new();
        let mut passing = None;
        for place in self.candidates(&under.at) {
            match self.at(&place) {
                Ok(Some(key)) if *key.id() == under.key => return Ok(key),
                Ok(Some(other)) => missing.push(format!("{place} holds key {}", other.id())),
                Ok(None) => missing.push(nothing_at(&place)),
                // Where no sign of it was ever seen, what a keyring would say matters less.
                Err(error) if error.may_pass() && place.word() == under.at => {
                    passing = passing.or(Some(error));
                }
                Err(KeyError::Keyring(_)) => {}
                Err(error) => missing.push(error.to_string()),
            }
        }
        Err(passing.unwrap_or_else(|| KeyError::Gone {
            key: under.key.clone(),
            found: missing.join(", "),
        }))
    }

    /// Returns what seals a file under the key at a place. A keyring that has none is given one; a key file is not made.
    pub(super) fn sealer(&self, place: &KeyPlace) -> Result<Sealer, KeyError> {
        let key = match (self.at(place)?, place) {
            (Some(key), _) => key,
            (None, KeyPlace::Keyring) => self.make(place)?,
            (None, KeyPlace::File(_)) => return Err(KeyError::NoFile(self.path(place)?)),
        };
        Sealer::new(key, place.word()).map_err(KeyError::Random)
    }

    /// Returns what seals a file again under the key that it is sealed under.
    pub(super) fn sealer_again(&self, under: &SealedUnder) -> Result<Sealer, KeyError> {
        let key = self.find(under)?;
        Sealer::new(key, &under.at).map_err(KeyError::Random)
    }

    /// Sees that there is a key at a place, and makes one where there is none. Returns whether it did.
    pub(crate) fn ensure(&self, place: &KeyPlace) -> Result<bool, KeyError> {
        match self.at(place) {
            Ok(Some(_)) => Ok(false),
            Ok(None) => self.make(place).map(|_| true),
            Err(error) => Err(error),
        }
    }

    /// Returns the places that may have a key, the likeliest first.
    fn candidates(&self, at: &str) -> Vec<KeyPlace> {
        let mut candidates: Vec<KeyPlace> = Vec::new();
        let all = KeyPlace::parse(at).into_iter();
        for place in all
            .chain(self.places.iter().cloned())
            .chain([KeyPlace::Keyring])
        {
            if !candidates.contains(&place) {
                candidates.push(place);
            }
        }
        candidates
    }

    /// Returns the key at a place, which is read once.
    fn at(&self, place: &KeyPlace) -> Found {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = found.iter().find(|(known, _)| known == place) {
            return known.clone();
        }
        let key = self.read(place);
        found.push((place.clone(), key.clone()));
        key
    }

    fn read(&self, place: &KeyPlace) -> Found {
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

    fn read_file(&self, place: &KeyPlace, path: &Path) -> Found {
        let because = |error| KeyError::File {
            path: path.to_owned(),
            source: Arc::new(error),
        };
        let Some(content) = read::regular_file(path, LARGEST).map_err(because)? else {
            return Ok(None);
        };
        // A service manager's files may look loose by their mode bits; whose they are decides who may mend that.
        if platform::is_loose(&content.metadata) && platform::is_own(&content.metadata) {
            self.restrict_permissions(path);
        }
        let key = Key::parse(&content.bytes).map(Arc::new);
        key.ok_or(KeyError::NotAKey(place.clone())).map(Some)
    }

    fn restrict_permissions(&self, path: &Path) {
        let tightened = read::open_regular(path).map(|opened| {
            opened.map_or(Ok(()), |(file, metadata)| {
                platform::restrict_permissions(&file, &metadata)
            })
        });
        let path = path.display();
        (self.warn)(&match tightened {
            Ok(Ok(())) => {
                format!("the key file {path} could be read by others; now only you can read it")
            }
            _ => {
                format!("the key file {path} can be read by others, and that could not be changed")
            }
        });
    }

    fn path(&self, place: &KeyPlace) -> Result<PathBuf, KeyError> {
        let directory = (self.surroundings.credentials_directory)();
        place
            .path(directory.as_deref())
            .ok_or_else(|| KeyError::Nowhere(place.clone()))
    }

    /// Makes the first key of a place, once, however many processes want it at once.
    fn make(&self, place: &KeyPlace) -> Result<Arc<Key>, KeyError> {
        let not_kept = |error| KeyError::NotKept {
            place: place.clone(),
            source: Arc::new(error),
        };
        let lock = match place {
            KeyPlace::Keyring => (self.surroundings.lock)(),
            KeyPlace::File(_) => Some(self.path(place)?),
        };
        let lock = lock.ok_or_else(|| KeyError::Nowhere(place.clone()))?;
        let _lock = Lock::acquire(&lock, Deadline::after(LOCK_WAIT)).map_err(not_kept)?;
        let key = match self.read(place)? {
            Some(key) => key,
            None => self.make_and_read_back(place)?,
        };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.retain(|(known, _)| known != place);
        found.push((place.clone(), Ok(Some(key.clone()))));
        Ok(key)
    }

    fn make_and_read_back(&self, place: &KeyPlace) -> Result<Arc<Key>, KeyError> {
        let key = Key::random().map_err(KeyError::Random)?;
        self.write(place, &key)?;
        // What is there now is what the next process will find.
        self.read(place)?
            .ok_or_else(|| KeyError::NotReadBack(place.clone()))
    }

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
                replace::write_durably(&path, line.as_bytes()).map_err(|error| KeyError::NotKept {
                    place: place.clone(),
                    source: Arc::new(error),
                })
            }
        }
    }
}

fn nothing_at(place: &KeyPlace) -> String {
    match place {
        KeyPlace::Keyring => "the keyring holds none".to_owned(),
        KeyPlace::File(path) => format!("there is no key file {path}"),
    }
}

impl Default for Keys {
    /// Knows of the keyring alone, and makes no key.
    fn default() -> Self {
        let nowhere = || None;
        let surroundings = KeyLocations {
            lock: nowhere,
            credentials_directory: nowhere,
        };
        Self::new(surroundings, Vec::new(), Box::new(|_| ()))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}
