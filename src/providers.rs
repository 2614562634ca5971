//! Providers: who issues tokens, and what signing in with each of them takes.
//!
//! A provider talks to its server and to nobody else: what it needs from a person it asks of `Credentials`, what it
//! gets it returns, and storing that is the caller's business.

pub(crate) mod kognic;
pub(crate) mod oauth;
pub(crate) mod practicus;
pub(crate) mod prusa;

use std::error::Error;
use std::time::Duration;

use secrecy::SecretString;

use crate::deadline::Deadline;
use crate::http::HttpError;
use crate::oauth::GrantError;
use crate::oauth::authorization_code::AuthorizationResponseError;
use crate::providers::kognic::ItemError;
use crate::providers::oauth::OAuthError;
use crate::token::{RefreshToken, TokenSet};

/// What a new login takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInBy {
    /// E-mail address, password, and perhaps a one-time code: `Credentials`.
    Password,
    /// Nothing but what the provider was made with (client credentials, RFC 6749 §4.4).
    Client,
    /// A person and a browser, here or on another device.
    Person,
}

/// A kind of token issuer.
pub(crate) trait Provider {
    /// Returns what `sign_in` takes.
    fn sign_in_by(&self) -> SignInBy;

    /// Spends the refresh token and returns what came for it.
    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError>;

    /// Returns why the ID token that came with a refresh is not to be believed, if it is not.
    fn check_refreshed_id_token(&self, _current: &TokenSet, _newer: &TokenSet) -> Option<String> {
        None
    }

    /// Makes the login worthless at the server, as far as the server can do that.
    fn revoke(&self, set: &TokenSet, deadline: Deadline) -> Result<(), GrantError>;

    /// Signs in without a browser.
    fn sign_in(
        &self,
        credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError>;
}

/// How long a sign-in may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TimeoutPolicy {
    /// All of it by then: nobody is there who could be slow.
    Overall(Deadline),
    /// Each request so long, and a person as long as it takes.
    EachRequest(Duration),
}

impl TimeoutPolicy {
    /// Returns when a request that begins now has to be answered.
    pub(crate) fn deadline(self) -> Deadline {
        match self {
            Self::Overall(deadline) => deadline,
            Self::EachRequest(span) => Deadline::after(span),
        }
    }
}

/// Where a sign-in gets what only its owner knows: the environment, a command, a terminal.
///
/// After a refusal the same method is asked again. How often that may happen is for the implementation to say: it ends
/// the sign-in with `CredentialsError::NoMore`. What cannot change must not be given twice.
pub(crate) trait Credentials {
    /// Returns the e-mail address (or user name) to sign in with.
    fn email(&mut self, attempt: Attempt<'_>) -> Result<String, CredentialsError>;

    /// Returns its password.
    fn password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError>;

    /// Returns a one-time code that was not tried before, waiting for it if need be.
    fn one_time_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError>;
}

/// Why something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt<'a> {
    /// For the first time.
    First,
    /// Because the server refused what it got, in these words.
    AfterRefusal { message: &'a str },
}

impl<'a> Attempt<'a> {
    fn after(refused: Option<&'a str>) -> Self {
        refused.map_or(Self::First, |message| Self::AfterRefusal { message })
    }
}

/// Why credentials are not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// What there was has been refused; the sign-in ends with the server's words.
    #[error("there is nothing else to try")]
    NoMore,
    /// Nobody gave it, and nobody can be asked.
    #[error("the sign-in needs {0}")]
    Missing(Needed),
    /// A command or a prompt failed.
    #[error("cannot get {needed}")]
    Failed {
        needed: Needed,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// What a sign-in can need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    Email,
    Password,
    OneTimeCode,
}

impl std::fmt::Display for Needed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Email => "an e-mail address",
            Self::Password => "a password",
            Self::OneTimeCode => "a one-time code",
        })
    }
}

/// Asks for e-mail address and password; `refused` is what the server said to those before.
fn ask_email_and_password(
    credentials: &mut dyn Credentials,
    refused: Option<String>,
) -> Result<(String, SecretString), SignInError> {
    let attempt = Attempt::after(refused.as_deref());
    let both = credentials
        .email(attempt)
        .and_then(|email| Ok((email, credentials.password(attempt)?)));
    or_refusal(both, refused, |message| SignInError::InvalidCredentials {
        message,
    })
}

