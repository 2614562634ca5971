//! What a credential is for: an origin on the web, or a server of another kind that git saves passwords for.

use std::fmt;

use super::{Origin, OriginError};

/// What a credential is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An origin on the web, the only kind that a profile answers for.
    Web(Origin),
    /// Anything else that git saves passwords for: mail servers (`smtp`, `imap`), keys (`cert`). In lower case.
    Other { scheme: String, host: String },
}

impl Target {
    /// Reads a scheme, and a host with or without a port. `None` if one of them is not valid; only the host of `cert`
    /// may be empty.
    pub(crate) fn from_parts(scheme: &str, host: &str) -> Option<Self> {
        match Origin::from_parts(scheme, host) {
            Ok(origin) => return Some(Self::Web(origin)),
            Err(OriginError::Scheme) => {}
            Err(_) => return None,
        }
        let mut letters = scheme.bytes();
        let is_scheme = letters.next().is_some_and(|it| it.is_ascii_alphabetic())
            && letters.all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it));
        // The password of a key has a path in place of a host; any other host has to follow the rules of the web.
        let is_key = scheme.eq_ignore_ascii_case("cert") && host.is_empty();
        let is_host = is_key || Origin::from_parts("https", host).is_ok();
        (is_scheme && is_host).then(|| Self::Other {
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_ascii_lowercase(),
        })
    }

    /// Reads a URL of any scheme, of which only the part before the path counts, or a host, for which https is assumed,
    /// or both https and http if it is a loopback host. Fails if there is a control character anywhere.
    pub(crate) fn parse(url_or_host: &str) -> Result<Self, OriginError> {
        let error = match Origin::parse(url_or_host) {
            Ok(origin) => return Ok(Self::Web(origin)),
            Err(OriginError::Scheme) => OriginError::Scheme,
            // An address on the web that is not valid is none of another kind.
            Err(error) => return Err(error),
        };
        let other = url_or_host.split_once("://").and_then(|(scheme, rest)| {
            Self::from_parts(scheme, rest.split('/').next().unwrap_or_default())
        });
        other.ok_or(error)
    }

    /// Returns the origin; `None` for what is not on the web.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Web(origin) => Some(origin),
            Self::Other { .. } => None,
        }
    }

    /// Returns the scheme; `None` for a loopback host that was named without one.
    pub(crate) fn scheme(&self) -> Option<&str> {
        match self {
            Self::Web(origin) => origin.explicit_scheme(),
            Self::Other { scheme, .. } => Some(scheme),
        }
    }

    /// Returns the host without its port; empty for a `cert` that names none.
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Web(origin) => origin.host(),
            Self::Other { host, .. } => match host.rsplit_once(':') {
                Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
                _ => host,
            },
        }
    }

    /// Returns the host, with the port if one was named; of https and http, unless it is the default.
    pub(crate) fn host_and_port(&self) -> String {
        match self {
            Self::Web(origin) => origin.host_and_port(),
            Self::Other { host, .. } => host.clone(),
        }
    }

    /// Returns whether both have the same scheme, host and port. A loopback host without a scheme stands for both https
    /// and http.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Web(one), Self::Web(other)) => one.is_same(other),
            _ => self == other,
        }
    }
}

impl From<Origin> for Target {
    fn from(origin: Origin) -> Self {
        Self::Web(origin)
    }
}

/// Writes what `parse` reads back.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(origin) => origin.fmt(f),
            Self::Other { scheme, host } => write!(f, "{scheme}://{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(scheme: &str, host: &str) -> Option<String> {
        Some(Target::from_parts(scheme, host)?.to_string())
    }

    #[test]
    fn mail_servers_and_keys_are_valid_targets() {
        for (scheme, host, expected) in [
            ("HTTPS", "H:443", Some("https://h")),
            ("http", "h", Some("http://h")),
            (
                "smtp",
                "Mail.example.com:587",
                Some("smtp://mail.example.com:587"),
            ),
            ("imaps", "h:443", Some("imaps://h:443")),
            ("cert", "", Some("cert://")),
            ("smtp", "", None),
            ("https", "", None),
            ("", "h", None),
            ("s p", "h", None),
            ("9p", "h", None),
            ("smtp", "h.", None),
            ("smtp", "u@h", None),
            ("smtp", "h/x", None),
        ] {
            assert_eq!(shown(scheme, host).as_deref(), expected, "{scheme} {host}");
            if let Some(expected) = expected {
                let read = Target::parse(expected).expect(expected);
                assert_eq!(read.to_string(), expected);
            }
        }
        assert_eq!(
            Target::parse("smtp://h:25/x").map(|target| target.to_string()),
            Ok("smtp://h:25".into())
        );
        assert_eq!(Target::parse("x y"), Err(OriginError::Host));
    }

    #[test]
    fn targets_are_equal_if_scheme_host_and_port_are() {
        let target = |text| Target::parse(text).expect(text);
        for (one, other, expected) in [
            ("https://h", "H:443", true),
            ("https://h", "http://h", false),
            ("https://h", "https://h:8443", false),
            ("smtp://h", "smtp://h", true),
            ("smtp://h", "https://h", false),
            ("localhost:80", "http://localhost", true),
            ("localhost:80", "https://localhost", false),
            ("localhost:8080", "https://localhost:8080", true),
            ("localhost", "localhost", true),
            ("localhost", "http://localhost", true),
        ] {
            assert_eq!(
                target(one).is_same(&target(other)),
                expected,
                "{one} {other}"
            );
            assert_eq!(
                target(other).is_same(&target(one)),
                expected,
                "{other} {one}"
            );
        }
    }
}
