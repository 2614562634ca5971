//! What a login is for: a profile that there is, or one that it makes once the sign-in has worked.
//!
//! Options say which kind of service is meant, by name or by being of use for one kind only.

use std::borrow::Cow;

use anyhow::Result;
use url::Url;

use super::resource::{self, NewSecret};
use super::{kognic, practicus};
use crate::account::email_of;
use crate::answer::choose::{Chosen, choose, chosen_profile};
use crate::answer::error::AnswerError;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError};
use crate::credential::{HostPattern, Origin};
use crate::profile::{
    ConfigError, Issuer, NewProfile, Profile, check_endpoint, check_name, suggested_name,
};
use crate::token::TokenSet;

/// The profile to sign in to, which may not be in the configuration yet.
pub(super) struct Target<'a> {
    profile: Cow<'a, Profile>,
    new: Option<NewProfile>,
    /// What the profile names that was made for it.
    secret: Option<NewSecret>,
}

impl<'a> Target<'a> {
    pub(super) fn known(profile: &'a Profile) -> Self {
        Self {
            profile: Cow::Borrowed(profile),
            new: None,
            secret: None,
        }
    }

    /// Looks whether such a profile can be added; nothing is written before the sign-in has gone well.
    pub(super) fn new(context: &Context, new: NewProfile, options: &Login) -> Result<Self> {
        let new = new.maybe("email", options.email.clone());
        let new = match options.hosts.as_slice() {
            [] => new,
            hosts => new.texts("hosts", hosts),
        };
        let profile = context.preview(&new).map_err(of_option)?;
        context.check_config_editable()?;
        Ok(Self {
            profile: Cow::Owned(profile),
            new: Some(new),
            secret: None,
        })
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Adds the profile to the configuration, if it is not there; a region's own word on the address is the last.
    pub(super) fn keep(&self, context: &Context, set: &TokenSet) -> Result<()> {
        let Some(new) = self.new.clone() else {
            return Ok(());
        };
        let is_decided = self.profile.issuer.spec().token_decides_email || !new.has("email");
        let new = new.maybe("email", email_of(set).filter(|_| is_decided));
        let path = context.add_profile(&new)?;
        if let Some(secret) = &self.secret {
            secret.keep();
        }
        context.say(&format!("Profile {} is in {}", new.name(), path.display()));
        Ok(())
    }
}

/// Says which option would make a profile that cannot be: it stands in no file yet.
fn of_option(error: ContextError) -> anyhow::Error {
    const OPTIONS: [(&str, &str); 8] = [
        ("hosts", "--host"),
        ("email", "--email"),
        ("url", "--url"),
        ("server", "--server"),
        ("credentials", "--credentials"),
        ("scopes", "--scopes"),
        ("issuer", "--issuer"),
        ("client_id", "--client-id"),
    ];
    let said = match &error {
        ContextError::Config(ConfigError::Key { key, why, .. }) => {
            let is_it = |(name, _): &&(&str, &str)| key.rsplit('.').next() == Some(name);
            let option = OPTIONS.iter().find(is_it);
            option.map(|(_, option)| format!("{option}: {why}"))
        }
        _ => None,
    };
    match said {
        Some(said) => CommandError::Usage(said).into(),
        None => error.into(),
    }
}

/// Checks what a profile may be made of, before anybody is asked for anything.
fn check_options(context: &Context, options: &Login) -> Result<()> {
    let told = |option: &str, error: &dyn std::fmt::Display| {
        CommandError::Usage(format!("{option}: {error}"))
    };
    if let Some(name) = name_given(context)?
        && context.profiles()?.named(&name).is_none()
        && let Err(error) = check_name(&name)
    {
        let is_option = context.global.profile.is_some();
        let option = if is_option {
            "--profile"
        } else {
            "PRUSA_CRED_PROFILE"
        };
        return Err(told(option, &error).into());
    }
    for host in &options.hosts {
        HostPattern::parse(host).map_err(|error| told("--host", &error))?;
    }
    Ok(())
}

/// Finds out what to sign in to.
pub(super) fn find<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    check_options(context, options)?;
    let target = match kind_meant(options)? {
        kind if options.address.is_some() => of_address(context, options, kind)?,
        Some(Kind::Prusa) => prusa(context, options)?,
        Some(Kind::Kognic) => kognic::target(context, options)?,
        Some(Kind::Practicus) => practicus::target(context, options)?,
        Some(Kind::OAuth) => oauth(context, options)?,
        None => match name_given(context)? {
            Some(name) if context.profiles()?.named(&name).is_none() => {
                return Err(no_profile_yet(context, name)?.into());
            }
            _ => Target::known(chosen_profile(context)?),
        },
    };
    check_way(options, target.profile())?;
    with_hosts(context, options, target)
}

