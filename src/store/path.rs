//! Names of the files beside a stored file, and where symbolic links lead.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::platform;

/// Systems follow at most this many symbolic links in a row.
const MAX_LINKS: usize = 40;

/// Returns a path in the same directory, whose name is the file's own between a prefix and a suffix.
pub(super) fn sibling(path: &Path, prefix: &str, suffix: &str) -> PathBuf {
    let mut name = OsString::from(prefix);
    name.push(path.file_name().unwrap_or_default());
    name.push(suffix);
    path.with_file_name(name)
}

/// Returns the path of the temporary file, `.NAME.new`, that is renamed to `path`. Its name is always the same, so that
/// what a killed process left behind is found.
pub(super) fn temporary_for(path: &Path) -> PathBuf {
    sibling(path, ".", ".new")
}

/// Returns the path of the lock file, `NAME.lock`, of the file at `target`.
pub(super) fn lock_for(target: &Path) -> PathBuf {
    sibling(target, "", ".lock")
}

/// Returns the path of the journal, `NAME.journal`, of the token file at `target`.
pub(super) fn journal_for(target: &Path) -> PathBuf {
    sibling(target, "", ".journal")
}

/// Returns where a chain of symbolic links ends, whether or not a file is there.
///
/// # Errors
///
/// When the chain is too long, or ends in a path without a file name.
pub(super) fn resolve_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        // Whatever else is wrong with a path that is not a link shows when it is used.
        match fs::read_link(&path) {
            Ok(target) => path = platform::directory_of(&path).join(target),
            Err(_) if path.file_name().is_some() => return Ok(path),
            Err(_) => return Err(io::ErrorKind::InvalidFilename.into()),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
