//! What `get` takes: for whom a token is, which one, and how it is printed.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Kind, Kognic};
use crate::profile::parse_duration;

/// Options of `get`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Where nothing says what is wanted, a request of git, docker or Bazel on stdin is answered in its own form, and \
anything else on stdin is left unread. Stdin is not looked at with a URL, --format, --token, --provider, --server, \
--credentials, --env, --scopes, --profile or --json.")]
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
