//! The command line: names, options and help texts. Nothing here acts.
//!
//! Subcommands are deferred: only the one that is asked for builds its options. What other programs call all the time
//! builds none at all: see `plain`.

mod plain;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::profile::parse_duration;
use crate::protocol::Protocol;
use crate::token::UnixTime;

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

/// Puts the helper protocols among the commands, before those that tell how things are.
fn with_helpers(mut commands: Vec<clap::Command>) -> Vec<clap::Command> {
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

/// Options that make no sense where logins are taken over as they are.
const IMPORT_TAKES_NONE: [&str; 14] = [
    "address",
    "provider",
    "email",
    "password_stdin",
    "otp_command",
    "browser",
    "device",
    "token_stdin",
    "save_password",
    "no_store",
    "url",
    "issuer",
    "client_id",
    "hosts",
];

/// Options of `login`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The password comes from --password-stdin, the environment, the profile's password_command, or a prompt; the one-time \
code from --otp-command, the environment, the profile's otp_command, or a prompt. Neither is ever taken from the \
command line, where other users of this machine could read it. Where nothing is set up, a person at the terminal is \
asked which service. With --profile NAME and --provider KIND a new profile of that name is made, once the sign-in has \
worked.")]
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
    /// E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Take the first line of stdin for the password
    #[arg(long, conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) password_stdin: bool,
    /// Run this shell command to get a one-time code
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) otp_command: Option<String>,
    /// Sign in with a browser (for Google, Apple, passkeys)
    #[arg(long, conflicts_with = "device")]
    pub(crate) browser: bool,
    /// Sign in with a browser on another device
    #[arg(long)]
    pub(crate) device: bool,
    /// Practicus: read a refresh or access token from the first line of stdin instead of signing in
    #[arg(long)]
    pub(crate) token_stdin: bool,
    /// Practicus: keep the password too, for signing in again by itself; only a sealed store may hold one
    #[arg(long, conflicts_with_all = ["no_store", "token_stdin"])]
    pub(crate) save_password: bool,
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
    /// Host that the login is for, in a profile that is made for it (repeatable)
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
    /// Take over the logins that other tools on this machine have
    #[arg(long, value_name = "TOOL", num_args = 0..=1, default_missing_value = "all", conflicts_with_all = IMPORT_TAKES_NONE)]
    pub(crate) import: Option<Import>,
}

impl Kognic {
    /// Returns whether anything is said that only Kognic knows.
    pub(crate) fn is_meant(&self) -> bool {
        self.server.is_some() || self.credentials.is_some() || self.environment.is_some()
    }
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
    /// End the logins of all profiles
    #[arg(long)]
    pub(crate) all: bool,
}

