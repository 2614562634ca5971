//! Signing in to Kognic: one request for a token with the client credentials (RFC 6749 §4.4).
//!
//! Credentials that are named on the command line become a profile that refers to them; nothing secret is copied.

use anyhow::Result;

use super::super::provider_login::{Keep, ProviderLogin};
use super::super::shared::{has_variable, request_timeout};
use super::super::target::{LoginTarget, conflict, target_name};
use crate::account::{Account, KognicError, KognicPlan, TokenRequest};
use crate::cli::{Kind, Login};
use crate::context::Context;
use crate::named_path;
use crate::profile::{Issuer, KOGNIC, KognicCredentials, KognicSettings, NewProfile, Profile};
use crate::providers::TimeoutPolicy;
use crate::store::SavedPassword;
use crate::terminal::prompt::{Person, PromptError};
use crate::token::TokenSet;

/// Signing in to Kognic.
pub(super) struct KognicLogin;

impl ProviderLogin for KognicLogin {
    /// Returns `--server`, `--credentials` and `--env`; not `--scopes`, which OAuth has too.
    fn own_options(&self, options: &Login) -> Vec<(&'static str, bool)> {
        let kognic = &options.kognic;
        vec![
            ("--server", kognic.server.is_some()),
            ("--credentials", kognic.credentials.is_some()),
            ("--env", kognic.environment.is_some()),
        ]
    }

    /// Asks where the credentials are, if nothing names them.
    fn ask_for_missing(
        &self,
        context: &Context,
        person: Person,
        options: &mut Login,
    ) -> Result<()> {
        if needs_credentials(context, options)? {
            options.kognic.credentials = Some(ask_credentials_location(person)?);
        }
        Ok(())
    }

    /// Returns the existing profile, unless it is the built-in one, not configured, and the options have settings for
    /// it: then, or if there is none, a new one with these.
    fn target<'a>(&self, context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
        let name = target_name(context, Kind::Kognic, options.kognic.has_kognic_option())?;
        let profiles = context.profiles()?;
        let existing = profiles.named(&name);
        let has_options = options.kognic.has_kognic_option() || !options.kognic.scopes.is_empty();
        match existing {
            Some(profile)
                if profile.is_configured
                    || !has_options
                    || !matches!(profile.issuer, Issuer::Kognic(_)) =>
            {
                check(context, profile, options)?;
                Ok(LoginTarget::existing(profile))
            }
            _ => LoginTarget::new(context, new_profile(context, &name, options)?, options),
        }
    }

    /// Asks for a token with the client credentials.
    fn sign_in(
        &self,
        context: &Context,
        account: &Account<'_>,
        _options: &Login,
        _keep: Keep<'_>,
    ) -> Result<(TokenSet, Option<SavedPassword>)> {
        context.say("Asking Kognic for a token.");
        let timeout_policy = TimeoutPolicy::EachRequest(request_timeout(context));
        Ok((account.sign_in_as_client(timeout_policy)?, None))
    }
}

/// Returns whether the credentials have to be asked for: no Kognic option is given, the profile is not configured, and,
/// for the built-in one, neither a variable nor an environment names them.
fn needs_credentials(context: &Context, options: &Login) -> Result<bool> {
    let name = target_name(context, Kind::Kognic, options.kognic.has_kognic_option())?;
    let profile = context.profiles()?.named(&name);
    if options.kognic.has_kognic_option() || profile.is_some_and(|profile| profile.is_configured) {
        return Ok(false);
    }
    let is_known = name == KOGNIC
        && (has_variable(KOGNIC)?
            || !matches!(context.kognic_environments()?.default_one(), Ok(None)));
    Ok(!is_known)
}

/// Asks where the credentials are, until it is an existing file or `keyring://NAME`, and returns that: a path as
/// absolute, with `~` kept.
fn ask_credentials_location(person: Person) -> Result<String, PromptError> {
    person.ask_until("credentials file", "Credentials file", |text| {
        let text = match text {
            "" => return Err("a file name is needed".to_owned()),
            text if text.starts_with("keyring://") || named_path::is_expandable(text) => {
                text.to_owned()
            }
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

/// Returns the path made absolute with the working directory; an error text if that fails or the path is not UTF-8.
fn absolute(path: &str) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let text = path.into_os_string().into_string();
    text.map_err(|_| "not UTF-8".to_owned())
}

/// Returns a new Kognic profile with the settings of the options or of the environment that they name. Fails if one of
/// them is not valid, or the profile named `kognic` is of another provider.
fn new_profile(context: &Context, name: &str, options: &Login) -> Result<NewProfile> {
    let built_in = context.profiles()?.named(KOGNIC);
    let Some(Issuer::Kognic(settings)) = built_in.map(|profile| &profile.issuer) else {
        return Err(conflict(KOGNIC));
    };
    let plan = plan(context, settings, options)?;
    let mut new = NewProfile::new(name, Kind::Kognic.word());
    if plan.server != *settings.server || plan.environment.is_some() {
        new = new.text("server", plan.server.as_str().trim_end_matches('/'));
    }
    new = match &plan.credentials {
        Some(KognicCredentials::File(path)) => new.text("credentials", path.to_string_lossy()),
        Some(KognicCredentials::Keyring(item)) => {
            new.text("credentials", format!("keyring://{item}"))
        }
        None => new,
    };
    if !plan.scopes.is_empty() {
        new = new.texts("scopes", plan.scopes);
    }
    if let Some(environment) = plan.environment {
        new = new.texts("hosts", [environment.host.to_string()]);
    }
    Ok(new)
}

/// Refuses options that contradict an existing profile, as only its user changes that; none contradicts a profile that
/// uses Kognic's environments.json.
fn check(context: &Context, profile: &Profile, options: &Login) -> Result<()> {
    let Issuer::Kognic(settings) = &profile.issuer else {
        return Err(conflict(&profile.name));
    };
    let plan = plan(context, settings, options)?;
    let is_same = plan.server == *settings.server
        && plan.credentials == settings.credentials
        // More scopes are added to those of the profile.
        && (plan.scopes == settings.scopes || !options.kognic.scopes.is_empty());
    if is_same || settings.uses_environments {
        Ok(())
    } else {
        Err(conflict(&profile.name))
    }
}

/// Returns the server, credentials and scopes to use: the options take precedence over the environment they name, and
/// that over `settings`. Fails if an option is not valid or the environment cannot be used.
fn plan(
    context: &Context,
    settings: &KognicSettings,
    options: &Login,
) -> Result<KognicPlan, KognicError> {
    let request = TokenRequest {
        kognic: Some(&options.kognic),
        ..TokenRequest::default()
    };
    KognicPlan::resolve(context, settings, &request)
}
