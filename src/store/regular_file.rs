//! Reading a path that may be anything: never waits, reads only regular files, and never more than a limit.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::error::StoreError;
use crate::byte_order_mark;
use crate::platform;
use crate::trusted_file::{self, UntrustedFile};

/// The largest token file or configuration file of this program, in bytes. A larger file holds something else.
pub(super) const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A file's content and metadata.
pub(super) struct Content {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) metadata: Metadata,
}

/// Reads a regular file of at most `max_bytes`, through symbolic links. `None` if the file or a directory above it is
/// missing.
///
/// # Errors
///
/// `NotAFile` for anything but a regular file, `TooLarge` for one that is larger, `Io` when it cannot be read.
pub(super) fn read(path: &Path, max_bytes: u64) -> Result<Option<Content>, StoreError> {
    read_if(path, max_bytes, |_, _| Ok(()))
}

/// As `read`, of a file of this program, which is text: as UTF-8 without a byte order mark.
///
/// # Errors
///
/// As `read`, and `Untrusted` for a file that neither this user nor root owns: another one has put it there.
pub(super) fn read_own(path: &Path, max_bytes: u64) -> Result<Option<Content>, StoreError> {
    let content = read_if(path, max_bytes, |_, metadata| {
        trusted_file::check_owner(path, metadata)
    })?;
    Ok(content.map(|Content { bytes, metadata }| Content {
        bytes: byte_order_mark::utf8(bytes),
        metadata,
    }))
}

/// As `read`, of a file that nobody else may have written or put there.
///
/// # Errors
///
/// As `read`, and `Untrusted`.
pub(super) fn read_trusted(path: &Path, max_bytes: u64) -> Result<Option<Content>, StoreError> {
    read_if(path, max_bytes, |file, metadata| {
        trusted_file::check(path, file, metadata)
    })
}

/// As `read`, if `check` finds no fault with the open file.
fn read_if(
    path: &Path,
    max_bytes: u64,
    check: impl FnOnce(&File, &Metadata) -> Result<(), UntrustedFile>,
) -> Result<Option<Content>, StoreError> {
    let Some((mut file, metadata)) = open(path)? else {
        return Ok(None);
    };
    check(&file, &metadata)?;
    let too_large = || StoreError::TooLarge {
        path: path.to_path_buf(),
        max_bytes,
    };
    let length = usize::try_from(metadata.len()).map_err(|_| too_large())?;
    if metadata.len() > max_bytes {
        return Err(too_large());
    }
    let bytes = read_up_to(&mut file, length).map_err(StoreError::io("read", path))?;
    Ok(Some(Content { bytes, metadata }))
}

/// Reads at most `length` bytes from the start of a regular text file, as UTF-8 without a byte order mark. `None` is a
/// file that is missing, is not a regular one or cannot be read.
pub(super) fn read_start(path: &Path, length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let (mut file, metadata) = open(path).ok()??;
    let length = usize::try_from(metadata.len()).map_or(length, |whole| whole.min(length));
    let mut bytes = read_up_to(&mut file, length).ok()?;
    if byte_order_mark::is_utf16(&bytes) {
        // Half a letter at the end is none.
        let whole = bytes.len() & !1;
        bytes.truncate(whole);
    }
    Some(byte_order_mark::utf8(bytes))
}

/// Opens a regular file for reading, through symbolic links. `None` if the file or a directory above it is missing.
/// Fails with `NotAFile` for anything but a regular file.
pub(super) fn open(path: &Path) -> Result<Option<(File, Metadata)>, StoreError> {
    match platform::open_regular(path) {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if platform::is_not_found(&error) => Ok(None),
        // Some others cannot even be opened: a socket on Unix, a directory on Windows.
        Err(error) => match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => Err(StoreError::NotAFile {
                path: path.to_path_buf(),
                what: platform::describe_file_type(metadata.file_type()),
            }),
            _ => Err(StoreError::io("open", path)(error)),
        },
    }
}

/// Makes a regular file inaccessible to everybody but its owner, whose own permissions stay. A missing file is not an
/// error. Fails for anything but a regular file, and for one that cannot be opened for reading or changed.
pub(super) fn restrict_permissions(path: &Path) -> Result<(), StoreError> {
    if let Some((file, metadata)) = open(path)? {
        platform::restrict_permissions(&file, &metadata)
            .map_err(StoreError::io("change the mode of", path))?;
    }
    Ok(())
}

/// Reads `length` bytes, or fewer where the file has shrunk meanwhile.
fn read_up_to(file: &mut File, length: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}
