//! `docker VERB`: docker's credential helper protocol ([`crate::protocol::docker`]).
//!
//! docker reads errors on stdout: `report` prints every failure of these functions there.

use std::collections::BTreeMap;
use std::fmt::Display;

use anyhow::Result;

use crate::account::{Account, LoginState, TokenRequest};
use crate::answer::audit::Channel;
use crate::answer::choose::{Chosen, choose_for_request, named_profile};
use crate::answer::error::AnswerError;
use crate::answer::uncovered::Uncovered;
use crate::answer::{self, Answer, saved};
use crate::cli::Verb;
use crate::commands::error::{CommandError, read};
use crate::context::Context;
use crate::credential::{Address, HostPattern, Origin, Request, Target, host_entry};
use crate::profile::Profile;
use crate::protocol::Protocol;
use crate::protocol::docker::{self, DockerError, DockerStore};
use crate::terminal::output::{print, write_out};
use crate::token::UnixTime;

/// The name under which docker runs this program.
const NAME: &str = "docker-credential-prusa-cred";

/// Runs `docker VERB`: `get`, `store`, `erase`, `list` or `version`; any other verb, none, or a further argument is an
/// error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some(_) if !verb.rest.is_empty() => Err(usage().into()),
        Some("get") => get(context, &read(context)?),
        Some("store") => store(context, &read(context)?),
        Some("erase") => erase(context, &read(context)?),
        // docker writes a word without meaning to stdin, which is not read.
        Some("list") => list(context),
        Some("version") => version(),
        Some(verb) => {
            Err(CommandError::DockerUnknownVerb(docker::unknown_action(NAME, verb)).into())
        }
        None => Err(usage().into()),
    }
}

/// Returns the error for a number of arguments other than one, with the text of docker's own helpers.
fn usage() -> CommandError {
    CommandError::DockerUnknownVerb(format!("Usage: {NAME} <store|get|erase|list|version>"))
}

/// Prints the credential for a key that docker sent: the token of the profile that answers for its host, else the login
/// that docker saved under exactly this key. Fails with `NotFound` if there is neither.
fn get(context: &Context, key: &[u8]) -> Result<()> {
    let key = docker::key_text(key)?;
    answer(context, key, &|| find_saved_login(context, key))
}

/// As `get`, for the key on the stdin of `prusa-cred get`, which need not be docker's: also prints a credential that
/// another client saved.
pub(super) fn get_from_stdin(context: &Context, key: &str) -> Result<()> {
    answer(context, key, &|| find_saved(context, key))
}

/// Prints the token of the profile that names the key's host, else what `saved_fallback` finds. Fails with `NotFound`
/// if there is neither.
fn answer(
    context: &Context,
    key: &str,
    saved_fallback: &dyn Fn() -> Result<Option<Answer>>,
) -> Result<()> {
    let origin = Origin::parse(key).ok();
    let chosen = choose_for_key(context, key)?;
    let answer = answer::for_origin(context, origin.as_ref(), chosen, saved_fallback)?;
    let answer = answer.ok_or(DockerError::NotFound)?;
    let rendered = docker::render(key, &answer.credential)?;
    // A key is any text that a person gave to `docker login`, even an address with a password in it, so only a target
    // that can be parsed is logged.
    let target = context.is_audited().then(|| Target::parse(key).ok());
    let target = target.flatten();
    let target = target.as_ref().map(|target| -> &dyn Display { target });
    answer.emit(
        context,
        Channel::Protocol(Protocol::Docker),
        target,
        rendered,
    )
}

/// Returns whether `get_from_stdin` has an answer: a profile for the key's host, or a saved credential.
pub(super) fn can_answer(context: &Context, key: &str) -> Result<bool> {
    Ok(choose_for_key(context, key)?.is_some() || find_saved(context, key)?.is_some())
}

/// Saves a registry's login, in place of one under the same key. Does nothing if a profile answers for its host; fails
/// with `HostExcluded` if a profile is named that does not.
pub(super) fn store(context: &Context, input: &[u8]) -> Result<()> {
    let DockerStore {
        server_url,
        username,
        secret,
    } = docker::parse_store(input)?;
    // After `docker login` this is the profile's own token, which is stored already.
    if choose_for_key(context, &server_url)?.is_some() {
        return Ok(());
    }
    if let Some(profile) = named_profile(context)? {
        let place = Box::new(uncovered(context, &server_url, &profile));
        return Err(AnswerError::HostExcluded { profile, place }.into());
    }
    saved::change(context, &mut |credentials| {
        credentials.put_registry(server_url.clone(), username.clone(), secret.clone())
    })
}

/// Returns a registry that the profile does not answer for, with what makes it answer.
fn uncovered(context: &Context, server_url: &str, profile: &str) -> Uncovered {
    let entry = host_entry(server_url).ok().map(|entry| entry.to_string());
    Uncovered::with_entry(context, server_url.to_owned(), entry, Some(profile))
}

/// Forgets the login that docker saved under exactly this key; does nothing if there is none, or if a profile is named
/// or names its host. A profile's login is kept: docker sends `erase` when a person logs out of a registry, and that
/// login is used for other hosts too.
pub(super) fn erase(context: &Context, input: &[u8]) -> Result<()> {
    let key = docker::key_text(input)?;
    if !may_use_saved(context, key)? {
        return Ok(());
    }
    saved::change(context, &mut |credentials| {
        credentials.erase_registry(key) > 0
    })
}

