//! Where a credential may be sent: scheme, host and port, and the entries of a profile's `hosts`.
//!
//! Parsed by hand and strictly, not by the rules for URLs (RFC 3986, WHATWG), which percent-decode, map look-alike
//! letters and read `0x7f.1` as an address: a text that decides where a token goes must name the same host for every
//! program that reads it. Nothing here is secret, but errors do not quote their input, which may contain anything.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::path::{UrlPath, path_in};
use crate::localhost;

/// The longest host name in characters (RFC 1035 §3.1, in text form).
const MAX_HOST_LENGTH: usize = 253;

/// The characters that end a URL's authority (RFC 3986 §3.2).
const AFTER_AUTHORITY: [char; 3] = ['/', '?', '#'];

/// The schemes that can carry a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scheme {
    Https,
    Http,
}

impl Scheme {
    const ALL: [Self; 2] = [Self::Https, Self::Http];

    /// Returns the scheme of this name in any case; fails for another than `https` and `http`.
    fn parse(name: &str) -> Result<Self, OriginError> {
        Self::ALL
            .into_iter()
            .find(|scheme| name.eq_ignore_ascii_case(scheme.as_str()))
            .ok_or(OriginError::Scheme)
    }

    /// Returns the scheme's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    /// Returns the port of an address that names none: 443 for https, 80 for http.
    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

/// Why a text is not an origin, or not a pattern of origins.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum OriginError {
    #[error("its scheme is neither https nor http")]
    Scheme,
    #[error("it has no scheme such as https://, and whoever asked might use plain http")]
    NoScheme,
    #[error("it holds a user name or password")]
    UserInfo,
    #[error("it has no host")]
    NoHost,
    #[error("its host is not a plain host name or address")]
    Host,
    #[error("its port is not a number from 1 to 65535")]
    Port,
    #[error("\"*.\" is not followed by a host name")]
    Wildcard,
    #[error("http is allowed for a loopback host only")]
    Insecure,
    #[error(
        "its path has a query, an empty part, \".\" or \"..\", or an escape that servers read in two ways"
    )]
    Path,
}

/// A scheme, a host and a port.
///
/// A loopback host that was named without a scheme has none: it stands for both, since registries on a developer's own
/// machine are named by host only and use plain http.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Option<Scheme>,
    host: String,
    /// `None` is the scheme's default port.
    port: Option<u16>,
}

impl Origin {
    /// Reads a URL, of which only the part before the path counts, or a host with or without a port, for which https is
    /// assumed, or both schemes if it is a loopback host. Fails if there is a user name or a control character, or the
    /// host or port is not valid; http to another machine is not refused here.
    pub(crate) fn parse(url_or_host: &str) -> Result<Self, OriginError> {
        // Some URL parsers ignore these characters anywhere.
        if url_or_host.contains(char::is_control) {
            return Err(OriginError::Host);
        }
        let (scheme, rest) = split_scheme(url_or_host)?;
        let authority = rest.split(AFTER_AUTHORITY).next().unwrap_or_default();
        Self::from_authority(scheme, authority)
    }

    /// As `parse`, for a client that uses the answer with whichever scheme it has in mind, which may be http: a host
    /// without a scheme has to be a loopback one, else it is `NoScheme`.
    pub(crate) fn parse_with_scheme(url_or_host: &str) -> Result<Self, OriginError> {
        let origin = Self::parse(url_or_host)?;
        if url_or_host.contains("://") || origin.is_loopback() {
            Ok(origin)
        } else {
            Err(OriginError::NoScheme)
        }
    }

    /// Reads a scheme, and a host with or without a port and nothing else.
    pub(crate) fn from_parts(scheme: &str, host_and_port: &str) -> Result<Self, OriginError> {
        Self::from_authority(Some(Scheme::parse(scheme)?), host_and_port)
    }

    /// Parses `HOST[:PORT]`. Without a scheme it is https, except for a loopback host. A scheme's default port is left
    /// out. Fails if there is a user name, or the host or port is not valid.
    fn from_authority(scheme: Option<Scheme>, authority: &str) -> Result<Self, OriginError> {
        if authority.contains('@') {
            return Err(OriginError::UserInfo);
        }
        let (host, port) = split_port(authority)?;
        let mut origin = Self {
            scheme,
            host: plain_host(host)?,
            port: port.map(port_number).transpose()?,
        };
        if origin.scheme.is_none() && !origin.is_loopback() {
            origin.scheme = Some(Scheme::Https);
        }
        if let Some(scheme) = origin.scheme {
            origin.port = origin.port.filter(|port| *port != scheme.default_port());
        }
        Ok(origin)
    }

