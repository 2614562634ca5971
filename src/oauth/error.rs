//! Why an exchange with an OAuth server failed.
//!
//! An error names the endpoint and the server's error code, never a field of the request.

use std::time::Duration;

use super::client_auth::ClientAuthError;
use super::discovery::DiscoveryError;
use super::mix_up::MixUpError;
use super::random::RandomError;
use super::refusal::{INVALID_GRANT, Refusal, SERVER_ERROR, is_same_word};
use super::unknown_client;
use crate::http::HttpError;

/// Why an exchange with an OAuth server failed: no token set, nothing revoked, no client registered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantError {
    /// An error response (RFC 6749 §5.2), its texts shortened by `excerpt`; `invalid_grant` if it refuses a refresh
    /// token without a word of its own. What it is about: `Refusal::of`.
    #[error("{endpoint} refused: {error}{}", in_parentheses(.description.as_deref()))]
    Refused {
        endpoint: String,
        error: String,
        description: Option<String>,
    },
    /// The server refused the client, which had registered itself there: another one may take its
    /// place.
    #[error(transparent)]
    RegisteredClientRefused(Box<GrantError>),
    /// The server refused the client, or what it asks for, and no key of a profile sets that: the program itself does.
    #[error(transparent)]
    ProgramRefused(Box<GrantError>),
    /// 403 without one of OAuth's codes: something before the server, or a rule that is not about the token.
    #[error("{endpoint} denied access (status 403)")]
    Forbidden { endpoint: String },
    /// 429.
    #[error("{endpoint} received too many requests (status 429{})", retry_note(*.retry_after))]
    RateLimited {
        endpoint: String,
        retry_after: Option<Duration>,
    },
    /// 5xx: the server's fault, as it says itself.
    #[error("{endpoint} reports a server error (status {status})")]
    Server {
        endpoint: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// Not what a token endpoint answers: a page, a redirect, JSON of another kind.
    #[error("{endpoint} sent no valid token response (status {status})")]
    UnexpectedResponse { endpoint: String, status: u16 },
    /// Success, as it seems, but compressed, although the request asked for no compression, in a way that is not known
    /// here, or damaged.
    #[error("{endpoint} compressed its response ({coding}), although the request asked it not to")]
    Compressed { endpoint: String, coding: String },
    /// Success, as it seems, but neither an access token nor a refresh token.
    #[error("{endpoint} sent no token")]
    NoToken { endpoint: String },
    /// A new login whose access token cannot be used.
    #[error("{endpoint} sent an access token that contains a character no token may contain")]
    InvalidToken { endpoint: String },
    /// A new login whose access token is bound to a key (RFC 9449), and worth nothing as a bearer token.
    #[error(
        "{endpoint} sent an access token of type {token_type}: it is bound to a key (RFC 9449), and nothing here can use \
         it as a bearer token"
    )]
    KeyBound {
        endpoint: String,
        token_type: String,
    },
    /// No response, or only a part of an error response.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A success of which only a part arrived, without a refresh token in it: it may have held the only one there is.
    #[error(transparent)]
    CutOff(HttpError),
    /// Without random bytes a sign-in is not safe.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The server's endpoints are not known.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// Neither the server's metadata nor the configuration has the endpoint.
    #[error("{issuer} has no {endpoint}, and the configuration does not set one")]
    NoEndpoint {
        issuer: String,
        endpoint: &'static str,
    },
    /// Neither of two tokens could be revoked, each for a reason of its own.
    #[error("{}; and {}", .0[0], .0[1])]
    BothRevocations(Box<[GrantError; 2]>),
    /// The client cannot authenticate.
    #[error(transparent)]
    ClientAuth(#[from] ClientAuthError),
    /// Nothing was sent: the server's endpoint may be another server's.
    #[error(transparent)]
    MixUp(#[from] MixUpError),
}

impl GrantError {
    /// Returns whether a later attempt may succeed: after 429, 5xx, `server_error`, `temporarily_unavailable`,
    /// `slow_down` and most failures to get a response; for `BothRevocations`, if either may.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Server { .. } => true,
            Self::Http(error) | Self::CutOff(error) => error.is_transient(),
            Self::Discovery(error) => error.is_transient(),
            Self::BothRevocations(errors) => errors.iter().any(Self::is_transient),
            Self::Refused { error, .. } => Refusal::of(error) == Refusal::ForNow,
            Self::Forbidden { .. }
            | Self::RegisteredClientRefused(_)
            | Self::ProgramRefused(_)
            | Self::UnexpectedResponse { .. }
            | Self::Compressed { .. }
            | Self::NoToken { .. }
            | Self::InvalidToken { .. }
            | Self::KeyBound { .. }
            | Self::NoEndpoint { .. }
            | Self::ClientAuth(_)
            | Self::MixUp(_)
            | Self::Random(_) => false,
        }
    }

    /// Returns whether there was no response because the deadline had passed; `false` for `BothRevocations`.
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Http(error) | Self::CutOff(error) => error.is_timeout(),
            Self::Discovery(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// Returns how long the server asks to wait before the next attempt, if it says so with 429 or 5xx.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Returns whether the server says of what it refused that it was revoked.
    pub(crate) fn says_revoked(&self) -> bool {
        let has_word = |text: &str| text.to_ascii_lowercase().contains("revoked");
        match self {
            Self::Refused {
                error, description, ..
            } => has_word(error) || description.as_deref().is_some_and(has_word),
            Self::RegisteredClientRefused(error) | Self::ProgramRefused(error) => {
                error.says_revoked()
            }
            _ => false,
        }
    }

    /// Returns whether the server may have carried out the request although its response does not say so: a refresh
    /// token that was sent may be spent. That is so after a success without a usable token, `server_error` and every
    /// 5xx but 503, and if the response was lost, late or too large. `false` for `BothRevocations`.
    pub(crate) fn outcome_unknown(&self) -> bool {
        match self {
            Self::Http(error) | Self::CutOff(error) => error.outcome_unknown(),
            // A 503 means that the request was not started. Any other 5xx may come from a server that failed halfway,
            // or from a gateway that gave up waiting for the server's response.
            Self::Server { status, .. } => *status != 503,
            Self::Refused { error, .. } => is_same_word(error, SERVER_ERROR),
            Self::UnexpectedResponse { status, .. } => (200..300).contains(status),
            Self::Compressed { .. }
            | Self::NoToken { .. }
            | Self::InvalidToken { .. }
            | Self::KeyBound { .. } => true,
            Self::RateLimited { .. }
            | Self::Forbidden { .. }
            | Self::RegisteredClientRefused(_)
            | Self::ProgramRefused(_)
            | Self::Discovery(_)
            | Self::NoEndpoint { .. }
            | Self::ClientAuth(_)
            | Self::MixUp(_)
            | Self::BothRevocations(_)
            | Self::Random(_) => false,
        }
    }

    /// Returns whether the server answered, well or badly: whatever may be spent, nothing was interrupted.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::RegisteredClientRefused(_)
                | Self::RateLimited { .. }
                | Self::Forbidden { .. }
                | Self::UnexpectedResponse { .. }
                | Self::Compressed { .. }
                | Self::NoToken { .. }
                | Self::InvalidToken { .. }
                | Self::KeyBound { .. }
        )
    }

    /// Returns whether the server refused with this code (RFC 6749 §5.2).
    pub(crate) fn is_refusal(&self, code: &str) -> bool {
        match self {
            Self::Refused { error, .. } => is_same_word(error, code),
            Self::RegisteredClientRefused(refusal) | Self::ProgramRefused(refusal) => {
                refusal.is_refusal(code)
            }
            _ => false,
        }
    }

    /// Returns whether the server refused the client or its secret: `invalid_client` (RFC 6749 §5.2), or another
    /// server's word for that.
    pub(crate) fn refuses_client(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if Refusal::of(error) == Refusal::Client)
    }

    /// As `refuses_client`, of a sign-in: also by `unauthorized_client` (RFC 6749 §4.1.2.1), by a description that says
    /// so, or by nothing but the status 401, which §5.2 has for that.
    pub(crate) fn refuses_client_of_sign_in(&self) -> bool {
        match self {
            Self::Refused {
                error, description, ..
            } => unknown_client::is_told_by(Some(error), description.as_deref()),
            Self::UnexpectedResponse { status, .. } => *status == 401,
            _ => false,
        }
    }

    /// Returns whether this error of a refresh means that the login is over: a refusal that is not plainly about
    /// something else.
    pub(crate) fn ends_login(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if Refusal::of(error) == Refusal::Grant)
    }

    /// Returns whether the server, or something in front of it, refused a request for good, for whatever reason: the
    /// same request will be refused again.
    pub(crate) fn is_lasting_refusal(&self) -> bool {
        match self {
            Self::Refused { .. } => !self.is_transient(),
            Self::Forbidden { .. } | Self::RegisteredClientRefused(_) | Self::ProgramRefused(_) => {
                true
            }
            Self::UnexpectedResponse { status, .. } => (400..500).contains(status),
            _ => false,
        }
    }

    /// Returns the error of a provider whose profiles have only these of the keys that a refusal may be about: as it
    /// is, or `ProgramRefused`.
    pub(crate) fn of_profile_with(self, keys: &[&str]) -> Self {
        let key = match &self {
            Self::Refused { error, .. } => match Refusal::of(error) {
                Refusal::Client => Some("client_id"),
                Refusal::Setting(key) => Some(key),
                Refusal::ForNow | Refusal::Grant => None,
            },
            _ => None,
        };
        if key.is_some_and(|key| !keys.contains(&key)) {
            Self::ProgramRefused(Box::new(self))
        } else {
            self
        }
    }

    /// Returns the refusal of a refresh token by this endpoint, without a word of its own.
    pub(crate) fn refused_token(endpoint: String, description: Option<String>) -> Self {
        Self::Refused {
            endpoint,
            error: INVALID_GRANT.to_owned(),
            description,
        }
    }
}

