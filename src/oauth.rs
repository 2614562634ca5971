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
mod lenient;
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

/// What RFC 6749 §4.1.2.1 has in place of the statuses 500 and 503. Some token endpoints answer so too.
const SERVER_ERROR: &str = "server_error";
const UNAVAILABLE: &str = "temporarily_unavailable";

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
    /// Success, as it seems, in a form that was not asked for and that nothing here reads.
    #[error("{endpoint} compressed its answer ({coding}), though it was asked not to")]
    Coded { endpoint: String, coding: String },
    /// Success, as it seems, but neither an access token nor a refresh token.
    #[error("{endpoint} sent no token")]
    NoAccessToken { endpoint: String },
    /// A new login whose access token nothing could be done with.
    #[error("{endpoint} sent an access token with a character in it that no token has")]
    InvalidToken { endpoint: String },
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
            Self::Refused { error, .. } => error == SERVER_ERROR || error == UNAVAILABLE,
            Self::Forbidden { .. }
            | Self::NotJson { .. }
            | Self::Coded { .. }
            | Self::NoAccessToken { .. }
            | Self::InvalidToken { .. }
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

    /// Returns whether the server may have done what it was asked, although it did not say so: a refresh token that was
    /// sent may be spent.
    pub(crate) fn outcome_unknown(&self) -> bool {
        match self {
            Self::Http(error) => matches!(
                error,
                HttpError::Timeout { .. } | HttpError::BrokeOff { .. } | HttpError::TooLarge { .. }
            ),
            // 503 is said by who did not begin. Any other may come from who broke down over it, or from a gateway that
            // waited for an answer in vain.
            Self::Server { status, .. } => *status != 503,
            Self::Refused { error, .. } => error == SERVER_ERROR,
            Self::NotJson { status, .. } => (200..300).contains(status),
            Self::Coded { .. } | Self::NoAccessToken { .. } | Self::InvalidToken { .. } => true,
            Self::RateLimited { .. }
            | Self::Forbidden { .. }
            | Self::Discovery(_)
            | Self::NoEndpoint { .. }
            | Self::Client(_)
            | Self::Both(_)
            | Self::NoRandomness => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_tells_nothing_may_hide_that_the_token_was_spent() {
        let url = || "https://h.example/token".to_owned();
        let server = |status| GrantError::Server {
            endpoint: url(),
            status,
            retry_after: None,
        };
        let not_json = |status| GrantError::NotJson {
            endpoint: url(),
            status,
        };
        let refused = |error: &str| GrantError::Refused {
            endpoint: url(),
            error: error.to_owned(),
            description: None,
        };
        let timeout = HttpError::Timeout { url: url() };
        let unreachable = HttpError::Unreachable {
            url: url(),
            reason: String::new(),
        };
        for error in [
            server(500),
            server(502),
            server(504),
            server(520),
            not_json(200),
            refused("server_error"),
            timeout.into(),
        ] {
            assert!(error.outcome_unknown(), "{error}");
        }
        for error in [
            server(503),
            not_json(404),
            refused("invalid_grant"),
            refused("temporarily_unavailable"),
            unreachable.into(),
        ] {
            assert!(!error.outcome_unknown(), "{error}");
        }
    }
}
