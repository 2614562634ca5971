//! Failures that belong to no layer below, and how a helper's conversation fails.

use anyhow::Result;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::protocol::{MAX_INPUT, Protocol};
use crate::providers::{CredentialsError, Needed};
use crate::stdin::Stdin;

/// A failure that belongs to no layer below.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// What docker reads of a verb that nobody knows.
    #[error("{0}")]
    DockerUnknown(String),
    #[error("{protocol}'s protocol has no verb {verb:?}")]
    UnknownVerb {
        protocol: &'static str,
        verb: String,
    },
    /// A client wants a login ended that serves others too.
    #[error("the login of profile {profile} is not ended from here")]
    OnlyLogout { profile: String },
    #[error("nothing is saved for {0}")]
    NothingSaved(String),
    #[error("{0}")]
    Usage(String),
    #[error("{what} is not a JSON Web Token: only its issuer can read it")]
    Opaque { what: &'static str },
    #[error("the login of profile {profile} does not have {what}")]
    NotThere { what: &'static str, profile: String },
    /// A token that somebody gave us to sign in with.
    #[error("the token that was given {0}")]
    BadToken(String),
    #[error("the audit log cannot be read")]
    Log(#[source] crate::store::StoreError),
    #[error("could not write {}", .path.display())]
    Output {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// A sign-in to a region for which nobody was there to say something.
    #[error("could not sign in to profile {profile}")]
    RegionNeeds {
        profile: String,
        needed: Needed,
        source: CredentialsError,
    },
    /// A name that a login could make a profile of, if it said of which kind.
    #[error("there is no profile {name:?}")]
    NoProfileYet {
        name: String,
        is_by_variable: bool,
        known: Vec<String>,
    },
    #[error("there is no login to take over: looked for those of {0}")]
    NothingToImport(String),
    /// A login that was found and is over.
    #[error("the login in {target} has ended")]
    DeadLogin { target: String, command: String },
    #[error("could not run {command:?}")]
    NotRun {
        command: String,
        source: std::io::Error,
    },
    /// A password is kept in a sealed store only.
    #[error("the store of profile {profile} is not sealed, so no password is kept in it")]
    NotSealed { profile: String, is_known: bool },
    #[error("some of what {0} needs could not be done")]
    Partly(&'static str),
    /// A report on stdout has told it already.
    #[error("something is broken")]
    ChecksFailed,
}

/// A failure of a conversation: each protocol has its own way to be told.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct HelperFailure {
    pub(crate) protocol: Protocol,
    pub(crate) error: anyhow::Error,
}

/// A login that came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct LoginFailure {
    /// The profile that it was for, if that is there already.
    pub(crate) profile: Option<String>,
    pub(crate) error: anyhow::Error,
}

/// Has a failure told in the protocol's own way.
pub(crate) fn speak(protocol: Protocol, conversation: impl FnOnce() -> Result<()>) -> Result<()> {
    conversation().map_err(|error| HelperFailure { protocol, error }.into())
}

pub(crate) fn unknown_verb(protocol: &'static str, verb: Option<&str>) -> CommandError {
    CommandError::UnknownVerb {
        protocol,
        verb: verb.unwrap_or_default().to_owned(),
    }
}

/// Reads a whole request from stdin.
pub(crate) fn read(context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    Ok(Stdin::open().read_all(MAX_INPUT, context.deadline)?)
}
