//! `git VERB`: git's credential helper protocol (`reference/protocols.md` 2).
//!
//! No answer is an empty one: git then asks its next helper, or the person.

use anyhow::Result;
use zeroize::Zeroizing;

use super::{choose, print};
use crate::account::Account;
use crate::broker::Need;
use crate::cli::Verb;
use crate::context::Context;
use crate::profile::Choice;
use crate::protocol::Answer;
use crate::protocol::MAX_INPUT;
use crate::protocol::Rejected;
use crate::protocol::git;
use crate::protocol::git::CAPABILITIES;
use crate::protocol::git::GitInput;
use crate::stdin::Stdin;

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
    let Choice::Profile(profile, _) =
        choose(context, Some(&request.origin), request.username.as_deref())?
    else {
        return Ok(());
    };
    let account = Account::for_host(context, profile, &request.origin)?;
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    let Some(access_token) = &granted.set.access_token else {
        return Ok(());
    };
    let answer = Answer {
        access_token,
        username: &profile.username,
        expires_at: granted.expires_at,
    };
    print(git::render(&request, &answer, profile.git_auth)?)
}

/// Takes a credential that worked. Our own token is kept already, and this version keeps nobody else's.
pub(super) fn store(input: &[u8]) -> Result<()> {
    git::parse(input)?;
    Ok(())
}

/// Notes that a server refused a credential: evidence about our token, not the end of the login.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let GitInput {
        request: Some(request),
        secret: Some(secret),
    } = git::parse(input)?
    else {
        return Ok(());
    };
    match choose(context, Some(&request.origin), request.username.as_deref())? {
        Choice::Profile(profile, _) => Account::for_host(context, profile, &request.origin)?
            .note_rejected(&Rejected::new(secret)),
        Choice::NotMine => Ok(()),
    }
}

fn read(context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    Ok(Stdin::open().read_all(MAX_INPUT, context.deadline)?)
}
