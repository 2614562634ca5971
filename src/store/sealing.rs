//! Whether a stored file is plain or sealed: read as it is, written as the configuration says or as it was.
//!
//! A plain file is refused where the configuration says that it is sealed, or anybody who can write the directory could
//! put one there. Only the commands `seal` and `unseal` accept it, and a login replaces it.
//!
//! A sealed file of version 1 does not say whose it is. It is read, and rewritten at once in the present version if its
//! lock is free; where a file of the present version was before, it is refused.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::error::{KeyError, StoreError, UnsealError};
use super::keys::Keys;
use super::label::Label;
use super::lock::Lock;
use super::regular_file::{Content, MAX_FILE_BYTES};
use super::sealed::{self, Damage, KeyReference, Sealed, Sealer};
use super::{atomic, path, regular_file, sealed_before};
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::{KeyPlace, Seal};

/// The largest content of any kind of file, in bytes.
const MAX_REWRITTEN_BYTES: u64 = 8 * MAX_FILE_BYTES;

/// Whether one file is to be sealed, and the keys for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sealing {
    keys: Arc<Keys>,
    /// What the configuration says; `None` leaves an existing file as it is and creates a new one plain.
    setting: Option<Seal>,
    /// What the file is.
    label: Label,
    /// Whether a person has said that the file as it is now is theirs: then a plain one is accepted where a sealed one
    /// is configured, and one of version 1 where a newer one was.
    accepts_any_form: bool,
}

/// A file that was read, with its content in plain text.
pub(super) struct Unsealed {
    pub(super) content: Content,
    /// The key that the file is sealed with; `None` for a plain file.
    pub(super) key: Option<KeyReference>,
}

/// The content of a sealed file.
type Secret = Zeroizing<Vec<u8>>;

/// The outcome of sealing or unsealing a file as the configuration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Converted {
    /// There is no file.
    Missing,
    /// The file was as configured already, or nothing is configured.
    Unchanged,
    /// The file was replaced; it had this form.
    Replaced(Form),
    /// The file was replaced by a plain one, without the saved password that it held.
    ReplacedWithoutPassword,
}

/// The form that a file had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Sealed,
    /// Sealed in version 1, which does not say whose it is.
    OldVersion,
}

impl Sealing {
    /// Returns the sealing of the file that `label` describes; `setting` is what the configuration says.
    pub(crate) fn new(keys: Arc<Keys>, setting: Option<Seal>, label: Label) -> Self {
        Self {
            keys,
            setting,
            label,
            accepts_any_form: false,
        }
    }

    /// Returns the sealing for a command by which a person accepts the file in the form that it has now.
    #[must_use]
    pub(crate) fn accepting_any_form(self) -> Self {
        Self {
            accepts_any_form: true,
            ..self
        }
    }

    /// Returns whether the configuration says whether to seal the file; also `true` if it says not to.
    pub(super) fn is_configured(&self) -> bool {
        self.setting.is_some()
    }

    /// Returns whether the configuration says that the file is to be plain; `false` if it says nothing.
    pub(super) fn wants_plain(&self) -> bool {
        self.setting == Some(Seal::None)
    }

    /// Reads a file whose plain content has at most `max_bytes`, and unseals it if it is sealed. `None` is a missing
    /// file. Fails if it is larger, not a regular file, or cannot be read or unsealed, and with `NotSealed` if it is
    /// plain and should not be; an empty file is not that.
    pub(super) fn read(&self, path: &Path, max_bytes: u64) -> Result<Option<Unsealed>, StoreError> {
        let Some(content) = regular_file::read_own(path, sealed::sealed_length(max_bytes))? else {
            return Ok(None);
        };
        let Content { bytes, metadata } = content;
        let (bytes, key) = if let Some((content, key)) = self.unseal_with_key(path, &bytes)? {
            (content, Some(key))
        } else {
            self.check_may_be_plain(path, &bytes)?;
            (bytes, None)
        };
        if bytes.len() as u64 > max_bytes {
            return Err(StoreError::TooLarge {
                path: path.to_path_buf(),
                max_bytes,
            });
        }
        let content = Content { bytes, metadata };
        Ok(Some(Unsealed { content, key }))
    }

    /// Returns whether a plain file is refused.
    pub(super) fn refuses_plain(&self) -> bool {
        matches!(self.setting, Some(Seal::Under(_))) && !self.accepts_any_form
    }

    /// Fails for bytes that are neither sealed nor nothing at all, if the configuration says that the file at `path` is
    /// sealed: with `CannotUnseal` if they look like a damaged sealed file, else with `NotSealed`.
    fn check_may_be_plain(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        if !self.refuses_plain() || bytes.is_empty() {
            return Ok(());
        }
        Err(
            Self::damage_error(path, bytes).unwrap_or_else(|| StoreError::NotSealed {
                path: path.to_path_buf(),
            }),
        )
    }

