//! Where a token set rests: one JSON file, with a lock and a journal beside it. It is plain or sealed: see `form`.
//!
//! Reading takes no lock, since the file is only ever replaced whole. Everything that changes it goes through `Locked`,
//! which is proof of holding the lock, and works on what a symbolic link leads to. Nothing here prints, and an error
//! names a file and never what stands in it.
//!
//! Secret, unless sealed: the token file, its temporary twin `.NAME.new`, and a file set aside. The lock holds a process number, the
//! journal a digest; both are for their owner alone all the same.

mod audit;
mod edit;
mod form;
mod journal;
mod keys;
mod lock;
mod look;
mod password;
mod read;
mod record;
mod remove;
mod replace;
mod saved;
mod sealed;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::deadline::Deadline;
use crate::platform;
use crate::token::{TokenSet, TokenSetError};

pub(crate) use audit::{append_audit_line, read_audit};
pub(crate) use edit::{Change, check_editable, edit, edit_of_others, read_of_others};
pub(crate) use form::{Converted, SealError, Sealing};
pub(crate) use journal::{CutOff, Failure, Journal, attempt_fingerprint};
pub(crate) use keys::{KeyError, KeyLocations, Keys};
pub(crate) use lock::Locked;
pub(crate) use look::{Around, Holder};
pub(crate) use password::SavedPassword;
pub(crate) use record::{Noted, RejectionState, Stored};
pub(crate) use replace::{Slot, write_durably, write_private};
pub(crate) use saved::{Changed, CredentialStore, SavedCredentials, SavedError};
pub(crate) use sealed::Damage;

/// No token file is larger than this; a larger one is something else.
const LARGEST: u64 = 1024 * 1024;

/// How long to wait before reading a file again that could not be parsed: a program that writes in place may have been
/// at it.
const SECOND_LOOKS_AFTER_MS: [u64; 2] = [10, 40];

/// Why a store could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another process holds the lock, and kept it until the deadline.
    #[error("{} is locked by {}", path.display(), holder(*pid))]
    Locked { path: PathBuf, pid: Option<u32> },
    /// A file that holds something else, or was cut short. It is never overwritten, only set aside.
    #[error("{} does not hold a token set", path.display())]
    NotATokenSet {
        path: PathBuf,
        source: TokenSetError,
    },
    /// Something that is there and is not a regular file.
    #[error("{} is {what}", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    /// A file of saved credentials that holds something else, or was cut short. It is never overwritten.
    #[error("{} does not hold saved credentials", path.display())]
    NotCredentials { path: PathBuf, source: SavedError },
    /// A sealed file that cannot be opened. It is never overwritten, only set aside.
    #[error("{} cannot be opened", path.display())]
    Sealed { path: PathBuf, source: SealError },
    /// What is to be sealed and cannot be is not written at all.
    #[error("{} cannot be sealed", path.display())]
    NotSealed { path: PathBuf, source: KeyError },
    /// A file that nobody who stores tokens would have written.
    #[error("{} is larger than {} MiB", path.display(), largest >> 20)]
    TooLarge { path: PathBuf, largest: u64 },
    /// With what was to be saved, the file would be too large to be read again.
    #[error("{} is full: it may not be larger than {} MiB", path.display(), largest >> 20)]
    Full { path: PathBuf, largest: u64 },
    /// The new token set is on disk, but not where it belongs. It stays there: the next process that takes the lock
    /// puts it in place if it replaces a token set that had been spent, and a person can.
    #[error("could not replace {}; the new token set is in {}", path.display(), kept_at.display())]
    NotInPlace {
        path: PathBuf,
        kept_at: PathBuf,
        source: io::Error,
    },
    /// A server's answer could be written nowhere, and what it was given for may be spent.
    #[error("the server's answer could not be stored in {}", path.display())]
    AnswerLost { path: PathBuf, source: io::Error },
    /// The system said no.
    #[error("could not {what} {}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

impl StoreError {
    /// Returns a closure for `map_err`: `what` completes "could not … PATH".
    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            what,
            path: path.to_path_buf(),
            source,
        }
    }
}

/// One token file, which may not exist.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    seed: Option<TokenSet>,
    sealing: Sealing,
}

impl Store {
    /// Names a token file. `seed` is what it counts as holding as long as it is missing.
    pub(crate) fn new(path: PathBuf, seed: Option<TokenSet>) -> Self {
        Self {
            path,
            seed,
            sealing: Sealing::default(),
        }
    }

