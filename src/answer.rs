//! Who answers a request, whatever protocol it came in: a profile with its token, somebody's saved credential, or nobody.
//!
//! A protocol's command parses, asks here, and renders. A token is only ever for the hosts that its profile names.

pub(crate) mod audit;
pub(crate) mod choose;
pub(crate) mod error;
pub(crate) mod saved;

use std::fmt::Display;

use anyhow::Result;

use crate::account::{Account, TokenRequest};
use crate::answer::audit::{AuditEvent, By, SAVED, emit};
use crate::answer::choose::choose;
use crate::answer::error::AnswerError;
use crate::broker::Granted;
use crate::broker::Need;
use crate::context::Context;
use crate::credential::{Address, Credential, Origin, Request, Target};
use crate::profile::{Choice, Profile};
use crate::protocol::plain::PlainError;
use crate::token::TokenSet;
use crate::token::UnixTime;

/// A credential, and whose it is.
pub(crate) struct Found<'a> {
    pub(crate) credential: Credential,
    /// The profile whose token it is; `None` for a saved credential.
    profile: Option<&'a Profile>,
}

impl Found<'_> {
    /// Returns a saved credential.
    pub(crate) fn saved(credential: Credential) -> Self {
        Self {
            credential,
            profile: None,
        }
    }

    /// Writes the answer to stdout that was made of it for a place.
    pub(crate) fn emit(
        &self,
        context: &Context,
        by: By,
        target: Option<&Target>,
        answer: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (profile, token) = match self.profile {
            Some(profile) => (profile.name.as_str(), "access"),
            None => (SAVED, SAVED),
        };
        let handed_out = AuditEvent {
            profile,
            by,
            host: target.map(|target| -> &dyn Display { target }),
            token,
        };
        emit(context, &[handed_out], answer)
    }
}

/// Returns the credential that a request is to be answered with, if there is one.
pub(crate) fn answer<'a>(context: &'a Context, request: &Request) -> Result<Option<Found<'a>>> {
    match profile_for(context, request)? {
        Some(profile) => token(context, profile, request.origin()),
        None => saved_for(context, request),
    }
}

/// Returns what is saved for a request that is none of a profile's.
pub(crate) fn saved_for(context: &Context, request: &Request) -> Result<Option<Found<'static>>> {
    if !saved::is_for(context, request.origin())? {
        return Ok(None);
    }
    let credential = saved::load(context)?.find(request, UnixTime::now());
    Ok(credential.map(Found::saved))
}

/// Returns what is saved for an address that a person named, whichever client it was that saved it.
pub(crate) fn saved_near(
    context: &Context,
    address: &Address<'_>,
) -> Result<Option<Found<'static>>> {
    if !saved::is_for(context, address.origin())? {
        return Ok(None);
    }
    let credential = saved::load(context)?.find_for_host(address, true, UnixTime::now());
    Ok(credential.map(Found::saved))
}

/// Returns the profile that answers for a request, if it is for a host that a profile names.
pub(crate) fn profile_for<'a>(
    context: &'a Context,
    request: &Request,
) -> Result<Option<&'a Profile>> {
    match request.origin() {
        Some(origin) => profile_at(context, origin, request.username.as_deref()),
        None => Ok(None),
    }
}

fn profile_at<'a>(
    context: &'a Context,
    origin: &Origin,
    username: Option<&str>,
) -> Result<Option<&'a Profile>> {
    Ok(match choose(context, Some(origin), username)? {
        Choice::Profile(profile, _) => Some(profile),
        Choice::NotMine => None,
    })
}

/// Returns a profile's access token as a credential: for clients that ask for no host, too.
pub(crate) fn token<'a>(
    context: &Context,
    profile: &'a Profile,
    origin: Option<&Origin>,
) -> Result<Option<Found<'a>>> {
    let account = Account::open_for(context, profile, TokenRequest::of_host(origin))?;
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    Ok(granted.set.access_token.map(|access_token| Found {
        credential: Credential::token(
            access_token,
            profile.git_auth,
            profile.username.clone(),
            granted.expires_at,
        ),
        profile: Some(profile),
    }))
}

/// Tells what cannot be a token by where it stands; any other error as it is.
pub(crate) fn invalid_token_error(
    account: &Account<'_>,
    granted: &Granted,
    error: PlainError,
) -> anyhow::Error {
    if error != PlainError::InvalidToken {
        return error.into();
    }
    let exposed = |set: &TokenSet| Some(set.access_token.as_ref()?.expose().to_owned());
    let given = account.given().and_then(exposed);
    let is_given = given.is_some() && given == exposed(&granted.set);
    AnswerError::InvalidToken {
        target: if is_given {
            account.environment_variables().to_owned()
        } else {
            account.store().path().display().to_string()
        },
        profile: account.profile().name.clone(),
        is_given,
        source: error,
    }
    .into()
}
