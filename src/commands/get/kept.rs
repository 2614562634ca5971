//! `get URL` for a host that no profile names: what is saved for it, if anything is.

use anyhow::Result;

use super::format_of;
use crate::answer::audit::By;
use crate::answer::saved_near;
use crate::cli::{Format, Get, Tokens};
use crate::context::Context;
use crate::credential::{Address, Credential, Target};
use crate::protocol::plain::{PlainError, PlainSaved};
use crate::token::UnixTime;

/// Prints what is saved for the address and returns whether there was anything. An address that no person typed gets
/// none of it.
pub(super) fn print_for(context: &Context, options: &Get, address: &Address<'_>) -> Result<bool> {
    if options.url.is_none() || !matches!(options.token, None | Some(Tokens::Access)) {
        return Ok(false);
    }
    let Some(found) = saved_near(context, address)? else {
        return Ok(false);
    };
    let format = format_of(context, options)?;
    let text = rendered(format, &address.target, &found.credential)?;
    found.emit(context, By::Get(format), Some(&address.target), &*text)?;
    Ok(true)
}

fn rendered(
    format: Format,
    target: &Target,
    credential: &Credential,
) -> Result<zeroize::Zeroizing<String>, PlainError> {
    let plain = PlainSaved {
        credential,
        host: target.host(),
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
