//! Variables that change what is done. They are named, with whom they speak of; what they hold is never shown.

use secrecy::ExposeSecret;

use super::CheckContext;
use super::check::{About, Check};
use crate::account::{Account, TokenRequest};
use crate::causes::with_causes;
use crate::context::{Context, ContextError, is_set, secret_variable, variables};
use crate::profile::{ConfigError, Holds, Variable};
use crate::token::TokenSet;

pub(super) fn checks(patient: &CheckContext<'_>) -> Vec<Check> {
    let checks: Vec<_> = variables()
        .filter(|variable| is_set(variable.name))
        .map(|variable| check(patient, variable))
        .collect();
    if checks.is_empty() {
        return vec![About::new("environment", "variables").ok("none of ours is set")];
    }
    checks
}

fn check(patient: &CheckContext<'_>, variable: &Variable) -> Check {
    let about = About::new("environment", variable.name);
    let mend = format!("unset {}", variable.name);
    if let Some(fault) = fault(patient, variable.name) {
        return about.broken(fault, mend);
    }
    match (variable.holds, variable.profile) {
        (Holds::Tokens, Some(profile)) => login(patient, about, variable.name, profile, mend),
        _ => about.ok(variable.effect),
    }
}

/// Returns whether it is a variable that keeps the configuration from being read.
pub(super) fn is_at_fault(error: &ContextError) -> bool {
    culprit(error).is_some()
}

fn culprit(error: &ContextError) -> Option<&'static str> {
    match error {
        ContextError::NotUtf8(name) | ContextError::Config(ConfigError::Variable { name, .. }) => {
            Some(name)
        }
        _ => None,
    }
}

fn fault(patient: &CheckContext<'_>, name: &str) -> Option<String> {
    if let Some(error) = patient.fault
        && culprit(error) == Some(name)
    {
        return Some(with_causes(error));
    }
    match name {
        "PRUSA_TOKENS_JSON" => not_a_token_set(),
        "PRUSA_CRED_PROFILE" => no_such_profile(patient),
        _ => None,
    }
}

fn not_a_token_set() -> Option<String> {
    let json = match secret_variable("PRUSA_TOKENS_JSON") {
        Ok(json) => json?,
        Err(error) => return Some(with_causes(&error)),
    };
    let error = TokenSet::parse(json.expose_secret().as_bytes()).err()?;
    Some(format!("not a token set: {}", with_causes(&error)))
}

fn no_such_profile(patient: &CheckContext<'_>) -> Option<String> {
    match Context::profile_variable() {
        Err(error) => Some(with_causes(&error)),
        Ok(named) => {
            let named = named?;
            let is_unknown = patient.profiles?.named(&named).is_none();
            is_unknown.then(|| format!("there is no profile {named:?}"))
        }
    }
}

/// Tells of a login in the environment: it goes before the stored one, and the other variable before it.
fn login(
    patient: &CheckContext<'_>,
    about: About,
    name: &str,
    profile: &str,
    mend: String,
) -> Check {
    if name == "PRUSA_TOKEN" && is_set("PRUSA_TOKENS_JSON") {
        return about.warning("not used: PRUSA_TOKENS_JSON goes before it", mend);
    }
    let profile = patient
        .profiles
        .and_then(|profiles| profiles.named(profile));
    let has_stored = profile.is_some_and(|profile| {
        let account = Account::open(patient.context, profile, TokenRequest::stored()).ok();
        account.is_some_and(|account| matches!(account.store().load(), Ok(Some(_))))
    });
    let what = format!("a login of profile {}", profile.map_or("", |it| &it.name));
    if has_stored {
        return about.warning(format!("{what}, used instead of the stored one"), mend);
    }
    about.ok(what)
}
