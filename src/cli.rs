//! The command line: names, options and help texts. Nothing here acts.
//!
//! Subcommands are deferred: only the one that is asked for builds its options. What other programs call all the time
//! builds none at all: see `fast`.

pub(crate) mod examples;
mod fast;
mod get;
mod helper;
mod hosts;
pub(crate) mod invoked;
mod issuer;
mod log;
mod login;
mod other_words;
mod overview;
mod refresh;
mod scopes;
mod seal;
mod setup;
mod text;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};

use crate::profile::parse_duration;
use crate::protocol::Protocol;
use crate::token::TokenKind;
use examples::WithExamples as _;
use helper::{protocol_named, with_helpers};
use text::paragraphs;

pub(crate) use get::{Format, Get, Tokens};
pub(crate) use helper::Verb;
pub(crate) use hosts::{Hosts, HostsAction};
pub(crate) use issuer::{Kind, Kognic};
pub(crate) use log::{Log, Since};
pub(crate) use login::{Import, Login};
pub(crate) use overview::overview;
pub(crate) use refresh::Refresh;
pub(crate) use seal::{Seal, Selection, Unseal};
pub(crate) use setup::{Client, Setup, Subject};

// The comments of a type or field that clap reads are help texts: they are written for users.

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
Start with `prusa-cred login`. `prusa-cred help COMMAND` explains a command.
Results go to stdout, everything else to stderr. Exit status: 0 success, 1 failure, 2 bad usage.";

impl Cli {
    /// Reads the arguments, the program's name first: other tools' words for our commands too.
    ///
    /// # Errors
    ///
    /// What is wrong with them, or the help that they ask for.
    pub(crate) fn parse_all(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        Self::try_parse_from(scopes::joined(other_words::replaced(arguments)))
    }
}

/// Returns the command among the arguments, the program's name first, if there is one of that name.
pub(crate) fn command_word(arguments: &[OsString]) -> Option<&str> {
    let word = arguments.get(scopes::command_at(arguments)?)?.to_str()?;
    Command::has_subcommand(word).then_some(word)
}

/// The options that every command takes.
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
    /// Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print more on stderr
    #[arg(
        long,
        short = 'v',
        global = true,
        conflicts_with = "quiet",
        overrides_with = "verbose"
    )]
    pub(crate) verbose: bool,
    /// Print only errors on stderr
    #[arg(long, short = 'q', global = true, overrides_with = "quiet")]
    pub(crate) quiet: bool,
    /// The file of Kognic's environments, which a command may name in place of the one below the home.
    #[arg(skip)]
    pub(crate) environments_file: Option<PathBuf>,
}

/// Makes an enum of subcommands whose options are built only for the one that is called.
macro_rules! subcommands {
    ($(#[doc = $about:literal] $(#[doc = $more:literal])* $name:literal => $variant:ident($args:ty),)+) => {
        /// The command to run, with its options.
        #[derive(Debug)]
        pub(crate) enum Command {
            $(#[doc = $about] $(#[doc = $more])* $variant($args),)+
            /// A helper protocol, and the verb that the calling program asks for.
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
                                .with_examples()
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
                    other => helper::from_matches(other).map(|(protocol, verb)| Self::Helper(protocol, verb)),
                }
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self::from_arg_matches(matches)?;
                Ok(())
            }
        }
    };
}

