//! The address in a key of git's configuration, and what it matches (gitcredentials(7), "Credential Contexts").

use std::fmt;

use url::Url;

use crate::credential::UrlPath;

/// A host name that no host has, for a `*` in a key and for any host of a wildcard.
const ANY_LABEL: &str = "any-label-at-all";

/// An address in a key; or what git asks for, which always has a scheme and a host.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    scheme: Option<String>,
    user: Option<String>,
    /// With its port; empty for every host.
    host: String,
    path: UrlPath,
}

impl Address {
    /// Splits an address into scheme, user, host with its port, and path.
    pub(crate) fn parse(text: &str) -> Self {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_owned()), rest),
            None => (None, text),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, authority),
        };
        Self {
            scheme: scheme.filter(|it| !it.is_empty()),
            user,
            host: host.to_owned(),
            path: UrlPath::parse(path),
        }
    }

    /// Returns what git asks for at a URL, of a wildcard at one of its hosts that nothing else names.
    pub(crate) fn asked_for(url: &str) -> Self {
        Self::parse(&url.replacen("://*.", &format!("://{ANY_LABEL}."), 1))
    }

    /// Returns whether a key with this address counts for what git asks for.
    pub(crate) fn matches(&self, asked: &Self) -> bool {
        self.is_for_host_of(asked)
            && (self.user.is_none() || self.user == asked.user)
            && asked.path.is_within(&self.path)
    }

    /// Returns what a key with this address counts for besides, if that is only a part of what is asked for: what is
    /// below a path, or asked for with a user name.
    pub(crate) fn part_of(&self, asked: &Self) -> Option<Self> {
        let is_part = self.is_for_host_of(asked)
            && !self.matches(asked)
            && (asked.path.is_within(&self.path) || self.path.is_within(&asked.path))
            && (asked.user.is_none() || self.user.is_none() || self.user == asked.user);
        let path = if self.path.is_within(&asked.path) {
            &self.path
        } else {
            &asked.path
        };
        is_part.then(|| Self {
            user: self.user.clone().or_else(|| asked.user.clone()),
            path: path.clone(),
            ..asked.clone()
        })
    }

    /// Returns whether scheme and host are those that are asked for. A key may leave out either.
    fn is_for_host_of(&self, asked: &Self) -> bool {
        let scheme = asked.scheme.as_deref().unwrap_or("https");
        let has_scheme = |own: &String| own.eq_ignore_ascii_case(scheme);
        self.scheme.as_ref().is_none_or(has_scheme)
            && (self.host.is_empty() || is_host(&self.host, scheme, &asked.host))
    }
}

/// Writes the address, of a wildcard with its star again.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.scheme.as_deref().unwrap_or("https");
        write!(f, "{scheme}://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        write!(f, "{}{}", self.host.replacen(ANY_LABEL, "*", 1), self.path)
    }
}

/// Returns whether a name with its port is the host's; a star in it stands for one label.
fn is_host(name: &str, scheme: &str, host: &str) -> bool {
    // A URL cannot have a star in its host.
    let parse =
        |text: &str| Url::parse(&format!("{scheme}://{}", text.replace('*', ANY_LABEL))).ok();
    let (Some(name), Some(host)) = (parse(name), parse(host)) else {
        return false;
    };
    let labels = |pattern: &str, host: &str| {
        pattern.split('.').count() == host.split('.').count()
            && pattern
                .split('.')
                .zip(host.split('.'))
                .all(|(pattern, label)| pattern == ANY_LABEL || pattern == label)
    };
    name.port_or_known_default() == host.port_or_known_default()
        && labels(
            name.host_str().unwrap_or_default(),
            host.host_str().unwrap_or_default(),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_match_as_in_git() {
        for (key, url, is_match, part) in [
            ("", "https://h.tld", true, None),
            ("https://h.tld", "https://h.tld", true, None),
            ("https://H.tld:443/", "https://h.tld", true, None),
            ("http://h.tld", "https://h.tld", false, None),
            ("https://h.tld:8443", "https://h.tld", false, None),
            ("https://h.tld:8443", "https://h.tld:8443", true, None),
            ("https://*.tld", "https://h.tld", true, None),
            ("https://git.*.tld", "https://git.h.tld", true, None),
            ("https://*.tld", "https://a.h.tld", false, None),
            ("https://*.h.tld", "https://*.h.tld", true, None),
            ("https://a.h.tld", "https://*.h.tld", false, None),
            ("https://tld", "https://h.tld", false, None),
            (
                "https://h.tld/team",
                "https://h.tld",
                false,
                Some("https://h.tld/team"),
            ),
            ("https://h.tld/team", "https://h.tld/team/x", true, None),
            ("https://h.tld/team", "https://h.tld/teams", false, None),
            ("https://other.tld/team", "https://h.tld", false, None),
            ("h.tld", "https://h.tld", true, None),
            ("https://", "https://h.tld", true, None),
            (
                "https://me@h.tld",
                "https://h.tld",
                false,
                Some("https://me@h.tld"),
            ),
            (
                "https://me@h.tld/a",
                "https://h.tld/a/b",
                false,
                Some("https://me@h.tld/a/b"),
            ),
            ("https://me@h.tld/a", "https://h.tld/b", false, None),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true, None),
            (
                "http://127.0.0.1:8080",
                "https://127.0.0.1:8080",
                false,
                None,
            ),
        ] {
            let (key, asked) = (Address::parse(key), Address::asked_for(url));
            assert_eq!(key.matches(&asked), is_match, "{key} {url}");
            let told = key.part_of(&asked).map(|it| it.to_string());
            assert_eq!(told.as_deref(), part, "{key} {url}");
        }
    }
}
