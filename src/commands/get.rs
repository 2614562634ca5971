//! `get`: prints a valid token, or answers another program's request on stdin.

mod by_kind;
mod stdin_request;

use std::fmt::Display;

use anyhow::Result;
use zeroize::Zeroizing;

use self::stdin_request::StdinRequest;
use super::{bazel, docker, git, inspect};
use crate::account::{Account, TokenRequest};
use crate::answer::audit::Channel;
use crate::answer::bare_word::not_an_address;
use crate::answer::choose::{
    Chosen, choose_for_address, choose_named, no_answer_error, no_profile_for_command,
};
use crate::answer::error::{AnswerError, Verb};
use crate::answer::{self, Answer, emit, invalid_token_error, saved};
use crate::broker::{BrokerError, Granted, Need};
use crate::cli::{Format, Get, Kind, Tokens};
use crate::commands::error::{CommandError, as_helper};
use crate::context::{Context, path_variable, variable};
use crate::credential::{Address, Credential, Origin, OriginAndPath, OriginError};
use crate::escape::excerpt;
use crate::profile::{Issuer, Profile};
use crate::protocol::Protocol;
use crate::protocol::format::{self, FormatError};
use crate::token::{TokenKind, TokenSet, UnixTime};

/// The variable in which Claude Code gives an MCP server's address to the command that prints its headers.
const MCP_SERVER_URL: &str = "CLAUDE_CODE_MCP_SERVER_URL";

/// Answers the request on stdin if there is one and no option says what to print; else prints the token of the profile
/// that is chosen, or the saved credential for the address.
pub(super) fn run(context: &Context, options: &Get) -> Result<()> {
    match &options.kognic.environments_file {
        Some(_) => run_in(&context.with_environments_of(&options.kognic), options),
        None => run_in(context, options),
    }
}

/// As [`run`], in a context that knows the file of Kognic's environments.
fn run_in(context: &Context, options: &Get) -> Result<()> {
    if !is_explicit(context, options)
        && let Some(request) = stdin_request::peek(context)?
    {
        return answer_request(context, &request);
    }
    let format = choose_format(context, options)?;
    let text = requested_address(options)?;
    let address = text.as_deref().map(Address::parse);
    let address = address.transpose().map_err(AnswerError::BadAddress)?;
    let profile = choose_profile(context, options, address.as_ref())?;
    let server = named_server(options)?;
    if let (Some(address), Some(server)) = (&address, &server) {
        check_server(context, address, server, profile)?;
    }
    match profile {
        Some(profile) => print_token(context, options, format, profile, address.as_ref()),
        None => print_saved(context, options, format, address.as_ref()),
    }
}

/// Prints a profile's token of the kind that `--token` names, renewed if necessary or with `--refresh`; for `both` the
/// access token and the refresh token. Fails if there is no such token.
fn print_token(
    context: &Context,
    options: &Get,
    format: Format,
    profile: &Profile,
    address: Option<&Address<'_>>,
) -> Result<()> {
    let origin = address.and_then(Address::origin);
    let request = TokenRequest {
        kognic: Some(&options.kognic),
        ..TokenRequest::for_origin(origin)
    };
    let account = Account::open(context, profile, request)?;
    if let Some(Tokens::Refresh | Tokens::Both) = options.token {
        account.recover_interrupted_refresh()?;
    }
    let kind = match options.token {
        None | Some(Tokens::Access | Tokens::Both) => TokenKind::Access,
        Some(Tokens::Identity) => TokenKind::Identity,
        Some(Tokens::Refresh) => TokenKind::Refresh,
    };
    let need = Need {
        token: kind,
        min_ttl: account.min_ttl(options.min_ttl),
        refresh: options.refresh,
    };
    let mut granted = answer::grant(context, &account, origin, need)?;
    let second = match options.token {
        Some(Tokens::Both) => Some(take_refresh_token(&account, &mut granted)?),
        _ => None,
    };
    let answer = Answer::granted(&account, granted, kind).ok_or(FormatError::InvalidToken)?;
    if options.decode {
        let token = answer.credential.as_bearer().unwrap_or_default();
        return inspect::show(context, "the access token", token);
    }
    let place = RenderedFor {
        host: origin.map(Origin::host).or_else(|| first_host(profile)),
        variable: profile.issuer.spec().exec_variable,
    };
    let rendered = render(format, &answer.credential, second.as_ref(), place).map_err(|error| {
        let token = answer.credential.as_bearer().unwrap_or_default();
        invalid_token_error(&account, token, error)
    })?;
    let host = origin.map(|origin| -> &dyn Display { origin });
    let channel = Channel::Get(format);
    let events = std::iter::once(&answer).chain(&second);
    let events: Vec<_> = events.map(|it| it.event(channel, host)).collect();
    emit(context, &events, &*rendered)
}

