//! Unix: Linux, macOS and their relatives.

use std::fs::{DirBuilder, File, FileType, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{
    DirBuilderExt, FileTypeExt, MetadataExt as _, OpenOptionsExt, PermissionsExt as _,
};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};

use rustix::fs::{Access, OFlags, StatVfsMountFlags};
use rustix::process::{Pid, Signal, getpgid, kill_process_group};

use super::signals::make_size_limit_an_error;
use super::types::ParentProcess;

const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_DIRECTORY: u32 = 0o700;
const EVERYBODY_ELSE: u32 = 0o077;

/// Where programs are searched for without `PATH`.
pub(crate) const SYSTEM_DIRECTORIES: [&str; 2] = ["/usr/bin", "/bin"];

/// Keeps the memory of this process out of core dumps and away from other processes of the same user.
///
/// Linux only; elsewhere core dumps are off by default, and the limit for them would be inherited by children.
pub(crate) fn forbid_core_dumps() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // The kernel refuses only values that it does not know, and it knows this one.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Replaces this process by a command (execve(2)); returns only if that failed.
pub(crate) fn exec(command: &mut Command) -> io::Error {
    command.exec()
}

/// Sets a command to start in a process group of its own, so that `kill_group` also kills the processes that it starts.
pub(crate) fn new_process_group(command: &mut Command) {
    command.process_group(0);
}

/// Kills a process that has not been waited for yet and, if it leads a process group, all processes in that group.
pub(crate) fn kill_group(child: &mut Child) -> io::Result<()> {
    let pid = Pid::from_child(child);
    if getpgid(Some(pid)) == Ok(pid) {
        return Ok(kill_process_group(pid, Signal::KILL)?);
    }
    child.kill()
}

/// Opens a path of any kind for reading, without waiting for the other end of a FIFO.
pub(super) fn open_for_reading(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed())
        .open(path)
}

/// Opens a lock file for reading and writing, creating it for its owner only; follows no symbolic link.
pub(crate) fn open_for_locking(path: &Path) -> io::Result<File> {
    make_size_limit_an_error();
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE_FILE)
        .custom_flags((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed())
        .open(path)
}

/// Opens a file for appending, creating it for its owner only; follows no symbolic link and waits for no FIFO.
pub(crate) fn open_for_appending(path: &Path) -> io::Result<File> {
    make_size_limit_an_error();
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(PRIVATE_FILE)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Creates a file for its owner only; fails if the path exists in any form.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    make_size_limit_an_error();
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE_FILE)
        .open(path)
}

/// Creates a directory for its owner only; fails if the path exists or its parent does not.
pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE_DIRECTORY).create(path)
}

/// Returns whether others than the owner have any access to the file.
pub(crate) fn is_accessible_by_others(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & EVERYBODY_ELSE != 0
}

/// Returns whether others than the owner may change the file, or the names in the directory.
pub(crate) fn is_writable_by_others(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o022 != 0
}

/// Returns whether users outside the owner's group may change the file, or the names in the directory.
pub(crate) fn is_writable_by_anybody(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o002 != 0
}

/// Returns whether a name in the directory may be changed only by the owner of what it names, and the directory's own,
/// whoever may write to the directory (`/tmp`).
pub(crate) fn is_sticky(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o1000 != 0
}

