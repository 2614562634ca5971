//! Which profile a command or a request is for, and why nobody answers where none does.

use anyhow::Result;

use crate::account::{Account, AccountError, KognicError};
use crate::answer::error::AnswerError;
use crate::answer::saved;
use crate::context::Context;
use crate::credential::{Address, Origin, OriginError};
use crate::profile::{Asked, Choice, Issuer, KOGNIC, Profile, Profiles, Rule};

/// Returns the profile that answers for `origin`, or by default where there is none, and by which rule.
pub(crate) fn choose<'a>(
    context: &'a Context,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Choice<'a>> {
    choose_named(context, context.global.profile.as_deref(), origin, username)
}

/// As `choose`, with this in place of `--profile`.
pub(crate) fn choose_named<'a>(
    context: &'a Context,
    option: Option<&str>,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Choice<'a>> {
    let profiles = context.profiles()?;
    let variable = Context::profile_variable()?;
    let asked = Asked {
        option,
        variable: variable.as_deref(),
        origin,
        username,
    };
    let mut choice = profiles.choose(&asked, &|profile| Account::known_login(context, profile))?;
    if let Choice::NotMine = choice {
        choice = by_kognic_environment(context, &asked);
    }
    if let Choice::Profile(profile, rule) = &choice {
        context.explain(|| {
            let is_by_kind = *rule == Rule::Option && context.global.profile.is_none();
            let why = if is_by_kind {
                "named by --provider"
            } else {
                rule_text(*rule)
            };
            format!("profile {} answers ({why})", profile.name)
        });
    }
    Ok(choice)
}

/// As `choose_named`, for an address that a person names. Its user name has to be one that the profile goes by: what only
/// looks like the profile's address is not it.
pub(crate) fn choose_at<'a>(
    context: &'a Context,
    option: Option<&str>,
    address: &Address<'_>,
) -> Result<Choice<'a>> {
    let Some(origin) = address.origin() else {
        // A mail server, or whatever else git keeps passwords for.
        return Ok(Choice::NotMine);
    };
    let username = address.username.as_deref();
    let choice = choose_named(context, option, Some(origin), username)?;
    if let (Choice::Profile(profile, _), Some(username)) = (&choice, username)
        && !profile.is_called(username, &|profile| Account::known_login(context, profile))
    {
        return Err(AnswerError::BadAddress(OriginError::UserInfo).into());
    }
    Ok(choice)
}

/// Returns Kognic's built-in profile for a host that only environments.json names, unless another profile is named.
pub(crate) fn by_kognic_environment<'a>(context: &'a Context, asked: &Asked<'_>) -> Choice<'a> {
    let is_open = |profile: &&Profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.is_open,
        _ => false,
    };
    let is_meant = asked
        .option
        .or(asked.variable)
        .is_none_or(|name| name == KOGNIC);
    let profile = || context.profiles().ok()?.named(KOGNIC).filter(is_open);
    match (asked.origin, profile()) {
        (Some(origin), Some(profile)) if is_meant => match context.kognic_environments() {
            Ok(environments) if !matches!(environments.for_origin(origin), Ok(None)) => {
                Choice::Profile(profile, Rule::Host)
            }
            // Requests of other programs are for any host: a file of another tool must not stand in their way.
            Ok(_) | Err(_) => Choice::NotMine,
        },
        _ => Choice::NotMine,
    }
}

/// Returns the profile that the options or the default name, for commands about a profile and not about a host.
pub(crate) fn chosen_profile(context: &Context) -> Result<&Profile> {
    match choose(context, None, None)? {
        Choice::Profile(profile, _) => Ok(profile),
        Choice::NotMine => Err(AnswerError::HostNotCovered("this command".to_owned()).into()),
    }
}

/// Returns the profiles that mean something to the person here: not those that are built in and that nobody uses.
pub(crate) fn profiles_in_use(context: &Context) -> Result<Vec<&Profile>> {
    Ok(in_use(context, context.profiles()?))
}

/// As `profiles_in_use`, of these.
pub(crate) fn in_use<'p>(context: &Context, profiles: &'p Profiles) -> Vec<&'p Profile> {
    let is_in_use = |profile: &&Profile| {
        profile.is_configured
            || profile.name == profiles.default_name()
            || Account::known_login(context, profile).is_signed_in
            || has_client(context, profile)
    };
    profiles.iter().filter(is_in_use).collect()
}

/// Returns whether the environment, or a file of Kognic's own tools, has credentials for a profile, good or bad.
pub(crate) fn has_client(context: &Context, profile: &Profile) -> bool {
    match Account::open(context, profile) {
        Ok(account) => account.has_client(),
        Err(AccountError::Kognic(error)) => !matches!(error, KognicError::NoCredentials { .. }),
        Err(_) => false,
    }
}

/// Returns why nobody answers for an address: not the profile that is named here, by an option or a variable, if one is.
pub(crate) fn not_mine(
    context: &Context,
    origin: &Origin,
    named: Option<&str>,
) -> Result<AnswerError> {
    let host = origin.to_string();
    if !origin.may_receive_token() {
        return Ok(AnswerError::Insecure(host));
    }
    let named = match named {
        Some(name) => Some(name.to_owned()),
        None => saved::named_profile(context)?,
    };
    Ok(match named {
        Some(profile) => AnswerError::HostExcluded { profile, host },
        None => AnswerError::HostNotCovered(host),
    })
}

pub(crate) fn rule_text(rule: Rule) -> &'static str {
    match rule {
        Rule::Option => "named by --profile",
        Rule::Variable => "named by PRUSA_CRED_PROFILE",
        Rule::Host => "it names the host",
        Rule::Username => "it names the host and has the user name",
        Rule::Default => "the default of the configuration",
        Rule::BuiltIn => "the built-in default",
    }
}
