//! Protected resource metadata (RFC 9728): from a protected resource's address to the authorization server that issues
//! tokens for it, as MCP's authorization requires.
//!
//! Requests without a token go to the resource (`challenge`). Its 401 says where its metadata is (§5.1); else that is
//! at the well-known address (§3). The metadata has to be that of this resource (§3.3), or a token for one resource
//! would be requested for another. Nothing here is secret.

mod challenge;

use serde_json::{Map, Value};
use url::Url;

use self::challenge::fetch_challenge;
use super::discovery::{self, DiscoveryError, is_secure};
use crate::credential::{HostPattern, Request};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpError, HttpRequest, redacted};

/// The metadata of a protected resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProtectedResource {
    /// As the resource writes it: the value of the `resource` parameter (RFC 8707).
    pub(crate) resource: String,
    /// Never empty.
    pub(crate) authorization_servers: Vec<Url>,
    /// The scopes to request: those of the challenge, else `scopes_supported`.
    pub(crate) scopes: Vec<String>,
}

/// Why the authorization server of a resource is not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResourceError {
    /// It answered without asking for a token, and publishes nothing.
    #[error(
        "{url} does not ask for a token (status {status}), and says nowhere who issues tokens for it"
    )]
    NotProtected { url: String, status: u16 },
    #[error("{url} is metadata of another resource, {resource:?}")]
    ResourceMismatch { url: String, resource: String },
    #[error("{url} names no authorization server that can be used")]
    NoServer { url: String },
    #[error("{url} says that its metadata is at an address without https")]
    InsecureMetadataUrl { url: String },
    #[error(transparent)]
    Metadata(#[from] DiscoveryError),
}

impl ResourceError {
    /// Returns whether it is about a resource's metadata that was there, and not about what was there in its place.
    fn is_of_metadata(&self) -> bool {
        matches!(self, Self::ResourceMismatch { .. } | Self::NoServer { .. })
    }
}

impl From<HttpError> for ResourceError {
    fn from(error: HttpError) -> Self {
        Self::Metadata(error.into())
    }
}

/// Asks the resource for its challenge and returns its metadata, from the address that its challenge names, else from
/// the first well-known address that has some. The scopes of the challenge replace those of the metadata. Each request
/// gets a deadline of its own from `deadline`.
///
/// A resource that asks for a token and publishes no metadata is taken to have its authorization server at its own
/// origin, as in MCP's first revision (2025-03-26).
///
/// # Errors
///
/// When it neither asks for a token nor publishes metadata, its metadata is not valid, or it does not respond.
pub(crate) fn discover(
    http: &Http,
    resource: &Url,
    deadline: impl Fn() -> Deadline,
) -> Result<ProtectedResource, ResourceError> {
    let challenge = fetch_challenge(http, resource, &deadline)?;
    let named = challenge.resource_metadata.as_deref();
    let named = named.map(|url| resource_metadata_url(url, resource));
    let mut metadata = match find_metadata(http, resource, named, deadline)? {
        Some(metadata) => metadata,
        None if challenge.asks_for_token => with_server_at_origin(resource),
        None => {
            return Err(ResourceError::NotProtected {
                url: redacted(resource),
                status: challenge.status,
            });
        }
    };
    if !challenge.scopes.is_empty() {
        metadata.scopes = challenge.scopes;
    }
    Ok(metadata)
}

/// Returns the resource's metadata: from the address that its challenge names, else from its well-known addresses;
/// `None` if nothing is there.
///
/// At a well-known address that no challenge named may be anything, such as a page, which counts as nothing. Metadata
/// of another resource, an address in the challenge that may not be asked, and anything else than metadata at that
/// address, is an error only if no other address has the metadata of this resource.
fn find_metadata(
    http: &Http,
    resource: &Url,
    named: Option<Result<Url, ResourceError>>,
    deadline: impl Fn() -> Deadline,
) -> Result<Option<ProtectedResource>, ResourceError> {
    let (named, mut first_error) = match named.transpose() {
        Ok(named) => (named, None),
        Err(error) => (None, Some(error)),
    };
    let mut urls = well_known_urls(resource);
    urls.dedup();
    urls.retain(|url| Some(url) != named.as_ref());
    let named_count = usize::from(named.is_some());
    for (at, url) in named.into_iter().chain(urls).enumerate() {
        let is_named = at < named_count;
        match fetch_metadata(http, &url, resource, deadline()) {
            Ok(Some(metadata)) => return Ok(Some(metadata)),
            Err(error) if is_named || error.is_of_metadata() => {
                first_error = first_error.or(Some(error));
            }
            Ok(None) | Err(_) => {}
        }
    }
    first_error.map_or(Ok(None), Err)
}

