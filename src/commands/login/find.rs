//! Which profile to sign in to: the one that the options name or describe, or a new one.

use anyhow::Result;
use url::Url;

use super::providers::{kognic, practicus};
use super::resource;
use super::target::{
    LoginTarget, conflict, existing_profile, requested_kind, requested_name, target_name,
};
use crate::answer::choose::{Chosen, choose, chosen_profile};
use crate::answer::error::AnswerError;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{HostPattern, Origin};
use crate::profile::{Issuer, NewProfile, Profile, check_endpoint, check_name, suggested_name};

/// Returns the profile to sign in to, checked against the options.
pub(super) fn find<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    check_options(context, options)?;
    let target = match requested_kind(options)? {
        kind if options.address.is_some() => by_address(context, options, kind)?,
        Some(Kind::Prusa) => prusa(context, options)?,
        Some(Kind::Kognic) => kognic::target(context, options)?,
        Some(Kind::Practicus) => practicus::target(context, options)?,
        Some(Kind::OAuth) => oauth(context, options)?,
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

/// Returns the profile that answers for `login ADDRESS`, or a new one for that address.
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

/// Returns the Prusa profile to sign in to, or a new one if none has that name. Fails if a profile of another provider
/// has the name.
fn prusa<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    let name = target_name(context, options, Kind::Prusa)?;
    match context.profiles()?.named(&name) {
        Some(profile) if matches!(profile.issuer, Issuer::Prusa(_)) => {
            Ok(LoginTarget::existing(profile))
        }
        Some(profile) => Err(conflict(&profile.name)),
        None => LoginTarget::new(context, NewProfile::new(name, Kind::Prusa.word()), options),
    }
}

/// Returns the OAuth profile that the options name, or that has their issuer and client ID, else a new one. Fails if a
/// named profile has other settings, or a new one lacks `--issuer` or `--client-id`.
fn oauth<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    let profiles = context.profiles()?;
    let name = match requested_name(context)? {
        None if options.issuer.is_none() => {
            existing_profile(context, Kind::OAuth)?.map(|profile| profile.name.clone())
        }
        requested => requested,
    };
    let existing = name.as_deref().and_then(|name| profiles.named(name));
    let (issuer, client_id) = match (&options.issuer, &options.client_id, existing) {
        (None, None, Some(profile)) if matches!(profile.issuer, Issuer::OAuth(_)) => {
            return Ok(LoginTarget::existing(profile));
        }
        (Some(issuer), Some(client_id), _) => (issuer, client_id),
        (_, _, Some(profile)) => return Err(conflict(&profile.name)),
        (None, _, None) => return Err(missing_option("--issuer ADDRESS")),
        (Some(_), None, None) => return Err(missing_option("--client-id ID")),
    };
    check_endpoint(issuer).map_err(|why| CommandError::Usage(format!("--issuer: {why}")))?;
    let is_same_client = |profile: &&Profile| is_client_of(profile, issuer, client_id);
    match (existing, name, profiles.iter().find(is_same_client)) {
        (Some(profile), _, _) if is_same_client(&profile) => Ok(LoginTarget::existing(profile)),
        (Some(profile), _, _) => Err(conflict(&profile.name)),
        (None, None, Some(profile)) => Ok(LoginTarget::existing(profile)),
        (None, name, _) => {
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
    match &profile.issuer {
        Issuer::OAuth(settings) => {
            settings.issuer == Url::parse(issuer).ok() && settings.client_id == client_id
        }
        _ => false,
    }
}

/// Returns a new OAuth profile with this issuer and client ID, and the scopes of the options if there are any.
fn new_oauth_profile(name: String, issuer: &str, client_id: &str, options: &Login) -> NewProfile {
    let new = NewProfile::new(name, Kind::OAuth.word())
        .text("issuer", issuer)
        .text("client_id", client_id);
    let scopes: Vec<_> = options
        .kognic
        .scopes
        .iter()
        .flat_map(|scopes| scopes.split_whitespace())
        .collect();
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

/// Checks that the hosts of `--host` are the profile's. A built-in profile that is not configured yet is added to the
/// configuration with them.
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
