//! Which profile a command or a request is for, and why nobody answers where none does.

use std::cell::OnceCell;

use anyhow::Result;

use crate::account::{Account, AccountError, KognicError, LoginState, TokenRequest};
use crate::answer::error::AnswerError;
use crate::context::Context;
use crate::credential::{Address, Origin, OriginError, Request};
use crate::profile::{
    Candidate, Candidates, ChooseError, Issuer, KOGNIC, Profile, ProfileQuery, Profiles, Rule,
};

/// The profile that answers, and by which rule.
pub(crate) struct Chosen<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) rule: Rule,
    /// The profile's account, where telling it from others took a look at it.
    account: OnceCell<Account<'a>>,
}

impl<'a> Chosen<'a> {
    fn new(profile: &'a Profile, rule: Rule) -> Self {
        Self {
            profile,
            rule,
            account: OnceCell::new(),
        }
    }

    /// Returns the profile's account, for a token that goes to `origin`.
    pub(crate) fn account(
        self,
        context: &'a Context,
        origin: Option<&Origin>,
    ) -> Result<Account<'a>, AccountError> {
        match self.account.into_inner() {
            Some(account) => Ok(account),
            None => Account::open(context, self.profile, TokenRequest::for_origin(origin)),
        }
    }
}

/// Returns the profile that answers for `origin`, or the one that is named or the default where there is no origin; `None`
/// where no profile answers for it.
pub(crate) fn choose<'a>(
    context: &'a Context,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Option<Chosen<'a>>> {
    let option = context.global.profile.as_deref();
    choose_named(context, option, origin, username)
}

/// As [`choose`], with `option` in place of `--profile`.
pub(crate) fn choose_named<'a>(
    context: &'a Context,
    option: Option<&str>,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Option<Chosen<'a>>> {
    let variable = Context::profile_variable()?;
    let query = ProfileQuery {
        option,
        variable: variable.as_deref(),
        origin,
        username,
    };
    let chosen = match choose_candidate(context, context.profiles()?, &query)? {
        None => choose_by_kognic_environment(context, &query),
        chosen => chosen,
    };
    if let Some(Chosen { profile, rule, .. }) = &chosen {
        context.explain(|| {
            let is_by_provider = *rule == Rule::Option && context.global.profile.is_none();
            let why = if is_by_provider {
                "named by --provider"
            } else {
                describe_rule(*rule)
            };
            format!("profile {} answers ({why})", profile.name)
        });
    }
    Ok(chosen)
}

/// Returns the profile that a query comes down to. Logins are looked at only where several profiles name the host.
pub(crate) fn choose_candidate<'a>(
    context: &'a Context,
    profiles: &'a Profiles,
    query: &ProfileQuery<'_>,
) -> Result<Option<Chosen<'a>>, ChooseError> {
    let several = match profiles.candidates(query)? {
        Candidates::One(profile, rule) => return Ok(Some(Chosen::new(profile, rule))),
        Candidates::Many(several) => several,
        Candidates::None => return Ok(None),
    };
    let mut accounts = Vec::new();
    let mut candidates = Vec::new();
    for profile in several {
        let account = Account::open(context, profile, TokenRequest::for_origin(query.origin)).ok();
        let set = account
            .as_ref()
            .and_then(|account| account.current().ok().flatten());
        candidates.push(Candidate {
            profile,
            has_login: set.is_some(),
            email: set.as_ref().and_then(crate::account::email_of),
        });
        accounts.extend(account);
    }
    let Some((profile, rule)) = profiles.break_tie(query, candidates)? else {
        return Ok(None);
    };
    let chosen = Chosen::new(profile, rule);
    if let Some(account) = accounts
        .into_iter()
        .find(|account| account.profile().name == profile.name)
    {
        let _ = chosen.account.set(account);
    }
    Ok(Some(chosen))
}

/// Returns the profile that answers for a request, if it is for a host that a profile names.
pub(crate) fn choose_for_request<'a>(
    context: &'a Context,
    request: &Request,
) -> Result<Option<Chosen<'a>>> {
    match request.origin() {
        Some(origin) => choose(context, Some(origin), request.username.as_deref()),
        None => Ok(None),
    }
}

