//! Dynamic client registration (RFC 7591): becoming a client of a server that nobody has told about us.
//!
//! Secret: the client secret, if the server gives one.

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;
use zeroize::Zeroizing;

use super::client_auth::Authenticated;
use super::discovery::ServerMetadata;
use super::{GrantError, device, token_endpoint};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpRequest, redacted};
use crate::token::UnixTime;

/// The methods that we know, best first: a public client has no secret that it could lose.
const METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];

/// Why we are no client of a server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistrationError {
    #[error("{issuer} lets nobody register by themselves")]
    NotOffered { issuer: String },
    #[error("{endpoint} did not register this client")]
    Refused {
        endpoint: String,
        source: GrantError,
    },
    #[error("{endpoint} registered this client in a way that it cannot use: {why}")]
    Unusable { endpoint: String, why: &'static str },
}

/// What the server knows us by now.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<SecretString>,
    /// One of `none`, `client_secret_basic` and `client_secret_post`.
    pub(crate) method: &'static str,
}

/// Registers a client that is sent back to `redirect_uri`.
pub(crate) fn register(
    http: &Http,
    server: &ServerMetadata,
    redirect_uri: &Url,
    scopes: &[String],
    now: UnixTime,
    deadline: Deadline,
) -> Result<Registered, RegistrationError> {
    let Some(url) = &server.registration_endpoint else {
        let issuer = server.issuer.as_deref().unwrap_or("the server");
        return Err(RegistrationError::NotOffered {
            issuer: excerpt(issuer),
        });
    };
    let refused = |source| RegistrationError::Refused {
        endpoint: redacted(url),
        source,
    };
    let wish = Zeroizing::new(wish(server, redirect_uri, scopes).to_string().into_bytes());
    let request = HttpRequest::post_json(url.clone(), wish).header("accept", "application/json");
    let response = http
        .send(request, deadline)
        .map_err(|error| refused(error.into()))?;
    let nothing_secret = Authenticated::plain(&Vec::new());
    let status = response.status;
    let response = token_endpoint::success(url, response, &nothing_secret, now).map_err(refused)?;
    let answer = token_endpoint::json_object(&response).ok_or_else(|| {
        refused(GrantError::NotJson {
            endpoint: redacted(url),
            status,
        })
    })?;
    read(&answer).map_err(|why| RegistrationError::Unusable {
        endpoint: redacted(url),
        why,
    })
}

fn wish(server: &ServerMetadata, redirect_uri: &Url, scopes: &[String]) -> Value {
    let offered = &server.token_endpoint_auth_methods_supported;
    // RFC 8414 §2: a server that says nothing knows client_secret_basic.
    let method = METHODS
        .iter()
        .find(|method| offered.iter().any(|offered| offered == *method))
        .unwrap_or(if offered.is_empty() {
            &METHODS[0]
        } else {
            &METHODS[1]
        });
    // RFC 7591 §2: a server may hold a client to what it registered for, and which way a sign-in goes is chosen anew at each.
    let has_device = server.device_authorization_endpoint.is_some();
    let has_browser = server.authorization_endpoint.is_some() || !has_device;
    let mut grant_types = Vec::new();
    grant_types.extend(has_browser.then_some("authorization_code"));
    grant_types.push("refresh_token");
    grant_types.extend(has_device.then_some(device::GRANT_TYPE));
    let mut wish = json!({
        "client_name": "prusa-cred",
        "application_type": "native",
        "redirect_uris": [redirect_uri.as_str()],
        "grant_types": grant_types,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    });
    if !scopes.is_empty()
        && let Some(wish) = wish.as_object_mut()
    {
        wish.insert("scope".to_owned(), scopes.join(" ").into());
    }
    wish
}

fn read(answer: &serde_json::Map<String, Value>) -> Result<Registered, &'static str> {
    let text = |field| {
        let text = answer.get(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty() && !text.contains(char::is_control))
    };
    let client_id = text("client_id").ok_or("its answer has no client_id")?;
    let client_secret = text("client_secret");
    let method = match text("token_endpoint_auth_method") {
        Some(named) => *METHODS
            .iter()
            .find(|method| **method == named)
            .ok_or("it wants a token_endpoint_auth_method that is not known here")?,
        // RFC 7591 §2: the default of a client with a secret.
        None if client_secret.is_some() => "client_secret_basic",
        None => "none",
    };
    if method != "none" && client_secret.is_none() {
        return Err("it wants a client_secret and gave none");
    }
    Ok(Registered {
        client_id: client_id.to_owned(),
        client_secret: client_secret
            .filter(|_| method != "none")
            .map(SecretString::from),
        method,
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
        let redirect_uri = Url::parse("http://127.0.0.1:9/").expect("a URL");
        let deadline = Deadline::after(Duration::from_secs(60));
        let now = UnixTime::from_secs(0);
        register(&http, &metadata, &redirect_uri, &[], now, deadline)
            .map(|client| {
                (
                    client.client_id,
                    client.method,
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
    fn an_answer_makes_a_client_or_a_clear_error() {
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
        ] {
            assert_eq!(registered(status, body), expected, "{body}");
        }
        for (status, body, wanted) in [
            (201, "{}", "no client_id"),
            (201, "<html>", "did not answer as a token endpoint does"),
            (
                201,
                r#"{"client_id":"me","token_endpoint_auth_method":"tls_client_auth"}"#,
                "not known here",
            ),
            (
                201,
                r#"{"client_id":"me","token_endpoint_auth_method":"client_secret_post"}"#,
                "gave none",
            ),
            (
                400,
                r#"{"error":"invalid_redirect_uri","error_description":"no loopback"}"#,
                "refused: invalid_redirect_uri (no loopback)",
            ),
            (403, "", "forbids it"),
            (500, "", "out of order"),
        ] {
            let error = registered(status, body).expect_err(body);
            assert!(error.contains(wanted), "{error}");
        }
    }
}
