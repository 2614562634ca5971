//! Saved credentials for commands: finding, saving and forgetting them, with warnings about the file.
//!
//! They are for places that no profile names, and only if no profile is named by `--profile` or the variable: a run
//! that names one answers for that profile's hosts alone.

use anyhow::Result;

use super::choose::{choose_for_request, named_profile};
use super::emit::Answer;
use super::error::AnswerError;
use super::uncovered::Uncovered;
use crate::context::{Context, ContextError, credentials_path};
use crate::credential::{Address, Offered, OriginAndPath, Request, Target};
use crate::platform::keyring::KeyringError;
use crate::protocol::Protocol;
use crate::store::{Changed, CredentialStore, KeyError, Label, SavedCredentials};
use crate::token::UnixTime;

/// Returns whether a saved credential may be the answer for an address, or be saved for it: no profile is named, and
/// none covers it with its `hosts`. Without a place (a target that is not on the web) only the former counts.
pub(crate) fn may_answer_for(context: &Context, place: Option<&OriginAndPath<'_>>) -> Result<bool> {
    if named_profile(context)?.is_some() {
        return Ok(false);
    }
    let mut profiles = context.profiles()?.iter();
    Ok(place.is_none_or(|place| !profiles.any(|profile| profile.answers_for(place))))
}

/// Returns the file of saved credentials, which is not read yet. Fails if the configuration cannot be read or the
/// file's path is unknown.
pub(crate) fn credential_store(context: &Context) -> Result<CredentialStore> {
    let choice = context.profiles()?.seal_of_saved().cloned();
    Ok(CredentialStore::new(
        credentials_path()?,
        context.sealing(choice, Label::saved_credentials()),
    ))
}

/// Reads the saved credentials, none if the file or a home directory is missing, and restricts the file's permissions,
/// with a warning, if others could read it. Takes no lock.
pub(crate) fn load(context: &Context) -> Result<SavedCredentials> {
    let saved = match credential_store(context) {
        Err(error) if matches!(error.downcast_ref(), Some(ContextError::NoDataDir)) => {
            return Ok(SavedCredentials::default());
        }
        saved => saved?,
    };
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

/// Changes the saved credentials under the file's lock. `change` returns whether it changed anything: it is tried
/// without the lock first, so it may be called twice, and nothing is written if it did not. If the file is created in
/// plain text because there is no setting for it and no keyring to seal it, a warning says so.
///
/// # Errors
///
/// When the configuration or the file cannot be read, or the file cannot be locked, sealed as configured, or written.
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

/// Describes why the file is not sealed.
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

/// Returns the request under which a protocol's own tokens are saved, separate from passwords for the same host: git
/// must not get a registry's token ([`Protocol::is_namespace`]). http and https become the same; a target that is not
/// on the web stays.
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

/// Checks that a credential may be saved for the request's host.
///
/// # Errors
///
/// `HostHasProfile` if a profile answers for the host, `HostExcluded` if the run names another profile.
pub(crate) fn check_may_save(context: &Context, request: &Request) -> Result<()> {
    let host = request.target.to_string();
    let named = named_profile(context)?;
    let uncovered = || match request.place() {
        Some(place) => Uncovered::at(context, &place, named.as_deref()),
        None => Uncovered::without_remedy(host.clone()),
    };
    let problem = match (choose_for_request(context, request)?, named.clone()) {
        (Some(chosen), _) => AnswerError::HostHasProfile {
            profile: chosen.profile.name.clone(),
            host,
        },
        (None, Some(profile)) => AnswerError::HostExcluded {
            profile,
            place: Box::new(uncovered()),
        },
        (None, None) => return Ok(()),
    };
    Err(problem.into())
}

/// Returns whether the credential that a client wants to save is the current access token, expired or not, of the
/// host's profile, which is stored already; `false` if no profile answers for the host. Renews nothing.
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

/// Returns the newest unexpired saved credential with the target, path and user that the request names, of a kind that
/// its client can send. `None` without reading the file where `may_answer_for` says no. Reading it may restrict its
/// permissions, with a warning. Fails if the configuration or the file cannot be read.
pub(crate) fn find(context: &Context, request: &Request) -> Result<Option<Answer>> {
    if !may_answer_for(context, request.place().as_ref())? {
        return Ok(None);
    }
    let found = load(context)?.find(request, UnixTime::now());
    Ok(found.map(Answer::found))
}

/// Returns an unexpired saved credential for an address that a person named, if a saved one may be the answer: for
/// exactly this address, else for its whole host. If the address has a user name, only that user's count. Docker's
/// logins count too, tokens that were saved as `namespaced` do not.
pub(crate) fn find_for_address(context: &Context, address: &Address<'_>) -> Result<Option<Answer>> {
    if !may_answer_for(context, address.place().as_ref())? {
        return Ok(None);
    }
    let credential = load(context)?.find_for_address(address, true, UnixTime::now());
    Ok(credential.map(Answer::for_host))
}

/// Saves a credential, in place of an earlier one for the same target, path and user. One that is incomplete, ephemeral
/// or expired is not saved, without an error. Does not check whether it may be saved.
pub(crate) fn save(context: &Context, request: &Request, offered: &Offered) -> Result<()> {
    let now = UnixTime::now();
    change(context, &mut |credentials| {
        credentials.put(request, offered, now)
    })
}

/// Forgets the credentials that would answer the request: those for its path, else those for the whole host; of its
/// user name, or of all if it has none. Returns whether there were any.
pub(crate) fn forget(context: &Context, request: &Request) -> Result<bool> {
    let mut count = 0;
    change(context, &mut |credentials| {
        count = credentials.forget_answers(request);
        count > 0
    })?;
    Ok(count > 0)
}
