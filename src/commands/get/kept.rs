//! `get URL` for a host that no profile names: what is saved for it, if anything is.

use anyhow::Result;

use crate::cli::Format;
use crate::cli::Get;
use crate::cli::Tokens;
use crate::commands::answer::saved_for;
use crate::commands::{docker, print};
use crate::context::Context;
use crate::protocol::Credential;
use crate::protocol::Origin;
use crate::protocol::Request;
use crate::protocol::plain::PlainError;
use crate::protocol::plain::PlainSaved;
use crate::token::UnixTime;

/// Prints what is saved for the address and returns whether there was anything: by address, as git saves, else by what
/// docker has for a key. An address that no person typed gets none of it.
pub(super) fn print_for(context: &Context, options: &Get, origin: &Origin) -> Result<bool> {
    let Some(key) = &options.url else {
        return Ok(false);
    };
    if !matches!(options.token, None | Some(Tokens::Access)) {
        return Ok(false);
    }
    let request = Request {
        takes_bearer: true,
        ..Request::of(origin.clone())
    };
    let found = match saved_for(context, &request)? {
        None => docker::saved_login(context, key)?,
        found => found,
    };
    let Some(credential) = found else {
        return Ok(false);
    };
    print(rendered(context, options, origin, &credential)?.as_bytes())?;
    Ok(true)
}

fn rendered(
    context: &Context,
    options: &Get,
    origin: &Origin,
    credential: &Credential,
) -> Result<zeroize::Zeroizing<String>, PlainError> {
    let plain = PlainSaved {
        credential,
        host: origin.host(),
    };
    match options.format {
        None if context.global.json => plain.json(UnixTime::now()),
        None | Some(Format::Raw) => plain.raw(),
        Some(Format::Json) => plain.json(UnixTime::now()),
        Some(Format::Header) => plain.header(),
        Some(Format::Headers) => plain.headers(),
        Some(Format::Curl) => plain.curl(),
        Some(Format::Netrc) => plain.netrc(),
        Some(Format::Bearer) => plain.bearer(),
        Some(Format::Env) => Err(PlainError::OnlyTokens),
    }
}
