//! Which profile a command or a request is for, and the error if there is none.

use std::cell::OnceCell;

use anyhow::Result;

use super::logins::only_login;
use super::uncovered::Uncovered;
use crate::account::{Account, AccountError, KognicError, LoginState, TokenRequest};
use crate::answer::error::AnswerError;
use crate::causes::with_causes;
use crate::context::{Context, ContextError};
use crate::credential::{Address, Origin, OriginAndPath, OriginError, Request};
use crate::profile::{
    Candidate, Candidates, ChooseError, Issuer, KOGNIC, PRUSA, Profile, ProfileQuery, Profiles,
    Rule,
};
use crate::store::{Damage, StoreError, UnsealError};
use crate::trusted_file;

/// The profile that was chosen, and the rule by which it was.
pub(crate) struct Chosen<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) rule: Rule,
    /// The profile's account, if it was opened to choose among several profiles.
    account: OnceCell<Account<'a>>,
}

impl<'a> Chosen<'a> {
    /// Returns the choice of this profile by this rule; its account is not opened yet.
    fn new(profile: &'a Profile, rule: Rule) -> Self {
        Self {
            profile,
            rule,
            account: OnceCell::new(),
        }
    }

    /// Returns the profile's account, for a token that goes to `origin`; the one that was opened to choose, if it was.
    ///
    /// # Errors
    ///
    /// Those of [`Account::open`].
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

/// Returns the profile that answers for `place`, or without a place the one that is named, else the default; `None` if
/// no profile answers for the place, or the one that `--profile` or the variable names does not.
///
/// # Errors
///
/// When the configuration cannot be read, there is no profile of that name, several profiles name the place and neither
/// `username` nor the default decides, or several have a login where nothing says which is meant.
pub(crate) fn choose<'a>(
    context: &'a Context,
    place: Option<&OriginAndPath<'_>>,
    username: Option<&str>,
) -> Result<Option<Chosen<'a>>> {
    let option = context.global.profile.as_deref();
    choose_named(context, option, place, username)
}

/// Does as [`choose`], with `option` in place of `--profile`; without it, the variable still counts.
pub(crate) fn choose_named<'a>(
    context: &'a Context,
    option: Option<&str>,
    place: Option<&OriginAndPath<'_>>,
    username: Option<&str>,
) -> Result<Option<Chosen<'a>>> {
    let variable = Context::profile_variable()?;
    let query = ProfileQuery {
        option,
        variable: variable.as_deref(),
        place,
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

/// Returns the one profile that a query selects among `profiles`, as `choose` does, but without Kognic's environments.
/// Logins are read only if several profiles name the place; one that cannot be read counts as none. Without a place, a
/// name and a default it is the only one with a login: [`only_login`].
pub(crate) fn choose_candidate<'a>(
    context: &'a Context,
    profiles: &'a Profiles,
    query: &ProfileQuery<'_>,
) -> Result<Option<Chosen<'a>>, ChooseError> {
    let several = match profiles.candidates(query)? {
        Candidates::One(profile, Rule::BuiltIn) => {
            let only = only_login(profiles, profile)?;
            let is_other = only.name != profile.name;
            let rule = if is_other {
                Rule::OnlyLogin
            } else {
                Rule::BuiltIn
            };
            return Ok(Some(Chosen::new(only, rule)));
        }
        Candidates::One(profile, rule) => return Ok(Some(Chosen::new(profile, rule))),
        Candidates::Many(several) => several,
        Candidates::None => return Ok(None),
    };
    let origin = query.place.map(|place| place.origin);
    let mut accounts = Vec::new();
    let mut candidates = Vec::new();
    for profile in several {
        let account = Account::open(context, profile, TokenRequest::for_origin(origin)).ok();
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

/// Does as [`choose`], for a request's place and user name; `None` also if its target is not on the web.
pub(crate) fn choose_for_request<'a>(
    context: &'a Context,
    request: &Request,
) -> Result<Option<Chosen<'a>>> {
    match request.place() {
        Some(place) => choose(context, Some(&place), request.username.as_deref()),
        None => Ok(None),
    }
}

