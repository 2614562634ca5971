//! The options of `get`: what a token is for, which one, and how it is printed.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Kind, Kognic};
use crate::profile::parse_duration;

/// Options of `get`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Without a URL, --format, --token, --provider, --server, --credentials, --env, --scopes, --profile or --json, a request \
of git, docker or Bazel on stdin is answered in that program's own format, and anything else on stdin is left unread. \
With any of them stdin is not looked at.")]
pub(crate) struct Get {
    /// Address that the token is for; if no profile names its host, the saved credential is printed
    pub(crate) url: Option<String>,
    /// How to print the token
    #[arg(long, short = 'f', value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Which token to print
    #[arg(long, short = 't', value_name = "TOKEN")]
    pub(crate) token: Option<Tokens>,
    /// Time for which the access token must still be valid, such as 30s or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) min_ttl: Option<Duration>,
    /// Refresh even if the token is still valid
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Use the built-in profile of this kind of service; for practicus, the region that is signed in
    #[arg(long, value_name = "KIND", conflicts_with = "profile")]
    pub(crate) provider: Option<Kind>,
    /// Show the claims in the access token instead, as `inspect` does: an option of `kognic-auth get-access-token`
    #[arg(long, hide = true, conflicts_with_all = ["format", "token"])]
    pub(crate) decode: bool,
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
    /// The shell line `export PRUSA_TOKEN='TOKEN'`, or with the variable that `exec` sets
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
    /// The refresh token (whoever has it can use the login)
    Refresh,
    /// The access token and the refresh token, as JSON
    Both,
}
