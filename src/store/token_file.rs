//! A token file that may not exist, read without its lock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::StoreError;
use super::journal::Journal;
use super::record::Stored;
use super::regular_file::MAX_FILE_BYTES;
use super::sealing::Sealing;
use super::{path, regular_file};
use crate::deadline::Deadline;
use crate::token::{OtherIssuer, Owner, TokenSet};

/// How long to wait before each further attempt to read a file that could not be parsed, in milliseconds: another
/// program may be writing it in place.
const RETRY_AFTER_MS: [u64; 2] = [10, 40];

/// One token file, which may not exist.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    seed: Option<TokenSet>,
    sealing: Sealing,
    owner: Option<Owner>,
}

impl Store {
    /// Returns the store at `path`, without reading it. While the file is missing, the store counts as holding `seed`.
    pub(crate) fn new(path: PathBuf, seed: Option<TokenSet>) -> Self {
        Self {
            path,
            seed,
            sealing: Sealing::default(),
            owner: None,
        }
    }

    /// Returns the store with this setting of whether and with which key the file is sealed.
    #[must_use]
    pub(crate) fn with_sealing(self, sealing: Sealing) -> Self {
        Self { sealing, ..self }
    }

    /// Returns the store of this owner's logins: it neither returns nor spends another's, and marks new token sets as
    /// its own. Without an owner a store is for looking at a file and converting it, not for using a login.
    #[must_use]
    pub(crate) fn with_owner(self, owner: Owner) -> Self {
        Self {
            owner: Some(owner),
            ..self
        }
    }

    /// Returns the token set with the fields that say whose it is, as it is stored; unchanged if there is no owner.
    pub(crate) fn marked(&self, set: &TokenSet) -> TokenSet {
        let mut set = set.clone();
        if let Some(owner) = &self.owner {
            owner.write_into(&mut set);
        }
        set
    }

    /// Returns the token set, the answer to a refresh that asked for what the profile says now, with the note that a
    /// refresh did; unchanged if there is no owner.
    pub(crate) fn marked_by_refresh(&self, mut set: TokenSet) -> TokenSet {
        if let Some(owner) = &self.owner {
            owner.write_by_refresh(&mut set);
        }
        set
    }

    /// Returns the path as it was given, which may be a symbolic link.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the file is sealed when it is written, and the keys for it.
    pub(super) fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    /// Returns whether the store counts as holding something while the file is missing.
    pub(crate) fn has_seed(&self) -> bool {
        self.seed.is_some()
    }

    /// Reads what is stored and changes nothing, without the lock; the seed for a missing file, `None` if there is no
    /// seed. A file that does not hold a token set is read twice more within 50 ms, since another program may be
    /// writing it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or unsealed, or does not hold a token set. An empty file is an error too: something
    /// was there. A JSON object without any token is not. `Foreign` if the token set is not the owner's: this is where
    /// every stored one becomes usable, so that none gets round the check.
    pub(super) fn load_unchanged(&self) -> Result<Option<Stored>, StoreError> {
        let mut loaded = self.load_once();
        for pause in RETRY_AFTER_MS.map(Duration::from_millis) {
            if !matches!(loaded, Err(StoreError::NotATokenSet { .. })) {
                break;
            }
            Deadline::after(pause).sleep(pause);
            loaded = self.load_once();
        }
        loaded
    }

    /// Reads what is stored, once, without the lock; for a missing file, returns the seed if there is one, else `None`.
    /// Fails if the file cannot be read or unsealed, does not hold a token set, or either is not the owner's.
    fn load_once(&self) -> Result<Option<Stored>, StoreError> {
        let Some(unsealed) = self.sealing.read(&self.path, MAX_FILE_BYTES)? else {
            self.check_owner(self.seed.as_ref(), Owner::check_given)?;
            // Whatever writes it to the file writes whose it is: it was given for the server that the profile names
            // now.
            let seed = self.seed.as_ref().map(|seed| self.marked(seed));
            return Ok(seed.map(Stored::from_seed));
        };
        let stored = Stored::parse(&unsealed);
        let has_tokens = |stored: &Stored| {
            stored.set.access_token.is_some() || stored.set.refresh_token.is_some()
        };
        if !stored.as_ref().is_ok_and(has_tokens)
            && let Some(error) = Sealing::damage_error(&self.path, &unsealed.content.bytes)
        {
            return Err(error);
        }
        let mut stored = stored.map_err(|source| StoreError::NotATokenSet {
            path: self.path.clone(),
            source,
        })?;
        self.check_owner(Some(&stored.set), Owner::check_stored)?;
        let owner = self.owner.as_ref();
        stored.change = owner.and_then(|owner| owner.change_since(&stored.set));
        Ok(Some(stored))
    }

    /// Fails if the token set is not the owner's by this check; without an owner or a token set does nothing.
    fn check_owner(
        &self,
        set: Option<&TokenSet>,
        check: fn(&Owner, &TokenSet) -> Result<(), OtherIssuer>,
    ) -> Result<(), StoreError> {
        let (Some(owner), Some(set)) = (&self.owner, set) else {
            return Ok(());
        };
        check(owner, set).map_err(|foreign| StoreError::Foreign {
            path: self.path.clone(),
            foreign,
        })
    }

    /// Reads the journal, without the lock; `None` if there is none, or it cannot be read or parsed.
    pub(crate) fn journal(&self) -> Option<Journal> {
        Journal::load(&path::resolve_links(&self.path).ok()?)
    }

    /// Returns whether the journal says that the stored refresh token is being spent, or was by a process that died;
    /// `false` if the journal or the token file cannot be read.
    pub(crate) fn is_being_spent(&self) -> bool {
        self.journal().is_some_and(|journal| {
            let stored = self.load_unchanged().ok().flatten();
            let refresh_token = stored.and_then(|stored| stored.set.refresh_token);
            refresh_token.is_some_and(|refresh_token| journal.is_spending(&refresh_token))
        })
    }

    /// Makes the token file inaccessible to everybody but its owner, if it exists.
    pub(crate) fn restrict_permissions(&self) -> Result<(), StoreError> {
        regular_file::restrict_permissions(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::token::{AccessToken, UnixTime};
    use crate::{platform, testing};

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
    fn a_missing_file_loads_as_nothing_or_the_seed() {
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
    fn a_file_is_loaded_with_its_modification_time() {
        let (_directory, path) = scratch();
        put(&path, SET);
        let stored = load(&path).expect("a file").expect("a token set");
        let written_at = stored.written_at.expect("a time");
        assert!(written_at.until(UnixTime::now()) < Duration::from_secs(60));
        assert!(!stored.world_readable);
        assert_eq!(access_token(Some(stored)).as_deref(), Some("a"));
    }

    #[test]
    fn a_damaged_file_is_an_error_and_not_a_missing_file() {
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
    fn a_file_larger_than_the_limit_is_refused() {
        let (_directory, path) = scratch();
        put(&path, b"");
        let file = fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("the file");
        file.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
        assert!(matches!(load(&path), Err(StoreError::TooLarge { .. })));
        file.set_len(MAX_FILE_BYTES).expect("a sparse file");
        assert!(matches!(load(&path), Err(StoreError::NotATokenSet { .. })));
    }

    #[test]
    fn a_directory_is_refused() {
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
        fn a_fifo_is_refused_without_waiting() {
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
        fn a_socket_or_a_device_is_refused() {
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
        fn a_symbolic_link_is_followed_and_may_dangle() {
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
        fn a_world_readable_file_is_reported_and_restricted() {
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
