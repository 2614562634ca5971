//! `login --scopes` for a profile that exists: it asks for those beside its own, and keeps them in the configuration
//! once the sign-in has worked.

use anyhow::Result;

use super::target::LoginTarget;
use crate::cli::Login;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::profile::{Issuer, NewProfile, Profile, with_texts};

/// Returns the scopes of the option, each by itself: they may be separated by commas or white space.
pub(super) fn given(options: &Login) -> Vec<String> {
    let texts = options.kognic.scopes.iter();
    texts
        .flat_map(|text| text.split_whitespace())
        .map(str::to_owned)
        .collect()
}

/// Returns the target with the scopes of the option beside those of its profile; unchanged if it is new and has them
/// already, or does not decide about its scopes. Nothing is written.
///
/// # Errors
///
/// When the profile's service has no scopes, or the configuration cannot be changed.
pub(super) fn widen<'a>(
    context: &Context,
    options: &Login,
    target: LoginTarget<'a>,
) -> Result<LoginTarget<'a>> {
    let given = given(options);
    if given.is_empty() || target.is_new() || is_of_environment(context, options, target.profile())?
    {
        return Ok(target);
    }
    let profile = target.profile();
    let mut scopes = own_scopes(profile)?.to_vec();
    let before = scopes.len();
    for scope in given {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.len() == before {
        // The sign-in asks for all of them, and not only for those of the option.
        let profile = profile.clone();
        return Ok(target.with_scopes(profile, scopes));
    }
    let new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    let change = |text: &str| with_texts(text, &new, "scopes", &scopes);
    let after = context.profiles_after(change)?;
    let widened = after.named(&profile.name).cloned();
    Ok(match widened {
        Some(widened) => target.with_scopes(widened, scopes),
        None => target,
    })
}

/// Returns whether an environment of Kognic's environments.json says which scopes the profile asks for, and not the
/// configuration. Fails if that file cannot be used.
fn is_of_environment(context: &Context, options: &Login, profile: &Profile) -> Result<bool> {
    let Issuer::Kognic(settings) = &profile.issuer else {
        return Ok(false);
    };
    if options.kognic.environment.is_some() {
        return Ok(true);
    }
    Ok(settings.uses_environments
        && context
            .kognic_environments()?
            .default_one()
            .is_ok_and(|it| it.is_some()))
}

/// Returns the scopes that a profile says; a usage error if its service has none.
fn own_scopes(profile: &Profile) -> Result<&[String]> {
    match &profile.issuer {
        Issuer::OAuth(settings) => Ok(&settings.scopes),
        Issuer::Kognic(settings) => Ok(&settings.scopes),
        Issuer::Prusa(settings) => Ok(&settings.scopes),
        Issuer::Practicus(_) => {
            let (name, kind) = (&profile.name, profile.issuer.kind().word());
            let why =
                format!("--scopes: profile {name} is of provider {kind}, which has no scopes");
            Err(CommandError::Usage(why).into())
        }
    }
}
