//! Removing a token file at a logout, or renaming one that cannot be parsed.

use std::path::PathBuf;
use std::{fs, io};

use super::error::StoreError;
use super::locked::Locked;
use super::path::{journal_for, sibling, temporary_for};
use super::regular_file;
use crate::platform;
use crate::token::UnixTime;

/// How many names to try for a file that is set aside.
const MAX_NAMES: u32 = 1000;

impl Locked<'_> {
    /// Removes the token file, its journal and the temporary files of both, and returns whether there was a token file.
    /// The lock file stays, and so do files that were set aside.
    ///
    /// A symbolic link stays: it says where the next login is to be stored. Fails with `NotAFile`, and removes nothing,
    /// if something else than a file is there.
    pub(crate) fn forget(&self) -> Result<bool, StoreError> {
        let target = self.target();
        if let Ok(metadata) = fs::symlink_metadata(target)
            && !metadata.is_file()
        {
            return Err(StoreError::NotAFile {
                path: target.to_path_buf(),
                what: platform::describe_file_type(metadata.file_type()),
            });
        }
        let journal = journal_for(target);
        // The temporary file first: it may hold a login that the token file does not have yet.
        for path in [temporary_for(target), temporary_for(&journal), journal] {
            platform::remove_if_exists(&path).map_err(StoreError::io("remove", &path))?;
        }
        let was_there =
            platform::remove_if_exists(target).map_err(StoreError::io("remove", target))?;
        // It is removed, whether or not that survives a crash of the system.
        let _ = platform::sync_directory(platform::directory_of(target));
        Ok(was_there)
    }

    /// Renames the token file to an unused name in the same directory, so that a login can take its place, and returns
    /// the new path. Takes away others' access to it, if possible. Fails if there is no token file that can be opened.
    pub(crate) fn set_aside(&self, now: UnixTime) -> Result<PathBuf, StoreError> {
        let target = self.target();
        let failed = || StoreError::io("set aside", target);
        let Some((file, metadata)) = regular_file::open(target)? else {
            return Err(failed()(io::ErrorKind::NotFound.into()));
        };
        // Its content may be secret. If its mode cannot be changed, it is renamed all the same.
        let _ = platform::restrict_permissions(&file, &metadata);
        drop(file);
        let aside = self
            .unused_name(now)
            .ok_or_else(|| failed()(io::ErrorKind::AlreadyExists.into()))?;
        fs::rename(target, &aside).map_err(failed())?;
        // The write of the file that takes its place flushes the directory as well.
        let _ = platform::sync_directory(platform::directory_of(target));
        Ok(aside)
    }

    /// Returns the first path `TARGET.unreadable-SECONDS` or `TARGET.unreadable-SECONDS-NUMBER` that does not exist;
    /// `None` if the `MAX_NAMES` paths that are tried all exist.
    fn unused_name(&self, now: UnixTime) -> Option<PathBuf> {
        let seconds = now.as_secs();
        (0..MAX_NAMES)
            .map(|number| match number {
                0 => format!(".unreadable-{seconds}"),
                _ => format!(".unreadable-{seconds}-{number}"),
            })
            .map(|suffix| sibling(self.target(), "", &suffix))
            .find(|path| fs::symlink_metadata(path).is_err())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::deadline::Deadline;
    use crate::store::{Failure, Known, RejectionState, Store};
    use crate::testing;
    use crate::token::{AccessToken, TokenSet};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn scratch() -> (tempfile::TempDir, Store) {
        let (directory, path) = testing::scratch("tokens.json");
        (directory, Store::new(path, None))
    }

    fn lock(store: &Store) -> Locked<'_> {
        store
            .lock(Deadline::after(Duration::ZERO))
            .expect("the lock")
    }

    fn fill(locked: &Locked<'_>) {
        let set = TokenSet::of_access_token(AccessToken::new("a".into()));
        let slot = locked.reserve(None, NOW).expect("a slot");
        slot.commit(&set, RejectionState::None).expect("a commit");
    }

    fn names(directory: &tempfile::TempDir) -> Vec<String> {
        let entries = fs::read_dir(directory.path()).expect("the directory");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).to_string_lossy().into())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn forgetting_removes_everything_but_the_lock() {
        let (directory, store) = scratch();
        let locked = lock(&store);
        assert!(!locked.forget().expect("nothing there"));
        fill(&locked);
        let failure = Failure {
            code: "network".into(),
            message: "no answer".into(),
            at: NOW,
            known: Known::default(),
        };
        locked.note_failure(failure).expect("a note");
        std::mem::forget(locked.reserve(None, NOW).expect("a slot"));
        assert!(locked.forget().expect("something there"));
        assert_eq!(names(&directory), ["tokens.json.lock"]);
        assert!(store.load().expect("nothing").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn forgetting_through_a_link_removes_its_target() {
        let (directory, store) = scratch();
        std::os::unix::fs::symlink("real.json", store.path()).expect("a link");
        let locked = lock(&store);
        fill(&locked);
        assert!(locked.forget().expect("something there"));
        assert_eq!(names(&directory), ["real.json.lock", "tokens.json"]);
        assert!(store.path().is_symlink());
    }

    #[test]
    fn a_directory_is_neither_removed_nor_renamed() {
        let (_directory, store) = scratch();
        let locked = lock(&store);
        fs::create_dir(store.path()).expect("a directory");
        assert!(matches!(locked.forget(), Err(StoreError::NotAFile { .. })));
        assert!(matches!(
            locked.set_aside(NOW),
            Err(StoreError::NotAFile { .. })
        ));
    }

    #[test]
    fn setting_aside_overwrites_no_file() {
        let (_directory, store) = scratch();
        let locked = lock(&store);
        assert!(matches!(locked.set_aside(NOW), Err(StoreError::Io { .. })));
        for expected in [
            "tokens.json.unreadable-1800000000",
            "tokens.json.unreadable-1800000000-1",
        ] {
            fill(&locked);
            let content = fs::read(store.path()).expect("the file");
            let aside = locked.set_aside(NOW).expect("another name");
            assert_eq!(aside, store.path().with_file_name(expected));
            assert_eq!(fs::read(aside).expect("the file"), content);
            assert!(store.load().expect("nothing").is_none());
        }
    }
}
