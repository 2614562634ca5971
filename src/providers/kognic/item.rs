//! Kognic's credentials in the platform's keyring, where its own command puts them: an item per name, which holds what a
//! credentials file holds.
//!
//! It is read when a token has to be asked for and not before, and once: a keyring may be slow, locked or not there.

use std::cell::OnceCell;

use secrecy::ExposeSecret as _;

use super::{CredentialsFile, CredentialsFileError};
use crate::escape::excerpt;
use crate::platform::keyring::{self, KeyringError};
use crate::token::UnixTime;

/// The service under which every item is.
const SERVICE: &str = "kognic-credentials";
/// The item that Kognic's own tools fall back on.
pub(crate) const DEFAULT_ITEM: &str = "default";

/// Why an item gives no credentials.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ItemError {
    /// Nothing names credentials, and the keyring, which nobody spoke of, has none either.
    #[error("there are no Kognic credentials")]
    Nowhere {
        #[source]
        keyring: Option<KeyringError>,
    },
    #[error("the keyring holds no Kognic credentials of the name {name}")]
    Missing { name: String },
    #[error("could not read keyring://{name}: {why}")]
    Keyring { name: String, why: KeyringError },
    #[error("cannot use the credentials in keyring://{name}: {why}")]
    Unusable {
        name: String,
        why: CredentialsFileError,
    },
}

/// An item that may hold credentials.
#[derive(Debug)]
pub(crate) struct Item {
    name: String,
    is_last_resort: bool,
    content: OnceCell<Result<CredentialsFile, ItemError>>,
}

impl Item {
    /// Returns the item that somebody has named.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name,
            is_last_resort: false,
            content: OnceCell::new(),
        }
    }

    /// Returns the one that is looked for where nothing is named.
    pub(crate) fn last_resort() -> Self {
        Self {
            is_last_resort: true,
            ..Self::named(DEFAULT_ITEM.to_owned())
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether somebody has named it, so that it is there or ought to be.
    pub(super) fn is_named(&self) -> bool {
        !self.is_last_resort
    }

    /// Returns what it holds.
    pub(super) fn credentials(&self) -> Result<&CredentialsFile, ItemError> {
        let content = self.content.get_or_init(|| self.read());
        content.as_ref().map_err(ItemError::clone)
    }

    fn read(&self) -> Result<CredentialsFile, ItemError> {
        let name = || excerpt(&self.name);
        let text = match keyring::read(SERVICE, &self.name) {
            Ok(Some(text)) => text,
            Ok(None) if self.is_last_resort => return Err(ItemError::Nowhere { keyring: None }),
            Ok(None) => return Err(ItemError::Missing { name: name() }),
            Err(why @ KeyringError::Absent(_)) if self.is_last_resort => {
                return Err(ItemError::Nowhere { keyring: Some(why) });
            }
            Err(why) => return Err(ItemError::Keyring { name: name(), why }),
        };
        CredentialsFile::parse(text.expose_secret().as_bytes(), UnixTime::now())
            .map_err(|why| ItemError::Unusable { name: name(), why })
    }
}
