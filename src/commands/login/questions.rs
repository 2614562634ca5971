//! What a login needs to know and no option says, asked of the person, if there is one.

use std::borrow::Cow;

use anyhow::Result;

use super::target::{kind_meant, name_for, name_given};
use crate::account::{Account, TokenRequest};
use crate::cli::{Kind, Login};
use crate::context::{Context, ContextError, variable, variables};
use crate::credential::HostPattern;
use crate::profile::{KOGNIC, KognicCredentials, PRUSA, Variable, check_endpoint};
use crate::terminal::prompt::{Person, PromptError};

/// Returns the options with what the person said beside them.
pub(super) fn completed<'o>(context: &Context, options: &'o Login) -> Result<Cow<'o, Login>> {
    let person = Person::detect(context.may_ask());
    if !person.is_there() || options.address.is_some() {
        return Ok(Cow::Borrowed(options));
    }
    let kind = match kind_meant(options)? {
        Some(kind) => Some(kind),
        None if is_a_newcomers(context, options)? => Some(service(person)?),
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
        Kind::Kognic => options.kognic.credentials = Some(kognic_credentials(person)?),
        Kind::Practicus => {
            let name = name_for(context, &options, kind)?;
            if options.url.is_none() && profiles.named(&name).is_none() {
                options.url = Some(region(person)?);
            }
        }
        Kind::OAuth => {
            let is_known = match name_given(context)? {
                Some(name) => profiles.named(&name).is_some(),
                None => profiles
                    .iter()
                    .any(|profile| profile.issuer.kind() == kind.word()),
            };
            let says_nothing = options.issuer.is_none() && options.client_id.is_none();
            if !(is_known && says_nothing) {
                server(person, &mut options)?;
            }
        }
    }
    Ok(Cow::Owned(options))
}

/// Returns whether nothing tells which service is meant: no profile, no login, no option, no variable.
fn is_a_newcomers(context: &Context, options: &Login) -> Result<bool, ContextError> {
    let Login {
        email,
        password_stdin,
        otp_command,
        browser,
        device,
        token_stdin,
        ..
    } = options;
    let is_told = email.is_some()
        || *password_stdin
        || otp_command.is_some()
        || *browser
        || *device
        || *token_stdin
        || context.global.profile.is_some()
        || Context::profile_variable()?.is_some()
        || is_meant(PRUSA)?;
    let mut profiles = context.profiles()?.iter();
    let has_login = |profile| {
        Account::open(context, profile, TokenRequest::default())
            .is_ok_and(|account| matches!(account.current(), Ok(Some(_))))
    };
    Ok(!is_told && !profiles.any(|profile| profile.is_configured || has_login(profile)))
}

fn service(person: Person) -> Result<Kind, PromptError> {
    let items = Kind::ALL.map(|kind| kind.spec().menu_item);
    let chosen = person.choose("service", "Sign in to", &items)?;
    let kind = Kind::ALL.get(chosen).copied();
    kind.ok_or(PromptError::Nothing { what: "service" })
}

/// Returns whether nothing but the person knows where Kognic's credentials are.
fn needs_credentials(context: &Context, options: &Login) -> Result<bool> {
    let name = name_for(context, options, Kind::Kognic)?;
    let profile = context.profiles()?.named(&name);
    if options.kognic.is_meant() || profile.is_some_and(|profile| profile.is_configured) {
        return Ok(false);
    }
    let is_known = name == KOGNIC
        && (is_meant(KOGNIC)? || context.kognic_environments()?.default_one().is_some());
    Ok(!is_known)
}

fn kognic_credentials(person: Person) -> Result<String, PromptError> {
    person.ask_until("credentials file", "Credentials file", |text| {
        let text = match text {
            "" => return Err("it takes a file".to_owned()),
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

fn region(person: Person) -> Result<String, PromptError> {
    person.ask_until("address of the region", "Address of the region", address)
}

fn server(person: Person, options: &mut Login) -> Result<(), PromptError> {
    if options.issuer.is_none() {
        let prompt = "Address of the server (issuer)";
        options.issuer = Some(person.ask_until("address of the server", prompt, address)?);
    }
    if options.client_id.is_none() {
        options.client_id = Some(person.ask("client id", "Client ID")?);
    }
    if options.hosts.is_empty() {
        let prompt = "Hosts that its tokens are for (Enter: none)";
        options.hosts = person.ask_until("hosts", prompt, hosts)?;
    }
    Ok(())
}

/// Returns whether a variable says that a built-in profile is meant.
fn is_meant(profile: &str) -> Result<bool, ContextError> {
    let selects_it = |it: &&Variable| it.selects_profile && it.profile == Some(profile);
    for selecting in variables().filter(selects_it) {
        if variable(selecting.name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn absolute(path: &str) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let text = path.into_os_string().into_string();
    text.map_err(|_| "not UTF-8".to_owned())
}

/// Reads an address; a bare host is one of https.
fn address(text: &str) -> Result<String, String> {
    let text = match text.trim_end_matches('/') {
        "" => return Err("it takes an address".to_owned()),
        text if text.contains("://") => text.to_owned(),
        text => format!("https://{text}"),
    };
    check_endpoint(&text).map(|()| text)
}

fn hosts(text: &str) -> Result<Vec<String>, String> {
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
    fn addresses_are_read_as_people_write_them() {
        let table = [
            ("login.tld", Ok("https://login.tld")),
            ("https://login.tld/realm/", Ok("https://login.tld/realm")),
            ("http://127.0.0.1:80", Ok("http://127.0.0.1:80")),
        ];
        for (text, wanted) in table {
            assert_eq!(address(text), wanted.map(str::to_owned), "{text:?}");
        }
        for wrong in ["", "/", "http://login.tld", "https://a:b@h.tld", "ftp://h"] {
            assert!(address(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn hosts_are_read_with_spaces_or_commas() {
        assert_eq!(hosts("").as_deref(), Ok(&[][..]));
        let two = ["a.tld".to_owned(), "*.b.tld:8443".to_owned()];
        assert_eq!(hosts(" a.tld, *.b.tld:8443 "), Ok(two.to_vec()));
        assert!(hosts("a.tld x/y").is_err());
    }
}