subcommands! {
    /// Sign in and store the login
    ///
    /// Asks for e-mail address, password and one-time code in the terminal. The login is stored in a file that only
    /// this user can read, and is renewed from then on whenever a token is requested.
    "login" => Login(Login),
    /// Sign out: revoke the login at the server, then delete it here
    ///
    /// If the server cannot be reached, the login is deleted here all the same, and a warning says that it was not
    /// revoked.
    "logout" => Logout(Logout),
    /// Print a valid token, refreshed if needed
    ///
    /// This is for scripts: it never prompts, and ends within the time that --timeout allows.
    "get" => Get(Get),
    /// Renew logins, so that they do not end unused
    ///
    /// A login that nobody uses ends when its refresh token does. This renews one now, or with --all every login that
    /// would end soon, and says which of them need a person to sign in again; the exit status is 1 then. No token is
    /// printed, and nothing is asked. `prusa-cred setup timer` runs it once a day.
    "refresh" => Refresh(Refresh),
    /// Save a credential for git or docker
    ///
    /// It is saved in credentials.json if no profile names its host, and if neither --profile nor PRUSA_CRED_PROFILE is
    /// set. A token that prusa-cred itself handed out is not saved again: its profile stores it.
    "store" => Store(NoOptions),
    /// Record that a server rejected a credential
    ///
    /// If it is the stored access token, the next `get` refreshes it; the login itself is deleted only by `prusa-cred
    /// logout`. If it is a saved credential, that one is removed; a saved credential that differs is kept.
    "erase" => Erase(NoOptions),
    /// List the hosts that have a credential here
    ///
    /// First the hosts of profiles, then saved credentials, newest first and without their secrets.
    "list" => List(NoOptions),
    /// Remove a saved credential
    ///
    /// Logins are not saved credentials: `prusa-cred logout` deletes those.
    "forget" => Forget(Forget),
    /// Seal stored logins: encrypt them with a key that is kept elsewhere
    ///
    /// The key is kept in the platform's keyring or in a key file, and is made if it is missing. Files that exist are
    /// sealed now; the choice is written into the configuration, for new ones. A file that is not sealed is refused
    /// from then on, until `seal` or `unseal` accepts it. Without --all or --saved, one profile is sealed. Backups and
    /// freed disk space may still hold the unsealed files.
    "seal" => Seal(Seal),
    /// Undo `seal`: store in plain files that only this user can read
    ///
    /// A password that `login --save-password` stored is deleted: only a sealed store may hold one.
    "unseal" => Unseal(Unseal),
    /// Show who is signed in, where, and until when
    ///
    /// Also how the last renewal failed, if it did. Shows no token, so the output can be shared. With --profile the
    /// exit status is 1 if that profile is not signed in, or its login cannot be used any more.
    "status" => Status(NoOptions),
    /// Run a command with a fresh token in its environment
    "exec" => Exec(Exec),
    /// Show the claims in a token, without showing the token
    ///
    /// Decodes a JSON Web Token (JWT) on this machine; nothing is sent anywhere. The signature is not verified: only
    /// the issuer can tell whether a token is genuine.
    "inspect" => Inspect(Inspect),
    /// Show which profile would answer, and why
    ///
    /// Shows the rule that decided, where the login is stored, when it is refreshed next, and the last error.
    "which" => Which(Which),
    /// Show, add or remove the hosts that a profile answers for
    ///
    /// A token goes only to these. What is added or removed is written into config.toml, which is made if it is missing;
    /// comments and all other lines stay as they are. What is built in of the profiles prusa, kognic and practicus
    /// cannot be removed.
    "hosts" => Hosts(Hosts),
    /// Set up another program to ask prusa-cred, or show how
    ///
    /// Without --apply nothing is changed: the changes are shown, file by file and line by line. The rest of a file is
    /// kept byte for byte, and a copy of the file as it was is left beside it.
    "setup" => Setup(Setup),
    /// Look for problems, and show the command that fixes each
    ///
    /// Checks the configuration, files and their modes, locks, logins, names on PATH, the settings of client programs,
    /// proxy and certificates. "broken" means that something fails now or at the next refresh, and makes the exit
    /// status 1; a "warning" is worth a look and does not. Nothing is changed, no secret is shown, and without --online
    /// no server is contacted. With --quiet only problems are shown.
    "doctor" => Doctor(Doctor),
    /// Show which tokens were handed out, when, and to which programs
    ///
    /// Needs `audit = true` at the top of the configuration: from then on each token or saved credential that is handed
    /// out is recorded in a line of audit.jsonl, beside credentials.json. No line holds a secret. With --json an array of
    /// objects is printed; with --profile only that profile's lines are shown. The two newest files of 1 MiB are kept.
    "log" => Log(Log),
    /// Print a completion script for a shell
    "completions" => Completions(Completions),
    /// Show a manual page, or write all of them into a directory
    ///
    /// At a terminal it is shown by man(1), elsewhere it is printed as it is (roff).
    "man" => Man(Man),
}

/// A command without options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoOptions {}

/// Options of `logout`.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Sign out of all profiles
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Sign out of all profiles of this kind of service
    #[arg(long, value_name = "KIND", conflicts_with_all = ["profile", "all"])]
    pub(crate) provider: Option<Kind>,
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
    /// Variable to put the token into [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]
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
    /// Which stored token to show
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
Exit status: 1 if something is broken, else 0; warnings do not count. With --json one object is printed: \
{\"ok\": BOOL, \"checks\": [{\"id\", \"subject\", \"state\": \"ok|warning|broken|skipped\", \"message\", \"mend\"}]}.")]
pub(crate) struct Doctor {
    /// Also check that the profiles' servers can be reached and that their clocks agree; sends no secret
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
    /// A command, to show its page; or a directory to write all pages into: one that is there, or one with a / in it,
    /// which is made
    #[arg(value_name = "COMMAND|DIR")]
    pub(crate) what: Option<PathBuf>,
}
