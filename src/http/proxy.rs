//! The proxy that the environment names, as curl reads it: `https_proxy`, else `ALL_PROXY`, with the exceptions in
//! `NO_PROXY`; each in lower case first, then in upper case (curl's `url.c`, `detect_proxy`).
//!
//! It is http or https (a tunnel, RFC 9110 §9.3.6), or SOCKS (RFC 1928). A value that names none is an error and not
//! passed over: whoever set it does not want a direct connection. An empty one counts as not set.
//!
//! Secret: the user name and the password in the address.

use std::fmt;

use reqwest::{NoProxy, Proxy};
use url::Url;

/// The variables that name a proxy; the first that is set is used.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];
/// What a proxy may speak, with its name in addresses; `socks` says no version, and every server in use knows 5.
const SCHEMES: [(&str, &str); 7] = [
    ("http", "http"),
    ("https", "https"),
    ("socks", "socks5h"),
    ("socks5", "socks5"),
    ("socks5h", "socks5h"),
    ("socks4", "socks4"),
    ("socks4a", "socks4a"),
];

/// A proxy that a variable names.
#[derive(Clone)]
pub(crate) struct NamedProxy {
    pub(crate) variable: &'static str,
    url: Url,
}

/// A variable whose value names no proxy. The value may hold a password, so it is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} names no proxy that can be used: {why}")]
pub(crate) struct BadProxy {
    pub(crate) variable: &'static str,
    pub(crate) why: String,
}

impl NamedProxy {
    /// Returns the proxy for requests to other machines; `None` if no variable names one.
    ///
    /// # Errors
    ///
    /// When the first variable that is set names none.
    pub(crate) fn from_environment() -> Result<Option<Self>, BadProxy> {
        match first_set(&PROXIES)? {
            Some((variable, value)) => Self::parse(variable, &value).map(Some),
            None => Ok(None),
        }
    }

    /// Reads a variable's value. Without a scheme it is an http proxy.
    fn parse(variable: &'static str, value: &str) -> Result<Self, BadProxy> {
        let bad = |why: &str| BadProxy {
            variable,
            why: why.to_owned(),
        };
        let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
        let known = SCHEMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(scheme));
        let Some((_, scheme)) = known else {
            return Err(bad(
                "its scheme is none of http, https, socks5h, socks5, socks4a and socks4",
            ));
        };
        let url = Url::parse(&format!("{scheme}://{rest}"))
            .map_err(|_| bad("not the address of a proxy"))?;
        match url.host_str() {
            Some(host) if !host.is_empty() => Ok(Self { variable, url }),
            _ => Err(bad("not the address of a proxy")),
        }
    }

    /// Returns the proxy for the HTTP library, with its exceptions. Fails if the library does not take the address,
    /// or the exceptions cannot be read.
    pub(super) fn for_client(&self) -> Result<Proxy, BadProxy> {
        let bad = |_| BadProxy {
            variable: self.variable,
            why: "not the address of a proxy".to_owned(),
        };
        let exceptions = first_set(&EXCEPTIONS)?;
        let exceptions = exceptions.and_then(|(_, hosts)| NoProxy::from_string(&listed(&hosts)));
        Ok(Proxy::all(self.url.clone())
            .map_err(bad)?
            .no_proxy(exceptions))
    }

    /// Returns the name of its host.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Returns whether the address has a user name or a password.
    pub(crate) fn has_user(&self) -> bool {
        !self.url.username().is_empty() || self.url.password().is_some()
    }
}

/// Returns exceptions as the HTTP library reads them, separated by commas alone. As other programs have it, white space
/// separates them too (curl), `*.` means every name below (Go), and the port of https may stand behind a name (Python).
fn listed(exceptions: &str) -> String {
    let separates = |c: char| c == ',' || c.is_ascii_whitespace();
    let entries = exceptions
        .split(separates)
        .filter(|entry| !entry.is_empty());
    let plain = entries.map(|entry| {
        let name = entry
            .strip_suffix(":443")
            .filter(|name| !name.contains(':'))
            .unwrap_or(entry);
        name.strip_prefix('*')
            .filter(|rest| rest.starts_with('.'))
            .unwrap_or(name)
    });
    plain.collect::<Vec<_>>().join(",")
}

/// Writes scheme, host and port.
impl fmt::Display for NamedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.host())?;
        match self.url.port() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// Returns the exceptions from the proxy: the variable and its value, without white space around it.
///
/// # Errors
///
/// When it is not UTF-8.
pub(crate) fn exceptions() -> Result<Option<(&'static str, String)>, BadProxy> {
    first_set(&EXCEPTIONS)
}

/// Returns the first of these variables that is set to more than white space, and its value without that around it.
/// Fails if that is not UTF-8.
#[allow(
    clippy::disallowed_methods,
    reason = "proxies belong to this module, which stands below `context`"
)]
fn first_set(names: &[&'static str]) -> Result<Option<(&'static str, String)>, BadProxy> {
    for variable in names {
        let Some(value) = std::env::var_os(variable) else {
            continue;
        };
        let Some(value) = value.to_str().map(str::trim_ascii) else {
            let why = "it is not UTF-8".to_owned();
            return Err(BadProxy { variable, why });
        };
        if !value.is_empty() {
            return Ok(Some((variable, value.to_owned())));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_read_as_other_programs_read_them() {
        for (value, wanted) in [
            ("a.example, .b.example", "a.example,.b.example"),
            ("a.example b.example\tc", "a.example,b.example,c"),
            ("*.a.example,*", ".a.example,*"),
            ("a.example:443,b:8443,::1", "a.example,b:8443,::1"),
            (",", ""),
        ] {
            assert_eq!(listed(value), wanted);
        }
    }

    #[test]
    fn a_proxy_is_shown_without_user_name_and_password() {
        for (value, shown) in [
            (
                "http://proxy.example:3128",
                Some("http://proxy.example:3128"),
            ),
            ("proxy.example:3128", Some("http://proxy.example:3128")),
            ("u:sekret@p.example:1", Some("http://p.example:1")),
            ("http://u:s@kret@p.example/", Some("http://p.example")),
            ("HTTPS://p.example", Some("https://p.example")),
            ("socks5://127.0.0.1:1080", Some("socks5://127.0.0.1:1080")),
            ("socks5h://u:sekret@p.example", Some("socks5h://p.example")),
            ("socks4a://[::1]:9050", Some("socks4a://[::1]:9050")),
            ("socks://p.example:1", Some("socks5h://p.example:1")),
            ("ftp://p.example", None),
            ("socks6://p.example", None),
            ("http://", None),
            ("socks5://", None),
            ("::", None),
            ("not a proxy", None),
        ] {
            let parsed = NamedProxy::parse("ALL_PROXY", value);
            let text = parsed.as_ref().map(ToString::to_string).ok();
            assert_eq!(text.as_deref(), shown, "{value}");
            match parsed {
                Ok(proxy) => {
                    assert_eq!(proxy.has_user(), value.contains('@'), "{value}");
                    assert!(proxy.for_client().is_ok(), "{value}");
                }
                Err(error) => assert!(!error.to_string().contains("p.example"), "{error}"),
            }
        }
    }
}
