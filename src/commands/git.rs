//! `git VERB`: git's credential helper protocol (`reference/protocols.md` 2).
//!
//! No answer is an empty one: git then asks its next helper, or the person.

use anyhow::Result;

use super::answer::{answer, profile_for};
use super::{print, read};
use crate::account::Account;
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::Rejected;
use crate::protocol::git;
use crate::protocol::git::CAPABILITIES;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context),
        Some("store") => store(&read(context)?),
        Some("erase") => erase(context, &read(context)?),
        Some("capability") => print(CAPABILITIES),
        // git may learn new verbs; a helper ignores those in silence.
        _ => Ok(()),
    }
}

/// Answers a request on stdin.
pub(super) fn get(context: &Context) -> Result<()> {
    let Some(request) = git::parse(&read(context)?)?.request else {
        return Ok(());
    };
    match answer(context, &request)? {
        Some(credential) => print(git::render(&request, &credential)?),
        None => Ok(()),
    }
}

/// Takes a credential that worked. Our own token is kept already, and this version keeps nobody else's.
pub(super) fn store(input: &[u8]) -> Result<()> {
    git::parse(input)?;
    Ok(())
}

/// Notes that a server refused a credential: evidence about our token, not the end of the login.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let input = git::parse(input)?;
    let (Some(request), Some(secret)) = (&input.request, input.offered.secret()) else {
        return Ok(());
    };
    match profile_for(context, request)? {
        Some(profile) => {
            Account::open(context, profile)?.note_rejected(&Rejected::new(secret.clone()))
        }
        None => Ok(()),
    }
}
