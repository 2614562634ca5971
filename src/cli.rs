//! The command line: names, options and help texts. Nothing here acts.
//!
//! Subcommands are deferred: `get` is called by other programs all the time, and only the subcommand that is asked
//! for builds its options.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::profile::parse_duration;
use crate::protocol::Protocol;

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
#[derive(Clone, Debug, Args)]
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
            /// Speak a helper protocol.
            Helper(Protocol, Verb),
        }

        impl Subcommand for Command {
            fn augment_subcommands(command: clap::Command) -> clap::Command {
                let command = command.subcommand_required(true).arg_required_else_help(true)$(
                    .subcommand(
                        clap::Command::new($name)
                            .about(concat!($($about),+).trim_start())
                            .defer(<$args as Args>::augment_args),
                    )
                )+;
                command.subcommands(Protocol::ALL.iter().map(|protocol| {
                    clap::Command::new(protocol.name())
                        .about(protocol.about())
                        .defer(Verb::augment_args)
                }))
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
                    other => helper(other),
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
    /// Remove a saved credential
    "forget" => Forget(Forget),
    /// Show who is signed in, where, and until when
    "status" => Status(NoOptions),
    /// Run a command with a fresh token in its environment
    "exec" => Exec(Exec),
    /// Decode a token here, without showing it to anybody
    "inspect" => Inspect(Inspect),
    /// Tell which profile would answer, and why
    "which" => Which(Which),
    /// Print a completion script
    "completions" => Completions(Completions),
    /// Print the manual page, or write all of them into a directory
    "man" => Man(Man),
}

fn helper(called: Option<(&str, &ArgMatches)>) -> Result<Command, clap::Error> {
    match called.and_then(|(name, matches)| Some((protocol_named(name)?, matches))) {
        Some((protocol, matches)) => {
            Verb::from_arg_matches(matches).map(|verb| Command::Helper(protocol, verb))
        }
        None => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
    }
}

fn protocol_named(name: &str) -> Option<Protocol> {
    let is_named = |protocol: &&Protocol| protocol.name() == name;
    Protocol::ALL.iter().find(is_named).copied()
}

/// A command without options of its own.
#[derive(Debug, Args)]
pub(crate) struct NoOptions {}

/// Options of `login`.
#[derive(Debug, Args)]
#[command(after_help = "\
The password comes from --password-stdin, the environment, the profile's password_command, or a prompt; the one-time \
code from --otp-command, the environment, the profile's otp_command, or a prompt. Neither is ever taken from the \
command line. With --profile NAME and --provider KIND a new profile of that name is made.")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Login {
    /// Address of something protected (an MCP server): its own authorization server is found and signed in to
    pub(crate) address: Option<String>,
    /// Kind of service to sign in to
    #[arg(long, value_name = "KIND")]
    pub(crate) provider: Option<Kind>,
    /// E-mail address of the account (also: PRUSA_EMAIL, PRT_EMAIL)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Read the password from the first line of stdin
    #[arg(long, conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) password_stdin: bool,
    /// Run this to get a one-time code
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) otp_command: Option<String>,
    /// Sign in with a browser (Google, Apple, passkeys)
    #[arg(long, conflicts_with = "device")]
    pub(crate) browser: bool,
    /// Sign in with a browser on another device
    #[arg(long)]
    pub(crate) device: bool,
    /// Practicus: read a refresh or access token from the first line of stdin instead of signing in
    #[arg(long)]
    pub(crate) token_stdin: bool,
    /// Print the token set as JSON instead of storing it
    #[arg(long)]
    pub(crate) no_store: bool,
    /// Practicus: the address of the region (also: PRT_URL)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) kognic: Kognic,
    /// OAuth: the server's address, as its metadata has it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) issuer: Option<String>,
    /// OAuth: the identifier that the server gave this client
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Take over the logins that other tools on this machine have
    #[arg(long, value_name = "TOOL", num_args = 0..=1, default_missing_value = "all")]
    pub(crate) import: Option<Import>,
}

/// Where Kognic's client credentials are, and what to ask for with them.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Kognic {
    /// Kognic: the authentication server
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<String>,
    /// Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<String>,
    /// Kognic: an environment of environments.json
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Scopes to ask for, separated by commas or spaces, or the option repeated
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(crate) scopes: Vec<String>,
}

/// A tool whose logins can be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Import {
    /// Every tool below
    All,
    /// The Prusa Python SDK
    Prusa,
    /// kognic-auth
    Kognic,
    /// Practicus AI's SDK
    Practicus,
}

/// A kind of token issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Prusa Account
    Prusa,
    /// Kognic
    Kognic,
    /// A Practicus AI region
    Practicus,
    /// Any OAuth 2.0 or OpenID Connect server
    #[value(name = "oauth")]
    OAuth,
}

impl Kind {
    /// Returns the word that the configuration has for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Prusa => "prusa",
            Self::Kognic => "kognic",
            Self::Practicus => "practicus",
            Self::OAuth => "oauth",
        }
    }
}

/// Options of `logout`.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Log out of every profile
    #[arg(long)]
    pub(crate) all: bool,
}

/// Options of `get`.
#[derive(Debug, Args)]
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
    /// Kind of service, where no profile of it is named: its built-in profile
    #[arg(long, value_name = "KIND", conflicts_with = "profile")]
    pub(crate) provider: Option<Kind>,
    #[command(flatten)]
    pub(crate) kognic: Kognic,
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
    /// `Bearer …`, the whole value of a header, for cargo
    Bearer,
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

/// Options of `forget`.
#[derive(Debug, Args)]
#[command(after_help = "\
Removes what git or Docker asked to keep, as `prusa-cred list` shows it. Logins stay: `prusa-cred logout` ends those.")]
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

/// The verb of a helper protocol.
#[derive(Debug, Args)]
pub(crate) struct Verb {
    /// What the calling program wants: get, store, erase, …
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
