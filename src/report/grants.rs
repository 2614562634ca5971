//! What a server that refuses, or cannot be reached, comes to.

use super::class::{Class, Code};
use super::hint::{KEPT, hint, later, login_hint};
use super::oauth;
use crate::grants::GrantError;
use crate::http::HttpError;
use crate::profile::PRUSA;

pub(super) fn of_grant(error: &GrantError) -> Class {
    match error {
        GrantError::Http(error) => of_http(error),
        GrantError::RateLimited { retry_after, .. } => (Code::RateLimited, later(*retry_after)),
        GrantError::Refused { error, .. } if error == "invalid_grant" => {
            (Code::LoginRequired, login_hint(PRUSA))
        }
        GrantError::Refused { .. } | GrantError::Forbidden { .. } => (Code::Denied, None),
        GrantError::Server { .. }
        | GrantError::NotJson { .. }
        | GrantError::Coded { .. }
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
