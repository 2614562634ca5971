//! Asking a protected resource, without a token, which token it wants: its challenge (RFC 9728 §5.1, RFC 6750 §3).
//!
//! First by GET, and where that brings no metadata's address by POST, as MCP's clients begin: many servers have nothing
//! to say to GET (405), or answer it with a page or a stream of events that anybody may read, or not at all. Status and
//! headers are enough, and the body is not waited for. Nothing here is secret.

use std::time::Duration;

use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use crate::credential::challenge;
use crate::deadline::Deadline;
use crate::http::{Http, HttpError, HttpRequest, HttpResponse};

/// The longest wait for the headers of GET, which some servers send with the first event.
const GET_TIMEOUT: Duration = Duration::from_secs(5);

/// What MCP's clients accept (Streamable HTTP).
const ACCEPT: &str = "application/json, text/event-stream";

/// The last revision of MCP that begins with `initialize`; servers of others see the lack of a token first.
const MCP_VERSION: &str = "2025-11-25";

/// What a resource says to requests without a token.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Challenge {
    /// The status of the response to GET, else of that to POST.
    pub(super) status: u16,
    /// Whether a response is 401 or has a Bearer challenge.
    pub(super) asks_for_token: bool,
    pub(super) resource_metadata: Option<String>,
    pub(super) scopes: Vec<String>,
}

