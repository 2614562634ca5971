//! Where a server's endpoints are: OpenID Connect Discovery 1.0 §4, else RFC 8414 §3.
//!
//! The document comes from the issuer's own address and has to name that issuer (RFC 8414 §3.3), so that no server
//! speaks for another; every endpoint in it is https, or on this machine. Nothing here is secret.

use serde_json::{Map, Value};
use url::Url;

use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpError, HttpRequest, HttpResponse, is_loopback, redacted};

/// What is known of a server, by the names of RFC 8414 §2.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerMetadata {
    /// As the server writes it: tokens repeat it to the letter.
    pub(crate) issuer: Option<String>,
    pub(crate) authorization_endpoint: Option<Url>,
    pub(crate) token_endpoint: Option<Url>,
    pub(crate) device_authorization_endpoint: Option<Url>,
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) registration_endpoint: Option<Url>,
    pub(crate) jwks_uri: Option<Url>,
    pub(crate) scopes_supported: Vec<String>,
    pub(crate) token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether every answer of the authorization endpoint names the issuer (RFC 9207 §3).
    pub(crate) sends_issuer: bool,
}

/// Why a server's endpoints are not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    #[error("{issuer} publishes no metadata: looked at {}", .tried.join(", "))]
    NotFound { issuer: String, tried: Vec<String> },
    #[error(
        "{url} leads elsewhere (status {status}), and metadata is taken from its own place only"
    )]
    Redirect { url: String, status: u16 },
    #[error("{url} did not answer with metadata (status {status})")]
    Status { url: String, status: u16 },
    /// A page for people, or anything else.
    #[error("{url} does not hold metadata: {what}")]
    NotMetadata { url: String, what: &'static str },
    /// The document lies, or is another's.
    #[error("{url} speaks for another issuer, {issuer:?}")]
    OtherIssuer { url: String, issuer: String },
    #[error("{url} gives as its {field} what is neither an https address nor one of this machine")]
    BadEndpoint { url: String, field: &'static str },
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl DiscoveryError {
    /// Returns whether a later try may go better.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => error.is_transient(),
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// Returns whether there was no answer because the time was up.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Http(error) if error.is_timeout())
    }

    /// Returns whether another place may hold what this one did not.
    fn may_be_elsewhere(&self) -> bool {
        matches!(
            self,
            Self::Redirect { .. } | Self::Status { .. } | Self::NotMetadata { .. }
        )
    }
}

/// Returns what the issuer publishes about itself.
///
/// # Errors
///
/// When it publishes nothing, or something that is not to be believed.
pub(crate) fn discover(
    http: &Http,
    issuer: &Url,
    deadline: Deadline,
) -> Result<ServerMetadata, DiscoveryError> {
    let mut tried = Vec::new();
    let mut first = None;
    for url in places(issuer) {
        tried.push(redacted(&url));
        match look(http, &url, issuer, deadline) {
            Ok(Some(metadata)) => return Ok(metadata),
            Ok(None) => {}
            // That there was no time to look elsewhere says less than what was found here.
            Err(error) if error.may_be_elsewhere() || (error.is_timeout() && first.is_some()) => {
                first = first.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    Err(first.unwrap_or_else(|| DiscoveryError::NotFound {
        issuer: redacted(issuer),
        tried,
    }))
}

/// Returns the addresses where metadata may be, most usual first.
fn places(issuer: &Url) -> Vec<Url> {
    const OPENID: &str = "/.well-known/openid-configuration";
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    let mut places = vec![at(format!("{path}{OPENID}")), at(format!("{OAUTH}{path}"))];
    if !path.is_empty() {
        places.push(at(format!("{OPENID}{path}")));
    }
    places
}

fn look(
    http: &Http,
    url: &Url,
    issuer: &Url,
    deadline: Deadline,
) -> Result<Option<ServerMetadata>, DiscoveryError> {
    let request = HttpRequest::get(url.clone()).header("accept", "application/json");
    let response = http.send(request, deadline)?;
    let Some(document) = document(&response)? else {
        return Ok(None);
    };
    metadata(&document, &response.url, issuer).map(Some)
}

/// Returns the JSON object that the answer holds; `None` where there is nothing.
pub(super) fn document(
    response: &HttpResponse,
) -> Result<Option<Map<String, Value>>, DiscoveryError> {
    let (url, status) = (redacted(&response.url), response.status);
    match status {
        200 => {}
        404 | 410 => return Ok(None),
        300..400 => return Err(DiscoveryError::Redirect { url, status }),
        _ => return Err(DiscoveryError::Status { url, status }),
    }
    if let Ok(document) = serde_json::from_slice(&response.body) {
        return Ok(Some(document));
    }
    let is_page = response.body.trim_ascii_start().starts_with(b"<");
    let what = if is_page {
        "it is a web page"
    } else {
        "it is not a JSON object"
    };
    Err(DiscoveryError::NotMetadata { url, what })
}

fn metadata(
    document: &Map<String, Value>,
    url: &Url,
    issuer: &Url,
) -> Result<ServerMetadata, DiscoveryError> {
    let said = document.get("issuer").and_then(Value::as_str);
    let said = said.ok_or_else(|| DiscoveryError::NotMetadata {
        url: redacted(url),
        what: "it names no issuer",
    })?;
    if !is_same(said, issuer) {
        return Err(DiscoveryError::OtherIssuer {
            url: redacted(url),
            issuer: excerpt(said),
        });
    }
    let endpoint = |field| endpoint(document, field, url);
    Ok(ServerMetadata {
        issuer: Some(said.to_owned()),
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?,
        device_authorization_endpoint: endpoint("device_authorization_endpoint")?,
        revocation_endpoint: endpoint("revocation_endpoint")?,
        // Most who sign in never register, and whoever does is told that nobody can.
        registration_endpoint: endpoint("registration_endpoint").unwrap_or_default(),
        jwks_uri: endpoint("jwks_uri")?,
        scopes_supported: words(document, "scopes_supported"),
        token_endpoint_auth_methods_supported: words(
            document,
            "token_endpoint_auth_methods_supported",
        ),
        sends_issuer: document.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
    })
}

/// Compares to the letter, but for a slash at the end, which nobody remembers to type.
fn is_same(said: &str, issuer: &Url) -> bool {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    Url::parse(said).is_ok_and(|said| bare(said.as_str()) == bare(issuer.as_str()))
}

fn endpoint(
    document: &Map<String, Value>,
    field: &'static str,
    url: &Url,
) -> Result<Option<Url>, DiscoveryError> {
    let bad = || DiscoveryError::BadEndpoint {
        url: redacted(url),
        field,
    };
    match document.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let address = value.as_str().and_then(|text| Url::parse(text).ok());
            // A server elsewhere has no business with this machine.
            let is_fit = |address: &Url| is_safe(address) && (is_https(address) || !is_https(url));
            let address = address.filter(is_fit).ok_or_else(bad)?;
            Ok(Some(address))
        }
    }
}

/// Returns whether secrets may be sent there: https, or plain HTTP that stays on this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let has_no_user = url.username().is_empty() && url.password().is_none();
    has_no_user && (is_https(url) || (url.scheme() == "http" && is_loopback(url)))
}

fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// Returns the words of a list, what is none left out.
pub(super) fn words(document: &Map<String, Value>, field: &str) -> Vec<String> {
    let list = document.get(field).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::HttpSettings;
    use crate::http::tests::{Server, reply};

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn metadata_is_looked_for_where_the_two_standards_say() {
        let all = |issuer: &str| -> Vec<String> {
            places(&url(issuer))
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(
            all("https://a.example"),
            [
                "https://a.example/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server",
            ]
        );
        assert_eq!(
            all("https://a.example/t/1/"),
            [
                "https://a.example/t/1/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server/t/1",
                "https://a.example/.well-known/openid-configuration/t/1",
            ]
        );
    }

    #[test]
    fn only_its_own_issuer_is_believed() {
        let read = |said: &str, asked: &str| {
            let document = serde_json::json!({ "issuer": said });
            let document = document.as_object().expect("an object").clone();
            metadata(&document, &url("https://w.example/x?y"), &url(asked))
                .map(|_| ())
                .map_err(|error| error.to_string())
        };
        for (said, asked) in [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example/t", "https://a.example/t/"),
        ] {
            assert_eq!(read(said, asked), Ok(()), "{said} {asked}");
        }
        for (said, asked) in [
            ("https://a.example.evil.example", "https://a.example"),
            ("http://a.example", "https://a.example"),
            ("https://a.example/t", "https://a.example"),
            ("https://a.example/T", "https://a.example/t"),
            ("a.example", "https://a.example"),
            ("", "https://a.example"),
        ] {
            let error = read(said, asked).expect_err(said);
            let wanted = format!("https://w.example/x speaks for another issuer, {said:?}");
            assert_eq!(error, wanted);
        }
    }

    #[test]
    fn an_endpoint_is_https_or_of_this_machine() {
        for (address, is_good) in [
            ("https://a.example/token", true),
            ("http://127.0.0.1:8/token", true),
            ("http://[::1]/token", true),
            ("http://localhost/token", true),
            ("http://a.example/token", false),
            ("http://localhost.evil.example/token", false),
            ("https://me:pw@a.example/token", false),
            ("ftp://127.0.0.1/token", false),
            ("javascript:alert(1)", false),
            ("/token", false),
        ] {
            let document = serde_json::json!({ "token_endpoint": address });
            let document = document.as_object().expect("an object").clone();
            let read = |from| endpoint(&document, "token_endpoint", &url(from)).is_ok();
            assert_eq!(read("http://127.0.0.1:9/"), is_good, "{address}");
            let is_https = address == "https://a.example/token";
            assert_eq!(read("https://w.example/"), is_https, "{address}");
        }
    }

    #[test]
    fn the_second_place_is_asked_when_the_first_has_a_page() {
        let answered = |first: (u16, &'static str, &'static str)| {
            let server = Server::start(move |seen| {
                if seen.target.contains("openid") {
                    reply(first.0, first.1, first.2)
                } else {
                    let host = &seen.headers["host"];
                    reply(200, "", &format!(r#"{{"issuer":"http://{host}"}}"#))
                }
            });
            let http = Http::new(HttpSettings::default()).expect("a client");
            let mut issuer = server.url.clone();
            issuer.set_path("");
            issuer.set_query(None);
            discover(&http, &issuer, Deadline::after(Duration::from_secs(60)))
                .map(|metadata| metadata.issuer.is_some())
                .map_err(|error| error.to_string())
        };
        for first in [
            (404, "", ""),
            (200, "", "<html>"),
            (200, "", "[]"),
            (302, "Location: /x\r\n", ""),
            (401, "", ""),
        ] {
            assert_eq!(answered(first), Ok(true), "{first:?}");
        }
        let lie = answered((200, "", r#"{"issuer":"https://evil.example"}"#));
        let lie = lie.expect_err("a lie ends it");
        assert!(
            lie.contains(r#"another issuer, "https://evil.example""#),
            "{lie}"
        );
    }
}