/// Returns whether the open file lies on a file system that is mounted read-only here; `false` if that is unknown.
pub(crate) fn is_read_only_file(file: &File) -> bool {
    rustix::fs::fstatvfs(file).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// As `is_read_only_file`, of the directory at a path.
pub(crate) fn is_read_only_directory(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Returns whether a file belongs to the user of this process or to root, who may change every file anyway.
pub(crate) fn is_owned_by_user_or_root(metadata: &Metadata) -> bool {
    metadata.uid() == 0 || is_owned_by_user(metadata)
}

/// Returns the mode bits of a file, without its type; never `None` here.
pub(crate) fn mode(metadata: &Metadata) -> Option<u32> {
    Some(metadata.permissions().mode() & 0o7777)
}

/// Returns the numeric id of the owner of a file; never `None` here.
pub(crate) fn owner_id(metadata: &Metadata) -> Option<u32> {
    Some(metadata.uid())
}

/// Returns the effective user id of this process; never `None` here.
pub(crate) fn user_id() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

/// Returns whether it is a regular file that its owner, its group or others may run as a program.
pub(crate) fn is_executable(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

/// Returns whether the metadata of two paths is that of the same file.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Returns the name of the program that a process runs, of which the system keeps 15 bytes; `None` if there is no such
/// process or the system has no `/proc`.
pub(crate) fn process_name(pid: u32) -> Option<String> {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim_end().to_owned()).filter(|name| !name.is_empty())
}

/// Returns the process that holds a lock on an open file, as the kernel of Linux lists them (proc_locks(5)); `None` if
/// none is listed, which is so for one in another container too, and on other systems.
pub(crate) fn lock_holder(file: &File) -> Option<u32> {
    let list = std::fs::read_to_string("/proc/locks").ok()?;
    let status = rustix::fs::fstat(file).ok()?;
    let device = (
        rustix::fs::major(status.st_dev),
        rustix::fs::minor(status.st_dev),
    );
    holder(&list, device, status.st_ino)
}

/// Returns the process that the list has as the holder of a lock on the file with this device and number.
fn holder(list: &str, device: (u32, u32), inode: u64) -> Option<u32> {
    let holders = list.lines().filter_map(|line| holder_in(line, inode));
    let holders: Vec<_> = holders.collect();
    let of_device = holders.iter().find(|(_, listed)| *listed == device);
    match (of_device, holders.as_slice()) {
        (Some((pid, _)), _) => Some(*pid),
        // File systems without a disk of their own (overlayfs, btrfs) show a program another device than the kernel
        // lists. On a disk, a file with the same number is one of another disk.
        (None, [(pid, _)]) if device.0 == 0 => Some(*pid),
        (None, _) => None,
    }
}

/// Returns the process and the device in a line about a lock that is held on a file with this number:
/// `1: FLOCK  ADVISORY  WRITE 1234 08:02:5678 0 EOF`.
fn holder_in(line: &str, inode: u64) -> Option<(u32, (u32, u32))> {
    let mut words = line.split_whitespace().skip(1);
    // `->` stands before one that waits.
    if words.next()? != "FLOCK" {
        return None;
    }
    let pid = words.nth(2)?.parse().ok().filter(|pid| *pid > 0)?;
    let mut place = words.next()?.split(':');
    let mut number = || u32::from_str_radix(place.next()?, 16).ok();
    let device = (number()?, number()?);
    (place.next()?.parse() == Ok(inode)).then_some((pid, device))
}

/// Returns whether a file belongs to the user of this process.
pub(crate) fn is_owned_by_user(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// Makes a file inaccessible to everybody but its owner, whose own permissions stay. `metadata` is that of the file.
pub(crate) fn restrict_permissions(file: &File, metadata: &Metadata) -> io::Result<()> {
    let mode = metadata.permissions().mode() & 0o7777 & !EVERYBODY_ELSE;
    file.set_permissions(Permissions::from_mode(mode))
}

/// Fails if the existing file at `path` may not be written to: by mode, access list, or a read-only file system.
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, Access::WRITE_OK)?)
}

/// Makes a symbolic link to a program at `name`, which must not exist.
pub(crate) fn link_program(target: &Path, name: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, name)
}

/// Makes a symbolic link at `path`, which must not exist, to a name in the same directory.
pub(crate) fn link_to_sibling(name: &std::ffi::OsStr, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(name, path)
}

/// Reserves `length` bytes of disk space for a new file, which then contains zeros. The position in it may have moved.
pub(crate) fn allocate(file: &mut File, length: usize) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        match fallocate(&*file, FallocateFlags::empty(), 0, length as u64) {
            Ok(()) => return Ok(()),
            // Not supported by this file system: zeros are written instead.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
    }
    file.write_all(&vec![0; length])
}

/// Flushes a directory, so that the names in it are on disk. Fails if it cannot be opened or flushed; on a file system
/// that cannot flush directories does nothing.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::fsync(File::open(path)?) {
        // Some network file systems cannot do it; there the server takes care of it.
        Ok(()) | Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Returns whether a process with this id exists, or may exist.
pub(crate) fn is_process_alive(pid: u32) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return false;
    };
    rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

/// Returns the process that started this one. Only Linux says which program it runs.
pub(crate) fn parent_process() -> Option<ParentProcess> {
    // Not from the standard library, which would look up one more symbol in libc at every start.
    let parent = rustix::process::getppid()?;
    let pid = u32::try_from(parent.as_raw_nonzero().get()).ok()?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let executable = None;
    Some(ParentProcess { pid, executable })
}

/// Returns what a file that is not a regular one is, with an article: `a FIFO`, `a socket`, `a device`, or `not a
/// regular file` for the rest.
pub(super) fn describe_special_file(file_type: FileType) -> &'static str {
    if file_type.is_fifo() {
        "a FIFO"
    } else if file_type.is_socket() {
        "a socket"
    } else if file_type.is_char_device() || file_type.is_block_device() {
        "a device"
    } else {
        "not a regular file"
    }
}

/// Returns a second handle on stdin, with the same position.
pub(crate) fn stdin() -> io::Result<File> {
    let handle = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(File::from(handle))
}

/// Opens the terminal that a person types at: stdin if it is one, else the terminal of this session; `None` without
/// one.
pub(crate) fn terminal() -> Option<File> {
    let stdin = stdin().ok().filter(io::IsTerminal::is_terminal);
    stdin.or_else(|| File::open("/dev/tty").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_not_one_of_a_file_on_another_disk() {
        let list = "1: POSIX  ADVISORY  WRITE 11 08:02:5 0 EOF\n\
                    2: FLOCK  ADVISORY  WRITE 12 08:02:5 0 EOF\n\
                    2: -> FLOCK  ADVISORY  WRITE 13 08:03:5 0 EOF\n";
        for (device, inode, expected) in [
            ((8, 2), 5, Some(12)),
            ((8, 3), 5, None),
            ((8, 2), 6, None),
            ((0, 40), 5, Some(12)),
        ] {
            assert_eq!(holder(list, device, inode), expected, "{device:?} {inode}");
        }
        let two = list.replace("POSIX", "FLOCK");
        assert_eq!(holder(&two.replacen("08:02", "08:01", 1), (0, 40), 5), None);
    }
}
