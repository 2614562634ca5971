//! Replacing a file as a whole: written beside it, flushed, renamed over it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use super::error::StoreError;
use super::path::{sibling, temporary_for};
use crate::platform;

/// Replaces a small file, or creates it, for its owner only. The content is flushed to disk before the file takes the
/// place of the old one.
///
/// A symbolic link or a read-only file is replaced as well. The directory must exist. For use under a lock, since the
/// temporary file always has the same name.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_with(&temporary_for(path), path, bytes, |_| Ok(()))
}

/// As `write_durably`, with the modification time `written_at`, if there is one: the content is not new, and the expiry
/// of a token in it may count from when it was written.
pub(super) fn write_with_time(
    path: &Path,
    bytes: &[u8],
    written_at: Option<SystemTime>,
) -> Result<(), StoreError> {
    write_with(&temporary_for(path), path, bytes, |file| match written_at {
        Some(at) => file.set_modified(at),
        None => Ok(()),
    })
}

/// As `write_durably`, but the new file gets the permissions of the old one, if there is one. Refuses a file that may
/// not be replaced, as `check_target`.
pub(super) fn write_with_old_permissions(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    check_target(path)?;
    write_with(
        &temporary_for(path),
        path,
        bytes,
        |file| match fs::metadata(path) {
            Ok(metadata) => file.set_permissions(metadata.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        },
    )
}

/// Writes the temporary file, lets `finish` change its metadata, flushes it, and renames it to `path`. If any of this
/// fails, the temporary file is removed.
fn write_with(
    temporary: &Path,
    path: &Path,
    bytes: &[u8],
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> Result<(), StoreError> {
    let mut file = create_anew(temporary)?;
    file.write_all(bytes)
        .and_then(|()| finish(&file))
        .and_then(|()| file.sync_all())
        .and_then(|()| move_into_place(temporary, path))
        .map_err(|error| {
            let _ = fs::remove_file(temporary);
            StoreError::io("write", path)(error)
        })
}

/// Replaces a file, or creates it, for its owner only, where no lock keeps two processes from doing so at once: each
/// has a temporary file of its own. The directory must exist. Refuses a file that may not be replaced, as
/// `check_target`.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    check_target(path)?;
    let temporary = sibling(path, ".", &format!(".{}.new", std::process::id()));
    write_with(&temporary, path, bytes, |_| Ok(()))
}

/// Checks that the file at `target` may be replaced, and returns its length; 0 for a missing one.
///
/// A rename needs permission for the directory only, so a file that is read-only, or that this user may not write, is
/// refused here (`Io`). Fails with `NotAFile` for anything but a regular file, also for a symbolic link. The directory
/// is not checked.
pub(super) fn check_target(target: &Path) -> Result<u64, StoreError> {
    let denied = StoreError::io("write to", target);
    match fs::symlink_metadata(target) {
        Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile {
            path: target.to_path_buf(),
            what: platform::describe_file_type(metadata.file_type()),
        }),
        Ok(metadata) if metadata.permissions().readonly() => {
            Err(denied(io::ErrorKind::PermissionDenied.into()))
        }
        Ok(metadata) => {
            platform::check_writable(target).map_err(denied)?;
            Ok(metadata.len())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(denied(error)),
    }
}

/// Creates an empty file for its owner only and returns it open for writing; a file that is there already is removed
/// first.
pub(super) fn create_anew(path: &Path) -> Result<File, StoreError> {
    platform::remove_if_exists(path)
        .and_then(|_| platform::create_private(path))
        .map_err(StoreError::io("create", path))
}

/// Renames the temporary file over `path` and flushes the directory. Fails only if the file cannot be renamed.
pub(super) fn move_into_place(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    // The new file is visible to everybody now. That a crash of the system might undo the rename is no reason to report
    // a failure, and a directory that may not be read cannot be flushed.
    let _ = platform::sync_directory(platform::directory_of(path));
    Ok(())
}
