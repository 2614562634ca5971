//! Reading a file that may be anything: never waits, never reads what is not a regular file, never more than a limit.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::StoreError;
use crate::platform;

/// A file's content, and what the system tells about it.
pub(super) struct Content {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) metadata: Metadata,
}

/// Reads a regular file of at most `largest` bytes. `None` is a missing one.
pub(super) fn regular_file(path: &Path, largest: u64) -> Result<Option<Content>, StoreError> {
    let Some((mut file, metadata)) = open_regular(path)? else {
        return Ok(None);
    };
    let too_large = || StoreError::TooLarge {
        path: path.to_path_buf(),
        largest,
    };
    let length = usize::try_from(metadata.len()).map_err(|_| too_large())?;
    if metadata.len() > largest {
        return Err(too_large());
    }
    let bytes = read_up_to(&mut file, length).map_err(StoreError::io("read", path))?;
    Ok(Some(Content { bytes, metadata }))
}

/// Reads at most `length` bytes from the beginning of a regular file. `None` is a file that cannot be read.
pub(super) fn beginning(path: &Path, length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let (mut file, metadata) = open_regular(path).ok()??;
    let length = usize::try_from(metadata.len()).map_or(length, |whole| whole.min(length));
    read_up_to(&mut file, length).ok()
}

/// Opens a regular file for reading. `None` is a missing one.
pub(super) fn open_regular(path: &Path) -> Result<Option<(File, Metadata)>, StoreError> {
    let opened = platform::open_for_reading(path).and_then(|file| {
        let metadata = file.metadata()?;
        Ok((file, metadata))
    });
    let not_a_file = |metadata: &Metadata| StoreError::NotAFile {
        path: path.to_path_buf(),
        what: platform::kind_of(metadata.file_type()),
    };
    match opened {
        Ok((_, metadata)) if !metadata.is_file() => Err(not_a_file(&metadata)),
        Ok(opened) => Ok(Some(opened)),
        Err(error) if platform::is_missing(&error) => Ok(None),
        // Some of what is not a file cannot even be opened: a socket here, a directory on Windows.
        Err(error) => match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => Err(not_a_file(&metadata)),
            _ => Err(StoreError::io("open", path)(error)),
        },
    }
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
