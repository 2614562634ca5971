//! Settings of Prusa Account.

use std::path::PathBuf;

use url::Url;

use super::address::Address;
use super::keys::{self, Keys};
use super::{ConfigError, PRUSA};
use crate::credential::HostPattern;

const ACCOUNT_URL: &str = "https://account.prusa3d.com";
const CONNECT_HOST: &str = "connect.prusa3d.com";
/// The page of Connect that a sign-in ends on.
const REDIRECT_URI: &str = "https://connect.prusa3d.com/login/auth-callback";
/// Connect's public web client, which has no secret.
const CLIENT_ID: &str = "MRHTlZhZqkNrrQ6FUPtjyusAz8nc59ErHXP8XkS4";
const REDIRECT_PATH: &str = "/login/auth-callback";

/// Endpoints and client of Prusa Account.
#[derive(Clone, Debug)]
pub(crate) struct PrusaSettings {
    pub(crate) account_url: Address,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: Address,
    /// Empty: the client's default, which is what the Python SDK asks for.
    pub(crate) scopes: Vec<String>,
}

/// What the environment says of the built-in profile (`PRUSA_…`); it wins over the configuration file.
#[derive(Debug, Default)]
pub(crate) struct PrusaEnvironment {
    pub(crate) account_url: Option<String>,
    pub(crate) connect_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) tokens_file: Option<PathBuf>,
    pub(crate) email: Option<String>,
}

/// Reads a profile's own keys; the environment speaks of the built-in one only.
///
/// Returns the settings and the host that a profile without `hosts` answers for.
pub(super) fn read(
    keys: &mut Keys<'_>,
    environment: &PrusaEnvironment,
) -> Result<(PrusaSettings, HostPattern), ConfigError> {
    let nothing = PrusaEnvironment::default();
    let environment = if keys.name() == PRUSA {
        environment
    } else {
        &nothing
    };
    let Addresses {
        account_url,
        connect_url,
        redirect_uri,
    } = addresses(keys, environment)?;
    let client_id = keys.line("client_id")?;
    let host = match &connect_url {
        Some(url) => keys::host_of(url),
        None => HostPattern::parse(CONNECT_HOST).map_err(|error| error.to_string()),
    };
    let host = host.map_err(|why| ConfigError::Variable {
        name: "PRUSA_CONNECT_URL",
        why,
    })?;
    let redirect_uri = redirect_uri.or_else(|| connect_url.as_ref().map(redirect_uri_at));
    let settings = PrusaSettings {
        account_url: account_url.map_or(Address::built_in(ACCOUNT_URL), Address::from),
        client_id: environment
            .client_id
            .clone()
            .or(client_id)
            .unwrap_or_else(|| CLIENT_ID.to_owned()),
        redirect_uri: redirect_uri.map_or(Address::built_in(REDIRECT_URI), Address::from),
        scopes: keys.lines("scopes")?.unwrap_or_default(),
    };
    Ok((settings, host))
}

/// What is said of the addresses; those that nobody names are built in.
struct Addresses {
    account_url: Option<Url>,
    connect_url: Option<Url>,
    redirect_uri: Option<Url>,
}

fn addresses(
    keys: &mut Keys<'_>,
    environment: &PrusaEnvironment,
) -> Result<Addresses, ConfigError> {
    let account_url = told(
        keys.endpoint("account_url")?,
        ("PRUSA_ACCOUNT_URL", environment.account_url.as_deref()),
        keys::endpoint,
    )?;
    let connect_url = told(
        keys.endpoint("connect_url")?,
        ("PRUSA_CONNECT_URL", environment.connect_url.as_deref()),
        keys::endpoint,
    )?;
    let redirect_uri = told(
        keys.address("redirect_uri")?,
        ("PRUSA_REDIRECT_URI", environment.redirect_uri.as_deref()),
        keys::address,
    )?;
    Ok(Addresses {
        account_url,
        connect_url,
        redirect_uri,
    })
}

/// Returns what the variable says, else what the key does.
fn told(
    key: Option<Url>,
    (name, value): (&'static str, Option<&str>),
    read: fn(&str) -> Result<Url, String>,
) -> Result<Option<Url>, ConfigError> {
    let variable = value.map(read).transpose();
    let variable = variable.map_err(|why| ConfigError::Variable { name, why })?;
    Ok(variable.or(key))
}

fn redirect_uri_at(connect_url: &Url) -> Url {
    let mut uri = connect_url.clone();
    uri.set_path(REDIRECT_PATH);
    uri.set_query(None);
    uri.set_fragment(None);
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_what_the_rules_for_configured_addresses_allow() {
        let (settings, host) = read(&mut Keys::none(PRUSA), &PrusaEnvironment::default())
            .expect("settings without any configuration");
        assert_eq!(
            keys::endpoint(ACCOUNT_URL).as_ref(),
            Ok(&*settings.account_url)
        );
        assert_eq!(settings.redirect_uri.as_str(), REDIRECT_URI);
        assert_eq!(keys::host_of(&settings.redirect_uri), Ok(host));
    }
}
