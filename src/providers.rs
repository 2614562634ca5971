//! Providers: the services that issue tokens, and how to sign in to each, renew its tokens and revoke them.
//!
//! A provider talks to its server only: a person's input comes from `Credentials`, and the caller stores the tokens
//! that are returned.

mod given_by;
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
use crate::oauth::refusal::{Refusal, is_same_word};
use crate::providers::kognic::KeyringItemError;
use crate::providers::oauth::OAuthError;
use crate::token::{RefreshToken, TokenSet};

pub(crate) use given_by::GivenBy;

/// What a sign-in needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInBy {
    /// E-mail address, password, and perhaps a one-time code: `Credentials`.
    Password,
    /// Only the provider's own settings (client credentials, RFC 6749 §4.4).
    Client,
    /// A person and a browser, here or on another device.
    Person,
}

/// The scope that a refresh asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshScope {
    /// None, which means the one that was granted at the sign-in (RFC 6749 §6).
    AsGranted,
    /// The one that the profile says now, if it says one.
    AsConfigured,
}

/// A service that issues tokens.
pub(crate) trait Provider {
    /// Returns what a sign-in needs: a password, a person with a browser, or only the provider's settings.
    fn sign_in_by(&self) -> SignInBy;

    /// Exchanges the refresh token for a new token set (RFC 6749 §6) with this scope, which holds only what the server
    /// sent: perhaps only an access token, or only a refresh token. The server may accept a refresh token only once.
    ///
    /// # Errors
    ///
    /// When the server refuses, cannot be reached in time, or its answer cannot be used.
    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        scope: RefreshScope,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError>;

    /// Returns the address that `refresh` has sent its request to, for an error. Asks nobody.
    fn refresh_endpoint(&self) -> String;

    /// Returns why the ID token that a refresh returned is not valid; `None` if it is, or if there is none. A provider
    /// that does not check it returns `None`.
    fn check_refreshed_id_token(&self, _current: &TokenSet, _newer: &TokenSet) -> Option<String> {
        None
    }

    /// Revokes the login's tokens at the server (RFC 7009). `Ok` without a request where the service is known to have
    /// no revocation.
    ///
    /// # Errors
    ///
    /// When the server refuses or cannot be reached.
    fn revoke(&self, set: &TokenSet, deadline: Deadline) -> Result<(), GrantError>;

    /// Signs in without a browser, and returns the tokens, which are not stored.
    ///
    /// # Errors
    ///
    /// When the credentials are missing or refused, the server cannot be reached, or it needs a browser.
    fn sign_in(
        &self,
        credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError>;
}

/// How long a sign-in may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TimeoutPolicy {
    /// The whole sign-in has one deadline: no person takes part.
    Overall(Deadline),
    /// Each request may take this long, and a person any time.
    EachRequest(Duration),
}

impl TimeoutPolicy {
    /// Returns the deadline of a request that is sent now.
    pub(crate) fn deadline(self) -> Deadline {
        match self {
            Self::Overall(deadline) => deadline,
            Self::EachRequest(timeout) => Deadline::after(timeout),
        }
    }
}

/// Where a sign-in gets e-mail address, password and code from: the environment, a command, a terminal.
///
/// After a refusal the same methods are called again. The implementation limits how often: it ends the sign-in with
/// `CredentialsError::NoMore`. A refused password or code must not be returned again, unless a person types it again.
pub(crate) trait Credentials {
    /// Returns the e-mail address (or user name) to sign in with.
    fn email(&mut self, attempt: Attempt<'_>) -> Result<String, CredentialsError>;

    /// Returns the password of the account.
    fn password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError>;

    /// Returns a one-time code that was not used before, waiting for the next one if necessary.
    fn one_time_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError>;

    /// Returns what gave the credential that was returned last: nothing if a person did. Of a password also what gave
    /// the e-mail address, as a server refuses both together.
    fn given_by(&self, needed: Needed) -> Vec<GivenBy>;
}

/// Why a credential is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt<'a> {
    /// For the first time.
    First,
    /// The server refused the previous one, with this message.
    AfterRefusal { message: &'a str },
}

impl<'a> Attempt<'a> {
    /// Returns the attempt after the one that was refused with this message, or the first.
    fn after(refused: Option<&'a str>) -> Self {
        refused.map_or(Self::First, |message| Self::AfterRefusal { message })
    }
}

/// Why a credential is not available.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// Every available one was refused; the sign-in ends with the server's message as its error.
    #[error("there is nothing else to try")]
    NoMore,
    /// The next one-time code comes too late for the deadline.
    #[error("the next one-time code comes in {} s, which is too late", wait.as_secs())]
    TooLate { wait: Duration },
    /// The person ended the input instead of entering something.
    #[error("the sign-in was cancelled; nothing was changed")]
    Cancelled,
    /// No source has it, and there is no person to ask.
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

/// Writes it with its article, such as `an e-mail address`.
impl std::fmt::Display for Needed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Email => "an e-mail address",
            Self::Password => "a password",
            Self::OneTimeCode => "a one-time code",
        })
    }
}

/// Asks for e-mail address and password; `refused` is the server's message about the previous ones. If there are no
/// others, that message is the error (`InvalidCredentials`).
fn ask_email_and_password(
    credentials: &mut dyn Credentials,
    refused: Option<String>,
) -> Result<(String, SecretString), SignInError> {
    let attempt = Attempt::after(refused.as_deref());
    let both = credentials
        .email(attempt)
        .and_then(|email| Ok((email, credentials.password(attempt)?)));
    or_refusal(both, refused, |message, _| {
        let given_by = credentials.given_by(Needed::Password);
        SignInError::InvalidCredentials { message, given_by }
    })
}

