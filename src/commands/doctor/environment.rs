//! The variables that are set and change what prusa-cred does. Their names and effects are shown, never their values.

use secrecy::ExposeSecret;

use super::check::{About, Check};
use super::context::CheckContext;
use crate::account::{Account, TokenRequest};
use crate::causes::with_causes;
use crate::context::{Context, ContextError, is_set, secret_variable, variables};
use crate::profile::{ConfigError, Holds, PRUSA, Variable, WithheldHost};
use crate::token::TokenSet;

/// Returns a check for each variable that is set and that prusa-cred reads, or one check that none is.
pub(super) fn checks(ctx: &CheckContext<'_>) -> Vec<Check> {
    let checks: Vec<_> = variables()
        .filter(|variable| is_set(variable.name))
        .map(|variable| check(ctx, variable))
        .collect();
    if checks.is_empty() {
        return vec![
            About::new("environment", "variables").ok("none that prusa-cred reads is set"),
        ];
    }
    checks
}

/// Reports what a variable that is set does; broken if its value is wrong, a warning for a login that is not used or
/// hides a stored one.
fn check(ctx: &CheckContext<'_>, variable: &Variable) -> Check {
    let about = About::new("environment", variable.name);
    let fix = format!("unset {}", variable.name);
    if let Some(problem) = problem_with(ctx, variable.name) {
        return about.broken(problem, fix);
    }
    if let (Holds::Tokens, Some(profile)) = (variable.holds, variable.profile) {
        return check_login(ctx, about, variable.name, profile, fix);
    }
    match withheld_host(ctx).filter(|withheld| withheld.variable == variable.name) {
        Some(WithheldHost { why, .. }) => about.warning(
            format!("the token of Prusa's own account is not given to its host, as {why}"),
            fix,
        ),
        None => about.ok(variable.effect),
    }
}

/// Returns the host that a variable names and that gets no token, if there is one.
fn withheld_host<'a>(ctx: &CheckContext<'a>) -> Option<WithheldHost<'a>> {
    ctx.profiles?.named(PRUSA)?.issuer.withheld_host()
}

/// Returns whether the configuration could not be read because of a variable.
pub(super) fn is_cause_of(error: &ContextError) -> bool {
    variable_in(error).is_some()
}

/// Returns the name of the variable that an error is about, or `None` for other errors.
fn variable_in(error: &ContextError) -> Option<&'static str> {
    match error {
        ContextError::NotUtf8(name) | ContextError::Config(ConfigError::Variable { name, .. }) => {
            Some(name)
        }
        _ => None,
    }
}

/// Returns what is wrong with a variable's value, or `None` if nothing is known to be.
fn problem_with(ctx: &CheckContext<'_>, name: &str) -> Option<String> {
    if let Some(error) = ctx.config_error
        && variable_in(error) == Some(name)
    {
        return Some(with_causes(error));
    }
    match name {
        "PRUSA_TOKENS_JSON" => not_a_token_set(),
        "PRUSA_CRED_PROFILE" => no_such_profile(ctx),
        _ => None,
    }
}

/// Returns why `PRUSA_TOKENS_JSON` cannot be read as a token set, or `None` if it can or is not set.
fn not_a_token_set() -> Option<String> {
    let json = match secret_variable("PRUSA_TOKENS_JSON") {
        Ok(json) => json?,
        Err(error) => return Some(with_causes(&error)),
    };
    let error = TokenSet::parse(json.expose_secret().as_bytes()).err()?;
    Some(format!("not a token set: {}", with_causes(&error)))
}

/// Returns a message if `PRUSA_CRED_PROFILE` names no profile or is not UTF-8; `None` if it is fine, is not set, or the
/// profiles are unknown.
fn no_such_profile(ctx: &CheckContext<'_>) -> Option<String> {
    match Context::profile_variable() {
        Err(error) => Some(with_causes(&error)),
        Ok(named) => {
            let named = named?;
            let is_unknown = ctx.profiles?.named(&named).is_none();
            is_unknown.then(|| format!("there is no profile {named:?}"))
        }
    }
}

/// Checks a login in the environment: it is used before the stored one, and `PRUSA_TOKENS_JSON` before `PRUSA_TOKEN`.
fn check_login(
    ctx: &CheckContext<'_>,
    about: About,
    name: &str,
    profile: &str,
    fix: String,
) -> Check {
    if name == "PRUSA_TOKEN" && is_set("PRUSA_TOKENS_JSON") {
        return about.warning("not used: PRUSA_TOKENS_JSON is used before it", fix);
    }
    let profile = ctx.profiles.and_then(|profiles| profiles.named(profile));
    let has_stored = profile.is_some_and(|profile| {
        let account = Account::open(ctx.context, profile, TokenRequest::stored()).ok();
        account.is_some_and(|account| matches!(account.store().load(), Ok(Some(_))))
    });
    let what = format!("a login of profile {}", profile.map_or("", |it| &it.name));
    if has_stored {
        return about.warning(format!("{what}, used instead of the stored one"), fix);
    }
    about.ok(what)
}