/// Asks for a one-time code; `refused` is what the server said to the one before.
fn ask_one_time_code(
    credentials: &mut dyn Credentials,
    refused: Option<String>,
) -> Result<SecretString, SignInError> {
    let code = credentials.one_time_code(Attempt::after(refused.as_deref()));
    or_refusal(code, refused, |message| SignInError::InvalidCode {
        message,
    })
}

/// Returns what was asked for; where there is nothing else to try, what the server said to the last try.
fn or_refusal<T>(
    asked: Result<T, CredentialsError>,
    refused: Option<String>,
    refusal: impl FnOnce(String) -> SignInError,
) -> Result<T, SignInError> {
    asked.map_err(|error| match (error, refused) {
        (CredentialsError::NoMore, Some(message)) => refusal(message),
        (error, _) => error.into(),
    })
}

/// Nothing to ask: for providers that sign in by what they were made with.
pub(crate) struct NoCredentials;

impl Credentials for NoCredentials {
    fn email(&mut self, _attempt: Attempt<'_>) -> Result<String, CredentialsError> {
        Err(CredentialsError::Missing(Needed::Email))
    }

    fn password(&mut self, _attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        Err(CredentialsError::Missing(Needed::Password))
    }

    fn one_time_code(&mut self, _attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        Err(CredentialsError::Missing(Needed::OneTimeCode))
    }
}

/// Why a sign-in gave no token set. `message` is the server's, made fit for a terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    #[error("the e-mail address or the password was refused: {message}")]
    InvalidCredentials { message: String },
    /// The same where a password is the only way to sign in.
    #[error("the e-mail address or the password was refused: {message}")]
    InvalidPassword { message: String },
    #[error("the one-time code was refused: {message}")]
    InvalidCode { message: String },
    #[error("the account is locked: {message}")]
    AccountLocked { message: String },
    /// 429.
    #[error("{url} received too many requests (status 429)")]
    RateLimited {
        url: String,
        retry_after: Option<Duration>,
    },
    /// 403: the check against forged requests, or something before the server that dislikes programs.
    #[error("{url} denied access (status 403)")]
    Forbidden { url: String },
    /// 5xx.
    #[error("{url} reports a server error (status {status})")]
    Server {
        url: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// A page that is no step of any sign-in known here.
    #[error("{url} shows a page that is not known here: {title:?} (status {status})")]
    UnknownPage {
        url: String,
        title: String,
        status: u16,
    },
    /// More pages or redirects than a sign-in has.
    #[error("the sign-in at {url} goes round in circles")]
    Endless { url: String },
    /// The way leads to another server, such as that of a single sign-on: a password does not go there.
    #[error("the sign-in leads away, to {to}")]
    LeftOrigin { to: String },
    /// The way ended, and not with a code.
    #[error(transparent)]
    Answer(#[from] AuthorizationResponseError),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Grant(#[from] GrantError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    #[error(transparent)]
    Kognic(#[from] ItemError),
}

impl SignInError {
    /// Returns whether the server refused what signs in, so that trying the same again can only do harm.
    pub(crate) fn is_about_who(&self, by: SignInBy) -> bool {
        let is_refused_password = by == SignInBy::Password && self.is_refused_password();
        is_refused_password || (by == SignInBy::Client && self.is_refused_client())
    }

    /// Returns whether the server does not know the e-mail address, or not with this password.
    pub(crate) fn is_refused_password(&self) -> bool {
        matches!(
            self,
            Self::InvalidCredentials { .. } | Self::InvalidPassword { .. }
        )
    }

    /// Returns whether the server does not know this client, or not with this secret (RFC 6749 §5.2).
    pub(crate) fn is_refused_client(&self) -> bool {
        let codes = ["invalid_client", "unauthorized_client"];
        matches!(self, Self::Grant(error) if codes.iter().any(|code| error.is_refusal(code)))
    }
}
