//! Which profile to sign in to: the one that the options name or describe, or a new one.

use anyhow::Result;

use super::providers::{self, requested_kind};
use super::resource;
use super::target::{LoginTarget, conflict, requested_name};
use crate::answer::choose::{Chosen, choose, chosen_profile};
use crate::answer::error::AnswerError;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{HostPattern, Origin};
use crate::profile::{NewProfile, Profile, check_name};

/// Returns the profile to sign in to, checked against the options. Fails with `UnknownProfile` if a name is given that
/// no profile has, and neither an address nor an option says what a new one would be.
pub(super) fn find<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    check_options(context, options)?;
    let target = match requested_kind(options)? {
        kind if options.address.is_some() => by_address(context, options, kind)?,
        Some(kind) => providers::of(kind).target(context, options)?,
        None => match requested_name(context)? {
            Some(name) if context.profiles()?.named(&name).is_none() => {
                return Err(unknown_profile(context, name)?.into());
            }
            _ => LoginTarget::existing(chosen_profile(context)?),
        },
    };
    check_has_browser_sign_in(options, target.profile())?;
    with_hosts(context, options, target)
}

/// Fails if the name of a new profile or a host of `--host` is not valid, before the person is asked for anything.
fn check_options(context: &Context, options: &Login) -> Result<()> {
    let usage = |option: &str, error: &dyn std::fmt::Display| {
        CommandError::Usage(format!("{option}: {error}"))
    };
    if let Some(name) = requested_name(context)?
        && context.profiles()?.named(&name).is_none()
        && let Err(error) = check_name(&name)
    {
        let is_option = context.global.profile.is_some();
        let option = if is_option {
            "--profile"
        } else {
            "PRUSA_CRED_PROFILE"
        };
        return Err(usage(option, &error).into());
    }
    for host in &options.hosts {
        HostPattern::parse(host).map_err(|error| usage("--host", &error))?;
    }
    Ok(())
}

/// Returns the error for a name that no profile has, with the names of the known profiles. Fails if the configuration
/// cannot be read.
fn unknown_profile(context: &Context, name: String) -> Result<CommandError> {
    let profiles = context.profiles()?.iter();
    Ok(CommandError::UnknownProfile {
        name,
        is_by_variable: context.global.profile.is_none(),
        known: profiles.map(|profile| profile.name.clone()).collect(),
    })
}

/// Refuses `--browser` and `--device` for a service that has no sign-in page for them.
fn check_has_browser_sign_in(options: &Login, profile: &Profile) -> Result<()> {
    let flows = [("--browser", options.browser), ("--device", options.device)];
    let has_none = !profile.issuer.spec().has_browser_sign_in;
    match flows.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) if has_none => {
            let (name, kind) = (&profile.name, profile.issuer.kind().word());
            let why = format!(
                "{option}: profile {name} is of provider {kind}, which has no sign-in in a browser"
            );
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(()),
    }
}

/// Returns the profile that answers for `login ADDRESS`, or a new OAuth profile for that address. Fails if the profile
/// is not of the requested kind, or if an existing one is named that does not answer for the address.
fn by_address<'a>(
    context: &'a Context,
    options: &Login,
    kind: Option<Kind>,
) -> Result<LoginTarget<'a>> {
    let address = options.address.as_deref().unwrap_or_default();
    let origin = Origin::parse(address).map_err(AnswerError::BadAddress)?;
    let requested = requested_name(context)?;
    let profiles = context.profiles()?;
    let exists = requested
        .as_ref()
        .is_some_and(|name| profiles.named(name).is_some());
    if (requested.is_none() || exists)
        && let Some(Chosen { profile, .. }) = choose(context, Some(&origin), None)?
    {
        check_kind(kind, &profile.name, profile.issuer.kind())?;
        return Ok(LoginTarget::existing(profile));
    }
    if exists {
        // An existing profile does not get a further host by a sign-in.
        return Err(AnswerError::HostNotCovered(origin.to_string()).into());
    }
    check_kind(kind, address, Kind::OAuth)?;
    let (new, secret) = resource::new_profile(context, options, address, &origin)?;
    // `--host` is in `new` already, with the address's own host.
    let options = Login {
        hosts: Vec::new(),
        ..options.clone()
    };
    Ok(LoginTarget::new(context, new, &options)?.with_client_secret(secret))
}

/// Refuses a requested kind that is not the kind of `what`.
fn check_kind(requested: Option<Kind>, what: &str, kind: Kind) -> Result<()> {
    match requested {
        Some(requested) if requested != kind => {
            let (requested, kind) = (requested.word(), kind.word());
            let why = format!("--provider {requested}: {what} is of provider {kind}");
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(()),
    }
}

/// Checks that an existing profile has the hosts of `--host`; a new one has them already. A built-in profile that is
/// not configured yet and lacks one is returned as a new profile with them.
fn with_hosts<'a>(
    context: &'a Context,
    options: &Login,
    target: LoginTarget<'a>,
) -> Result<LoginTarget<'a>> {
    let profile = target.profile();
    let has = |host: &String| profile.hosts.iter().any(|known| known.to_string() == *host);
    if target.is_new() || options.hosts.iter().all(has) {
        return Ok(target);
    }
    if profile.is_configured {
        return Err(conflict(&profile.name));
    }
    let new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    LoginTarget::new(context, new, options)
}
