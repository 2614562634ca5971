//! What a server that refuses, or cannot be reached, comes to.

use super::class::{Class, Code};
use super::hint::{again, hint, key_of, later};
use super::oauth;
use crate::http::HttpError;
use crate::oauth::GrantError;

pub(super) fn of_grant(error: &GrantError, profile: Option<&str>) -> Class {
    match error {
        GrantError::Http(error) => of_http(error, profile),
        GrantError::RateLimited { retry_after, .. } => (Code::RateLimited, later(*retry_after)),
        GrantError::Refused { error, .. } if error == "invalid_grant" => {
            (Code::LoginRequired, Some(again(profile)))
        }
        GrantError::Refused { .. } if error.is_transient() => (Code::Server, later(None)),
        GrantError::Refused { error, .. } => (Code::Denied, Some(of_refusal(error, profile))),
        GrantError::Forbidden { .. } => (
            Code::Denied,
            hint(
                "a firewall before the server may be what forbids it: try from another network, or ask its operator",
            ),
        ),
        GrantError::InvalidToken { .. } => (
            Code::Server,
            hint("nothing was stored; the server's operator can say why it sends such a token"),
        ),
        // Whatever is there, it is no token endpoint.
        GrantError::UnexpectedResponse {
            status: 300..400 | 404 | 405 | 410,
            ..
        } => (
            Code::Server,
            hint(
                "see that the server's address is right, on the command line, in the environment and in the configuration",
            ),
        ),
        GrantError::BothRevocations(errors) => {
            let [first, _] = &**errors;
            of_grant(first, profile)
        }
        GrantError::Server { retry_after, .. } => (Code::Server, later(*retry_after)),
        GrantError::UnexpectedResponse { .. } | GrantError::NoToken { .. } => {
            (Code::Server, later(None))
        }
        // What it held may have been the only token that goes on.
        GrantError::Compressed { .. } => (
            Code::Server,
            hint(
                "see that neither the server nor a proxy before it compresses answers, then sign in again",
            ),
        ),
        GrantError::Random(_) => (Code::Storage, None),
        GrantError::Discovery(error) => oauth::of_discovery(error, profile),
        GrantError::ClientAuth(error) => oauth::of_client(error, profile),
        GrantError::NoEndpoint { .. } => (
            Code::Config,
            hint("give it in the profile, or sign in another way (--browser, --device)"),
        ),
    }
}

/// What a refusal by one of the codes of RFC 6749 §5.2 and RFC 8707 §2 is about, where that stands in the configuration.
fn of_refusal(error: &str, profile: Option<&str>) -> String {
    let key = match error {
        "invalid_scope" => "scopes",
        "invalid_target" => "resource",
        "invalid_client" | "unauthorized_client" => "client_id",
        "unsupported_grant_type" => "flow",
        "invalid_request" => {
            return "see that the profile's settings are as this server wants them, or sign in again"
                .to_owned();
        }
        _ => return "the server's operator can say why".to_owned(),
    };
    let what = match key {
        "scopes" => "ask only for scopes that the server gives this client: --scopes, or",
        "resource" => "name what the server gives tokens for:",
        "client_id" => "see that the server still takes this client, and its secret:",
        _ => "choose a way to sign in that the server lets this client go:",
    };
    format!("{what} {}", key_of(profile, key))
}

pub(super) fn of_http(error: &HttpError, profile: Option<&str>) -> Class {
    match error {
        HttpError::NotAllowed { .. } => (Code::Denied, hint("use an https address")),
        HttpError::TooLarge { .. } => (Code::Server, hint("try again later")),
        HttpError::CaFile { .. } => (
            Code::Config,
            Some(format!(
                "name a file of certificates in PEM as {}",
                key_of(profile, "ca_file")
            )),
        ),
        HttpError::Setup { .. } => (
            Code::Config,
            hint("see that SSL_CERT_FILE, where it is set, names certificates in PEM"),
        ),
        HttpError::Untrusted { .. } => (
            Code::Network,
            Some(format!(
                "see that the address and this machine's clock are right; certificates that only your network knows are \
                 named as {}, or by SSL_CERT_FILE",
                key_of(profile, "ca_file")
            )),
        ),
        HttpError::Proxy { .. } => (
            Code::Network,
            hint(
                "see that HTTPS_PROXY or ALL_PROXY names the proxy, with the user name and password that it wants, or leave it out by NO_PROXY",
            ),
        ),
        _ => (
            Code::Network,
            hint("see that the network is up, then try again"),
        ),
    }
}