/// Returns the metadata of the resource at an address; `None` if nothing is there (404 or 410).
fn fetch_metadata(
    http: &Http,
    url: &Url,
    resource: &Url,
    deadline: Deadline,
) -> Result<Option<ProtectedResource>, ResourceError> {
    let request = HttpRequest::get(url.clone()).document();
    let request = request.header("accept", "application/json");
    let mut response = http.send_allow_truncated(request, deadline)?;
    let Some(document) = discovery::json_document(&mut response)? else {
        return Ok(None);
    };
    parse_metadata(&document, url, resource).map(Some)
}

/// Returns the address in a challenge's `resource_metadata`, which may be relative to the resource. Fails unless it is
/// `is_allowed`.
fn resource_metadata_url(value: &str, resource: &Url) -> Result<Url, ResourceError> {
    let url = resource.join(value).ok();
    url.filter(|url| is_allowed(url, resource))
        .ok_or_else(|| ResourceError::InsecureMetadataUrl {
            url: redacted(resource),
        })
}

/// Returns whether an address that the resource names may be used: https, or plain HTTP to this machine if the resource
/// itself is plain HTTP; without a user name or password.
fn is_allowed(url: &Url, resource: &Url) -> bool {
    is_secure(url) && (url.scheme() == "https" || resource.scheme() == "http")
}

/// Where the metadata of a host's resources is (§3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Returns the well-known addresses of the resource's metadata (§3.1), in the order to try: that of its path and query,
/// without slashes at the path's end, then that of the whole host. Both are the same if it has neither.
fn well_known_urls(resource: &Url) -> Vec<Url> {
    let path = resource.path().trim_end_matches('/');
    let at = |path: &str, query: Option<&str>| {
        let mut url = resource.clone();
        url.set_path(path);
        url.set_query(query);
        url.set_fragment(None);
        url
    };
    vec![
        at(&format!("{WELL_KNOWN}{path}"), resource.query()),
        at(WELL_KNOWN, None),
    ]
}

/// Reads the metadata at `url`, which has to cover `resource`. Authorization servers that may not be used are left out;
/// fails if none remains.
fn parse_metadata(
    document: &Map<String, Value>,
    url: &Url,
    resource: &Url,
) -> Result<ProtectedResource, ResourceError> {
    let named = document.get("resource").and_then(Value::as_str);
    let named = named.ok_or_else(|| DiscoveryError::NotMetadata {
        url: redacted(url),
        reason: "it names no resource",
    })?;
    if !covers(named, resource) || !may_name(url, named, resource) {
        return Err(ResourceError::ResourceMismatch {
            url: redacted(url),
            resource: excerpt(named),
        });
    }
    let servers: Vec<Url> = discovery::string_list(document, "authorization_servers")
        .iter()
        .filter_map(|server| Url::parse(server).ok())
        .filter(|server| is_allowed(server, resource))
        .collect();
    if servers.is_empty() {
        return Err(ResourceError::NoServer { url: redacted(url) });
    }
    Ok(ProtectedResource {
        resource: named.to_owned(),
        authorization_servers: servers,
        scopes: discovery::string_list(document, "scopes_supported"),
    })
}

/// Returns whether the resource that the metadata names is `resource` itself, or a parent of its path on the same
/// origin, by the rule that decides later where its token goes. A query that it has is that of `resource`, which the
/// person typed; with a fragment it covers nothing.
fn covers(named: &str, resource: &Url) -> bool {
    let (Some(entry), Ok(request)) = (
        HostPattern::of_resource(named),
        Request::for_url(resource.as_str()),
    ) else {
        return false;
    };
    let query = Url::parse(named)
        .ok()
        .and_then(|named| named.query().map(str::to_owned));
    let is_typed_query = query.is_none_or(|query| resource.query() == Some(&query));
    let place = request.place();
    place.is_some_and(|place| place.depth_in(&entry).is_some())
        && is_typed_query
        && !named.contains('#')
}

