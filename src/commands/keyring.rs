//! `keyring VERB SERVICE [USERNAME]`: the keyring command, as pip and uv run it ([`crate::protocol::keyring`]).

use anyhow::Result;

use crate::answer::audit::Channel;
use crate::answer::{self, saved};
use crate::causes::with_causes;
use crate::cli::Verb;
use crate::commands::error::{CommandError, read};
use crate::context::Context;
use crate::protocol::Protocol;
use crate::protocol::keyring::{self, KeyringError, OutputFormat};

/// Runs `keyring VERB SERVICE [USERNAME]`: `get`, `set` or `del`; other verbs and arguments are a usage error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (verb.verb.as_deref(), verb.rest.as_slice()) {
        (Some("get"), [service]) => get(context, verb, service, None),
        (Some("get"), [service, username]) => get(context, verb, service, Some(username)),
        (Some("set"), [service, username]) => set(context, service, username),
        (Some("del"), [service, username]) => del(context, service, username),
        (Some("get" | "set" | "del"), _) => {
            usage("get, set and del take a service and a user name")
        }
        _ => usage("the verbs are get, set and del"),
    }
}

/// Returns a usage error, always; `what` says which use is supported.
fn usage(what: &str) -> Result<()> {
    Err(CommandError::Usage(format!("unsupported use of the keyring command: {what}")).into())
}

/// Prints the credential for a service, with the user name and as JSON if the options ask for that. Fails with
/// `NotFound` if there is none, and for a service that is never answered, as one without a scheme on another machine.
fn get(context: &Context, verb: &Verb, service: &str, username: Option<&str>) -> Result<()> {
    let output_format = OutputFormat {
        has_username: verb.mode.as_deref() == Some("creds"),
        is_json: verb.output.as_deref() == Some("json"),
    };
    let request = keyring::parse_get(service, username).map_err(|error| {
        context.explain(|| format!("no answer for that service: {}", with_causes(&error)));
        KeyringError::NotFound
    })?;
    let answer = answer::find(context, &request)?.ok_or(KeyringError::NotFound)?;
    let rendered = keyring::render(&answer.credential, output_format)?;
    let channel = Channel::Protocol(Protocol::Keyring);
    answer.emit(context, channel, Some(&request.target), rendered)
}

/// Saves the password on stdin for a service. Fails if a profile is named or answers for that place, but does nothing
/// if the password is that profile's current token.
fn set(context: &Context, service: &str, username: &str) -> Result<()> {
    let offered = keyring::parse_password(&read(context)?)?;
    let request = keyring::parse(service, username)?;
    if saved::is_current_token(context, &request, &offered)? {
        return Ok(());
    }
    saved::check_may_save(context, &request)?;
    saved::save(context, &request, &offered)
}

/// Forgets the saved password that `get` would print; fails with `NotFound` if there is none, or a profile is named or
/// names the place.
fn del(context: &Context, service: &str, username: &str) -> Result<()> {
    let request = keyring::parse(service, username).map_err(|_| KeyringError::NotFound)?;
    let may_be_saved = saved::may_answer_for(context, request.place().as_ref())?;
    if may_be_saved && saved::forget(context, &request)? {
        Ok(())
    } else {
        Err(KeyringError::NotFound.into())
    }
}
