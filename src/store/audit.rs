//! The audit log: a file of lines that only ever grows at its end, and the one before it.
//!
//! Each line is one write to a file that was opened for appending, so lines of processes that write at once never mix,
//! and nobody waits for a lock. A file that is full is renamed to `NAME.1`, in place of the one before: under the lock
//! beside it, and only if it is still full then, or of two processes that find it full the second would throw away what
//! the first has just put aside. A process that opened the file before that writes at the end of `NAME.1`.
//!
//! Nothing secret is in it; it tells who uses what, and is for its owner alone.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{StoreError, beside, lock, read};
use crate::deadline::Deadline;
use crate::platform;

/// How large a file may become before it is put aside.
const LARGEST_AUDIT: u64 = 1024 * 1024;
/// How much of one is read: it is larger than the other limit where it could not be put aside.
const LARGEST_READ: u64 = 64 * 1024 * 1024;

/// Writes a line, its end included, at the end of the log, and begins a new file where that would make it too large.
///
/// # Errors
///
/// When the line could not be written, or the file could not be put aside; then the line is written all the same.
pub(crate) fn append_audit_line(path: &Path, line: &[u8]) -> Result<(), StoreError> {
    let (mut file, length) = open(path)?;
    let mut put_aside = Ok(());
    if is_full(length, line) {
        put_aside = put_aside_if_full(path, line);
        (file, _) = open(path)?;
    }
    file.write_all(line)
        .map_err(StoreError::io("write to", path))?;
    put_aside
}

/// Returns what stands in the files of the log, the older one first.
pub(crate) fn read_audit(
    path: &Path,
    deadline: Deadline,
) -> Result<Vec<(PathBuf, Vec<u8>)>, StoreError> {
    let older = older(path);
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    if !is_there(path) && !is_there(&older) {
        return Ok(Vec::new());
    }
    // While it is held nothing is put aside: a line is neither seen twice nor missed. Who may only read gets no lock.
    let _lock = lock::lock_beside(path, deadline).ok();
    let mut files = Vec::new();
    for path in [older.as_path(), path] {
        if let Some(content) = read::regular_file(path, LARGEST_READ)? {
            files.push((path.to_owned(), content.bytes.to_vec()));
        }
    }
    Ok(files)
}

fn is_full(length: u64, line: &[u8]) -> bool {
    length > 0 && length + line.len() as u64 > LARGEST_AUDIT
}

fn older(path: &Path) -> PathBuf {
    beside(path, "", ".1")
}

/// Opens the log and returns its length; creates what is missing.
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
        Ok(metadata) if !metadata.is_file() => not_a_file(platform::kind_of(metadata.file_type())),
        _ => StoreError::io("open", path)(error),
    })?;
    let metadata = file.metadata().map_err(StoreError::io("open", path))?;
    if !metadata.is_file() {
        return Err(not_a_file(platform::kind_of(metadata.file_type())));
    }
    if platform::is_loose(&metadata) {
        // It holds no secret: one that cannot be tightened is still better than none.
        let _ = platform::restrict_permissions(&file, &metadata);
    }
    Ok((file, metadata.len()))
}

/// Renames the log, unless another process has done so, or is at it.
fn put_aside_if_full(path: &Path, line: &[u8]) -> Result<(), StoreError> {
    let lock = match lock::lock_beside(path, Deadline::after(Duration::ZERO)) {
        Ok((_, lock)) => lock,
        Err(StoreError::Locked { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let is_still_full =
        fs::symlink_metadata(path).is_ok_and(|metadata| is_full(metadata.len(), line));
    if is_still_full {
        fs::rename(path, older(path)).map_err(StoreError::io("put aside", path))?;
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
    fn a_full_file_is_put_aside_and_only_the_one_before_it_is_kept() {
        let (_directory, path) = scratch();
        assert!(lines(&path).is_empty());
        assert!(!path.parent().expect("a directory").exists());
        let line = |number: usize| format!("{number:0999}\n");
        let most = usize::try_from(LARGEST_AUDIT).expect("small") / 1000;
        for number in 0..=most * 2 {
            append_audit_line(&path, line(number).as_bytes()).expect("a line");
            assert!(length(&path) <= LARGEST_AUDIT);
        }
        assert_eq!(
            (length(&path), length(&older(&path))),
            (1000, most as u64 * 1000)
        );
        let read = lines(&path);
        assert_eq!(read.len(), most + 1);
        assert_eq!(read[0], line(most).trim());
    }

    #[test]
    fn whoever_finds_it_full_second_throws_nothing_away() {
        let (_directory, path) = scratch();
        append_audit_line(&path, &vec![b'x'; 1 << 20]).expect("a line");
        put_aside_if_full(&path, b"line\n").expect("a rename");
        append_audit_line(&path, b"first\n").expect("a line");
        put_aside_if_full(&path, b"line\n").expect("nothing");
        assert_eq!((length(&older(&path)), length(&path)), (1 << 20, 6));
    }

    #[test]
    fn a_line_is_written_even_where_the_file_cannot_be_put_aside() {
        let (_directory, path) = scratch();
        append_audit_line(&path, &vec![b'x'; 1 << 20]).expect("a line");
        fs::create_dir(older(&path)).expect("a directory");
        fs::create_dir(older(&path).join("full")).expect("a directory");
        let error = append_audit_line(&path, b"line\n").expect_err("a rename");
        assert!(
            error.to_string().starts_with("could not put aside "),
            "{error}"
        );
        assert_eq!(length(&path), (1 << 20) + 5);
    }
}
