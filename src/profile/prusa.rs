//! Settings of Prusa Account: endpoints, client and variables.

use url::Url;

use super::address::Address;
use super::environment::Environment;
use super::error::ConfigError;
use super::keys::{self, Keys};
use super::spec::{BuiltIn, Holds, ProviderSpec, TokenFiles, Variable};
use crate::credential::HostPattern;
use crate::token::Binding;

/// The provider, and the name of its built-in profile.
pub(crate) const PRUSA: &str = "prusa";

const ACCOUNT_URL: &str = "https://account.prusa3d.com";
const ACCOUNT_HOST: &str = "account.prusa3d.com";
const CONNECT_HOST: &str = "connect.prusa3d.com";
/// The page of Connect that a sign-in ends on.
const REDIRECT_URI: &str = "https://connect.prusa3d.com/login/auth-callback";
/// Connect's public web client, which has no secret.
const CLIENT_ID: &str = "MRHTlZhZqkNrrQ6FUPtjyusAz8nc59ErHXP8XkS4";
const REDIRECT_PATH: &str = "/login/auth-callback";

const ACCOUNT_URL_VARIABLE: &str = "PRUSA_ACCOUNT_URL";
const CONNECT_URL_VARIABLE: &str = "PRUSA_CONNECT_URL";
const CLIENT_ID_VARIABLE: &str = "PRUSA_CLIENT_ID";
const REDIRECT_URI_VARIABLE: &str = "PRUSA_REDIRECT_URI";

pub(super) static SPEC: ProviderSpec = ProviderSpec {
    name: PRUSA,
    help: "Prusa Account",
    menu_item: "Prusa Account (Prusa Connect)",
    built_in: BuiltIn::Always,
    variables: &VARIABLES,
    exec_variable: "PRUSA_TOKEN",
    no_profile: "",
    sealed_note: "; the Python SDK can no longer read it",
    has_browser_sign_in: true,
    can_revoke: true,
    token_files: TokenFiles::OnePerProfile,
    token_decides_email: false,
};

static VARIABLES: [Variable; 10] = [
    variable(
        Holds::Tokens,
        "PRUSA_TOKENS_JSON",
        "a login of profile prusa",
    )
    .selecting(),
    variable(Holds::Tokens, "PRUSA_TOKEN", "a login of profile prusa").selecting(),
    variable(
        Holds::ConfigKey,
        ACCOUNT_URL_VARIABLE,
        "another server for profile prusa",
    )
    .selecting(),
    variable(
        Holds::ConfigKey,
        CONNECT_URL_VARIABLE,
        "another host for profile prusa",
    ),
    variable(
        Holds::ConfigKey,
        CLIENT_ID_VARIABLE,
        "another client for profile prusa",
    ),
    variable(
        Holds::ConfigKey,
        REDIRECT_URI_VARIABLE,
        "another address for profile prusa",
    ),
    variable(
        Holds::TokenFile,
        "PRUSA_TOKENS_FILE",
        "another token file for profile prusa",
    ),
    variable(Holds::Email, "PRUSA_EMAIL", "signs profile prusa in").selecting(),
    variable(Holds::Password, "PRUSA_PASSWORD", "signs profile prusa in").selecting(),
    variable(
        Holds::TotpSecret,
        "PRUSA_TOTP_SECRET",
        "signs profile prusa in",
    )
    .selecting(),
];

/// Returns the environment variable of this name for the built-in profile prusa, with what it holds and its effect.
const fn variable(holds: Holds, name: &'static str, effect: &'static str) -> Variable {
    Variable::of_profile(PRUSA, holds, name, effect)
}

/// Endpoints and client of Prusa Account.
#[derive(Clone, Debug)]
pub(crate) struct PrusaSettings {
    pub(crate) account_url: Address,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: Address,
    /// Empty: the default of the client, as in the Python SDK's requests.
    pub(crate) scopes: Vec<String>,
    /// What variables say in place of the configuration.
    pub(crate) variables: PrusaVariables,
}

/// Which settings of the built-in profile come from variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct PrusaVariables {
    /// The variable that names the account's server.
    pub(super) account_url: Option<&'static str>,
    /// The variable that names the client.
    pub(super) client_id: Option<&'static str>,
    /// The host that `PRUSA_CONNECT_URL` alone names, if it is neither Prusa Connect nor on this machine.
    pub(super) other_host: Option<HostPattern>,
}

/// A host that a variable names and that gets no token of the account all the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WithheldHost<'a> {
    pub(crate) host: &'a HostPattern,
    /// The variable.
    pub(crate) variable: &'static str,
    /// What is the case, for the end of a sentence.
    pub(crate) why: &'static str,
}

impl PrusaSettings {
    /// Returns the built-in account and client, whose logins the Python SDK stores.
    pub(super) fn built_in_binding() -> Binding {
        Binding::new(ACCOUNT_URL, Some(CLIENT_ID))
    }

    /// Returns whether the account is on this machine: a stand-in for development.
    pub(super) fn is_on_this_machine(&self) -> bool {
        let host = || keys::host_of(&self.account_url);
        !self.account_url.is_built_in() && host().is_ok_and(|host| host.is_loopback())
    }

    /// Returns whether the account is the built-in one, however that is written.
    fn is_real_account(&self) -> bool {
        self.account_url.is_built_in() || self.account_url.host_str() == Some(ACCOUNT_HOST)
    }

