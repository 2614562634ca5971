//! Text files, which are read whole and up to a limit, without a byte order mark.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::error::ContextError;
use crate::byte_order_mark;
use crate::platform;
use crate::trusted_file;

/// The size of the largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Reads a regular text file. Anything else at that path, such as a pipe, is refused without waiting for it.
///
/// # Errors
///
/// When it cannot be read, is no regular file, is larger than 1 MiB, or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> std::io::Result<String> {
    let (file, metadata) = platform::open_regular(path)?;
    read(file, &metadata)
}

/// As `read_text`, of a file that names commands, endpoints or keys: refused too if another user may have written it.
///
/// # Errors
///
/// `Unreadable` as `read_text`, and `Untrusted`.
pub(crate) fn read_trusted_text(path: &Path) -> Result<String, ContextError> {
    let unreadable = |error| ContextError::Unreadable(path.to_owned(), error);
    let (file, metadata) = platform::open_regular(path).map_err(unreadable)?;
    trusted_file::check(path, &file, &metadata)?;
    read(file, &metadata).map_err(unreadable)
}

/// Reads an open file as text. Fails if it is larger than 1 MiB, is not UTF-8, or cannot be read.
fn read(file: File, metadata: &Metadata) -> std::io::Result<String> {
    if metadata.len() > LARGEST {
        return Err(unusable("it is larger than 1 MiB"));
    }
    // Allocated once: growing the buffer would leave copies of a secret in freed memory.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    let mut bytes = byte_order_mark::utf8(Zeroizing::new(bytes));
    String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
        let (good, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = good.split(|byte| *byte == b'\n').count();
        unusable(&format!("it is not UTF-8 in line {line}"))
    })
}

/// Returns an error about the content of a file.
pub(super) fn unusable(why: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned())
}
