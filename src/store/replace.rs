//! Replacing a token file so that no login is lost: reserve, spend, commit.
//!
//! Whatever can fail is tried before a refresh token is spent: a full disk, a directory or file that may not be written.
//! What is left to do then is to write into space that is there already, flush it, and rename it into place. A process
//! that is killed between those steps leaves a whole token set behind, which the next one adopts.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::read::{self, Content};
use super::sealed::{self, Sealer};
use super::{
    Journal, LARGEST, Locked, RejectionState, SavedPassword, SealError, Sealing, StoreError,
    beside, journal,
};
use crate::platform;
use crate::token::{Fingerprint, RefreshToken, TokenSet, UnixTime};

/// The least space to reserve: many times what a token set takes.
const LEAST_RESERVE: u64 = 64 * 1024;

/// Space for a token set that is about to be obtained. Dropping it gives the space back and leaves the journal alone.
#[derive(Debug)]
pub(crate) struct Slot<'l> {
    target: &'l Path,
    temporary: PathBuf,
    file: File,
    has_journal: bool,
    /// Whether the temporary file is gone, or holds the only copy of a token set.
    leaves_file: bool,
    /// What the token set is sealed by; `None` for a plain file.
    sealer: Option<Sealer>,
    password: Option<SavedPassword>,
}

impl Locked<'_> {
    /// Makes sure that a new token set can be stored, and notes which refresh token is about to be spent, if one is.
    ///
    /// # Errors
    ///
    /// When anything about it fails. Then nothing may be spent.
    pub(crate) fn reserve(
        &self,
        spending: Option<&RefreshToken>,
        now: UnixTime,
    ) -> Result<Slot<'_>, StoreError> {
        let target = self.target();
        let old_length = check_target(target)?;
        // Before the temporary file: what a killed process left there may be worth more than this.
        let sealer = self.sealing().for_writing(target)?;
        let temporary = temporary_for(target);
        let mut slot = Slot {
            target,
            file: create_afresh(&temporary)?,
            temporary,
            has_journal: false,
            leaves_file: false,
            sealer,
            password: None,
        };
        slot.allocate(old_length)?;
        if let Some(refresh_token) = spending {
            let journal = Journal::Spending {
                fingerprint: Fingerprint::of(refresh_token.expose()),
                at: now,
                pid: std::process::id(),
                attempt: self.refused_attempt(),
            };
            journal.save(target)?;
            slot.has_journal = true;
        }
        Ok(slot)
    }

    /// Puts a token set in place that a process had written before it was killed or could not rename it.
    ///
    /// Only one that replaces what is stored: the journal names the refresh token that it was obtained for.
    pub(super) fn adopt_leftover(&self) -> Result<(), StoreError> {
        let target = self.target();
        let Some(journal) = self.journal() else {
            return Ok(());
        };
        let spent = match self.load() {
            Ok(Some(stored)) => stored.set.refresh_token,
            _ => None,
        };
        if !spent.is_some_and(|refresh_token| journal.is_spending(&refresh_token)) {
            return Ok(());
        }
        let temporary = temporary_for(target);
        let Some(length) = length_of_token_set(&temporary, self.sealing())? else {
            return Ok(());
        };
        let finish = || {
            let file = OpenOptions::new().write(true).open(&temporary)?;
            file.set_len(length)?;
            file.sync_all()?;
            move_into_place(&temporary, target)
        };
        finish().map_err(|source| StoreError::NotInPlace {
            path: target.to_path_buf(),
            kept_at: temporary.clone(),
            source,
        })?;
        // A journal that stays names a token that is no longer stored, which says nothing.
        let _ = fs::remove_file(journal::path_for(target));
        Ok(())
    }
}

