//! `git VERB`: git's credential helper protocol ([`crate::protocol::git`]).
//!
//! Without an answer nothing is printed: git then asks its next helper, or the person.

use anyhow::Result;

use crate::answer::audit::Channel;
use crate::answer::choose::choose_for_request;
use crate::answer::{self, missing_scopes, saved};
use crate::cli::Verb;
use crate::commands::error::read;
use crate::context::Context;
use crate::credential::{Offered, Rejected, Request};
use crate::protocol::Protocol;
use crate::protocol::git::{self, CAPABILITIES, GitInput};
use crate::terminal::output::print;
use crate::token::UnixTime;

const CHANNEL: Channel = Channel::Protocol(Protocol::Git);

/// Runs `git VERB`: `get`, `store`, `erase` or `capability`; does nothing for any other verb or none.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context),
        Some("store") => store(context, &read(context)?),
        Some("erase") => erase(context, &read(context)?),
        Some("capability") => print(CAPABILITIES),
        // git's documentation asks helpers to ignore verbs that they do not know.
        _ => Ok(()),
    }
}

/// Prints the credential for the request on stdin; nothing if the request names no host or there is no credential.
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

/// Saves a credential that a server accepted. Does nothing if a profile is named or answers for the place (its token is
/// stored already), if the request names no host, or if the credential is incomplete, expired or ephemeral.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = read_request(input)? else {
        return Ok(());
    };
    if !saved::may_answer_for(context, request.place().as_ref())? {
        return Ok(());
    }
    let now = UnixTime::now();
    saved::change(context, &mut |credentials| {
        credentials.put(&request, &offered, now)
    })
}

/// Forgets the saved credentials that match the request and have the secret that a server refused; all that match if
/// the client names no secret. For a profile's place, only the refusal of its token is recorded, and the login is kept.
/// Does nothing if a profile is named that does not answer for the host.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let Some((request, offered)) = read_request(input)? else {
        return Ok(());
    };
    match (choose_for_request(context, &request)?, offered.secret()) {
        // The token is valid, and a new one would lack the same.
        (Some(chosen), Some(_)) if missing_scopes::tell(context, chosen.profile, &request) => {
            Ok(())
        }
        (Some(chosen), Some(secret)) => chosen
            .account(context, request.origin())?
            .record_rejection(&Rejected::new(secret.clone())),
        (None, _) if saved::may_answer_for(context, request.place().as_ref())? => {
            saved::change(context, &mut |credentials| {
                credentials.erase(&request, &offered) > 0
            })
        }
        _ => Ok(()),
    }
}

/// Returns a request and the credential in it; `None` if the request names no host.
fn read_request(input: &[u8]) -> Result<Option<(Request, Offered)>> {
    let GitInput { request, offered } = git::parse(input)?;
    Ok(request.map(|request| (request, offered)))
}
