//! The helper protocols as commands: each has a name of its own. Most take one verb, some an address, some nothing.

use clap::{ArgAction, ArgMatches, Args, FromArgMatches};

use super::examples::WithExamples as _;
use super::text::paragraphs;
use crate::protocol::Protocol;

/// The verb of a helper protocol.
#[derive(Debug, Default, Args)]
#[allow(
    clippy::struct_field_names,
    reason = "verb is the word of all the protocols"
)]
pub(crate) struct Verb {
    /// What the calling program wants, such as get, store or erase
    #[arg(value_name = "VERB")]
    pub(crate) verb: Option<String>,
    /// Further arguments, which newer callers may add
    #[arg(hide = true, action = ArgAction::Append)]
    pub(crate) rest: Vec<String>,
    /// The option by which cargo asks for its protocol
    #[arg(long, hide = true)]
    pub(crate) cargo_plugin: bool,
    /// What to print: the password, or the user name and the password
    #[arg(long, hide = true, value_name = "MODE", value_parser = ["password", "creds"])]
    pub(crate) mode: Option<String>,
    /// How to print it
    #[arg(long, hide = true, value_name = "FORM", value_parser = ["plain", "json"])]
    pub(crate) output: Option<String>,
}

/// Inserts the helper protocols into the list of commands, before `status`.
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

/// Adds the arguments and help texts of a helper protocol to the command that has its name. A command of another name
/// gets the arguments only.
fn helper_options(command: clap::Command) -> clap::Command {
    let protocol = protocol_named(command.get_name());
    let command = Verb::augment_args(command);
    match protocol {
        Some(protocol) => with_argument_help(command, protocol)
            .about(protocol.about())
            .long_about(paragraphs(protocol.help()))
            .with_examples(),
        None => command,
    }
}

/// Describes the arguments as the protocol names them, and shows only those that it has.
fn with_argument_help(command: clap::Command, protocol: Protocol) -> clap::Command {
    let (name, help) = match protocol {
        Protocol::Git => ("VERB", "What git wants: get, store, erase or capability"),
        Protocol::Docker => (
            "VERB",
            "What docker wants: get, store, erase, list or version",
        ),
        Protocol::Bazel => ("VERB", "What Bazel wants: get"),
        Protocol::Terraform => ("VERB", "What Terraform wants: get, store or forget"),
        Protocol::Keyring => ("VERB", "What to do: get, set or del"),
        Protocol::GoAuth => (
            "URL",
            "The address that refused go's request; without it, the tokens that are still valid are printed",
        ),
        Protocol::Cargo | Protocol::Kube | Protocol::Google => ("", ""),
    };
    let rest = match protocol {
        Protocol::Terraform => Some(("HOST", "The host, with its port if it has one")),
        Protocol::Keyring => Some((
            "SERVICE USERNAME",
            "The address or host, and the user name, which get does not need",
        )),
        _ => None,
    };
    let shows_output_options = protocol == Protocol::Keyring;
    // `mut_arg` moves an argument to the end, so all of them are passed through it, in order.
    command
        .mut_arg("verb", |arg| match name {
            "" => arg.hide(true),
            name => arg.value_name(name).help(help),
        })
        .mut_arg("rest", |arg| match rest {
            Some((name, help)) => arg.hide(false).value_name(name).help(help),
            None => arg,
        })
        .mut_arg("mode", |arg| arg.hide(!shows_output_options))
        .mut_arg("output", |arg| arg.hide(!shows_output_options))
}

/// Returns the helper protocol that a subcommand names, and the verb.
///
/// # Errors
/// `MissingSubcommand` if there is no subcommand, or it is no helper protocol.
pub(super) fn from_matches(
    subcommand: Option<(&str, &ArgMatches)>,
) -> Result<(Protocol, Verb), clap::Error> {
    match subcommand.and_then(|(name, matches)| Some((protocol_named(name)?, matches))) {
        Some((protocol, matches)) => Verb::from_arg_matches(matches).map(|verb| (protocol, verb)),
        None => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
    }
}

/// Returns the helper protocol whose command has this name.
pub(super) fn protocol_named(name: &str) -> Option<Protocol> {
    let is_named = |protocol: &&Protocol| protocol.name() == name;
    Protocol::ALL.iter().find(is_named).copied()
}
