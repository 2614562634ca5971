//! Which server tokens name as their issuer, in the claim `iss` (RFC 7519 §4.1.1).
//!
//! Nothing is verified: it is evidence against a token, not for it. Servers write an address there, of https or http,
//! or only a host, or a list; what names no host says nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;
use url::{Host, Url};

use super::jwt::Jwt;
use super::kind::TokenKind;
use super::set::TokenSet;

/// Returns the server that the set's refresh token, else its access token, names as its issuer, if that is not the host
/// of `ours`; `None` also if neither names a host.
pub(super) fn other_issuer(set: &TokenSet, ours: Option<&str>) -> Option<String> {
    let ours = ours.and_then(|ours| Url::parse(ours).ok());
    let named = named_in(set, TokenKind::Refresh).or_else(|| named_in(set, TokenKind::Access))?;
    let is_ours = |named: &Named| ours.as_ref().is_some_and(|ours| named.is_at(ours));
    if named.iter().any(is_ours) {
        return None;
    }
    named.first().map(Named::describe)
}

/// A host that a claim names.
struct Named {
    /// With the scheme https, whatever the claim has.
    url: Url,
    /// Whether the claim is an https address, whose port counts.
    is_https: bool,
}

impl Named {
    /// Reads a text: an address with a scheme, `//host`, or a host with a dot in it, each with anything behind it.
    /// `None` if there is no host, as in an e-mail address, a URN or a plain word.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let url = match Url::parse(text) {
            Ok(url) if url.scheme() == "https" => {
                return Some(Self {
                    url,
                    is_https: true,
                });
            }
            Ok(url) if url.has_host() => format!("https://{}", url.authority()),
            _ => match text.strip_prefix("//") {
                Some(rest) => format!("https://{rest}"),
                None => format!("https://{}", bare_authority(text)?),
            },
        };
        let url = Url::parse(&url).ok()?;
        Some(Self {
            url,
            is_https: false,
        })
    }

    /// Returns whether this is the host of that address; of an https address also whether it is the same port.
    fn is_at(&self, ours: &Url) -> bool {
        let is_same_host = match (self.url.host(), ours.host()) {
            (Some(one), Some(other)) => {
                plain(&one) == plain(&other) || (is_loopback(&one) && is_loopback(&other))
            }
            _ => false,
        };
        let port = Url::port_or_known_default;
        is_same_host && (!self.is_https || port(&self.url) == port(ours))
    }

    /// Returns the https address without its path, else the host.
    fn describe(&self) -> String {
        if self.is_https {
            return self.url.origin().ascii_serialization();
        }
        self.url.host_str().unwrap_or_default().to_owned()
    }
}

/// Returns the hosts that a token of the set names as its issuer; `None` if it names none.
fn named_in(set: &TokenSet, kind: TokenKind) -> Option<Vec<Named>> {
    let jwt = Jwt::decode(set.token(kind)?)?;
    let named: Vec<_> = match jwt.claims().get("iss")? {
        Value::String(text) => Named::parse(text).into_iter().collect(),
        Value::Array(items) => {
            let texts = items.iter().filter_map(Value::as_str);
            texts.filter_map(Named::parse).collect()
        }
        _ => Vec::new(),
    };
    (!named.is_empty()).then_some(named)
}

/// Returns the host, and the port if there is one, that a text without a scheme begins with; `None` unless the host has
/// a dot.
fn bare_authority(text: &str) -> Option<&str> {
    let authority = text.split(['/', '?', '#']).next()?;
    let host = authority.split(':').next()?;
    (host.contains('.') && !authority.contains('@')).then_some(authority)
}

/// Returns the host without a dot at its end.
fn plain(host: &Host<&str>) -> String {
    host.to_string().trim_end_matches('.').to_owned()
}