impl Slot<'_> {
    /// Keeps a password beside the token set, if the file is going to be a sealed one.
    #[must_use]
    pub(crate) fn with_password(mut self, password: Option<SavedPassword>) -> Self {
        self.password = password;
        self
    }

    /// Returns whether the file is going to be a sealed one.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealer.is_some()
    }

    /// Stores a token set that a server gave in place of what was there, and ends the journal. When this returns, it is
    /// safe on disk.
    ///
    /// # Errors
    ///
    /// `NotInPlace` when it is on disk elsewhere, `AnswerLost` when it is not.
    pub(crate) fn commit(
        self,
        set: &TokenSet,
        rejection: RejectionState,
    ) -> Result<(), StoreError> {
        let target = self.target;
        self.put(set, rejection).map_err(|error| match error {
            StoreError::Io { source, .. } => StoreError::AnswerLost {
                path: target.to_path_buf(),
                source,
            },
            error => error,
        })?;
        let _ = fs::remove_file(journal::path_for(target));
        Ok(())
    }

    /// Stores a token set and leaves the journal as it is.
    pub(super) fn put(
        mut self,
        set: &TokenSet,
        rejection: RejectionState,
    ) -> Result<(), StoreError> {
        let bytes = self.render(set, rejection);
        if self.write(&bytes).is_err() {
            // Where reserved space was no promise, giving it back may make room.
            self.file = create_afresh(&self.temporary)?;
            self.write(&bytes)
                .map_err(StoreError::io("write", &self.temporary))?;
        }
        // From here on the file may be the only place where a login is.
        self.leaves_file = true;
        self.file
            .set_len(bytes.len() as u64)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| move_into_place(&self.temporary, self.target))
            .map_err(|source| StoreError::NotInPlace {
                path: self.target.to_path_buf(),
                kept_at: self.temporary.clone(),
                source,
            })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(bytes)
    }

    fn render(&mut self, set: &TokenSet, rejection: RejectionState) -> Zeroizing<Vec<u8>> {
        let set = rejection.put_into(set);
        let Some(sealer) = self.sealer.take() else {
            return set.render();
        };
        let set = match &self.password {
            Some(password) => password.put_into(set),
            None => set,
        };
        Zeroizing::new(sealer.seal(&set.render()))
    }

    /// Takes space for twice what is stored now, and flushes it so that it is really there.
    fn allocate(&mut self, old_length: u64) -> Result<(), StoreError> {
        let length = old_length
            .saturating_mul(2)
            .clamp(LEAST_RESERVE, 2 * LARGEST);
        let length = match self.sealer {
            Some(_) => sealed::sealed_length(length),
            None => length,
        };
        platform::allocate(
            &mut self.file,
            usize::try_from(length).unwrap_or(usize::MAX),
        )
        .and_then(|()| self.file.sync_all())
        .map_err(StoreError::io("reserve space for", self.target))
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if !self.leaves_file {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Puts a small file in place of another, safe on disk when this returns. It is its owner's alone.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_with(&temporary_for(path), path, bytes, |_| Ok(()))
}

/// As `write_durably`, for content that is as old as what it replaces: its tokens may end by when they were written.
pub(super) fn write_as_of(
    path: &Path,
    bytes: &[u8],
    written_at: Option<SystemTime>,
) -> Result<(), StoreError> {
    write_with(&temporary_for(path), path, bytes, |file| match written_at {
        Some(at) => file.set_modified(at),
        None => Ok(()),
    })
}

/// As `write_durably`, but the file may be read and written by whom the old one might, and a read-only one is refused.
pub(super) fn rewrite_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    check_target(path)?;
    write_with(
        &temporary_for(path),
        path,
        bytes,
        |file| match fs::metadata(path) {
            Ok(metadata) => file.set_permissions(metadata.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        },
    )
}

fn write_with(
    temporary: &Path,
    path: &Path,
    bytes: &[u8],
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> Result<(), StoreError> {
    let mut file = create_afresh(temporary)?;
    file.write_all(bytes)
        .and_then(|()| finish(&file))
        .and_then(|()| file.sync_all())
        .and_then(|()| move_into_place(temporary, path))
        .map_err(|error| {
            let _ = fs::remove_file(temporary);
            StoreError::io("write", path)(error)
        })
}

/// Puts a file for its owner alone in place of another, where no lock keeps two processes from doing so at once.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    check_target(path)?;
    let temporary = beside(path, ".", &format!(".{}.new", std::process::id()));
    write_with(&temporary, path, bytes, |_| Ok(()))
}

/// Returns the length of what is to be replaced, after checking that it may be.
///
/// A rename asks only the directory; a file that its owner made read-only is not ours to replace.
pub(super) fn check_target(target: &Path) -> Result<u64, StoreError> {
    let denied = StoreError::io("write to", target);
    match fs::symlink_metadata(target) {
        Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile {
            path: target.to_path_buf(),
            what: platform::kind_of(metadata.file_type()),
        }),
        Ok(metadata) if metadata.permissions().readonly() => {
            Err(denied(io::ErrorKind::PermissionDenied.into()))
        }
        Ok(metadata) => {
            platform::may_write(target).map_err(denied)?;
            Ok(metadata.len())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(denied(error)),
    }
}

/// Returns the file that becomes `path`. One name for all, so that what a killed process leaves is used again.
pub(super) fn temporary_for(path: &Path) -> PathBuf {
    beside(path, ".", ".new")
}

/// Creates a file for its owner alone, in place of what a killed process may have left there.
fn create_afresh(path: &Path) -> Result<File, StoreError> {
    platform::remove_if_there(path)
        .and_then(|_| platform::create_private(path))
        .map_err(StoreError::io("create", path))
}

fn move_into_place(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    // The file is there for everybody to see. That a crash of the system might undo that is no reason to say otherwise;
    // and a directory that may not be read cannot be flushed.
    let _ = platform::sync_directory(platform::directory_of(path));
    Ok(())
}

/// Returns how long the token set at the beginning of a file is; `None` where there is none, or only a part.
///
/// # Errors
///
/// When a whole one is there and cannot be opened just now.
fn length_of_token_set(path: &Path, sealing: &Sealing) -> Result<Option<u64>, StoreError> {
    if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(None);
    }
    let largest = sealed::sealed_length(2 * LARGEST);
    let Ok(Some(Content { bytes, .. })) = read::regular_file(path, largest) else {
        return Ok(None);
    };
    // The rest of the reserved space is zeros, which JSON has none of.
    let written = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let opened = match sealing.opened(path, written) {
        Ok(opened) => opened,
        Err(StoreError::Sealed {
            source: SealError::Damage(_),
            ..
        }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(set) = TokenSet::parse(opened.as_deref().map_or(written, Vec::as_slice)) else {
        return Ok(None);
    };
    let has_tokens = set.access_token.is_some() || set.refresh_token.is_some();
    Ok(has_tokens.then_some(written.len() as u64))
}

#[cfg(test)]
mod tests;
