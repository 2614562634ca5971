//! The audit log: a file to which lines are appended, and the rotated file before it.
//!
//! Each line is one write to a file that was opened for appending, so lines of concurrent processes never mix, and no
//! process waits for a lock. A file that is full is renamed to `NAME.1`, replacing the previous one. This happens under
//! the lock beside it, and only if the file is still full then; otherwise, of two processes that find it full, the
//! second would delete what the first has just rotated. A process that opened the file before that appends to `NAME.1`.
//!
//! The log holds no secret, but shows who uses what, so it is readable by its owner only.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::StoreError;
use super::path::sibling;
use super::{lock, regular_file};
use crate::deadline::Deadline;
use crate::platform;

/// The size, in bytes, that the log may reach before it is rotated.
const MAX_BYTES: u64 = 1024 * 1024;
/// The largest log that is read, in bytes: a log that could not be rotated grows beyond `MAX_BYTES`.
const MAX_READ_BYTES: u64 = 64 * 1024 * 1024;

/// Appends a line to the log, after rotating a log that would become too large, unless another process holds its lock.
/// Creates the log and its directories if they are missing. `line` includes its line end.
///
/// # Errors
///
/// When the line could not be written, or the log could not be rotated; in the latter case the line is still written.
pub(crate) fn append_audit_line(path: &Path, line: &[u8]) -> Result<(), StoreError> {
    let (mut file, length) = open(path)?;
    let mut rotated = Ok(());
    if is_full(length, line) {
        rotated = rotate_if_full(path, line);
        (file, _) = open(path)?;
    }
    file.write_all(line)
        .map_err(StoreError::io("write to", path))?;
    rotated
}

/// Returns the files of the log that exist, each with its path and content, the older one first. If there is one, waits
/// for the lock until the deadline, and reads without it if it cannot be taken. Fails if one of them cannot be read or
/// has more than `MAX_READ_BYTES`.
pub(crate) fn read_audit(
    path: &Path,
    deadline: Deadline,
) -> Result<Vec<(PathBuf, Vec<u8>)>, StoreError> {
    let older = rotated_path(path);
    let exists = |path: &Path| path.symlink_metadata().is_ok();
    if !exists(path) && !exists(&older) {
        return Ok(Vec::new());
    }
    // While the lock is held, nothing is rotated, so no line is read twice or missed. Without write permission there is
    // no lock.
    let _lock = lock::lock_beside(path, deadline).ok();
    let mut files = Vec::new();
    for path in [older.as_path(), path] {
        if let Some(content) = regular_file::read(path, MAX_READ_BYTES)? {
            files.push((path.to_owned(), content.bytes.to_vec()));
        }
    }
    Ok(files)
}

/// Returns whether a non-empty log of `length` bytes would exceed `MAX_BYTES` with `line` appended.
fn is_full(length: u64, line: &[u8]) -> bool {
    length > 0 && length + line.len() as u64 > MAX_BYTES
}

/// Returns the path of the older, rotated log: the path of the log with `.1` at its end.
fn rotated_path(path: &Path) -> PathBuf {
    sibling(path, "", ".1")
}

/// Opens the log for appending, creating what is missing, and returns it with its length. Takes away others' access to
/// it, if possible. Fails with `NotAFile` for a symbolic link and anything but a regular file.
fn open(path: &Path) -> Result<(File, u64), StoreError> {
    let opened = match platform::open_for_appending(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let directory = platform::directory_of(path);
            platform::create_private_directories(directory)
                .map_err(StoreError::io("create", directory))?;
            platform::open_for_appending(path)
        }
        opened => opened,
    };
    let not_a_file = |what| StoreError::NotAFile {
        path: path.to_path_buf(),
        what,
    };
    let file = opened.map_err(|error| match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => not_a_file("a symbolic link"),
        Ok(metadata) if !metadata.is_file() => {
            not_a_file(platform::describe_file_type(metadata.file_type()))
        }
        _ => StoreError::io("open", path)(error),
    })?;
    let metadata = file.metadata().map_err(StoreError::io("open", path))?;
    if !metadata.is_file() {
        return Err(not_a_file(platform::describe_file_type(
            metadata.file_type(),
        )));
    }
    if platform::is_accessible_by_others(&metadata) {
        // It holds no secret: a log whose mode cannot be changed is still better than none.
        let _ = platform::restrict_permissions(&file, &metadata);
    }
    Ok((file, metadata.len()))
}

/// Renames the log to `NAME.1` if `line` would make it too large and no other process holds its lock.
fn rotate_if_full(path: &Path, line: &[u8]) -> Result<(), StoreError> {
    let lock = match lock::lock_beside(path, Deadline::after(Duration::ZERO)) {
        Ok((_, lock)) => lock,
        Err(StoreError::Locked { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let is_still_full =
        fs::symlink_metadata(path).is_ok_and(|metadata| is_full(metadata.len(), line));
    if is_still_full {
        fs::rename(path, rotated_path(path)).map_err(StoreError::io("rotate", path))?;
    }
    drop(lock);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        testing::scratch("deep/audit.jsonl")
    }

    fn lines(path: &Path) -> Vec<String> {
        let files = read_audit(path, Deadline::after(Duration::from_secs(30))).expect("the log");
        let texts = files
            .into_iter()
            .map(|(_, bytes)| String::from_utf8(bytes).expect("text"));
        let text = texts.collect::<Vec<_>>().join("\n");
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }

    fn length(path: &Path) -> u64 {
        fs::metadata(path).map_or(0, |metadata| metadata.len())
    }

    #[test]
    fn a_full_log_is_rotated_and_one_older_file_is_kept() {
        let (_directory, path) = scratch();
        assert!(lines(&path).is_empty());
        assert!(!path.parent().expect("a directory").exists());
        let line = |number: usize| format!("{number:0999}\n");
        let most = usize::try_from(MAX_BYTES).expect("small") / 1000;
        for number in 0..=most * 2 {
            append_audit_line(&path, line(number).as_bytes()).expect("a line");
            assert!(length(&path) <= MAX_BYTES);
        }
        assert_eq!(
            (length(&path), length(&rotated_path(&path))),
            (1000, most as u64 * 1000)
        );
        let read = lines(&path);
        assert_eq!(read.len(), most + 1);
        assert_eq!(read[0], line(most).trim());
    }

    #[test]
    fn a_second_rotation_at_once_deletes_nothing() {
        let (_directory, path) = scratch();
        append_audit_line(&path, &vec![b'x'; 1 << 20]).expect("a line");
        rotate_if_full(&path, b"line\n").expect("a rename");
        append_audit_line(&path, b"first\n").expect("a line");
        rotate_if_full(&path, b"line\n").expect("nothing");
        assert_eq!((length(&rotated_path(&path)), length(&path)), (1 << 20, 6));
    }

    #[test]
    fn a_line_is_written_even_if_the_log_cannot_be_rotated() {
        let (_directory, path) = scratch();
        append_audit_line(&path, &vec![b'x'; 1 << 20]).expect("a line");
        fs::create_dir(rotated_path(&path)).expect("a directory");
        fs::create_dir(rotated_path(&path).join("full")).expect("a directory");
        let error = append_audit_line(&path, b"line\n").expect_err("a rename");
        assert!(
            error.to_string().starts_with("could not rotate "),
            "{error}"
        );
        assert_eq!(length(&path), (1 << 20) + 5);
    }
}
