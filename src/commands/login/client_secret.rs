//! The secret of a client that a server has just registered. It rests in memory until a sign-in with it has worked, and
//! is then written into a file of its own, which the profile names: a sign-in that comes to nothing leaves none.
//!
//! Secret: all of it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::Result;
use secrecy::{ExposeSecret, SecretString};

use super::shared::request_timeout;
use crate::account::client_secret_path;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::{ClientAuth, Seal};
use crate::store::{self, Label, Sealing, StoreError};

/// A client secret that is not in a file yet.
pub(super) struct NewClientSecret {
    secret: SecretString,
    /// The profile that the file is named after.
    profile: String,
    seal: Option<Seal>,
    /// The file, once it is written.
    written: RefCell<Option<PathBuf>>,
}

/// A client secret that the server has just given, and how it is sent.
pub(super) type GivenSecret = (NewClientSecret, ClientAuth);

impl NewClientSecret {
    /// Returns the secret for a file that is named after the profile, and is sealed if `seal` says so.
    ///
    /// # Errors
    ///
    /// When it is to be sealed and cannot be.
    pub(super) fn new(
        context: &Context,
        profile: &str,
        seal: Option<Seal>,
        secret: SecretString,
    ) -> Result<Self> {
        let new = Self {
            secret,
            profile: profile.to_owned(),
            seal,
            written: RefCell::default(),
        };
        let path = client_secret_path(profile)?;
        new.rendered(&new.sealing(context, &path), &path)?;
        Ok(new)
    }

    /// Writes the file and returns its path: with a number where there is one of that name, as another login may be under
    /// way, for a profile that would have the same name.
    ///
    /// # Errors
    ///
    /// When it cannot be locked or written.
    pub(super) fn write(&self, context: &Context) -> Result<PathBuf> {
        if let Some(path) = &*self.written.borrow() {
            return Ok(path.clone());
        }
        let deadline = Deadline::after(request_timeout(context));
        let numbered = (2..1000).map(|number| format!("{}-{number}", self.profile));
        for name in std::iter::once(self.profile.clone()).chain(numbered) {
            let path = client_secret_path(&name)?;
            let sealing = self.sealing(context, &path);
            let written = store::edit(&path, deadline, |old| match old {
                Some(_) => Err(Unwritten::Taken),
                None => Ok(self.rendered(&sealing, &path)?),
            });
            match written {
                Ok(()) => {
                    sealing.note_if_sealed(&path);
                    self.written.replace(Some(path.clone()));
                    return Ok(path);
                }
                Err(Unwritten::Taken) => {}
                Err(Unwritten::Store(error)) => return Err(error.into()),
            }
        }
        Err(CommandError::Usage("there is no name for another client secret".to_owned()).into())
    }

    /// Writes the file that is named after the profile, in place of the secret of a client that is replaced.
    ///
    /// # Errors
    ///
    /// When it cannot be locked or written.
    pub(super) fn replace(&self, context: &Context) -> Result<()> {
        let deadline = Deadline::after(request_timeout(context));
        let path = client_secret_path(&self.profile)?;
        let sealing = self.sealing(context, &path);
        store::edit(&path, deadline, |_| self.rendered(&sealing, &path))?;
        sealing.note_if_sealed(&path);
        Ok(())
    }

    /// Removes the file again, if no profile could be written that names it.
    pub(super) fn remove(&self) {
        if let Some(path) = self.written.take() {
            // The login has failed already; a second error would hide the first.
            let _ = platform::remove_if_exists(&path);
        }
    }

    fn sealing(&self, context: &Context, path: &Path) -> Sealing {
        context.sealing(self.seal.clone(), Label::client_secret(path))
    }

    fn rendered(&self, sealing: &Sealing, path: &Path) -> Result<Vec<u8>, StoreError> {
        sealing.render(path, self.secret.expose_secret().as_bytes())
    }
}

/// Why a client secret is not written to a file.
enum Unwritten {
    /// There is one in it.
    Taken,
    Store(StoreError),
}

impl From<StoreError> for Unwritten {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
