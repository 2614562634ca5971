//! Redirect URIs of this machine (RFC 8252 §7.3): where the browser is sent back to after a sign-in.
//!
//! A server compares it with what is registered there, many letter by letter: what a person wrote is sent as it is
//! written, with a port if it has none. Some servers want `localhost` in it, which a browser takes for either loopback
//! address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

/// How every one begins.
const SCHEME: &str = "http://";

/// An address of this machine that the browser is sent back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RedirectUri {
    text: String,
    /// In bytes: where the host in the text ends.
    host_end: usize,
    host: LoopbackHost,
    port: Option<u16>,
    /// As a browser asks for it.
    path: String,
}

/// How it names this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoopbackHost {
    V4,
    V6,
    /// `localhost`.
    Name,
}

/// `http://127.0.0.1/`, on any port.
impl Default for RedirectUri {
    fn default() -> Self {
        let host = "127.0.0.1";
        Self {
            text: format!("{SCHEME}{host}/"),
            host_end: SCHEME.len() + host.len(),
            host: LoopbackHost::V4,
            port: None,
            path: "/".to_owned(),
        }
    }
}

impl RedirectUri {
    /// Reads a redirect URI as it is registered: `http`, the host 127.0.0.1, `[::1]` or localhost, and any path.
    ///
    /// # Errors
    ///
    /// Why it is none that this program can receive.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const NOT_HERE: &str = "not an address http://127.0.0.1, http://[::1] or http://localhost with a port and path of your choice: the \
                                browser has to come back to this machine";
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        let rest = text
            .strip_prefix(SCHEME)
            .filter(|rest| rest.bytes().all(is_plain))
            .ok_or(NOT_HERE)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let loopback = match host.to_ascii_lowercase().as_str() {
            "127.0.0.1" => LoopbackHost::V4,
            "[::1]" => LoopbackHost::V6,
            "localhost" => LoopbackHost::Name,
            _ => return Err(NOT_HERE.to_owned()),
        };
        let port = port.map(str::parse::<u16>).transpose();
        let port = port.map_err(|_| "its port is not a number from 1 to 65535")?;
        if port == Some(0) {
            return Err("its port is not a number from 1 to 65535".to_owned());
        }
        if text.contains('#') {
            return Err("it has a fragment (#), which no redirect URI may have".to_owned());
        }
        let url = Url::parse(text).map_err(|error| error.to_string())?;
        Ok(Self {
            text: text.to_owned(),
            host_end: SCHEME.len() + host.len(),
            host: loopback,
            port,
            path: url.path().to_owned(),
        })
    }

    /// Returns it with this port, unless it has one.
    #[must_use]
    pub(crate) fn with_port(&self, port: u16) -> Self {
        let mut with_port = self.clone();
        if self.port.is_none() {
            with_port
                .text
                .insert_str(self.host_end, &format!(":{port}"));
            with_port.port = Some(port);
        }
        with_port
    }

    /// Returns the text that a server gets.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the port; `None` if any will do.
    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns the path, as a browser asks for it.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns the addresses that a browser may come back to, the one that has to be there first.
    pub(crate) fn addresses(&self) -> &'static [IpAddr] {
        const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
        const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
        match self.host {
            LoopbackHost::V4 => &[V4],
            LoopbackHost::V6 => &[V6],
            LoopbackHost::Name => &[V4, V6],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_come_back_to() {
        for (text, port, path, with_port) in [
            ("http://127.0.0.1/", None, "/", "http://127.0.0.1:9/"),
            ("http://127.0.0.1", None, "/", "http://127.0.0.1:9"),
            (
                "http://localhost:3118/callback",
                Some(3118),
                "/callback",
                "http://localhost:3118/callback",
            ),
            (
                "http://LocalHost/a%20b?x=1:2",
                None,
                "/a%20b",
                "http://LocalHost:9/a%20b?x=1:2",
            ),
            ("http://[::1]", None, "/", "http://[::1]:9"),
            ("http://[::1]:80/x/", Some(80), "/x/", "http://[::1]:80/x/"),
            ("http://localhost:80", Some(80), "/", "http://localhost:80"),
        ] {
            let uri = RedirectUri::parse(text).expect(text);
            assert_eq!((uri.as_str(), uri.port(), uri.path()), (text, port, path));
            assert_eq!(uri.with_port(9).as_str(), with_port);
            assert_eq!(RedirectUri::parse(with_port), Ok(uri.with_port(9)));
        }
        assert_eq!(
            RedirectUri::parse("http://127.0.0.1/"),
            Ok(RedirectUri::default())
        );
        for text in [
            "https://localhost/x",
            "http://localhost.evil.example/",
            "http://evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://me@127.0.0.1/",
            "http://127.0.0.1\\@evil.example/",
            "http://127.0.0.2/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://localhost:0/",
            "http://localhost:/x",
            "http://localhost:65536/",
            "http://localhost:+80/",
            "http://localhost/#x",
            "http://localhost/ x",
            "http://local\thost/",
            "com.example.app:/callback",
            "urn:ietf:wg:oauth:2.0:oob",
            "localhost:3118/callback",
            "",
        ] {
            assert!(RedirectUri::parse(text).is_err(), "{text}");
        }
    }
}
