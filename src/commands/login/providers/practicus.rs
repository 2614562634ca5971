//! Signing in to a Practicus AI region: with a password, or with a token that the region issued before.

use anyhow::Result;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::password;
use super::super::provider_login::{Keep, ProviderLogin};
use super::super::shared::{first_line, parse_address, request_timeout};
use super::super::target::{LoginTarget, conflict, target_name};
use crate::account::Account;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::{Context, secret_variable};
use crate::deadline::Deadline;
use crate::oauth::GrantError;
use crate::oauth::token_endpoint::check_usable;
use crate::profile::{Issuer, NewProfile, PRACTICUS, PracticusSettings, Profile};
use crate::providers::practicus::TokenUse;
use crate::providers::{CredentialsError, RefreshScope, SignInError};
use crate::store::SavedPassword;
use crate::terminal::prompt::{Person, PromptError};
use crate::token::{TokenSet, UnixTime};

/// Signing in to a Practicus AI region.
pub(super) struct PracticusLogin;

impl ProviderLogin for PracticusLogin {
    /// Returns `--url`, `--token-stdin` and `--save-password`.
    fn own_options(&self, options: &Login) -> Vec<(&'static str, bool)> {
        vec![
            ("--url", options.url.is_some()),
            ("--token-stdin", options.token_stdin),
            ("--save-password", options.save_password),
        ]
    }

    /// Asks for the region's address if no option gives it and the profile to sign in to does not exist.
    fn ask_for_missing(
        &self,
        context: &Context,
        person: Person,
        options: &mut Login,
    ) -> Result<()> {
        let name = target_name(context, Kind::Practicus, options.url.is_some())?;
        if options.url.is_none() && context.profiles()?.named(&name).is_none() {
            options.url = Some(ask_region(person)?);
        }
        Ok(())
    }

    /// Returns the existing profile, which must have the address of `--url` if that is given; a new one if there is
    /// none, or only a built-in one that is not configured, and `--url` is given. Without a profile and `--url`, a
    /// usage error.
    fn target<'a>(&self, context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
        let name = target_name(context, Kind::Practicus, options.url.is_some())?;
        let url = options.url.as_deref().map(PracticusSettings::parse_url);
        let url = url
            .transpose()
            .map_err(|why| CommandError::Usage(format!("--url: {why}")))?;
        match (context.profiles()?.named(&name), url) {
            // A configured profile is not changed, nor a built-in one of another provider.
            (Some(profile), Some(url)) if profile.is_configured || region_of(profile).is_err() => {
                check(profile, &url)?;
                Ok(LoginTarget::existing(profile))
            }
            (Some(profile), None) => {
                region_of(profile)?;
                Ok(LoginTarget::existing(profile))
            }
            (_, Some(url)) => {
                let address = url.as_str().trim_end_matches('/');
                let new = NewProfile::new(&name, Kind::Practicus.word()).text("url", address);
                let target = LoginTarget::new(context, new, options)?;
                check(target.profile(), &url)?;
                Ok(target)
            }
            (None, None) => Err(CommandError::Usage(
                "--url is missing: the address of the region (or set PRT_URL)".to_owned(),
            )
            .into()),
        }
    }

    /// Signs in with a token if one is given, else with a password.
    fn sign_in(
        &self,
        context: &Context,
        account: &Account<'_>,
        options: &Login,
        _keep: Keep<'_>,
    ) -> Result<(TokenSet, Option<SavedPassword>)> {
        if let Some(token) = given_token(context, account, options)? {
            let set = sign_in_with_token(context, account, token.expose_secret().trim())?;
            return Ok((set, None));
        }
        let signed_in = password::sign_in(context, account, options, || ());
        let (set, password) =
            signed_in.map_err(|error| as_practicus_error(account.profile(), error))?;
        Ok((set, password.filter(|_| options.save_password)))
    }
}

/// Asks for the address of the region until it is valid, and returns it; a host alone stands for https.
fn ask_region(person: Person) -> Result<String, PromptError> {
    person.ask_until(
        "address of the region",
        "Address of the region",
        parse_address,
    )
}

/// Refuses an address that is not the profile's, as PRT_URL may name another one.
fn check(profile: &Profile, url: &Url) -> Result<()> {
    let without_slash = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    if without_slash(region_of(profile)?) == without_slash(url) {
        Ok(())
    } else {
        Err(conflict(&profile.name))
    }
}

/// Returns the address of the profile's region; an error if the profile is not of Practicus.
fn region_of(profile: &Profile) -> Result<&Url> {
    match &profile.issuer {
        Issuer::Practicus(settings) => Ok(&settings.url),
        _ => Err(conflict(&profile.name)),
    }
}

/// Turns an error about missing credentials into one whose hint names Practicus's variables, not Prusa's.
fn as_practicus_error(profile: &Profile, error: anyhow::Error) -> anyhow::Error {
    match error.downcast() {
        Ok(SignInError::Credentials(source)) => match source {
            CredentialsError::Failed { source, needed } if !source.is::<PromptError>() => {
                SignInError::Credentials(CredentialsError::Failed { needed, source }).into()
            }
            CredentialsError::Missing(needed) | CredentialsError::Failed { needed, .. } => {
                let profile = profile.name.clone();
                CommandError::PracticusSignIn {
                    profile,
                    needed,
                    source,
                }
                .into()
            }
            CredentialsError::NoMore
            | CredentialsError::TooLate { .. }
            | CredentialsError::Cancelled => SignInError::Credentials(source).into(),
        },
        Ok(error) => error.into(),
        Err(error) => error,
    }
}

/// Returns the token that stdin holds with `--token-stdin`, else, for the profile `practicus`, the one in `PRT_TOKEN`
/// unless the options ask for a sign-in with a password.
fn given_token(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
) -> Result<Option<SecretString>> {
    if options.token_stdin {
        return first_line(context, "--token-stdin", "token").map(Some);
    }
    let wants_password = options.password_stdin || options.save_password || options.email.is_some();
    if wants_password || account.profile().name != PRACTICUS {
        return Ok(None);
    }
    Ok(secret_variable("PRT_TOKEN")?)
}

/// Returns the token set of a token that the region issued; a refresh token is used once to check it. Fails with
/// `BadToken` if it is an expired access token, is rejected by the region, or is neither a refresh nor an access token.
fn sign_in_with_token(context: &Context, account: &Account<'_>, token: &str) -> Result<TokenSet> {
    let kind = TokenUse::of(token);
    let set = kind.token_set(token);
    let now = UnixTime::now();
    if kind == TokenUse::Access {
        return match set.access_expires_at(None, now) {
            Some(at) if at <= now => Err(CommandError::BadToken(format!(
                "is an access token that expired at {at}"
            ))
            .into()),
            _ => Ok(set),
        };
    }
    let Some(refresh_token) = &set.refresh_token else {
        return Err(
            CommandError::BadToken("is neither a refresh nor an access token".to_owned()).into(),
        );
    };
    let deadline = Deadline::after(request_timeout(context));
    match account
        .provider()
        .refresh(refresh_token, RefreshScope::AsGranted, deadline)
    {
        Ok(newer) => {
            check_usable(&newer, region_of(account.profile())?.to_string())?;
            Ok(set.refreshed_with(newer))
        }
        Err(GrantError::Refused { description, .. }) => {
            let why = description.map_or_else(String::new, |text| format!(" ({text})"));
            Err(CommandError::BadToken(format!("was rejected by the region{why}")).into())
        }
        Err(error) => Err(error.into()),
    }
}
