//! The state of a stored file, for showing it to a person: where a link leads, who holds the lock, what a killed
//! process left behind. Nothing is changed, created or waited for.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::path::{lock_for, resolve_links, temporary_for};
use super::{lock, regular_file};
use crate::token::UnixTime;

/// A stored file and the files beside it.
#[derive(Debug)]
pub(crate) struct FileState {
    /// Where the file is, or will be, once symbolic links are followed.
    pub(crate) target: PathBuf,
    /// The temporary file that replaces the file once it is written, if it exists. If no process holds the lock, a
    /// killed process left it.
    pub(crate) temporary: Option<PathBuf>,
    /// Who holds the lock, if any process does.
    pub(crate) lock_holder: Option<LockHolder>,
}

/// Who holds a lock.
#[derive(Debug)]
pub(crate) struct LockHolder {
    /// The lock file.
    pub(crate) path: PathBuf,
    /// The process, if the lock file contains its number and it is still alive.
    pub(crate) pid: Option<u32>,
    /// When the lock file was written, which each holder does.
    pub(crate) since: Option<UnixTime>,
}

impl FileState {
    /// Returns the state of the file at `path`, which may be a symbolic link and may be missing. Fails if the link
    /// cannot be followed, or the lock file cannot be opened or its lock cannot be tried.
    pub(crate) fn inspect(path: &Path) -> Result<Self, StoreError> {
        let target = resolve_links(path).map_err(StoreError::io("follow", path))?;
        let lock_holder = lock_holder(&lock_for(&target))?;
        let temporary = temporary_for(&target);
        Ok(Self {
            temporary: temporary.symlink_metadata().is_ok().then_some(temporary),
            target,
            lock_holder,
        })
    }
}

/// Returns who holds the lock file at `path`; `None` if the file is missing or no process holds its lock. Fails if it
/// cannot be opened or its lock cannot be tried.
fn lock_holder(path: &Path) -> Result<Option<LockHolder>, StoreError> {
    let Some((file, metadata)) = regular_file::open(path)? else {
        return Ok(None);
    };
    // A shared lock, released at once: a process that wants the lock at that moment tries again a little later.
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(LockHolder {
            path: path.to_path_buf(),
            pid: lock::read_holder(&file),
            since: metadata.modified().ok().map(UnixTime::from),
        })),
        Err(TryLockError::Error(error)) => Err(StoreError::io("look at the lock", path)(error)),
    }
}
