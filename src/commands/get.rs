//! `get`: a valid token on stdout; or, called by a program with a request on stdin, the answer to that.

mod kept;

use std::fmt::Display;

use anyhow::Result;
use zeroize::Zeroizing;

use super::audit::{By, HandOut, hand_out};
use super::saved::named_profile;
use super::waiting::Waiting;
use super::{Problem, bazel, choose_named, docker, git, speak, waiting};
use crate::account::Account;
use crate::account::Wish;
use crate::broker::BrokerError;
use crate::broker::Granted;
use crate::broker::Need;
use crate::broker::Wanted;
use crate::cli::Format;
use crate::cli::Get;
use crate::cli::Kind;
use crate::cli::Tokens;
use crate::context::Context;
use crate::context::variable;
use crate::profile::Choice;
use crate::profile::Issuer;
use crate::profile::PRACTICUS;
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
        || options.provider.is_some()
        || says_anything(options)
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
    let format = format_of(context, options)?;
    let origin = address(options)?
        .as_deref()
        .map(Origin::parse)
        .transpose()
        .map_err(Problem::BadAddress)?;
    let Some(profile) = profile_for(context, options, origin.as_ref())? else {
        return saved_or_not_mine(context, options, origin.as_ref());
    };
    let wish = Wish {
        options: Some(&options.kognic),
        origin: origin.as_ref(),
    };
    let account = Account::open_for(context, profile, wish)?;
    let token = match options.token {
        None | Some(Tokens::Access | Tokens::Both) => Wanted::Access,
        Some(Tokens::Identity) => Wanted::Identity,
        Some(Tokens::Refresh) => Wanted::Refresh,
    };
    let min_ttl = account.min_ttl(options.min_ttl);
    if let Some(Tokens::Refresh | Tokens::Both) = options.token {
        account.recover()?;
    }
    let granted = account.token_set(Need {
        token,
        min_ttl,
        refresh: options.refresh,
    })?;
    let origin = origin.as_ref();
    let handed_out = |token: Wanted| HandOut {
        profile: &profile.name,
        by: By::Get(format),
        host: origin.map(|origin| -> &dyn Display { origin }),
        token: token.name(),
    };
    if options.token == Some(Tokens::Both) {
        let tokens = [Wanted::Access, Wanted::Refresh].map(handed_out);
        return hand_out(context, &tokens, &*both(profile, origin, &granted)?);
    }
    let text = rendered(profile, origin, &granted, token, format)?;
    hand_out(context, &[handed_out(token)], &*text)
}

fn says_anything(options: &Get) -> bool {
    options.kognic.is_meant() || !options.kognic.scopes.is_empty()
}

fn format_of(context: &Context, options: &Get) -> Result<Format, Problem> {
    let format = match options.format {
        Some(format) => format,
        None if context.global.json || options.token == Some(Tokens::Both) => Format::Json,
        None => Format::Raw,
    };
    if options.token == Some(Tokens::Both) && format != Format::Json {
        let why = "--token both is JSON: no other --format holds two tokens";
        return Err(Problem::Usage(why.to_owned()));
    }
    Ok(format)
}

fn profile_for<'a>(
    context: &'a Context,
    options: &Get,
    origin: Option<&Origin>,
) -> Result<Option<&'a Profile>> {
    let kind = kind_of(context, options);
    if kind == Some(Kind::Practicus) && context.profiles()?.named(PRACTICUS).is_none() {
        let why =
            "no region is known: set PRT_URL, or sign in with `prusa-cred login --url ADDRESS`";
        return Err(Problem::Usage(why.to_owned()).into());
    }
    let option = context.global.profile.as_deref().or(kind.map(Kind::word));
    let Choice::Profile(profile, _) = choose_named(context, option, origin, None)? else {
        return Ok(None);
    };
    match (&profile.issuer, kind) {
        (issuer, Some(kind)) if issuer.kind() != kind.word() => Err(Problem::Usage(format!(
            "profile {} is of provider {}",
            profile.name,
            issuer.kind()
        ))
        .into()),
        (Issuer::Kognic(_), _) => Ok(Some(profile)),
        _ if says_anything(options) => Err(Problem::Usage(format!(
            "--server, --credentials, --env and --scopes are Kognic's, and profile {} is of provider {}",
            profile.name,
            profile.issuer.kind()
        ))
        .into()),
        _ => Ok(Some(profile)),
    }
}

/// Returns the kind of service that the options speak of, if they do.
fn kind_of(context: &Context, options: &Get) -> Option<Kind> {
    options.provider.or_else(|| {
        let is_free = context.global.profile.is_none() && options.kognic.is_meant();
        is_free.then_some(Kind::Kognic)
    })
}

/// Prints what is saved for an address that no profile answers for, or fails.
fn saved_or_not_mine(context: &Context, options: &Get, origin: Option<&Origin>) -> Result<()> {
    let kind = kind_of(context, options);
    match origin {
        Some(origin) if kind.is_none() && kept::print_for(context, options, origin)? => Ok(()),
        origin => Err(not_mine(context, kind, origin)?.into()),
    }
}

/// Returns why nobody answers for an address.
fn not_mine(context: &Context, kind: Option<Kind>, origin: Option<&Origin>) -> Result<Problem> {
    let host = origin.map_or_else(String::new, ToString::to_string);
    if origin.is_some_and(|origin| !origin.may_receive_token()) {
        return Ok(Problem::Insecure(host));
    }
    let named = match kind {
        Some(kind) => Some(kind.word().to_owned()),
        None => named_profile(context)?,
    };
    Ok(match named {
        Some(profile) => Problem::NarrowedAway { profile, host },
        None => Problem::NotMine(host),
    })
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
    let plain = plain(profile, origin, granted, wanted)?;
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

fn both(
    profile: &Profile,
    origin: Option<&Origin>,
    granted: &Granted,
) -> Result<Zeroizing<String>> {
    if granted.set.refresh_token.is_none() {
        return Err(BrokerError::NoSuchToken {
            profile: profile.name.clone(),
            token: "refresh",
        }
        .into());
    }
    let access_token = plain(profile, origin, granted, Wanted::Access)?;
    let refresh_token = plain(profile, origin, granted, Wanted::Refresh)?;
    Ok(access_token.json_with(&refresh_token, UnixTime::now())?)
}

fn plain<'a>(
    profile: &'a Profile,
    origin: Option<&Origin>,
    granted: &'a Granted,
    wanted: Wanted,
) -> Result<Plain<'a>, PlainError> {
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
    Ok(Plain {
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
    })
}
