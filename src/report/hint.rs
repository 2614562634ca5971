//! Hints for the errors of several layers. Their commands work as typed.

use std::io::IsTerminal;
use std::time::Duration;

use crate::context::is_set;
use crate::profile::{Holds, Kind, PRUSA, variable_of};
use crate::token::OtherIssuer;

/// The beginning of a hint when a refresh failed and may succeed later.
pub(super) const LOGIN_KEPT: &str = "the login is kept; ";
/// The beginning of a hint after a refresh whose response could not be read: it may have held the only valid token.
pub(super) const LOGIN_MAY_BE_INVALID: &str = "the server may have invalidated the stored login; ";

/// Returns the hint to try again, after `retry_after` (in seconds) if it is known; never `None`.
pub(super) fn retry_hint(retry_after: Option<Duration>) -> Option<String> {
    Some(match retry_after {
        Some(wait) => format!("try again in {} s", wait.as_secs()),
        None => "try again later".to_owned(),
    })
}

/// Returns the hint for a `localhost` that is not this machine; never `None`.
pub(super) fn localhost_hint() -> Option<String> {
    hint(
        "write 127.0.0.1 in place of localhost, also in `hosts`, or correct what the hosts file says about localhost",
    )
}

/// Returns the hint to sign in to a profile: by the variables where some are set or this runs in CI, where nobody can be
/// asked, else by its login command. Never `None`.
pub(super) fn login_hint(profile: &str) -> Option<String> {
    let login = login_command(profile);
    if is_partly_set(Some(profile)) {
        let set = set_missing_variables(profile)?;
        // Whoever sees this at a terminal can be asked.
        return Some(if std::io::stderr().is_terminal() {
            format!("run {login}, or {set}")
        } else {
            set
        });
    }
    let tokens = set_token_variables(profile);
    if !tokens.is_empty() {
        let tokens = tokens.join(" or ");
        return Some(format!(
            "set {tokens} to a newer token, or unset it and run {login}"
        ));
    }
    // Every service for continuous integration sets it.
    match set_variables(profile).filter(|_| is_set("CI") && !has_password_variables(profile)) {
        Some(set_variables) => {
            let tokens = variable_of(profile, Holds::Tokens);
            let tokens = tokens.map_or_else(String::new, |variable| format!(", or {variable}"));
            Some(format!("{set_variables}{tokens}"))
        }
        None => Some(format!("run {login}")),
    }
}

/// Returns the variables that hold a profile's tokens and are set.
fn set_token_variables(profile: &str) -> Vec<&'static str> {
    let spec = Kind::of_built_in(profile).map(Kind::spec);
    let variables = spec.map(|spec| spec.variables_holding(Holds::Tokens));
    let variables = variables.into_iter().flatten();
    variables.filter(|variable| is_set(variable)).collect()
}

/// Returns the variables that sign a built-in profile in by password, e-mail address first.
fn password_variables(profile: &str) -> Option<[&'static str; 2]> {
    let email = variable_of(profile, Holds::Email)?;
    Some([email, variable_of(profile, Holds::Password)?])
}

/// Returns whether the variables that sign a profile in by password are all set.
pub(super) fn has_password_variables(profile: &str) -> bool {
    password_variables(profile).is_some_and(|both| both.into_iter().all(is_set))
}

/// Returns whether only one of the variables that sign a profile in by password is set.
pub(super) fn is_partly_set(profile: Option<&str>) -> bool {
    let both = profile.and_then(password_variables);
    both.is_some_and(|[email, password]| is_set(email) != is_set(password))
}

/// Returns the hint to set those of the variables for a sign-in by password that are not set, or both; `None` if the
/// profile has none.
pub(super) fn set_missing_variables(profile: &str) -> Option<String> {
    let [email, password] = password_variables(profile)?;
    Some(match (is_set(email), is_set(password)) {
        (true, false) => format!("set {password} too, as {email} is set"),
        (false, true) => format!("set {email} too, as {password} is set"),
        _ => format!("set {email} and {password}"),
    })
}

/// Returns the hint for a login of another server or client than the profile names: how to use that login again, and
/// how to replace it.
pub(super) fn foreign_hint(foreign: &OtherIssuer, profile: &str) -> String {
    let login = login_command(profile);
    match foreign.variables.as_slice() {
        [] => format!(
            "run {login} to replace the stored login, which is kept until then and used again once the profile says \
             the same"
        ),
        variables => {
            let variables = variables.join(" and ");
            format!("unset {variables} to use the stored login again, or run {login} to replace it")
        }
    }
}

/// Returns the profile's login command, in backticks.
pub(super) fn login_command(profile: &str) -> String {
    login_with(profile, "")
}

/// Returns the hint to log in again: by the login command of the profile, or by the same command again if there is no
/// profile yet.
pub(super) fn login_again(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("run {}", login_command(profile)),
        None => "run the command again".to_owned(),
    }
}

/// Returns what a hint calls a key of the configuration: its full name, or that of a key of the profile if `profile` is
/// not known.
pub(super) fn config_key(profile: Option<&str>, key: &str) -> String {
    match profile {
        Some(profile) => format!("profiles.{profile}.{key} in the configuration"),
        None => format!("`{key}` of the profile"),
    }
}

/// Returns, for a hint, the profile's login command with `--browser`; without a profile the same command with that.
pub(super) fn login_in_browser(profile: Option<&str>) -> String {
    login_with_option(profile, "--browser")
}

/// Returns, for a hint, the profile's login command that registers this program anew; without a profile the same
/// command with that option.
pub(super) fn login_with_new_client(profile: Option<&str>) -> String {
    login_with_option(profile, "--new-client")
}

/// Returns, for a hint, the profile's login command with this option; without a profile the same command with that.
pub(super) fn login_with_option(profile: Option<&str>, option: &str) -> String {
    match profile {
        Some(profile) => login_with(profile, &format!(" {option}")),
        None => format!("the same command with {option}"),
    }
}

/// Returns the command that signs in to the profile, in backticks. `option` begins with a space or is empty.
fn login_with(profile: &str, option: &str) -> String {
    if profile == PRUSA {
        format!("`prusa-cred login{option}`")
    } else {
        format!("`prusa-cred login --profile {profile}{option}`")
    }
}

/// Returns the hint to set the variables that sign a built-in profile in by password; `None` if it has none.
pub(super) fn set_variables(profile: &str) -> Option<String> {
    let [email, password] = password_variables(profile)?;
    Some(format!("set {email} and {password}"))
}

/// Returns the hint for a name in `PRUSA_CRED_PROFILE` that no profile has: every command fails because of it, even
/// `status`.
pub(super) fn fix_profile_variable(known: &[String]) -> String {
    let known = known.join(", ");
    format!("PRUSA_CRED_PROFILE names it: unset it, or set it to one of {known}")
}

/// Returns the hint for a name that no profile has.
pub(super) fn list_of_profiles(known: &[String]) -> String {
    let known = known.join(", ");
    format!("the profiles are {known}; `prusa-cred status` lists them")
}

/// Returns the hint to say which of several profiles is meant, now or from now on.
pub(super) fn several_logins(names: &[String]) -> String {
    let first = names.first().map_or("NAME", String::as_str);
    format!(
        "name one with --profile, or write `default = \"{first}\"` at the top of the configuration"
    )
}

/// Returns a hint that is always the same.
#[allow(
    clippy::unnecessary_wraps,
    reason = "a hint is one of two kinds of text, or none"
)]
pub(super) fn hint(text: &str) -> Option<String> {
    Some(text.to_owned())
}