/// As [`choose_named`], for an address that a person typed. A user name in it has to be one that the profile goes by: an
/// address that only looks like the profile's is refused.
pub(crate) fn choose_for_address<'a>(
    context: &'a Context,
    option: Option<&str>,
    address: &Address<'_>,
) -> Result<Option<Chosen<'a>>> {
    let Some(origin) = address.origin() else {
        // A mail server, or whatever else git keeps passwords for.
        return Ok(None);
    };
    let username = address.username.as_deref();
    let chosen = choose_named(context, option, Some(origin), username)?;
    if let (Some(Chosen { profile, .. }), Some(username)) = (&chosen, username)
        && !profile.has_username(username, None)
        && !profile.has_username(username, Account::email(context, profile).as_deref())
    {
        return Err(AnswerError::BadAddress(OriginError::UserInfo).into());
    }
    Ok(chosen)
}

/// Returns Kognic's built-in profile for a host that only environments.json names, unless another profile is named.
fn choose_by_kognic_environment<'a>(
    context: &'a Context,
    query: &ProfileQuery<'_>,
) -> Option<Chosen<'a>> {
    let uses_environments = |profile: &&Profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.uses_environments,
        _ => false,
    };
    let origin = query.origin?;
    let named = query.option.or(query.variable);
    if named.is_some_and(|name| name != KOGNIC) {
        return None;
    }
    let profile = context
        .profiles()
        .ok()?
        .named(KOGNIC)
        .filter(uses_environments)?;
    // Other programs ask for any host: a broken file of Kognic's tools must not stand in their way.
    let environments = context.kognic_environments().ok()?;
    let is_named = !matches!(environments.for_origin(origin), Ok(None));
    is_named.then(|| Chosen::new(profile, Rule::Host))
}

/// Returns the profile that the options or the default name, for commands about a profile and not about a host.
pub(crate) fn chosen_profile(context: &Context) -> Result<&Profile> {
    match choose(context, None, None)? {
        Some(chosen) => Ok(chosen.profile),
        None => Err(AnswerError::HostNotCovered("this command".to_owned()).into()),
    }
}

/// Returns the profile that this run names, by `--profile` or `PRUSA_CRED_PROFILE`.
pub(crate) fn named_profile(context: &Context) -> Result<Option<String>> {
    Ok(match &context.global.profile {
        Some(name) => Some(name.clone()),
        None => Context::profile_variable()?,
    })
}

/// Returns the profiles that concern the person here: not built-in ones that nobody uses.
pub(crate) fn profiles_in_use(context: &Context) -> Result<Vec<&Profile>> {
    Ok(in_use(context, context.profiles()?))
}

/// As [`profiles_in_use`], of these.
pub(crate) fn in_use<'p>(context: &Context, profiles: &'p Profiles) -> Vec<&'p Profile> {
    let is_in_use = |profile: &&Profile| {
        profile.is_configured
            || profile.name == profiles.default_name()
            || has_login_or_client(context, profile)
    };
    profiles.iter().filter(is_in_use).collect()
}

/// Returns whether a profile has a login, dead or alive, or the credentials of a client, usable or not.
fn has_login_or_client(context: &Context, profile: &Profile) -> bool {
    match Account::open(context, profile, TokenRequest::default()) {
        Ok(account) => match account.state() {
            LoginState::None => false,
            LoginState::Unreadable(_) => account.has_client(),
            _ => true,
        },
        Err(AccountError::Kognic(error)) => !matches!(error, KognicError::NoCredentials { .. }),
        Err(_) => false,
    }
}

/// Returns why nobody answers for an address: the profile that is named, by `named` or for the whole run, excludes it, or
/// no profile covers it.
pub(crate) fn no_answer_error(
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
        None => named_profile(context)?,
    };
    Ok(match named {
        Some(profile) => AnswerError::HostExcluded { profile, host },
        None => AnswerError::HostNotCovered(host),
    })
}

/// Returns a rule in words, for a person.
pub(crate) fn describe_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Option => "named by --profile",
        Rule::Variable => "named by PRUSA_CRED_PROFILE",
        Rule::Host => "it names the host",
        Rule::Username => "it names the host and has the user name",
        Rule::Default => "the default of the configuration",
        Rule::BuiltIn => "the built-in default",
    }
}
