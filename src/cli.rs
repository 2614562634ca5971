//! The command line: names, options and help texts. Nothing here acts.
//!
//! Subcommands are deferred: only the one that is asked for builds its options. What other programs call all the time
//! builds none at all: see `plain`.

mod plain;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::profile::parse_duration;

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
Exit status: 0 success, 1 failure, 2 bad usage. Results go to stdout, everything else to stderr.
Start with `prusa-cred login`; each command has more under `prusa-cred help COMMAND`.";

/// What every command takes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Global {
    /// Use this profile (also: PRUSA_CRED_PROFILE)
    #[arg(long, short = 'p', global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Read this configuration file (also: PRUSA_CRED_CONFIG)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Never ask a person anything (also: PRUSA_CRED_NO_INPUT)
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Give up after this long, such as 30s or 2m [default: 10s; for login, 30s a request]
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Print results and errors as JSON (for errors also: PRUSA_CRED_ERRORS=json)
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
    ($($(#[doc = $about:literal])+ $name:literal => $variant:ident($args:ty),)+) => {
        /// What to do.
        #[derive(Debug)]
        pub(crate) enum Command {
            $($(#[doc = $about])+ $variant($args),)+
        }

        impl Subcommand for Command {
            fn augment_subcommands(command: clap::Command) -> clap::Command {
                command.subcommand_required(true).arg_required_else_help(true)$(
                    .subcommand(
                        clap::Command::new($name)
                            .about(concat!($($about),+).trim_start())
                            .defer(<$args as Args>::augment_args),
                    )
                )+
            }

            fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
                Self::augment_subcommands(command)
            }

            fn has_subcommand(name: &str) -> bool {
                [$($name),+].contains(&name)
            }
        }

        impl FromArgMatches for Command {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                match matches.subcommand() {
                    $(Some(($name, matches)) => <$args>::from_arg_matches(matches).map(Self::$variant),)+
                    _ => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
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
    /// Sign in and store the token set
    "login" => Login(Login),
    /// Revoke the login at the server, then forget it here
    "logout" => Logout(Logout),
    /// Print a valid token, refreshed if need be
    "get" => Get(Get),
    /// Take a credential that git or docker wants kept
    "store" => Store(NoOptions),
    /// Note that a server refused a credential
    "erase" => Erase(NoOptions),
    /// List the hosts that can be answered for
    "list" => List(NoOptions),
    /// Speak git's credential helper protocol
    "git" => Git(Verb),
    /// Speak docker's credential helper protocol
    "docker" => Docker(Verb),
    /// Speak Bazel's credential helper protocol
    "bazel" => Bazel(Verb),
    /// Show who is signed in, where, and until when
    "status" => Status(NoOptions),
    /// Decode a token here, without showing it to anybody
    "inspect" => Inspect(Inspect),
    /// Tell which profile would answer, and why
    "which" => Which(Which),
    /// Print a completion script
    "completions" => Completions(Completions),
    /// Print the manual page, or write all of them into a directory
    "man" => Man(Man),
}

/// A command without options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoOptions {}

/// Options of `login`.
#[derive(Debug, Args)]
#[command(after_help = "\
The password comes from --password-stdin, PRUSA_PASSWORD, the profile's password_command, or a prompt; the \
one-time code from --otp-command, the profile's otp_command, PRUSA_TOTP_SECRET, or a prompt. Neither is ever \
taken from the command line.")]
pub(crate) struct Login {
    /// Kind of service to sign in to
    #[arg(long, value_name = "KIND")]
    pub(crate) provider: Option<Kind>,
    /// E-mail address of the account (also: PRUSA_EMAIL)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Read the password from the first line of stdin
    #[arg(long, conflicts_with = "browser")]
    pub(crate) password_stdin: bool,
    /// Run this to get a one-time code
    #[arg(long, value_name = "COMMAND", conflicts_with = "browser")]
    pub(crate) otp_command: Option<String>,
    /// Sign in with a browser (Google, Apple, passkeys) and paste the address that it ends on
    #[arg(long)]
    pub(crate) browser: bool,
    /// Print the token set as JSON instead of storing it
    #[arg(long)]
    pub(crate) no_store: bool,
}

/// A kind of token issuer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Prusa Account
    Prusa,
}

/// Options of `logout`.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Log out of every profile
    #[arg(long)]
    pub(crate) all: bool,
}

/// Options of `get`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
With none of URL, --format, --token and --profile, a request of git, docker or Bazel on stdin is answered in its \
own form; anything else on stdin is left unread.")]
pub(crate) struct Get {
    /// Only if a profile answers for this address
    pub(crate) url: Option<String>,
    /// Form of the answer
    #[arg(long, short = 'f', value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Which token
    #[arg(long, short = 't', value_name = "TOKEN")]
    pub(crate) token: Option<TokenKind>,
    /// Seconds of life that the access token must have left, such as 30s or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) min_ttl: Option<Duration>,
    /// Refresh even if the token is still good
    #[arg(long)]
    pub(crate) refresh: bool,
}

/// How `get` prints a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The token and a newline
    Raw,
    /// A JSON object: access_token, token_type, expires_at, expires_in, scope, profile
    Json,
    /// `Authorization: Bearer …`, for curl -H
    Header,
    /// A JSON object of headers, for MCP clients
    Headers,
    /// A shell line: export PRUSA_TOKEN=…
    Env,
    /// A line for curl -K -
    Curl,
    /// A netrc entry
    Netrc,
}

/// The tokens of a token set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenKind {
    /// The access token
    Access,
    /// The identity (ID) token
    Identity,
    /// The refresh token (handing it out means sharing the login)
    Refresh,
}

/// The verb of a helper protocol.
#[derive(Debug, Args)]
pub(crate) struct Verb {
    /// What the calling program wants: get, store, erase, …
    #[arg(value_name = "VERB")]
    pub(crate) verb: Option<String>,
    /// What newer callers may add
    #[arg(hide = true, action = ArgAction::Append)]
    pub(crate) rest: Vec<String>,
}

/// Options of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Which stored token
    #[arg(long, short = 't', value_name = "TOKEN", default_value = "access")]
    pub(crate) token: TokenKind,
    /// `-` reads the token from stdin instead
    #[arg(value_name = "-", value_parser = ["-"])]
    pub(crate) stdin: Option<String>,
}

/// Options of `which`.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The address that a program would ask for
    pub(crate) url: Option<String>,
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
    /// Directory for one page a command
    pub(crate) dir: Option<PathBuf>,
}