/// Does as [`choose_named`], for an address that a person typed; `None` also if it is not on the web. A user name in it
/// has to be one of the profile's: an address that only looks like one of its hosts
/// (`https://good.example@evil.example`) is refused, with `BadAddress`.
pub(crate) fn choose_for_address<'a>(
    context: &'a Context,
    option: Option<&str>,
    address: &Address<'_>,
) -> Result<Option<Chosen<'a>>> {
    let Some(place) = address.place() else {
        // The address of a mail server or the like, which git keeps passwords for too.
        return Ok(None);
    };
    let username = address.username.as_deref();
    let chosen = choose_named(context, option, Some(&place), username)?;
    if let (Some(Chosen { profile, .. }), Some(username)) = (&chosen, username)
        && !profile.has_username(username, None)
        && !profile.has_username(username, Account::email(context, profile).as_deref())
    {
        return Err(AnswerError::BadAddress(OriginError::UserInfo).into());
    }
    Ok(chosen)
}

/// Returns Kognic's built-in profile for a host that one or more environments in `environments.json` name; `None`
/// without an origin, if another profile is named, if the profile's settings rule out environments, or if the file
/// cannot be read.
fn choose_by_kognic_environment<'a>(
    context: &'a Context,
    query: &ProfileQuery<'_>,
) -> Option<Chosen<'a>> {
    let uses_environments = |profile: &&Profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.uses_environments,
        _ => false,
    };
    let origin = query.place?.origin;
    let named = query.option.or(query.variable);
    if named.is_some_and(|name| name != KOGNIC) {
        return None;
    }
    let profile = context
        .profiles()
        .ok()?
        .named(KOGNIC)
        .filter(uses_environments)?;
    // Other programs ask for any host: an invalid file of Kognic's tools must not make those requests fail.
    let environments = context.kognic_environments();
    let environments = environments
        .inspect_err(|error| warn_if_untrusted(context, error))
        .ok()?;
    let is_named = !matches!(environments.for_origin(origin), Ok(None));
    is_named.then(|| Chosen::new(profile, Rule::Host))
}

/// Warns that a file is not used because another user may have changed it, with the command that mends it; any other
/// error is passed over.
fn warn_if_untrusted(context: &Context, error: &ContextError) {
    if let Some(fault) = trusted_file::fault_in(error) {
        let (why, fix) = (with_causes(error), fault.fix());
        context.warn(&format!(
            "{why}; the hosts in it have no answer until you run `{fix}`"
        ));
    }
}

/// Returns the profile that `--profile` or the variable names, else the default, for commands that are not about a
/// host.
pub(crate) fn chosen_profile(context: &Context) -> Result<&Profile> {
    match choose(context, None, None)? {
        Some(chosen) => Ok(chosen.profile),
        None => Err(no_profile_for_command()),
    }
}

/// Does as [`chosen_profile`], whichever profiles have a login: for `login`, which is there to change that.
pub(crate) fn default_profile(context: &Context) -> Result<&Profile> {
    let profiles = context.profiles()?;
    match named_profile(context)? {
        Some(_) => chosen_profile(context),
        None => match profiles.candidates(&ProfileQuery::default())? {
            Candidates::One(profile, _) => Ok(profile),
            Candidates::Many(_) | Candidates::None => Err(no_profile_for_command()),
        },
    }
}

/// Returns the error of a command that needs a profile, and there is none.
pub(crate) fn no_profile_for_command() -> anyhow::Error {
    let place = Uncovered::without_remedy("this command".to_owned());
    AnswerError::HostNotCovered(Box::new(place)).into()
}

/// Returns the name of the profile that `--profile`, else `PRUSA_CRED_PROFILE`, names; it need not exist.
pub(crate) fn named_profile(context: &Context) -> Result<Option<String>> {
    Ok(match &context.global.profile {
        Some(name) => Some(name.clone()),
        None => Context::profile_variable()?,
    })
}

