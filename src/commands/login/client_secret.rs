//! The secret of a client that a server has just registered. It rests in memory until a sign-in with it has worked, and
//! is then written into a file of its own, which the profile names: a sign-in that comes to nothing leaves none.
//!
//! Secret: all of it.

use std::path::PathBuf;

use anyhow::Result;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::shared::request_timeout;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::ClientAuth;
use crate::store::{self, Sealing, StoreError};

/// A client secret and the file that it goes into.
pub(super) struct NewClientSecret {
    path: PathBuf,
    /// What the file will hold.
    content: Zeroizing<Vec<u8>>,
    sealing: Sealing,
}

/// A client secret that the server has just given, and how it is sent.
pub(super) type GivenSecret = (NewClientSecret, ClientAuth);

impl NewClientSecret {
    /// Returns the secret for this file, which is not written yet.
    ///
    /// # Errors
    ///
    /// When it is to be sealed and cannot be.
    pub(super) fn new(
        path: PathBuf,
        sealing: Sealing,
        secret: &SecretString,
    ) -> Result<Self, StoreError> {
        let content = sealing.render(&path, secret.expose_secret().as_bytes())?;
        Ok(Self {
            path,
            content: Zeroizing::new(content),
            sealing,
        })
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// When it cannot be locked or written.
    pub(super) fn write(&self, context: &Context) -> Result<(), StoreError> {
        let deadline = Deadline::after(request_timeout(context));
        store::edit(&self.path, deadline, |_| {
            Ok::<_, StoreError>(self.content.to_vec())
        })?;
        self.sealing.note_if_sealed(&self.path);
        Ok(())
    }

    /// Removes the file again, if no profile could be written that names it.
    pub(super) fn remove(&self) {
        // The login has failed already; a second error would hide the first.
        let _ = platform::remove_if_exists(&self.path);
    }
}
