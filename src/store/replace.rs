//! Replacing a token file so that no login is lost: reserve, spend, commit.
//!
//! Everything that can fail is tried before a refresh token is spent: a full disk, a directory or file that may not be
//! written. What remains afterwards is to write into space that is already reserved, flush it, and rename the file into
//! place. A process that is killed between those steps leaves a complete token set behind, which the next one adopts.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::atomic::{check_target, create_anew, move_into_place};
use super::error::{StoreError, UnsealError};
use super::journal::Journal;
use super::locked::Locked;
use super::password::SavedPassword;
use super::path::{journal_for, temporary_for};
use super::record::RejectionState;
use super::regular_file::{self, Content, MAX_FILE_BYTES};
use super::sealed::{self, Sealer};
use super::sealing::Sealing;
use super::token_file::Store;
use crate::platform;
use crate::token::{Fingerprint, RefreshToken, TokenSet, UnixTime};

/// The least space to reserve, in bytes: many times the size of a token set.
const MIN_RESERVE: u64 = 64 * 1024;

/// Reserved space for a token set that is about to be obtained. Dropping it frees the space and leaves the journal
/// alone.
#[derive(Debug)]
pub(crate) struct Slot<'l> {
    target: &'l Path,
    temporary: PathBuf,
    file: File,
    /// Whether the temporary file must not be removed on drop: it is gone, or holds the only copy of a token set.
    keeps_temporary: bool,
    /// Seals the token set; `None` for a plain file.
    sealer: Option<Sealer>,
    password: Option<SavedPassword>,
    store: &'l Store,
}

impl Locked<'_> {
    /// Makes sure that a new token set can be stored, and notes in the journal which refresh token is about to be
    /// spent, if one is. Removes the temporary file that a killed process left.
    ///
    /// # Errors
    ///
    /// When any of this fails. Then nothing may be spent.
    pub(crate) fn reserve(
        &self,
        spending: Option<&RefreshToken>,
        now: UnixTime,
    ) -> Result<Slot<'_>, StoreError> {
        let target = self.target();
        let old_length = check_target(target)?;
        // Before the temporary file is created: if the key is missing, what a killed process left there must stay.
        let sealer = self.sealing().sealer_for(target)?;
        let temporary = temporary_for(target);
        let mut slot = Slot {
            target,
            file: create_anew(&temporary)?,
            temporary,
            keeps_temporary: false,
            sealer,
            password: None,
            store: self.store(),
        };
        slot.allocate(old_length)?;
        if let Some(refresh_token) = spending {
            let journal = Journal::Spending {
                fingerprint: Fingerprint::of(refresh_token.expose()),
                at: now,
                pid: std::process::id(),
                known: self.journal().map(Journal::into_known).unwrap_or_default(),
            };
            journal.save(target)?;
        }
        Ok(slot)
    }

    /// Puts a token set in place that another process had written before it was killed or could not rename the file.
    ///
    /// Only if the journal says that the stored refresh token was about to be spent: the new token set was obtained
    /// with it. The journal is removed afterwards. Fails with `NotInPlace` if the file cannot be put in place, or with
    /// `CannotUnseal` if the key that it is sealed with is not available. In any other case does nothing.
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
        self.sealing().note_if_sealed(target);
        // If the journal cannot be removed, it names a token that is no longer stored, which means nothing.
        let _ = fs::remove_file(journal_for(target));
        Ok(())
    }
}

