//! The lock beside a token file: `NAME.lock`, an advisory file lock that the system drops when its holder dies.
//!
//! The lock file is never renamed or deleted, or two processes could hold locks on two files of one name. It lies beside
//! what a symbolic link leads to, so that every path to one token file has one lock. Its content, the holder's process
//! number, is a courtesy to whoever waits in vain.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Converted, Failure, Journal, LARGEST, Noted, Sealing, Store, StoreError, Stored, beside,
};
use crate::deadline::{Deadline, jittered};
use crate::platform;
use crate::token::{Fingerprint, UnixTime};

/// The first pause between two tries, and the longest. Most holders are done in the time of one HTTP request.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// Systems follow at most this many symbolic links in a row.
const MOST_LINKS: usize = 40;

/// The lock beside a file, held until this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// Where the file is, or will be, once symbolic links are followed.
    target: PathBuf,
    /// Holds the lock as long as it is open.
    _file: File,
}

impl Lock {
    /// Creates what is missing and takes the lock.
    pub(super) fn acquire(path: &Path, deadline: Deadline) -> Result<Self, StoreError> {
        let (target, file) = lock_beside(path, deadline)?;
        Ok(Self {
            target,
            _file: file,
        })
    }

    /// Returns where the file is, symbolic links followed.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }
}

/// The lock of a store, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Locked<'s> {
    store: &'s Store,
    lock: Lock,
}

impl<'s> Locked<'s> {
    /// Creates what is missing and takes the lock.
    pub(super) fn acquire(store: &'s Store, deadline: Deadline) -> Result<Self, StoreError> {
        let lock = Lock::acquire(&store.path, deadline)?;
        Ok(Self { store, lock })
    }

    /// Returns where the token file is, symbolic links followed.
    pub(crate) fn target(&self) -> &Path {
        self.lock.target()
    }

    /// Returns how the token file is to rest.
    pub(super) fn sealing(&self) -> &Sealing {
        &self.store.sealing
    }

    /// Brings the token file into the form that it should have, its content unchanged; but a password is kept in a
    /// sealed file only.
    pub(crate) fn convert(&self) -> Result<Converted, StoreError> {
        let target = self.target();
        let Some(stored) = self.load()? else {
            return Ok(Converted::Missing);
        };
        let Some(opened) = self.sealing().read(target, LARGEST)? else {
            return Ok(Converted::Missing);
        };
        if stored.password.is_some() && self.sealing().wants_plain() {
            let content = stored.rejection.put_into(&stored.set).render();
            self.sealing().convert(target, &opened, &content)?;
            return Ok(Converted::WithoutPassword);
        }
        let content = &opened.content.bytes;
        self.sealing().convert(target, &opened, content)
    }

    /// Reads what is stored now: another process may have changed it while this one waited.
    pub(crate) fn load(&self) -> Result<Option<Stored>, StoreError> {
        self.store.load()
    }

    /// Reads what the last process noted.
    pub(crate) fn journal(&self) -> Option<Journal> {
        Journal::load(self.target())
    }

    /// Returns the mark of who and what was refused since the last success.
    pub(crate) fn refused_attempt(&self) -> Option<u8> {
        self.journal()?.refused_attempt()
    }

    /// Notes that an attempt to obtain a token set failed, in place of what was noted before; but who was refused
    /// stays noted, and of a failure what explains it.
    pub(crate) fn note_failure(&self, mut failure: Failure) -> Result<(), StoreError> {
        let earlier = self.journal();
        failure.attempt = failure
            .attempt
            .or_else(|| earlier.as_ref()?.refused_attempt());
        if let (None, Some(Journal::Failed(earlier))) = (&failure.cut_off, earlier) {
            failure.cut_off = earlier.cut_off;
        }
        Journal::Failed(failure).save(self.target())
    }

    /// Notes that a server rejected a secret, if that is the stored access token.
    pub(crate) fn note_rejected(
        &self,
        rejected: &SecretString,
        now: UnixTime,
    ) -> Result<Noted, StoreError> {
        let Some(stored) = self.load()? else {
            return Ok(Noted::NotOurs);
        };
        // Digests are compared, so that the time it takes tells nothing of the token.
        let fingerprint = Fingerprint::of(rejected.expose_secret());
        let is_ours = |token: &str| Fingerprint::of(token) == fingerprint;
        match &stored.set.access_token {
            Some(access_token) if is_ours(access_token.expose()) => {}
            _ => return Ok(Noted::NotOurs),
        }
        let rejection = stored.rejection.after_rejection(fingerprint, now);
        let noted = rejection.noted();
        if rejection != stored.rejection {
            self.reserve(None, now)?
                .with_password(stored.password.clone())
                .put(&stored.to_rewrite(now), rejection)?;
        }
        Ok(noted)
    }
}

/// Creates what is missing, takes the lock of whatever `path` leads to, and returns that and what holds the lock.
pub(super) fn lock_beside(path: &Path, deadline: Deadline) -> Result<(PathBuf, File), StoreError> {
    let target = resolve(path).map_err(StoreError::io("follow", path))?;
    refuse_unless_file(&target)?;
    let directory = platform::directory_of(&target);
    platform::create_private_directories(directory).map_err(StoreError::io("create", directory))?;
    let path = path_for(&target);
    let file = platform::open_for_locking(&path).map_err(StoreError::io("open", &path))?;
    let file_type = file
        .metadata()
        .map_err(StoreError::io("open", &path))?
        .file_type();
    if !file_type.is_file() {
        let what = platform::kind_of(file_type);
        return Err(StoreError::NotAFile { path, what });
    }
    wait_for(&file, &path, deadline)?;
    // A full disk must not keep anyone from the lock.
    let _ = write_holder(&file);
    Ok((target, file))
}

