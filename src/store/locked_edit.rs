//! Editing a configuration file under a lock: it is replaced as a whole, and keeps its mode.
//!
//! A file of this program has the lock beside it. Beside another program's file there must be no lock: `NAME.lock`
//! stops git and kubectl from changing `NAME` for as long as it exists.

use std::path::Path;

use super::error::StoreError;
use super::path::resolve_links;
use super::regular_file::MAX_FILE_BYTES;
use super::{atomic, lock, regular_file};
use crate::deadline::Deadline;
use crate::platform;

/// The largest configuration file of another program, in bytes. A larger file is something else.
const MAX_FOREIGN_BYTES: u64 = 64 * 1024 * 1024;

/// Replaces a file's content by what `change` returns for it; `None` is a missing file.
///
/// A symbolic link stays, and its target is replaced. A new file is accessible to its owner only, and so are
/// directories that are created for it. The file is replaced even if its content stays the same.
///
/// # Errors
///
/// `Locked` when another process keeps the lock, `Untrusted` when another user may have written the file or put it
/// there, and any error of `change`; `NotAFile`, `TooLarge` above 1 MiB, and
/// `Io` for a file that is read-only, which shows only after `change` was called. The file is then unchanged.
pub(crate) fn edit<E: From<StoreError>>(
    path: &Path,
    deadline: Deadline,
    change: impl FnOnce(Option<&[u8]>) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    let (target, _lock) = lock::lock_beside(path, deadline)?;
    let old = regular_file::read_trusted(&target, MAX_FILE_BYTES)?;
    let new = change(old.as_ref().map(|content| content.bytes.as_slice()))?;
    Ok(atomic::write_with_old_permissions(&target, &new)?)
}

/// How another program's file is to be changed.
pub(crate) enum Change {
    /// The file stays as it is.
    Keep,
    Replace(Vec<u8>),
    Remove,
}

/// As `edit`, for a file of another program, of up to 64 MiB. The lock beside the path `lock` keeps only processes of
/// this program apart. A read-only file is refused before `change` is called, even if it is to be kept. `Remove`
/// removes the target of a symbolic link and not the link; a missing file is no error.
pub(crate) fn edit_foreign<E: From<StoreError>>(
    path: &Path,
    lock: &Path,
    deadline: Deadline,
    change: impl FnOnce(Option<&[u8]>) -> Result<Change, E>,
) -> Result<(), E> {
    let (_, _lock) = lock::lock_beside(lock, deadline)?;
    let target = resolve_links(path).map_err(StoreError::io("follow", path))?;
    let old = read_foreign(&target)?;
    atomic::check_target(&target)?;
    match change(old.as_deref())? {
        Change::Keep => Ok(()),
        Change::Replace(new) => {
            let directory = platform::directory_of(&target);
            platform::create_private_directories(directory)
                .map_err(StoreError::io("create", directory))?;
            Ok(atomic::write_with_old_permissions(&target, &new)?)
        }
        Change::Remove => {
            platform::remove_if_exists(&target).map_err(StoreError::io("remove", &target))?;
            Ok(())
        }
    }
}

/// Reads a file of another program, without a lock. `None` is a missing file. Fails for anything but a regular file,
/// and for one above 64 MiB.
pub(crate) fn read_foreign(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let content = regular_file::read(path, MAX_FOREIGN_BYTES)?;
    Ok(content.map(|mut content| std::mem::take(&mut *content.bytes)))
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
    fn a_missing_file_is_created_and_an_existing_one_changed() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("new/config.toml");
        add(&path, "a").expect("a new file");
        add(&path, "b").expect("a change");
        assert_eq!(fs::read(&path).expect("it"), b"ab");
        assert!(!path.with_file_name(".config.toml.new").exists());
    }

    #[test]
    fn a_failed_change_leaves_the_file_as_it_was() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        add(&path, "a").expect("a new file");
        let refused = edit(&path, Deadline::after(Duration::ZERO), |_| {
            Err(StoreError::TooLarge {
                path: path.clone(),
                max_bytes: MAX_FILE_BYTES,
            })
        });
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
        assert_eq!(fs::read(&path).expect("it"), b"a");
    }

    #[cfg(unix)]
    #[test]
    fn an_edit_keeps_the_mode_and_a_symbolic_link() {
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
    fn no_lock_is_left_beside_another_programs_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("theirs/config");
        let lock = directory.path().join("ours/setup");
        let change = |what| {
            edit_foreign(&path, &lock, Deadline::after(Duration::ZERO), |_| {
                Ok::<_, StoreError>(what)
            })
        };
        change(Change::Replace(b"a".to_vec())).expect("a new file");
        change(Change::Keep).expect("nothing");
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
