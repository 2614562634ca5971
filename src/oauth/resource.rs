//! Protected resource metadata (RFC 9728): from the address of something protected to the server that gives tokens
//! for it, as MCP's authorization wants.
//!
//! A resource is asked once, without a token; its 401 says where its metadata is (§5.1), else that is at the well-known
//! place (§3). The metadata has to speak of this very resource (§3.3), or a token for one would be asked for another.
//! Nothing here is secret.

use serde_json::{Map, Value};
use url::Url;

use super::discovery::{self, DiscoveryError, is_safe};
use crate::credential::challenge;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpError, HttpRequest, redacted};

/// What a resource says about getting tokens for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProtectedResource {
    /// As the resource writes it: the value of `resource` (RFC 8707).
    pub(crate) resource: String,
    /// Never empty.
    pub(crate) authorization_servers: Vec<Url>,
    pub(crate) scopes: Vec<String>,
}

/// Why it is not known who gives tokens for a resource.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResourceError {
    /// It answered without asking for a token, and publishes nothing.
    #[error("{url} asks for no token (status {status}) and publishes nothing about one")]
    NotProtected { url: String, status: u16 },
    #[error("{url} speaks for another resource, {resource:?}")]
    OtherResource { url: String, resource: String },
    #[error("{url} names no authorization server that can be used")]
    NoServer { url: String },
    #[error("{url} says that its metadata is where no https is")]
    UnsafePlace { url: String },
    #[error(transparent)]
    Metadata(#[from] DiscoveryError),
}

impl From<HttpError> for ResourceError {
    fn from(error: HttpError) -> Self {
        Self::Metadata(error.into())
    }
}

