//! A look at what lies around a stored file, for telling a person: where a link leads, who holds the lock, what a killed
//! process left. Nothing is changed, created or waited for.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};

use super::{StoreError, lock, read, replace};
use crate::token::UnixTime;

/// What lies around a stored file.
#[derive(Debug)]
pub(crate) struct Around {
    /// Where the file is, or will be, once symbolic links are followed.
    pub(crate) target: PathBuf,
    /// What is written before it takes the file's place. While nobody holds the lock, somebody left it.
    pub(crate) temporary: Option<PathBuf>,
    /// Who holds the lock, if anybody does.
    pub(crate) holder: Option<Holder>,
}

/// Who holds a lock.
#[derive(Debug)]
pub(crate) struct Holder {
    /// The lock.
    pub(crate) path: PathBuf,
    /// The process, if it left its number and is still there.
    pub(crate) pid: Option<u32>,
    /// When the lock's file was written, as each holder does.
    pub(crate) since: Option<UnixTime>,
}

impl Around {
    /// Looks around the file at `path`, which may be a symbolic link, and may be missing.
    pub(crate) fn of(path: &Path) -> Result<Self, StoreError> {
        let target = lock::resolve(path).map_err(StoreError::io("follow", path))?;
        let holder = holder(&lock::path_for(&target))?;
        let temporary = replace::temporary_for(&target);
        Ok(Self {
            temporary: temporary.symlink_metadata().is_ok().then_some(temporary),
            target,
            holder,
        })
    }
}

fn holder(path: &Path) -> Result<Option<Holder>, StoreError> {
    let Some((file, metadata)) = read::open_regular(path)? else {
        return Ok(None);
    };
    // A shared lock, given back at once: whoever wants the lock in that moment tries again a little later.
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(Holder {
            path: path.to_path_buf(),
            pid: lock::read_holder(&file),
            since: metadata.modified().ok().map(UnixTime::from),
        })),
        Err(TryLockError::Error(error)) => Err(StoreError::io("look at the lock", path)(error)),
    }
}
