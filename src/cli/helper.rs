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
    /// What is printed: the password, or the user name before it
    #[arg(long, hide = true, value_name = "MODE", value_parser = ["password", "creds"])]
    pub(crate) mode: Option<String>,
    /// How it is printed
    #[arg(long, hide = true, value_name = "FORM", value_parser = ["plain", "json"])]
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
        Some(protocol) => with_words(command, protocol)
            .about(protocol.about())
            .long_about(paragraphs(protocol.help())),
        None => command,
    }
}

/// Shows the words that a protocol has, each by its own name.
fn with_words(command: clap::Command, protocol: Protocol) -> clap::Command {
    let (name, help) = match protocol {
        Protocol::Git => ("VERB", "What git wants: get, store, erase or capability"),
        Protocol::Docker => (
            "VERB",
            "What docker wants: get, store, erase, list or version",
        ),
        Protocol::Bazel => ("VERB", "What Bazel wants: get"),
        Protocol::Terraform => ("VERB", "What Terraform wants: get, store or forget"),
        Protocol::Keyring => ("VERB", "What is wanted: get, set or del"),
        Protocol::GoAuth => (
            "URL",
            "The address that go was refused; without it, the tokens that are good already are told",
        ),
        Protocol::Cargo | Protocol::Kube | Protocol::Google => ("", ""),
    };
    let rest = match protocol {
        Protocol::Terraform => Some(("HOST", "The host, with its port if it has one")),
        Protocol::Keyring => Some((
            "SERVICE USERNAME",
            "The address or host, and the user name; get does without the name",
        )),
        _ => None,
    };
    let shows_form = protocol == Protocol::Keyring;
    // An argument that is changed comes last: the words keep their order only if all of them are.
    command
        .mut_arg("verb", |arg| match name {
            "" => arg.hide(true),
            name => arg.value_name(name).help(help),
        })
        .mut_arg("rest", |arg| match rest {
            Some((name, help)) => arg.hide(false).value_name(name).help(help),
            None => arg,
        })
        .mut_arg("mode", |arg| arg.hide(!shows_form))
        .mut_arg("output", |arg| arg.hide(!shows_form))
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