    /// Returns the host that gets no token of the account: `PRUSA_CONNECT_URL` alone names it, and no account that
    /// would belong to it is named with it.
    pub(crate) fn withheld_host(&self) -> Option<WithheldHost<'_>> {
        let other_host = self.variables.other_host.as_ref();
        let host = other_host.filter(|_| self.is_real_account())?;
        Some(WithheldHost {
            host,
            variable: CONNECT_URL_VARIABLE,
            why: match self.variables.account_url {
                None => "PRUSA_ACCOUNT_URL is not set",
                Some(_) => "PRUSA_ACCOUNT_URL names Prusa's own account",
            },
        })
    }
}

/// Reads the keys of a profile of this provider, and for the built-in one the variables that take their place. A
/// redirect URI that is not set is on the server in `connect_url`, if that is set. Keys and variables that are not valid
/// are noted in `keys`.
///
/// Returns the settings and the host that a profile without `hosts` answers for: that of `connect_url`, else of Prusa
/// Connect; the latter also if the variable alone names another: see [`PrusaSettings::withheld_host`]. `None` if there
/// is no such host.
pub(super) fn read(
    keys: &mut Keys<'_>,
    environment: &Environment,
) -> Option<(PrusaSettings, HostPattern)> {
    let nothing = Environment::default();
    let environment = if keys.name() == PRUSA {
        environment
    } else {
        &nothing
    };
    let Addresses {
        account_url,
        connect_url,
        redirect_uri,
    } = addresses(keys, environment);
    let client_id = keys.line("client_id");
    let scopes = keys.lines("scopes").unwrap_or_default();
    let is_set = |name| environment.text(name).map(|_| name);
    let connect_host = HostPattern::parse(CONNECT_HOST).ok()?;
    let host = match connect_url.as_ref().map(keys::host_of) {
        Some(Ok(host)) => host,
        Some(Err(why)) => {
            let name = CONNECT_URL_VARIABLE;
            keys.fault(ConfigError::Variable { name, why });
            return None;
        }
        None => connect_host.clone(),
    };
    let redirect_uri = redirect_uri.or_else(|| connect_url.as_ref().map(redirect_uri_at));
    let settings = PrusaSettings {
        account_url: account_url.map_or(Address::built_in(ACCOUNT_URL), Address::from),
        client_id: environment
            .text(CLIENT_ID_VARIABLE)
            .map(str::to_owned)
            .or(client_id)
            .unwrap_or_else(|| CLIENT_ID.to_owned()),
        redirect_uri: redirect_uri.map_or(Address::built_in(REDIRECT_URI), Address::from),
        scopes,
        variables: PrusaVariables {
            account_url: is_set(ACCOUNT_URL_VARIABLE),
            client_id: is_set(CLIENT_ID_VARIABLE),
            other_host: is_set(CONNECT_URL_VARIABLE).and_then(|_| {
                let is_other = !host.is_loopback() && host != connect_host;
                (is_other && !names_host(keys, &host)).then(|| host.clone())
            }),
        },
    };
    let host = match settings.withheld_host() {
        Some(_) => connect_host,
        None => host,
    };
    Some((settings, host))
}

/// Returns whether the keys of the profile name this host: `connect_url`, or an entry of `hosts`.
fn names_host(keys: &mut Keys<'_>, host: &HostPattern) -> bool {
    let connect_url = keys.endpoint("connect_url");
    let hosts = keys.hosts("hosts").unwrap_or_default();
    let is_on = |entry: &HostPattern| {
        let origin = host.exact_origin();
        origin.is_some_and(|origin| entry.matches_host(origin))
    };
    let is_it = |url: &Url| keys::host_of(url).is_ok_and(|configured| is_on(&configured));
    connect_url.as_ref().is_some_and(is_it) || hosts.iter().any(is_on)
}

/// The addresses that variables or keys name; the others have a default.
struct Addresses {
    account_url: Option<Url>,
    connect_url: Option<Url>,
    redirect_uri: Option<Url>,
}

/// Returns the addresses that are set; a variable takes precedence over its key. What is not valid is noted in `keys`,
/// also a key that a variable replaces.
fn addresses(keys: &mut Keys<'_>, environment: &Environment) -> Addresses {
    let mut variable_or_key = |name, parse: fn(&str) -> Result<Url, String>, key| {
        let key = keys.read(key, |value| parse(&keys::string(value)?));
        match environment.text(name).map(parse) {
            Some(Ok(url)) => Some(url),
            Some(Err(why)) => {
                keys.fault(ConfigError::Variable { name, why });
                None
            }
            None => key,
        }
    };
    Addresses {
        account_url: variable_or_key(ACCOUNT_URL_VARIABLE, keys::endpoint, "account_url"),
        connect_url: variable_or_key(CONNECT_URL_VARIABLE, keys::endpoint, "connect_url"),
        redirect_uri: variable_or_key(REDIRECT_URI_VARIABLE, keys::address, "redirect_uri"),
    }
}

/// Returns the redirect URI at this server: its URL with `REDIRECT_PATH`, without query and fragment.
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
    fn defaults_pass_the_checks_for_configured_addresses() {
        let (settings, host) = read(&mut Keys::none(PRUSA), &Environment::default())
            .expect("settings without any configuration");
        assert_eq!(
            keys::endpoint(ACCOUNT_URL).as_ref(),
            Ok(&*settings.account_url)
        );
        assert_eq!(settings.redirect_uri.as_str(), REDIRECT_URI);
        assert_eq!(keys::host_of(&settings.redirect_uri), Ok(host));
    }
}