    /// Returns the scheme; https for a loopback host that was named without one.
    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme.unwrap_or(Scheme::Https)
    }

    /// Returns the name of the scheme; `None` for a loopback host that was named without one.
    pub(crate) fn explicit_scheme(&self) -> Option<&'static str> {
        self.scheme.map(Scheme::as_str)
    }

    /// Returns whether both can be the same: same host, and a scheme that both allow with the same port.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let both = |scheme: &Scheme| {
            self.allows_scheme(*scheme)
                && other.allows_scheme(*scheme)
                && self.port_for(*scheme) == other.port_for(*scheme)
        };
        self.host == other.host && Scheme::ALL.iter().any(both)
    }

    /// Returns the host in lower case, an IPv6 address in brackets and its shortest form.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether the host is this machine by name or number: `localhost`, 127.0.0.0/8 as four numbers, `[::1]`.
    ///
    /// Not a name under `.localhost`, which a resolver may look up elsewhere. It may do so with `localhost` too, so
    /// that is looked up before a credential is handed out (`crate::localhost`).
    pub(crate) fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), localhost::NAME | "[::1]")
            || self.host.starts_with("127.") && self.host.parse::<Ipv4Addr>().is_ok()
    }

    /// Returns whether the host is the name `localhost` and the scheme may be http, so that whoever resolves the name
    /// decides where a credential goes.
    pub(crate) fn is_localhost_by_http(&self) -> bool {
        self.host == localhost::NAME && self.scheme != Some(Scheme::Https)
    }

    /// Returns whether a token may be sent there: over https, or within this machine.
    pub(crate) fn may_receive_token(&self) -> bool {
        self.scheme() == Scheme::Https || self.is_loopback()
    }

    /// Returns the host and, unless it is the default, the port, as git and docker name a host.
    pub(crate) fn host_and_port(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Returns the complete URL for `text`, from which this origin was read: with a scheme, https if the origin has
    /// none, and host and port as in `host_and_port`. What follows them is unchanged.
    pub(crate) fn complete_url(&self, text: &str) -> String {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let path = rest.find(AFTER_AUTHORITY).and_then(|end| rest.get(end..));
        format!(
            "{}://{}{}",
            self.scheme().as_str(),
            self.host_and_port(),
            path.unwrap_or_default()
        )
    }

    /// Returns whether the origin has this scheme, or none.
    fn allows_scheme(&self, scheme: Scheme) -> bool {
        self.scheme.is_none_or(|told| told == scheme)
    }

    /// Returns the port, or the scheme's default if the origin has none.
    fn port_for(&self, scheme: Scheme) -> u16 {
        self.port.unwrap_or(scheme.default_port())
    }
}

/// Writes what `Origin::parse` reads back.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = self.scheme {
            write!(f, "{}://", scheme.as_str())?;
        }
        f.write_str(&self.host_and_port())
    }
}

/// One entry of a profile's `hosts`: a host, or `*.` and a host for all names with exactly one more label; with a path
/// only what is there and below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPattern {
    origin: Origin,
    is_wildcard: bool,
    /// Never ambiguous.
    path: UrlPath,
}

impl HostPattern {
    /// Reads `[scheme://][*.]host[:port][/path]`. Without a scheme it is https, or both for a loopback host without
    /// `*.`. Fails also for http to another machine or with `*.`, for an IP address after `*.`, and for a path that is
    /// ambiguous or has a query.
    pub(crate) fn parse(text: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = split_scheme(text)?;
        let (rest, path) = rest.split_once('/').unwrap_or((rest, ""));
        let Some(parent) = rest.strip_prefix("*.") else {
            let origin = Origin::from_authority(scheme, rest)?;
            return Self::allowed(origin, false, path);
        };
        let origin = Origin::from_authority(scheme.or(Some(Scheme::Https)), parent)?;
        if origin.host.starts_with('[') || last_label_is_number(&origin.host) {
            return Err(OriginError::Wildcard);
        }
        Self::allowed(origin, true, path)
    }

    /// Returns the entry for a resource (RFC 8707) and what lies below it, its query and fragment aside. `None` if no
    /// token can be sent there: it is no https or http address, or not one that an entry can be for.
    pub(crate) fn of_resource(resource: &str) -> Option<Self> {
        let (scheme, _) = resource.split_once("://")?;
        let origin = Origin::parse(resource).ok()?;
        let authority = origin.host_and_port();
        let path = path_in(resource).unwrap_or_default();
        Self::parse(&format!("{scheme}://{authority}/{path}")).ok()
    }

    /// Returns the entry for this origin and path. Fails with `Insecure` for http to another machine or with a
    /// wildcard, and with `Path` for a path that is ambiguous or has a query.
    fn allowed(origin: Origin, is_wildcard: bool, path: &str) -> Result<Self, OriginError> {
        if origin.scheme() == Scheme::Http && (is_wildcard || !origin.is_loopback()) {
            return Err(OriginError::Insecure);
        }
        let has_query = path.contains(['?', '#']);
        let path = UrlPath::parse(path);
        if !path.is_clear() || has_query {
            return Err(OriginError::Path);
        }
        Ok(Self {
            origin,
            is_wildcard,
            path,
        })
    }