    /// Says how the file is to rest.
    #[must_use]
    pub(crate) fn with(self, sealing: Sealing) -> Self {
        Self { sealing, ..self }
    }

    /// Returns the path as it was given, which may be a symbolic link.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether it counts as holding something while the file is missing.
    pub(crate) fn has_seed(&self) -> bool {
        self.seed.is_some()
    }

    /// Reads what is stored, without the lock: open, stat, read.
    ///
    /// `None` is a missing file without a seed. An empty file is an error: something was there.
    pub(crate) fn load(&self) -> Result<Option<Stored>, StoreError> {
        let mut loaded = self.load_once();
        for pause in SECOND_LOOKS_AFTER_MS.map(std::time::Duration::from_millis) {
            if !matches!(loaded, Err(StoreError::NotATokenSet { .. })) {
                break;
            }
            Deadline::after(pause).sleep(pause);
            loaded = self.load_once();
        }
        loaded
    }

    fn load_once(&self) -> Result<Option<Stored>, StoreError> {
        let Some(opened) = self.sealing.read(&self.path, LARGEST)? else {
            return Ok(self.seed.clone().map(Stored::of_seed));
        };
        let stored = Stored::parse(&opened);
        let has_tokens = |stored: &Stored| {
            stored.set.access_token.is_some() || stored.set.refresh_token.is_some()
        };
        if !stored.as_ref().is_ok_and(has_tokens)
            && let Some(error) = Sealing::damage(&self.path, &opened.content.bytes)
        {
            return Err(error);
        }
        stored.map(Some).map_err(|source| StoreError::NotATokenSet {
            path: self.path.clone(),
            source,
        })
    }

    /// Reads what the last process noted, without the lock.
    pub(crate) fn journal(&self) -> Option<Journal> {
        Journal::load(&lock::resolve(&self.path).ok()?)
    }

    /// Returns whether the stored refresh token is being spent, as the journal says, or was by a process that is no more.
    pub(crate) fn is_being_spent(&self) -> bool {
        self.journal().is_some_and(|journal| {
            let stored = self.load().ok().flatten();
            let refresh_token = stored.and_then(|stored| stored.set.refresh_token);
            refresh_token.is_some_and(|refresh_token| journal.is_spending(&refresh_token))
        })
    }

    /// Takes the lock, waiting for it until the deadline, and puts in place what a killed process had already written.
    ///
    /// Directories that are missing are created for their owner alone; those that exist stay as they are.
    ///
    /// # Errors
    ///
    /// `Locked` when another process keeps the lock.
    pub(crate) fn lock(&self, deadline: Deadline) -> Result<Locked<'_>, StoreError> {
        let locked = Locked::acquire(self, deadline)?;
        locked.adopt_leftover()?;
        Ok(locked)
    }

    /// Takes every right to the token file from others than its owner.
    pub(crate) fn restrict_permissions(&self) -> Result<(), StoreError> {
        if let Some((file, metadata)) = read::open_regular(&self.path)? {
            platform::restrict_permissions(&file, &metadata)
                .map_err(StoreError::io("change the mode of", &self.path))?;
        }
        Ok(())
    }
}