/// Options of `seal`.
#[derive(Debug, Args)]
pub(crate) struct Seal {
    /// All profiles, and saved credentials
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Saved credentials alone
    #[arg(long, conflicts_with_all = ["all", "profile"])]
    pub(crate) saved: bool,
    /// Seal under the key in this file instead of the keyring's; $CREDENTIALS_DIRECTORY/… is one of a systemd service
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// Options of `unseal`.
#[derive(Debug, Args)]
pub(crate) struct Unseal {
    /// All profiles, and saved credentials
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Saved credentials alone
    #[arg(long, conflicts_with_all = ["all", "profile"])]
    pub(crate) saved: bool,
    /// Where the key is, if it was moved
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// Options of `get`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
With none of URL, --format, --token and --profile, a request of git, docker or Bazel on stdin is answered in its \
own form; anything else on stdin is left unread.")]
pub(crate) struct Get {
    /// Address that the token is for; where no profile names its host, what is saved for it is printed
    pub(crate) url: Option<String>,
    /// How to print the token
    #[arg(long, short = 'f', value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Which token to print
    #[arg(long, short = 't', value_name = "TOKEN")]
    pub(crate) token: Option<Tokens>,
    /// Time that the access token must have left, such as 30s or 2m [default: 30s]
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
    /// The header line `Authorization: Bearer TOKEN`, for `curl -H`
    Header,
    /// A JSON object of headers, for MCP clients
    Headers,
    /// The shell line `export PRUSA_TOKEN='TOKEN'`
    Env,
    /// A line for `curl -K -`
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

/// What `get` may print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tokens {
    /// The access token
    Access,
    /// The identity (ID) token
    Identity,
    /// The refresh token (handing it out means sharing the login)
    Refresh,
    /// The access token and the refresh token, as JSON
    Both,
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

/// Options of `log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Only what is not older than this: a span such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)
    #[arg(long, value_name = "WHEN", value_parser = parse_since)]
    pub(crate) since: Option<Since>,
    /// Only so many lines, the newest
    #[arg(long, short = 'n', value_name = "COUNT")]
    pub(crate) lines: Option<usize>,
}

/// A point in time, as people tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    Ago(Duration),
    At(UnixTime),
}

fn parse_since(text: &str) -> Result<Since, String> {
    if let Ok(span) = parse_duration(text) {
        return Ok(Since::Ago(span));
    }
    let with_zone = || text.parse::<jiff::Timestamp>().ok();
    // In UTC, as all times are shown.
    let without = || {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    with_zone()
        .or_else(without)
        .map(|at| Since::At(UnixTime::from_secs(at.as_second())))
        .ok_or_else(|| {
            "neither a span of time such as 1h, nor a date such as 2026-11-22".to_owned()
        })
}

/// Options of `setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
The hosts are those of the profile that --profile or the default names, unless --host names one or more of them. Where a \
line of another program stands in the way, nothing is changed; git's other helpers are set aside for these hosts alone. \
--undo takes back what --apply did, with the same --profile and --host, and leaves alone what was changed since.")]
pub(crate) struct Setup {
    /// The program to set up; without one, all are listed with how they are
    #[arg(value_name = "CLIENT")]
    pub(crate) client: Option<Client>,
    /// Host, of those that the profile answers for (repeatable); for MCP clients the server's address
    #[arg(long = "host", value_name = "HOST", requires = "client")]
    pub(crate) hosts: Vec<String>,
    /// Make the change
    #[arg(long, requires = "client")]
    pub(crate) apply: bool,
    /// Take the change back
    #[arg(long, requires = "client", conflicts_with = "apply")]
    pub(crate) undo: bool,
}

/// A program that can be pointed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    /// credential.helper, for the profile's hosts
    Git,
    /// credHelpers in Docker's config.json
    Docker,
    /// credHelpers in auth.json, which Buildah and Skopeo read too
    Podman,
    /// credential-provider of the registries on the profile's hosts
    Cargo,
    /// --credential_helper in .bazelrc
    Bazel,
    /// A user in the kubeconfig that runs prusa-cred
    Kubectl,
    /// credentials_helper in .terraformrc
    Terraform,
    /// GOAUTH, in the file of `go env -w`
    Go,
    /// keyring-provider in pip.conf
    Pip,
    /// keyring-provider in uv.toml
    Uv,
    /// An MCP server in .claude.json, with a command for its headers
    ClaudeCode,
    /// An MCP server in VS Code's mcp.json, run with a token in its environment
    #[value(name = "vscode")]
    VsCode,
}

impl Client {
    /// Every client.
    pub(crate) const ALL: [Self; 12] = [
        Self::Git,
        Self::Docker,
        Self::Podman,
        Self::Cargo,
        Self::Bazel,
        Self::Kubectl,
        Self::Terraform,
        Self::Go,
        Self::Pip,
        Self::Uv,
        Self::ClaudeCode,
        Self::VsCode,
    ];

    /// Returns the word that `setup` takes for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Cargo => "cargo",
            Self::Bazel => "bazel",
            Self::Kubectl => "kubectl",
            Self::Terraform => "terraform",
            Self::Go => "go",
            Self::Pip => "pip",
            Self::Uv => "uv",
            Self::ClaudeCode => "claude-code",
            Self::VsCode => "vscode",
        }
    }

    /// Returns the program's own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
            Self::Bazel => "Bazel",
            Self::Terraform => "Terraform",
            Self::Go => "Go",
            Self::ClaudeCode => "Claude Code",
            Self::VsCode => "VS Code",
            Self::Git | Self::Cargo | Self::Kubectl | Self::Pip | Self::Uv => self.word(),
        }
    }
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
