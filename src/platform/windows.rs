//! Windows, where a file is private by the access list of the user profile that it lies in.

use std::fs::{DirBuilder, File, FileType, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::windows::io::AsHandle;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use zeroize::Zeroizing;

use super::types::{InputKind, ParentProcess, Peeked, RawRead};

/// No directory: `PATH` is always set.
pub(crate) const SYSTEM_DIRECTORIES: [&str; 0] = [];

/// Does nothing: no core dump is written here unless somebody asks the system for one.
pub(crate) fn forbid_core_dumps() {}

/// Runs a command and exits with its status; returns only if it could not be started.
#[allow(
    clippy::exit,
    reason = "the caller of this program sees the command's own status"
)]
pub(crate) fn exec(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Does nothing: see `kill_group`.
pub(crate) fn new_process_group(_: &mut Command) {}

/// Kills a process. To find those that it started would need a job object.
pub(crate) fn kill_group(child: &mut Child) -> io::Result<()> {
    child.kill()
}

/// Opens a file for reading.
pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a lock file for reading and writing, creating it if it is missing.
pub(crate) fn open_for_locking(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Opens a file for appending, creating it if it is missing.
pub(crate) fn open_for_appending(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// Creates a file; fails if the path exists in any form.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Creates a directory, with the access list of its parent; fails if the path exists or its parent does not.
pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// Returns `false`: there are no mode bits.
pub(crate) fn is_accessible_by_others(_: &Metadata) -> bool {
    false
}

/// Returns `false`: there are no mode bits.
pub(crate) fn is_writable_by_others(_: &Metadata) -> bool {
    false
}

/// Returns `false`: there are no mode bits.
pub(crate) fn is_writable_by_anybody(_: &Metadata) -> bool {
    false
}

/// Returns `false`: there are no mode bits.
pub(crate) fn is_sticky(_: &Metadata) -> bool {
    false
}

/// Returns `false`: nothing here depends on it.
pub(crate) fn is_read_only_file(_: &File) -> bool {
    false
}

/// Returns `false`: nothing here depends on it.
pub(crate) fn is_read_only_directory(_: &Path) -> bool {
    false
}

/// Returns `true`: see `is_owned_by_user`.
pub(crate) fn is_owned_by_user_or_root(_: &Metadata) -> bool {
    true
}

/// Returns `None`: there are no mode bits.
pub(crate) fn mode(_: &Metadata) -> Option<u32> {
    None
}

/// Returns `None`: the standard library has no call for it.
pub(crate) fn owner_id(_: &Metadata) -> Option<u32> {
    None
}

/// Returns `None`: users have no numeric ids.
pub(crate) fn user_id() -> Option<u32> {
    None
}

/// Returns whether it is a file: its name says whether it is a program.
pub(crate) fn is_executable(metadata: &Metadata) -> bool {
    metadata.is_file()
}

/// Returns `false`: the standard library has no call for it. Callers compare paths as well.
pub(crate) fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Returns `None`: see `owner_id`.
pub(crate) fn process_name(_: u32) -> Option<String> {
    None
}

/// Returns `true`: the owner of a file matters only on systems with mode bits.
pub(crate) fn is_owned_by_user(_: &Metadata) -> bool {
    true
}

/// Does nothing: there are no mode bits.
pub(crate) fn restrict_permissions(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Does nothing: the read-only attribute is all that can be checked, and the standard library does so.
pub(crate) fn check_writable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a hard link to a program at `name`, which must not exist, or a copy if that fails.
pub(crate) fn link_program(target: &Path, name: &Path) -> io::Result<()> {
    std::fs::hard_link(target, name).or_else(|_| {
        let copy = name.with_extension("new");
        std::fs::copy(target, &copy)?;
        std::fs::rename(&copy, name)
    })
}

/// Fails: making symbolic links needs a privilege.
pub(crate) fn link_to_sibling(_: &std::ffi::OsStr, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Reserves `length` bytes of disk space for a new file, which then contains zeros. The position in it moves to their
/// end.
pub(crate) fn allocate(file: &mut File, length: usize) -> io::Result<()> {
    file.write_all(&vec![0; length])
}

/// Does nothing: directories cannot be flushed, and NTFS journals its names.
pub(crate) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns `true`: the process may exist.
pub(crate) fn is_process_alive(_: u32) -> bool {
    true
}

/// Returns `None`: the standard library has no call for it.
pub(crate) fn lock_holder(_: &File) -> Option<u32> {
    None
}

/// Returns `None`: the standard library has no call for it.
pub(crate) fn parent_process() -> Option<ParentProcess> {
    None
}

/// Returns `not a regular file`, whatever the type is.
pub(super) fn describe_special_file(_: FileType) -> &'static str {
    "not a regular file"
}

/// Returns a second handle on stdin, with the same position.
pub(crate) fn stdin() -> io::Result<File> {
    let handle = io::stdin().as_handle().try_clone_to_owned()?;
    Ok(File::from(handle))
}

/// Asks on the console, and returns the line without its end. Fails if there is no console or it cannot be read.
pub(crate) fn read_hidden_line(prompt: &str) -> io::Result<Zeroizing<String>> {
    rpassword::prompt_password(prompt).map(Zeroizing::new)
}

/// Returns `Opaque`: nothing can be looked into here without moving the position that other processes share.
pub(crate) fn input_kind(_: &File) -> InputKind {
    InputKind::Opaque
}

/// Fails: see `input_kind`.
pub(crate) fn peek(_: &File, _: InputKind, _: usize) -> io::Result<Peeked> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Returns `true`: reading waits by itself.
pub(crate) fn wait_for_input(_: &File, _: Duration) -> bool {
    true
}

/// Returns `true`: see `input_kind`.
pub(crate) fn wait_for_hangup(_: &File, _: Duration) -> bool {
    true
}

/// Opens the terminal that a person types at, if stdin is one.
pub(crate) fn terminal() -> Option<File> {
    stdin().ok().filter(io::IsTerminal::is_terminal)
}

/// There is none: the console's line mode takes a line of any length that a person pastes.
pub(crate) struct RawTerminal;

/// See `RawTerminal`.
pub(crate) struct RawInput;

/// There is none: a console shows what is typed when it is read, and not before.
pub(crate) struct QuietTerminal;

impl QuietTerminal {
    /// Fails: see `QuietTerminal`.
    pub(crate) fn new(_: &File) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl RawTerminal {
    /// Fails: see `RawTerminal`.
    pub(crate) fn new(_: File) -> io::Result<(Self, RawInput)> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl RawInput {
    /// Returns `Over`: see `RawTerminal`.
    pub(crate) fn read(
        &mut self,
        _: &mut [u8],
        _: Option<std::time::Duration>,
    ) -> io::Result<RawRead> {
        Ok(RawRead::Over)
    }
}
