//! Hints that several layers give: each works as typed.

use std::time::Duration;

use crate::profile::PRUSA;

/// What a hint begins with when a refresh failed for now.
pub(super) const KEPT: &str = "the login is kept; ";

pub(super) fn later(retry_after: Option<Duration>) -> Option<String> {
    Some(match retry_after {
        Some(wait) => format!("{KEPT}try again in {} s", wait.as_secs()),
        None => format!("{KEPT}try again later"),
    })
}

pub(super) fn login_hint(profile: &str) -> Option<String> {
    Some(format!("run {}", login_command(profile)))
}

pub(super) fn login_command(profile: &str) -> String {
    if profile == PRUSA {
        "`prusa-cred login`".to_owned()
    } else {
        format!("`prusa-cred login --profile {profile}`")
    }
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
