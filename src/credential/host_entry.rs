//! An entry of `hosts` as a person names it on a command line: a host, or a whole address that was copied somewhere.

use super::{Address, HostPattern, OriginError};

/// Returns the entry for a host with or without a port, a `*.` host, or a whole address: without its scheme, user name,
/// query and fragment, and with its path.
///
/// # Errors
///
/// As [`HostPattern::parse`]; `Insecure` for an address with http that is not on this machine, which nothing is ever
/// given to.
pub(crate) fn host_entry(text: &str) -> Result<HostPattern, OriginError> {
    let text = text.trim();
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (text, _) = text.split_at(end);
    let Some((_, rest)) = text.split_once("://") else {
        return HostPattern::parse(text);
    };
    if rest.starts_with("*.") {
        return HostPattern::parse(text);
    }
    let address = Address::parse(text)?;
    let origin = address.origin().ok_or(OriginError::Scheme)?;
    if !origin.may_receive_token() {
        return Err(OriginError::Insecure);
    }
    let rest = address
        .text
        .split_once("://")
        .map_or(rest, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let entry = format!("{}/{path}", origin.host_and_port());
    HostPattern::parse(&entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_an_entry_without_its_scheme() {
        for (text, wanted) in [
            ("git.example.com", "git.example.com"),
            ("Git.Example.com:8443", "git.example.com:8443"),
            ("*.example.com", "*.example.com"),
            ("https://*.example.com/a", "*.example.com/a"),
            ("https://git.example.com/", "git.example.com"),
            (
                "https://git.example.com:443/team-a/x.git",
                "git.example.com/team-a/x.git",
            ),
            (
                "https://ada@git.example.com/team-a/?x=y#z",
                "git.example.com/team-a",
            ),
            ("http://127.0.0.1:8080/x", "127.0.0.1:8080/x"),
            ("http://localhost", "localhost"),
            (" git.example.com ", "git.example.com"),
        ] {
            let entry = host_entry(text).map(|entry| entry.to_string());
            assert_eq!(entry.as_deref(), Ok(wanted), "{text}");
        }
        for (text, wanted) in [
            ("http://git.example.com", OriginError::Insecure),
            ("ssh://git.example.com", OriginError::Scheme),
            ("https://git.example.com/a//b", OriginError::Path),
            ("https://git.example.com/../b", OriginError::Path),
            ("https://ada:secret@git.example.com", OriginError::UserInfo),
            ("git@git.example.com:a.git", OriginError::UserInfo),
            ("", OriginError::NoHost),
        ] {
            assert_eq!(host_entry(text), Err(wanted), "{text}");
        }
    }
}