/// Takes the refresh token out of a granted token set, to be printed together with the access token. Fails with
/// `NoSuchToken` if there is none.
fn take_refresh_token(account: &Account<'_>, granted: &mut Granted) -> Result<Answer, BrokerError> {
    let refresh_token = granted.set.refresh_token.take();
    let expires_at = granted.set.refresh_expires_at();
    let set = TokenSet::of_refresh_token(refresh_token);
    Answer::granted(account, Granted { set, expires_at }, TokenKind::Refresh).ok_or_else(|| {
        BrokerError::NoSuchToken {
            profile: account.profile().name.clone(),
            token: TokenKind::Refresh,
        }
    })
}

/// Prints the saved credential for an address that no profile answers for. Not for an address in a variable: a person
/// must have named the host. Fails if there is none, or if the options ask for a provider or for another token than the
/// access token.
fn print_saved(
    context: &Context,
    options: &Get,
    format: Format,
    address: Option<&Address<'_>>,
) -> Result<()> {
    let Some(address) = address else {
        return Err(no_profile_for_command());
    };
    let kind = requested_provider(context, options);
    let is_option = options.url.is_some();
    if kind.is_none()
        && is_option
        && matches!(options.token, None | Some(Tokens::Access))
        && let Some(answer) = find_saved(context, address)?
    {
        let target = &address.target;
        let place = RenderedFor {
            host: Some(target.host()),
            variable: Kind::Prusa.spec().exec_variable,
        };
        let rendered = render(format, &answer.credential, None, place)?;
        return answer.emit(context, Channel::Get(format), Some(target), &*rendered);
    }
    let typed = options.url.as_deref().unwrap_or_default();
    if let Some(error) = not_an_address(context, typed, Verb::Get)? {
        return Err(error.into());
    }
    Err(match address.place() {
        Some(place) => no_answer_error(context, &place, kind.map(Kind::word))?.into(),
        None => AnswerError::BadAddress(OriginError::Scheme).into(),
    })
}

/// Returns the saved credential for an address; `None` if there is none. Fails as [`answer::for_origin`].
fn find_saved(context: &Context, address: &Address<'_>) -> Result<Option<Answer>> {
    let find = || saved::find_for_address(context, address);
    answer::for_origin(context, address.origin(), None, &find)
}

/// What some formats name besides the credential.
#[derive(Clone, Copy)]
struct RenderedFor<'a> {
    /// The host in netrc.
    host: Option<&'a str>,
    /// The variable in a shell, which is the one that `exec` sets.
    variable: &'a str,
}

/// Returns a credential in a format; `second` is a refresh token beside it, for JSON alone.
fn render(
    format: Format,
    credential: &Credential,
    second: Option<&Answer>,
    place: RenderedFor<'_>,
) -> Result<Zeroizing<String>, FormatError> {
    match format {
        Format::Raw => format::raw(credential),
        Format::Json => {
            let second = second.map(|answer| &answer.credential);
            format::json(credential, second, UnixTime::now())
        }
        Format::Header => format::header(credential),
        Format::Headers => format::headers(credential),
        Format::Env => format::env(credential, place.variable),
        Format::Curl => format::curl(credential),
        Format::Netrc => format::netrc(credential, place.host),
        Format::Bearer => format::bearer(credential),
    }
}