/// Returns whether the host is this machine by its text.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => Ipv4Addr::is_loopback(address),
        Host::Ipv6(address) => Ipv6Addr::is_loopback(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jwt;

    const OURS: &str = "https://a.example/region";

    /// Returns who else than `ours` a refresh token names, whose claim is this JSON.
    fn other(claim: &str, ours: &str) -> Option<String> {
        let token = jwt(&format!(r#"{{"iss":{claim}}}"#));
        let set = format!(r#"{{"refresh_token":"{token}"}}"#);
        let set = TokenSet::parse(set.as_bytes()).expect("a token set");
        other_issuer(&set, Some(ours))
    }

    #[test]
    fn a_host_counts_in_every_form() {
        for (claim, named) in [
            ("https://b.example/x", "https://b.example"),
            ("https://b.example:8443", "https://b.example:8443"),
            ("https:b.example", "https://b.example"),
            (" HTTPS://B.example", "https://b.example"),
            ("https://a.example@b.example", "https://b.example"),
            ("https://a.example:8443", "https://a.example:8443"),
            ("http://b.example", "b.example"),
            ("http://b", "b"),
            ("grpc://b.example:50051/x", "b.example"),
            ("//b.example/x", "b.example"),
            ("b.example", "b.example"),
            ("b.example.", "b.example."),
            ("b.example:8443/a.example", "b.example"),
            ("b.example/console?x#y", "b.example"),
            ("10.1.2.3:8000", "10.1.2.3"),
            ("xa.example", "xa.example"),
            ("a.example.b.example", "a.example.b.example"),
            ("http://localhost:8000", "localhost"),
        ] {
            let text = format!("\"{claim}\"");
            assert_eq!(other(&text, OURS).as_deref(), Some(named), "{claim}");
            let list = format!("[7, \"region\", \"{claim}\", \"c.example\"]");
            assert_eq!(other(&list, OURS).as_deref(), Some(named), "{claim}");
            let federated = format!("[\"{claim}\", \"https://a.example\"]");
            assert_eq!(other(&federated, OURS), None, "{claim}");
        }
    }

    #[test]
    fn ours_is_ours_however_it_is_spelled() {
        for claim in [
            "https://a.example",
            "https://A.example:443/other",
            "https://a.example.",
            "http://a.example",
            "http://a.example:8000/region",
            "//a.example",
            "a.example",
            "a.example:8443",
        ] {
            assert_eq!(other(&format!("\"{claim}\""), OURS), None, "{claim}");
        }
        for claim in ["http://localhost:8000", "http://[::1]:1", "127.0.0.1:9"] {
            let ours = "http://127.0.0.1:7712";
            assert_eq!(other(&format!("\"{claim}\""), ours), None, "{claim}");
        }
    }

    #[test]
    fn what_names_no_host_says_nothing() {
        for claim in [
            "\"\"",
            "\"region\"",
            "\"region:1\"",
            "\"region/1.0\"",
            "\"urn:b.example:x\"",
            "\"mailto:ada@b.example\"",
            "\"ada@b.example\"",
            "\"Practicus AI 25.5\"",
            "\"https://\"",
            "\"//\"",
            "7",
            "null",
            "{\"url\":\"https://b.example\"}",
            "[]",
            "[7,[\"https://b.example\"]]",
        ] {
            assert_eq!(other(claim, OURS), None, "{claim}");
        }
    }

    #[test]
    fn the_access_token_counts_where_the_refresh_token_names_nobody() {
        let set = |refresh: &str, access: &str| {
            let token = |issuer| jwt(&format!(r#"{{"iss":"{issuer}"}}"#));
            let (refresh, access) = (token(refresh), token(access));
            let json = format!(r#"{{"refresh_token":"{refresh}","access_token":"{access}"}}"#);
            let set = TokenSet::parse(json.as_bytes()).expect("a token set");
            other_issuer(&set, Some(OURS))
        };
        assert_eq!(set("region", "b.example").as_deref(), Some("b.example"));
        assert_eq!(set("a.example", "b.example"), None);
        assert_eq!(set("b.example", "a.example").as_deref(), Some("b.example"));
        let opaque = TokenSet::parse(br#"{"refresh_token":"opaque"}"#).expect("a token set");
        assert_eq!(other_issuer(&opaque, Some(OURS)), None);
    }
}
