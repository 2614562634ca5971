//! Dynamic client registration (RFC 7591): becoming a client of a server that does not know this program yet.
//!
//! Secret: the client secret, if the server issues one.

use secrecy::SecretString;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::client_auth::AuthenticatedRequest;
use super::discovery::{DiscoveryError, ServerMetadata};
use super::refusal::is_same_word;
use super::{GrantError, device, token_endpoint};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpRequest, redacted};
use crate::token::UnixTime;

/// The values of `token_endpoint_auth_method` that are supported here, best first: a public client has no secret that
/// it could lose.
const AUTH_METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// Why a server did not register this client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistrationError {
    /// It has no `registration_endpoint`.
    #[error("{issuer} does not let clients register themselves")]
    NotSupported {
        issuer: String,
        /// Why its `registration_endpoint` cannot be used, if it names something.
        source: Option<DiscoveryError>,
        /// Whether it takes client ID metadata documents.
        takes_documents: bool,
    },
    #[error("{endpoint} did not register this client")]
    Refused {
        endpoint: String,
        source: GrantError,
    },
    #[error("{endpoint} registered this client, but not in a way that can be used here: {reason}")]
    Unusable {
        endpoint: String,
        reason: &'static str,
    },
}

/// A registered client, as the client information response describes it (RFC 7591 §3.2.1).
#[derive(Debug)]
pub(crate) struct RegisteredClient {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<SecretString>,
    /// When the secret runs out; `None` if it does not, or the server does not say.
    pub(crate) client_secret_expires_at: Option<UnixTime>,
    /// `token_endpoint_auth_method`: one of `none`, `client_secret_basic` and `client_secret_post`.
    pub(crate) auth_method: &'static str,
}

/// Sends one registration request for a client with this redirect URI and, unless `scopes` is empty, these scopes.
///
/// # Errors
///
/// When the server has no registration endpoint, refuses, fails, does not respond, or registers something that cannot
/// be used here.
pub(crate) fn register(
    http: &Http,
    server: &ServerMetadata,
    redirect_uri: &str,
    scopes: &[String],
    now: UnixTime,
    deadline: Deadline,
) -> Result<RegisteredClient, RegistrationError> {
    let Some(url) = &server.registration_endpoint else {
        let issuer = server.issuer.as_deref().unwrap_or("the server");
        return Err(RegistrationError::NotSupported {
            issuer: excerpt(issuer),
            source: server.unfit_error("registration_endpoint"),
            takes_documents: server.client_id_metadata_document_supported,
        });
    };
    let refused = |source| RegistrationError::Refused {
        endpoint: redacted(url),
        source,
    };
    let metadata = client_metadata(server, redirect_uri, scopes);
    let body = Zeroizing::new(metadata.to_string().into_bytes());
    let request = HttpRequest::post_json(url.clone(), body).header("accept", "application/json");
    let response = http
        .send_allow_truncated(request, deadline)
        .map_err(|error| refused(error.into()))?;
    let no_secrets = AuthenticatedRequest::form_only(Vec::new());
    let response =
        token_endpoint::check_status(url, response, &no_secrets, now).map_err(refused)?;
    let object =
        token_endpoint::success_object(url, response, &no_secrets, now).map_err(refused)?;
    parse_response(&object).map_err(|reason| RegistrationError::Unusable {
        endpoint: redacted(url),
        reason,
    })
}

/// Returns the client metadata to register (RFC 7591 §2).
///
/// The authentication is the first of `AUTH_METHODS` that the server lists: `none` if it lists none at all, and
/// `client_secret_basic` if it lists only others. The grant types are those that it has endpoints for (the
/// authorization code if it has neither endpoint), and `refresh_token`. Without scopes there is no `scope`.
fn client_metadata(server: &ServerMetadata, redirect_uri: &str, scopes: &[String]) -> Value {
    let supported = &server.token_endpoint_auth_methods_supported;
    // RFC 8414 §2: a server that does not list its methods supports client_secret_basic.
    let auth_method = AUTH_METHODS
        .iter()
        .find(|method| supported.iter().any(|supported| supported == *method))
        .unwrap_or(if supported.is_empty() {
            &AUTH_METHODS[0]
        } else {
            &AUTH_METHODS[1]
        });
    // RFC 7591 §2: a server may restrict a client to the grant types it registered, and each sign-in chooses its own.
    let has_device = server.device_authorization_endpoint.is_some();
    let has_browser = server.authorization_endpoint.is_some() || !has_device;
    let mut grant_types = Vec::new();
    grant_types.extend(has_browser.then_some("authorization_code"));
    grant_types.push("refresh_token");
    grant_types.extend(has_device.then_some(device::GRANT_TYPE));
    let mut metadata = json!({
        "client_name": "prusa-cred",
        "application_type": "native",
        "redirect_uris": [redirect_uri],
        "grant_types": grant_types,
        "response_types": ["code"],
        "token_endpoint_auth_method": auth_method,
    });
    if !scopes.is_empty()
        && let Some(metadata) = metadata.as_object_mut()
    {
        metadata.insert("scope".to_owned(), scopes.join(" ").into());
    }
    metadata
}

