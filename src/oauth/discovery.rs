//! Discovery of a server's endpoints: OpenID Connect Discovery 1.0 §4, else RFC 8414 §3.
//!
//! The metadata comes from the issuer's own address and has to name that issuer (RFC 8414 §3.3), so that no server can
//! pose as another. An endpoint that is neither https nor on this machine counts as missing, and is an error only for
//! who needs it: so is every other field that a request can do without. Nothing here is secret.

use serde_json::{Map, Value};
use url::Url;

use super::lenient;
use crate::credential::{placeholder, without_percent};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{
    Http, HttpError, HttpRequest, HttpResponse, UnfitAddress, has_userinfo, is_https_or_loopback,
    redacted,
};

/// A server's metadata, by the names of RFC 8414 §2.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerMetadata {
    /// As the server writes it: `iss` in its tokens has exactly this value.
    pub(crate) issuer: Option<String>,
    pub(crate) authorization_endpoint: Option<Url>,
    pub(crate) token_endpoint: Option<Url>,
    pub(crate) device_authorization_endpoint: Option<Url>,
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) registration_endpoint: Option<Url>,
    pub(crate) jwks_uri: Option<Url>,
    pub(crate) scopes_supported: Vec<String>,
    pub(crate) token_endpoint_auth_methods_supported: Vec<String>,
    pub(super) revocation_endpoint_auth_methods_supported: Vec<String>,
    /// Whether a client ID may be the address of a document that describes the client.
    pub(crate) client_id_metadata_document_supported: bool,
    /// Whether every authorization response has `iss` (RFC 9207 §3).
    pub(crate) authorization_response_iss_parameter_supported: bool,
    /// The endpoints that count as missing although the server names something.
    pub(super) unfit: Vec<(&'static str, UnfitEndpoint)>,
    /// Where the metadata is, for errors.
    pub(super) url: String,
}

/// What stands in metadata where an endpoint should. The text continues the name of the field.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum UnfitEndpoint {
    #[error("is empty")]
    Empty,
    #[error("is {0}, and no address")]
    NotText(&'static str),
    #[error("is no whole address")]
    Relative,
    #[error(transparent)]
    Address(UnfitAddress),
}

impl ServerMetadata {
    /// Returns what the server has written in the place of an endpoint, by its name in RFC 8414; `None` if that can be
    /// used, or is missing.
    pub(crate) fn unfit(&self, endpoint: &str) -> Option<UnfitEndpoint> {
        let found = self.unfit.iter().find(|(field, _)| *field == endpoint);
        found.map(|(_, unfit)| *unfit)
    }

    /// Returns the error for who needs an endpoint that cannot be used; `None` if it can be used, or is missing.
    pub(crate) fn unfit_error(&self, endpoint: &'static str) -> Option<DiscoveryError> {
        self.unfit(endpoint).map(|why| DiscoveryError::BadEndpoint {
            url: self.url.clone(),
            field: endpoint,
            why,
        })
    }

    /// Returns whether a client's secret is sent in the form (`client_secret_post`): where the token endpoint takes it
    /// so and not in a header, which is what a server that says nothing takes (RFC 8414 §2).
    pub(crate) fn wants_secret_in_form(&self) -> bool {
        wants_in_form(&self.token_endpoint_auth_methods_supported)
    }

    /// As `wants_secret_in_form`, at the revocation endpoint, which is as the token endpoint unless the server says
    /// otherwise.
    pub(crate) fn wants_secret_in_form_to_revoke(&self) -> bool {
        match self.revocation_endpoint_auth_methods_supported.as_slice() {
            [] => self.wants_secret_in_form(),
            methods => wants_in_form(methods),
        }
    }

