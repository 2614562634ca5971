//! What several ways to sign in need.

use std::time::Duration;

use anyhow::Result;
use secrecy::SecretString;

use crate::commands::error::CommandError;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::protocol::MAX_INPUT;
use crate::stdin::Stdin;
use crate::terminal::prompt::PromptError;

/// How long one request may take, unless `--timeout` says otherwise: a person waits for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Returns how long each request of a sign-in may take. The sign-in as a whole has no limit, as a person types.
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
