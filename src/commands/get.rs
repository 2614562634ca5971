//! `get`: a valid token on stdout; or, called by a program with a request on stdin, the answer to that.

mod kept;
mod waiting;

use std::fmt::Display;

use anyhow::Result;
use zeroize::Zeroizing;

use self::waiting::Waiting;
use super::{bazel, docker, git};
use crate::account::{Account, TokenRequest};
use crate::answer::audit::{AuditEvent, By, emit};
use crate::answer::choose::{choose_at, choose_named, not_mine};
use crate::answer::error::AnswerError;
use crate::answer::invalid_token_error;
use crate::broker::{BrokerError, Granted, Need, Wanted};
use crate::cli::{Format, Get, Kind, Tokens};
use crate::commands::error::{CommandError, as_helper};
use crate::context::{Context, variable};
use crate::credential::{Address, Origin, OriginError};
use crate::profile::{Choice, Issuer, PRACTICUS, Profile};
use crate::protocol::Protocol;
use crate::protocol::plain::{Plain, PlainError, Secret};
use crate::token::{AccessToken, IdToken, RefreshToken, UnixTime};

/// The variable in which Claude Code names an MCP server to the command that makes its headers.
const MCP_SERVER_URL: &str = "CLAUDE_CODE_MCP_SERVER_URL";

pub(super) fn run(context: &Context, options: &Get) -> Result<()> {
    if !says_what_it_wants(context, options)
        && let Some(request) = waiting::request(context)?
    {
        return answer(context, &request);
    }
    let format = format_of(context, options)?;
    let text = address(options)?;
    let address = text.as_deref().map(Address::parse);
    let address = address.transpose().map_err(AnswerError::BadAddress)?;
    let Some(profile) = profile_for(context, options, address.as_ref())? else {
        return saved_or_not_mine(context, options, address.as_ref());
    };
    let origin = address.as_ref().and_then(Address::origin);
    let wish = TokenRequest {
        options: Some(&options.kognic),
        origin,
    };
    let account = Account::open_for(context, profile, wish)?;
    let token = match options.token {
        None | Some(Tokens::Access | Tokens::Both) => Wanted::Access,
        Some(Tokens::Identity) => Wanted::Identity,
        Some(Tokens::Refresh) => Wanted::Refresh,
    };
    if let Some(Tokens::Refresh | Tokens::Both) = options.token {
        account.recover()?;
    }
    let granted = account.token_set(Need {
        token,
        min_ttl: account.min_ttl(options.min_ttl),
        refresh: options.refresh,
    })?;
    let given = Given {
        account: &account,
        profile,
        origin,
        granted: &granted,
        format,
    };
    match options.token {
        Some(Tokens::Both) => given.print_both(context),
        _ => given.print(context, token),
    }
}

/// Returns whether the options leave no doubt about what is wanted, whatever waits on stdin.
fn says_what_it_wants(context: &Context, options: &Get) -> bool {
    options.url.is_some()
        || options.format.is_some()
        || options.token.is_some()
        || options.provider.is_some()
        || says_anything(options)
        || context.global.profile.is_some()
        || context.global.json
}

/// Answers a program that waits on stdin.
fn answer(context: &Context, request: &Waiting) -> Result<()> {
    match request {
        Waiting::Git => as_helper(Protocol::Git, || git::get(context)),
        Waiting::Bazel => as_helper(Protocol::Bazel, || bazel::get(context)),
        Waiting::Docker(key) => as_helper(Protocol::Docker, || docker::get_lone(context, key)),
    }
}

fn says_anything(options: &Get) -> bool {
    options.kognic.has_kognic_option() || !options.kognic.scopes.is_empty()
}

fn format_of(context: &Context, options: &Get) -> Result<Format, CommandError> {
    let format = match options.format {
        Some(format) => format,
        None if context.global.json || options.token == Some(Tokens::Both) => Format::Json,
        None => Format::Raw,
    };
    if options.token == Some(Tokens::Both) && format != Format::Json {
        let why = "--token both is JSON: no other --format holds two tokens";
        return Err(CommandError::Usage(why.to_owned()));
    }
    Ok(format)
}

