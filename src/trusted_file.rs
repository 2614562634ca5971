//! Whether a file may be used: nobody but this user and root can have written it or put it there.
//!
//! What names a command, an endpoint, a host or a key decides what runs here and where a login goes. So the open file
//! and the directory that holds it have to belong to this user or root, with no write permission for group or others.
//! Where symbolic links lead to the file, that is so for the directory of each link too. The directories above may be
//! writable by their group, as home directories are where every user has a group of their own; they have to belong to
//! this user or root too, and not everybody may write to them. To whom the home directory and those above it belong
//! does not matter: in many containers that is a user of the host, and whoever can replace a home has all of it.
//!
//! A sticky directory such as `/tmp` is no fault: what lies in it can be replaced by its owner alone. Nor is one on a
//! file system that is mounted read-only, as a Kubernetes volume, whose directories seem to be writable by everybody.
//!
//! The path is followed after the file was opened. Where others can rename a part of it, it has to lead to the file
//! that is open, so that nobody can put one there and take it away again. Who renames several parts of it in between,
//! each at the right moment, is not noticed: that would need an open directory for each part.
//!
//! An access list (`acl(5)`) that lets another user write shows as write permission of the group, so it is found where
//! that counts. NFSv4 and macOS have lists that do not show. On Windows nothing is checked.

mod fault;
mod way;

use std::fs::{File, Metadata};
use std::path::Path;

use crate::platform;
use fault::PlaceKind;
pub(crate) use fault::{Fault, UntrustedFile, fault_in};
use way::{check_owner_at, check_way, writable};

const ROOT: u32 = 0;

/// Checks an open file, and the directories on its path. The file is looked at as it is open, so that it cannot be
/// another one than what is read. `metadata` is that of the file.
///
/// # Errors
///
/// When another user than this one and root may have changed the file, or put it there.
pub(crate) fn check(path: &Path, file: &File, metadata: &Metadata) -> Result<(), UntrustedFile> {
    check_file(path, file, metadata).map_err(UntrustedFile::at(path))
}

/// As `check`, with the fault alone.
fn check_file(path: &Path, file: &File, metadata: &Metadata) -> Result<(), Fault> {
    check_owner_at(path, metadata, PlaceKind::File)?;
    if platform::is_writable_by_others(metadata) && !platform::is_read_only_file(file) {
        return Err(writable(path, metadata, PlaceKind::File));
    }
    check_way(path, Some(metadata))
}

/// Checks the owner alone of a file of this program, whose mode it sees to itself. Root may use the files of the user
/// whose home this is, as under a `sudo` that keeps `HOME`, and those of the user whose directory holds them, as in a
/// container into which a user of the host has mounted their own: that user has them anyway.
///
/// # Errors
///
/// When it belongs to another user than this one and root, who has put it there.
pub(crate) fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), UntrustedFile> {
    let checked = check_owner_at(path, metadata, PlaceKind::File);
    let is_owners = |directory: &Path| {
        let directory = directory.metadata();
        directory.is_ok_and(|it| platform::owner_id(&it) == platform::owner_id(metadata))
    };
    let is_in_place = || {
        is_owners(platform::directory_of(path)) || dirs::home_dir().is_some_and(|it| is_owners(&it))
    };
    if checked.is_err() && platform::user_id() == Some(ROOT) && is_in_place() {
        return Ok(());
    }
    checked.map_err(UntrustedFile::at(path))
}

/// Checks the directories on the path of a file, and the symbolic links; the file itself may be missing.
///
/// # Errors
///
/// When another user than this one and root may put another file there.
pub(crate) fn check_directories(path: &Path) -> Result<(), UntrustedFile> {
    check_way(path, None).map_err(UntrustedFile::at(path))
}

#[cfg(test)]
mod tests;
