//! What a server that refuses, or cannot be reached, comes to.

use super::class::{Class, Code};
use super::hint::{KEPT, again, hint, later};
use super::oauth;
use crate::grants::GrantError;
use crate::http::HttpError;

pub(super) fn of_grant(error: &GrantError, profile: Option<&str>) -> Class {
    match error {
        GrantError::Http(error) => of_http(error),
        GrantError::RateLimited { retry_after, .. } => (Code::RateLimited, later(*retry_after)),
        GrantError::Refused { error, .. } if error == "invalid_grant" => {
            (Code::LoginRequired, Some(again(profile)))
        }
        GrantError::Refused { .. } if error.is_transient() => (Code::Server, later(None)),
        GrantError::Refused { error, .. } => (Code::Denied, Some(after_refusal(error))),
        GrantError::Forbidden { .. } => (
            Code::Denied,
            Some(format!(
                "{KEPT}a firewall before the server may be what forbids it: try from another network, or ask its operator"
            )),
        ),
        GrantError::NotAToken { .. } => (
            Code::Server,
            hint("nothing was stored; the server's operator can say why it sends such a token"),
        ),
        GrantError::Server { retry_after, .. } => (Code::Server, later(*retry_after)),
        GrantError::NotJson { .. } | GrantError::NoAccessToken { .. } => {
            (Code::Server, later(None))
        }
        // What it held may have been the only token that goes on.
        GrantError::Coded { .. } => (
            Code::Server,
            hint(
                "see that neither the server nor a proxy before it compresses answers, then sign in again",
            ),
        ),
        GrantError::NoRandomness => (Code::Storage, None),
        GrantError::Discovery(error) => oauth::of_discovery(error),
        GrantError::Client(error) => oauth::of_client(error),
        GrantError::NoEndpoint { .. } => (
            Code::Config,
            hint("give it in the profile, or sign in another way (--browser, --device)"),
        ),
    }
}

/// Says what helps where a server refuses (RFC 6749 §5.2), but not over the login itself.
fn after_refusal(code: &str) -> String {
    let what = match code {
        "invalid_client" | "unauthorized_client" => {
            "see that the profile's client_id, and its secret if it has one, are those that the server knows"
        }
        "invalid_scope" => {
            "see that the profile's `scopes` are those that the server grants, and sign in again"
        }
        "invalid_request" | "unsupported_grant_type" => {
            "see that the profile's settings are as this server wants them, or sign in again"
        }
        _ => "the server's operator can say why",
    };
    format!("{KEPT}{what}")
}

pub(super) fn of_http(error: &HttpError) -> Class {
    match error {
        HttpError::NotAllowed { .. } => (Code::Denied, hint("use an https address")),
        HttpError::TooLarge { .. } => (Code::Server, hint("the login is kept; try again later")),
        _ => (
            Code::Network,
            Some(format!("{KEPT}see that the network is up, then try again")),
        ),
    }
}
