//! Addresses as other programs get them: a browser, a shell, a clipboard, the camera of a phone.
//!
//! A server may choose an address (an authorization endpoint, a verification URI), and what it goes to may read more
//! than an address in it: `wslview` puts it between quotes of PowerShell, a `BROWSER` may be a shell script. So nothing
//! is left in it that any of them gives a meaning to, and only an address of a page is taken at all.

use std::fmt::{self, Write as _};

use url::{Host, Url};

use super::{has_userinfo, is_https_or_loopback};
use crate::escape::shell_word_of;

/// An address of the web that can be handed to any program: of letters, digits, `-._~:/?#[]@=+`, `&` between the
/// parameters of a query, and `%` before two hexadecimal digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebAddress(Url);

/// Why an address is not handed to another program. The text continues the name of what holds the address.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum UnfitAddress {
    #[error("is neither an https address nor one of this machine")]
    Scheme,
    #[error("holds a user name or password")]
    UserInfo,
    #[error("has a host that is no plain name")]
    Host,
}

impl WebAddress {
    /// Returns the address with everything percent-encoded but unreserved characters (RFC 3986 §2.3) and delimiters of
    /// a URL. For its server it is the same address.
    ///
    /// # Errors
    ///
    /// When it is neither https nor http to this machine, holds a user name or password, or its host has a character
    /// that no host name has.
    pub(crate) fn new(url: &Url) -> Result<Self, UnfitAddress> {
        if !is_https_or_loopback(url) {
            return Err(UnfitAddress::Scheme);
        }
        if has_userinfo(url) {
            return Err(UnfitAddress::UserInfo);
        }
        if !has_plain_host(url) {
            return Err(UnfitAddress::Host);
        }
        let mut text = url.origin().ascii_serialization();
        push_encoded(&mut text, url.path(), b"");
        for (delimiter, part) in [('?', url.query()), ('#', url.fragment())] {
            if let Some(part) = part {
                text.push(delimiter);
                push_encoded(&mut text, part, b"?&");
            }
        }
        // What was encoded stays as it is when it is parsed again.
        Url::parse(&text).map(Self).map_err(|_| UnfitAddress::Host)
    }

    /// Returns the address as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the address as one word of a shell command, in quotes if it has a query or a fragment: a shell gives
    /// `&`, `?` and `#` a meaning.
    pub(crate) fn shell_word(&self) -> String {
        shell_word_of(self.as_str())
    }

    /// Returns the address as a URL.
    pub(crate) fn as_url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Returns whether the host is an IP address, or a name of ASCII letters, digits, `-`, `.` and `_`: the standard for
/// URLs lets a name hold `$`, `(` and others too.
fn has_plain_host(url: &Url) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    match url.host() {
        Some(Host::Domain(name)) => name.bytes().all(is_plain),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

/// Appends a part of a URL, with each byte percent-encoded that is not unreserved, nor one of `/:@=+` or of
/// `delimiters`, nor a `%` before two hexadecimal digits.
fn push_encoded(text: &mut String, part: &str, delimiters: &[u8]) {
    let mut rest = part.as_bytes();
    while let [byte, after @ ..] = rest {
        let is_kept = match byte {
            b'%' => matches!(after, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
            byte => {
                byte.is_ascii_alphanumeric()
                    || b"-._~/:@=+".contains(byte)
                    || delimiters.contains(byte)
            }
        };
        if is_kept {
            text.push(char::from(*byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Result<String, UnfitAddress> {
        WebAddress::new(&Url::parse(text).expect(text)).map(|address| address.to_string())
    }

    #[test]
    fn what_a_shell_reads_is_encoded() {
        for (text, expected) in [
            ("https://h.example", "https://h.example/"),
            (
                "https://h.example:8443/a%2Fb/~c?d=e+f&g=h:i@j#k",
                "https://h.example:8443/a%2Fb/~c?d=e+f&g=h:i@j#k",
            ),
            ("https://h.example/$(id)", "https://h.example/%24%28id%29"),
            ("https://h.example/`id`", "https://h.example/%60id%60"),
            (
                "https://h.example/a;b|c&d!e*f'g\"h,i",
                "https://h.example/a%3Bb%7Cc%26d%21e%2Af%27g%22h%2Ci",
            ),
            (
                "https://h.example/?a=$(id)&b=`id`;|<>^{}[]\\\"'*!,",
                "https://h.example/?a=%24%28id%29&b=%60id%60%3B%7C%3C%3E%5E%7B%7D%5B%5D%5C%22%27%2A%21%2C",
            ),
            (
                "https://h.example/#$(id)'",
                "https://h.example/#%24%28id%29%27",
            ),
            (
                "https://h.example/%s%PATH%%",
                "https://h.example/%25s%25PATH%25%25",
            ),
            ("https://h.example/%0A?%2", "https://h.example/%0A?%252"),
            (
                "https://h.example/ž ?ž\u{7f}",
                "https://h.example/%C5%BE%20?%C5%BE%7F",
            ),
            ("https://žába.example/", "https://xn--ba-lia14d.example/"),
            (
                "https://[2001:db8::1]:8443/x",
                "https://[2001:db8::1]:8443/x",
            ),
            ("http://127.0.0.1:8080/x?", "http://127.0.0.1:8080/x?"),
            ("http://[::1]/", "http://[::1]/"),
            ("http://localhost/", "http://localhost/"),
        ] {
            assert_eq!(address(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_page_of_a_plain_host_is_refused() {
        for (text, why) in [
            ("http://h.example/", UnfitAddress::Scheme),
            ("http://localhost.h.example/", UnfitAddress::Scheme),
            ("ftp://127.0.0.1/", UnfitAddress::Scheme),
            ("file:///etc/passwd", UnfitAddress::Scheme),
            ("javascript:alert(1)", UnfitAddress::Scheme),
            ("ms-settings:x", UnfitAddress::Scheme),
            ("https://me@h.example/", UnfitAddress::UserInfo),
            ("https://:pw@h.example/", UnfitAddress::UserInfo),
            ("https://a$(id).example/", UnfitAddress::Host),
            ("https://a&calc.example/", UnfitAddress::Host),
            ("https://a'b.example/", UnfitAddress::Host),
        ] {
            assert_eq!(address(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_shell_reads_one_word() {
        for (text, expected) in [
            ("https://h.example/a%2Fb", "https://h.example/a%2Fb"),
            (
                "http://127.0.0.1:18911/?a&reboot&b",
                "'http://127.0.0.1:18911/?a&reboot&b'",
            ),
            ("https://h.example/#a'b", "'https://h.example/#a%27b'"),
            ("http://[::1]:8080/", "'http://[::1]:8080/'"),
        ] {
            let address = WebAddress::new(&Url::parse(text).expect(text)).expect(text);
            assert_eq!(address.shell_word(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn only_harmless_characters_remain_and_nothing_changes_twice(rest in ".*") {
            let Ok(url) = Url::parse(&format!("https://h.example/{rest}")) else { return Ok(()) };
            let Ok(address) = WebAddress::new(&url) else { return Ok(()) };
            let text = address.as_str();
            let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@=+&%".contains(&byte);
            prop_assert!(text.bytes().all(is_harmless), "{text}");
            for (at, _) in text.match_indices('%') {
                let pair = text.as_bytes().get(at + 1..at + 3).unwrap_or_default();
                prop_assert!(pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit), "{text}");
            }
            let again = Url::parse(text).expect("a URL");
            prop_assert_eq!(WebAddress::new(&again), Ok(address));
        }
    }
}