/// Returns the profiles that are in use: those of `config.toml`, the default one, and those with a login or a client.
pub(crate) fn profiles_in_use(context: &Context) -> Result<Vec<&Profile>> {
    Ok(in_use(context, context.profiles()?))
}

/// Does as [`profiles_in_use`], for the profiles given.
pub(crate) fn in_use<'p>(context: &Context, profiles: &'p Profiles) -> Vec<&'p Profile> {
    let is_in_use = |profile: &&Profile| {
        profile.is_configured
            || profile.name == profiles.default_name()
            || is_signed_in(context, profile)
    };
    profiles.iter().filter(is_in_use).collect()
}

/// Returns whether a file holds what may be a login, and is refused for its form until a person accepts it with `seal`.
fn is_refused_form(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NotSealed { .. }
            | StoreError::CannotUnseal {
                source: UnsealError::Damage(Damage::OldVersion),
                ..
            }
    )
}

/// Returns whether a profile has a login, which may have ended, or client credentials, which may be invalid. A login
/// that cannot be read does not count, but for one that `seal` would accept.
pub(crate) fn is_signed_in(context: &Context, profile: &Profile) -> bool {
    match Account::open(context, profile, TokenRequest::default()) {
        Ok(account) => match account.state() {
            LoginState::None => false,
            LoginState::Unreadable(error) => is_refused_form(&error) || account.has_client(),
            _ => true,
        },
        Err(AccountError::Kognic(error)) => !matches!(error, KognicError::NoCredentials { .. }),
        Err(_) => false,
    }
}

/// Returns the error for an address that has no answer: it is insecure, the profile that is named (by `named`,
/// `--profile` or the variable) does not name it, or no profile does; or it is the one that `PRUSA_CONNECT_URL` alone
/// names, or its path is ambiguous where paths decide.
pub(crate) fn no_answer_error(
    context: &Context,
    place: &OriginAndPath<'_>,
    named: Option<&str>,
) -> Result<AnswerError> {
    let host = context.profiles()?.name_of(place);
    if !place.origin.may_receive_token() {
        return Ok(AnswerError::Insecure(host));
    }
    let named = match named {
        Some(name) => Some(name.to_owned()),
        None => named_profile(context)?,
    };
    let is_about_prusa = named.as_deref().is_none_or(|name| name == PRUSA);
    let prusa = context.profiles()?.named(PRUSA).filter(|_| is_about_prusa);
    let withheld = prusa.and_then(|profile| profile.issuer.withheld_host());
    if let Some(withheld) = withheld.filter(|it| it.host.matches_host(place.origin)) {
        return Ok(AnswerError::HostWithheld {
            host,
            variable: withheld.variable,
            why: withheld.why,
        });
    }
    if !place.is_clear() && context.profiles()?.tells_paths_apart(place.origin) {
        return Ok(AnswerError::AmbiguousPath(host));
    }
    let uncovered = Box::new(Uncovered::at(context, place, named.as_deref()));
    Ok(match named {
        Some(profile) => AnswerError::HostExcluded {
            profile,
            place: uncovered,
        },
        None => AnswerError::HostNotCovered(uncovered),
    })
}

/// Returns the error of a request that is not about the web, where no profile can answer.
pub(crate) fn no_remedy(request: &Request) -> AnswerError {
    let place = Uncovered::without_remedy(request.target.to_string());
    AnswerError::HostNotCovered(Box::new(place))
}

/// Describes a rule for a person.
pub(crate) fn describe_rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Option => "named by --profile",
        Rule::Variable => "named by PRUSA_CRED_PROFILE",
        Rule::Host => "it names the host",
        Rule::Username => "it names the host and has the user name",
        Rule::Default => "the default of the configuration",
        Rule::OnlyLogin => "the only login",
        Rule::BuiltIn => "the built-in default",
    }
}
