//! Who answers a request, whatever protocol it came in: a profile with its token, somebody's saved credential, or nobody.
//!
//! A protocol's command parses, asks here, and renders. A token is only ever for the hosts that its profile names.

use std::fmt::Display;

use anyhow::Result;

use super::audit::{By, HandOut, SAVED, hand_out};
use super::{choose, saved};
use crate::account::Account;
use crate::account::Wish;
use crate::broker::Need;
use crate::context::Context;
use crate::profile::Choice;
use crate::profile::Profile;
use crate::protocol::Address;
use crate::protocol::Credential;
use crate::protocol::Origin;
use crate::protocol::Place;
use crate::protocol::Request;
use crate::token::UnixTime;

/// A credential, and whose it is.
pub(super) struct Found<'a> {
    pub(super) credential: Credential,
    /// The profile whose token it is; `None` for a saved credential.
    profile: Option<&'a Profile>,
}

impl Found<'_> {
    /// Returns a saved credential.
    pub(super) fn saved(credential: Credential) -> Self {
        Self {
            credential,
            profile: None,
        }
    }

    /// Writes the answer to stdout that was made of it for a place.
    pub(super) fn hand_out(
        &self,
        context: &Context,
        by: By,
        place: Option<&Place>,
        answer: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (profile, token) = match self.profile {
            Some(profile) => (profile.name.as_str(), "access"),
            None => (SAVED, SAVED),
        };
        let handed_out = HandOut {
            profile,
            by,
            host: place.map(|place| -> &dyn Display { place }),
            token,
        };
        hand_out(context, &[handed_out], answer)
    }
}

/// Returns the credential that a request is to be answered with, if there is one.
pub(super) fn answer<'a>(context: &'a Context, request: &Request) -> Result<Option<Found<'a>>> {
    match profile_for(context, request)? {
        Some(profile) => token(context, profile, request.origin()),
        None => saved_for(context, request),
    }
}

/// Returns what is saved for a request that is none of a profile's.
pub(super) fn saved_for(context: &Context, request: &Request) -> Result<Option<Found<'static>>> {
    if !saved::is_for(context, request.origin())? {
        return Ok(None);
    }
    let credential = saved::load(context)?.find(request, UnixTime::now());
    Ok(credential.map(Found::saved))
}

/// Returns what is saved for an address that a person named, whichever client it was that saved it.
pub(super) fn saved_near(
    context: &Context,
    address: &Address<'_>,
) -> Result<Option<Found<'static>>> {
    if !saved::is_for(context, address.origin())? {
        return Ok(None);
    }
    let credential = saved::load(context)?.find_near(address, true, UnixTime::now());
    Ok(credential.map(Found::saved))
}

/// Returns the profile that answers for a request, if it is for a host that a profile names.
pub(super) fn profile_for<'a>(
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
pub(super) fn token<'a>(
    context: &Context,
    profile: &'a Profile,
    origin: Option<&Origin>,
) -> Result<Option<Found<'a>>> {
    let account = Account::open_for(context, profile, Wish::of_host(origin))?;
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
