//! Settings of Kognic: the authentication server, client credentials and variables.

mod environments;

use std::path::PathBuf;

use url::Url;

use super::address::Address;
use super::keys::{self, Keys};
use super::spec::{BuiltIn, Holds, ProviderSpec, TokenFiles, Variable};
use crate::credential::HostPattern;
use crate::named_path;

pub(crate) use environments::{EnvironmentsError, KognicEnvironment, KognicEnvironments};

/// The provider, and the name of its built-in profile.
pub(crate) const KOGNIC: &str = "kognic";

const SERVER: &str = "https://auth.app.kognic.com";
const HOSTS: [&str; 2] = ["app.kognic.com", "*.app.kognic.com"];

pub(super) static SPEC: ProviderSpec = ProviderSpec {
    name: KOGNIC,
    help: "Kognic",
    menu_item: "Kognic",
    built_in: BuiltIn::Always,
    variables: &VARIABLES,
    exec_variable: "ACCESS_TOKEN",
    no_profile: "",
    sealed_note: "",
    has_browser_sign_in: false,
    can_revoke: false,
    token_files: TokenFiles::OnePerRequest,
    token_decides_email: false,
};

static VARIABLES: [Variable; 3] = [
    variable(Holds::Setting, "KOGNIC_CREDENTIALS").selecting(),
    variable(Holds::Setting, "KOGNIC_CLIENT_ID").selecting(),
    variable(Holds::ClientSecret, "KOGNIC_CLIENT_SECRET"),
];

/// Returns the environment variable of this name for the built-in profile kognic; `holds` says what it holds.
const fn variable(holds: Holds, name: &'static str) -> Variable {
    Variable::of_profile(KOGNIC, holds, name, "other credentials for profile kognic")
}

/// The server, where the client credentials are, and the scopes to ask for.
#[derive(Clone, Debug)]
pub(crate) struct KognicSettings {
    /// The authentication server's base address.
    pub(crate) server: Address,
    /// Where the client credentials are; if `None`, the environment and the keyring are searched for the built-in
    /// profile, and another has none.
    pub(crate) credentials: Option<KognicCredentials>,
    /// Empty: the scopes in the credentials file, or else the server's default.
    pub(crate) scopes: Vec<String>,
    /// Whether this is the built-in profile and neither a server nor credentials are configured, so that
    /// environments.json may name them, and further hosts.
    pub(crate) uses_environments: bool,
}

impl KognicSettings {
    /// Parses a server's address: https, or http on a loopback host, without a user name or password. Fails with the
    /// reason, without the text.
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
    /// Parses an absolute path, also one that begins with `~/` or `$CREDENTIALS_DIRECTORY/`, or `keyring://NAME`.
    /// Fails with the reason, without the text. Whether there is such a file or item is not checked.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix("keyring://") {
            Some("") => Err("names no item of the keyring".to_owned()),
            Some(name) => Ok(Self::Keyring(name.to_owned())),
            None => named_path::absolute(text).map(Self::File),
        }
    }
}

/// Reads the keys of a profile of this provider. What is not valid is noted in `keys`.
///
/// Returns the settings and the hosts that a profile without `hosts` answers for: Kognic's own, or none if it sets
/// `server` and is not the built-in profile.
pub(super) fn read(keys: &mut Keys<'_>) -> (KognicSettings, Vec<HostPattern>) {
    let server = keys.endpoint("server");
    let hosts = match &server {
        Some(_) if keys.name() != KOGNIC => Vec::new(),
        _ => HOSTS
            .iter()
            .filter_map(|host| HostPattern::parse(host).ok())
            .collect(),
    };
    let credentials = keys.read("credentials", |value| {
        KognicCredentials::parse(value.as_str().ok_or("not a string")?)
    });
    let settings = KognicSettings {
        uses_environments: keys.name() == KOGNIC && server.is_none() && credentials.is_none(),
        server: server.map_or(Address::built_in(SERVER), Address::from),
        credentials,
        scopes: keys.lines("scopes").unwrap_or_default(),
    };
    (settings, hosts)
}