    /// Returns whether another entry covers all of this one, which is no wildcard; `false` for a wildcard.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        !self.is_wildcard && other.matches_host(&self.origin) && self.path.is_within(&other.path)
    }

    /// Returns whether another entry is for a part of this one, and not for all of it: below its path, on its host or,
    /// of wildcards, on one that both match.
    pub(crate) fn has_part(&self, other: &Self) -> bool {
        let is_on_host = match (self.exact_origin(), other.exact_origin()) {
            (Some(origin), _) => other.matches_host(origin),
            (None, Some(origin)) => self.matches_host(origin),
            (None, None) => self.origin.is_same(&other.origin),
        };
        is_on_host && other.path != self.path && other.path.is_within(&self.path)
    }

    /// Returns the entry with the path of another one.
    pub(crate) fn with_path_of(&self, other: &Self) -> Self {
        Self {
            path: other.path.clone(),
            ..self.clone()
        }
    }

    /// Returns whether the origin is on this entry's host, whatever path the entry has: same host (of a wildcard, after
    /// exactly one label), and a scheme that both allow with the same port.
    pub(crate) fn matches_host(&self, origin: &Origin) -> bool {
        let host = if self.is_wildcard {
            origin.host.split_once('.').map(|(_, parent)| parent)
        } else {
            Some(origin.host.as_str())
        };
        host == Some(self.origin.host.as_str())
            && Scheme::ALL.into_iter().any(|scheme| {
                self.origin.allows_scheme(scheme)
                    && origin.allows_scheme(scheme)
                    && self.origin.port_for(scheme) == origin.port_for(scheme)
            })
    }

    /// Returns the path that the entry is for, with what lies below it.
    pub(crate) fn path(&self) -> &UrlPath {
        &self.path
    }

    /// Returns the path as it was written, without a slash at either end; `None` for an entry for the whole host.
    pub(crate) fn path_text(&self) -> Option<&str> {
        self.path.text()
    }

    /// Returns the origin on which the entry is, whatever path it has; `None` for a wildcard.
    pub(crate) fn exact_origin(&self) -> Option<&Origin> {
        (!self.is_wildcard).then_some(&self.origin)
    }

    /// Returns the origin that the entry names as a whole; `None` for a wildcard, and for an entry with a path.
    pub(crate) fn whole_origin(&self) -> Option<&Origin> {
        self.exact_origin().filter(|_| self.path.text().is_none())
    }

    /// Returns whether the host is this machine; of a wildcard, the host after `*.`.
    pub(crate) fn is_loopback(&self) -> bool {
        self.origin.is_loopback()
    }
}

/// Writes the entry as in a configuration. https is left out, unless the entry is for https to a loopback host only.
impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = self.origin.scheme
            && (scheme == Scheme::Http || self.origin.is_loopback())
            && !self.is_wildcard
        {
            write!(f, "{}://", scheme.as_str())?;
        }
        if self.is_wildcard {
            f.write_str("*.")?;
        }
        f.write_str(&self.origin.host_and_port())?;
        match self.path_text() {
            Some(path) => write!(f, "/{path}"),
            None => Ok(()),
        }
    }
}

/// Returns the scheme before `://`, if there is one, and the rest. Fails for another than `https` and `http`.
fn split_scheme(text: &str) -> Result<(Option<Scheme>, &str), OriginError> {
    match text.split_once("://") {
        Some((scheme, rest)) => Ok((Some(Scheme::parse(scheme)?), rest)),
        None => Ok((None, text)),
    }
}

/// Returns the host, with the brackets of an IPv6 address, and the text after its `:`, if there is one. Fails if a
/// bracket is not closed, or something else than `:` follows it.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), OriginError> {
    if !authority.starts_with('[') {
        return Ok(match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        });
    }
    let end = authority.find(']').ok_or(OriginError::Host)?;
    match authority.split_at(end + 1) {
        (host, "") => Ok((host, None)),
        (host, rest) => Ok((host, Some(rest.strip_prefix(':').ok_or(OriginError::Host)?))),
    }
}

/// Parses a port from 1 to 65535. Fails if there is a sign or a leading zero.
fn port_number(text: &str) -> Result<u16, OriginError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or(OriginError::Port)
}

/// Returns the host in lower case, an IPv6 address in brackets and its shortest form. Fails if it is empty or longer
/// than 253 characters, is neither an address nor labels of ASCII letters, digits, `-` and `_` with single dots between
/// them, or ends in a number without being an IPv4 address of four numbers.
fn plain_host(host: &str) -> Result<String, OriginError> {
    if host.is_empty() {
        return Err(OriginError::NoHost);
    }
    if let Some(address) = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().map_err(|_| OriginError::Host)?;
        return Ok(format!("[{address}]"));
    }
    let is_plain = host.len() <= MAX_HOST_LENGTH
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.as_bytes().windows(2).any(|pair| pair == b"..");
    // "127.1", "0x7f.1" and "2130706433" are addresses to some programs and names to others.
    if !is_plain || (last_label_is_number(host) && host.parse::<Ipv4Addr>().is_err()) {
        return Err(OriginError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

/// Returns whether the last label is a decimal or hexadecimal number, so that URL parsers read the host as an IPv4
/// address or refuse it (WHATWG URL, "ends in a number"). The host is not empty and does not end in a dot.
fn last_label_is_number(host: &str) -> bool {
    let mut labels = host.as_bytes().rsplit(|byte| *byte == b'.');
    match labels.next().unwrap_or_default() {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        last => last.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests;
