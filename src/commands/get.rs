//! `get`: a valid token on stdout; or, called by a program with a request on stdin, the answer to that.

mod kept;

use anyhow::Result;
use zeroize::Zeroizing;

use super::waiting::Waiting;
use super::{Problem, bazel, choose, docker, git, not_mine, print, speak, waiting};
use crate::account::Account;
use crate::broker::Granted;
use crate::broker::Need;
use crate::broker::Wanted;
use crate::cli::Format;
use crate::cli::Get;
use crate::cli::TokenKind;
use crate::context::Context;
use crate::context::variable;
use crate::profile::Choice;
use crate::profile::Profile;
use crate::protocol::Origin;
use crate::protocol::Protocol;
use crate::protocol::plain::Plain;
use crate::protocol::plain::PlainError;
use crate::protocol::plain::Secret;
use crate::token::AccessToken;
use crate::token::IdToken;
use crate::token::RefreshToken;
use crate::token::UnixTime;

/// The variable in which Claude Code names an MCP server to the command that makes its headers.
const MCP_SERVER_URL: &str = "CLAUDE_CODE_MCP_SERVER_URL";

pub(super) fn run(context: &Context, options: &Get) -> Result<()> {
    let names_what_it_wants = options.url.is_some()
        || options.format.is_some()
        || options.token.is_some()
        || context.global.profile.is_some()
        || context.global.json;
    if !names_what_it_wants && let Some(request) = waiting::request(context)? {
        return match request {
            Waiting::Git => speak(Protocol::Git, || git::get(context)),
            Waiting::Bazel => speak(Protocol::Bazel, || bazel::get(context)),
            Waiting::Docker(key) => {
                speak(Protocol::Docker, || docker::get(context, key.as_bytes()))
            }
        };
    }
    let origin = address(options)?
        .as_deref()
        .map(Origin::parse)
        .transpose()
        .map_err(Problem::BadAddress)?;
    let profile = match (choose(context, origin.as_ref(), None)?, &origin) {
        (Choice::Profile(profile, _), _) => profile,
        (Choice::NotMine, Some(origin)) if kept::print_for(context, options, origin)? => {
            return Ok(());
        }
        (Choice::NotMine, Some(origin)) => return Err(not_mine(context, origin)?.into()),
        (Choice::NotMine, None) => return Err(Problem::NotMine("this command".to_owned()).into()),
    };
    let account = Account::open(context, profile)?;
    let token = match options.token {
        None | Some(TokenKind::Access) => Wanted::Access,
        Some(TokenKind::Identity) => Wanted::Identity,
        Some(TokenKind::Refresh) => Wanted::Refresh,
    };
    let min_ttl = account.min_ttl(options.min_ttl);
    let granted = account.token_set(Need {
        token,
        min_ttl,
        refresh: options.refresh,
    })?;
    let format = match options.format {
        Some(format) => format,
        None if context.global.json => Format::Json,
        None => Format::Raw,
    };
    print(rendered(profile, origin.as_ref(), &granted, token, format)?.as_bytes())
}

/// Returns the address that the token is for: the option, or the MCP server that Claude Code wants headers for, whose
/// entry may come from a repository that nobody here has read.
fn address(options: &Get) -> Result<Option<String>> {
    match &options.url {
        // What cargo puts in place of {index_url}.
        Some(url) => Ok(Some(url.strip_prefix("sparse+").unwrap_or(url).to_owned())),
        None if options.format == Some(Format::Headers) => Ok(variable(MCP_SERVER_URL)?),
        None => Ok(None),
    }
}

fn rendered(
    profile: &Profile,
    origin: Option<&Origin>,
    granted: &Granted,
    wanted: Wanted,
    format: Format,
) -> Result<Zeroizing<String>, PlainError> {
    let set = &granted.set;
    let (key, token) = match wanted {
        Wanted::Access => (
            "access_token",
            set.access_token.as_ref().map(AccessToken::expose),
        ),
        Wanted::Identity => ("id_token", set.id_token.as_ref().map(IdToken::expose)),
        Wanted::Refresh => (
            "refresh_token",
            set.refresh_token.as_ref().map(RefreshToken::expose),
        ),
    };
    let plain = Plain {
        token: Secret(token.ok_or(PlainError::NotAToken)?),
        key,
        token_type: set.token_type.as_deref(),
        scope: set.scope.as_deref(),
        expires_at: granted.expires_at,
        profile: &profile.name,
        username: &profile.username,
        host: match origin {
            Some(origin) => Some(origin.host().to_owned()),
            None => profile
                .hosts
                .iter()
                .find_map(|pattern| Some(pattern.exact_origin()?.host().to_owned())),
        },
    };
    match format {
        Format::Raw => plain.raw(),
        Format::Json => plain.json(UnixTime::now()),
        Format::Header => plain.header(),
        Format::Headers => plain.headers(),
        Format::Env => plain.env(),
        Format::Curl => plain.curl(),
        Format::Netrc => plain.netrc(),
        Format::Bearer => plain.bearer(),
    }
}
