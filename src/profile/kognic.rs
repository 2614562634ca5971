//! Settings of a Kognic environment: client credentials.

mod environments;

use std::path::PathBuf;

use url::Url;

use super::address::Address;
use super::keys::{self, Keys};
use super::{ConfigError, KOGNIC};
use crate::credential::HostPattern;

pub(crate) use environments::{EnvironmentsError, KognicEnvironment, KognicEnvironments};

const SERVER: &str = "https://auth.app.kognic.com";
const HOSTS: [&str; 2] = ["app.kognic.com", "*.app.kognic.com"];

/// Where Kognic's credentials are and what is asked for with them.
#[derive(Clone, Debug)]
pub(crate) struct KognicSettings {
    /// The authentication server's base address.
    pub(crate) server: Address,
    /// Where the client credentials are; without, the environment and the keyring are asked.
    pub(crate) credentials: Option<KognicCredentials>,
    /// Empty: what the credentials file says, and then the server's default.
    pub(crate) scopes: Vec<String>,
    /// Whether neither a server nor credentials are named, so that environments.json may name them.
    pub(crate) is_open: bool,
}

impl KognicSettings {
    /// Reads a server's address: https, or http on a loopback host.
    pub(crate) fn parse_server(text: &str) -> Result<Url, String> {
        keys::endpoint(text)
    }
}

/// Where client credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KognicCredentials {
    File(PathBuf),
    /// A name in the keyring's service `kognic-credentials` (`keyring://NAME`).
    Keyring(String),
}

impl KognicCredentials {
    /// Reads an absolute path (`~/` too) or `keyring://NAME`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix("keyring://") {
            Some("") => Err("names nothing in the keyring".to_owned()),
            Some(name) => Ok(Self::Keyring(name.to_owned())),
            None => keys::path(text).map(Self::File),
        }
    }
}

/// Reads a profile's own keys; returns the settings and the hosts that a profile without `hosts` answers for.
pub(super) fn read(keys: &mut Keys<'_>) -> Result<(KognicSettings, Vec<HostPattern>), ConfigError> {
    let server = keys.endpoint("server")?;
    let hosts = match &server {
        Some(_) if keys.name() != KOGNIC => Vec::new(),
        _ => HOSTS
            .iter()
            .filter_map(|host| HostPattern::parse(host).ok())
            .collect(),
    };
    let credentials = keys.read("credentials", |value| {
        KognicCredentials::parse(value.as_str().ok_or("not a string")?)
    })?;
    let settings = KognicSettings {
        is_open: keys.name() == KOGNIC && server.is_none() && credentials.is_none(),
        server: server.map_or(Address::built_in(SERVER), Address::from),
        credentials,
        scopes: keys.lines("scopes")?.unwrap_or_default(),
    };
    Ok((settings, hosts))
}
