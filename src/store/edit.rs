//! Changing a file that a person may have written: as a whole, under a lock, its mode kept.
//!
//! A file of ours has the lock beside it. In front of another program's file no lock may lie: `NAME.lock` stops git and
//! kubectl from changing `NAME` for as long as it is there.

use std::path::Path;

use super::{LARGEST, StoreError, lock, read, replace};
use crate::deadline::Deadline;
use crate::platform;

/// No other program's configuration is larger than this; a larger file is something else.
const LARGEST_OF_OTHERS: u64 = 64 * 1024 * 1024;

/// Puts what `change` makes of a file's content in its place; `None` is a missing file.
///
/// A symbolic link stays one, and what it leads to is replaced. A new file is its owner's alone.
///
/// # Errors
///
/// `Locked` when another process keeps the lock; whatever `change` returns, and then the file is as it was.
pub(crate) fn edit<E: From<StoreError>>(
    path: &Path,
    deadline: Deadline,
    change: impl FnOnce(Option<&[u8]>) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    let (target, _lock) = lock::lock_beside(path, deadline)?;
    let old = read::regular_file(&target, LARGEST)?;
    let new = change(old.as_ref().map(|content| content.bytes.as_slice()))?;
    Ok(replace::rewrite_durably(&target, &new)?)
}

/// What is to become of another program's file.
pub(crate) enum Change {
    /// It is as it should be.
    Leave,
    Replace(Vec<u8>),
    Remove,
}

/// As `edit`, for a file of another program, where `lock` keeps no more than two of us apart.
pub(crate) fn edit_of_others<E: From<StoreError>>(
    path: &Path,
    lock: &Path,
    deadline: Deadline,
    change: impl FnOnce(Option<&[u8]>) -> Result<Change, E>,
) -> Result<(), E> {
    let (_, _lock) = lock::lock_beside(lock, deadline)?;
    let target = lock::resolve(path).map_err(StoreError::io("follow", path))?;
    let old = read_of_others(&target)?;
    replace::check_target(&target)?;
    match change(old.as_deref())? {
        Change::Leave => Ok(()),
        Change::Replace(new) => {
            let directory = platform::directory_of(&target);
            platform::create_private_directories(directory)
                .map_err(StoreError::io("create", directory))?;
            Ok(replace::rewrite_durably(&target, &new)?)
        }
        Change::Remove => {
            platform::remove_if_there(&target).map_err(StoreError::io("remove", &target))?;
            Ok(())
        }
    }
}

/// Reads a file of another program. `None` is a missing one.
pub(crate) fn read_of_others(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let content = read::regular_file(path, LARGEST_OF_OTHERS)?;
    Ok(content.map(|mut content| std::mem::take(&mut *content.bytes)))
}

/// Fails where `edit` would, as far as that can be known without changing the file; its lock is taken, and begun if
/// there is none.
pub(crate) fn check_editable(path: &Path, deadline: Deadline) -> Result<(), StoreError> {
    let (target, _lock) = lock::lock_beside(path, deadline)?;
    replace::check_target(&target).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    fn add(path: &Path, more: &str) -> Result<(), StoreError> {
        edit(path, Deadline::after(Duration::from_secs(30)), |old| {
            Ok([old.unwrap_or_default(), more.as_bytes()].concat())
        })
    }

    #[test]
    fn a_missing_file_is_begun_and_an_old_one_is_changed() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("new/config.toml");
        add(&path, "a").expect("a new file");
        add(&path, "b").expect("a change");
        assert_eq!(fs::read(&path).expect("it"), b"ab");
        assert!(!path.with_file_name(".config.toml.new").exists());
    }

    #[test]
    fn what_changes_nothing_leaves_the_file_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        add(&path, "a").expect("a new file");
        let refused = edit(&path, Deadline::after(Duration::ZERO), |_| {
            Err(StoreError::TooLarge {
                path: path.clone(),
                largest: LARGEST,
            })
        });
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
        assert_eq!(fs::read(&path).expect("it"), b"a");
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_and_a_link_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let mode_of = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        let directory = tempfile::tempdir().expect("a directory");
        let (path, link) = (
            directory.path().join("theirs"),
            directory.path().join("link"),
        );
        add(&path, "a").expect("a new file");
        assert_eq!(mode_of(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
        symlink("theirs", &link).expect("a link");
        add(&link, "b").expect("a change");
        assert_eq!(fs::read(&path).expect("it"), b"ab");
        assert_eq!(mode_of(&path), 0o640);
        assert!(link.is_symlink());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("a mode");
        assert!(matches!(add(&path, "c"), Err(StoreError::Io { .. })));
        assert_eq!(fs::read(&path).expect("it"), b"ab");
    }

    #[test]
    fn nothing_is_left_beside_another_programs_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("theirs/config");
        let lock = directory.path().join("ours/setup");
        let change = |what| {
            edit_of_others(&path, &lock, Deadline::after(Duration::ZERO), |_| {
                Ok::<_, StoreError>(what)
            })
        };
        change(Change::Replace(b"a".to_vec())).expect("a new file");
        change(Change::Leave).expect("nothing");
        assert_eq!(fs::read(&path).expect("it"), b"a");
        let names = fs::read_dir(directory.path().join("theirs")).expect("names");
        assert_eq!(names.count(), 1);
        change(Change::Remove).expect("a removal");
        assert!(!path.exists());
    }

    #[test]
    fn writers_at_once_lose_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| add(&path, "x").expect("a change"));
            }
        });
        assert_eq!(fs::read(&path).expect("it"), b"xxxxxxxx");
    }
}
