//! Forms of a token for whoever asks in no protocol: shells, curl, MCP clients, netrc (`reference/protocols.md` 10, 15).
//!
//! A value that could break out of its form is refused, never escaped halfway.

mod saved;

use std::collections::BTreeMap;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::token::UnixTime;
use crate::wiped;

pub(crate) use saved::PlainSaved;

/// The longest word, in bytes, that curl reads from a netrc file.
const MAX_NETRC_WORD: usize = 4095;

/// A token and its metadata, to be rendered in one of the forms.
#[derive(Debug)]
pub(crate) struct Plain<'a> {
    pub(crate) token: Secret<'a>,
    /// The key that RFC 6749 or OpenID Connect has for this token.
    pub(crate) key: &'static str,
    pub(crate) token_type: Option<&'a str>,
    pub(crate) scope: Option<&'a str>,
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) profile: &'a str,
    pub(crate) username: &'a str,
    pub(crate) host: Option<String>,
}

/// A token on its way out, silent in `Debug`.
pub(crate) struct Secret<'a>(pub(crate) &'a str);

impl std::fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A JSON object that owns no secret.
type Object<'a> = BTreeMap<&'static str, Field<'a>>;

/// What stands in one.
#[derive(Serialize)]
#[serde(untagged)]
enum Field<'a> {
    Text(&'a str),
    Number(u64),
    Null,
}

impl<'a> Field<'a> {
    fn of_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    fn of_number(number: Option<u64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

/// Why a token cannot be rendered in a form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PlainError {
    #[error("it holds a control character, a space, or a letter that is not ASCII")]
    InvalidToken,
    #[error("the token is longer than curl reads from a netrc file ({MAX_NETRC_WORD} bytes)")]
    TooLongForNetrc,
    #[error("the user name or token has a character that netrc cannot hold")]
    NotForNetrc,
    #[error("a netrc entry needs a user name, and there is none")]
    NoUsername,
    #[error("a netrc entry needs a user name and a password, and what is saved is a header")]
    NoPassword,
    #[error("the saved secret holds a control character")]
    NotALine,
    #[error("a saved password is no token, and this form is for tokens")]
    OnlyTokens,
    #[error("a netrc entry needs a host, and the profile names none exactly")]
    NoHost,
}

impl Plain<'_> {
    /// Renders the token and a newline.
    pub(crate) fn raw(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(wiped::concat(&[self.checked()?, "\n"]))
    }

    /// Renders one line of JSON with the token, its end, and whose it is.
    pub(crate) fn json(&self, now: UnixTime) -> Result<Zeroizing<String>, PlainError> {
        let end = self.end();
        Ok(wiped::json_line(&self.object(end.as_deref(), now)?))
    }

    /// Renders one line of JSON as `json` does, with another token beside the first.
    pub(crate) fn json_with(
        &self,
        other: &Plain<'_>,
        now: UnixTime,
    ) -> Result<Zeroizing<String>, PlainError> {
        let end = self.end();
        let mut object = self.object(end.as_deref(), now)?;
        object.insert(other.key, Field::Text(other.checked()?));
        Ok(wiped::json_line(&object))
    }

    fn end(&self) -> Option<String> {
        self.expires_at?.rfc3339()
    }

    fn object<'a>(&'a self, end: Option<&'a str>, now: UnixTime) -> Result<Object<'a>, PlainError> {
        let expires_in = self.expires_at.map(|at| now.until(at).as_secs());
        Ok(Object::from([
            (self.key, Field::Text(self.checked()?)),
            (
                "token_type",
                Field::Text(self.token_type.unwrap_or("Bearer")),
            ),
            ("expires_at", Field::of_text(end)),
            ("expires_in", Field::of_number(expires_in)),
            ("scope", Field::of_text(self.scope)),
            ("profile", Field::Text(self.profile)),
        ]))
    }

    /// Renders `Authorization: Bearer …` (RFC 6750 §2.1).
    pub(crate) fn header(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(header_line(&self.authorization()?))
    }

    /// Renders `Bearer …`, the whole value of an `Authorization` header.
    pub(crate) fn bearer(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(wiped::concat(&["Bearer ", self.checked()?, "\n"]))
    }

    /// Renders a JSON object of headers, names to strings.
    pub(crate) fn headers(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(headers_object(&self.authorization()?))
    }

    /// Renders `export PRUSA_TOKEN='…'`, quoted for a POSIX shell.
    pub(crate) fn env(&self) -> Result<Zeroizing<String>, PlainError> {
        let quote = |it| (it == '\'').then_some(r"'\''");
        let token = self.checked()?;
        Ok(wiped::escaped("export PRUSA_TOKEN='", token, quote, "'\n"))
    }

    /// Renders a line for `curl -K -`.
    pub(crate) fn curl(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(curl_line(&self.authorization()?))
    }

