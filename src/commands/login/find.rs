//! Which profile to sign in to: the one that the options name or describe, or a new one.

use anyhow::Result;

use super::moved;
use super::providers::{self, requested_kind};
use super::resource::{self, FoundProfile};
use super::scopes;
use super::target::{LoginTarget, conflict, requested_name};
use crate::answer::bare_word::not_an_address;
use crate::answer::choose::{choose, default_profile};
use crate::answer::error::{AnswerError, Verb};
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{HostPattern, OriginAndPath, OriginError, Request};
use crate::oauth::discovery::is_same_issuer;
use crate::profile::{ChooseError, Issuer, NewProfile, Profile, RedirectUri, check_name};

/// Returns the profile to sign in to, checked against the options. Fails with `UnknownProfile` if a name is given that
/// no profile has, and neither an address nor an option says what a new one would be.
pub(super) fn find<'a>(context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
    check_options(context, options)?;
    let target = match requested_kind(options)? {
        kind if options.address.is_some() => by_address(context, options, kind)?,
        Some(kind) => providers::of(kind).target(context, options)?,
        None => match requested_name(context)? {
            Some(name) if context.profiles()?.named(&name).is_none() => {
                match Kind::of_built_in(&name) {
                    Some(kind) => providers::of(kind).target(context, options)?,
                    None => return Err(unknown_profile(context, name)?.into()),
                }
            }
            _ => LoginTarget::existing(default_profile(context)?),
        },
    };
    check_has_browser_sign_in(options, target.profile())?;
    check_issuer(options, &target)?;
    let target = with_hosts(context, options, target)?;
    let target = scopes::widen(context, options, target)?;
    with_client(context, options, target)
}

/// Fails if the name of a new profile, a host of `--host` or the redirect URI is not valid, before the person is asked
/// for anything.
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
    if let Some(uri) = &options.redirect_uri {
        RedirectUri::parse(uri).map_err(|error| usage("--redirect-uri", &error))?;
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

/// Checks that an existing profile has the issuer of `--issuer`; a new one has it already.
fn check_issuer(options: &Login, target: &LoginTarget<'_>) -> Result<()> {
    let Some(wanted) = options.issuer.as_deref().filter(|_| !target.is_new()) else {
        return Ok(());
    };
    match &target.profile().issuer {
        Issuer::OAuth(settings)
            if settings
                .issuer
                .as_ref()
                .is_some_and(|own| is_same_issuer(wanted, own)) =>
        {
            Ok(())
        }
        _ => Err(conflict(&target.profile().name)),
    }
}

/// Checks that an existing profile has the client of `--client-id` and `--redirect-uri`, or gives it that one; a new
/// profile has it already.
fn with_client<'a>(
    context: &Context,
    options: &Login,
    target: LoginTarget<'a>,
) -> Result<LoginTarget<'a>> {
    let (client_id, redirect_uri) = (
        options.client_id.as_deref(),
        options.redirect_uri.as_deref(),
    );
    if target.is_new() || (client_id, redirect_uri) == (None, None) {
        return Ok(target);
    }
    let Issuer::OAuth(settings) = &target.profile().issuer else {
        return Err(conflict(&target.profile().name));
    };
    match client_id {
        Some(client_id) if client_id != settings.client_id => {
            target.with_named_client(context, client_id, redirect_uri)
        }
        _ if redirect_uri.is_none_or(|it| it == settings.redirect_uri.as_str()) => Ok(target),
        _ => Err(conflict(&target.profile().name)),
    }
}

