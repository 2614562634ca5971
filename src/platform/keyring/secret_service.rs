//! Secret Service (freedesktop.org, 0.2) over the session bus.
//!
//! Whether something is locked can be asked, and is asked before anything that would make the service open a dialog.
//! Secrets cross the bus encrypted (by `dh-ietf1024-sha256-aes128-cbc-pkcs7`, the one way that every service knows).

use std::collections::HashMap;

use secrecy::{ExposeSecret as _, SecretString};
use secret_service::{Collection, EncryptionType, Error, SecretService};
use zeroize::Zeroizing;

use super::{KeyringError, LIMIT};

const CONTENT_TYPE: &str = "text/plain";

/// Returns the content of the first item that matches, as Python's `keyring` does.
pub(super) fn read(item: &super::Item) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    run(async {
        let service = connect().await?;
        if let Some(item) = find(&service, item).await?.first() {
            return Ok(Some(Zeroizing::new(item.get_secret().await?)));
        }
        // Some services say nothing of what lies in a locked collection.
        match default_collection(&service).await {
            Ok(_) | Err(KeyringError::Absent(_)) => Ok(None),
            Err(error) => Err(error),
        }
    })
}

pub(super) fn write(item: &super::Item, secret: &SecretString) -> Result<(), KeyringError> {
    run(async {
        let service = connect().await?;
        let secret = secret.expose_secret().as_bytes();
        if let Some(item) = find(&service, item).await?.first() {
            return Ok(item.set_secret(secret, CONTENT_TYPE).await?);
        }
        let label = format!("{} ({})", item.service, item.user);
        let collection = default_collection(&service).await?;
        collection
            .create_item(&label, attributes(item), secret, true, CONTENT_TYPE)
            .await?;
        Ok(())
    })
}

/// Runs to the end or to the limit. Then the connection is closed, and the service closes its dialogs.
fn run<T>(ask: impl Future<Output = Result<T, KeyringError>>) -> Result<T, KeyringError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| KeyringError::failed(&error))?;
    runtime.block_on(async {
        tokio::time::timeout(LIMIT, ask)
            .await
            .unwrap_or(Err(KeyringError::TimedOut))
    })
}

/// Whatever fails here, there is nobody to talk to.
async fn connect() -> Result<SecretService<'static>, KeyringError> {
    let connected = SecretService::connect(EncryptionType::Dh).await;
    connected.map_err(|error| KeyringError::absent(&reason(&error)))
}

async fn find<'a>(
    service: &'a SecretService<'_>,
    item: &super::Item,
) -> Result<Vec<secret_service::Item<'a>>, KeyringError> {
    let found = service.search_items(attributes(item)).await?;
    if found.unlocked.is_empty() && !found.locked.is_empty() {
        return Err(KeyringError::Locked);
    }
    Ok(found.unlocked)
}

fn attributes(item: &super::Item) -> HashMap<&str, &str> {
    HashMap::from([
        ("service", item.service.as_str()),
        ("username", item.user.as_str()),
    ])
}

async fn default_collection<'a>(
    service: &'a SecretService<'_>,
) -> Result<Collection<'a>, KeyringError> {
    let collection = match service.get_default_collection().await {
        Err(Error::NoResult) => {
            return Err(KeyringError::absent(&"it has no default collection"));
        }
        found => found?,
    };
    collection.ensure_unlocked().await?;
    Ok(collection)
}

impl From<Error> for KeyringError {
    fn from(error: Error) -> Self {
        match error {
            Error::Locked | Error::Prompt => Self::Locked,
            Error::Unavailable => Self::absent(&error),
            _ => Self::failed(&reason(&error)),
        }
    }
}

/// Returns what the bus or the service said, without the layers that it came through.
fn reason(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
