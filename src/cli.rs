//! The command line: names, options and help texts. Nothing here acts.
//!
//! Subcommands are deferred: only the one that is asked for builds its options. What other programs call all the time
//! builds none at all: see `plain`.

mod get;
mod helper;
pub(crate) mod invoked;
mod issuer;
mod log;
mod login;
mod plain;
mod seal;
mod setup;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};

use crate::profile::parse_duration;
use crate::protocol::Protocol;
use crate::token::TokenKind;
use helper::{protocol_named, with_helpers};

pub(crate) use get::{Format, Get, Tokens};
pub(crate) use helper::Verb;
pub(crate) use issuer::{Kind, Kognic};
pub(crate) use log::{Log, Since};
pub(crate) use login::{Import, Login};
pub(crate) use seal::{Extent, Seal, Unseal};
pub(crate) use setup::{Client, Setup};

/// Signs in once, keeps the login alive, and hands out fresh tokens to git, Docker, scripts and MCP clients.
#[derive(Debug, Parser)]
#[command(name = "prusa-cred", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Start with `prusa-cred login`. `prusa-cred help COMMAND` tells more about a command.
Results go to stdout, everything else to stderr. Exit status: 0 success, 1 failure, 2 bad usage.";

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Global {
    /// Use this profile [also: PRUSA_CRED_PROFILE]
    #[arg(long, short = 'p', global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Read this configuration file [also: PRUSA_CRED_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more on stderr
    #[arg(long, short = 'v', global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Say nothing on stderr but errors
    #[arg(long, short = 'q', global = true)]
    pub(crate) quiet: bool,
}

