//! From a request to a credential on stdout: which profile answers, with which token, and the one way out.
//!
//! A protocol's command parses, calls [`find`], renders, and has the answer emitted ([`Answer::emit`]). A token is only ever
//! for the hosts that its profile names; any other host is answered from saved credentials or not at all.

pub(crate) mod audit;
pub(crate) mod choose;
mod emit;
pub(crate) mod error;
pub(crate) mod saved;

use anyhow::Result;

use self::choose::choose_for_request;
use crate::account::Account;
use crate::broker::Need;
use crate::context::Context;
use crate::credential::Request;
use crate::token::TokenKind;

pub(crate) use emit::{Answer, emit, invalid_token_error};

/// Returns what a request is answered with: the token of the profile that names its host, else a saved credential.
pub(crate) fn find(context: &Context, request: &Request) -> Result<Option<Answer>> {
    find_or(context, request, &|| saved::find(context, request))
}

/// As [`find`], with another look at what is saved.
pub(crate) fn find_or(
    context: &Context,
    request: &Request,
    find_saved: &dyn Fn() -> Result<Option<Answer>>,
) -> Result<Option<Answer>> {
    match choose_for_request(context, request)? {
        Some(chosen) => access_token(&chosen.account(context, request.origin())?),
        None => find_saved(),
    }
}

/// Returns the access token of an account, renewed if need be.
pub(crate) fn access_token(account: &Account<'_>) -> Result<Option<Answer>> {
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    Ok(Answer::granted(account, granted, TokenKind::Access))
}
