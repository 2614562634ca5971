//! Questions about what a login needs and no option says, if there is a person at the terminal.

use std::borrow::Cow;

use anyhow::Result;

use super::providers::requested_kind;
use super::target::{requested_name, target_name};
use crate::account::{Account, TokenRequest};
use crate::cli::{Kind, Login};
use crate::context::{Context, ContextError, variable, variables};
use crate::credential::HostPattern;
use crate::profile::{KOGNIC, KognicCredentials, PRUSA, Variable, check_endpoint};
use crate::terminal::prompt::{Person, PromptError};

/// Returns the options, completed by the person's answers.
pub(super) fn ask_for_missing<'o>(context: &Context, options: &'o Login) -> Result<Cow<'o, Login>> {
    let person = Person::detect(context.may_ask());
    if !person.is_there() || options.address.is_some() {
        return Ok(Cow::Borrowed(options));
    }
    let kind = match requested_kind(options)? {
        Some(kind) => Some(kind),
        None if is_first_login(context, options)? => Some(ask_service(person)?),
        None => None,
    };
    let Some(kind) = kind else {
        return Ok(Cow::Borrowed(options));
    };
    let mut options = options.clone();
    options.provider = Some(kind);
    let profiles = context.profiles()?;
    match kind {
        Kind::Prusa => {}
        Kind::Kognic if !needs_credentials(context, &options)? => {}
        Kind::Kognic => options.kognic.credentials = Some(ask_kognic_credentials_location(person)?),
        Kind::Practicus => {
            let name = target_name(context, kind, options.url.is_some())?;
            if options.url.is_none() && profiles.named(&name).is_none() {
                options.url = Some(ask_region(person)?);
            }
        }
        Kind::OAuth => {
            let exists = match requested_name(context)? {
                Some(name) => profiles.named(&name).is_some(),
                None => profiles.iter().any(|profile| profile.issuer.kind() == kind),
            };
            let has_no_option = options.issuer.is_none() && options.client_id.is_none();
            if !(exists && has_no_option) {
                ask_oauth_server(person, &mut options)?;
            }
        }
    }
    Ok(Cow::Owned(options))
}

/// Returns whether nothing says which service to sign in to: no profile, no login, no option, no variable.
fn is_first_login(context: &Context, options: &Login) -> Result<bool, ContextError> {
    let Login {
        email,
        password_stdin,
        otp_command,
        browser,
        device,
        token_stdin,
        ..
    } = options;
    let has_option = email.is_some()
        || *password_stdin
        || otp_command.is_some()
        || *browser
        || *device
        || *token_stdin
        || context.global.profile.is_some()
        || Context::profile_variable()?.is_some()
        || has_variable(PRUSA)?;
    let mut profiles = context.profiles()?.iter();
    let has_login = |profile| {
        Account::open(context, profile, TokenRequest::default())
            .is_ok_and(|account| matches!(account.current(), Ok(Some(_))))
    };
    Ok(!has_option && !profiles.any(|profile| profile.is_configured || has_login(profile)))
}

/// Asks which kind of service to sign in to, and returns the chosen one.
fn ask_service(person: Person) -> Result<Kind, PromptError> {
    let items = Kind::ALL.map(|kind| kind.spec().menu_item);
    let index = person.choose("service", "Sign in to", &items)?;
    let kind = Kind::ALL.get(index).copied();
    kind.ok_or(PromptError::Nothing { what: "service" })
}

/// Returns whether Kognic's credentials have to be asked for: no option, profile, variable or environment names them.
fn needs_credentials(context: &Context, options: &Login) -> Result<bool> {
    let name = target_name(context, Kind::Kognic, options.kognic.has_kognic_option())?;
    let profile = context.profiles()?.named(&name);
    if options.kognic.has_kognic_option() || profile.is_some_and(|profile| profile.is_configured) {
        return Ok(false);
    }
    let is_known = name == KOGNIC
        && (has_variable(KOGNIC)? || context.kognic_environments()?.default_one().is_some());
    Ok(!is_known)
}

