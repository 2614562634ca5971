//! From a request to a credential on stdout: which profile answers, with which token, and the audit log.
//!
//! A protocol's command parses the request, calls [`find`], renders the answer and prints it with [`Answer::emit`]. A
//! token is only for the places that its profile names; for any other place there is a saved credential or no answer.

pub(crate) mod audit;
pub(crate) mod bare_word;
pub(crate) mod choose;
mod emit;
pub(crate) mod error;
mod localhost;
pub(crate) mod logins;
pub(crate) mod missing_scopes;
pub(crate) mod saved;
pub(crate) mod uncovered;

use anyhow::Result;

use self::choose::{Chosen, choose_for_request, named_profile};
use self::localhost::check_is_this_machine;
use crate::account::Account;
use crate::broker::{Granted, Need};
use crate::context::Context;
use crate::credential::{Extent, HostPattern, Origin, Request};
use crate::profile::Profile;
use crate::token::TokenKind;

pub(crate) use emit::{Answer, emit, invalid_token_error};

/// Returns the answer to a request: the access token of the profile that names its place, else, if none does, a saved
/// credential; `None` if there is neither. A run that names a profile answers with the token of that one or not at all.
///
/// # Errors
///
/// As [`choose::choose`] and [`for_origin`].
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
    let chosen = choose_for_request(context, request)?;
    let profile = chosen.as_ref().map(|chosen| chosen.profile);
    if let Some(profile) = profile {
        missing_scopes::tell(context, profile, request);
    }
    let Some(answer) = for_origin(context, request.origin(), chosen, find_saved)? else {
        return Ok(None);
    };
    let extent = profile.map(|profile| {
        let place = request.place();
        let depth = place.and_then(|place| profile.depth_at(&place));
        depth.map_or(Extent::WholeHost, Extent::Segments)
    });
    let extent = without_others(context, request, profile, extent.unwrap_or(answer.extent))?;
    Ok(Some(Answer { extent, ..answer }))
}

/// Returns the credential that goes to an origin: the access token of the profile that was chosen for it, else, if none
/// was, the saved credential that `find_saved` finds; `None` if there is neither.
///
/// This and [`grant`] are the only ways to a credential for an origin, as both check where it leads.
///
/// # Errors
///
/// As [`access_token`], when the profile's account cannot be opened, and as `find_saved`. `NotThisMachine` if there is
/// a credential, and the origin is `localhost` by http while that name stands for another machine.
pub(crate) fn for_origin<'a>(
    context: &'a Context,
    origin: Option<&Origin>,
    chosen: Option<Chosen<'a>>,
    find_saved: &dyn Fn() -> Result<Option<Answer>>,
) -> Result<Option<Answer>> {
    if let Some(chosen) = chosen {
        return access_token(context, &chosen.account(context, origin)?, origin);
    }
    let saved = find_saved()?;
    if saved.is_some() {
        check_is_this_machine(context, origin)?;
    }
    Ok(saved)
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

/// Returns the access token of an account for an origin, or for whatever a person does with it. It is renewed and
/// stored if it would not be valid for the profile's `min_ttl`. If it cannot be renewed, one that has not expired is
/// returned with a warning. `None` if the granted token set has no access token.
///
/// # Errors
///
/// As [`grant`].
pub(crate) fn access_token(
    context: &Context,
    account: &Account<'_>,
    origin: Option<&Origin>,
) -> Result<Option<Answer>> {
    let need = Need::access(account.min_ttl(None));
    let granted = grant(context, account, origin, need)?;
    Ok(Answer::granted(account, granted, TokenKind::Access))
}

/// Returns what the broker grants of an account for an origin, or for whatever a person does with it.
///
/// # Errors
///
/// When there is no unexpired token and none can be obtained. `NotThisMachine` if the origin is `localhost` by http
/// while that name stands for another machine.
pub(crate) fn grant(
    context: &Context,
    account: &Account<'_>,
    origin: Option<&Origin>,
    need: Need,
) -> Result<Granted> {
    check_is_this_machine(context, origin)?;
    account.token_set(need)
}
