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

use super::read::Content;
use super::sealed::{self, Sealer};
use super::{
    Evidence, Journal, LARGEST, Locked, SavedPassword, SealError, Sealing, StoreError, beside,
    journal, read,
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

    /// Stores a token set in place of what was there, and ends the journal. When this returns, it is safe on disk.
    pub(crate) fn commit(self, set: &TokenSet, evidence: Evidence) -> Result<(), StoreError> {
        let target = self.target;
        self.put(set, evidence)?;
        let _ = fs::remove_file(journal::path_for(target));
        Ok(())
    }

    /// Stores a token set and leaves the journal as it is.
    pub(super) fn put(mut self, set: &TokenSet, evidence: Evidence) -> Result<(), StoreError> {
        let bytes = self.render(set, evidence);
        self.file
            .rewind()
            .and_then(|()| self.file.write_all(&bytes))
            .map_err(StoreError::io("write", &self.temporary))?;
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

    fn render(&mut self, set: &TokenSet, evidence: Evidence) -> Zeroizing<Vec<u8>> {
        let set = evidence.put_into(set);
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
    platform::sync_directory(platform::directory_of(path))
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
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::deadline::Deadline;
    use crate::profile::KeyPlace;
    use crate::profile::Seal;
    use crate::store::Store;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
    const OLD: &str = r#"{"access_token":"old","refresh_token":"spent","theirs":[1]}"#;
    const NEW: &str = r#"{"access_token":"new","refresh_token":"next"}"#;

    struct Scratch {
        _directory: tempfile::TempDir,
        store: Store,
    }

    impl Scratch {
        fn new() -> Self {
            let directory = tempfile::tempdir().expect("a directory");
            let store = Store::new(directory.path().join("tokens.json"), None);
            Self {
                _directory: directory,
                store,
            }
        }

        fn with(old: &str) -> Self {
            let scratch = Self::new();
            scratch.put("tokens.json", old.as_bytes());
            scratch
        }

        fn path(&self, name: &str) -> PathBuf {
            self.store.path().with_file_name(name)
        }

        fn put(&self, name: &str, bytes: &[u8]) {
            create_afresh(&self.path(name))
                .expect("a file")
                .write_all(bytes)
                .expect("space");
        }

        fn lock(&self) -> Locked<'_> {
            self.store
                .lock(Deadline::after(Duration::ZERO))
                .expect("the lock")
        }

        fn has(&self, name: &str) -> bool {
            fs::symlink_metadata(self.path(name)).is_ok()
        }

        fn access_token(&self) -> String {
            let stored = self.store.load().expect("a file").expect("a set");
            stored
                .set
                .access_token
                .expect("a token")
                .expose()
                .to_owned()
        }

        fn spending(&self) {
            let journal = Journal::Spending {
                fingerprint: Fingerprint::of("spent"),
                at: NOW,
                pid: 1,
                attempt: None,
            };
            journal.save(self.store.path()).expect("a journal");
        }
    }

    fn set(json: &str) -> TokenSet {
        TokenSet::parse(json.as_bytes()).expect("a token set")
    }

    fn spent() -> RefreshToken {
        RefreshToken::new("spent".into())
    }

    #[test]
    fn a_commit_replaces_the_file_and_leaves_nothing_else() {
        let scratch = Scratch::with(OLD);
        let locked = scratch.lock();
        let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
        assert_eq!(scratch.access_token(), "old");
        let length = fs::metadata(scratch.path(".tokens.json.new"))
            .expect("a file")
            .len();
        assert_eq!(length, LEAST_RESERVE);
        let journal = locked.journal().expect("a journal");
        assert!(journal.is_spending(&spent()));
        assert!(!journal.is_spending(&RefreshToken::new("another".into())));

        slot.commit(&set(NEW), Evidence::None).expect("a commit");
        assert_eq!(scratch.access_token(), "new");
        assert_eq!(
            fs::read(scratch.store.path()).expect("it"),
            *set(NEW).render()
        );
        assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
    }

    #[test]
    fn a_drop_leaves_the_journal_and_a_release_does_not() {
        let scratch = Scratch::with(OLD);
        let locked = scratch.lock();
        drop(locked.reserve(Some(&spent()), NOW).expect("a slot"));
        assert!(!scratch.has(".tokens.json.new") && scratch.has("tokens.json.journal"));
        assert_eq!(scratch.access_token(), "old");
    }

    #[test]
    fn what_may_not_be_written_fails_before_anything_is_spent() {
        let scratch = Scratch::with(OLD);
        let locked = scratch.lock();
        let mut permissions = fs::metadata(scratch.store.path())
            .expect("it")
            .permissions();
        permissions.set_readonly(true);
        fs::set_permissions(scratch.store.path(), permissions).expect("a mode");
        let refused = locked.reserve(Some(&spent()), NOW);
        assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
        assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
    }

    #[test]
    fn no_space_of_its_own_or_no_journal_fails_before_anything_is_spent() {
        for blocked in [
            ".tokens.json.new",
            "tokens.json.journal",
            ".tokens.json.journal.new",
        ] {
            let scratch = Scratch::with(OLD);
            fs::create_dir(scratch.path(blocked)).expect("a directory");
            let locked = scratch.lock();
            let refused = locked.reserve(Some(&spent()), NOW);
            assert!(
                matches!(refused, Err(StoreError::Io { .. })),
                "{blocked}: {refused:?}"
            );
            assert!(locked.journal().is_none());
            assert!(!scratch.path(".tokens.json.new").is_file());
            assert_eq!(scratch.access_token(), "old");
        }
    }

    #[test]
    fn a_directory_in_place_of_the_file_is_refused() {
        let scratch = Scratch::new();
        let locked = scratch.lock();
        fs::create_dir(scratch.store.path()).expect("a directory");
        assert!(matches!(
            locked.reserve(None, NOW),
            Err(StoreError::NotAFile { .. })
        ));
        drop(locked);
        assert!(matches!(
            scratch.store.lock(Deadline::after(Duration::ZERO)),
            Err(StoreError::NotAFile { .. })
        ));
    }

    #[test]
    fn what_cannot_be_put_in_place_is_kept_and_adopted_later() {
        let scratch = Scratch::with(OLD);
        let locked = scratch.lock();
        let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
        fs::remove_file(scratch.store.path()).expect("the file");
        fs::create_dir(scratch.store.path()).expect("a directory");
        match slot.commit(&set(NEW), Evidence::None) {
            Err(StoreError::NotInPlace { kept_at, .. }) => {
                assert_eq!(kept_at, scratch.path(".tokens.json.new"));
            }
            other => panic!("{other:?}"),
        }
        drop(locked);
        fs::remove_dir(scratch.store.path()).expect("the directory");
        scratch.put("tokens.json", OLD.as_bytes());
        drop(scratch.lock());
        assert_eq!(scratch.access_token(), "new");
        assert!(!scratch.has("tokens.json.journal"));
    }

    #[test]
    fn a_whole_token_set_that_a_killed_process_left_is_adopted() {
        for rest in [0, 4096] {
            let scratch = Scratch::with(OLD);
            scratch.spending();
            let mut bytes = set(NEW).render().to_vec();
            bytes.resize(bytes.len() + rest, 0);
            scratch.put(".tokens.json.new", &bytes);
            assert_eq!(scratch.access_token(), "old");
            drop(scratch.lock());
            assert_eq!(
                fs::read(scratch.store.path()).expect("it"),
                *set(NEW).render()
            );
            assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
        }
    }

    #[test]
    fn a_sealed_token_set_that_a_killed_process_left_is_adopted() {
        let mut scratch = Scratch::with(OLD);
        scratch.put("key", &[7; 32]);
        let key = scratch.path("key").display().to_string();
        let under_key = || {
            let place = KeyPlace::parse(&key).expect("a path");
            Sealing::new(Arc::default(), Some(Seal::Under(place)))
        };
        let again = |scratch: &Scratch| Store::new(scratch.path("tokens.json"), None);
        scratch.store = again(&scratch).with(under_key());
        let locked = scratch.lock();
        let slot = locked.reserve(None, NOW).expect("a slot");
        let length = fs::metadata(scratch.path(".tokens.json.new"));
        assert!(length.expect("a file").len() > LEAST_RESERVE * 4 / 3);
        slot.commit(&set(NEW), Evidence::None).expect("a commit");
        drop(locked);
        let mut leftover = fs::read(scratch.store.path()).expect("it");
        assert!(sealed::is_sealed(&leftover));
        leftover.resize(leftover.len() + 4096, 0);
        scratch.put("tokens.json", OLD.as_bytes());
        scratch.put(".tokens.json.new", &leftover);
        scratch.spending();

        scratch.store = again(&scratch).with(under_key());
        drop(scratch.lock());
        assert_eq!(scratch.access_token(), "new");
        assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
    }

    #[test]
    fn other_leftovers_are_not_adopted_and_their_names_used_again() {
        let half = NEW.get(..NEW.len() / 2).expect("ASCII").as_bytes();
        for (has_journal, leftover) in [
            (true, &[0; 100][..]),
            (true, b""),
            (true, b"{}"),
            (true, half),
            (false, NEW.as_bytes()),
        ] {
            let scratch = Scratch::with(OLD);
            if has_journal {
                scratch.spending();
            }
            scratch.put(".tokens.json.new", leftover);
            scratch.put(".tokens.json.journal.new", b"{");
            let locked = scratch.lock();
            assert_eq!(scratch.access_token(), "old");
            assert_eq!(locked.journal().is_some(), has_journal);
            let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
            slot.commit(&set(NEW), Evidence::None).expect("a commit");
            assert_eq!(scratch.access_token(), "new");
            assert!(!scratch.has(".tokens.json.journal.new"));
        }
    }

    #[test]
    fn a_leftover_for_a_token_set_that_is_no_longer_stored_is_not_adopted() {
        let scratch = Scratch::with(r#"{"access_token":"theirs","refresh_token":"theirs"}"#);
        scratch.spending();
        scratch.put(".tokens.json.new", NEW.as_bytes());
        drop(scratch.lock());
        assert_eq!(scratch.access_token(), "theirs");
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_stays_and_its_target_is_replaced() {
        use std::os::unix::fs::PermissionsExt;
        for is_dangling in [false, true] {
            let scratch = Scratch::new();
            if !is_dangling {
                scratch.put("real.json", OLD.as_bytes());
                let loose = fs::Permissions::from_mode(0o644);
                fs::set_permissions(scratch.path("real.json"), loose).expect("a mode");
            }
            std::os::unix::fs::symlink("real.json", scratch.store.path()).expect("a link");
            let locked = scratch.lock();
            let slot = locked.reserve(None, NOW).expect("a slot");
            slot.commit(&set(NEW), Evidence::None).expect("a commit");
            assert!(scratch.store.path().is_symlink());
            let metadata = fs::symlink_metadata(scratch.path("real.json")).expect("it");
            assert!(metadata.is_file());
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
            assert_eq!(scratch.access_token(), "new");
        }
    }
}
