//! `terraform VERB HOST`: the credentials helper protocol of Terraform and OpenTofu ([`crate::protocol::terraform`]).

use anyhow::Result;

use super::answer::{profile_for, saved_for, token};
use super::audit::By;
use super::{Problem, print, read, saved, unknown_verb};
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::Protocol;
use crate::protocol::Request;
use crate::protocol::terraform;
use crate::protocol::terraform::NOTHING;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (verb.verb.as_deref(), verb.rest.as_slice()) {
        (Some("get"), [host]) => get(context, &terraform::parse_host(host)?),
        (Some("store"), [host]) => {
            // Read before anything can fail: Terraform takes a pipe that breaks for the error.
            let input = read(context)?;
            store(context, &terraform::parse_host(host)?, &input)
        }
        (Some("forget"), [host]) => forget(context, &terraform::parse_host(host)?),
        (Some(verb @ ("get" | "store" | "forget")), _) => {
            Err(Problem::Usage(format!("`prusa-cred terraform {verb}` takes one host")).into())
        }
        (verb, _) => Err(unknown_verb("Terraform", verb).into()),
    }
}

fn get(context: &Context, request: &Request) -> Result<()> {
    let found = match profile_for(context, request)? {
        Some(profile) => token(context, profile, request.origin())?,
        None => saved_for(context, &saved::apart(Protocol::Terraform, request))?,
    };
    match found {
        Some(found) => {
            let answer = terraform::render(&found.credential)?;
            let by = By::Protocol(Protocol::Terraform);
            found.hand_out(context, by, Some(&request.place), answer)
        }
        None => print(NOTHING),
    }
}

/// Keeps what `terraform login` got for a host that no profile answers for.
fn store(context: &Context, request: &Request, input: &[u8]) -> Result<()> {
    let offered = terraform::parse_store(input)?;
    if saved::is_own_token(context, request, &offered)? {
        return Ok(());
    }
    saved::check_may_keep(context, request)?;
    saved::keep(
        context,
        &saved::apart(Protocol::Terraform, request),
        &offered,
    )
}

/// Forgets what was kept. For a profile's host nothing is, and its login stays: it serves others too.
fn forget(context: &Context, request: &Request) -> Result<()> {
    if saved::is_for(context, request.origin())? {
        saved::drop_all(context, &saved::apart(Protocol::Terraform, request))?;
    }
    Ok(())
}