/// Returns the text in parentheses after a space; empty without a text.
fn in_parentheses(description: Option<&str>) -> String {
    description.map_or_else(String::new, |text| format!(" ({text})"))
}

/// Returns `, retry in N s`; empty without a time to wait.
fn retry_note(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |wait| {
        format!(", retry in {} s", wait.as_secs())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclear_response_may_hide_a_spent_refresh_token() {
        let url = || "https://h.example/token".to_owned();
        let server = |status| GrantError::Server {
            endpoint: url(),
            status,
            retry_after: None,
        };
        let unexpected = |status| GrantError::UnexpectedResponse {
            endpoint: url(),
            status,
        };
        let refused = |error: &str| GrantError::Refused {
            endpoint: url(),
            error: error.to_owned(),
            description: None,
        };
        let timeout = HttpError::Timeout {
            url: url(),
            proxy: None,
        };
        let unreachable = HttpError::Unreachable {
            url: url(),
            reason: String::new(),
        };
        for error in [
            server(500),
            server(502),
            server(504),
            server(520),
            unexpected(200),
            refused("server_error"),
            timeout.into(),
        ] {
            assert!(error.outcome_unknown(), "{error}");
        }
        for error in [
            server(503),
            unexpected(404),
            refused("invalid_grant"),
            refused("temporarily_unavailable"),
            unreachable.into(),
        ] {
            assert!(!error.outcome_unknown(), "{error}");
        }
        let malformed = HttpError::Malformed {
            url: url(),
            reason: String::new(),
        };
        assert!(GrantError::from(malformed).outcome_unknown());
    }
}