    /// Renders a netrc entry.
    pub(crate) fn netrc(&self) -> Result<Zeroizing<String>, PlainError> {
        let host = self.host.as_deref().ok_or(PlainError::NoHost)?;
        netrc_entry(host, self.username, self.checked()?)
    }

    fn authorization(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(wiped::concat(&["Bearer ", self.checked()?]))
    }

    fn checked(&self) -> Result<&str, PlainError> {
        checked(self.token.0)
    }
}

/// Returns the token if it is one word of visible characters, as RFC 6749 appendix A.12 has it.
pub(crate) fn checked(token: &str) -> Result<&str, PlainError> {
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(token)
    } else {
        Err(PlainError::InvalidToken)
    }
}

fn header_line(authorization: &str) -> Zeroizing<String> {
    wiped::concat(&["Authorization: ", authorization, "\n"])
}

fn headers_object(authorization: &str) -> Zeroizing<String> {
    wiped::json_line(&BTreeMap::from([("Authorization", authorization)]))
}

fn curl_line(authorization: &str) -> Zeroizing<String> {
    let escape = |it| match it {
        '\\' => Some(r"\\"),
        '"' => Some("\\\""),
        _ => None,
    };
    wiped::escaped("header = \"Authorization: ", authorization, escape, "\"\n")
}

fn netrc_entry(host: &str, username: &str, secret: &str) -> Result<Zeroizing<String>, PlainError> {
    if username.is_empty() {
        return Err(PlainError::NoUsername);
    }
    for word in [host, username, secret] {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'\\".contains(&byte);
        if word.is_empty() || word.starts_with('#') || !word.bytes().all(is_plain) {
            return Err(PlainError::NotForNetrc);
        }
    }
    if secret.len() > MAX_NETRC_WORD {
        return Err(PlainError::TooLongForNetrc);
    }
    let words = [
        "machine ",
        host,
        " login ",
        username,
        " password ",
        secret,
        "\n",
    ];
    Ok(wiped::concat(&words))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(token: &str) -> Plain<'_> {
        Plain {
            token: Secret(token),
            key: "access_token",
            token_type: None,
            scope: Some("a b"),
            expires_at: Some(UnixTime::from_secs(1_893_456_000)),
            profile: "prusa",
            username: "oauth2",
            host: Some("api.example.com".into()),
        }
    }

    #[test]
    fn every_form_is_exactly_what_its_reader_wants() {
        let plain = plain("T0K3N");
        let text = |form: Result<Zeroizing<String>, PlainError>| form.expect("a form").to_string();
        assert_eq!(text(plain.raw()), "T0K3N\n");
        assert_eq!(text(plain.header()), "Authorization: Bearer T0K3N\n");
        assert_eq!(text(plain.bearer()), "Bearer T0K3N\n");
        assert_eq!(
            text(plain.headers()),
            "{\"Authorization\":\"Bearer T0K3N\"}\n"
        );
        assert_eq!(text(plain.env()), "export PRUSA_TOKEN='T0K3N'\n");
        assert_eq!(
            text(plain.curl()),
            "header = \"Authorization: Bearer T0K3N\"\n"
        );
        assert_eq!(
            text(plain.netrc()),
            "machine api.example.com login oauth2 password T0K3N\n"
        );
        let json: serde_json::Value =
            serde_json::from_str(&text(plain.json(UnixTime::from_secs(1_893_455_000))))
                .expect("JSON");
        let wanted = json!({
            "access_token": "T0K3N", "token_type": "Bearer", "expires_at": "2030-01-01T00:00:00Z",
            "expires_in": 1000, "scope": "a b", "profile": "prusa",
        });
        assert_eq!(json, wanted);
    }

    #[test]
    fn nothing_breaks_out_of_its_form() {
        let text = |form: Result<Zeroizing<String>, PlainError>| form.expect("a form").to_string();
        assert_eq!(text(plain("a'b").env()), "export PRUSA_TOKEN='a'\\''b'\n");
        assert_eq!(
            text(plain("a\"b\\").curl()),
            "header = \"Authorization: Bearer a\\\"b\\\\\"\n"
        );
        assert_eq!(plain("a\"b").netrc(), Err(PlainError::NotForNetrc));
        for odd in ["", "a b", "a\nb", "a\r", "a\0b", "tökén"] {
            assert_eq!(plain(odd).raw(), Err(PlainError::InvalidToken), "{odd:?}");
            assert_eq!(
                plain(odd).bearer(),
                Err(PlainError::InvalidToken),
                "{odd:?}"
            );
            assert_eq!(
                plain(odd).header(),
                Err(PlainError::InvalidToken),
                "{odd:?}"
            );
        }
        assert_eq!(
            plain(&"x".repeat(5000)).netrc(),
            Err(PlainError::TooLongForNetrc)
        );
    }
}
