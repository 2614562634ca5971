//! Reading a token file, with its rewriting if it is a sealed one of version 1.

use std::time::Duration;

use super::error::StoreError;
use super::record::Stored;
use super::token_file::Store;
use crate::deadline::Deadline;

impl Store {
    /// Reads what is stored, without the lock; the seed for a missing file, `None` if there is no seed. A file that
    /// does not hold a token set is read twice more within 50 ms, since another program may be writing it.
    ///
    /// A sealed file of version 1 is rewritten in the present one if its lock is free, after what a killed process had
    /// written was put in place.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or unsealed, is plain where it should be sealed, or does not hold a token set. An
    /// empty file is an error too: something was there. A JSON object without any token is not.
    pub(crate) fn load(&self) -> Result<Option<Stored>, StoreError> {
        let loaded = self.load_unchanged()?;
        if !loaded.as_ref().is_some_and(|stored| stored.is_old_version) {
            return Ok(loaded);
        }
        let Ok(locked) = self.lock(Deadline::after(Duration::ZERO)) else {
            return Ok(loaded);
        };
        if locked.rewrite_old().is_err() {
            return Ok(loaded);
        }
        locked.load()
    }
}