impl Slot<'_> {
    /// Returns the slot with a password to save beside the token set, if the file is going to be sealed. With `None`,
    /// or without this call, the new file has no password, even if the old one had.
    #[must_use]
    pub(crate) fn with_password(mut self, password: Option<SavedPassword>) -> Self {
        self.password = password;
        self
    }

    /// Returns whether the file is going to be sealed.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealer.is_some()
    }

    /// Stores a token set that a server issued, in place of the old one, and removes the journal. It is marked as the
    /// store's owner's. The token set is flushed to disk before it takes the place of the old one.
    ///
    /// # Errors
    ///
    /// `NotInPlace` when it is on disk under another name, `AnswerLost` when it is not on disk.
    pub(crate) fn commit(
        self,
        set: &TokenSet,
        rejection: RejectionState,
    ) -> Result<(), StoreError> {
        let target = self.target;
        let set = self.store.marked(set);
        self.write_keeping_journal(&set, rejection)
            .map_err(|error| match error {
                StoreError::Io { source, .. } => StoreError::AnswerLost {
                    path: target.to_path_buf(),
                    source,
                },
                error => error,
            })?;
        let _ = fs::remove_file(journal_for(target));
        Ok(())
    }

    /// Stores a token set and leaves the journal as it is. Fails with `NotInPlace` as `commit` does, and with `Io` when
    /// the token set is not on disk.
    pub(super) fn write_keeping_journal(
        mut self,
        set: &TokenSet,
        rejection: RejectionState,
    ) -> Result<(), StoreError> {
        let is_sealed = self.is_sealed();
        let bytes = self.render(set, rejection);
        if self.write_bytes(&bytes).is_err() {
            // On file systems where reserving space guarantees nothing, freeing it may make room.
            self.file = create_anew(&self.temporary)?;
            self.write_bytes(&bytes)
                .map_err(StoreError::io("write", &self.temporary))?;
        }
        // From here on this file may hold the only copy of the login.
        self.keeps_temporary = true;
        self.file
            .set_len(bytes.len() as u64)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| move_into_place(&self.temporary, self.target))
            .map_err(|source| StoreError::NotInPlace {
                path: self.target.to_path_buf(),
                kept_at: self.temporary.clone(),
                source,
            })?;
        // Not before: a file of version 1 that was still there had to stay readable.
        if is_sealed {
            self.store.sealing().note_sealed();
        }
        Ok(())
    }

    /// Writes the bytes at the start of the temporary file, without flushing it and without cutting off what follows
    /// them.
    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(bytes)
    }

    /// Returns the content for the file: the token set with the rejection state, as JSON, sealed if there is a sealer,
    /// which is used up. The saved password is included in a sealed file only.
    fn render(&mut self, set: &TokenSet, rejection: RejectionState) -> Zeroizing<Vec<u8>> {
        let set = rejection.insert_into(set);
        let Some(sealer) = self.sealer.take() else {
            return set.render();
        };
        let set = match &self.password {
            Some(password) => password.insert_into(set),
            None => set,
        };
        Zeroizing::new(sealer.seal(&set.render()))
    }

    /// Reserves space for twice what is stored now (at least `MIN_RESERVE`, at most twice `MAX_FILE_BYTES`) and for
    /// sealing it, and flushes the file so that the space is really allocated.
    fn allocate(&mut self, old_length: u64) -> Result<(), StoreError> {
        let length = old_length
            .saturating_mul(2)
            .clamp(MIN_RESERVE, 2 * MAX_FILE_BYTES);
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
        if !self.keeps_temporary {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Returns the length in bytes of the token set, sealed or plain, that a file begins with before its first zero byte.
/// `None` if that is damaged, plain where it should be sealed, or has neither an access token nor a refresh token, or
/// the file cannot be read.
///
/// # Errors
///
/// When there is a complete one and the key that it is sealed with is gone or cannot be read.
fn length_of_token_set(path: &Path, sealing: &Sealing) -> Result<Option<u64>, StoreError> {
    if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(None);
    }
    let max_bytes = sealed::sealed_length(2 * MAX_FILE_BYTES);
    let Ok(Some(Content { bytes, .. })) = regular_file::read_own(path, max_bytes) else {
        return Ok(None);
    };
    // The rest of the reserved space is zero bytes, which JSON never contains.
    let written = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let unsealed = match sealing.unseal(path, written) {
        Ok(None) if sealing.refuses_plain() => return Ok(None),
        Ok(unsealed) => unsealed,
        Err(StoreError::CannotUnseal {
            source: UnsealError::Damage(_),
            ..
        }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(set) = TokenSet::parse(unsealed.as_deref().map_or(written, Vec::as_slice)) else {
        return Ok(None);
    };
    let has_tokens = set.access_token.is_some() || set.refresh_token.is_some();
    Ok(has_tokens.then_some(written.len() as u64))
}

#[cfg(test)]
mod tests;
