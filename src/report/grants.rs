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
        GrantError::Refused { .. } | GrantError::Forbidden { .. } => (Code::Denied, None),
        GrantError::Server { .. }
        | GrantError::NotJson { .. }
        | GrantError::NoAccessToken { .. } => (Code::Server, later(None)),
        GrantError::NoRandomness => (Code::Storage, None),
        GrantError::Discovery(error) => oauth::of_discovery(error),
        GrantError::Client(error) => oauth::of_client(error),
        GrantError::NoEndpoint { .. } => (
            Code::Config,
            hint("give it in the profile, or sign in another way (--browser, --device)"),
        ),
    }
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
