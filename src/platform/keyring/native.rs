//! Keychain and Credential Manager, which need no service. Either may ask the user in a dialog of its own.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::types::{Item, KeyringError};

/// The status of a Keychain that would have to ask for its password and cannot, as over SSH.
const ERR_SEC_INTERACTION_NOT_ALLOWED: &str = "-25308";

/// Returns the content of an item as UTF-8 bytes; `None` if there is no such item. Fails if the keyring gives no answer
/// or the item is not text.
pub(super) fn read(item: &Item) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    match find(item)? {
        Some(entry) => {
            Ok(none_if_missing(entry.get_password())?.map(|text| Zeroizing::new(text.into())))
        }
        None => Ok(None),
    }
}

/// Replaces the content of an item, or creates the item if there is none. Fails if the keyring refuses.
pub(super) fn write(item: &Item, secret: &SecretString) -> Result<(), KeyringError> {
    let secret = secret.expose_secret();
    match find(item)? {
        Some(entry) => Ok(entry.set_password(secret)?),
        None => Ok(Entry::new(&item.service, &item.user)?.set_password(secret)?),
    }
}

/// Returns the item, whether or not it exists: service and user identify it.
#[cfg(target_os = "macos")]
fn find(item: &Item) -> Result<Option<Entry>, KeyringError> {
    Ok(Some(Entry::new(&item.service, &item.user)?))
}

/// Returns the item under the name that this program gave it, or under one of those that Python's `keyring` gives:
/// the service alone, or with the user where a service has several. `None` if there is none of them.
#[cfg(windows)]
fn find(item: &Item) -> Result<Option<keyring_core::Entry>, KeyringError> {
    let Item { service, user } = item;
    let ours = Entry::new(service, user)?.inner;
    if none_if_missing(ours.get_attributes())?.is_some() {
        return Ok(Some(ours));
    }
    for target in [service.clone(), format!("{user}@{service}")] {
        let modifiers = std::collections::HashMap::from([("target", target.as_str())]);
        let theirs = keyring_core::Entry::new_with_modifiers(service, user, &modifiers)?;
        if none_if_missing(theirs.get_attributes())?
            .is_some_and(|attributes| attributes.get("username") == Some(user))
        {
            return Ok(Some(theirs));
        }
    }
    Ok(None)
}

/// Returns the answer, with `None` in place of the error that there is no such item; fails with any other error.
fn none_if_missing<T>(answer: Result<T, Error>) -> Result<Option<T>, KeyringError> {
    match answer {
        Err(Error::NoEntry) => Ok(None),
        answer => Ok(Some(answer?)),
    }
}

/// `Absent` without a usable store, `Locked` if the Keychain would have to ask, `Failed` for the rest; a secret in the
/// error is wiped.
impl From<Error> for KeyringError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoDefaultStore => Self::absent(&"it could not be opened"),
            // A session without a login at the machine itself, or without a keychain.
            Error::NoStorageAccess(why) => Self::absent(&why),
            Error::PlatformFailure(why)
                if format!("{why:?}").contains(ERR_SEC_INTERACTION_NOT_ALLOWED) =>
            {
                Self::Locked
            }
            Error::PlatformFailure(why) => Self::failed(&why),
            Error::BadEncoding(secret) | Error::BadDataFormat(secret, _) => {
                drop(Zeroizing::new(secret));
                Self::failed(&"the item is not text")
            }
            _ => Self::failed(&error),
        }
    }
}
