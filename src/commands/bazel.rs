//! `bazel get`: the credential helper protocol of Bazel and tools that follow it (`reference/protocols.md` 4).

use anyhow::Result;

use super::{Problem, choose, print};
use crate::account::Account;
use crate::broker::Need;
use crate::cli::Verb;
use crate::context::Context;
use crate::profile::Choice;
use crate::protocol::Answer;
use crate::protocol::MAX_INPUT;
use crate::protocol::bazel;
use crate::stdin::Stdin;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context),
        verb => Err(Problem::BazelUnknown {
            verb: verb.unwrap_or_default().to_owned(),
        }
        .into()),
    }
}

/// Answers a request on stdin.
pub(super) fn get(context: &Context) -> Result<()> {
    let request = bazel::parse(&Stdin::open().read_all(MAX_INPUT, context.deadline)?)?;
    let Choice::Profile(profile, _) = choose(context, Some(&request.origin), None)? else {
        return Err(Problem::NotMine(request.origin.to_string()).into());
    };
    let account = Account::for_host(context, profile, &request.origin)?;
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    let Some(access_token) = &granted.set.access_token else {
        return Err(Problem::NotMine(request.origin.to_string()).into());
    };
    print(bazel::render(&Answer {
        access_token,
        username: &profile.username,
        expires_at: granted.expires_at,
    })?)
}
