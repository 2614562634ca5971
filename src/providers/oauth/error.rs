//! Why a sign-in by a person at an OAuth server failed, apart from errors of the token endpoint.

use std::time::Duration;

use crate::http::UnfitAddress;
use crate::oauth::GrantError;
use crate::oauth::device::DeviceError;
use crate::oauth::id_token::IdTokenError;
use crate::oauth::loopback::LoopbackError;
use crate::oauth::mix_up::MixUpError;

/// Why a sign-in by a person failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OAuthError {
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Loopback(#[from] LoopbackError),
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// A server that a resource named may be posing as a part of another one.
    #[error(transparent)]
    MixUp(#[from] MixUpError),
    /// The server refused a client that had registered itself before a person did anything: another may sign in at
    /// once.
    #[error(transparent)]
    RefusedClient(Box<GrantError>),
    /// `invalid_grant` to a client's own credentials (RFC 6749 §4.4): no login is over, as there is none.
    #[error(transparent)]
    ClientGrant(Box<GrantError>),
    /// Nothing is opened or shown.
    #[error("the authorization_endpoint {endpoint} {why}")]
    UnfitEndpoint { endpoint: String, why: UnfitAddress },
    /// The browser was closed, or the sign-in forgotten.
    #[error("the sign-in was not finished in a browser within {} min", after.as_secs().div_ceil(60))]
    TimedOut {
        after: Duration,
        /// Whether the client registered itself in an earlier run: the person may have read that the server has
        /// forgotten it.
        is_registered: bool,
    },
    /// A person has to sign in, which only `login` asks for.
    #[error("a person has to sign in with a browser")]
    NeedsPerson,
}