/// Asks where the credentials are, until it is an existing file or `keyring://NAME`, and returns that: a path as
/// absolute, with `~` kept.
fn ask_kognic_credentials_location(person: Person) -> Result<String, PromptError> {
    person.ask_until("credentials file", "Credentials file", |text| {
        let text = match text {
            "" => return Err("a file name is needed".to_owned()),
            text if text.starts_with("keyring://") || text.starts_with('~') => text.to_owned(),
            text => absolute(text)?,
        };
        match KognicCredentials::parse(&text)? {
            KognicCredentials::File(path) if !path.is_file() => {
                Err(format!("there is no file {}", path.display()))
            }
            _ => Ok(text),
        }
    })
}

/// Asks for the address of the region until it is valid, and returns it; a host alone stands for https.
fn ask_region(person: Person) -> Result<String, PromptError> {
    person.ask_until(
        "address of the region",
        "Address of the region",
        parse_address,
    )
}

/// Asks for the issuer, the client ID and the hosts where the options lack them, and puts the answers into `options`.
fn ask_oauth_server(person: Person, options: &mut Login) -> Result<(), PromptError> {
    if options.issuer.is_none() {
        let prompt = "Address of the server (issuer)";
        options.issuer = Some(person.ask_until("address of the server", prompt, parse_address)?);
    }
    if options.client_id.is_none() {
        options.client_id = Some(person.ask("client id", "Client ID")?);
    }
    if options.hosts.is_empty() {
        let prompt = "Hosts that its tokens are for (Enter: none)";
        options.hosts = person.ask_until("hosts", prompt, parse_hosts)?;
    }
    Ok(())
}

/// Returns whether a variable is set that is for signing in to this built-in profile.
fn has_variable(profile: &str) -> Result<bool, ContextError> {
    let is_for_profile = |it: &&Variable| it.selects_profile && it.profile == Some(profile);
    for candidate in variables().filter(is_for_profile) {
        if variable(candidate.name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the path made absolute with the working directory; an error text if that fails or the path is not UTF-8.
fn absolute(path: &str) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let text = path.into_os_string().into_string();
    text.map_err(|_| "not UTF-8".to_owned())
}

/// Returns the address in a text, without slashes at its end; a host alone stands for https. An error text if it is
/// empty or not a valid endpoint.
fn parse_address(text: &str) -> Result<String, String> {
    let text = match text.trim_end_matches('/') {
        "" => return Err("an address is needed".to_owned()),
        text if text.contains("://") => text.to_owned(),
        text => format!("https://{text}"),
    };
    check_endpoint(&text).map(|()| text)
}

/// Returns the hosts in a text that separates them by spaces or commas; an error text if one is not valid.
fn parse_hosts(text: &str) -> Result<Vec<String>, String> {
    text.split([' ', ','])
        .filter(|host| !host.is_empty())
        .map(|host| match HostPattern::parse(host) {
            Ok(_) => Ok(host.to_owned()),
            Err(error) => Err(format!("{host}: {error}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_host_is_https_and_a_trailing_slash_is_removed() {
        let table = [
            ("login.tld", Ok("https://login.tld")),
            ("https://login.tld/realm/", Ok("https://login.tld/realm")),
            ("http://127.0.0.1:80", Ok("http://127.0.0.1:80")),
        ];
        for (text, wanted) in table {
            assert_eq!(parse_address(text), wanted.map(str::to_owned), "{text:?}");
        }
        for wrong in ["", "/", "http://login.tld", "https://a:b@h.tld", "ftp://h"] {
            assert!(parse_address(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn hosts_are_read_with_spaces_or_commas() {
        assert_eq!(parse_hosts("").as_deref(), Ok(&[][..]));
        let two = ["a.tld".to_owned(), "*.b.tld:8443".to_owned()];
        assert_eq!(parse_hosts(" a.tld, *.b.tld:8443 "), Ok(two.to_vec()));
        assert!(parse_hosts("a.tld x/y").is_err());
    }
}