    /// Returns the plain content of `bytes`, which were read from `path`: `bytes` themselves if they are not sealed. Of
    /// version 1 the file is rewritten. Fails if they cannot be unsealed, or are plain and should not be.
    pub(crate) fn unseal_if_sealed(
        &self,
        path: &Path,
        bytes: Secret,
    ) -> Result<Secret, StoreError> {
        let Some((content, key)) = self.unseal_with_key(path, &bytes)? else {
            self.check_may_be_plain(path, &bytes)?;
            return Ok(bytes);
        };
        if key.is_old {
            self.rewrite_old(path);
        }
        Ok(content)
    }

    /// Rewrites a sealed file of version 1 in the present one, with the same key, content and modification time. If its
    /// lock is not free, or it cannot be read or written, nothing happens: it is tried again when the file is next
    /// read.
    pub(super) fn rewrite_old(&self, path: &Path) {
        if let Ok(lock) = Lock::acquire(path, Deadline::after(Duration::ZERO)) {
            let _ = self.rewrite_old_locked(lock.target());
        }
    }

    /// As `rewrite_old`, for a file whose lock is held. Fails if the file cannot be read or written.
    pub(super) fn rewrite_old_locked(&self, target: &Path) -> Result<(), StoreError> {
        let Some(Unsealed { content, key }) = self.read(target, MAX_REWRITTEN_BYTES)? else {
            return Ok(());
        };
        let Some(key) = key.filter(|key| key.is_old) else {
            return Ok(());
        };
        atomic::check_target(target)?;
        let sealer = self.keys.sealer_with_same_key(&key, &self.label);
        let sealer = sealer.map_err(|source| StoreError::CannotSeal {
            path: target.to_path_buf(),
            source,
        })?;
        let written_at = content.metadata.modified().ok();
        atomic::write_with_time(target, &sealer.seal(&content.bytes), written_at)?;
        self.note_sealed();
        Ok(())
    }

    /// Notes that the file has been sealed in the present version, so that one of version 1 is no longer accepted.
    pub(super) fn note_sealed(&self) {
        sealed_before::note_sealed(self.keys.notes().as_deref(), &self.label);
    }

    /// As `note_sealed`, if the file at `path` is sealed in the present version: for a file that was put in place of
    /// another, which may have been of version 1.
    pub(crate) fn note_if_sealed(&self, path: &Path) {
        let start = regular_file::read_start(path, sealed::MAX_HEADER);
        if start.is_some_and(|bytes| sealed::is_sealed(&bytes) && !sealed::is_old(&bytes)) {
            self.note_sealed();
        }
    }

    /// Returns the bytes to write to `path` so that it holds `content`: sealed or plain as the configuration says, else
    /// as the file is now. Writes no file, but may create a key in the keyring. Fails if the key is not available.
    pub(crate) fn render(&self, path: &Path, content: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(match self.sealer_for(path)? {
            Some(sealer) => sealer.seal(content),
            None => content.to_vec(),
        })
    }

    /// Seals or unseals a file of any content as the configuration says, under its lock; without a setting it stays as
    /// it is. If it is replaced, its modification time stays, and others lose access to it. Fails if it has more than
    /// `MAX_FILE_BYTES`, cannot be unsealed or sealed, or may not be replaced, or the lock is not free in time.
    pub(crate) fn convert_file(
        &self,
        path: &Path,
        deadline: Deadline,
    ) -> Result<Converted, StoreError> {
        if self.read(path, MAX_FILE_BYTES)?.is_none() {
            return Ok(Converted::Missing);
        }
        let lock = Lock::acquire(path, deadline)?;
        match self.read(lock.target(), MAX_FILE_BYTES)? {
            Some(unsealed) => self.convert(lock.target(), &unsealed, &unsealed.content.bytes),
            None => Ok(Converted::Missing),
        }
    }

    /// Returns the plain content of a sealed file's bytes; `None` for a plain file. Fails if they cannot be unsealed.
    pub(super) fn unseal(&self, path: &Path, bytes: &[u8]) -> Result<Option<Secret>, StoreError> {
        let unsealed = self.unseal_with_key(path, bytes)?;
        Ok(unsealed.map(|(content, _)| content))
    }

    /// Returns the plain content of a sealed file's bytes and the key they are sealed with; `None` for a plain file.
    /// Fails with `CannotUnseal` if they are damaged or the key is not available; `path` is for the error only.
    fn unseal_with_key(
        &self,
        path: &Path,
        bytes: &[u8],
    ) -> Result<Option<(Secret, KeyReference)>, StoreError> {
        if !sealed::is_sealed(bytes) {
            return Ok(None);
        }
        let open = || {
            let sealed = Sealed::parse(bytes)?;
            let key = self.keys.find(&sealed.key)?;
            let content = sealed.open(&key, &self.label)?;
            if sealed.key.is_old && !self.accepts_old_version() {
                return Err(Damage::OldVersion.into());
            }
            Ok((content, sealed.key))
        };
        open()
            .map(Some)
            .map_err(|source: UnsealError| StoreError::CannotUnseal {
                path: path.to_path_buf(),
                source,
            })
    }

