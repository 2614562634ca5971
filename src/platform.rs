//! What differs per operating system, each difference behind a small function that exists everywhere.
//!
//! Nothing here makes decisions: which file, how long, and what an error means to a person is up to the caller. If a
//! system lacks something, the function does nothing or fails with `Unsupported`, as its documentation says.

#[cfg(unix)]
mod hidden;
pub(crate) mod keyring;
#[cfg(unix)]
mod peek;
#[cfg(unix)]
mod raw_terminal;
#[cfg(unix)]
mod signals;
mod types;
#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::path::Path;

use crate::named_path;

#[cfg(unix)]
use unix as system;
#[cfg(not(unix))]
use windows as system;

#[cfg(unix)]
pub(crate) use hidden::read_hidden_line;
#[cfg(unix)]
pub(crate) use peek::{input_kind, peek, wait_for_hangup, wait_for_input};
#[cfg(unix)]
pub(crate) use raw_terminal::{QuietTerminal, RawInput, RawTerminal};
pub(crate) use system::{
    SYSTEM_DIRECTORIES, allocate, check_writable, create_private, exec, forbid_core_dumps,
    is_accessible_by_others, is_executable, is_owned_by_user, is_owned_by_user_or_root,
    is_process_alive, is_read_only_directory, is_read_only_file, is_same_file, is_sticky,
    is_writable_by_anybody, is_writable_by_others, kill_group, link_program, link_to_sibling,
    lock_holder, mode, new_process_group, open_for_appending, open_for_locking, owner_id,
    parent_process, process_name, restrict_permissions, stdin, sync_directory, terminal, user_id,
};
pub(crate) use types::{InputKind, ParentProcess, Peeked, RawRead};
#[cfg(not(unix))]
pub(crate) use windows::{
    QuietTerminal, RawInput, RawTerminal, input_kind, peek, read_hidden_line, wait_for_hangup,
    wait_for_input,
};

/// Creates a directory and its missing parents, each accessible to its owner only and safe on disk. Directories that
/// exist stay as they are.
pub(crate) fn create_private_directories(path: &Path) -> io::Result<()> {
    named_path::check(path)?;
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

/// Returns what a shell command that needs root's rights begins with: nothing for root, as many a container has no
/// `sudo`.
pub(crate) fn sudo() -> &'static str {
    if user_id() == Some(0) { "" } else { "sudo " }
}

/// Returns the directory that holds `path`: the current one for a bare name, and a root itself.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Opens a regular file for reading, through symbolic links, and returns it with its metadata. Anything else at that
/// path, such as a FIFO or a device, is not waited for: its error is `it is a FIFO`, with the kind `InvalidData`.
pub(crate) fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    named_path::check(path)?;
    let file = system::open_for_reading(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        return Ok((file, metadata));
    }
    let what = describe_file_type(metadata.file_type());
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        format!("it is {what}"),
    ))
}

/// Returns what kind of file it is, if it is not a regular one, for an error message.
pub(crate) fn describe_file_type(file_type: FileType) -> &'static str {
    if file_type.is_dir() {
        "a directory"
    } else {
        system::describe_special_file(file_type)
    }
}

/// Returns whether an error says that the file does not exist, also because something above it is not a directory.
pub(crate) fn is_not_found(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Removes a file or link, and returns whether there was one. A missing one is not an error.
pub(crate) fn remove_if_exists(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