impl Challenge {
    /// Returns what a response says: the parameters of its Bearer challenges, in however many headers they are; the
    /// address of the metadata of another scheme's challenge if no Bearer challenge has one.
    fn of(response: &HttpResponse) -> Self {
        let headers = || response.header_values("www-authenticate");
        let parameter =
            |name| headers().find_map(|header| challenge::parameter(header, "bearer", name));
        let of_any_scheme = || {
            headers().find_map(|header| {
                challenge::schemes(header)
                    .find_map(|scheme| challenge::parameter(header, &scheme, "resource_metadata"))
            })
        };
        let has_bearer = || {
            let mut schemes = headers().flat_map(challenge::schemes);
            schemes.any(|scheme| scheme == "bearer")
        };
        let scope = parameter("scope").unwrap_or_default();
        Self {
            status: response.status,
            asks_for_token: response.status == 401 || has_bearer(),
            resource_metadata: parameter("resource_metadata").or_else(of_any_scheme),
            scopes: scope.split_ascii_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Returns this challenge with what only a later one says.
    fn or(self, later: Self) -> Self {
        Self {
            status: self.status,
            asks_for_token: self.asks_for_token || later.asks_for_token,
            resource_metadata: self.resource_metadata.or(later.resource_metadata),
            scopes: if self.scopes.is_empty() {
                later.scopes
            } else {
                self.scopes
            },
        }
    }
}

/// Asks the resource without a token, and returns what it says: by GET, and by POST too if that does not say where its
/// metadata is. Each request gets a deadline of its own.
///
/// # Errors
///
/// When neither request is answered: the error of the second one, unless GET failed for another reason than the time.
pub(super) fn fetch_challenge(
    http: &Http,
    resource: &Url,
    deadline: impl Fn() -> Deadline,
) -> Result<Challenge, HttpError> {
    let get = HttpRequest::get(resource.clone()).header("accept", ACCEPT);
    let of_get = Deadline::after(deadline().remaining().min(GET_TIMEOUT));
    let by_get = ask(http, get, of_get);
    if by_get
        .as_ref()
        .is_ok_and(|challenge| challenge.resource_metadata.is_some())
    {
        return by_get;
    }
    let by_post = ask(http, initialize(resource), deadline());
    match (by_get, by_post) {
        (Ok(by_get), Ok(by_post)) => Ok(by_get.or(by_post)),
        (Ok(answered), Err(_)) | (Err(_), Ok(answered)) => Ok(answered),
        (Err(error), Err(_)) if !error.is_timeout() => Err(error),
        (Err(_), Err(error)) => Err(error),
    }
}

/// Sends a request and returns what the head of its response says.
fn ask(http: &Http, request: HttpRequest, deadline: Deadline) -> Result<Challenge, HttpError> {
    let response = http.send(request.head_only(), deadline)?;
    Ok(Challenge::of(&response))
}

/// Returns the request that MCP's clients begin with.
fn initialize(resource: &Url) -> HttpRequest {
    let message = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": MCP_VERSION,
            "capabilities": {},
            "clientInfo": { "name": "prusa-cred", "version": env!("CARGO_PKG_VERSION") },
        },
    });
    let body = Zeroizing::new(message.to_string().into_bytes());
    HttpRequest::post_json(resource.clone(), body)
        .header("accept", ACCEPT)
        .header("mcp-protocol-version", MCP_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpSettings;
    use crate::http::tests::{Server, reply};

    const HERE: &str = "Bearer resource_metadata=\"https://m.example/prm\", scope=\"a b\"";

    /// Asks a server that answers GET and POST with these statuses and `WWW-Authenticate` headers.
    fn asked(
        get: (u16, &'static [&str]),
        post: (u16, &'static [&str]),
    ) -> (Challenge, Vec<String>) {
        let server = Server::start(move |seen| {
            let (status, challenges) = if seen.method == "GET" { get } else { post };
            assert_eq!(seen.headers["accept"], ACCEPT);
            let headers = challenges
                .iter()
                .map(|challenge| format!("WWW-Authenticate: {challenge}\r\n"));
            reply(status, &headers.collect::<String>(), "")
        });
        let http = Http::new(HttpSettings::default()).expect("a client");
        let deadline = || Deadline::after(Duration::from_secs(60));
        let challenge = fetch_challenge(&http, &server.url, deadline).expect("an answer");
        let methods = server.seen().into_iter().map(|seen| seen.method);
        (challenge, methods.collect())
    }

    #[test]
    fn post_is_asked_where_get_names_no_metadata() {
        for status in [200, 204, 302, 400, 404, 405, 406, 415, 500] {
            let (challenge, methods) = asked((status, &[]), (401, &[HERE]));
            assert_eq!(methods, ["GET", "POST"], "{status}");
            assert!(challenge.asks_for_token);
            assert_eq!(
                challenge.resource_metadata.as_deref(),
                Some("https://m.example/prm")
            );
            assert_eq!(challenge.scopes, ["a", "b"]);
            assert_eq!(challenge.status, status);
        }
        let (challenge, methods) = asked((401, &[HERE]), (500, &[]));
        assert_eq!(methods, ["GET"]);
        assert!(challenge.asks_for_token);
        let (challenge, methods) = asked((200, &[]), (200, &[]));
        assert_eq!(methods, ["GET", "POST"]);
        assert_eq!(
            challenge,
            Challenge {
                status: 200,
                ..Challenge::default()
            }
        );
    }

    #[test]
    fn what_either_request_says_counts() {
        let (challenge, _) = asked((401, &["Bearer scope=c"]), (401, &[HERE]));
        assert_eq!(challenge.scopes, ["c"]);
        assert!(challenge.resource_metadata.is_some());
        let (challenge, _) = asked((401, &["Basic realm=\"x\""]), (405, &[]));
        assert!(challenge.asks_for_token && challenge.resource_metadata.is_none());
        let (challenge, _) = asked((403, &["Bearer error=\"insufficient_scope\""]), (405, &[]));
        assert!(challenge.asks_for_token);
    }

    #[test]
    fn a_challenge_is_found_among_others() {
        for headers in [
            &["Basic realm=\"x\"", HERE][..],
            &["Negotiate, Basic realm=\"\u{e9}\"", HERE],
            &["DPoP algs=\"ES256\", Bearer resource_metadata=\"https://m.example/prm\""],
            &["Bearer realm=\"\u{e9}\", resource_metadata=\"https://m.example/prm\""],
            &["Bearer", "DPoP resource_metadata=\"https://m.example/prm\""],
        ] {
            let (challenge, _) = asked((401, headers), (500, &[]));
            let metadata = challenge.resource_metadata.as_deref();
            assert_eq!(metadata, Some("https://m.example/prm"), "{headers:?}");
        }
    }
}
