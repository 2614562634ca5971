//! `git VERB`: git's credential helper protocol ([`crate::protocol::git`]).
//!
//! No answer is an empty one: git then asks its next helper, or the person.

use anyhow::Result;

use crate::answer::audit::Channel;
use crate::answer::choose::choose_for_request;
use crate::answer::{self, saved};
use crate::cli::Verb;
use crate::commands::error::read;
use crate::context::Context;
use crate::credential::{Offered, Rejected, Request};
use crate::protocol::Protocol;
use crate::protocol::git::{self, CAPABILITIES, GitInput};
use crate::terminal::output::print;
use crate::token::UnixTime;

const CHANNEL: Channel = Channel::Protocol(Protocol::Git);

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context),
        Some("store") => store(context, &read(context)?),
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
    let Some(answer) = answer::find(context, &request)? else {
        return Ok(());
    };
    let rendered = git::render(&request, &answer.credential)?;
    answer.emit(context, CHANNEL, Some(&request.target), rendered)
}

/// Keeps a credential that worked, unless it is our own token, which is kept already.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = read_request(input)? else {
        return Ok(());
    };
    if !saved::may_answer_for(context, request.origin())? {
        return Ok(());
    }
    let now = UnixTime::now();
    saved::change(context, &mut |kept| kept.put(&request, &offered, now))
}

/// Forgets a credential that a server refused. About our own token that is evidence, not the end of the login.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = read_request(input)? else {
        return Ok(());
    };
    match (choose_for_request(context, &request)?, offered.secret()) {
        (Some(chosen), Some(secret)) => chosen
            .account(context, request.origin())?
            .record_rejection(&Rejected::new(secret.clone())),
        (None, _) if saved::may_answer_for(context, request.origin())? => {
            saved::change(context, &mut |kept| kept.erase(&request, &offered) > 0)
        }
        _ => Ok(()),
    }
}

/// Reads a credential and what it is for; `None` where it can be for nothing.
fn read_request(input: &[u8]) -> Result<Option<(Request, Offered)>> {
    let GitInput { request, offered } = git::parse(input)?;
    Ok(request.map(|request| (request, offered)))
}
