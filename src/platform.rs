//! What differs per operating system, each difference behind a small function that exists everywhere.
//!
//! Nothing here decides anything: which file, how long, what an error means to a person is the caller's. Where a system
//! lacks something, the function does nothing or says `Unsupported`, as its comment tells.

#[cfg(unix)]
mod hidden;
pub(crate) mod keyring;
#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod peek;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod unix;

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

#[cfg(not(unix))]
use other as system;
#[cfg(unix)]
use unix as system;

#[cfg(unix)]
pub(crate) use hidden::read_hidden_line;
#[cfg(not(unix))]
pub(crate) use other::{input_kind, peek, read_hidden_line, wait_for_hangup, wait_for_input};
#[cfg(unix)]
pub(crate) use peek::{input_kind, peek, wait_for_hangup, wait_for_input};
pub(crate) use system::{
    allocate, create_private, end, exec, forbid_core_dumps, is_executable, is_loose, is_own,
    is_process_alive, is_same_file, is_writable_by_others, link_beside, link_program, may_write,
    mode, new_process_group, open_for_appending, open_for_locking, open_for_reading, owner, parent,
    program_of, restrict_permissions, stdin, sync_directory, terminal, terminal_size, user_id,
};

/// What an input is, as far as it can be looked at without consuming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(unix),
    allow(dead_code, reason = "what cannot be looked into is opaque there")
)]
pub(crate) enum InputKind {
    /// A regular file.
    File,
    /// A pipe, where the system lets one look into it.
    Pipe,
    /// A connected socket, as Node.js gives its children.
    Socket,
    /// A terminal, a device, a closed descriptor, or anything else that shows nothing before it is read.
    Opaque,
}

/// What stood in an input when it was looked at.
pub(crate) struct Peeked {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Whether these bytes are all that will ever come.
    pub(crate) is_whole: bool,
}

/// The process that started this one.
#[derive(Debug)]
pub(crate) struct Parent {
    pub(crate) pid: u32,
    /// The file that it runs, where the system tells.
    pub(crate) executable: Option<PathBuf>,
}

/// Creates a directory and those above it that are missing, each for its owner alone and safe on disk.
pub(crate) fn create_private_directories(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = directory_of(path);
    if parent != path {
        create_private_directories(parent)?;
    }
    match system::create_private_directory(path) {
        Err(error) if !(error.kind() == io::ErrorKind::AlreadyExists && path.is_dir()) => {
            Err(error)
        }
        _ => sync_directory(parent),
    }
}

/// Returns the directory that holds `path`: the current one for a bare name.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Returns what a file is that is not a regular one, for an error message.
pub(crate) fn kind_of(file_type: FileType) -> &'static str {
    if file_type.is_dir() {
        "a directory"
    } else {
        system::kind_of_special(file_type)
    }
}

/// Returns whether an error says that there is no such file.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Removes a file or link; one that is not there is removed already. Returns whether there was one.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