/// Returns the profile for `login ADDRESS`: the one whose `resource` is that address, else the one that answers for it
/// and whose tokens are for no other resource, else a new OAuth profile. A profile that is named and exists is taken if
/// it answers for the address. Fails if it does not, if several profiles tie, or if the profile is not of the requested
/// kind.
fn by_address<'a>(
    context: &'a Context,
    options: &Login,
    kind: Option<Kind>,
) -> Result<LoginTarget<'a>> {
    let address = options.address.as_deref().unwrap_or_default();
    // A fragment is never sent, and is no part of a resource (RFC 8707 §2).
    let address = match address.split_once('#') {
        Some((before, fragment)) if !fragment.contains(char::is_control) => before,
        _ => address,
    };
    let address = address.trim_matches(' ');
    let request = Request::for_url(address).map_err(AnswerError::BadAddress)?;
    let place = request.place().filter(OriginAndPath::is_clear);
    let place = place.ok_or(AnswerError::BadAddress(OriginError::Path))?;
    let requested = requested_name(context)?;
    let profiles = context.profiles()?;
    let exists = requested
        .as_ref()
        .is_some_and(|name| profiles.named(name).is_some());
    let existing = match &requested {
        Some(_) if exists => choose(context, Some(&place), None)?.map(|chosen| chosen.profile),
        Some(_) => None,
        None => match resource::profile_for(context, &place.origin.complete_url(address))? {
            None => without_resource(context, &place)?,
            profile => profile,
        },
    };
    if let Some(profile) = existing {
        check_kind(kind, &profile.name, profile.issuer.kind())?;
        moved::tell(context, profile, address, &place)?;
        return Ok(LoginTarget::existing(profile));
    }
    if let Some(error) = not_an_address(context, address, Verb::Login)? {
        return Err(error.into());
    }
    if let Some(profile) = requested.as_deref().filter(|_| exists) {
        // An existing profile does not get a further host by a sign-in.
        return Err(CommandError::OtherAddress {
            profile: profile.to_owned(),
            address: profiles.name_of(&place),
            typed: address.to_owned(),
            places: places_of(profiles.named(profile)),
            is_by_variable: context.global.profile.is_none(),
        }
        .into());
    }
    check_kind(kind, address, Kind::OAuth)?;
    let (new, secret) = match resource::find(context, options, address, &place)? {
        FoundProfile::Known(profile) => {
            moved::tell(context, profile, address, &place)?;
            return Ok(LoginTarget::existing(profile));
        }
        FoundProfile::New(new, secret) => (new, secret),
    };
    // `--host` is in `new` already, with the address's own host.
    let options = Login {
        hosts: Vec::new(),
        ..options.clone()
    };
    Ok(LoginTarget::new(context, new, &options)?.with_client_secret(secret))
}

/// Returns the places that a profile answers for, with commas between them; empty if there are none.
fn places_of(profile: Option<&Profile>) -> String {
    let hosts = profile.map_or(&[][..], |profile| profile.hosts.as_slice());
    let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    hosts.join(", ")
}

/// Returns the profile that answers for an address, if its tokens are not for one resource alone, which would be
/// another one. Fails as [`choose`], but not because of profiles for other resources.
fn without_resource<'a>(
    context: &'a Context,
    place: &OriginAndPath<'_>,
) -> Result<Option<&'a Profile>> {
    let profiles = context.profiles()?;
    let is_bound = |profile: &Profile| profile.issuer.resource().is_some();
    match choose(context, Some(place), None) {
        Ok(chosen) => {
            let profile = chosen.map(|chosen| chosen.profile);
            Ok(profile.filter(|profile| !is_bound(profile)))
        }
        Err(error) => match error.downcast_ref() {
            Some(ChooseError::Ambiguous { names, .. })
                if names
                    .iter()
                    .all(|it| profiles.named(it).is_some_and(is_bound)) =>
            {
                Ok(None)
            }
            _ => Err(error),
        },
    }
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

/// Returns the target with an existing profile that answers for the hosts of `--host` too; a new one has them already. A
/// built-in profile that is not configured yet and lacks one is returned as a new profile with them.
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
        return target.with_hosts(context, &options.hosts);
    }
    let mut new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    if let Some((key, value)) = profile.issuer.required_key() {
        new = new.text(key, value);
    }
    LoginTarget::new(context, new, options)
}