/// Returns whether the metadata at `url` may name this resource, which covers `resource`: it is `resource` itself, with
/// or without its query, or the document is at a well-known address of the host (§3.1). Else a program at one path,
/// which chooses where the metadata of its own path is, could have a token made for the whole host.
fn may_name(url: &Url, named: &str, resource: &Url) -> bool {
    let without_end = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let is_itself = |named: Url| {
        let mut resource = resource.clone();
        if named.query().is_none() {
            resource.set_query(None);
        }
        without_end(&named) == without_end(&resource)
    };
    let below = url.path().strip_prefix(WELL_KNOWN);
    let is_well_known = url.origin() == resource.origin()
        && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_well_known || Url::parse(named).is_ok_and(is_itself)
}

/// Returns the metadata of a resource whose authorization server is at its own origin.
fn with_server_at_origin(resource: &Url) -> ProtectedResource {
    let mut server = resource.clone();
    server.set_path("");
    server.set_query(None);
    server.set_fragment(None);
    ProtectedResource {
        resource: resource.to_string(),
        authorization_servers: vec![server],
        scopes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::HttpSettings;
    use crate::http::tests::{Server, reply};

    #[test]
    fn well_known_addresses_keep_the_path_and_query() {
        let urls = |resource: &str| {
            let urls = well_known_urls(&Url::parse(resource).expect("a URL"));
            urls.iter().map(Url::to_string).collect::<Vec<_>>()
        };
        let of_host = "https://m.example/.well-known/oauth-protected-resource";
        let of_path = format!("{of_host}/mcp?a=1");
        assert_eq!(urls("https://m.example/mcp/?a=1#x"), [&*of_path, of_host]);
        assert_eq!(urls("https://m.example/"), [of_host, of_host]);
    }

    #[test]
    fn metadata_covers_its_resource_and_what_is_below_it() {
        let resource = Url::parse("https://m.example/a/mcp").expect("a URL");
        for named in [
            "https://m.example/a/mcp",
            "https://m.example/a/",
            "https://m.example/a",
            "https://m.example",
            "https://M.example:443/",
        ] {
            assert!(covers(named, &resource), "{named}");
        }
        for named in [
            "https://m.example/a/mcp/more",
            "https://m.example/a/mc",
            "https://m.example.evil.example/a/mcp",
            "http://m.example/a/mcp",
            "https://m.example:8443/a/mcp",
            "https://evil@m.example/a/mcp",
            "https://m.example/a/mcp#x",
            "https://m.example/a/mcp?${env:TOKEN}&x",
            "https://m.example/a/b/../mcp",
            "https://m.example/a//mcp",
            "https://m.example/a%2Fmcp",
            "m.example",
            "",
        ] {
            assert!(!covers(named, &resource), "{named}");
        }
    }

    #[test]
    fn only_a_well_known_document_names_a_larger_resource() {
        let resource = Url::parse("https://m.example/a/mcp").expect("a URL");
        for (at, named, expected) in [
            ("/a/prm", "https://m.example/a/mcp", true),
            ("/a/prm", "https://M.example:443/a/mcp/", true),
            ("/a/prm", "https://m.example/a/mcp?b=1", false),
            ("/a/prm", "https://m.example/a", false),
            ("/a/prm", "https://m.example/", false),
            (WELL_KNOWN, "https://m.example/", true),
            (&format!("{WELL_KNOWN}/a/mcp"), "https://m.example/a", true),
            (&format!("{WELL_KNOWN}s/x"), "https://m.example/", false),
            (&format!("/a{WELL_KNOWN}"), "https://m.example/", false),
        ] {
            let url = resource.join(at).expect(at);
            assert_eq!(may_name(&url, named, &resource), expected, "{at} {named}");
        }
        // What a manual gives may have a query that the metadata leaves out.
        let typed = Url::parse("https://m.example/a/mcp?project=x").expect("a URL");
        let url = resource.join("/a/prm").expect("a URL");
        assert!(may_name(&url, "https://m.example/a/mcp", &typed));
        assert!(may_name(&url, "https://m.example/a/mcp?project=x", &typed));
        assert!(!may_name(&url, "https://m.example/a", &typed));
        let elsewhere = Url::parse("https://evil.example/.well-known/oauth-protected-resource");
        let elsewhere = elsewhere.expect("a URL");
        assert!(!may_name(&elsewhere, "https://m.example/", &resource));
    }

    /// Runs the discovery on a server whose resource has this header, and whose well-known address this document.
    fn discovered(
        header: &'static str,
        status: u16,
        document: &'static str,
    ) -> Result<ProtectedResource, String> {
        let server = Server::start(move |seen| {
            let host = &seen.headers["host"];
            let fill = |text: &str| text.replace("HOST", &format!("http://{host}"));
            match seen.target.as_str() {
                "/mcp" => reply(status, &fill(header), ""),
                "/.well-known/oauth-protected-resource/mcp" | "/named" if !document.is_empty() => {
                    reply(200, "", &fill(document))
                }
                _ => reply(404, "", ""),
            }
        });
        let mut url = server.url.clone();
        url.set_path("/mcp");
        url.set_query(None);
        let http = Http::new(HttpSettings::default()).expect("a client");
        discover(&http, &url, || Deadline::after(Duration::from_secs(60)))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_401_and_its_metadata_give_the_authorization_server() {
        const GOOD: &str = r#"{"resource":"HOST/mcp","authorization_servers":["https://as.example"],
            "scopes_supported":["a","b"]}"#;
        const NAMED: &str =
            "WWW-Authenticate: Bearer scope=\"c\", resource_metadata=\"HOST/named\"\r\n";
        let well_known = discovered("", 401, GOOD).expect("a server");
        assert_eq!(well_known.scopes, ["a", "b"]);
        assert_eq!(
            well_known.authorization_servers[0].as_str(),
            "https://as.example/"
        );
        let resource = well_known.resource;
        assert!(resource.ends_with("/mcp") && resource.starts_with("http://127"));
        assert_eq!(
            discovered(NAMED, 401, GOOD).expect("a server").scopes,
            ["c"]
        );
        // A server that hides its 401 may still publish metadata.
        assert!(discovered("", 405, GOOD).is_ok());
        let at_origin =
            discovered("WWW-Authenticate: Bearer\r\n", 401, "").expect("its own origin");
        assert_eq!(at_origin.authorization_servers[0].path(), "/");
        let wrong = |header, status, document, part: &str| {
            let error = discovered(header, status, document).expect_err(part);
            assert!(error.contains(part), "{error}");
        };
        wrong("", 200, "", "does not ask for a token (status 200)");
        wrong(
            NAMED,
            401,
            r#"{"resource":"https://evil.example/mcp"}"#,
            "another resource",
        );
        // The challenge may not name the host, and the well-known address may.
        let of_host = r#"{"resource":"HOST/","authorization_servers":["https://as.example"]}"#;
        let of_host = discovered(NAMED, 401, of_host).expect("the host");
        assert!(of_host.resource.ends_with('/'));
        let unsafe_address =
            "WWW-Authenticate: Bearer resource_metadata=\"http://192.0.2.1/prm\"\r\n";
        assert!(discovered(unsafe_address, 401, GOOD).is_ok());
        wrong(unsafe_address, 401, "", "without https");
        wrong(
            NAMED,
            401,
            r#"{"resource":"HOST/mcp"}"#,
            "no authorization server",
        );
        wrong(
            NAMED,
            401,
            r#"{"resource":"HOST/mcp","authorization_servers":["http://as.example"]}"#,
            "no authorization server",
        );
        wrong(NAMED, 401, "<html>", "web page");
        wrong(NAMED, 401, "{}", "names no resource");
        wrong(
            "WWW-Authenticate: Bearer resource_metadata=\"http://evil.example/x\"\r\n",
            401,
            "",
            "at an address without https",
        );
    }
}