    /// Fails if nobody could sign in with a person there, because the token endpoint cannot be used, or the only
    /// endpoint that a sign-in can begin at.
    pub(crate) fn check_sign_in(&self) -> Result<(), DiscoveryError> {
        let can_begin =
            self.authorization_endpoint.is_some() || self.device_authorization_endpoint.is_some();
        let needed = [
            ("token_endpoint", self.token_endpoint.is_some()),
            ("authorization_endpoint", can_begin),
            ("device_authorization_endpoint", can_begin),
        ];
        let mut missing = needed.into_iter().filter(|(_, is_there)| !is_there);
        match missing.find_map(|(field, _)| self.unfit_error(field)) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// Returns whether `client_secret_post` is among the methods and `client_secret_basic` is not.
fn wants_in_form(methods: &[String]) -> bool {
    let has = |name: &str| methods.iter().any(|it| it.eq_ignore_ascii_case(name));
    has("client_secret_post") && !has("client_secret_basic")
}

/// Why a server's endpoints are not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoveryError {
    #[error("{issuer} publishes no metadata: looked at {}", .tried.join(", "))]
    NotFound { issuer: String, tried: Vec<String> },
    #[error("{url} redirects (status {status}), and redirects of metadata are not followed")]
    Redirect { url: String, status: u16 },
    #[error("{url} did not answer with metadata (status {status})")]
    Status { url: String, status: u16 },
    /// A page for people, or anything else.
    #[error("{url} does not hold metadata: {reason}")]
    NotMetadata { url: String, reason: &'static str },
    /// The metadata is another issuer's, or forged.
    #[error("{url} is metadata of another issuer, {issuer:?}")]
    IssuerMismatch { url: String, issuer: String },
    #[error("{url} has a {field} that {why}")]
    BadEndpoint {
        url: String,
        field: &'static str,
        why: UnfitEndpoint,
    },
    /// One document for many tenants, each of which has an issuer of its own; or an address that nobody has filled in.
    #[error("{}the issuer {issuer:?} is a pattern: {placeholder} in it stands for a name", .url.as_ref().map_or_else(String::new, |url| format!("{url} is metadata of many issuers: ")))]
    Placeholder {
        /// Where the metadata is that names the issuer; `None` if the issuer was asked for.
        url: Option<String>,
        issuer: String,
        placeholder: String,
    },
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl DiscoveryError {
    /// Returns whether a later attempt may succeed: after 429, 5xx and most failures to get a response.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Http(error) => error.is_transient(),
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// Returns whether there was no response because the deadline had passed.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Http(error) if error.is_timeout())
    }

    /// Returns whether the next well-known address is to be tried: after a response without metadata, or none, but not
    /// after metadata of another issuer or with a bad endpoint, nor if there is no time left.
    fn allows_other_urls(&self) -> bool {
        match self {
            Self::Redirect { .. } | Self::Status { .. } | Self::NotMetadata { .. } => true,
            Self::Http(error) => !error.is_timeout(),
            _ => false,
        }
    }
}

/// Fetches the metadata that the issuer publishes, from the first of its well-known addresses that has some.
///
/// # Errors
///
/// When no address has any: `NotFound` if nothing was there, else the first error. At once, without a look at the other
/// addresses, for metadata of another issuer, and after a timeout; a timeout after an earlier error fails with that
/// error. Without a request if the issuer holds a placeholder.
pub(crate) fn discover(
    http: &Http,
    issuer: &Url,
    deadline: Deadline,
) -> Result<ServerMetadata, DiscoveryError> {
    if let Some(placeholder) = placeholder(issuer.as_str()) {
        return Err(DiscoveryError::Placeholder {
            url: None,
            issuer: excerpt(&without_percent(issuer.as_str())),
            placeholder,
        });
    }
    let mut tried = Vec::new();
    let mut first_error = None;
    for url in metadata_urls(issuer) {
        tried.push(redacted(&url));
        match fetch_metadata(http, &url, issuer, deadline) {
            Ok(Some(metadata)) => return Ok(metadata),
            Ok(None) => {}
            // A timeout at a later address says less than the error at an earlier one.
            Err(error)
                if error.allows_other_urls() || (error.is_timeout() && first_error.is_some()) =>
            {
                first_error = first_error.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or_else(|| DiscoveryError::NotFound {
        issuer: redacted(issuer),
        tried,
    }))
}

/// Returns the well-known addresses of the issuer's metadata: `openid-configuration` after its path,
/// `oauth-authorization-server` before its path and, unless the path is empty, `openid-configuration` before it too.
fn metadata_urls(issuer: &Url) -> Vec<Url> {
    const OPENID: &str = "/.well-known/openid-configuration";
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    let path = issuer.path().trim_end_matches('/');
    let with_path = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    let mut urls = vec![
        with_path(format!("{path}{OPENID}")),
        with_path(format!("{OAUTH}{path}")),
    ];
    if !path.is_empty() {
        urls.push(with_path(format!("{OPENID}{path}")));
    }
    urls
}

/// Returns the metadata at an address; `None` if nothing is there (404 or 410).
fn fetch_metadata(
    http: &Http,
    url: &Url,
    issuer: &Url,
    deadline: Deadline,
) -> Result<Option<ServerMetadata>, DiscoveryError> {
    let request = HttpRequest::get(url.clone()).document();
    let request = request.header("accept", "application/json");
    let mut response = http.send_allow_truncated(request, deadline)?;
    let Some(document) = json_document(&mut response)? else {
        return Ok(None);
    };
    parse_metadata(&document, &response.url, issuer).map(Some)
}

/// Returns the JSON object in a response with a status of success, also if the connection ended badly behind it; `None`
/// for 404 and 410.
///
/// # Errors
///
/// For any other status or content; `Http` if the object is cut off.
pub(super) fn json_document(
    response: &mut HttpResponse,
) -> Result<Option<Map<String, Value>>, DiscoveryError> {
    let (url, status) = (redacted(&response.url), response.status);
    match status {
        200..300 => {}
        404 | 410 => return Ok(None),
        300..400 => return Err(DiscoveryError::Redirect { url, status }),
        _ => return Err(DiscoveryError::Status { url, status }),
    }
    if let Some(document) = lenient::whole_object(response) {
        return Ok(Some(document));
    }
    if let Some(error) = response.truncated.take() {
        return Err(error.into());
    }
    let is_page = response.body.trim_ascii_start().starts_with(b"<");
    let reason = if is_page {
        "it is a web page"
    } else {
        "it is not a JSON object"
    };
    Err(DiscoveryError::NotMetadata { url, reason })
}

/// Reads the metadata at `url`, which has to be that of `issuer`. An endpoint that cannot be used counts as missing,
/// and so does a list that is none.
fn parse_metadata(
    document: &Map<String, Value>,
    url: &Url,
    issuer: &Url,
) -> Result<ServerMetadata, DiscoveryError> {
    let named = document.get("issuer").and_then(Value::as_str);
    let named = named.ok_or_else(|| DiscoveryError::NotMetadata {
        url: redacted(url),
        reason: "it names no issuer",
    })?;
    if !is_same_issuer(named, issuer) {
        return Err(mismatch(url, named));
    }
    let mut unfit = Vec::new();
    let mut endpoint = |field| match parse_endpoint(document, field, url) {
        Ok(endpoint) => endpoint,
        Err(why) => {
            unfit.push((field, why));
            None
        }
    };
    Ok(ServerMetadata {
        issuer: Some(named.to_owned()),
        authorization_endpoint: endpoint("authorization_endpoint"),
        token_endpoint: endpoint("token_endpoint"),
        device_authorization_endpoint: endpoint("device_authorization_endpoint"),
        revocation_endpoint: endpoint("revocation_endpoint"),
        registration_endpoint: endpoint("registration_endpoint"),
        jwks_uri: endpoint("jwks_uri"),
        unfit,
        url: redacted(url),
        scopes_supported: string_list(document, "scopes_supported"),
        token_endpoint_auth_methods_supported: string_list(
            document,
            "token_endpoint_auth_methods_supported",
        ),
        revocation_endpoint_auth_methods_supported: string_list(
            document,
            "revocation_endpoint_auth_methods_supported",
        ),
        client_id_metadata_document_supported: document
            .get("client_id_metadata_document_supported")
            == Some(&Value::Bool(true)),
        authorization_response_iss_parameter_supported: document
            .get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
    })
}

/// Returns the error for metadata at `url` of an issuer that is not the one that was asked for.
fn mismatch(url: &Url, named: &str) -> DiscoveryError {
    let (url, issuer) = (redacted(url), excerpt(named));
    match placeholder(named).or_else(|| colon_placeholder(named)) {
        Some(placeholder) => DiscoveryError::Placeholder {
            url: Some(url),
            issuer,
            placeholder,
        },
        None => DiscoveryError::IssuerMismatch { url, issuer },
    }
}

/// Returns the segment of an issuer's path that stands for something else as `:tenant` does; `None` if there is none.
/// An address may have such a segment.
fn colon_placeholder(issuer: &str) -> Option<String> {
    let mut segments = issuer.split('/').skip(3);
    let is_name = |segment: &&str| {
        let name = segment.strip_prefix(':');
        name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
    };
    segments.find(is_name).map(excerpt)
}

/// Compares exactly, except for slashes at the end, which are easily forgotten, and for what the URL standard makes
/// equal, such as the case of the host. `false` if `named` is not a URL.
pub(crate) fn is_same_issuer(named: &str, issuer: &Url) -> bool {
    let without_slash = |text: &str| text.trim_end_matches('/').to_owned();
    Url::parse(named)
        .is_ok_and(|named| without_slash(named.as_str()) == without_slash(issuer.as_str()))
}

/// Returns the endpoint in a field of the metadata at `url`; `None` if the field is missing or null. Fails if it is not
/// a URL, not secure, or plain HTTP although `url` is https.
fn parse_endpoint(
    document: &Map<String, Value>,
    field: &str,
    url: &Url,
) -> Result<Option<Url>, UnfitEndpoint> {
    let text = match document.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim(),
        Some(Value::Bool(_)) => return Err(UnfitEndpoint::NotText("true or false")),
        Some(Value::Number(_)) => return Err(UnfitEndpoint::NotText("a number")),
        Some(Value::Array(_)) => return Err(UnfitEndpoint::NotText("a list")),
        Some(Value::Object(_)) => return Err(UnfitEndpoint::NotText("an object")),
    };
    if text.is_empty() {
        return Err(UnfitEndpoint::Empty);
    }
    let address = Url::parse(text).map_err(|_| UnfitEndpoint::Relative)?;
    if has_userinfo(&address) {
        return Err(UnfitEndpoint::Address(UnfitAddress::UserInfo));
    }
    // A server on another machine must not send requests to this one.
    if is_secure(&address) && (is_https(&address) || !is_https(url)) {
        Ok(Some(address))
    } else {
        Err(UnfitEndpoint::Address(UnfitAddress::Scheme))
    }
}

/// Returns whether secrets may be sent to the address: https, or plain HTTP that stays on this machine. An address with
/// a user name or password is never secure.
pub(crate) fn is_secure(url: &Url) -> bool {
    !has_userinfo(url) && is_https_or_loopback(url)
}

/// Returns whether the URL's scheme is https.
fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// Returns the strings in a list, without its other values. A text in place of the list holds them with white space
/// between them, as `scope` does; empty if there is neither.
pub(super) fn string_list(document: &Map<String, Value>, field: &str) -> Vec<String> {
    match document.get(field) {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
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
    fn metadata_urls_follow_both_standards() {
        let all = |issuer: &str| -> Vec<String> {
            metadata_urls(&url(issuer))
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
    fn metadata_of_another_issuer_is_an_error() {
        let read = |named: &str, issuer: &str| {
            let document = serde_json::json!({ "issuer": named });
            let document = document.as_object().expect("an object").clone();
            parse_metadata(&document, &url("https://w.example/x?y"), &url(issuer))
                .map(|_| ())
                .map_err(|error| error.to_string())
        };
        for (named, issuer) in [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example/t", "https://a.example/t/"),
        ] {
            assert_eq!(read(named, issuer), Ok(()), "{named} {issuer}");
        }
        for (named, issuer) in [
            ("https://a.example.evil.example", "https://a.example"),
            ("http://a.example", "https://a.example"),
            ("https://a.example/t", "https://a.example"),
            ("https://a.example/T", "https://a.example/t"),
            ("a.example", "https://a.example"),
            ("", "https://a.example"),
        ] {
            let error = read(named, issuer).expect_err(named);
            let expected = format!("https://w.example/x is metadata of another issuer, {named:?}");
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn an_endpoint_is_https_or_on_this_machine() {
        for (address, is_allowed) in [
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
            let read = |from| parse_endpoint(&document, "token_endpoint", &url(from)).is_ok();
            assert_eq!(read("http://127.0.0.1:9/"), is_allowed, "{address}");
            let is_https = address == "https://a.example/token";
            assert_eq!(read("https://w.example/"), is_https, "{address}");
        }
    }

    #[test]
    fn the_second_address_is_tried_when_the_first_has_a_page() {
        let discovered = |first: (u16, &'static str, &'static str)| {
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
            (204, "", ""),
            // A response that is no HTTP.
            (200, "Content-Length: 1000\r\n", "{"),
        ] {
            assert_eq!(discovered(first), Ok(true), "{first:?}");
        }
        let forged = discovered((200, "", r#"{"issuer":"https://evil.example"}"#));
        let error = forged.expect_err("another issuer ends the search");
        assert!(
            error.contains(r#"another issuer, "https://evil.example""#),
            "{error}"
        );
    }
}