/// Returns a name in the same directory, made of the file's own name.
fn beside(path: &Path, prefix: &str, suffix: &str) -> PathBuf {
    let mut name = OsString::from(prefix);
    name.push(path.file_name().unwrap_or_default());
    name.push(suffix);
    path.with_file_name(name)
}
#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::testing;
    use crate::token::{AccessToken, UnixTime};

    const SET: &[u8] = br#"{"access_token":"a","refresh_token":"r"}"#;

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        testing::scratch("tokens.json")
    }

    fn put(path: &Path, bytes: &[u8]) {
        use std::io::Write;
        let mut file = platform::create_private(path).expect("a new file");
        file.write_all(bytes).expect("space");
    }

    fn load(path: &Path) -> Result<Option<Stored>, StoreError> {
        Store::new(path.to_path_buf(), None).load()
    }

    fn access_token(stored: Option<Stored>) -> Option<String> {
        Some(stored?.set.access_token?.expose().to_owned())
    }

    #[test]
    fn a_missing_file_is_nothing_or_the_seed() {
        let (_directory, path) = scratch();
        assert!(load(&path).expect("nothing").is_none());
        assert!(load(&path.join("below")).expect("nothing").is_none());
        put(&path, b"x");
        assert!(load(&path.join("below")).expect("nothing").is_none());

        let seed = TokenSet::of_access_token(AccessToken::new("seed".into()));
        let seeded = Store::new(path.join("below"), Some(seed));
        let stored = seeded.load().expect("the seed").expect("the seed");
        assert_eq!((stored.written_at, stored.world_readable), (None, false));
        assert_eq!(access_token(Some(stored)).as_deref(), Some("seed"));
    }

    #[test]
    fn a_file_is_read_with_the_time_it_was_written() {
        let (_directory, path) = scratch();
        put(&path, SET);
        let stored = load(&path).expect("a file").expect("a token set");
        let written_at = stored.written_at.expect("a time");
        assert!(written_at.until(UnixTime::now()) < Duration::from_secs(60));
        assert!(!stored.world_readable);
        assert_eq!(access_token(Some(stored)).as_deref(), Some("a"));
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_nothing() {
        for damage in [
            &b""[..],
            b"\0\0\0\0",
            b"{\"access_token\":\"sekr",
            b"[]",
            b"\"sekret\"",
            b"{\"access_token\":[\"sekret\"]}",
            b"{} {}",
            b"\xff\xfe",
        ] {
            let (_directory, path) = scratch();
            put(&path, damage);
            let error = load(&path).expect_err("an error");
            assert!(
                matches!(error, StoreError::NotATokenSet { .. }),
                "{error:?}"
            );
            assert!(!format!("{error:?} {error}").contains("sekr"), "{error:?}");
            assert_eq!(fs::read(&path).expect("the file"), damage);
        }
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let (_directory, path) = scratch();
        put(&path, b"");
        let file = fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("the file");
        file.set_len(LARGEST + 1).expect("a sparse file");
        assert!(matches!(load(&path), Err(StoreError::TooLarge { .. })));
        file.set_len(LARGEST).expect("a sparse file");
        assert!(matches!(load(&path), Err(StoreError::NotATokenSet { .. })));
    }

    #[test]
    fn a_directory_is_not_a_file() {
        let (_directory, path) = scratch();
        fs::create_dir(&path).expect("a directory");
        let error = load(&path).expect_err("an error");
        assert!(
            matches!(
                error,
                StoreError::NotAFile {
                    what: "a directory",
                    ..
                }
            ),
            "{error:?}"
        );
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::os::unix::net::UnixListener;

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).expect("a file").permissions().mode() & 0o777
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_fifo_is_not_waited_for() {
            use rustix::fs::{CWD, FileType, Mode, mknodat};
            let (_directory, path) = scratch();
            mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).expect("a FIFO");
            let store = Store::new(path, None);
            for error in [store.load().map(drop), store.restrict_permissions()] {
                assert!(
                    matches!(error, Err(StoreError::NotAFile { what: "a FIFO", .. })),
                    "{error:?}"
                );
            }
        }

        #[test]
        fn a_socket_or_a_device_is_not_a_file() {
            let (_directory, path) = scratch();
            let _listener = UnixListener::bind(&path).expect("a socket");
            for (path, expected) in [
                (path.as_path(), "a socket"),
                (Path::new("/dev/null"), "a device"),
            ] {
                match load(path) {
                    Err(StoreError::NotAFile { what, .. }) => assert_eq!(what, expected),
                    other => panic!("{other:?}"),
                }
            }
        }

        #[test]
        fn a_symbolic_link_is_followed_and_a_dangling_one_is_nothing() {
            let (directory, path) = scratch();
            symlink("elsewhere", &path).expect("a link");
            assert!(load(&path).expect("nothing").is_none());
            put(&directory.path().join("elsewhere"), SET);
            assert_eq!(
                access_token(load(&path).expect("a file")).as_deref(),
                Some("a")
            );
        }

        #[test]
        fn a_link_to_itself_is_an_error() {
            let (_directory, path) = scratch();
            symlink(&path, &path).expect("a link");
            assert!(matches!(load(&path), Err(StoreError::Io { .. })));
            let store = Store::new(path, None);
            assert!(store.lock(Deadline::after(Duration::ZERO)).is_err());
        }

        #[test]
        fn a_loose_file_is_told_and_tightened() {
            let (_directory, path) = scratch();
            put(&path, SET);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
            let store = Store::new(path.clone(), None);
            assert!(store.load().expect("a file").expect("a set").world_readable);
            store.restrict_permissions().expect("a new mode");
            assert_eq!(mode(&path), 0o600);
            assert!(!store.load().expect("a file").expect("a set").world_readable);
        }
    }
}
