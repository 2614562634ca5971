//! Where a credential may go: scheme, host and port, and the patterns that a profile's `hosts` are made of.
//!
//! Read by hand and strictly, not by the rules for URLs (RFC 3986, WHATWG), which percent-decode, map look-alike letters
//! and read `0x7f.1` as an address: what decides over a token must name one host only, for every program that reads it.
//! Nothing here is secret, yet no error quotes what it was given: it may hold anything.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// How long a host name may be (RFC 1035 §3.1, written out).
const LONGEST_HOST: usize = 253;

/// What ends a URL's authority (RFC 3986 §3.2).
const AFTER_AUTHORITY: [char; 3] = ['/', '?', '#'];

/// The schemes that can carry a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scheme {
    Https,
    Http,
}

impl Scheme {
    const ALL: [Self; 2] = [Self::Https, Self::Http];

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

    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

/// Why a text names no origin, or no pattern of origins.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum OriginError {
    #[error("its scheme is neither https nor http")]
    Scheme,
    #[error("it holds a user name or password")]
    UserInfo,
    #[error("it has no host")]
    NoHost,
    #[error("its host is no plain host name or address")]
    Host,
    #[error("its port is not a number from 1 to 65535")]
    Port,
    #[error("\"*.\" stands before no host name")]
    Wildcard,
    #[error("http is for a loopback host only")]
    Insecure,
}

/// A scheme, a host and a port.
///
/// A loopback host that was named without a scheme has none: it stands for both, as registries on a developer's own
/// machine are named by host alone and speak plain http.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Option<Scheme>,
    host: String,
    /// `None` is the scheme's default port.
    port: Option<u16>,
}

impl Origin {
    /// Reads a URL, of which only the part before its path counts, or a host with or without a port, which means https.
    pub(crate) fn parse(url_or_host: &str) -> Result<Self, OriginError> {
        // Some readers of URLs drop these wherever they stand.
        if url_or_host.contains(char::is_control) {
            return Err(OriginError::Host);
        }
        let (scheme, rest) = split_scheme(url_or_host)?;
        let authority = rest.split(AFTER_AUTHORITY).next().unwrap_or_default();
        Self::from_authority(scheme, authority)
    }

    /// Reads a scheme, and a host with or without a port and nothing else.
    pub(crate) fn from_parts(scheme: &str, host_and_port: &str) -> Result<Self, OriginError> {
        Self::from_authority(Some(Scheme::parse(scheme)?), host_and_port)
    }

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
    pub(crate) fn told_scheme(&self) -> Option<&'static str> {
        self.scheme.map(Scheme::as_str)
    }

    /// Returns whether both can be one: same host, and a scheme that both allow with the same port.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let both = |scheme: &Scheme| {
            self.speaks(*scheme)
                && other.speaks(*scheme)
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
    /// Not a name under `.localhost`, which a resolver may look up elsewhere.
    pub(crate) fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "[::1]")
            || self.host.starts_with("127.") && self.host.parse::<Ipv4Addr>().is_ok()
    }

    /// Returns whether a token may travel there: by https, or within this machine.
    pub(crate) fn may_receive_token(&self) -> bool {
        self.scheme() == Scheme::Https || self.is_loopback()
    }

    /// Returns the host and, where it is not the default, the port, as git and docker name a host.
    pub(crate) fn host_and_port(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Returns the whole address that `text` means, of which this origin was read: a scheme where it names none.
    pub(crate) fn url_of(&self, text: &str) -> String {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let path = rest.find(AFTER_AUTHORITY).and_then(|end| rest.get(end..));
        format!(
            "{}://{}{}",
            self.scheme().as_str(),
            self.host_and_port(),
            path.unwrap_or_default()
        )
    }

    fn speaks(&self, scheme: Scheme) -> bool {
        self.scheme.is_none_or(|told| told == scheme)
    }

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

/// One entry of a profile's `hosts`: a host, or `*.` and a host for every name with exactly one label more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPattern {
    origin: Origin,
    is_wildcard: bool,
}

impl HostPattern {
    /// Reads `[scheme://][*.]host[:port]`. Without a scheme it is https, or either for a loopback host.
    pub(crate) fn parse(text: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = split_scheme(text)?;
        let Some(parent) = rest.strip_prefix("*.") else {
            let origin = Origin::from_authority(scheme, rest)?;
            return Self::checked(origin, false);
        };
        let origin = Origin::from_authority(scheme.or(Some(Scheme::Https)), parent)?;
        if origin.host.starts_with('[') || ends_in_number(&origin.host) {
            return Err(OriginError::Wildcard);
        }
        Self::checked(origin, true)
    }

    fn checked(origin: Origin, is_wildcard: bool) -> Result<Self, OriginError> {
        if origin.scheme() == Scheme::Http && (is_wildcard || !origin.is_loopback()) {
            return Err(OriginError::Insecure);
        }
        Ok(Self {
            origin,
            is_wildcard,
        })
    }

    /// Returns whether this entry names that origin: same host, same port, a scheme that both allow.
    pub(crate) fn matches(&self, origin: &Origin) -> bool {
        let host = if self.is_wildcard {
            origin.host.split_once('.').map(|(_, parent)| parent)
        } else {
            Some(origin.host.as_str())
        };
        host == Some(self.origin.host.as_str())
            && Scheme::ALL.into_iter().any(|scheme| {
                self.origin.speaks(scheme)
                    && origin.speaks(scheme)
                    && self.origin.port_for(scheme) == origin.port_for(scheme)
            })
    }

    /// Returns the one origin that the entry names, or `None` if it stands for many.
    pub(crate) fn exact_origin(&self) -> Option<&Origin> {
        (!self.is_wildcard).then_some(&self.origin)
    }

    /// Returns whether it names a loopback host.
    pub(crate) fn is_loopback(&self) -> bool {
        self.origin.is_loopback()
    }
}

/// Writes the entry as one would in a configuration: https goes without saying.
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
        f.write_str(&self.origin.host_and_port())
    }
}

fn split_scheme(text: &str) -> Result<(Option<Scheme>, &str), OriginError> {
    match text.split_once("://") {
        Some((scheme, rest)) => Ok((Some(Scheme::parse(scheme)?), rest)),
        None => Ok((None, text)),
    }
}

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

fn port_number(text: &str) -> Result<u16, OriginError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or(OriginError::Port)
}

fn plain_host(host: &str) -> Result<String, OriginError> {
    if host.is_empty() {
        return Err(OriginError::NoHost);
    }
    if let Some(address) = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().map_err(|_| OriginError::Host)?;
        return Ok(format!("[{address}]"));
    }
    let is_plain = host.len() <= LONGEST_HOST
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.as_bytes().windows(2).any(|pair| pair == b"..");
    // "127.1", "0x7f.1" and "2130706433" are addresses to some programs and names to others.
    if !is_plain || (ends_in_number(host) && host.parse::<Ipv4Addr>().is_err()) {
        return Err(OriginError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

/// Returns whether URL readers take the host for an IPv4 address in some notation (WHATWG URL, "ends in a number").
fn ends_in_number(host: &str) -> bool {
    let mut labels = host.as_bytes().rsplit(|byte| *byte == b'.');
    match labels.next().unwrap_or_default() {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        last => last.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests;
