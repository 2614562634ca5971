//! `git VERB`: git's credential helper protocol ([`crate::protocol::git`]).
//!
//! No answer is an empty one: git then asks its next helper, or the person.

use anyhow::Result;

use super::answer::{answer, profile_for};
use super::audit::By;
use super::{print, read, saved};
use crate::account::Account;
use crate::account::Wish;
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::Offered;
use crate::protocol::Protocol;
use crate::protocol::Rejected;
use crate::protocol::Request;
use crate::protocol::git;
use crate::protocol::git::CAPABILITIES;
use crate::protocol::git::GitInput;
use crate::token::UnixTime;

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
    match answer(context, &request)? {
        Some(found) => {
            let answer = git::render(&request, &found.credential)?;
            let by = By::Protocol(Protocol::Git);
            found.hand_out(context, by, Some(&request.place), answer)
        }
        None => Ok(()),
    }
}

/// Keeps a credential that worked, unless it is our own token, which is kept already.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = told(input)? else {
        return Ok(());
    };
    if !saved::is_for(context, request.origin())? {
        return Ok(());
    }
    let now = UnixTime::now();
    saved::change(context, &mut |kept| kept.put(&request, &offered, now))
}

/// Forgets a credential that a server refused. About our own token that is evidence, not the end of the login.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = told(input)? else {
        return Ok(());
    };
    match (profile_for(context, &request)?, offered.secret()) {
        (Some(profile), Some(secret)) => {
            Account::open_for(context, profile, Wish::of_host(request.origin()))?
                .note_rejected(&Rejected::new(secret.clone()))
        }
        (None, _) if saved::is_for(context, request.origin())? => {
            saved::change(context, &mut |kept| kept.erase(&request, &offered) > 0)
        }
        _ => Ok(()),
    }
}

/// Reads what git tells of a credential, and where that is for; `None` where it can be for nothing.
fn told(input: &[u8]) -> Result<Option<(Request, Offered)>> {
    let GitInput { request, offered } = git::parse(input)?;
    Ok(request.map(|request| (request, offered)))
}
