//! Client ID metadata documents: where a server takes them, a client's ID is the https address of a document that
//! describes the client, and nobody registers anything (draft-ietf-oauth-client-id-metadata-document, as in MCP's
//! authorization).
//!
//! The document is published by whoever runs the program, and says where a browser may be sent back to. Some servers
//! let the port of a loopback redirect URI differ (RFC 8252 §7.3) and others do not: the document has one with a port,
//! which a sign-in uses if it is free, and one without. Nothing here is secret.

use serde_json::{Value, json};
use url::Url;

use super::device;
use crate::profile::RedirectUri;

/// The port that a document names; below those that operating systems hand out by themselves.
const PORT: u16 = 28171;

/// Returns whether a client ID is the address of a document.
pub(crate) fn is_document(client_id: &str) -> bool {
    client_id.starts_with("https://")
}

/// Checks that a document may be at this address.
///
/// # Errors
///
/// Why it may not.
pub(crate) fn check_address(client_id: &str) -> Result<(), &'static str> {
    if !is_document(client_id) {
        return Err("not an address that begins with https://, as that of a document has to be");
    }
    let url = Url::parse(client_id).map_err(|_| "not an address")?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if url.path() == "/" {
        return Err("the address of a document needs a path, such as /prusa-cred.json");
    }
    if has_user || url.fragment().is_some() || url.as_str() != client_id {
        return Err(
            "the address of a document is written out: without user name, fragment, dots as segments or a port of its own",
        );
    }
    Ok(())
}

/// Returns the redirect URI to try first for this client: one that its document has, if its ID is the address of one.
pub(crate) fn preferred(client_id: &str, redirect_uri: &RedirectUri) -> Option<RedirectUri> {
    let is_open = redirect_uri.port().is_none();
    (is_open && is_document(client_id)).then(|| redirect_uri.with_port(PORT))
}

/// Returns the document that describes this program as a client with this ID, which is where it is published.
pub(crate) fn document(client_id: &str, redirect_uri: &RedirectUri, scopes: &[String]) -> Value {
    let with_port = redirect_uri.with_port(PORT);
    let mut redirect_uris = vec![with_port.as_str()];
    if redirect_uri.port().is_none() {
        redirect_uris.push(redirect_uri.as_str());
    }
    let mut document = json!({
        "client_id": client_id,
        "client_name": "prusa-cred",
        "application_type": "native",
        "redirect_uris": redirect_uris,
        "grant_types": ["authorization_code", "refresh_token", device::GRANT_TYPE],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    if !scopes.is_empty()
        && let Some(fields) = document.as_object_mut()
    {
        fields.insert("scope".to_owned(), scopes.join(" ").into());
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_redirect_uri_of_the_sign_in() {
        const ID: &str = "https://c.example/prusa-cred.json";
        for (text, listed) in [
            (
                "http://127.0.0.1/",
                vec!["http://127.0.0.1:28171/", "http://127.0.0.1/"],
            ),
            (
                "http://localhost/cb",
                vec!["http://localhost:28171/cb", "http://localhost/cb"],
            ),
            ("http://localhost:9/cb", vec!["http://localhost:9/cb"]),
        ] {
            let uri = RedirectUri::parse(text).expect(text);
            let document = document(ID, &uri, &[]);
            assert_eq!(document["redirect_uris"], json!(listed));
            assert_eq!(document["client_id"], ID);
            let first = preferred(ID, &uri).unwrap_or(uri.clone());
            assert_eq!(first.as_str(), listed[0]);
            assert_eq!(preferred("registered", &uri), None);
        }
    }

    #[test]
    fn a_document_is_at_a_full_address() {
        assert_eq!(check_address("https://c.example/x.json"), Ok(()));
        assert_eq!(check_address("https://c.example:8443/a/b?v=1"), Ok(()));
        for address in [
            "c.example/x.json",
            "http://c.example/x.json",
            "https://c.example",
            "https://c.example/",
            "https://me@c.example/x.json",
            "https://c.example/x.json#y",
            "https://c.example/a/../x.json",
            "https://c.example:443/x.json",
            "https://C.example/x.json",
        ] {
            assert!(check_address(address).is_err(), "{address}");
        }
    }
}
