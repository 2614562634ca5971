//! The JSON form of saved credentials: with git's own keys for what git saved, and docker's for what docker saved.
//!
//! Unknown keys are kept, at the top and in each entry. Errors name a position and never quote what is there.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Entry, Registry, SavedCredentials, SavedError};
use crate::credential::Target;
use crate::token::{OtherFields, UnixTime};
use crate::wiped;

const CREDENTIALS: &str = "credentials";
const REGISTRIES: &str = "registries";

impl SavedCredentials {
    /// Parses the plain content of the file. Fails if it is not a JSON object, or a list or an entry in it is
    /// malformed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SavedError> {
        let mut object = match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(SavedError::NotLists),
            Err(error) => {
                return Err(SavedError::NotJson {
                    line: error.line(),
                    column: error.column(),
                });
            }
        };
        Ok(Self {
            entries: list(&mut object, CREDENTIALS, entry)?,
            registries: list(&mut object, REGISTRIES, registry)?,
            other: OtherFields::new(object),
            world_readable: false,
            is_old_version: false,
            is_sealed: false,
        })
    }

    /// Returns the plain content of the file, which is yet to be sealed: indented JSON, which `parse` reads. Without
    /// `world_readable` and `is_sealed`, which say how the file was found.
    pub(super) fn render(&self) -> Zeroizing<Vec<u8>> {
        let file = FileOut {
            credentials: self.entries.iter().map(EntryOut::of).collect(),
            registries: self.registries.iter().map(RegistryOut::of).collect(),
            other: self.other.as_map(),
        };
        wiped::indented_json(&file)
    }
}

#[derive(Serialize)]
struct FileOut<'a> {
    credentials: Vec<EntryOut<'a>>,
    registries: Vec<RegistryOut<'a>>,
    #[serde(flatten)]
    other: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct EntryOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'a str>,
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authtype: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_expiry_utc: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth_refresh_token: Option<&'a str>,
    #[serde(flatten)]
    other: &'a Map<String, Value>,
}

impl<'a> EntryOut<'a> {
    /// Returns the JSON form of an entry; it borrows the entry's secrets.
    fn of(entry: &'a Entry) -> Self {
        let Entry {
            target,
            path,
            username,
            password,
            header,
            expires_at,
            oauth_refresh_token,
            other,
        } = entry;
        Self {
            protocol: target.scheme(),
            host: target.host_and_port(),
            path: path.as_deref(),
            username: username.as_deref(),
            password: password.as_ref().map(ExposeSecret::expose_secret),
            authtype: header.as_ref().map(|(scheme, _)| scheme.as_str()),
            credential: header.as_ref().map(|(_, value)| value.expose_secret()),
            password_expiry_utc: expires_at.map(UnixTime::as_secs),
            oauth_refresh_token: oauth_refresh_token
                .as_ref()
                .map(ExposeSecret::expose_secret),
            other: other.as_map(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegistryOut<'a> {
    #[serde(rename = "ServerURL")]
    server_url: &'a str,
    username: &'a str,
    secret: &'a str,
    #[serde(flatten)]
    other: &'a Map<String, Value>,
}

impl<'a> RegistryOut<'a> {
    /// Returns the JSON form of a registry login; it borrows the login's secret.
    fn of(registry: &'a Registry) -> Self {
        let Registry {
            server_url,
            username,
            secret,
            other,
        } = registry;
        Self {
            server_url,
            username,
            secret: secret.expose_secret(),
            other: other.as_map(),
        }
    }
}

/// Removes one list from the object and returns its items as `read` reads them; a missing list is empty. Fails if it is
/// not a list or an item is not valid.
fn list<T>(
    object: &mut Map<String, Value>,
    name: &'static str,
    read: fn(Map<String, Value>) -> Option<T>,
) -> Result<Vec<T>, SavedError> {
    let items = match object.remove(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(SavedError::NotLists),
    };
    let read_one = |(number, item)| match item {
        Value::Object(fields) => read(fields).ok_or(number),
        _ => Err(number),
    };
    let read_all = items
        .into_iter()
        .zip(1..)
        .map(|(item, number)| (number, item));
    read_all
        .map(read_one)
        .collect::<Result<_, _>>()
        .map_err(|number| SavedError::BadEntry { list: name, number })
}

/// Reads an entry from its JSON fields, and keeps unknown ones. Without `protocol`, `host` may be a URL, and https is
/// assumed for a host that is not loopback. `None` if `host` is missing, a field has the wrong type, the target is not
/// valid, or only one of `authtype` and `credential` is there.
fn entry(mut fields: Map<String, Value>) -> Option<Entry> {
    let mut text = |key: &str| optional_text(&mut fields, key);
    let host = text("host")??;
    let target = match text("protocol")? {
        Some(protocol) => Target::from_parts(&protocol, &host)?,
        None => Target::parse(&host).ok()?,
    };
    let header = match (text("authtype")?, text("credential")?) {
        (Some(scheme), Some(value)) => Some((scheme, SecretString::from(value))),
        (None, None) => None,
        _ => return None,
    };
    Some(Entry {
        target,
        path: text("path")?,
        username: text("username")?,
        password: text("password")?.map(SecretString::from),
        header,
        oauth_refresh_token: text("oauth_refresh_token")?.map(SecretString::from),
        expires_at: match fields.remove("password_expiry_utc") {
            None => None,
            Some(value) => Some(UnixTime::from_secs(value.as_i64()?)),
        },
        other: OtherFields::new(fields),
    })
}

/// Reads a registry login from its JSON fields, and keeps unknown ones. `None` if the URL, the user name or the secret
/// is missing or not a string.
fn registry(mut fields: Map<String, Value>) -> Option<Registry> {
    let mut text = |key: &str| optional_text(&mut fields, key);
    Some(Registry {
        server_url: text("ServerURL")??,
        username: text("Username")??,
        secret: text("Secret")??.into(),
        other: OtherFields::new(fields),
    })
}

/// Removes a string from an object: `Some(None)` if it is missing, `None` if it is something else, also if it is null.
#[allow(
    clippy::option_option,
    reason = "a missing value and a wrong one differ"
)]
fn optional_text(fields: &mut Map<String, Value>, key: &str) -> Option<Option<String>> {
    match fields.remove(key) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text)),
        Some(_) => None,
    }
}
