//! Signing in to a Practicus AI region: by password, or by a token that the region gave out before.

use anyhow::Result;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::target::{Target, conflict, name_for};
use super::{first_line, password, request_timeout};
use crate::account::Account;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::{Context, secret_variable};
use crate::deadline::Deadline;
use crate::oauth::GrantError;
use crate::profile::{Issuer, NewProfile, PRACTICUS, PracticusSettings, Profile};
use crate::providers::practicus::TokenUse;
use crate::providers::{CredentialsError, SignInError};
use crate::store::SavedPassword;
use crate::token::{TokenSet, UnixTime};

/// Returns the profile to sign in to: one that is there, or what the options make.
pub(super) fn target<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    let name = name_for(context, options, Kind::Practicus)?;
    let url = options.url.as_deref().map(PracticusSettings::parse_url);
    let url = url
        .transpose()
        .map_err(|why| CommandError::Usage(format!("--url: {why}")))?;
    match (context.profiles()?.named(&name), url) {
        // A built-in one of another kind is as little ours to change as what somebody has configured.
        (Some(profile), Some(url)) if profile.is_configured || region_of(profile).is_err() => {
            check(profile, &url)?;
            Ok(Target::known(profile))
        }
        (Some(profile), None) => {
            region_of(profile)?;
            Ok(Target::known(profile))
        }
        (_, Some(url)) => {
            let address = url.as_str().trim_end_matches('/');
            let new = NewProfile::new(&name, Kind::Practicus.word()).text("url", address);
            let target = Target::new(context, new, options)?;
            check(target.profile(), &url)?;
            Ok(target)
        }
        (None, None) => Err(CommandError::Usage(
            "--url is missing: the address of the region (or set PRT_URL)".to_owned(),
        )
        .into()),
    }
}

/// Refuses an address that is not the profile's; PRT_URL may have named another.
fn check(profile: &Profile, url: &Url) -> Result<()> {
    let normal = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    if normal(region_of(profile)?) == normal(url) {
        Ok(())
    } else {
        Err(conflict(&profile.name))
    }
}

fn region_of(profile: &Profile) -> Result<&Url> {
    match &profile.issuer {
        Issuer::Practicus(settings) => Ok(&settings.url),
        _ => Err(conflict(&profile.name)),
    }
}

/// Signs in, and returns the password too if that is to be kept.
pub(super) fn sign_in(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
) -> Result<(TokenSet, Option<SavedPassword>)> {
    if let Some(token) = given_token(context, account, options)? {
        let set = by_token(context, account, token.expose_secret().trim())?;
        return Ok((set, None));
    }
    let signed_in = password::sign_in(context, account, options);
    let (set, password) = signed_in.map_err(|error| told(account.profile(), error))?;
    Ok((set, password.filter(|_| options.save_password)))
}

/// Tells what nobody was there to say as what this kind of profile needs: other variables than Prusa's name it.
fn told(profile: &Profile, error: anyhow::Error) -> anyhow::Error {
    match error.downcast() {
        Ok(SignInError::Credentials(source)) => match source {
            CredentialsError::Missing(needed) | CredentialsError::Failed { needed, .. } => {
                let profile = profile.name.clone();
                CommandError::RegionNeeds {
                    profile,
                    needed,
                    source,
                }
                .into()
            }
            CredentialsError::NoMore => SignInError::Credentials(source).into(),
        },
        Ok(error) => error.into(),
        Err(error) => error,
    }
}

/// Returns the token that stdin or `PRT_TOKEN` holds, unless a password is what was given.
fn given_token(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
) -> Result<Option<SecretString>> {
    if options.token_stdin {
        return first_line(context, "--token-stdin", "token").map(Some);
    }
    let is_by_password = options.password_stdin || options.save_password || options.email.is_some();
    if is_by_password || account.profile().name != PRACTICUS {
        return Ok(None);
    }
    Ok(secret_variable("PRT_TOKEN")?)
}

fn by_token(context: &Context, account: &Account<'_>, token: &str) -> Result<TokenSet> {
    let kind = TokenUse::of(token);
    let set = kind.token_set(token);
    let now = UnixTime::now();
    if kind == TokenUse::Access {
        return match set.access_expires_at(None, now) {
            Some(at) if at <= now => Err(CommandError::BadToken(format!(
                "is an access token that ran out at {at}"
            ))
            .into()),
            _ => Ok(set),
        };
    }
    let Some(refresh_token) = &set.refresh_token else {
        return Err(CommandError::BadToken("is none".to_owned()).into());
    };
    let deadline = Deadline::after(request_timeout(context));
    match account.provider().refresh(refresh_token, deadline) {
        Ok(newer) => Ok(set.refreshed_with(newer)),
        Err(GrantError::Refused { description, .. }) => {
            let why = description.map_or_else(String::new, |text| format!(" ({text})"));
            Err(CommandError::BadToken(format!("was refused by the region{why}")).into())
        }
        Err(error) => Err(error.into()),
    }
}
