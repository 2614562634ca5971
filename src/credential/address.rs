//! An address as a person writes one: a target, with or without a path and a user name.

use std::borrow::Cow;

use super::path::{path_in, without_end};
use super::{Origin, OriginAndPath, OriginError, Target};

/// An address that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// As it was written, without the user name.
    pub(crate) text: Cow<'a, str>,
    pub(crate) target: Target,
    /// What follows the slash after the host, without slashes at the end and, on the web, without a query; `None` for
    /// the whole host.
    pub(crate) path: Option<String>,
    pub(crate) username: Option<String>,
}

impl<'a> Address<'a> {
    /// Reads an address, or a host. A user name may stand before the host of an address that has a scheme; a password
    /// may not.
    pub(crate) fn parse(text: &'a str) -> Result<Self, OriginError> {
        let (text, username) = without_user(text)?;
        let target = Target::parse(&text)?;
        let path = match &target {
            Target::Web(_) => path_in(&text),
            Target::Other { .. } => path_of(&text),
        };
        let path = path.and_then(without_end).map(str::to_owned);
        Ok(Self {
            text,
            target,
            path,
            username,
        })
    }

    /// Returns the place that the address names, if it is on the web: profiles answer for nothing else.
    pub(crate) fn place(&self) -> Option<OriginAndPath<'_>> {
        let path = path_in(&self.text);
        self.origin().map(|origin| OriginAndPath::new(origin, path))
    }

    /// Returns the origin, if the address is on the web: profiles answer for nothing else.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.target.origin()
    }
}

/// Returns an address without its user name, and that user name, percent-decoded, if there is one; a text without a
/// scheme is returned unchanged. Fails if the user name is empty, holds a control character, also an encoded one, or
/// anything that has no place in an address (RFC 3986 §3.2.1), or there is a password.
fn without_user(text: &str) -> Result<(Cow<'_, str>, Option<String>), OriginError> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((text.into(), None));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok((text.into(), None));
    };
    let decoded = percent_decoded(user);
    // A backslash ends the host for programs that read addresses as browsers do: `https://evil.example\@good.example`.
    if user.is_empty() || !is_plain_user(user) || decoded.contains(char::is_control) {
        return Err(OriginError::UserInfo);
    }
    Ok((format!("{scheme}://{host}{after}").into(), Some(decoded)))
}

/// Returns whether a user name holds nothing but what may stand in an address, and no colon, which would end it.
fn is_plain_user(user: &str) -> bool {
    let mut pieces = user.split('%');
    let first = pieces.next().unwrap_or_default();
    let is_plain = |text: &str| text.bytes().all(is_user_byte);
    is_plain(first)
        && pieces.all(|piece| {
            let digits = piece.get(..2).unwrap_or_default();
            digits.len() == 2 && digits.bytes().all(|it| it.is_ascii_hexdigit()) && is_plain(piece)
        })
}

/// Returns whether this character may stand in a user name as it is: the unreserved ones and the `sub-delims`.
fn is_user_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

/// Returns a user name percent-decoded; what is then not UTF-8 becomes replacement characters.
fn percent_decoded(user: &str) -> String {
    let field = user
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    url::form_urlencoded::parse(field.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

/// Returns what follows the first slash after the host, which may be anything.
fn path_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    rest.split_once('/').map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_into_target_path_and_user() {
        for (text, target, path, username) in [
            ("h", "https://h", None, None),
            ("https://h/", "https://h", None, None),
            ("https://h/a/b.git/", "https://h", Some("a/b.git"), None),
            ("h:8443/a@b", "https://h:8443", Some("a@b"), None),
            ("https://ada@h/a", "https://h", Some("a"), Some("ada")),
            ("https://a%40b+c@h", "https://h", None, Some("a@b+c")),
            ("https://a=b&c@h", "https://h", None, Some("a=b&c")),
            (
                "https://D%5ca-1.b_~@h",
                "https://h",
                None,
                Some("D\\a-1.b_~"),
            ),
            ("https://h/a?b=/c#d", "https://h", Some("a"), None),
            ("https://h?b=/c", "https://h", None, None),
            ("https://h//", "https://h", Some("/"), None),
            ("cert:////x.pem", "cert://", Some("/x.pem"), None),
            (
                "imap://mail.example.com:143",
                "imap://mail.example.com:143",
                None,
                None,
            ),
        ] {
            let read = Address::parse(text).expect(text);
            assert_eq!(read.target.to_string(), target, "{text}");
            assert_eq!(read.path.as_deref(), path, "{text}");
            assert_eq!(read.username.as_deref(), username, "{text}");
        }
        for text in [
            "https://ada:x@h",
            "https://@h",
            "https://a@b@h",
            "https://a%0ab@h",
            "https://a%0D@h",
            "https://%00@h",
            "https://evil.tld\\@h",
            "https://evil.tld\\x@h/a",
            "https://\\@h",
            "https://a b@h",
            "https://a[b@h",
            "https://a%@h",
            "https://a%5@h",
            "https://a%zz@h",
            "https://\u{fc}@h",
            "https://a\"b@h",
            "smtp://a\\b@h",
            "ada@h",
        ] {
            assert_eq!(Address::parse(text), Err(OriginError::UserInfo), "{text}");
        }
        for text in [
            "https://h/a\r\nb",
            "https://h/\n",
            "https://h\t/a",
            "https://h?\0",
            "\thttps://h",
            "h/a\rb",
            "https://ada@h/\u{7f}",
            "smtp://h/\r\n",
            "cert:///x\n",
            "\u{85}smtp://h",
        ] {
            assert_eq!(Address::parse(text), Err(OriginError::Host), "{text:?}");
        }
    }
}
