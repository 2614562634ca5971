//! The form of a store's file: plain or sealed, read as it is, written as the configuration says or as it was.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::keys::{KeyError, Keys};
use super::lock::Lock;
use super::read::{self, Content};
use super::sealed::{self, Damage, Sealed, SealedUnder, Sealer};
use super::{LARGEST, StoreError, replace};
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::{KeyPlace, Seal};

/// Why a sealed file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    #[error(transparent)]
    Damage(#[from] Damage),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// How one store is to rest, and the keys for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sealing {
    keys: Arc<Keys>,
    /// What the configuration says; `None` leaves each file as it is, and begins new ones plain.
    choice: Option<Seal>,
}

/// A file's content as it was before it was sealed, if it was.
pub(super) struct Opened {
    pub(super) content: Content,
    pub(super) under: Option<SealedUnder>,
}

/// What was sealed.
type Secret = Zeroizing<Vec<u8>>;

/// What came of bringing a file into the form that it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Converted {
    /// There is no file.
    Missing,
    /// It had that form.
    Nothing,
    /// It was replaced.
    File,
    /// It was replaced by a plain one, which has no place for the password that was kept.
    WithoutPassword,
}

impl Sealing {
    /// Takes what the configuration says of a store.
    pub(crate) fn new(keys: Arc<Keys>, choice: Option<Seal>) -> Self {
        Self { keys, choice }
    }

    /// Returns whether the configuration says anything.
    pub(super) fn is_chosen(&self) -> bool {
        self.choice.is_some()
    }

    /// Returns whether the configuration wants a plain file.
    pub(super) fn wants_plain(&self) -> bool {
        self.choice == Some(Seal::None)
    }

    /// Reads a file of at most `largest` bytes, opening it if it is sealed. `None` is a missing one.
    pub(super) fn read(&self, path: &Path, largest: u64) -> Result<Option<Opened>, StoreError> {
        let Some(content) = read::regular_file(path, sealed::sealed_length(largest))? else {
            return Ok(None);
        };
        let Content { bytes, metadata } = content;
        let (bytes, under) = match self.open(path, &bytes)? {
            Some((opened, under)) => (opened, Some(under)),
            None => (bytes, None),
        };
        if bytes.len() as u64 > largest {
            return Err(StoreError::TooLarge {
                path: path.to_path_buf(),
                largest,
            });
        }
        let content = Content { bytes, metadata };
        Ok(Some(Opened { content, under }))
    }

    /// Returns what a file that is no store of ours holds, its bytes being these.
    pub(crate) fn open_bytes(&self, path: &Path, bytes: Secret) -> Result<Secret, StoreError> {
        Ok(self.opened(path, &bytes)?.unwrap_or(bytes))
    }

    /// Returns what is to be written to such a file, in the form that it should have.
    pub(crate) fn for_new_file(&self, path: &Path, content: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(match self.for_writing(path)? {
            Some(sealer) => sealer.seal(content),
            None => content.to_vec(),
        })
    }

    /// Brings such a file into the form that it should have.
    pub(crate) fn convert_file(
        &self,
        path: &Path,
        deadline: Deadline,
    ) -> Result<Converted, StoreError> {
        if self.read(path, LARGEST)?.is_none() {
            return Ok(Converted::Missing);
        }
        let lock = Lock::acquire(path, deadline)?;
        match self.read(lock.target(), LARGEST)? {
            Some(opened) => self.convert(lock.target(), &opened, &opened.content.bytes),
            None => Ok(Converted::Missing),
        }
    }

    /// Returns what a file's bytes hold, if they are sealed.
    pub(super) fn opened(&self, path: &Path, bytes: &[u8]) -> Result<Option<Secret>, StoreError> {
        Ok(self.open(path, bytes)?.map(|(opened, _)| opened))
    }

    fn open(&self, path: &Path, bytes: &[u8]) -> Result<Option<(Secret, SealedUnder)>, StoreError> {
        if !sealed::is_sealed(bytes) {
            return Ok(None);
        }
        let open = || {
            let sealed = Sealed::parse(bytes)?;
            let key = self.keys.find(&sealed.under)?;
            Ok((sealed.open(&key)?, sealed.under))
        };
        open().map(Some).map_err(|source| StoreError::Sealed {
            path: path.to_path_buf(),
            source,
        })
    }

    /// Returns what is to seal the file at `target` when it is written now; `None` where it is to be plain.
    ///
    /// # Errors
    ///
    /// When the key cannot be had. Then nothing may be written.
    pub(super) fn for_writing(&self, target: &Path) -> Result<Option<Sealer>, StoreError> {
        let sealer = match &self.choice {
            Some(Seal::None) => return Ok(None),
            Some(Seal::Under(place)) => self.keys.sealer(place),
            None => match read::beginning(target, sealed::LONGEST_HEADER) {
                Some(bytes) if sealed::is_sealed(&bytes) => self.as_it_was(&bytes),
                // Whatever is wrong with the file shows when it is read or replaced.
                _ => return Ok(None),
            },
        };
        sealer.map(Some).map_err(|source| StoreError::NotSealed {
            path: target.to_path_buf(),
            source,
        })
    }

    /// What is sealed stays sealed, also where the file itself is beyond opening.
    fn as_it_was(&self, beginning: &[u8]) -> Result<Sealer, KeyError> {
        let again = sealed::under(beginning).map(|under| self.keys.sealer_again(&under));
        match again {
            Some(Err(KeyError::Gone { .. })) | None => self.keys.sealer(&KeyPlace::Keyring),
            Some(sealer) => sealer,
        }
    }

    /// Returns what seals a file under the keyring's key, if the keyring answers.
    pub(super) fn by_keyring(&self) -> Result<Sealer, KeyError> {
        self.keys.sealer(&KeyPlace::Keyring)
    }

    /// Returns the error of a file that was a sealed one, if these bytes, which are no good as they are, say so.
    pub(super) fn damage(path: &Path, bytes: &[u8]) -> Option<StoreError> {
        let damage = sealed::damage_of(bytes)?;
        Some(StoreError::Sealed {
            path: path.to_path_buf(),
            source: damage.into(),
        })
    }

    /// Brings the file at `target` into the form that it should have, `content` being what it holds.
    pub(super) fn convert(
        &self,
        target: &Path,
        opened: &Opened,
        content: &[u8],
    ) -> Result<Converted, StoreError> {
        let sealer = self.for_writing(target)?;
        let is_so = match (&opened.under, &sealer) {
            (None, None) => true,
            (Some(under), Some(sealer)) => sealer.is_as(under),
            _ => false,
        };
        if is_so {
            // A killed process may have left the other form beside it. What was worth keeping has been put in place.
            let _ = platform::remove_if_there(&replace::temporary_for(target));
            return Ok(Converted::Nothing);
        }
        replace::check_target(target)?;
        let written_at = opened.content.metadata.modified().ok();
        match sealer {
            Some(sealer) => replace::write_as_of(target, &sealer.seal(content), written_at)?,
            None => replace::write_as_of(target, content, written_at)?,
        }
        Ok(Converted::File)
    }
}