    /// Returns whether the file may be of version 1: no newer one was noted, or a person accepts it.
    fn accepts_old_version(&self) -> bool {
        self.accepts_any_form || !sealed_before::is_noted(self.keys.notes().as_deref(), &self.label)
    }

    /// Returns the sealer for writing the file at `target` now, as the configuration says, else as the file is now;
    /// `None` if the file is to be plain or, without a setting, is missing or cannot be read. If the key is to be in
    /// the keyring and there is none, it is created.
    ///
    /// # Errors
    ///
    /// When the key is not available. Then nothing may be written.
    pub(super) fn sealer_for(&self, target: &Path) -> Result<Option<Sealer>, StoreError> {
        let start = || regular_file::read_start(target, sealed::MAX_HEADER);
        let (start, sealer) = match &self.setting {
            Some(Seal::None) => return Ok(None),
            Some(Seal::Under(place)) => (start(), self.keys.sealer_at(place, &self.label)),
            None => match start() {
                Some(bytes) if sealed::is_sealed(&bytes) => {
                    let sealer = self.sealer_like_existing(&bytes);
                    (Some(bytes), sealer)
                }
                // Any problem with the file shows when it is read or replaced.
                _ => return Ok(None),
            },
        };
        let sealer = sealer.map_err(|source| StoreError::CannotSeal {
            path: target.to_path_buf(),
            source,
        })?;
        // A file of version 1 that is still there must stay readable if it is not replaced after all.
        if !start.is_some_and(|bytes| sealed::is_old(&bytes)) {
            self.note_sealed();
        }
        Ok(Some(sealer))
    }

    /// Returns the sealer for a file that is sealed now, with the same key; `start` is its first bytes. If that key is
    /// gone or `start` is damaged, the keyring's key takes its place. Fails if the key cannot be read at the moment.
    fn sealer_like_existing(&self, start: &[u8]) -> Result<Sealer, KeyError> {
        let same_key = sealed::key_reference(start)
            .map(|key| self.keys.sealer_with_same_key(&key, &self.label));
        match same_key {
            Some(Err(KeyError::Gone { .. } | KeyError::NotConfigured { .. })) | None => {
                self.sealer_from_keyring()
            }
            Some(sealer) => sealer,
        }
    }

    /// Returns the sealer for a new file that is sealed although no setting says so: with the keyring's key. Fails as
    /// `sealer_from_keyring`.
    pub(super) fn sealer_for_new_file(&self) -> Result<Sealer, KeyError> {
        let sealer = self.sealer_from_keyring()?;
        self.note_sealed();
        Ok(sealer)
    }

    /// Returns a sealer with the keyring's key, which is created if there is none. Fails if the keyring gives no
    /// answer, holds something that is not a key, or a new key cannot be saved.
    fn sealer_from_keyring(&self) -> Result<Sealer, KeyError> {
        self.keys.sealer_at(&KeyPlace::Keyring, &self.label)
    }

    /// Returns the error for a damaged sealed file, if these bytes, which hold nothing usable, look like one; else
    /// `None`.
    pub(super) fn damage_error(path: &Path, bytes: &[u8]) -> Option<StoreError> {
        let damage = sealed::find_damage(bytes)?;
        Some(StoreError::CannotUnseal {
            path: path.to_path_buf(),
            source: damage.into(),
        })
    }

    /// Makes the file at `target`, whose lock is held, sealed or plain as the configuration says, with `content`; its
    /// modification time stays. If it is so already, `content` is not written, and only a temporary file beside it is
    /// removed. Fails if it cannot be sealed or replaced.
    pub(super) fn convert(
        &self,
        target: &Path,
        unsealed: &Unsealed,
        content: &[u8],
    ) -> Result<Converted, StoreError> {
        let sealer = self.sealer_for(target)?;
        let is_as_configured = match (&unsealed.key, &sealer) {
            (None, None) => true,
            (Some(key), Some(sealer)) => sealer.uses(key),
            _ => false,
        };
        if is_as_configured {
            // A killed process may have left a temporary file of the other kind. If it was worth keeping, taking the
            // lock has put it in place.
            let _ = platform::remove_if_exists(&path::temporary_for(target));
            return Ok(Converted::Unchanged);
        }
        atomic::check_target(target)?;
        let written_at = unsealed.content.metadata.modified().ok();
        match sealer {
            Some(sealer) => {
                atomic::write_with_time(target, &sealer.seal(content), written_at)?;
                self.note_sealed();
            }
            None => atomic::write_with_time(target, content, written_at)?,
        }
        Ok(Converted::Replaced(match &unsealed.key {
            None => Form::Plain,
            Some(key) if key.is_old => Form::OldVersion,
            Some(_) => Form::Sealed,
        }))
    }
}
