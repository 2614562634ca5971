//! Kognic's credentials in the platform's keyring, where its own command stores them: one item per name, with the
//! content of a credentials file.
//!
//! An item is read once, and not before a token has to be requested: a keyring may be slow, locked or missing.

use std::cell::OnceCell;

use secrecy::ExposeSecret as _;

use super::{CredentialsFile, CredentialsFileError};
use crate::escape::excerpt;
use crate::platform::keyring::{self, KeyringError};
use crate::token::UnixTime;

/// The service name of every item.
const SERVICE: &str = "kognic-credentials";
/// The name of the item that Kognic's own tools use if none is named.
pub(crate) const DEFAULT_ITEM: &str = "default";

/// Why an item gives no credentials.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum KeyringItemError {
    /// Nothing names credentials, and the keyring has no default item either.
    #[error("there are no Kognic credentials")]
    NoCredentials {
        #[source]
        keyring: Option<KeyringError>,
    },
    #[error("the keyring holds no Kognic credentials named {name}")]
    Missing { name: String },
    #[error("could not read keyring://{name}: {reason}")]
    Keyring { name: String, reason: KeyringError },
    #[error("cannot use the credentials in keyring://{name}: {reason}")]
    Unusable {
        name: String,
        reason: CredentialsFileError,
    },
}

/// An item that may hold credentials.
#[derive(Debug)]
pub(crate) struct KeyringItem {
    name: String,
    is_fallback: bool,
    content: OnceCell<Result<CredentialsFile, KeyringItemError>>,
}

impl KeyringItem {
    /// Returns the keyring item of a name that the user gave; it is not read yet.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name,
            is_fallback: false,
            content: OnceCell::new(),
        }
    }

    /// Returns the keyring item of the default name, which is tried when no credentials are named; it is not read yet.
    pub(crate) fn fallback() -> Self {
        Self {
            is_fallback: true,
            ..Self::named(DEFAULT_ITEM.to_owned())
        }
    }

    /// Returns the item's name in the keyring.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the user named the item, so that it should exist.
    pub(super) fn is_named(&self) -> bool {
        !self.is_fallback
    }

    /// Returns the credentials in the item, which only the first call reads: its failure is kept, too. Fails if they
    /// are missing or not usable.
    pub(super) fn credentials(&self) -> Result<&CredentialsFile, KeyringItemError> {
        let content = self.content.get_or_init(|| self.read());
        content.as_ref().map_err(KeyringItemError::clone)
    }

    /// Reads the item from the keyring and parses its credentials; fails if it is missing, unreadable or not usable.
    /// For the fallback, a missing item or keyring is `NoCredentials`.
    fn read(&self) -> Result<CredentialsFile, KeyringItemError> {
        let name = || excerpt(&self.name);
        let text = match keyring::read(SERVICE, &self.name) {
            Ok(Some(text)) => text,
            Ok(None) if self.is_fallback => {
                return Err(KeyringItemError::NoCredentials { keyring: None });
            }
            Ok(None) => return Err(KeyringItemError::Missing { name: name() }),
            Err(error @ KeyringError::Absent(_)) if self.is_fallback => {
                return Err(KeyringItemError::NoCredentials {
                    keyring: Some(error),
                });
            }
            Err(reason) => {
                return Err(KeyringItemError::Keyring {
                    name: name(),
                    reason,
                });
            }
        };
        CredentialsFile::parse(text.expose_secret().as_bytes(), UnixTime::now()).map_err(|reason| {
            KeyringItemError::Unusable {
                name: name(),
                reason,
            }
        })
    }
}
