//! A token file whose lock is held: reading, converting, and noting failures and rejections.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::error::StoreError;
use super::journal::{Failure, Journal};
use super::lock::Lock;
use super::record::{RejectionOutcome, Stored};
use super::regular_file::MAX_FILE_BYTES;
use super::sealing::{Converted, Sealing};
use super::token_file::Store;
use crate::deadline::Deadline;
use crate::token::{Fingerprint, UnixTime};

impl Store {
    /// Takes the lock, waiting for it until the deadline, and puts in place what a killed process had already written.
    ///
    /// Missing directories are created for their owner only; existing ones stay as they are.
    ///
    /// # Errors
    ///
    /// `Locked` when another process keeps the lock, `NotAFile` when the file is not a regular one. It is an error too
    /// if the lock file is not, or if what a killed process had written cannot be put in place or its key is not
    /// available.
    pub(crate) fn lock(&self, deadline: Deadline) -> Result<Locked<'_>, StoreError> {
        let lock = Lock::acquire(self.path(), deadline)?;
        let locked = Locked { store: self, lock };
        locked.adopt_leftover()?;
        Ok(locked)
    }
}

/// A token file and its lock, which is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Locked<'s> {
    store: &'s Store,
    lock: Lock,
}

impl Locked<'_> {
    /// Returns the path of the token file, symbolic links followed.
    pub(crate) fn target(&self) -> &Path {
        self.lock.target()
    }

    /// Returns the store whose lock this is.
    pub(super) fn store(&self) -> &Store {
        self.store
    }

    /// Returns whether the file is sealed when it is written, and the keys for it.
    pub(super) fn sealing(&self) -> &Sealing {
        self.store.sealing()
    }

    /// Seals or unseals the token file as the configuration says; without a setting it stays as it is. Its content and
    /// modification time stay the same, except that a saved password is removed from a file that becomes plain. A seed
    /// is not written. Fails as `load`, or if the file cannot be sealed or replaced.
    pub(crate) fn convert(&self) -> Result<Converted, StoreError> {
        let target = self.target();
        let Some(stored) = self.load()? else {
            return Ok(Converted::Missing);
        };
        let Some(unsealed) = self.sealing().read(target, MAX_FILE_BYTES)? else {
            return Ok(Converted::Missing);
        };
        if stored.password.is_some() && self.sealing().wants_plain() {
            let content = stored.rejection.insert_into(&stored.set).render();
            self.sealing().convert(target, &unsealed, &content)?;
            return Ok(Converted::ReplacedWithoutPassword);
        }
        let content = &unsealed.content.bytes;
        self.sealing().convert(target, &unsealed, content)
    }

    /// Rewrites a sealed file of version 1 in the present one. Fails if it cannot be read or written.
    pub(super) fn rewrite_old(&self) -> Result<(), StoreError> {
        self.sealing().rewrite_old_locked(self.target())
    }

    /// As `Store::load`, but changes nothing: reads what is stored now, which another process may have changed while
    /// this one waited for the lock.
    pub(crate) fn load(&self) -> Result<Option<Stored>, StoreError> {
        self.store.load_unchanged()
    }

    /// Reads the journal; `None` if there is none, or it cannot be read or parsed.
    pub(crate) fn journal(&self) -> Option<Journal> {
        Journal::load(self.target())
    }

    /// Returns the fingerprint of the last sign-in that was refused since the last success, if one was: see
    /// `attempt_fingerprint`.
    pub(crate) fn refused_attempt(&self) -> Option<u8> {
        self.journal()?.refused_attempt()
    }

    /// Notes that an attempt to obtain a token set failed, in place of what was noted before. What was known is kept
    /// where `failure` has nothing of its own. A note that a refresh token was about to be spent is not kept.
    pub(crate) fn note_failure(&self, mut failure: Failure) -> Result<(), StoreError> {
        if let Some(earlier) = self.journal() {
            failure.known = failure.known.or(earlier.into_known());
        }
        Journal::Failed(failure).save(self.target())
    }

    /// Stores that a server rejected a secret, if it is the stored access token, and returns what that means;
    /// `NotStoredToken` if it is another or nothing is stored. The journal and a saved password stay, a seed is written
    /// to the file. Fails if the file cannot be read or written.
    pub(crate) fn note_rejected(
        &self,
        rejected: &SecretString,
        now: UnixTime,
    ) -> Result<RejectionOutcome, StoreError> {
        let Some(stored) = self.load()? else {
            return Ok(RejectionOutcome::NotStoredToken);
        };
        // Digests are compared, so that the time of the comparison reveals nothing about the token.
        let fingerprint = Fingerprint::of(rejected.expose_secret());
        let is_rejected = |token: &str| Fingerprint::of(token) == fingerprint;
        match &stored.set.access_token {
            Some(access_token) if is_rejected(access_token.expose()) => {}
            _ => return Ok(RejectionOutcome::NotStoredToken),
        }
        let rejection = stored.rejection.after_rejection(fingerprint, now);
        let outcome = rejection.outcome();
        if rejection != stored.rejection {
            self.reserve(None, now)?
                .with_password(stored.password.clone())
                .write_keeping_journal(&stored.with_fixed_expiry(now), rejection)?;
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::time::Duration;

    use super::*;
    use crate::store::RejectionState;
    use crate::store::path::lock_for;
    use crate::{platform, testing};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn at_once() -> Deadline {
        Deadline::after(Duration::ZERO)
    }

    fn scratch() -> (tempfile::TempDir, Store) {
        let (directory, path) = testing::scratch("new/deep/tokens.json");
        (directory, Store::new(path, None))
    }

    #[test]
    fn a_second_lock_is_refused_and_names_the_holder() {
        let (_directory, store) = scratch();
        let other = Store::new(store.path().to_path_buf(), None);
        let held = store.lock(at_once()).expect("the lock");
        match other.lock(Deadline::after(Duration::from_millis(5))) {
            Err(StoreError::Locked { path, pid }) => {
                assert_eq!(path, store.path().with_file_name("tokens.json.lock"));
                // Where a lock keeps others from reading, nobody can be named.
                assert_eq!(pid, cfg!(unix).then(std::process::id));
            }
            other => panic!("{other:?}"),
        }
        drop(held);
        other.lock(at_once()).expect("the lock");
        assert!(store.path().with_file_name("tokens.json.lock").exists());
    }

    #[test]
    fn a_waiting_process_gets_the_lock_when_it_is_released() {
        let (_directory, store) = scratch();
        let held = store.lock(at_once()).expect("the lock");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                store
                    .lock(Deadline::after(Duration::from_secs(60)))
                    .map(drop)
            });
            drop(held);
            waiting.join().expect("no panic").expect("the lock");
        });
    }

    #[test]
    fn a_lock_file_without_a_process_number_still_locks() {
        for garbage in [
            "",
            "moon",
            "-1",
            "0",
            "99999999999",
            "4000000000",
            "\u{fffd}",
        ] {
            let (_directory, store) = scratch();
            let held = store.lock(at_once()).expect("the lock");
            let path = lock_for(held.target());
            let file = fs::OpenOptions::new().write(true).truncate(true).open(path);
            file.expect("the lock file")
                .write_all(garbage.as_bytes())
                .expect("space");
            let refused = store.lock(at_once());
            // Where the system lists its locks, it knows better.
            let own = std::process::id();
            assert!(
                matches!(refused, Err(StoreError::Locked { pid, .. }) if pid.is_none_or(|pid| pid == own)),
                "{refused:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn new_files_are_private_and_existing_modes_stay() {
        use std::os::unix::fs::PermissionsExt;
        let (directory, store) = scratch();
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(directory.path(), open).expect("a mode");
        store.lock(at_once()).expect("the lock");
        let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        assert_eq!(mode(directory.path()), 0o755);
        assert_eq!(mode(&directory.path().join("new")), 0o700);
        assert_eq!(mode(&directory.path().join("new/deep")), 0o700);
        assert_eq!(
            mode(&store.path().with_file_name("tokens.json.lock")),
            0o600
        );
    }

    #[cfg(unix)]
    #[test]
    fn all_links_to_one_file_share_its_lock() {
        let (directory, store) = scratch();
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink("new/deep/tokens.json", &link).expect("a link");
        let linked = Store::new(link, None);
        let held = linked.lock(at_once()).expect("the lock");
        assert_eq!(held.target(), store.path());
        assert!(matches!(
            store.lock(at_once()),
            Err(StoreError::Locked { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_file_that_is_a_link_is_refused() {
        let (directory, store) = scratch();
        drop(store.lock(at_once()).expect("the lock"));
        let path = store.path().with_file_name("tokens.json.lock");
        fs::remove_file(&path).expect("the lock file");
        let precious = directory.path().join("precious");
        platform::create_private(&precious)
            .expect("a file")
            .write_all(b"1")
            .expect("space");
        std::os::unix::fs::symlink(&precious, &path).expect("a link");
        assert!(matches!(store.lock(at_once()), Err(StoreError::Io { .. })));
        assert_eq!(fs::read(&precious).expect("the file"), b"1");
    }

    #[test]
    fn only_the_stored_access_token_is_marked_as_rejected() {
        let (_directory, store) = scratch();
        let held = store.lock(at_once()).expect("the lock");
        let note = |token: &str| {
            held.note_rejected(&token.to_owned().into(), NOW)
                .expect("a note")
        };
        assert_eq!(note("mine"), RejectionOutcome::NotStoredToken);

        let set = |json: &str| crate::token::TokenSet::parse(json.as_bytes()).expect("a set");
        let commit = |json: &str, rejection| {
            held.reserve(None, NOW)
                .expect("a slot")
                .commit(&set(json), rejection)
                .expect("a commit");
        };
        commit(
            r#"{"access_token":"mine","refresh_token":"mine too","expires_at":1900000000}"#,
            RejectionState::None,
        );
        assert_eq!(note("mine too"), RejectionOutcome::NotStoredToken);
        assert_eq!(note("mine"), RejectionOutcome::Rejected);
        assert_eq!(note("mine"), RejectionOutcome::Rejected);
        let stored = held.load().expect("a file").expect("a set");
        assert!(stored.is_rejected());

        commit(
            r#"{"access_token":"next","expires_at":1900000000}"#,
            RejectionState::RenewedAfterRejection { at: NOW },
        );
        assert_eq!(note("mine"), RejectionOutcome::NotStoredToken);
        assert_eq!(note("next"), RejectionOutcome::RefusedFresh);
        let stored = held.load().expect("a file").expect("a set");
        assert!(!stored.is_rejected());
    }

    #[test]
    fn marking_a_rejection_does_not_move_the_expiry() {
        let (_directory, store) = scratch();
        let held = store.lock(at_once()).expect("the lock");
        let set = crate::token::TokenSet::parse(br#"{"access_token":"mine","expires_in":600}"#);
        let slot = held.reserve(None, NOW).expect("a slot");
        slot.commit(&set.expect("a set"), RejectionState::None)
            .expect("a commit");
        let ends_at = |now| {
            let stored = held.load().expect("a file").expect("a set");
            (
                stored.set.expires_at,
                stored.set.access_expires_at(stored.written_at, now),
            )
        };
        let now = UnixTime::now();
        let (told, counted) = ends_at(now);
        assert_eq!(told, None);
        held.note_rejected(&"mine".to_owned().into(), now)
            .expect("a note");
        assert_eq!(ends_at(now), (counted, counted));
    }
}
