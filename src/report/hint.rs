//! Hints that several layers give: each works as typed.

use std::time::Duration;

use crate::profile::{Holds, PRUSA, variable_of};

/// What a hint begins with when a refresh failed for now.
pub(super) const KEPT: &str = "the login is kept; ";
/// What a hint begins with after a refresh whose answer could not be read: it may have held the only token that goes on.
pub(super) const MAY_BE_RETIRED: &str = "the server may have retired the stored login; ";

pub(super) fn later(retry_after: Option<Duration>) -> Option<String> {
    Some(match retry_after {
        Some(wait) => format!("try again in {} s", wait.as_secs()),
        None => "try again later".to_owned(),
    })
}

pub(super) fn login_hint(profile: &str) -> Option<String> {
    Some(format!("run {}", login_command(profile)))
}

pub(super) fn login_command(profile: &str) -> String {
    login_with(profile, "")
}

/// Returns what to do once more: `None` is a login of a profile that is not there yet.
pub(super) fn again(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("run {}", login_command(profile)),
        None => "run it again".to_owned(),
    }
}

/// Returns where a key of the configuration stands.
pub(super) fn key_of(profile: Option<&str>, key: &str) -> String {
    match profile {
        Some(profile) => format!("profiles.{profile}.{key} in the configuration"),
        None => format!("`{key}` of the profile"),
    }
}

/// Returns the login that shows its pages in a browser.
pub(super) fn login_in_browser(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => login_with(profile, " --browser"),
        None => "the same command and --browser".to_owned(),
    }
}

fn login_with(profile: &str, option: &str) -> String {
    if profile == PRUSA {
        format!("`prusa-cred login{option}`")
    } else {
        format!("`prusa-cred login --profile {profile}{option}`")
    }
}

/// Returns which variables sign a built-in profile in by password, if it has some.
pub(super) fn set_variables(profile: &str) -> Option<String> {
    let email = variable_of(profile, Holds::Email)?;
    let password = variable_of(profile, Holds::Password)?;
    Some(format!("set {email} and {password}"))
}

/// What to do about a name in `PRUSA_CRED_PROFILE` that no profile has: each command fails over it, `status` too.
pub(super) fn in_the_variable(known: &[String]) -> String {
    let known = known.join(", ");
    format!("PRUSA_CRED_PROFILE names it: unset that, or name one of {known} there")
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "a hint is one of two kinds of text, or none"
)]
pub(super) fn hint(text: &str) -> Option<String> {
    Some(text.to_owned())
}