/// Returns where a chain of symbolic links ends, whether or not a file is there.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        // Whatever is wrong with a path that is no link shows when it is used.
        match fs::read_link(&path) {
            Ok(target) => path = platform::directory_of(&path).join(target),
            Err(_) if path.file_name().is_some() => return Ok(path),
            Err(_) => return Err(io::ErrorKind::InvalidFilename.into()),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Fails where something stands that no token file can replace. Nothing is to be created beside that: it may be a device.
fn refuse_unless_file(target: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile {
            path: target.to_path_buf(),
            what: platform::kind_of(metadata.file_type()),
        }),
        // Whatever else is wrong with it shows when it is used.
        _ => Ok(()),
    }
}

fn wait_for(file: &File, path: &Path, deadline: Deadline) -> Result<(), StoreError> {
    let (mut pause, longest) = PAUSES;
    let mut is_last_try = deadline.is_over();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if is_last_try => {
                return Err(StoreError::Locked {
                    path: path.to_path_buf(),
                    pid: read_holder(file),
                });
            }
            Err(TryLockError::WouldBlock) => {
                is_last_try = !deadline.sleep(jittered(pause));
                pause = (pause * 2).min(longest);
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
        }
    }
}

fn write_holder(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())
}

/// Returns where the lock of the file at `target` is.
pub(super) fn path_for(target: &Path) -> PathBuf {
    beside(target, "", ".lock")
}

/// Returns the process that holds the lock, if it left its number and is still there.
pub(super) fn read_holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    let pid = text.trim().parse().ok()?;
    platform::is_process_alive(pid).then_some(pid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::RejectionState;
    use crate::testing;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn at_once() -> Deadline {
        Deadline::after(Duration::ZERO)
    }

    fn scratch() -> (tempfile::TempDir, Store) {
        let (directory, path) = testing::scratch("new/deep/tokens.json");
        (directory, Store::new(path, None))
    }

    #[test]
    fn the_lock_has_one_holder_who_is_told() {
        let (_directory, store) = scratch();
        let other = Store::new(store.path.clone(), None);
        let held = store.lock(at_once()).expect("the lock");
        match other.lock(Deadline::after(Duration::from_millis(5))) {
            Err(StoreError::Locked { path, pid }) => {
                assert_eq!(path, store.path.with_file_name("tokens.json.lock"));
                // Where a lock keeps others from reading, nobody can be named.
                assert_eq!(pid, cfg!(unix).then(std::process::id));
            }
            other => panic!("{other:?}"),
        }
        drop(held);
        other.lock(at_once()).expect("the lock");
        assert!(store.path.with_file_name("tokens.json.lock").exists());
    }

    #[test]
    fn whoever_waits_gets_the_lock_when_it_is_let_go() {
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
    fn a_holder_that_left_no_number_is_still_a_holder() {
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
            let path = beside(held.target(), "", ".lock");
            let file = fs::OpenOptions::new().write(true).truncate(true).open(path);
            file.expect("the lock file")
                .write_all(garbage.as_bytes())
                .expect("space");
            let refused = store.lock(at_once());
            assert!(
                matches!(refused, Err(StoreError::Locked { pid: None, .. })),
                "{refused:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_created_is_for_its_owner_alone_and_what_exists_stays_as_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let (directory, store) = scratch();
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(directory.path(), open).expect("a mode");
        store.lock(at_once()).expect("the lock");
        let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        assert_eq!(mode(directory.path()), 0o755);
        assert_eq!(mode(&directory.path().join("new")), 0o700);
        assert_eq!(mode(&directory.path().join("new/deep")), 0o700);
        assert_eq!(mode(&store.path.with_file_name("tokens.json.lock")), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn every_path_to_one_file_has_one_lock() {
        let (directory, store) = scratch();
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink("new/deep/tokens.json", &link).expect("a link");
        let linked = Store::new(link, None);
        let held = linked.lock(at_once()).expect("the lock");
        assert_eq!(held.target(), store.path);
        assert!(matches!(
            store.lock(at_once()),
            Err(StoreError::Locked { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_file_that_is_something_else_is_refused() {
        let (directory, store) = scratch();
        drop(store.lock(at_once()).expect("the lock"));
        let path = store.path.with_file_name("tokens.json.lock");
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
    fn only_the_stored_access_token_is_noted_as_rejected() {
        let (_directory, store) = scratch();
        let held = store.lock(at_once()).expect("the lock");
        let note = |token: &str| {
            held.note_rejected(&token.to_owned().into(), NOW)
                .expect("a note")
        };
        assert_eq!(note("mine"), Noted::NotOurs);

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
        assert_eq!(note("mine too"), Noted::NotOurs);
        assert_eq!(note("mine"), Noted::Rejected);
        assert_eq!(note("mine"), Noted::Rejected);
        let stored = held.load().expect("a file").expect("a set");
        assert!(stored.is_rejected());

        commit(
            r#"{"access_token":"next","expires_at":1900000000}"#,
            RejectionState::RenewedAfterRejection { at: NOW },
        );
        assert_eq!(note("mine"), Noted::NotOurs);
        assert_eq!(note("next"), Noted::RefusedFresh);
        let stored = held.load().expect("a file").expect("a set");
        assert!(!stored.is_rejected());
    }

    #[test]
    fn a_note_of_rejection_does_not_stretch_a_token_s_life() {
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