fn profile_for<'a>(
    context: &'a Context,
    options: &Get,
    address: Option<&Address<'_>>,
) -> Result<Option<&'a Profile>> {
    let kind = kind_of(context, options);
    if kind == Some(Kind::Practicus) && context.profiles()?.named(PRACTICUS).is_none() {
        let why =
            "no region is known: set PRT_URL, or sign in with `prusa-cred login --url ADDRESS`";
        return Err(CommandError::Usage(why.to_owned()).into());
    }
    if kind == Some(Kind::OAuth) && context.profiles()?.named(Kind::OAuth.word()).is_none() {
        let why = "no profile of provider oauth is built in: name yours with --profile, or make one with `prusa-cred \
                   login --issuer ADDRESS --client-id ID`";
        return Err(CommandError::Usage(why.to_owned()).into());
    }
    let option = context.global.profile.as_deref().or(kind.map(Kind::word));
    let choice = match address {
        Some(address) => choose_at(context, option, address)?,
        None => choose_named(context, option, None, None)?,
    };
    let Choice::Profile(profile, _) = choice else {
        return Ok(None);
    };
    match (&profile.issuer, kind) {
        (issuer, Some(kind)) if issuer.kind() != kind.word() => Err(CommandError::Usage(format!(
            "profile {} is of provider {}",
            profile.name,
            issuer.kind()
        ))
        .into()),
        (Issuer::Kognic(_), _) => Ok(Some(profile)),
        _ if says_anything(options) => Err(CommandError::Usage(format!(
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
        let is_free = context.global.profile.is_none() && options.kognic.has_kognic_option();
        is_free.then_some(Kind::Kognic)
    })
}

/// Prints what is saved for an address that no profile answers for, or fails.
fn saved_or_not_mine(
    context: &Context,
    options: &Get,
    address: Option<&Address<'_>>,
) -> Result<()> {
    let kind = kind_of(context, options);
    match address {
        Some(address) if kind.is_none() && kept::print_for(context, options, address)? => Ok(()),
        Some(address) => Err(match address.origin() {
            Some(origin) => not_mine(context, origin, kind.map(Kind::word))?.into(),
            None => AnswerError::BadAddress(OriginError::Scheme).into(),
        }),
        None => Err(AnswerError::HostNotCovered("this command".to_owned()).into()),
    }
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

/// The tokens that there are, and how they are to be shown.
struct Given<'a> {
    account: &'a Account<'a>,
    profile: &'a Profile,
    origin: Option<&'a Origin>,
    granted: &'a Granted,
    format: Format,
}

impl Given<'_> {
    fn print(&self, context: &Context, wanted: Wanted) -> Result<()> {
        let text = self
            .rendered(wanted)
            .map_err(|error| invalid_token_error(self.account, self.granted, error))?;
        emit(context, &[self.handed_out(wanted)], &*text)
    }

    fn print_both(&self, context: &Context) -> Result<()> {
        if self.granted.set.refresh_token.is_none() {
            return Err(BrokerError::NoSuchToken {
                profile: self.profile.name.clone(),
                token: "refresh",
            }
            .into());
        }
        let refresh_token = self.plain(Wanted::Refresh)?;
        let text = self
            .plain(Wanted::Access)?
            .json_with(&refresh_token, UnixTime::now())?;
        let tokens = [Wanted::Access, Wanted::Refresh].map(|token| self.handed_out(token));
        emit(context, &tokens, &*text)
    }

    fn handed_out(&self, token: Wanted) -> AuditEvent<'_> {
        AuditEvent {
            profile: &self.profile.name,
            by: By::Get(self.format),
            host: self.origin.map(|origin| -> &dyn Display { origin }),
            token: token.name(),
        }
    }

    fn rendered(&self, wanted: Wanted) -> Result<Zeroizing<String>, PlainError> {
        let plain = self.plain(wanted)?;
        match self.format {
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

    fn plain(&self, wanted: Wanted) -> Result<Plain<'_>, PlainError> {
        let Self {
            profile, granted, ..
        } = self;
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
            token: Secret(token.ok_or(PlainError::InvalidToken)?),
            key,
            token_type: set.token_type.as_deref(),
            scope: set.scope.as_deref(),
            expires_at: granted.expires_at,
            profile: &profile.name,
            username: &profile.username,
            host: match self.origin {
                Some(origin) => Some(origin.host().to_owned()),
                None => profile
                    .hosts
                    .iter()
                    .find_map(|pattern| Some(pattern.exact_origin()?.host().to_owned())),
            },
        })
    }
}
