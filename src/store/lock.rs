//! The lock beside a stored file: `NAME.lock`, an advisory file lock that the system drops when its holder dies.
//!
//! The lock file is never renamed or deleted, or two processes could hold locks on two files of one name. It lies
//! beside the target of a symbolic link, so that every path to one file has the same lock. It contains the holder's
//! process number, for the error message of a process that waited in vain.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::StoreError;
use super::path::{lock_for, resolve_links};
use crate::deadline::{Deadline, jittered};
use crate::platform;
use crate::waiting;

/// The first and the longest pause between two attempts. Most holders need the time of one HTTP request.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// The lock beside a file, held until this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// The locked file, which may not exist yet; symbolic links are followed.
    target: PathBuf,
    /// The lock is held as long as this is open.
    _file: File,
}

impl Lock {
    /// Takes the lock of the file at `path`, after creating missing directories. It is tried once even if the deadline
    /// has passed.
    ///
    /// # Errors
    ///
    /// `Locked` when another process keeps the lock until the deadline. `NotAFile` when the file is not a regular one,
    /// in which case nothing is created. It is an error too if the lock file is not a regular one or cannot be opened.
    pub(super) fn acquire(path: &Path, deadline: Deadline) -> Result<Self, StoreError> {
        let (target, file) = lock_beside(path, deadline)?;
        Ok(Self {
            target,
            _file: file,
        })
    }

    /// Returns the path of the locked file, symbolic links followed.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }
}

/// As `Lock::acquire`; returns the path with symbolic links followed, and the open file that holds the lock.
pub(super) fn lock_beside(path: &Path, deadline: Deadline) -> Result<(PathBuf, File), StoreError> {
    let target = resolve_links(path).map_err(StoreError::io("follow", path))?;
    check_regular_or_missing(&target)?;
    let directory = platform::directory_of(&target);
    platform::create_private_directories(directory).map_err(StoreError::io("create", directory))?;
    let path = lock_for(&target);
    let file = platform::open_for_locking(&path).map_err(StoreError::io("open", &path))?;
    let file_type = file
        .metadata()
        .map_err(StoreError::io("open", &path))?
        .file_type();
    if !file_type.is_file() {
        let what = platform::describe_file_type(file_type);
        return Err(StoreError::NotAFile { path, what });
    }
    wait_for_lock(&file, &path, deadline)?;
    // A full disk must not prevent locking.
    let _ = write_holder(&file);
    Ok((target, file))
}

/// Fails if `target` is known to be something else than a regular file; a path that cannot be examined passes. Nothing
/// may be created beside such a path: it may be a device.
pub(super) fn check_regular_or_missing(target: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile {
            path: target.to_path_buf(),
            what: platform::describe_file_type(metadata.file_type()),
        }),
        // Any other problem with the path shows when it is used.
        _ => Ok(()),
    }
}

/// Takes the lock on `file`, waiting until the deadline at most. Fails with `Locked` if another process still holds it
/// then.
fn wait_for_lock(file: &File, path: &Path, deadline: Deadline) -> Result<(), StoreError> {
    let (mut pause, longest) = PAUSES;
    let mut is_last_attempt = deadline.is_over();
    let mut waiting = None;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if waiting.is_none() && !is_last_attempt => {
                waiting = Some(waiting::on(|| {
                    let holder = platform::lock_holder(file).or_else(|| read_holder(file));
                    let holder = holder.map_or_else(String::new, |pid| format!(" (process {pid})"));
                    format!("Waiting for another prusa-cred{holder}")
                }));
            }
            Err(TryLockError::WouldBlock) if is_last_attempt => {
                return Err(StoreError::Locked {
                    path: path.to_path_buf(),
                    pid: platform::lock_holder(file).or_else(|| read_holder(file)),
                });
            }
            Err(TryLockError::WouldBlock) => {
                is_last_attempt = !deadline.sleep(jittered(pause));
                pause = (pause * 2).min(longest);
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
        }
    }
}

/// Replaces the content of the lock file with the id of this process, as decimal digits and a newline.
fn write_holder(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())
}

/// Returns the id of the process that holds the lock, if the lock file contains it and that process may still be alive.
/// Reads `file` from its current position.
pub(super) fn read_holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    let pid = text.trim().parse().ok()?;
    platform::is_process_alive(pid).then_some(pid)
}
