//! The OAuth profile to sign in to: an existing one with the server and client of the options, or a new one, for which
//! a person is asked what the options lack.

use anyhow::Result;
use url::Url;

use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::commands::login::scopes::given as given_scopes;
use crate::commands::login::shared::parse_address;
use crate::commands::login::target::{LoginTarget, conflict, existing_profile, requested_name};
use crate::context::Context;
use crate::credential::HostPattern;
use crate::profile::{Issuer, NewProfile, OAuthSettings, Profile, check_endpoint, suggested_name};
use crate::terminal::prompt::{Person, PromptError};

/// Returns the OAuth profile that is named or, without `--issuer` and `--client-id`, the existing one, or one with the
/// issuer and client ID of the options, else a new one. Whether one that is named has the settings of the options is
/// not checked here. Fails if it is of another provider, or if a new one lacks `--issuer` or `--client-id`.
pub(super) fn target<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    let profiles = context.profiles()?;
    let requested = requested_name(context)?;
    let existing = match &requested {
        Some(name) => profiles.named(name),
        None if options.issuer.is_none() => existing_profile(context, Kind::OAuth)?,
        None => None,
    };
    let (issuer, client_id) = match (&options.issuer, &options.client_id, existing) {
        (_, client_id, Some(profile)) if requested.is_some() || client_id.is_none() => {
            settings_of(profile)?;
            return Ok(LoginTarget::existing(profile));
        }
        (_, _, Some(profile)) => return Err(conflict(&profile.name)),
        (Some(issuer), Some(client_id), None) => (issuer, client_id),
        (None, _, None) => return Err(missing_option("--issuer ADDRESS")),
        (Some(_), None, None) => return Err(missing_option("--client-id ID")),
    };
    check_endpoint(issuer).map_err(|why| CommandError::Usage(format!("--issuer: {why}")))?;
    let is_same_client = |profile: &&Profile| is_client_of(profile, issuer, client_id);
    match (requested, profiles.iter().find(is_same_client)) {
        (None, Some(profile)) => Ok(LoginTarget::existing(profile)),
        (name, _) => {
            let is_taken = |name: &str| profiles.named(name).is_some();
            let name = name.unwrap_or_else(|| suggested_name(issuer, &is_taken));
            LoginTarget::new(
                context,
                new_oauth_profile(name, issuer, client_id, options),
                options,
            )
        }
    }
}

/// Returns whether this is an OAuth profile with this issuer and client ID.
fn is_client_of(profile: &Profile, issuer: &str, client_id: &str) -> bool {
    settings_of(profile).is_ok_and(|settings| {
        settings.issuer == Url::parse(issuer).ok() && settings.client_id == client_id
    })
}

/// Returns a new OAuth profile with this issuer and client ID, and the scopes of the options if there are any.
fn new_oauth_profile(name: String, issuer: &str, client_id: &str, options: &Login) -> NewProfile {
    let new = NewProfile::new(name, Kind::OAuth.word())
        .text("issuer", issuer)
        .text("client_id", client_id);
    let scopes = given_scopes(options);
    let new = new.optional_text("redirect_uri", options.redirect_uri.clone());
    if scopes.is_empty() {
        new
    } else {
        new.texts("scopes", scopes)
    }
}

/// Returns the usage error that says that this option is missing for a new profile.
fn missing_option(option: &str) -> anyhow::Error {
    CommandError::Usage(format!("{option} is missing for a new profile")).into()
}

/// Returns the settings of an OAuth profile; an error if the profile is of another provider.
pub(super) fn settings_of(profile: &Profile) -> Result<&OAuthSettings> {
    match &profile.issuer {
        Issuer::OAuth(settings) => Ok(settings),
        _ => Err(conflict(&profile.name)),
    }
}

/// Asks for what the options lack, unless they say nothing and there is a profile to sign in to. Fails if no answer can
/// be read, or the configuration cannot.
pub(super) fn ask_for_missing(
    context: &Context,
    person: Person,
    options: &mut Login,
) -> Result<()> {
    let profiles = context.profiles()?;
    let has_no_option = options.issuer.is_none() && options.client_id.is_none();
    let is_oauth = |profile: &Profile| profile.issuer.kind() == Kind::OAuth;
    let lacks_nothing = match requested_name(context)? {
        Some(name) => profiles.named(&name).is_some(),
        None => has_no_option && profiles.iter().any(is_oauth),
    };
    if !lacks_nothing {
        ask_server(person, options)?;
    }
    Ok(())
}

/// Asks for the issuer, the client ID and the hosts where the options lack them, and puts the answers into `options`.
fn ask_server(person: Person, options: &mut Login) -> Result<(), PromptError> {
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
    fn hosts_are_read_with_spaces_or_commas() {
        assert_eq!(parse_hosts("").as_deref(), Ok(&[][..]));
        let two = ["a.tld".to_owned(), "*.b.tld:8443".to_owned()];
        assert_eq!(parse_hosts(" a.tld, *.b.tld:8443 "), Ok(two.to_vec()));
        let parts = ["a.tld/team".to_owned()];
        assert_eq!(parse_hosts("a.tld/team"), Ok(parts.to_vec()));
        assert!(parse_hosts("a.tld x/../y").is_err());
    }
}