/// Returns the first host that a profile names exactly; `None` if it names none, or only by patterns.
fn first_host(profile: &Profile) -> Option<&str> {
    let mut origins = profile.hosts.iter().filter_map(|host| host.exact_origin());
    origins.next().map(Origin::host)
}

/// Returns whether an option says what to print, so that stdin is not looked at. `--min-ttl`, `--refresh` and the
/// variable `PRUSA_CRED_PROFILE` do not.
fn is_explicit(context: &Context, options: &Get) -> bool {
    options.url.is_some()
        || options.format.is_some()
        || options.token.is_some()
        || options.provider.is_some()
        || has_kognic_options(options)
        || context.global.profile.is_some()
        || context.global.json
}

/// Answers the request of another program on stdin.
fn answer_request(context: &Context, request: &StdinRequest) -> Result<()> {
    match request {
        StdinRequest::Git => as_helper(Protocol::Git, || git::get(context)),
        StdinRequest::Bazel => as_helper(Protocol::Bazel, || bazel::get(context)),
        StdinRequest::Docker(key) => {
            as_helper(Protocol::Docker, || docker::get_from_stdin(context, key))
        }
    }
}

/// Returns whether an option that is only for Kognic is set.
fn has_kognic_options(options: &Get) -> bool {
    options.kognic.has_kognic_option() || !options.kognic.scopes.is_empty()
}

/// Returns the format to print: the option, else JSON if `--json` or `--token both` asks for it, else the token alone.
/// A usage error if `--token both` is combined with another format than JSON.
fn choose_format(context: &Context, options: &Get) -> Result<Format, CommandError> {
    let format = match options.format {
        Some(format) => format,
        None if context.global.json || options.token == Some(Tokens::Both) => Format::Json,
        None => Format::Raw,
    };
    if options.token == Some(Tokens::Both) && format != Format::Json {
        let why = "--token both works only with --format json";
        return Err(CommandError::Usage(why.to_owned()));
    }
    Ok(format)
}

/// Returns the profile that the options, else the address, else the default name; `None` if no profile answers for the
/// address. Without `--profile`, a provider that the options name stands for its profile (`by_kind`).
///
/// # Errors
///
/// When the profile is not of the provider that the options are for, or no profile can be chosen.
fn choose_profile<'a>(
    context: &'a Context,
    options: &Get,
    address: Option<&Address<'_>>,
) -> Result<Option<&'a Profile>> {
    let kind = requested_provider(context, options);
    let by_kind = match kind {
        Some(kind) if context.global.profile.is_none() => {
            Some(by_kind::profile_name(context, kind, address)?)
        }
        _ => None,
    };
    let option = context.global.profile.as_deref().or(by_kind);
    let chosen = match address {
        Some(address) => choose_for_address(context, option, address)?,
        None => choose_named(context, option, None, None)?,
    };
    let Some(Chosen { profile, .. }) = chosen else {
        return Ok(None);
    };
    match (&profile.issuer, kind) {
        (issuer, Some(kind)) if issuer.kind() != kind => Err(CommandError::Usage(format!(
            "profile {} is of provider {}",
            profile.name,
            issuer.kind().word()
        ))
        .into()),
        (Issuer::Kognic(_), _) => Ok(Some(profile)),
        _ if has_kognic_options(options) => Err(CommandError::Usage(format!(
            "--server, --credentials, --env and --scopes are Kognic's, and profile {} is of provider {}",
            profile.name,
            profile.issuer.kind().word()
        ))
        .into()),
        _ => Ok(Some(profile)),
    }
}

/// Returns the provider that `--provider` names, else Kognic if `--server`, `--credentials` or `--env` is given and
/// `--profile` is not.
fn requested_provider(context: &Context, options: &Get) -> Option<Kind> {
    options.provider.or_else(|| {
        let may_imply_kognic =
            context.global.profile.is_none() && options.kognic.has_kognic_option();
        may_imply_kognic.then_some(Kind::Kognic)
    })
}

