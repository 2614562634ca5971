//! OAuth 2.0's exchanges (RFC 6749 and what builds on it), whoever the server is.
//!
//! Secret: codes, verifiers, tokens, client secrets. An error names the endpoint and what the server called the
//! trouble, never a field of the request.

pub(crate) mod authorization_code;
pub(crate) mod client_auth;
pub(crate) mod device;
pub(crate) mod discovery;
pub(crate) mod id_token;
mod jose;
pub(crate) mod loopback;
pub(crate) mod pkce;
pub(crate) mod registration;
pub(crate) mod resource;
pub(crate) mod retry;
pub(crate) mod token_endpoint;

use std::time::Duration;

use self::client_auth::ClientAuthError;
use self::discovery::DiscoveryError;
use crate::http::HttpError;

/// Why an exchange gave no token set.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantError {
    /// The server's own refusal (RFC 6749 §5.2), its code verbatim. `invalid_grant`: only a new login helps.
    #[error("{endpoint} refused: {error}{}", described(.description.as_deref()))]
    Refused {
        endpoint: String,
        error: String,
        description: Option<String>,
    },
    /// 403 without one of OAuth's codes: something before the server, or a rule that is not about the token.
    #[error("{endpoint} forbids it (status 403)")]
    Forbidden { endpoint: String },
    /// 429.
    #[error("{endpoint} wants fewer requests (status 429{})", later(*.retry_after))]
    RateLimited {
        endpoint: String,
        retry_after: Option<Duration>,
    },
    /// 5xx: the server's fault, as it says itself.
    #[error("{endpoint} is out of order (status {status})")]
    Server {
        endpoint: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// Not what a token endpoint answers: a page, a redirect, JSON of another kind.
    #[error("{endpoint} did not answer as a token endpoint does (status {status})")]
    NotJson { endpoint: String, status: u16 },
    /// Success, as it seems, but neither an access token nor a refresh token.
    #[error("{endpoint} sent no token")]
    NoAccessToken { endpoint: String },
    /// No answer at all.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The system has no random bytes, without which a sign-in is not safe.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// Where the endpoints are is not known.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The server's metadata lacks an endpoint, and so does the configuration.
    #[error("{issuer} has no {endpoint}, and the configuration gives none")]
    NoEndpoint {
        issuer: String,
        endpoint: &'static str,
    },
    /// Neither of two tokens could be revoked, each for a reason of its own.
    #[error("{}; and {}", .0[0], .0[1])]
    Both(Box<[GrantError; 2]>),
    /// A client that cannot show who it is.
    #[error(transparent)]
    Client(#[from] ClientAuthError),
}

impl GrantError {
    /// Returns whether a later try may go better.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Server { .. } => true,
            Self::Http(error) => error.is_transient(),
            Self::Discovery(error) => error.is_transient(),
            Self::Both(errors) => errors.iter().any(Self::is_transient),
            Self::Refused { .. }
            | Self::Forbidden { .. }
            | Self::NotJson { .. }
            | Self::NoAccessToken { .. }
            | Self::NoEndpoint { .. }
            | Self::Client(_)
            | Self::NoRandomness => false,
        }
    }

    /// Returns whether there was no answer because the time was up.
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Http(error) => error.is_timeout(),
            Self::Discovery(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// Returns how long the server wants the next try to wait, if it said.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Returns whether the server refused with this code (RFC 6749 §5.2).
    pub(crate) fn is_refusal(&self, code: &str) -> bool {
        matches!(self, Self::Refused { error, .. } if error == code)
    }
}

fn described(description: Option<&str>) -> String {
    description.map_or_else(String::new, |text| format!(" ({text})"))
}

fn later(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |wait| {
        format!(", again in {} s", wait.as_secs())
    })
}