fn no_profile_yet(context: &Context, name: String) -> Result<CommandError> {
    let profiles = context.profiles()?.iter();
    Ok(CommandError::NoProfileYet {
        name,
        is_by_variable: context.global.profile.is_none(),
        known: profiles.map(|profile| profile.name.clone()).collect(),
    })
}

/// Refuses a browser where there is no page to sign in on.
fn check_way(options: &Login, profile: &Profile) -> Result<()> {
    let ways = [("--browser", options.browser), ("--device", options.device)];
    let has_none = !profile.issuer.spec().has_browser_sign_in;
    match ways.iter().find(|(_, is_asked_for)| *is_asked_for) {
        Some((option, _)) if has_none => {
            let (name, kind) = (&profile.name, profile.issuer.kind());
            let why = format!(
                "{option}: profile {name} is of provider {kind}, which has no sign-in in a browser"
            );
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(()),
    }
}

/// Returns the kind of service that the options are for.
pub(super) fn kind_meant(options: &Login) -> Result<Option<Kind>> {
    let kognic = &options.kognic;
    let table = [
        ("--server", Kind::Kognic, kognic.server.is_some()),
        ("--credentials", Kind::Kognic, kognic.credentials.is_some()),
        ("--env", Kind::Kognic, kognic.environment.is_some()),
        ("--url", Kind::Practicus, options.url.is_some()),
        ("--token-stdin", Kind::Practicus, options.token_stdin),
        ("--save-password", Kind::Practicus, options.save_password),
        ("--issuer", Kind::OAuth, options.issuer.is_some()),
        ("--client-id", Kind::OAuth, options.client_id.is_some()),
    ];
    let mut meant = options.provider;
    for (option, kind, _) in table.iter().filter(|(_, _, is_given)| *is_given) {
        if *meant.get_or_insert(*kind) != *kind {
            let why = format!("{option} is for --provider {}", kind.word());
            return Err(CommandError::Usage(why).into());
        }
    }
    Ok(meant)
}

/// Returns the profile that `--profile` or the variable names.
pub(super) fn name_given(context: &Context) -> Result<Option<String>> {
    match &context.global.profile {
        Some(name) => Ok(Some(name.clone())),
        None => Ok(Context::profile_variable()?),
    }
}

/// Returns the name of the profile that is meant: the one that is named, else the one of this kind that there is, else
/// the built-in one's. Options that say more than the kind are not about another profile than the built-in one.
pub(super) fn name_for(context: &Context, options: &Login, kind: Kind) -> Result<String> {
    let says_more = options.kognic.is_meant() || options.url.is_some();
    match name_given(context)? {
        Some(name) => Ok(name),
        None if says_more => Ok(kind.word().to_owned()),
        None => {
            let known = existing(context, kind)?;
            Ok(known
                .map_or(kind.word(), |profile| &profile.name)
                .to_owned())
        }
    }
}

/// Returns the profile that "the login at this kind of service" means, if there is one.
fn existing(context: &Context, kind: Kind) -> Result<Option<&Profile>> {
    let profiles = context.profiles()?;
    let is_meant = |profile: &&Profile| profile.issuer.kind() == kind.word();
    let default = profiles.named(profiles.default_name()).filter(is_meant);
    let built_in = profiles.named(kind.word()).filter(is_meant);
    let configured = |profile: &&Profile| is_meant(profile) && profile.is_configured;
    if let Some(profile) = default.or(built_in.filter(configured)) {
        return Ok(Some(profile));
    }
    let configured: Vec<_> = profiles.iter().filter(configured).collect();
    match configured.as_slice() {
        [only] if kind != Kind::Prusa => Ok(Some(only)),
        [_, _, ..] if kind != Kind::Prusa => {
            let names: Vec<_> = configured.iter().map(|profile| &*profile.name).collect();
            let (kind, names) = (kind.word(), names.join(", "));
            let why = format!(
                "several profiles are of provider {kind}, name one with --profile: {names}"
            );
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(built_in),
    }
}

/// Returns the error of options that a profile contradicts.
pub(super) fn conflict(profile: &str) -> anyhow::Error {
    CommandError::Usage(format!(
        "profile {profile} says something else than these options; name a new one with --profile NAME, or change it \
         in the configuration"
    ))
    .into()
}

fn of_address<'a>(context: &'a Context, options: &Login, kind: Option<Kind>) -> Result<Target<'a>> {
    let address = options.address.as_deref().unwrap_or_default();
    let origin = Origin::parse(address).map_err(AnswerError::BadAddress)?;
    let named = name_given(context)?;
    let profiles = context.profiles()?;
    let is_known = named
        .as_ref()
        .is_some_and(|name| profiles.named(name).is_some());
    if (named.is_none() || is_known)
        && let Some(Chosen { profile, .. }) = choose(context, Some(&origin), None)?
    {
        check_kind(kind, &profile.name, profile.issuer.kind())?;
        return Ok(Target::known(profile));
    }
    if is_known {
        // A profile that is there is not made to answer for one host more.
        return Err(AnswerError::HostNotCovered(origin.to_string()).into());
    }
    check_kind(kind, address, Kind::OAuth.word())?;
    let (new, secret) = resource::profile_for(context, options, address, &origin)?;
    // Those hosts are among the profile's by now, beside the address's own.
    let options = Login {
        hosts: Vec::new(),
        ..options.clone()
    };
    Ok(Target {
        secret: Some(secret),
        ..Target::new(context, new, &options)?
    })
}

