//! `terraform VERB HOST`: the credentials helper protocol of Terraform and OpenTofu ([`crate::protocol::terraform`]).

use anyhow::Result;

use crate::answer::audit::Channel;
use crate::answer::{self, saved};
use crate::cli::Verb;
use crate::commands::error::{CommandError, read, unknown_verb};
use crate::context::Context;
use crate::credential::Request;
use crate::protocol::Protocol;
use crate::protocol::terraform::{self, NOTHING};
use crate::terminal::output::print;

/// Runs `terraform VERB HOST`: `get`, `store` or `forget`; other verbs and arguments are an error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (verb.verb.as_deref(), verb.rest.as_slice()) {
        (Some("get"), [host]) => get(context, &terraform::parse_host(host)?),
        (Some("store"), [host]) => {
            // Read before anything can fail: otherwise Terraform reports a broken pipe instead of this program's error.
            let input = read(context)?;
            store(context, &terraform::parse_host(host)?, &input)
        }
        (Some("forget"), [host]) => forget(context, &terraform::parse_host(host)?),
        (Some(verb @ ("get" | "store" | "forget")), _) => {
            Err(CommandError::Usage(format!("`prusa-cred terraform {verb}` takes one host")).into())
        }
        (verb, _) => Err(unknown_verb("Terraform", verb).into()),
    }
}

/// Prints the token of the profile that answers for the host, else one that `terraform login` saved, unless a profile
/// is named; otherwise an empty object.
fn get(context: &Context, request: &Request) -> Result<()> {
    let namespaced = saved::namespaced(Protocol::Terraform, request);
    match answer::find_or(context, request, &|| saved::find(context, &namespaced))? {
        Some(answer) => {
            let rendered = terraform::render(&answer.credential)?;
            let channel = Channel::Protocol(Protocol::Terraform);
            answer.emit(context, channel, Some(&request.target), rendered)
        }
        None => print(NOTHING),
    }
}

/// Saves the token of `terraform login`. Fails if a profile is named or answers for the host, but does nothing if the
/// token is that profile's current one.
fn store(context: &Context, request: &Request, input: &[u8]) -> Result<()> {
    let offered = terraform::parse_store(input)?;
    if saved::is_current_token(context, request, &offered)? {
        return Ok(());
    }
    saved::check_may_save(context, request)?;
    saved::save(
        context,
        &saved::namespaced(Protocol::Terraform, request),
        &offered,
    )
}

/// Forgets a saved token; that there is none is no error. Does nothing if a profile is named or names the host: its
/// login is kept, as it is used for other hosts too.
fn forget(context: &Context, request: &Request) -> Result<()> {
    if saved::may_answer_for(context, request.place().as_ref())? {
        saved::forget(context, &saved::namespaced(Protocol::Terraform, request))?;
    }
    Ok(())
}