/// Returns the address of the MCP server that Claude Code wants headers for, if an argument names one too.
fn named_server(options: &Get) -> Result<Option<String>> {
    match options.url {
        Some(_) => server_address(),
        None => Ok(None),
    }
}

/// Checks that what is handed out for an address is for Claude Code's `server` too: the same origin, and a place that
/// the profile, or the saved credential, is for.
///
/// # Errors
///
/// `OtherServer` if it is not, or if `server` is no address on the web, or one with a user name: who reads it in
/// another way takes that for the host.
fn check_server(
    context: &Context,
    address: &Address<'_>,
    server: &str,
    profile: Option<&Profile>,
) -> Result<()> {
    let name = |place: Option<OriginAndPath<'_>>| place.map(|place| place.to_string());
    let refusal = |server| AnswerError::OtherServer {
        named: name(address.place()).unwrap_or_else(|| address.target.to_string()),
        variable: MCP_SERVER_URL,
        server,
    };
    let server = match Address::parse(server) {
        Ok(server) if server.username.is_none() => server,
        Ok(server) => return Err(refusal(name(server.place())).into()),
        Err(_) => return Err(refusal(None).into()),
    };
    let is_same = match (address.place(), server.place()) {
        (Some(one), Some(other)) if one.origin.is_same(other.origin) => match profile {
            // By Kognic's environments, which know hosts alone.
            Some(profile) => !profile.answers_for(&one) || profile.answers_for(&other),
            None => has_same_saved(context, address, &server)?,
        },
        _ => false,
    };
    if is_same {
        Ok(())
    } else {
        Err(refusal(name(server.place())).into())
    }
}

/// Returns whether the same saved user name and secret, or none, are the answer for both addresses.
fn has_same_saved(context: &Context, one: &Address<'_>, other: &Address<'_>) -> Result<bool> {
    let one = saved::find_for_address(context, one)?;
    let other = saved::find_for_address(context, other)?;
    Ok(match (one, other) {
        (Some(one), Some(other)) => one.credential.is_same(&other.credential),
        (None, None) => true,
        _ => false,
    })
}

/// Returns the address that the token is for: the argument, without `sparse+` before it. If there is none, with
/// `--format headers` that of the MCP server that Claude Code wants headers for, which may come from the configuration
/// of a repository that is not trusted.
fn requested_address(options: &Get) -> Result<Option<String>> {
    match &options.url {
        // What cargo puts in place of {index_url}.
        Some(url) => Ok(Some(url.strip_prefix("sparse+").unwrap_or(url).to_owned())),
        None if options.format == Some(Format::Headers) => {
            let server = server_address()?;
            match server.as_deref().map(Origin::parse) {
                // What is saved for mail servers and the like is not for whoever names one there.
                Some(Err(OriginError::Scheme)) => {
                    Err(AnswerError::BadAddress(OriginError::Scheme).into())
                }
                _ => Ok(server),
            }
        }
        None => Ok(None),
    }
}

/// Returns the address of the MCP server in the variable, if it is set, without the white space around it: of one that
/// is reached by WebSocket the one over which that begins (RFC 6455 §4.1).
///
/// # Errors
///
/// When it has no scheme and is not on this machine: nobody typed it, and the client may mean http.
fn server_address() -> Result<Option<String>> {
    let address = match variable(MCP_SERVER_URL)? {
        Some(address) => address,
        // Nothing but white space names no server, and is not the same as no variable.
        None if path_variable(MCP_SERVER_URL).is_some() => String::new(),
        None => return Ok(None),
    };
    let address = match address.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("wss") => format!("https://{rest}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ws") => format!("http://{rest}"),
        _ => address,
    };
    match Origin::parse_with_scheme(&address) {
        Err(OriginError::NoScheme) => Err(AnswerError::NoScheme(excerpt(&address)).into()),
        _ => Ok(Some(address)),
    }
}
