//! Where a credential may go: scheme, host and port, and the patterns that a profile's `hosts` are made of.
//!
//! Read by hand and strictly, not by the rules for URLs (RFC 3986, WHATWG), which percent-decode, map look-alike letters
//! and read `0x7f.1` as an address: what decides over a token must name one host only, for every program that reads it.
//! Nothing here is secret, yet no error quotes what it was given: it may hold anything.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// How long a host name may be (RFC 1035 §3.1, written out).
const LONGEST_HOST: usize = 253;

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
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
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
            || self
                .host
                .parse()
                .is_ok_and(|address: Ipv4Addr| address.is_loopback())
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
        if origin.host.starts_with('[') || origin.host.parse::<Ipv4Addr>().is_ok() {
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
        && host.split('.').all(|label| !label.is_empty());
    // "127.1", "0x7f.1" and "2130706433" are addresses to some programs and names to others.
    if !is_plain || (ends_in_number(host) && host.parse::<Ipv4Addr>().is_err()) {
        return Err(OriginError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

/// Returns whether URL readers take the host for an IPv4 address in some notation (WHATWG URL, "ends in a number").
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    last.bytes().all(|byte| byte.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn pattern(text: &str) -> HostPattern {
        HostPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn an_origin_is_what_stands_before_the_path() {
        for (text, shown) in [
            ("h", "https://h"),
            ("h:5000", "https://h:5000"),
            ("h:443", "https://h"),
            ("https://h:443/", "https://h"),
            (
                "HTTPS://Connect.Prusa3D.com/app?x=1#y",
                "https://connect.prusa3d.com",
            ),
            ("https://h:8443/path?x", "https://h:8443"),
            ("https://h?x=@evil.tld", "https://h"),
            ("https://h#@evil.tld", "https://h"),
            ("https://h/\\@evil.tld", "https://h"),
            ("h/team/app.git", "https://h"),
            ("http://h:80", "http://h"),
            ("http://h:443", "http://h:443"),
            ("https://h:80", "https://h:80"),
            ("http://[::1]:80/x", "http://[::1]"),
            (
                "https://[2001:DB8:0:0::1]:8443",
                "https://[2001:db8::1]:8443",
            ),
            ("10.0.0.1", "https://10.0.0.1"),
            ("my_host-1.example", "https://my_host-1.example"),
            ("xn--prusa-9ja.example", "https://xn--prusa-9ja.example"),
            ("localhost:5000", "localhost:5000"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:8080", "[::1]:8080"),
        ] {
            assert_eq!(origin(text).to_string(), shown, "{text}");
            assert_eq!(origin(shown), origin(text), "{text}");
        }
    }

    #[test]
    fn what_names_no_single_host_is_refused() {
        for (text, error) in [
            ("", OriginError::NoHost),
            ("https://", OriginError::NoHost),
            ("https:///h", OriginError::NoHost),
            (":443", OriginError::NoHost),
            ("ftp://h", OriginError::Scheme),
            ("ssh://h", OriginError::Scheme),
            ("httpſ://h", OriginError::Scheme),
            ("h/?next=https://h", OriginError::Scheme),
            ("https:/h", OriginError::Port),
            ("https:h", OriginError::Port),
            ("h:", OriginError::Port),
            ("h:0", OriginError::Port),
            ("h:0443", OriginError::Port),
            ("h:+443", OriginError::Port),
            ("h:65536", OriginError::Port),
            ("h:1:2", OriginError::Port),
            ("::1", OriginError::NoHost),
            (
                "https://connect.prusa3d.com@evil.tld",
                OriginError::UserInfo,
            ),
            (
                "https://connect.prusa3d.com:443@evil.tld/",
                OriginError::UserInfo,
            ),
            (
                "https://evil.tld\\@connect.prusa3d.com",
                OriginError::UserInfo,
            ),
            ("https://evil.tld\\connect.prusa3d.com", OriginError::Host),
            ("connect.prusa3d.com.", OriginError::Host),
            (".prusa3d.com", OriginError::Host),
            ("connect..prusa3d.com", OriginError::Host),
            ("connect%2eprusa3d.com", OriginError::Host),
            ("connect.prusa3d.com%00.evil.tld", OriginError::Host),
            ("connect.prusa3d。com", OriginError::Host),
            ("cоnnect.prusa3d.com", OriginError::Host),
            ("connect.prusa\u{212A}.com", OriginError::Host),
            ("connect.pru\u{AD}sa3d.com", OriginError::Host),
            ("connect.prusa3d.com\n.evil.tld", OriginError::Host),
            ("con\tnect.prusa3d.com", OriginError::Host),
            ("https://h/\r\nhost=evil", OriginError::Host),
            ("https://h/a\tb", OriginError::Host),
            (" h", OriginError::Host),
            ("https://h /x", OriginError::Host),
            ("*.h", OriginError::Host),
            ("127.1", OriginError::Host),
            ("0x7f.1", OriginError::Host),
            ("0X7F000001", OriginError::Host),
            ("h.0x", OriginError::Host),
            ("2130706433", OriginError::Host),
            ("127.0.0.01", OriginError::Host),
            ("127.0.0.1.1", OriginError::Host),
            ("[::1", OriginError::Host),
            ("[::1]x", OriginError::Host),
            ("[::1%25lo]", OriginError::Host),
            ("[127.0.0.1]", OriginError::Host),
            ("[]", OriginError::Host),
            ("h[::1]", OriginError::Host),
        ] {
            assert_eq!(Origin::parse(text), Err(error), "{text}");
        }
        assert_eq!(Origin::parse(&"a".repeat(254)), Err(OriginError::Host));
        assert_eq!(Origin::from_parts("https", "h/x"), Err(OriginError::Host));
        assert_eq!(Origin::from_parts("", "h"), Err(OriginError::Scheme));
    }

    #[test]
    fn a_token_travels_by_https_or_stays_on_this_machine() {
        for (text, loopback, token) in [
            ("https://h", false, true),
            ("http://h", false, false),
            ("http://localhost:80", true, true),
            ("localhost", true, true),
            ("http://LOCALHOST:8080", true, true),
            ("http://127.255.0.3", true, true),
            ("http://[::1]", true, true),
            ("http://[0:0::1]", true, true),
            ("http://[::ffff:127.0.0.1]", false, false),
            ("http://a.localhost", false, false),
            ("http://localhost.evil.tld", false, false),
            ("http://127.0.0.1.evil.tld", false, false),
            ("http://128.0.0.1", false, false),
            ("http://0.0.0.0", false, false),
        ] {
            assert_eq!(origin(text).is_loopback(), loopback, "{text}");
            assert_eq!(origin(text).may_receive_token(), token, "{text}");
        }
    }

    #[test]
    fn a_pattern_matches_its_own_host_scheme_and_port_only() {
        for (entry, text, expected) in [
            ("connect.prusa3d.com", "https://connect.prusa3d.com/x", true),
            ("connect.prusa3d.com", "CONNECT.prusa3d.COM:443", true),
            ("Connect.Prusa3D.com:443", "connect.prusa3d.com", true),
            ("connect.prusa3d.com", "connect.prusa3d.com.evil.tld", false),
            ("connect.prusa3d.com", "evilconnect.prusa3d.com", false),
            ("connect.prusa3d.com", "x.connect.prusa3d.com", false),
            ("connect.prusa3d.com", "prusa3d.com", false),
            ("connect.prusa3d.com", "connect-prusa3d.com", false),
            ("connect.prusa3d.com", "connect.prusa3d.com:8443", false),
            ("connect.prusa3d.com", "connect.prusa3d.com:80", false),
            ("connect.prusa3d.com", "http://connect.prusa3d.com", false),
            (
                "connect.prusa3d.com",
                "http://connect.prusa3d.com:443",
                false,
            ),
            ("h:5000", "h:5000", true),
            ("h:5000", "h", false),
            ("https://h", "h", true),
            ("*.app.kognic.com", "eu.app.kognic.com", true),
            ("*.app.kognic.com", "app.kognic.com", false),
            ("*.app.kognic.com", "a.b.app.kognic.com", false),
            ("*.app.kognic.com", "evilapp.kognic.com", false),
            ("*.app.kognic.com", "eu.app.kognic.com.evil.tld", false),
            ("*.app.kognic.com", "eu.app.kognic.com:8443", false),
            ("*.h:5000", "a.h:5000", true),
            ("*.localhost", "http://a.localhost", false),
            ("*.localhost", "https://a.localhost", true),
            ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("127.0.0.1:8080", "https://127.0.0.1:8080", true),
            ("127.0.0.1:8080", "127.0.0.1:8080", true),
            ("127.0.0.1:8080", "http://127.0.0.2:8080", false),
            ("127.0.0.1:8080", "http://127.0.0.1", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("http://127.0.0.1:8080", "https://127.0.0.1:8080", false),
            ("https://127.0.0.1:8080", "http://127.0.0.1:8080", false),
            ("localhost", "http://localhost:80", true),
            ("localhost", "https://localhost:443", true),
            ("localhost", "http://localhost:443", false),
            ("localhost", "https://localhost:80", false),
            ("localhost", "localhost", true),
            ("http://localhost", "localhost:80", true),
            ("http://localhost", "localhost:443", false),
            ("[::1]:8080", "http://[::1]:8080", true),
        ] {
            assert_eq!(
                pattern(entry).matches(&origin(text)),
                expected,
                "{entry} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_is_shown_as_it_is_read() {
        for entry in [
            "h",
            "h:5000",
            "*.h",
            "*.h:5000",
            "localhost:5000",
            "http://127.0.0.1:8080",
            "https://localhost",
            "[::1]",
        ] {
            assert_eq!(pattern(entry).to_string(), entry);
        }
        assert_eq!(pattern("https://H:443").to_string(), "h");
        assert!(pattern("*.h").exact_origin().is_none() && pattern("h").exact_origin().is_some());
    }

    #[test]
    fn a_pattern_that_promises_too_much_is_refused() {
        for (entry, error) in [
            ("", OriginError::NoHost),
            ("*", OriginError::Host),
            ("*.", OriginError::NoHost),
            ("*.*.h", OriginError::Host),
            ("a.*.h", OriginError::Host),
            ("*h", OriginError::Host),
            ("h:*", OriginError::Port),
            ("*.127.0.0.1", OriginError::Wildcard),
            ("*.[::1]", OriginError::Wildcard),
            ("http://h", OriginError::Insecure),
            ("http://*.localhost", OriginError::Insecure),
            ("h/", OriginError::Host),
            ("https://h/path", OriginError::Host),
            ("u@h", OriginError::UserInfo),
            ("h.", OriginError::Host),
        ] {
            assert_eq!(HostPattern::parse(entry), Err(error), "{entry}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(text in ".*") {
            let _ = Origin::parse(&text);
            let _ = Origin::from_parts("https", &text);
            let _ = HostPattern::parse(&text);
        }

        #[test]
        fn what_is_shown_reads_back(text in "(https?://)?([a-zA-Z0-9._-]{1,12}|localhost|\\[::1\\])(:[0-9]{1,5})?(/.{0,4})?") {
            if let Ok(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
            }
            if let Ok(entry) = HostPattern::parse(&text) {
                prop_assert_eq!(HostPattern::parse(&entry.to_string()), Ok(entry));
            }
        }

        #[test]
        fn an_exact_pattern_never_matches_another_host(
            entry in "[aA.]{0,3}[a-b]{1,2}(\\.[a-b]{1,2}){0,2}(:[1-2])?",
            text in "(https?://)?[aA.]{0,3}[a-b]{1,2}(\\.[a-b]{1,2}){0,2}[.@%\\\\/a]{0,2}(:[1-2])?",
        ) {
            if let (Ok(entry), Ok(origin)) = (HostPattern::parse(&entry), Origin::parse(&text)) {
                prop_assert_eq!(
                    entry.matches(&origin),
                    entry.to_string() == origin.host_and_port() && origin.scheme() == Scheme::Https
                );
            }
        }

        #[test]
        fn a_host_agrees_with_how_urls_are_read(text in "(https?://)[a-zA-Z0-9.@:%\\\\\\[\\]*_-]{1,16}(/.{0,4})?") {
            if let (Ok(origin), Ok(url)) = (Origin::parse(&text), url::Url::parse(&text)) {
                prop_assert_eq!(url.host_str(), Some(origin.host()));
                prop_assert_eq!(url.port(), origin.port);
                prop_assert_eq!(url.scheme(), origin.scheme().as_str());
            }
        }
    }
}
