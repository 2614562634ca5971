//! One file or folder per command; this file only chooses among them.

mod bazel;
mod cargo;
mod completions;
mod docker;
mod doctor;
mod erase;
pub(crate) mod error;
mod exec;
mod forget;
mod get;
mod git;
mod goauth;
mod google;
mod hosts;
mod inspect;
mod keyring;
mod kube;
mod list;
mod log;
mod login;
mod logout;
mod man;
mod refresh;
mod seal;
mod setup;
mod status;
mod store;
mod terraform;
mod which;

use std::io::IsTerminal as _;

use anyhow::Result;

use crate::cli::{Command, Verb};
use crate::commands::error::as_helper;
use crate::context::Context;
use crate::protocol::Protocol;

/// Runs the command that the command line names.
pub(crate) fn run(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Get(options) => get::run(context, options),
        Command::Refresh(options) => refresh::run(context, options),
        Command::Store(_) => {
            say_that_it_waits(context, "store");
            store::run(context)
        }
        Command::Erase(_) => {
            say_that_it_waits(context, "erase");
            erase::run(context)
        }
        Command::List(_) => list::run(context),
        Command::Forget(options) => forget::run(context, options),
        Command::Login(options) => login::run(context, options),
        Command::Logout(options) => logout::run(context, options),
        Command::Seal(options) => seal::seal(context, options),
        Command::Unseal(options) => seal::unseal(context, options),
        Command::Exec(options) => exec::run(context, options),
        Command::Status(_) => status::run(context),
        Command::Inspect(options) => inspect::run(context, options),
        Command::Which(options) => which::run(context, options),
        Command::Hosts(options) => hosts::run(context, options),
        Command::Log(options) => log::run(context, options),
        Command::Setup(options) => setup::run(context, options),
        Command::Doctor(options) => doctor::run(context, options),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
        Command::Helper(protocol, verb) => helper(context, *protocol, verb),
    }
}

/// Runs the helper protocol's command; its errors are reported as the protocol requires. Those of an interactive
/// `google` run are reported as for a person, as is the usage error that `cargo` without `--cargo-plugin` always gives.
fn helper(context: &Context, protocol: Protocol, verb: &Verb) -> Result<()> {
    let run = match protocol {
        Protocol::Git => git::run,
        Protocol::Docker => docker::run,
        Protocol::Bazel => bazel::run,
        Protocol::Kube => kube::run,
        Protocol::Terraform => terraform::run,
        Protocol::GoAuth => goauth::run,
        Protocol::Cargo if !verb.cargo_plugin => return Err(cargo::usage_error().into()),
        Protocol::Cargo => cargo::run,
        Protocol::Google if google::is_interactive()? => return google::run(context, verb),
        Protocol::Google => google::run,
        Protocol::Keyring => keyring::run,
    };
    if reads_stdin(protocol, verb) {
        say_that_it_waits(context, protocol.name());
    }
    as_helper(protocol, || run(context, verb))
}

/// Returns whether a program that speaks this protocol sends its request on stdin with this verb.
fn reads_stdin(protocol: Protocol, verb: &Verb) -> bool {
    let verb = verb.verb.as_deref().unwrap_or_default();
    match protocol {
        Protocol::Git | Protocol::Docker => matches!(verb, "get" | "store" | "erase"),
        Protocol::Bazel => verb == "get",
        Protocol::Terraform => verb == "store",
        Protocol::Cargo => true,
        Protocol::Keyring => verb == "set",
        Protocol::Kube | Protocol::GoAuth | Protocol::Google => false,
    }
}

/// Says to a person who runs a helper by hand that nothing hangs: a program would send its request now.
fn say_that_it_waits(context: &Context, command: &str) {
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        context.say(&format!(
            "Waiting for a request on stdin, as another program sends it (Ctrl-D ends it; see `prusa-cred {command} \
             --help`)."
        ));
    }
}