/// Refuses a kind of service that an address is not of.
fn check_kind(meant: Option<Kind>, what: &str, kind: &str) -> Result<()> {
    match meant {
        Some(meant) if meant.word() != kind => {
            let meant = meant.word();
            let why = format!("--provider {meant}: {what} is of provider {kind}");
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(()),
    }
}

fn prusa<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    let name = name_for(context, options, Kind::Prusa)?;
    match context.profiles()?.named(&name) {
        Some(profile) if matches!(profile.issuer, Issuer::Prusa(_)) => Ok(Target::known(profile)),
        Some(profile) => Err(conflict(&profile.name)),
        None => Target::new(context, NewProfile::new(name, Kind::Prusa.word()), options),
    }
}

fn oauth<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    let profiles = context.profiles()?;
    let name = match name_given(context)? {
        None if options.issuer.is_none() => {
            existing(context, Kind::OAuth)?.map(|profile| profile.name.clone())
        }
        named => named,
    };
    let named = name.as_deref().and_then(|name| profiles.named(name));
    let (issuer, client_id) = match (&options.issuer, &options.client_id, named) {
        (None, None, Some(profile)) if matches!(profile.issuer, Issuer::OAuth(_)) => {
            return Ok(Target::known(profile));
        }
        (Some(issuer), Some(client_id), _) => (issuer, client_id),
        (_, _, Some(profile)) => return Err(conflict(&profile.name)),
        (None, _, None) => return Err(missing("--issuer ADDRESS")),
        (Some(_), None, None) => return Err(missing("--client-id ID")),
    };
    check_endpoint(issuer).map_err(|why| CommandError::Usage(format!("--issuer: {why}")))?;
    let is_same = |profile: &&Profile| is_client_of(profile, issuer, client_id);
    match (named, name, profiles.iter().find(is_same)) {
        (Some(profile), _, _) if is_same(&profile) => Ok(Target::known(profile)),
        (Some(profile), _, _) => Err(conflict(&profile.name)),
        (None, None, Some(profile)) => Ok(Target::known(profile)),
        (None, name, _) => {
            let is_taken = |name: &str| profiles.named(name).is_some();
            let name = name.unwrap_or_else(|| suggested_name(issuer, &is_taken));
            Target::new(
                context,
                new_oauth(name, issuer, client_id, options),
                options,
            )
        }
    }
}

fn is_client_of(profile: &Profile, issuer: &str, client_id: &str) -> bool {
    match &profile.issuer {
        Issuer::OAuth(settings) => {
            settings.issuer == Url::parse(issuer).ok() && settings.client_id == client_id
        }
        _ => false,
    }
}

fn new_oauth(name: String, issuer: &str, client_id: &str, options: &Login) -> NewProfile {
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

fn missing(option: &str) -> anyhow::Error {
    CommandError::Usage(format!("{option} is missing for a new profile")).into()
}

/// Sees that hosts that were named are the profile's; a built-in one that nobody has configured is then configured.
fn with_hosts<'a>(context: &'a Context, options: &Login, target: Target<'a>) -> Result<Target<'a>> {
    let profile = target.profile();
    let has = |host: &String| profile.hosts.iter().any(|known| known.to_string() == *host);
    if target.new.is_some() || options.hosts.iter().all(has) {
        return Ok(target);
    }
    if profile.is_configured {
        return Err(conflict(&profile.name));
    }
    let new = NewProfile::new(&profile.name, profile.issuer.kind());
    Target::new(context, new, options)
}
