//! What several ways to sign in need.

use std::time::Duration;

use anyhow::Result;
use secrecy::SecretString;

use crate::browser::BrowserEnv;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, variable, variables};
use crate::deadline::Deadline;
use crate::profile::{Variable, check_endpoint};
use crate::protocol::MAX_INPUT;
use crate::stdin::Stdin;
use crate::terminal::prompt::PromptError;

/// How long one request may take, unless `--timeout` says otherwise: a person waits for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a sign-in may take without a person's input, however many requests that are.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Returns how long a sign-in may take in all, without the time that a person takes: five minutes, or as long as one
/// request if `--timeout` allows that more.
pub(super) fn total_timeout(context: &Context) -> Duration {
    request_timeout(context).max(TOTAL_TIMEOUT)
}

/// Returns how long each request of a sign-in may take; see `total_timeout` for all of them.
pub(super) fn request_timeout(context: &Context) -> Duration {
    context.global.timeout.unwrap_or(REQUEST_TIMEOUT)
}

/// Fails with `--no-input`: a sign-in in a browser needs a person.
pub(super) fn check_may_ask(context: &Context) -> Result<(), PromptError> {
    if context.may_ask() {
        return Ok(());
    }
    let (what, why) = ("sign-in in a browser", "--no-input is set");
    Err(PromptError::NobodyThere { what, why })
}

/// Returns what the environment says about opening a browser here; fails if a variable is not valid text.
pub(super) fn browser_env() -> Result<BrowserEnv> {
    let is_set = |name| variable(name).map(|value| value.is_some());
    Ok(BrowserEnv {
        browser: variable("BROWSER")?,
        is_remote: is_set("SSH_CONNECTION")? || is_set("SSH_TTY")?,
        has_display: is_set("DISPLAY")? || is_set("WAYLAND_DISPLAY")?,
        is_container: is_set("container")?,
    })
}

/// Returns the first line of stdin, which holds a secret: `what` it is, for the usage error that names the `option` if
/// that line is empty.
pub(super) fn first_line(context: &Context, option: &str, what: &str) -> Result<SecretString> {
    let input = Stdin::open().read_all(MAX_INPUT, Deadline::after(request_timeout(context)))?;
    let text = std::str::from_utf8(&input).unwrap_or_default();
    match text.lines().next() {
        None | Some("") => {
            Err(CommandError::Usage(format!("{option}: stdin holds no {what}")).into())
        }
        Some(line) => Ok(line.into()),
    }
}

/// Returns whether a variable is set that is for signing in to this built-in profile.
pub(super) fn has_variable(profile: &str) -> Result<bool, ContextError> {
    let is_for_profile = |it: &&Variable| it.selects_profile && it.profile == Some(profile);
    for candidate in variables().filter(is_for_profile) {
        if variable(candidate.name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the address in a text, without slashes at its end; a host alone stands for https. An error text if it is
/// empty or not a valid endpoint.
pub(super) fn parse_address(text: &str) -> Result<String, String> {
    let text = match text.trim_end_matches('/') {
        "" => return Err("an address is needed".to_owned()),
        text if text.contains("://") => text.to_owned(),
        text => format!("https://{text}"),
    };
    check_endpoint(&text).map(|()| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_host_is_https_and_a_trailing_slash_is_removed() {
        let table = [
            ("login.tld", Ok("https://login.tld")),
            ("https://login.tld/realm/", Ok("https://login.tld/realm")),
            ("http://127.0.0.1:80", Ok("http://127.0.0.1:80")),
        ];
        for (text, wanted) in table {
            assert_eq!(parse_address(text), wanted.map(str::to_owned), "{text:?}");
        }
        for wrong in ["", "/", "http://login.tld", "https://a:b@h.tld", "ftp://h"] {
            assert!(parse_address(wrong).is_err(), "{wrong:?}");
        }
    }
}
