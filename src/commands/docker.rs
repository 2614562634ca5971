//! `docker VERB`: docker's credential helper protocol (`reference/protocols.md` 3).
//!
//! docker reads errors on stdout, so every failure here is handed on as one that belongs there.

use std::collections::BTreeMap;

use anyhow::Result;

use super::answer::{answer, profile_for};
use super::{Problem, print, read};
use crate::account::Account;
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::docker;
use crate::protocol::docker::DockerError;

/// The name that docker knows us by.
const NAME: &str = "docker-credential-prusa-cred";

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context, &read(context)?),
        Some("store") => store(context, &read(context)?),
        Some("erase") => erase(&read(context)?),
        Some("list") => {
            read(context)?;
            list(context)
        }
        Some("version" | "--version" | "-v") => version(),
        Some(verb) => Err(Problem::DockerUnknown(docker::unknown_action(NAME, verb)).into()),
        None => Err(Problem::DockerUnknown(format!(
            "Usage: {NAME} <store|get|erase|list|version>"
        ))
        .into()),
    }
}

/// Answers for a key that has been read, or seen, already.
pub(super) fn get(context: &Context, key: &[u8]) -> Result<()> {
    let request = docker::parse_key(key)?;
    let credential = answer(context, &request)?.ok_or(DockerError::NotFound)?;
    print(docker::render(docker::key_text(key)?, &credential)?)
}

/// Takes a login that docker wants kept.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let server_url = docker::parse_store(input)?.server_url;
    let is_ours = match docker::parse_key(server_url.as_bytes()) {
        Ok(request) => profile_for(context, &request)?.is_some(),
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
pub(super) fn list(context: &Context) -> Result<()> {
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
    docker::parse_key(key.as_bytes())
        .is_ok_and(|request| matches!(profile_for(context, &request), Ok(Some(_))))
}

fn version() -> Result<()> {
    print(format!(
        "{NAME} ({}) {}\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    ))
}