/// Asks the resource, and returns what its metadata says.
///
/// A resource that asks for a token and publishes nothing is taken to be its own authorization server's neighbour, as
/// MCP's first revision had it: the server is at the resource's origin.
pub(crate) fn find(
    http: &Http,
    resource: &Url,
    deadline: Deadline,
) -> Result<ProtectedResource, ResourceError> {
    let challenge = challenge_of(http, resource, deadline)?;
    let mut places = match &challenge.metadata {
        Some(told) => vec![safe_place(told, resource)?],
        None => well_known(resource),
    };
    places.dedup();
    let mut found = None;
    for url in &places {
        let request = HttpRequest::get(url.clone()).header("accept", "application/json");
        match discovery::document(&http.send(request, deadline)?) {
            Ok(Some(document)) => {
                found = Some(read(&document, url, resource)?);
                break;
            }
            Ok(None) => {}
            // Where nobody said that there is any, a page or a redirect is not ours.
            Err(_) if challenge.metadata.is_none() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut found = match found {
        Some(found) => found,
        None if challenge.status == 401 => beside(resource),
        None => {
            return Err(ResourceError::NotProtected {
                url: redacted(resource),
                status: challenge.status,
            });
        }
    };
    if !challenge.scopes.is_empty() {
        found.scopes = challenge.scopes;
    }
    Ok(found)
}

/// What the answer to a request without a token says.
struct Challenge {
    status: u16,
    metadata: Option<String>,
    scopes: Vec<String>,
}

fn challenge_of(http: &Http, resource: &Url, deadline: Deadline) -> Result<Challenge, HttpError> {
    let request =
        HttpRequest::get(resource.clone()).header("accept", "application/json, text/event-stream");
    let response = http.send(request, deadline)?;
    let parameter = |name: &str| {
        let mut headers = response.header_values("www-authenticate");
        headers.find_map(|header| challenge::parameter(header.as_bytes(), "bearer", name))
    };
    let scope = parameter("scope").unwrap_or_default();
    Ok(Challenge {
        status: response.status,
        metadata: parameter("resource_metadata"),
        scopes: scope.split_ascii_whitespace().map(str::to_owned).collect(),
    })
}

fn safe_place(told: &str, resource: &Url) -> Result<Url, ResourceError> {
    let url = resource.join(told).ok();
    let is_fit =
        |url: &Url| is_safe(url) && (url.scheme() == "https" || resource.scheme() == "http");
    url.filter(is_fit)
        .ok_or_else(|| ResourceError::UnsafePlace {
            url: redacted(resource),
        })
}

/// Returns where metadata is by §3.1: the well-known part before the path; and for the whole host.
fn well_known(resource: &Url) -> Vec<Url> {
    const PLACE: &str = "/.well-known/oauth-protected-resource";
    let path = resource.path().trim_end_matches('/');
    [format!("{PLACE}{path}"), PLACE.to_owned()]
        .iter()
        .map(|path| {
            let mut url = resource.clone();
            url.set_path(path);
            url.set_query(None);
            url.set_fragment(None);
            url
        })
        .collect()
}

fn read(
    document: &Map<String, Value>,
    url: &Url,
    resource: &Url,
) -> Result<ProtectedResource, ResourceError> {
    let said = document.get("resource").and_then(Value::as_str);
    let said = said.ok_or_else(|| DiscoveryError::NotMetadata {
        url: redacted(url),
        what: "it names no resource",
    })?;
    if !covers(said, resource) {
        return Err(ResourceError::OtherResource {
            url: redacted(url),
            resource: excerpt(said),
        });
    }
    let is_fit = |server: &Url| {
        is_safe(server) && (server.scheme() == "https" || resource.scheme() == "http")
    };
    let servers: Vec<Url> = discovery::words(document, "authorization_servers")
        .iter()
        .filter_map(|server| Url::parse(server).ok())
        .filter(is_fit)
        .collect();
    if servers.is_empty() {
        return Err(ResourceError::NoServer { url: redacted(url) });
    }
    Ok(ProtectedResource {
        resource: said.to_owned(),
        authorization_servers: servers,
        scopes: discovery::words(document, "scopes_supported"),
    })
}

/// Returns whether the resource that the metadata speaks of is the one that was asked, or all of the server above it.
fn covers(said: &str, resource: &Url) -> bool {
    let Ok(said) = Url::parse(said) else {
        return false;
    };
    let (above, path) = (said.path().trim_end_matches('/'), resource.path());
    let is_above = path
        .strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    said.origin() == resource.origin() && is_above && is_safe(&said) && said.fragment().is_none()
}

/// Takes the resource's own origin for its authorization server.
fn beside(resource: &Url) -> ProtectedResource {
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
    fn metadata_speaks_of_this_resource_or_of_all_above_it() {
        let asked = Url::parse("https://m.example/a/mcp").expect("a URL");
        for said in [
            "https://m.example/a/mcp",
            "https://m.example/a/",
            "https://m.example/a",
            "https://m.example",
            "https://M.example:443/",
        ] {
            assert!(covers(said, &asked), "{said}");
        }
        for said in [
            "https://m.example/a/mcp/more",
            "https://m.example/a/mc",
            "https://m.example.evil.example/a/mcp",
            "http://m.example/a/mcp",
            "https://m.example:8443/a/mcp",
            "https://evil@m.example/a/mcp",
            "https://m.example/a/mcp#x",
            "m.example",
            "",
        ] {
            assert!(!covers(said, &asked), "{said}");
        }
    }

    /// Runs the search against a server whose 401 has this header, and whose well-known place this document.
    fn found(
        header: &'static str,
        status: u16,
        document: &'static str,
    ) -> Result<ProtectedResource, String> {
        let server = Server::start(move |seen| {
            let host = &seen.headers["host"];
            let fill = |text: &str| text.replace("HOST", &format!("http://{host}"));
            match seen.target.as_str() {
                "/mcp" => reply(status, &fill(header), ""),
                "/.well-known/oauth-protected-resource/mcp" | "/told" if !document.is_empty() => {
                    reply(200, "", &fill(document))
                }
                _ => reply(404, "", ""),
            }
        });
        let mut url = server.url.clone();
        url.set_path("/mcp");
        url.set_query(None);
        let http = Http::new(HttpSettings::default()).expect("a client");
        find(&http, &url, Deadline::after(Duration::from_secs(60)))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_way_from_a_401_to_a_server() {
        const GOOD: &str = r#"{"resource":"HOST/mcp","authorization_servers":["https://as.example"],
            "scopes_supported":["a","b"]}"#;
        const TOLD: &str =
            "WWW-Authenticate: Bearer scope=\"c\", resource_metadata=\"HOST/told\"\r\n";
        let by_place = found("", 401, GOOD).expect("a server");
        assert_eq!(by_place.scopes, ["a", "b"]);
        assert_eq!(
            by_place.authorization_servers[0].as_str(),
            "https://as.example/"
        );
        assert!(by_place.resource.ends_with("/mcp") && by_place.resource.starts_with("http://127"));
        assert_eq!(found(TOLD, 401, GOOD).expect("a server").scopes, ["c"]);
        // A server that hides its 401 may still publish.
        assert!(found("", 405, GOOD).is_ok());
        let beside = found("WWW-Authenticate: Bearer\r\n", 401, "").expect("its own origin");
        assert_eq!(beside.authorization_servers[0].path(), "/");
        let wrong = |header, status, document, part: &str| {
            let error = found(header, status, document).expect_err(part);
            assert!(error.contains(part), "{error}");
        };
        wrong("", 200, "", "asks for no token (status 200)");
        wrong(
            TOLD,
            401,
            r#"{"resource":"https://evil.example/mcp"}"#,
            "another resource",
        );
        wrong(
            TOLD,
            401,
            r#"{"resource":"HOST/mcp"}"#,
            "no authorization server",
        );
        wrong(
            TOLD,
            401,
            r#"{"resource":"HOST/mcp","authorization_servers":["http://as.example"]}"#,
            "no authorization server",
        );
        wrong(TOLD, 401, "<html>", "web page");
        wrong(TOLD, 401, "{}", "names no resource");
        wrong(
            "WWW-Authenticate: Bearer resource_metadata=\"http://evil.example/x\"\r\n",
            401,
            GOOD,
            "where no https is",
        );
    }
}
