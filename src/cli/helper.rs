//! The helper protocols as commands: each has a name of its own, all take one verb.

use clap::{ArgAction, ArgMatches, Args, FromArgMatches};

use super::{Command, paragraphs};
use crate::protocol::Protocol;

/// The verb of a helper protocol.
#[derive(Debug, Default, Args)]
#[allow(
    clippy::struct_field_names,
    reason = "the word that all the protocols have"
)]
pub(crate) struct Verb {
    /// What the calling program wants, such as get, store or erase
    #[arg(value_name = "VERB")]
    pub(crate) verb: Option<String>,
    /// What newer callers may add
    #[arg(hide = true, action = ArgAction::Append)]
    pub(crate) rest: Vec<String>,
    /// How cargo asks for its protocol
    #[arg(long, hide = true)]
    pub(crate) cargo_plugin: bool,
    /// What the keyring command prints
    #[arg(long, hide = true, value_parser = ["password", "creds"])]
    pub(crate) mode: Option<String>,
    /// How the keyring command prints it
    #[arg(long, hide = true, value_parser = ["plain", "json"])]
    pub(crate) output: Option<String>,
}

/// Puts the helper protocols among the commands, before those that tell how things are.
pub(super) fn with_helpers(mut commands: Vec<clap::Command>) -> Vec<clap::Command> {
    let at = commands
        .iter()
        .position(|command| command.get_name() == "status")
        .unwrap_or(commands.len());
    let helpers = Protocol::ALL.iter().map(|protocol| {
        clap::Command::new(protocol.name())
            .about(protocol.about())
            .defer(helper_options)
    });
    commands.splice(at..at, helpers);
    commands
}

fn helper_options(command: clap::Command) -> clap::Command {
    let protocol = protocol_named(command.get_name());
    let command = Verb::augment_args(command);
    match protocol {
        Some(protocol) => command
            .about(protocol.about())
            .long_about(paragraphs(protocol.help())),
        None => command,
    }
}

/// Returns the helper protocol and the verb that were asked for.
pub(super) fn called(called: Option<(&str, &ArgMatches)>) -> Result<Command, clap::Error> {
    match called.and_then(|(name, matches)| Some((protocol_named(name)?, matches))) {
        Some((protocol, matches)) => {
            Verb::from_arg_matches(matches).map(|verb| Command::Helper(protocol, verb))
        }
        None => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
    }
}

pub(super) fn protocol_named(name: &str) -> Option<Protocol> {
    let is_named = |protocol: &&Protocol| protocol.name() == name;
    Protocol::ALL.iter().find(is_named).copied()
}
