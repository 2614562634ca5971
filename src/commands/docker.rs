//! `docker VERB`: docker's credential helper protocol (`reference/protocols.md` 3).
//!
//! docker reads errors on stdout, so every failure here is handed on as one that belongs there.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{DockerFailure, Problem, choose, print};
use crate::account::Account;
use crate::broker::Need;
use crate::cli::Verb;
use crate::context::Context;
use crate::profile::Choice;
use crate::protocol::Answer;
use crate::protocol::MAX_INPUT;
use crate::protocol::docker;
use crate::protocol::docker::DockerError;
use crate::stdin::Stdin;

/// The name that docker knows us by.
const NAME: &str = "docker-credential-prusa-cred";

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    let done = match verb.verb.as_deref() {
        Some("get") => read(context).and_then(|key| answer(context, &key)),
        Some("store") => read(context).and_then(|input| store(context, &input)),
        Some("erase") => read(context).and_then(|input| erase(&input)),
        Some("list") => read(context).and_then(|_| answerable(context)),
        Some("version" | "--version" | "-v") => version(),
        Some(verb) => Err(Problem::DockerUnknown(docker::unknown_action(NAME, verb)).into()),
        None => Err(Problem::DockerUnknown(format!(
            "Usage: {NAME} <store|get|erase|list|version>"
        ))
        .into()),
    };
    on_stdout(done)
}

/// Answers for a key that has been read, or seen, already.
pub(super) fn get(context: &Context, key: &[u8]) -> Result<()> {
    on_stdout(answer(context, key))
}

/// Takes a login that docker wants kept.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let server_url = docker::parse_store(input)?;
    let request = docker::parse_key(server_url.as_bytes());
    let is_ours = match &request {
        Ok(request) => matches!(
            choose(context, Some(&request.origin), None)?,
            Choice::Profile(..)
        ),
        Err(_) => false,
    };
    // Our own token, handed back after `docker login`, is kept already.
    if is_ours {
        Ok(())
    } else {
        Err(Problem::KeepsNoPasswords { host: server_url }.into())
    }
}

/// Forgets nothing: docker says `erase` when a person logs out of a registry, and the login here serves others too.
pub(super) fn erase(input: &[u8]) -> Result<()> {
    docker::key_text(input)?;
    Ok(())
}

/// Prints the hosts that `get` can answer for.
pub(super) fn answerable(context: &Context) -> Result<()> {
    let mut keys = BTreeMap::new();
    for profile in context.profiles()?.iter() {
        if Account::known_login(context, profile).is_signed_in {
            let origins = profile
                .hosts
                .iter()
                .filter_map(|pattern| pattern.exact_origin());
            keys.extend(origins.map(|origin| (origin.host_and_port(), profile.username.clone())));
        }
    }
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|(key, _)| is_unambiguous(context, key))
        .collect();
    print(docker::render_list(&keys)?)
}

fn is_unambiguous(context: &Context, key: &str) -> bool {
    docker::parse_key(key.as_bytes()).is_ok_and(|request| {
        matches!(
            choose(context, Some(&request.origin), None),
            Ok(Choice::Profile(..))
        )
    })
}

fn answer(context: &Context, key: &[u8]) -> Result<()> {
    let request = docker::parse_key(key)?;
    let Choice::Profile(profile, _) = choose(context, Some(&request.origin), None)? else {
        return Err(DockerError::NotFound.into());
    };
    let account = Account::for_host(context, profile, &request.origin)?;
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    let access_token = granted
        .set
        .access_token
        .as_ref()
        .ok_or(DockerError::NotFound)?;
    let answer = Answer {
        access_token,
        username: &profile.username,
        expires_at: granted.expires_at,
    };
    print(docker::render(docker::key_text(key)?, &answer)?)
}

fn version() -> Result<()> {
    print(format!(
        "{NAME} ({}) {}\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    ))
}

/// Marks a failure as one that docker reads on stdout.
pub(super) fn on_stdout(done: Result<()>) -> Result<()> {
    done.map_err(|error| DockerFailure(error).into())
}

fn read(context: &Context) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    Ok(Stdin::open().read_all(MAX_INPUT, context.deadline)?)
}
