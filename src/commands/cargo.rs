//! `cargo --cargo-plugin`: cargo's credential provider protocol ([`crate::protocol::cargo`]).
//!
//! A greeting is printed first, then a line for each line of cargo until cargo closes stdin. A failure that cargo has a
//! name for is such a line; any other one ends this program with an error, which cargo shows.

use std::io::{BufRead, Read};

use anyhow::Result;
use clap::Parser;
use zeroize::Zeroizing;

use crate::answer::audit::Channel;
use crate::answer::choose::{choose_for_request, named_profile};
use crate::answer::{self, saved};
use crate::byte_order_mark;
use crate::cli::{Cli, Command, Verb};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{Offered, Request};
use crate::protocol::cargo::{self, Action, CargoError, CargoRequest, HELLO};
use crate::protocol::{MAX_INPUT, Protocol};
use crate::terminal::output::print;
use crate::terminal::prompt::{Person, PromptError};

/// Answers cargo until it closes stdin or sends a line of more than `MAX_INPUT` bytes, which is the last to be
/// answered. A verb is a usage error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        return Err(usage_error().into());
    }
    print(HELLO)?;
    while let Some(line) = read_line()? {
        answer_line(context, &line)?;
        if line.len() > MAX_INPUT {
            break;
        }
    }
    Ok(())
}

/// Returns the error for a command line that cargo does not use.
pub(super) fn usage_error() -> CommandError {
    let text =
        "cargo runs this, as `prusa-cred --cargo-plugin`: name prusa-cred as credential-provider";
    CommandError::Usage(text.to_owned())
}

/// Reads a line without a deadline, as cargo may be idle; of a longer one the first `MAX_INPUT + 1` bytes. `None` at
/// the end.
fn read_line() -> Result<Option<Zeroizing<Vec<u8>>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let most = MAX_INPUT as u64 + 1;
    let read = std::io::stdin()
        .lock()
        .take(most)
        .read_until(b'\n', &mut line)
        .map_err(crate::stdin::StdinError::Io)?;
    Ok((read > 0).then(|| byte_order_mark::utf8(line)))
}

/// Answers a line. An error that cargo has a name for is printed; any other one is returned.
fn answer_line(context: &Context, line: &[u8]) -> Result<()> {
    match run_action(context, line) {
        Err(error) => match error.downcast_ref() {
            Some(error) => print(cargo::render_error(error)),
            None => Err(error),
        },
        Ok(()) => Ok(()),
    }
}

/// Does what a line requests, and prints the result.
fn run_action(context: &Context, line: &[u8]) -> Result<()> {
    let cargo_request = cargo::parse(line)?;
    let context = context_with_arguments(context, &cargo_request.arguments)?;
    match &cargo_request.action {
        Action::Get => return get(&context, &cargo_request.request),
        Action::Login(offered) => login(&context, &cargo_request, offered.as_ref())?,
        Action::Logout => logout(&context, &cargo_request.request)?,
    }
    print(cargo::render_done(&cargo_request.action))
}

/// Returns a context with the global options that follow this program's name (and perhaps `cargo`) in cargo's
/// configuration, in place of this run's; with this run's if nothing follows. Its deadline is counted from now. A usage
/// error for other arguments.
fn context_with_arguments(context: &Context, arguments: &[String]) -> Result<Context> {
    let name = Protocol::Cargo.name();
    let options = match arguments {
        [] => return Ok(context.with(|_| ())),
        [first, options @ ..] if first == name => options,
        options => options,
    };
    let words = [env!("CARGO_PKG_NAME")]
        .into_iter()
        .chain(options.iter().map(String::as_str))
        .chain([name]);
    if let Ok(Cli {
        global,
        command: Command::Helper(Protocol::Cargo, Verb { verb: None, .. }),
    }) = Cli::try_parse_from(words)
    {
        return Ok(Context::new(global));
    }
    let text = "cargo's configuration has arguments for prusa-cred that are not global options";
    Err(CommandError::Usage(text.to_owned()).into())
}

/// Prints the token of the profile that answers for the registry, else one that `cargo login` saved, unless a profile
/// is named. Otherwise fails with `NotFound`, or `UrlNotSupported` if a profile is named: cargo then asks its next
/// provider.
fn get(context: &Context, request: &Request) -> Result<()> {
    let find_saved = || {
        if named_profile(context)?.is_some() {
            return Err(CargoError::UrlNotSupported.into());
        }
        saved::find(context, &saved::namespaced(Protocol::Cargo, request))
    };
    let answer = answer::find_or(context, request, &find_saved)?.ok_or(CargoError::NotFound)?;
    let rendered = cargo::render(&answer.credential)?;
    let channel = Channel::Protocol(Protocol::Cargo);
    answer.emit(context, channel, Some(&request.target), rendered)
}

/// Saves a token for a registry, and asks the person for it if none is offered. Fails if a profile is named or answers
/// for the registry, but does nothing if the token is that profile's current one.
fn login(context: &Context, cargo_request: &CargoRequest, offered: Option<&Offered>) -> Result<()> {
    if let Some(offered) = offered
        && saved::is_current_token(context, &cargo_request.request, offered)?
    {
        return Ok(());
    }
    saved::check_may_save(context, &cargo_request.request)?;
    let offered = match offered {
        Some(offered) => offered.clone(),
        None => prompt_for_token(context, &cargo_request.request)?,
    };
    let request = Request {
        // A saved credential has a user name, and a registry's token has none.
        username: Some(String::new()),
        ..saved::namespaced(Protocol::Cargo, &cargo_request.request)
    };
    saved::save(context, &request, &offered)
}

/// Asks the person who runs `cargo login` for the token, on the terminal: stdin and stdout are cargo's.
fn prompt_for_token(context: &Context, request: &Request) -> Result<Offered> {
    let person = Person::detect(context.may_ask());
    let token = person
        .ask_hidden("token", &format!("Token for {}", request.target))
        .map_err(|error| match error {
            PromptError::NobodyThere { .. } => {
                CommandError::Usage("give the token to `cargo login` in a terminal".to_owned())
                    .into()
            }
            error => anyhow::Error::from(error),
        })?;
    Ok(cargo::offered(&token)?)
}

/// Forgets a saved token. Fails with `NotFound` if there is none or a profile answers for the registry, whose login is
/// kept: it is used for other hosts too. Fails with `UrlNotSupported` if a profile is named that does not answer for
/// it.
fn logout(context: &Context, request: &Request) -> Result<()> {
    if choose_for_request(context, request)?.is_some() {
        return Err(CargoError::NotFound.into());
    }
    if named_profile(context)?.is_some() {
        return Err(CargoError::UrlNotSupported.into());
    }
    if saved::forget(context, &saved::namespaced(Protocol::Cargo, request))? {
        Ok(())
    } else {
        Err(CargoError::NotFound.into())
    }
}