/// Asks for a one-time code; `refused` is the server's message about the previous one. If there is no other, that
/// message is the error (`InvalidCode`).
fn ask_one_time_code(
    credentials: &mut dyn Credentials,
    refused: Option<String>,
) -> Result<SecretString, SignInError> {
    let code = credentials.one_time_code(Attempt::after(refused.as_deref()));
    or_refusal(code, refused, |message, next_in| SignInError::InvalidCode {
        message,
        given_by: credentials.given_by(Needed::OneTimeCode),
        next_in,
    })
}

/// Returns the credential; on `NoMore` or `TooLate` after a refusal, the error that `refusal` makes of the server's
/// message and of the time until the next code. Any other error stays.
fn or_refusal<T>(
    credential: Result<T, CredentialsError>,
    refused: Option<String>,
    refusal: impl FnOnce(String, Option<Duration>) -> SignInError,
) -> Result<T, SignInError> {
    credential.map_err(|error| match (error, refused) {
        (CredentialsError::NoMore, Some(message)) => refusal(message, None),
        (CredentialsError::TooLate { wait }, Some(message)) => refusal(message, Some(wait)),
        (error, _) => error.into(),
    })
}

/// The credentials for a provider that signs in with its own settings: there are none.
pub(crate) struct NoCredentials;

/// Each method fails with `CredentialsError::Missing`.
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

    fn given_by(&self, _needed: Needed) -> Vec<GivenBy> {
        Vec::new()
    }
}

/// Why a sign-in failed. `message` is the server's, without control characters.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    #[error("the e-mail address or the password was refused: {message}")]
    InvalidCredentials {
        message: String,
        given_by: Vec<GivenBy>,
    },
    /// The same, at a server where a password is the only way to sign in.
    #[error("the e-mail address or the password was refused: {message}")]
    InvalidPassword {
        message: String,
        given_by: Vec<GivenBy>,
    },
    /// `next_in` is the time until the next code, if that comes too late for the deadline.
    #[error("the one-time code was refused: {message}")]
    InvalidCode {
        message: String,
        given_by: Vec<GivenBy>,
        next_in: Option<Duration>,
    },
    /// The client's credentials were refused, which came from `given_by`.
    #[error("{error}")]
    InvalidClient {
        error: GrantError,
        given_by: Vec<GivenBy>,
    },
    #[error("the account is locked: {message}")]
    AccountLocked { message: String },
    /// 429.
    #[error("{url} received too many requests (status 429)")]
    RateLimited {
        url: String,
        retry_after: Option<Duration>,
    },
    /// 403: the server's CSRF check, or a firewall in front of it that blocks programs.
    #[error("{url} denied access (status 403)")]
    Forbidden { url: String },
    /// 5xx.
    #[error("{url} reports a server error (status {status})")]
    Server {
        url: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// A page that is not a step of any known sign-in.
    #[error("{url} shows a page that prusa-cred does not know: {title:?} (status {status})")]
    UnknownPage {
        url: String,
        title: String,
        status: u16,
    },
    /// A page whose only forms for signing in are ones that a person does not see: they get nothing.
    #[error("the form for signing in at {url} is hidden, so nothing is entered there")]
    HiddenForm { url: String },
    /// More pages or redirects than a sign-in has.
    #[error("the sign-in at {url} has too many redirects or pages")]
    TooManySteps { url: String },
    /// A redirect or form points to another server, such as that of a single sign-on: the password is not sent there.
    #[error("the sign-in redirects to another site, {to}")]
    LeftOrigin { to: String },
    /// The sign-in ended without an authorization code.
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
    Kognic(#[from] KeyringItemError),
}

impl SignInError {
    /// Returns whether the server refused the credentials of this kind of sign-in: e-mail address or password, or the
    /// client. `false` for a one-time code, and for a sign-in by a person. They are not sent again, as that could lock
    /// the account.
    pub(crate) fn is_refused_credentials(&self, by: SignInBy) -> bool {
        let is_refused_password = by == SignInBy::Password && self.is_refused_password();
        is_refused_password || (by == SignInBy::Client && self.is_refused_client())
    }

    /// Returns whether the server refused the e-mail address or the password.
    pub(crate) fn is_refused_password(&self) -> bool {
        matches!(
            self,
            Self::InvalidCredentials { .. } | Self::InvalidPassword { .. }
        )
    }

    /// Returns whether the server refused a client that had registered itself there.
    pub(crate) fn is_refused_registered_client(&self) -> bool {
        matches!(
            self,
            Self::Grant(GrantError::RegisteredClientRefused(_))
                | Self::OAuth(OAuthError::RefusedClient(_))
        )
    }

    /// Returns whether the server refused the client or its secret: `invalid_client` or `unauthorized_client` (RFC 6749
    /// §5.2), or another server's word for the first.
    pub(crate) fn is_refused_client(&self) -> bool {
        match self {
            Self::InvalidClient { .. } => true,
            Self::Grant(error) => Self::is_refusal_of_client(error),
            _ => false,
        }
    }

    /// As `is_refused_client`, of the error of a token endpoint.
    fn is_refusal_of_client(error: &GrantError) -> bool {
        matches!(error, GrantError::Refused { error, .. }
            if Refusal::of(error) == Refusal::Client || is_same_word(error, "unauthorized_client"))
    }
}
