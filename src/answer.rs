//! From a request to a credential on stdout: which profile answers, with which token, and the audit log.
//!
//! A protocol's command parses the request, calls [`find`], renders the answer and prints it with [`Answer::emit`]. A
//! token is only for the places that its profile names; for any other place there is a saved credential or no answer.

pub(crate) mod audit;
pub(crate) mod choose;
mod emit;
pub(crate) mod error;
mod localhost;
pub(crate) mod saved;

use anyhow::Result;

use self::choose::{choose_for_request, named_profile};
use crate::account::Account;
use crate::broker::Need;
use crate::context::Context;
use crate::credential::{Extent, HostPattern, Request};
use crate::profile::Profile;
use crate::token::TokenKind;

pub(crate) use emit::{Answer, emit, invalid_token_error};
pub(crate) use localhost::check_localhost;

/// Returns the answer to a request: the access token of the profile that names its place, else, if none does, a saved
/// credential; `None` if there is neither. A run that names a profile answers with the token of that one or not at all.
///
/// # Errors
///
/// As [`choose::choose`], [`access_token`] and [`check_localhost`], and when the profile's account cannot be opened or the
/// saved credentials cannot be read.
pub(crate) fn find(context: &Context, request: &Request) -> Result<Option<Answer>> {
    find_or(context, request, &|| saved::find(context, request))
}

/// Does as [`find`], but calls `find_saved` if no profile answers, also if the one that the run names does not name the
/// host.
pub(crate) fn find_or(
    context: &Context,
    request: &Request,
    find_saved: &dyn Fn() -> Result<Option<Answer>>,
) -> Result<Option<Answer>> {
    if let Some(chosen) = choose_for_request(context, request)? {
        check_localhost(context, request.origin())?;
        let place = request.place();
        let depth = place.and_then(|place| chosen.profile.depth_at(&place));
        let extent = depth.map_or(Extent::WholeHost, Extent::Segments);
        let extent = without_others(context, request, Some(chosen.profile), extent)?;
        let answer = access_token(&chosen.account(context, request.origin())?)?;
        return Ok(answer.map(|answer| Answer { extent, ..answer }));
    }
    let Some(saved) = find_saved()? else {
        return Ok(None);
    };
    check_localhost(context, request.origin())?;
    let extent = without_others(context, request, None, saved.extent)?;
    Ok(Some(Answer { extent, ..saved }))
}

/// Returns how far an answer to a request reaches: as far as `extent`, which is that of `profile` or of a saved
/// credential, but only over the path that was asked for if another profile is for a part of that. A run that names a
/// profile gets no answer of another one, so nothing is for others there. Fails if the configuration cannot be read.
fn without_others(
    context: &Context,
    request: &Request,
    profile: Option<&Profile>,
    extent: Extent,
) -> Result<Extent> {
    let depth = match extent {
        Extent::WholeHost => 0,
        Extent::Segments(count) => count,
        Extent::WholePath => return Ok(extent),
    };
    let Some(place) = request.place() else {
        return Ok(extent);
    };
    if named_profile(context)?.is_some() {
        return Ok(extent);
    }
    let name = profile.map(|profile| profile.name.as_str());
    let is_part = |entry: &HostPattern| place.has_part(depth, entry);
    Ok(if context.profiles()?.any_entry_of_others(name, &is_part) {
        Extent::WholePath
    } else {
        extent
    })
}

/// Returns the access token of an account, renewed and stored if it would not be valid for the profile's `min_ttl`. If
/// it cannot be renewed, one that has not expired is returned with a warning. `None` if the granted token set has no
/// access token.
///
/// # Errors
///
/// When there is no unexpired token and none can be obtained.
pub(crate) fn access_token(account: &Account<'_>) -> Result<Option<Answer>> {
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    Ok(Answer::granted(account, granted, TokenKind::Access))
}