/// Reads the client information response (RFC 7591 §3.2.1), or returns what is wrong with it.
///
/// A field that is empty or has a control character counts as absent, a number is the text of it, and the method may be
/// in letters of either case. Without a method it is `client_secret_basic` for
/// a client with a secret, else `none`; with `none` a secret is dropped.
fn parse_response(
    response: &serde_json::Map<String, Value>,
) -> Result<RegisteredClient, &'static str> {
    let text = |field| {
        let text = match response.get(field)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
    };
    let client_id = text("client_id").ok_or("its response has no client_id")?;
    let client_secret = text("client_secret");
    let auth_method = match text("token_endpoint_auth_method") {
        Some(named) => *AUTH_METHODS
            .iter()
            .find(|method| is_same_word(method, &named))
            .ok_or("it requires a token_endpoint_auth_method that is not supported here")?,
        // RFC 7591 §2: the default of a client with a secret.
        None if client_secret.is_some() => "client_secret_basic",
        None => "none",
    };
    if auth_method != "none" && client_secret.is_none() {
        return Err("it requires a client_secret and issued none");
    }
    Ok(RegisteredClient {
        client_id,
        client_secret: client_secret
            .filter(|_| auth_method != "none")
            .map(SecretString::from),
        client_secret_expires_at: response
            .get("client_secret_expires_at")
            .and_then(UnixTime::from_json)
            .filter(|_| auth_method != "none"),
        auth_method,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::HttpSettings;
    use crate::http::tests::{Server, reply};

    fn registered(status: u16, body: &'static str) -> Result<(String, &'static str, bool), String> {
        let server = Server::start(move |seen| {
            assert_eq!(seen.headers["content-type"], "application/json");
            reply(status, "", body)
        });
        let http = Http::new(HttpSettings::default()).expect("a client");
        let metadata = ServerMetadata {
            registration_endpoint: Some(server.url.clone()),
            ..ServerMetadata::default()
        };
        let deadline = Deadline::after(Duration::from_secs(60));
        let now = UnixTime::from_secs(0);
        register(&http, &metadata, "http://127.0.0.1:9/", &[], now, deadline)
            .map(|client| {
                (
                    client.client_id,
                    client.auth_method,
                    client.client_secret.is_some(),
                )
            })
            .map_err(|error| {
                let cause = std::error::Error::source(&error);
                let cause = cause.map_or_else(String::new, ToString::to_string);
                let text = format!("{error}; {cause}");
                text.split_once("/p ").expect("an endpoint").1.to_owned()
            })
    }

    #[test]
    fn each_registration_response_is_a_client_or_an_error() {
        let client = |id: &str, method, has_secret| Ok((id.to_owned(), method, has_secret));
        for (status, body, expected) in [
            (201, r#"{"client_id":"me"}"#, client("me", "none", false)),
            (
                200,
                r#"{"client_id":"me","client_secret":"s","token_endpoint_auth_method":"none"}"#,
                client("me", "none", false),
            ),
            (
                201,
                r#"{"client_id":"me","client_secret":"s"}"#,
                client("me", "client_secret_basic", true),
            ),
            (
                201,
                r#"{"client_id":"me","client_secret":"s","token_endpoint_auth_method":"client_secret_post"}"#,
                client("me", "client_secret_post", true),
            ),
            (201, r#"{"client_id":4711}"#, client("4711", "none", false)),
            (
                201,
                r#"{"client_id":"me","token_endpoint_auth_method":"None"}"#,
                client("me", "none", false),
            ),
            (
                201,
                r#"{"client_id":"me","client_secret":"s","token_endpoint_auth_method":"CLIENT_SECRET_POST"}"#,
                client("me", "client_secret_post", true),
            ),
        ] {
            assert_eq!(registered(status, body), expected, "{body}");
        }
        for (status, body, wanted) in [
            (201, "{}", "no client_id"),
            (201, "<html>", "sent no valid token response"),
            (
                201,
                r#"{"client_id":"me","token_endpoint_auth_method":"tls_client_auth"}"#,
                "not supported here",
            ),
            (
                201,
                r#"{"client_id":"me","token_endpoint_auth_method":"client_secret_post"}"#,
                "issued none",
            ),
            (
                400,
                r#"{"error":"invalid_redirect_uri","error_description":"no loopback"}"#,
                "refused: invalid_redirect_uri (no loopback)",
            ),
            (403, "", "denied access"),
            (500, "", "server error"),
        ] {
            let error = registered(status, body).expect_err(body);
            assert!(error.contains(wanted), "{error}");
        }
    }
}