/// Returns the profile that answers for a key; for a key that is not just a host, only one by an entry with a path. For
/// one of Docker Hub's hosts, a profile that names only the other answers too.
fn choose_for_key<'a>(context: &'a Context, key: &str) -> Result<Option<Chosen<'a>>> {
    let Ok(request) = docker::parse_key(key.as_bytes()) else {
        return Ok(None);
    };
    for request in same_keys(&request) {
        let chosen = choose_for_request(context, &request)?;
        if let Some(chosen) = chosen
            && (request.path.is_none() || is_for_key(chosen.profile, &request))
        {
            return Ok(Some(chosen));
        }
    }
    Ok(None)
}

/// Returns the request, and for one of Docker Hub's hosts the same for each of them.
fn same_keys(request: &Request) -> Vec<Request> {
    let hosts: Vec<_> = request
        .origin()
        .into_iter()
        .flat_map(docker::hub_hosts)
        .collect();
    let hub = hosts.into_iter().map(|host| Request {
        target: host.into(),
        ..request.clone()
    });
    std::iter::once(request.clone()).chain(hub).collect()
}

/// Returns whether a profile answers for a key. An entry for a whole host does not answer for what is within it: crane
/// asks for the host itself afterwards.
fn is_for_key(profile: &Profile, request: &Request) -> bool {
    let depth = request.place().and_then(|place| profile.depth_at(&place));
    match depth {
        None => false,
        Some(depth) => request.path.is_none() || depth > 0,
    }
}

/// Returns the login that docker saved under exactly this key; `None` also if `may_use_saved` forbids it.
fn find_saved_login(context: &Context, key: &str) -> Result<Option<Answer>> {
    if !may_use_saved(context, key)? {
        return Ok(None);
    }
    Ok(saved::load(context)?.registry(key).map(Answer::for_host))
}

/// Returns the login that docker saved under exactly this key, else an unexpired credential that any client saved for
/// that address, else for its whole host. `None` also if a profile is named or names its host.
fn find_saved(context: &Context, key: &str) -> Result<Option<Answer>> {
    if let Some(answer) = find_saved_login(context, key)? {
        return Ok(Some(answer));
    }
    let Ok(address) = Address::parse(key) else {
        return Ok(None);
    };
    // A registry's or Terraform's token is for that protocol alone.
    if address.target.scheme().is_some_and(Protocol::is_namespace) {
        return Ok(None);
    }
    if !saved::may_answer_for(context, address.place().as_ref())? {
        return Ok(None);
    }
    let credential = saved::load(context)?.find_for_address(&address, false, UnixTime::now());
    Ok(credential.map(Answer::for_host))
}

/// Returns whether a saved login may be the answer for a key: no profile is named, and none answers for the key or, for
/// one of Docker Hub's, for the other.
fn may_use_saved(context: &Context, key: &str) -> Result<bool> {
    if named_profile(context)?.is_some() {
        return Ok(false);
    }
    let Ok(request) = docker::parse_key(key.as_bytes()) else {
        return Ok(true);
    };
    let profiles = context.profiles()?;
    let is_taken = |request: &Request| profiles.iter().any(|it| is_for_key(it, request));
    Ok(!same_keys(&request).iter().any(is_taken))
}

/// Prints a JSON object of the keys that `get` can answer for, with their user names: the hosts, without patterns, of
/// profiles that have a token, and the logins that docker saved. One for which `get` failed would make docker's whole
/// lookup fail.
pub(super) fn list(context: &Context) -> Result<()> {
    let mut keys = BTreeMap::new();
    for profile in context.profiles()?.iter() {
        if Account::open(context, profile, TokenRequest::default())
            .is_ok_and(|account| has_token(&account.state()))
        {
            let own = profile.places().filter_map(key_of_entry);
            keys.extend(own.map(|key| (key, profile.username.clone())));
        }
    }
    keys.retain(|key, _| matches!(choose_for_key(context, key), Ok(Some(_))));
    for registry in saved::load(context)?.registries() {
        if may_use_saved(context, &registry.server_url)? {
            keys.insert(registry.server_url.clone(), registry.username.clone());
        }
    }
    // Only hosts and user names, so no line in the audit log.
    write_out(&docker::render_list(&keys)?)
}

/// Returns docker's key for an entry of `hosts`; `None` for a pattern.
fn key_of_entry(entry: &HostPattern) -> Option<String> {
    let origin = entry.exact_origin()?;
    Some(match entry.path_text() {
        None => docker::key_of(origin),
        Some(path) => format!("{}/{path}", origin.host_and_port()),
    })
}

/// Returns whether a login has a valid token, is from the environment, or gets a token by its refresh token. Client
/// credentials that have got none yet do not count: they may never have been used.
fn has_token(state: &LoginState) -> bool {
    state.can_answer() && !matches!(state, LoginState::ClientCredentials)
}

/// Prints the name and version, as docker's own helpers do.
fn version() -> Result<()> {
    print(format!(
        "{NAME} ({}) {}\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    ))
}
