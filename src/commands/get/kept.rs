//! `get URL` for a host that no profile names: what is saved for it, if anything is.

use anyhow::Result;

use super::format_of;

use crate::cli::Format;
use crate::cli::Get;
use crate::cli::Tokens;
use crate::commands::answer::saved_for;
use crate::commands::audit::By;
use crate::commands::docker;
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
    let Some(found) = found else {
        return Ok(false);
    };
    let format = format_of(context, options)?;
    let text = rendered(format, origin, &found.credential)?;
    found.hand_out(context, By::Get(format), Some(&request.place), &*text)?;
    Ok(true)
}

fn rendered(
    format: Format,
    origin: &Origin,
    credential: &Credential,
) -> Result<zeroize::Zeroizing<String>, PlainError> {
    let plain = PlainSaved {
        credential,
        host: origin.host(),
    };
    match format {
        Format::Raw => plain.raw(),
        Format::Json => plain.json(UnixTime::now()),
        Format::Header => plain.header(),
        Format::Headers => plain.headers(),
        Format::Curl => plain.curl(),
        Format::Netrc => plain.netrc(),
        Format::Bearer => plain.bearer(),
        Format::Env => Err(PlainError::OnlyTokens),
    }
}
