//! Whether a file could be stored, found out without leaving anything behind: no directory, and no lock file where there
//! is none yet. A sign-in that comes to nothing then has changed nothing.

use std::fs;
use std::path::Path;

use super::atomic::check_target;
use super::error::StoreError;
use super::lock::{check_regular_or_missing, lock_beside};
use super::path::{lock_for, resolve_links, sibling};
use super::token_file::Store;
use crate::deadline::Deadline;
use crate::named_path;
use crate::platform;
use crate::token::UnixTime;

/// The space that a new file has to have, in bytes.
const LEAST_SPACE: usize = 64 * 1024;

impl Store {
    /// Checks that a token set can be stored, and returns whether the file is going to be sealed. If the file has been
    /// locked before, the lock is taken for that and released again.
    ///
    /// # Errors
    ///
    /// Those of [`Store::lock`], and of reserving space.
    pub(crate) fn check_storable(
        &self,
        deadline: Deadline,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        if was_locked(self.path()) {
            return Ok(self.lock(deadline)?.reserve(None, now)?.is_sealed());
        }
        check_new(self.path())?;
        let target = resolve_links(self.path()).map_err(StoreError::io("follow", self.path()))?;
        Ok(self.sealing().sealer_for(&target)?.is_some())
    }
}

/// Checks that a file may be replaced under its lock, or created: fails if the lock cannot be taken before the deadline,
/// or the file is not a regular one or is read-only. Its size is not checked.
pub(crate) fn check_editable(path: &Path, deadline: Deadline) -> Result<(), StoreError> {
    if !was_locked(path) {
        return check_new(path);
    }
    let (target, _lock) = lock_beside(path, deadline)?;
    check_target(&target).map(drop)
}

/// Returns whether there is a lock file already.
fn was_locked(path: &Path) -> bool {
    let lock = resolve_links(path).map(|target| lock_for(&target));
    lock.is_ok_and(|lock| lock.exists())
}

/// Checks that a file which nobody has locked yet can be written: in its directory, or the nearest one above it that
/// exists, a file can be created and has space. It is removed again.
fn check_new(path: &Path) -> Result<(), StoreError> {
    let target = resolve_links(path).map_err(StoreError::io("follow", path))?;
    check_regular_or_missing(&target)?;
    check_target(&target)?;
    let directory = platform::directory_of(&target);
    let what = if directory.is_dir() {
        "write to"
    } else {
        "create"
    };
    named_path::check(directory).map_err(StoreError::io(what, directory))?;
    let mut existing = directory;
    while fs::symlink_metadata(existing).is_err() {
        match existing.parent() {
            Some(parent) => existing = parent,
            None => break,
        }
    }
    let name = format!("prusa-cred.{}", std::process::id());
    let probe = sibling(&existing.join(name), ".", ".probe");
    let created = platform::create_private(&probe).and_then(|mut file| {
        let has_space = platform::allocate(&mut file, LEAST_SPACE);
        drop(file);
        platform::remove_if_exists(&probe).and(has_space)
    });
    created.map_err(StoreError::io(what, directory))
}
