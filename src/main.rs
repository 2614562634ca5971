//! One credential helper for git, Docker, shell scripts and MCP clients.
//!
//! # The map of the code
//!
//! A request travels down through these modules and its answer back up. A module uses only those below it, and no two
//! files use each other: a test reads every file and checks both.
//!
//! | module | holds |
//! | --- | --- |
//! | [`report`] | errors as text or JSON, with the hint and the exit status |
//! | [`commands`] | one file or folder for each command: read the input, ask `answer`, print |
//! | [`clients`] | the configuration of other programs (git, docker, …), for `setup` and `doctor` |
//! | [`answer`] | from a request to a profile, a credential and stdout; saved credentials; the audit log |
//! | [`account`] | a profile with its login: its store, its provider, a login in the environment, its state |
//! | [`context`], [`cli`] | the environment and the configuration, read once; warnings; the command line |
//! | [`broker`] | a valid token, or why not: the whole algorithm is in `broker.rs`, from top to bottom |
//! | [`providers`] | each service on the wire: Prusa Account, Kognic, Practicus AI, any OAuth 2.0 server |
//! | [`store`] | token files and saved credentials on disk: lock, journal, atomic replacement, sealing |
//! | [`oauth`] | the exchanges of RFC 6749, 7591, 8414, 8628, 9728 and OpenID Connect |
//! | [`http`] | one request, one response, one deadline |
//! | [`program`] | the programs that are started: where they are found, and without which variables |
//! | [`profile`] | `config.toml`: profiles, the table of providers, which profile names a host |
//! | [`protocol`] | each helper protocol's wire format, and the formats of `get`: bytes in, bytes out |
//! | [`credential`] | what is asked for and handed out: origins, targets, requests, credentials |
//! | [`token`] | tokens, token sets, expiry |
//! | [`terminal`], [`platform`] and the small ones | what a person sees; what differs between operating systems |
//!
//! # Where to look
//!
//! - How `git credential fill` is answered: `commands/git.rs`, [`answer::find`], [`broker::token_set`],
//!   `protocol/git.rs`, [`answer::Answer::emit`].
//! - Where a refresh token is spent: `broker/refresh.rs`, called by `broker.rs` with the lock held. One exception,
//!   before there is a login: `commands/login/practicus.rs` uses the token that a person gave with `--token-stdin`
//!   once.
//! - What a refused refresh means: `oauth/refusal.rs`, by exclusion; `broker.rs` remembers in the journal what was
//!   refused for good, and does not send it again.
//! - What happens when the answer of a refresh is lost: `store/replace.rs` writes into the journal (`store/journal.rs`)
//!   what is about to be spent, and completes what a killed process left; `broker/attempt.rs` finds the note in the
//!   next process, which tries the same token again; if that is refused, the login has ended, and the error says that
//!   an answer was lost.
//! - How to add a helper protocol, an output format, a client of `setup` or a provider: `.github/CONTRIBUTING.md`.

#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod account;
mod answer;
mod broker;
mod browser;
mod byte_order_mark;
mod causes;
mod cli;
mod clients;
mod commands;
mod context;
mod credential;
mod deadline;
mod escape;
mod http;
mod lines;
mod localhost;
mod named_path;
mod oauth;
mod platform;
mod profile;
mod program;
mod protocol;
mod providers;
mod report;
mod shell;
mod stdin;
mod store;
mod terminal;
#[cfg(test)]
mod testing;
mod token;
mod toml_file;
mod totp;
mod trusted_file;
mod waiting;
mod wiped;

use std::process::ExitCode;

use crate::cli::Cli;
use crate::context::Context;

/// Forbids core dumps, does what the command line asks for, and returns the exit status of the process.
fn main() -> ExitCode {
    platform::forbid_core_dumps();
    run().into()
}

/// Does what the command line asks for, and returns the exit status.
fn run() -> u8 {
    let arguments = cli::invoked::arguments(std::env::args_os());
    let parsed = match Cli::parse_common(&arguments) {
        Some(cli) => Ok(cli),
        None => Cli::parse_all(arguments.clone()),
    };
    let Cli { global, command } = match parsed {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error, &arguments),
    };
    let context = Context::new(global);
    match commands::run(&context, &command) {
        Ok(()) => {
            context::print_held_warnings();
            report::SUCCESS
        }
        Err(error) => report::failure(&error, context.global.json),
    }
}
