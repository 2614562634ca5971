//! One credential helper for git, Docker, shell scripts and MCP clients.

#![cfg_attr(all(target_os = "linux", target_env = "gnu", not(test)), no_main)]
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
mod causes;
mod cli;
mod clients;
mod commands;
mod context;
mod credential;
mod deadline;
mod http;
mod oauth;
mod platform;
mod profile;
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
mod totp;
mod wiped;

use clap::Parser;

use crate::cli::Cli;
use crate::context::Context;

/// Does what the command line asks for, and returns the exit status.
fn run() -> u8 {
    platform::forbid_core_dumps();
    let arguments = cli::invoked::arguments(std::env::args_os());
    let parsed = Cli::parse_common(&arguments).map_or_else(|| Cli::try_parse_from(&arguments), Ok);
    let Cli { global, command } = match parsed {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error, &arguments),
    };
    let context = Context::new(global);
    match commands::run(&context, &command) {
        Ok(()) => {
            context::tell_held_warnings();
            report::SUCCESS
        }
        Err(error) => report::failure(&error, context.global.json),
    }
}

platform::start!(run);
