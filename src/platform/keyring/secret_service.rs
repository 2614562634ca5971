//! Secret Service (freedesktop.org, 0.2) over the session bus.
//!
//! The user is never asked to unlock anything: it can be known whether something is locked, and the library opens no
//! dialog.
//! Secrets cross the bus unencrypted (`plain`, which every service supports): the bus is a socket of this user, and any
//! process that may listen there may ask the service as well.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};

use dbus_secret_service::{Collection, EncryptionType, Error, SecretService};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::types::{Item, KeyringError};

/// The variable that names the session bus.
const BUS_ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";
const CONTENT_TYPE: &str = "text/plain";
/// How many seconds a dialog may be open: none is ever opened.
const DIALOG_SECONDS: u64 = 0;

/// Returns the content of the first unlocked item that matches, as Python's `keyring` does; `None` if none matches.
/// Fails with `Locked` if all that match are locked, or none matches and the default collection is locked.
pub(super) fn read(item: &Item) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    let service = connect()?;
    if let Some(item) = find(&service, item)?.first() {
        return Ok(Some(Zeroizing::new(item.get_secret()?)));
    }
    // Some services do not list the items of a locked collection.
    match default_collection(&service) {
        Ok(_) | Err(KeyringError::Absent(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces the content of the first item that matches, or creates one in the default collection. Fails if there is no
/// service or no default collection, or what it needs is locked.
pub(super) fn write(item: &Item, secret: &SecretString) -> Result<(), KeyringError> {
    let service = connect()?;
    let secret = secret.expose_secret().as_bytes();
    if let Some(item) = find(&service, item)?.first() {
        return Ok(item.set_secret(secret, CONTENT_TYPE)?);
    }
    let label = format!("{} ({})", item.service, item.user);
    let collection = default_collection(&service)?;
    collection.create_item(&label, attributes(item), secret, true, CONTENT_TYPE)?;
    Ok(())
}

/// Connects to the service. Every failure means that there is none, except a time-out. So does an address of the bus by
/// which the library would start a program, which would get our environment.
fn connect() -> Result<SecretService, KeyringError> {
    if starts_a_program(bus_address().as_deref()) {
        return Err(KeyringError::absent(&format!(
            "{BUS_ADDRESS} names a program to start"
        )));
    }
    let connected =
        SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, DIALOG_SECONDS);
    connected.map_err(|error| match error {
        Error::Dbus(error) if is_timeout(error.name()) => KeyringError::TimedOut,
        Error::Dbus(error) => KeyringError::absent(&no_service(error.name())),
        error => KeyringError::absent(&reason(&error)),
    })
}

/// Returns why the service cannot be reached, by the name of the library's error. Its message is about the library: how
/// it was compiled, and which program would start a bus.
fn no_service(name: Option<&str>) -> String {
    let kind = name.and_then(|name| name.strip_prefix("org.freedesktop.DBus.Error."));
    match (kind, bus_address().is_some()) {
        (Some("ServiceUnknown" | "NameHasNoOwner"), _) => {
            "no program on the session bus offers one".to_owned()
        }
        (Some(kind), _) if kind.starts_with("Spawn.") => {
            "the program that offers one does not start".to_owned()
        }
        (Some("BadAddress"), true) => format!("{BUS_ADDRESS} holds no address of a bus"),
        (_, true) => format!("nothing answers at {BUS_ADDRESS}"),
        (_, false) => format!("{BUS_ADDRESS} is not set, and no session bus was found"),
    }
}

/// Returns the value of the variable, as the library reads it.
#[allow(
    clippy::disallowed_methods,
    reason = "the bus belongs to this module, which stands below `context`"
)]
fn bus_address() -> Option<OsString> {
    std::env::var_os(BUS_ADDRESS).filter(|value| !value.is_empty())
}

/// Returns whether one of the addresses in a list of them (D-Bus specification, "Server Addresses") is that of a
/// program.
fn starts_a_program(addresses: Option<&OsStr>) -> bool {
    let addresses = addresses.map(OsStr::to_string_lossy).unwrap_or_default();
    let mut addresses = addresses.split(';').map(str::trim_start);
    addresses.any(|address| address.starts_with("unixexec:"))
}

/// Returns all unlocked items that match, which may be none. Fails with `Locked` if every item that matches is locked.
fn find<'a>(
    service: &'a SecretService,
    item: &Item,
) -> Result<Vec<dbus_secret_service::Item<'a>>, KeyringError> {
    let found = service.search_items(attributes(item))?;
    if found.unlocked.is_empty() && !found.locked.is_empty() {
        return Err(KeyringError::Locked);
    }
    Ok(found.unlocked)
}

/// Returns the attributes that an item is stored under and found by: `service` and `username`.
fn attributes(item: &Item) -> HashMap<&str, &str> {
    HashMap::from([
        ("service", item.service.as_str()),
        ("username", item.user.as_str()),
    ])
}

/// Returns the collection for new items. Fails with `Absent` if there is none, and with `Locked` if it is locked.
fn default_collection(service: &SecretService) -> Result<Collection<'_>, KeyringError> {
    let collection = match service.get_default_collection() {
        Err(Error::NoResult) => {
            return Err(KeyringError::absent(&"it has no default collection"));
        }
        found => found?,
    };
    collection.ensure_unlocked()?;
    Ok(collection)
}

impl From<Error> for KeyringError {
    /// `Locked` also if a dialog would have to be opened, `TimedOut` for a time-out of the bus, `Absent` if there is no
    /// service, `Failed` for the rest.
    fn from(error: Error) -> Self {
        match error {
            Error::Locked | Error::Prompt => Self::Locked,
            Error::Unavailable => Self::absent(&error),
            Error::Dbus(error) if is_timeout(error.name()) => Self::TimedOut,
            _ => Self::failed(&reason(&error)),
        }
    }
}

/// Returns whether the D-Bus error of this name is a time-out: the library may give up a moment before we do.
fn is_timeout(name: Option<&str>) -> bool {
    let timeouts = ["NoReply", "Timeout", "TimedOut"];
    let kind = name.and_then(|name| name.strip_prefix("org.freedesktop.DBus.Error."));
    kind.is_some_and(|kind| timeouts.contains(&kind))
}

/// Returns the message of the bus or the service, without the layers around it.
fn reason(error: &Error) -> String {
    match error {
        Error::Dbus(error) => error.message().unwrap_or("no reason given").to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_starts_a_program_is_found() {
        let starts = |text: &str| starts_a_program(Some(OsStr::new(text)));
        assert!(starts("unixexec:path=./opener"));
        assert!(starts("unix:path=/x;unixexec:path=./opener"));
        for text in ["", "unix:path=/unixexec:", "unix:path=/run/bus,guid=0"] {
            assert!(!starts(text), "{text:?}");
        }
        assert!(!starts_a_program(None));
    }
}