/// Makes an enum of subcommands whose options are built only for the one that is called.
macro_rules! subcommands {
    ($(#[doc = $about:literal] $(#[doc = $more:literal])* $name:literal => $variant:ident($args:ty),)+) => {
        /// What to do.
        #[derive(Debug)]
        pub(crate) enum Command {
            $(#[doc = $about] $(#[doc = $more])* $variant($args),)+
            /// Speak a helper protocol.
            Helper(Protocol, Verb),
        }

        impl Subcommand for Command {
            fn augment_subcommands(command: clap::Command) -> clap::Command {
                let commands = vec![$(
                    clap::Command::new($name)
                        .about($about.trim_start())
                        .defer(|command| {
                            // The struct of the options has a comment of its own, which is for developers.
                            <$args as Args>::augment_args(command)
                                .about($about.trim_start())
                                .long_about(paragraphs(&[$about, $($more),*]))
                        }),
                )+];
                command
                    .subcommand_required(true)
                    .arg_required_else_help(true)
                    .subcommands(with_helpers(commands))
            }

            fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
                Self::augment_subcommands(command)
            }

            fn has_subcommand(name: &str) -> bool {
                [$($name),+].contains(&name) || protocol_named(name).is_some()
            }
        }

        impl FromArgMatches for Command {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                match matches.subcommand() {
                    $(Some(($name, matches)) => <$args>::from_arg_matches(matches).map(Self::$variant),)+
                    other => helper::called(other),
                }
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }
    };
}

/// Puts the lines of a comment together again: those of a paragraph on one line, an empty one between two.
fn paragraphs(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.trim()) {
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text
}

subcommands! {
    /// Sign in and store the login
    ///
    /// Asks for e-mail address, password and one-time code where a person is there to answer. The login is stored for
    /// this user alone and renewed from then on whenever somebody asks for a token.
    "login" => Login(Login),
    /// End the login: revoke it at the server, then forget it here
    ///
    /// Without a network the login is forgotten all the same, and a warning says what the server could not be told.
    "logout" => Logout(Logout),
    /// Print a valid token, refreshed if need be
    ///
    /// This is what scripts call: it never asks anything, and ends within the time that --timeout allows.
    "get" => Get(Get),
    /// Take a credential that git or docker wants kept
    ///
    /// It is saved in credentials.json for hosts that no profile names, and only in a run that names no profile. A token of
    /// ours is kept already.
    "store" => Store(NoOptions),
    /// Note that a server refused a credential
    ///
    /// If the refused credential is the stored access token, the next `get` refreshes it. The login is never deleted by
    /// this; `prusa-cred logout` does that. A saved credential that was refused is removed; one that differs stays.
    "erase" => Erase(NoOptions),
    /// List the hosts that can be answered for
    ///
    /// Those of profiles, then saved credentials, newest first and without their secrets.
    "list" => List(NoOptions),
    /// Remove a saved credential
    ///
    /// Logins are no saved credentials: `prusa-cred logout` ends those.
    "forget" => Forget(Forget),
    /// Seal what is stored: encrypt it under a key that lies elsewhere
    ///
    /// The key rests in the platform's keyring, or in a key file; either is made if it is missing. What is stored
    /// already is sealed now, and the configuration says it for what will be. Without --all and --saved: one profile.
    /// Backups and freed disk space may still hold what was plain before.
    "seal" => Seal(Seal),
    /// Store in plain files again, which only this user can read
    ///
    /// A password that `login --save-password` kept is dropped: it is for sealed stores only.
    "unseal" => Unseal(Unseal),
    /// Show who is signed in, where, and until when
    ///
    /// Shows no token, so that it can be shown to others.
    "status" => Status(NoOptions),
    /// Run a command with a fresh token in its environment
    "exec" => Exec(Exec),
    /// Show what a token says, without showing the token
    ///
    /// Decodes a JSON Web Token on this machine; nothing is sent anywhere. Whether a token is real is not verified: only
    /// its issuer can tell.
    "inspect" => Inspect(Inspect),
    /// Tell which profile would answer, and why
    ///
    /// Tells the rule that decided, where the login is stored, when it is refreshed next and what went wrong last.
    "which" => Which(Which),
    /// Point another program here, or show how
    ///
    /// Without --apply nothing is changed: what would be is shown, file by file and line by line. What stands in a file
    /// beside our lines is kept to the byte, and a copy of the file as it was is left beside it.
    "setup" => Setup(Setup),
    /// Look for what is wrong, and tell the command that mends it
    ///
    /// Checks the configuration, files and their modes, locks, logins, names on PATH, what clients are told to ask, proxy
    /// and certificates. "broken" is what fails now or at the next refresh, and makes the exit status 1; a "warning" is
    /// worth a look and does not. Nothing is changed, no secret is shown, and without --online no server is asked. With
    /// --quiet only what is not as it should be is shown.
    "doctor" => Doctor(Doctor),
    /// Show which tokens were handed out, when, and to which programs
    ///
    /// Needs `audit = true` at the top of the configuration: from then on each token or saved credential that is handed
    /// out leaves a line, in audit.jsonl beside credentials.json. No line holds a secret. With --json each line is a
    /// JSON object; --profile leaves out the others. The two newest files of 1 MiB are kept.
    "log" => Log(Log),
    /// Print a completion script for a shell
    "completions" => Completions(Completions),
    /// Print the manual page, or write all of them into a directory
    "man" => Man(Man),
}

/// A command without options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoOptions {}

/// Options of `logout`.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// End the logins of all profiles
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
}

/// Options of `forget`.
#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// Address or host; with a path, only what is saved for that path
    pub(crate) url: Option<String>,
    /// Only what is saved for this user name
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Everything that is saved
    #[arg(long, conflicts_with_all = ["url", "username"])]
    pub(crate) all: bool,
}

/// Options of `exec`.
#[derive(Debug, Args)]
pub(crate) struct Exec {
    /// Variable that is given the token [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) variable: Option<String>,
    /// The command and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    pub(crate) command: Vec<std::ffi::OsString>,
}

/// Options of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Which of the stored tokens
    #[arg(long, short = 't', value_name = "TOKEN", default_value = "access")]
    pub(crate) token: TokenKind,
    /// Read the token from stdin instead
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    pub(crate) stdin: Option<String>,
}

/// Options of `which`.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The address that a program would ask for
    pub(crate) url: Option<String>,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if nothing is broken, warnings or not; 1 if something is. With --json one object is printed: \
{\"ok\": BOOL, \"checks\": [{\"id\", \"subject\", \"state\": \"ok|warning|broken|skipped\", \"message\", \"mend\"}]}.")]
pub(crate) struct Doctor {
    /// Ask the servers of the profiles as well: whether they can be reached, and what time they have; sends no secret
    #[arg(long)]
    pub(crate) online: bool,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell to write for
    pub(crate) shell: clap_complete::Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Directory to write one page for each command into
    pub(crate) dir: Option<PathBuf>,
}
