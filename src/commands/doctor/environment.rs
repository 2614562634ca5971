//! Variables that change what is done. They are named, with whom they speak of; what they hold is never shown.

use secrecy::ExposeSecret;

use super::Patient;
use super::check::{About, Check};
use crate::account::Account;
use crate::causes::with_causes;
use crate::context::Context;
use crate::context::ContextError;
use crate::context::is_set;
use crate::context::secret_variable;
use crate::profile::ConfigError;
use crate::profile::PRACTICUS;
use crate::profile::PRUSA;
use crate::token::TokenSet;

/// Variables that hold a login, by what goes first, and whose.
const LOGINS: [(&str, &str); 3] = [
    ("PRUSA_TOKENS_JSON", PRUSA),
    ("PRUSA_TOKEN", PRUSA),
    ("PRT_TOKEN", PRACTICUS),
];

/// What other variables do.
const OTHERS: [(&str, &str); 18] = [
    ("PRUSA_ACCOUNT_URL", "another server for profile prusa"),
    ("PRUSA_CONNECT_URL", "another host for profile prusa"),
    ("PRUSA_CLIENT_ID", "another client for profile prusa"),
    ("PRUSA_REDIRECT_URI", "another address for profile prusa"),
    ("PRUSA_TOKENS_FILE", "another token file for profile prusa"),
    ("PRUSA_EMAIL", "signs profile prusa in"),
    ("PRUSA_PASSWORD", "signs profile prusa in"),
    ("PRUSA_TOTP_SECRET", "signs profile prusa in"),
    ("PRT_URL", "another region for profile practicus"),
    ("PRT_EMAIL", "signs profile practicus in"),
    ("PRT_PASSWORD", "signs profile practicus in"),
    ("KOGNIC_CREDENTIALS", "other credentials for profile kognic"),
    ("KOGNIC_CLIENT_ID", "other credentials for profile kognic"),
    (
        "KOGNIC_CLIENT_SECRET",
        "other credentials for profile kognic",
    ),
    ("PRUSA_CRED_PROFILE", "names the profile, as --profile does"),
    (
        "PRUSA_CRED_CONFIG",
        "another configuration file, as --config does",
    ),
    (
        "PRUSA_CRED_NO_INPUT",
        "nothing is ever asked, as with --no-input",
    ),
    ("PRUSA_CRED_ERRORS", "how errors are told"),
];

pub(super) fn checks(patient: &Patient<'_>) -> Vec<Check> {
    let logins = LOGINS.iter().map(|(name, profile)| (*name, *profile, true));
    let others = OTHERS.iter().map(|(name, does)| (*name, *does, false));
    let checks: Vec<_> = logins
        .chain(others)
        .filter(|(name, _, _)| is_set(name))
        .map(|(name, what, is_login)| {
            let about = About::new("environment", name);
            let mend = format!("unset {name}");
            match fault(patient, name) {
                Some(fault) => about.broken(fault, mend),
                None if is_login => login(patient, about, name, what, mend),
                None => about.ok(what),
            }
        })
        .collect();
    if checks.is_empty() {
        return vec![About::new("environment", "variables").ok("none of ours is set")];
    }
    checks
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

fn fault(patient: &Patient<'_>, name: &str) -> Option<String> {
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

fn no_such_profile(patient: &Patient<'_>) -> Option<String> {
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
fn login(patient: &Patient<'_>, about: About, name: &str, profile: &str, mend: String) -> Check {
    if name == "PRUSA_TOKEN" && is_set("PRUSA_TOKENS_JSON") {
        return about.warning("not used: PRUSA_TOKENS_JSON goes before it", mend);
    }
    let profile = patient
        .profiles
        .and_then(|profiles| profiles.named(profile));
    let has_stored = profile.is_some_and(|profile| {
        let account = Account::stored(patient.context, profile).ok();
        account.is_some_and(|account| matches!(account.store().load(), Ok(Some(_))))
    });
    let what = format!("a login of profile {}", profile.map_or("", |it| &it.name));
    if has_stored {
        return about.warning(format!("{what}, used instead of the stored one"), mend);
    }
    about.ok(what)
}
