//! Changing a file that a person may have written: as a whole, under a lock beside it, its mode kept.

use std::path::Path;

use super::{LARGEST, StoreError, lock, read, replace};
use crate::deadline::Deadline;

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

/// Fails where `edit` would, as far as that can be known without changing anything.
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
