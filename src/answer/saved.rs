//! Saved credentials on behalf of commands: where they are, whom they answer, and what a person is told about the file.
//!
//! They are for hosts that no profile names, and only for runs that name no profile: naming one narrows whom a run
//! answers to that profile's hosts.

use anyhow::Result;

use super::choose::{choose_for_request, named_profile};
use super::emit::Answer;
use super::error::AnswerError;
use crate::context::{Context, credentials_path};
use crate::credential::{Address, Offered, Origin, Request, Target};
use crate::platform::keyring::KeyringError;
use crate::protocol::Protocol;
use crate::store::{Changed, CredentialStore, KeyError, SavedCredentials};
use crate::token::UnixTime;

/// Returns whether a saved credential may answer for an address, or be kept for it.
pub(crate) fn may_answer_for(context: &Context, origin: Option<&Origin>) -> Result<bool> {
    if named_profile(context)?.is_some() {
        return Ok(false);
    }
    let mut profiles = context.profiles()?.iter();
    Ok(origin.is_none_or(|origin| !profiles.any(|profile| profile.answers_for(origin))))
}

/// Returns the file.
pub(crate) fn credential_store(context: &Context) -> Result<CredentialStore> {
    let choice = context.profiles()?.seal_of_saved().cloned();
    Ok(CredentialStore::new(
        credentials_path()?,
        context.sealing(choice)?,
    ))
}

/// Reads what is saved.
pub(crate) fn load(context: &Context) -> Result<SavedCredentials> {
    let saved = credential_store(context)?;
    let credentials = saved.load()?;
    if credentials.world_readable {
        let path = saved.path().display();
        context.warn(&match saved.restrict_permissions() {
            Ok(()) => format!("{path} could be read by others; now only you can read it"),
            Err(error) => {
                format!("{path} can be read by others, and that could not be changed: {error}")
            }
        });
    }
    Ok(credentials)
}

/// Changes what is saved; `change` returns whether it changed anything.
pub(crate) fn change(
    context: &Context,
    change: &mut dyn FnMut(&mut SavedCredentials) -> bool,
) -> Result<()> {
    let saved = credential_store(context)?;
    if let Changed::CreatedPlain(why) = saved.change(context.deadline, change)? {
        // Once, with the first credential: from then on the file is there.
        let path = saved.path().display();
        let why = why_not_sealed(&why);
        context.warn(&format!(
            "saved in plain text in {path}, which only you can read, as {why}"
        ));
    }
    Ok(())
}

/// Says why a keyring seals nothing.
fn why_not_sealed(error: &KeyError) -> String {
    match error {
        KeyError::Keyring(error) if matches!(**error, KeyringError::Absent(_)) => {
            "there is no keyring to seal it".to_owned()
        }
        KeyError::Keyring(error) => {
            format!("{error}; once it answers, `prusa-cred seal --saved` seals it")
        }
        error => error.to_string(),
    }
}

/// Returns the request under which a protocol's own tokens are kept: apart from passwords for the same host, which git
/// would otherwise be given a registry's token for.
pub(crate) fn namespaced(protocol: Protocol, request: &Request) -> Request {
    let target = match request.origin() {
        Some(origin) => Target::Other {
            scheme: protocol.name().to_owned(),
            host: origin.host_and_port(),
        },
        None => request.target.clone(),
    };
    Request {
        target,
        ..request.clone()
    }
}

/// Fails where nothing may be kept for the host: a profile answers for it, or this run is for one profile alone.
pub(crate) fn check_may_save(context: &Context, request: &Request) -> Result<()> {
    let host = request.target.to_string();
    let problem = match (
        choose_for_request(context, request)?,
        named_profile(context)?,
    ) {
        (Some(chosen), _) => AnswerError::HostHasProfile {
            profile: chosen.profile.name.clone(),
            host,
        },
        (None, Some(profile)) => AnswerError::HostExcluded { profile, host },
        (None, None) => return Ok(()),
    };
    Err(problem.into())
}

/// Returns whether what a client wants kept is the current token of the profile that answers for the host: that is kept
/// already.
pub(crate) fn is_current_token(
    context: &Context,
    request: &Request,
    offered: &Offered,
) -> Result<bool> {
    let Some(chosen) = choose_for_request(context, request)? else {
        return Ok(false);
    };
    let account = chosen.account(context, request.origin())?;
    let token = account.current()?.and_then(|set| set.access_token);
    Ok(token.is_some_and(|token| offered.is_token(&token)))
}

/// Returns what is saved for a request that is none of a profile's.
pub(crate) fn find(context: &Context, request: &Request) -> Result<Option<Answer>> {
    if !may_answer_for(context, request.origin())? {
        return Ok(None);
    }
    let credential = load(context)?.find(request, UnixTime::now());
    Ok(credential.map(Answer::saved))
}

/// Returns what is saved for an address that a person named, whichever client it was that saved it.
pub(crate) fn find_for_host(context: &Context, address: &Address<'_>) -> Result<Option<Answer>> {
    if !may_answer_for(context, address.origin())? {
        return Ok(None);
    }
    let credential = load(context)?.find_for_host(address, true, UnixTime::now());
    Ok(credential.map(Answer::saved))
}

/// Keeps what a client wants kept, in place of what was kept for the same.
pub(crate) fn save(context: &Context, request: &Request, offered: &Offered) -> Result<()> {
    let now = UnixTime::now();
    change(context, &mut |credentials| {
        credentials.put(request, offered, now)
    })
}

/// Forgets what is kept for exactly this, and returns whether there was anything.
pub(crate) fn forget(context: &Context, request: &Request) -> Result<bool> {
    let mut count = 0;
    change(context, &mut |credentials| {
        count = credentials.forget(&request.target, None, request.username.as_deref());
        count > 0
    })?;
    Ok(count > 0)
}
