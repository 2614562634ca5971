//! Errors of commands themselves, and of helper protocols that they speak.

use anyhow::Result;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::protocol::{MAX_INPUT, Protocol};
use crate::providers::{CredentialsError, Needed};
use crate::stdin::Stdin;

/// An error of a command itself, not of a module below.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The whole message for docker about a verb that its protocol does not have.
    #[error("{0}")]
    DockerUnknownVerb(String),
    #[error("{protocol}'s protocol has no verb {verb:?}")]
    UnknownVerb {
        protocol: &'static str,
        verb: String,
    },
    /// A client asked to end a login that other programs use too.
    #[error("the login of profile {profile} is ended by `logout` only")]
    NeedsLogout { profile: String },
    #[error("nothing is saved for {0}")]
    NothingSaved(String),
    /// A host that a profile answers for in any case; `reason` says why.
    #[error("profile {profile} always answers for {host}: {reason}")]
    HostStays {
        profile: String,
        host: String,
        reason: &'static str,
    },
    /// Wrong arguments: the exit status is 2.
    #[error("{0}")]
    Usage(String),
    #[error("{what} is not a JSON Web Token: only its issuer can read it")]
    NotAJwt { what: &'static str },
    #[error("the login of profile {profile} does not have {what}")]
    TokenMissing { what: &'static str, profile: String },
    /// A token for signing in with that cannot be used; the text continues "the token that was given …".
    #[error("the token that was given {0}")]
    BadToken(String),
    #[error("the audit log cannot be read")]
    AuditLog(#[source] crate::store::StoreError),
    /// `man` was given a name that stands for nothing.
    #[error("there is no command and no directory {}", .0.display())]
    NoPage(std::path::PathBuf),
    #[error("could not write {}", .path.display())]
    WriteFile {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// A sign-in to a Practicus region that lacks something (`needed`) that only a person could type.
    #[error("could not sign in to profile {profile}")]
    PracticusSignIn {
        profile: String,
        needed: Needed,
        source: CredentialsError,
    },
    /// A profile that does not exist; a login could create it if it named the provider.
    #[error("there is no profile {name:?}")]
    UnknownProfile {
        name: String,
        /// Whether `PRUSA_CRED_PROFILE` names it, not `--profile`.
        is_by_variable: bool,
        known: Vec<String>,
    },
    /// `login ADDRESS` with a profile that is for other places.
    #[error("profile {profile} does not answer for {address}{}", only_for(.places))]
    OtherAddress {
        profile: String,
        /// As the configuration names it.
        address: String,
        /// As it was typed.
        typed: String,
        /// What the profile answers for; empty if that is nothing.
        places: String,
        /// Whether `PRUSA_CRED_PROFILE` names it, not `--profile`.
        is_by_variable: bool,
    },
    /// A person did not let another account's login replace the one that is stored.
    #[error("nothing was stored: profile {profile} stays signed in as {email}")]
    OtherAccountKept {
        profile: String,
        provider: &'static str,
        email: String,
    },
    /// The sign-in has worked and is stored, but the configuration could not be changed for it.
    #[error(
        "the sign-in has worked, but profile {profile} could not be written to the configuration"
    )]
    ProfileNotWritten {
        profile: String,
        stored_in: std::path::PathBuf,
        /// Whether the profile is a new one, whose lines were shown.
        is_new: bool,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("there is no login to import: looked for those of {0}")]
    NothingToImport(String),
    /// A login was found for an import, and can no longer be used; `command` makes a new one.
    #[error("the login in {target} has ended")]
    LoginEnded { target: String, command: String },
    #[error("could not run {command:?}")]
    RunCommand {
        command: String,
        source: std::io::Error,
    },
    /// A password may be stored in a sealed store only.
    #[error("the store of profile {profile} is not sealed, so no password is stored in it")]
    NotSealed {
        profile: String,
        /// Whether the profile exists already.
        is_known: bool,
    },
    /// A region is to be chosen, and nothing says which.
    #[error("several regions are signed in: {}", .names.join(", "))]
    SeveralRegions { names: Vec<String> },
    /// Several things were to be done and some failed; the warnings before it say which.
    #[error("{0} failed in part")]
    PartlyFailed(&'static str),
    /// What `doctor` or `status` was asked about is not as it should be; its report on stdout has said so already.
    #[error("something is broken")]
    ReportedOnStdout,
}

/// Returns the end of a sentence that says what a profile answers for instead.
fn only_for(places: &str) -> String {
    match places {
        "" => String::new(),
        places => format!(", only for {places}"),
    }
}

/// A failure while speaking a helper protocol, each of which reports errors in its own way.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct HelperFailure {
    pub(crate) protocol: Protocol,
    pub(crate) error: anyhow::Error,
}

/// A login or a logout that failed.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct LoginFailure {
    /// The profile that it was for, if that exists already.
    pub(crate) profile: Option<String>,
    pub(crate) error: anyhow::Error,
}

/// Runs a part of a helper protocol, so that its failure is reported as that protocol requires.
pub(crate) fn as_helper(protocol: Protocol, run: impl FnOnce() -> Result<()>) -> Result<()> {
    run().map_err(|error| HelperFailure { protocol, error }.into())
}

/// Returns the error of a verb that the protocol does not have, or of none.
pub(crate) fn unknown_verb(protocol: &'static str, verb: Option<&str>) -> CommandError {
    CommandError::UnknownVerb {
        protocol,
        verb: verb.unwrap_or_default().to_owned(),
    }
}

/// Reads stdin to its end; fails if that holds more than `MAX_INPUT` bytes or does not end before the context's
/// deadline.
pub(crate) fn read(context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    Ok(Stdin::open().read_all(MAX_INPUT, context.deadline)?)
}
