//! Signing in to Kognic: one request for a token with the client credentials (RFC 6749 §4.4).
//!
//! Credentials that are named on the command line become a profile that refers to them; nothing secret is copied.

use anyhow::Result;

use super::super::provider_login::ProviderLogin;
use super::super::shared::request_timeout;
use super::super::target::{LoginTarget, conflict, target_name};
use crate::account::{Account, KognicError, KognicPlan, TokenRequest};
use crate::cli::{Kind, Login};
use crate::context::Context;
use crate::profile::{Issuer, KognicCredentials, KognicSettings, NewProfile, Profile};
use crate::providers::TimeoutPolicy;
use crate::store::SavedPassword;
use crate::token::TokenSet;

/// Signing in to Kognic.
pub(super) struct KognicLogin;

impl ProviderLogin for KognicLogin {
    fn own_options(&self, options: &Login) -> Vec<(&'static str, bool)> {
        let kognic = &options.kognic;
        vec![
            ("--server", kognic.server.is_some()),
            ("--credentials", kognic.credentials.is_some()),
            ("--env", kognic.environment.is_some()),
        ]
    }

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
    ) -> Result<(TokenSet, Option<SavedPassword>)> {
        context.say("Asking Kognic for a token.");
        let timeout_policy = TimeoutPolicy::EachRequest(request_timeout(context));
        Ok((account.sign_in_as_client(timeout_policy)?, None))
    }
}

/// Returns a new Kognic profile with the settings of the options or of the environment that they name. Fails if one of
/// them is not valid, or the profile named `kognic` is of another provider.
fn new_profile(context: &Context, name: &str, options: &Login) -> Result<NewProfile> {
    let built_in = context.profiles()?.named(crate::profile::KOGNIC);
    let Some(Issuer::Kognic(settings)) = built_in.map(|profile| &profile.issuer) else {
        return Err(conflict(crate::profile::KOGNIC));
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

/// Refuses options that contradict an existing profile: only its user changes that.
fn check(context: &Context, profile: &Profile, options: &Login) -> Result<()> {
    let Issuer::Kognic(settings) = &profile.issuer else {
        return Err(conflict(&profile.name));
    };
    let plan = plan(context, settings, options)?;
    let is_same = plan.server == *settings.server
        && plan.credentials == settings.credentials
        && plan.scopes == settings.scopes;
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
