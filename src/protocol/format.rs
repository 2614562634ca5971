//! Forms of a credential for whoever asks in no protocol: shells, curl, MCP clients, netrc.
//!
//! A function a form. Each takes a profile's token and a saved credential alike, and refuses what it cannot hold: a
//! value that could break out of its form is never escaped halfway.
//!
//! # What reads them
//!
//! - Claude Code's `headersHelper` (its documentation, "MCP"): a JSON object of names to strings, not arrays, within 10
//!   s. It is run at each connection, and once more after a 401 or 403. Its `apiKeyHelper`, Codex' `auth.command`,
//!   rclone's `bearer_token_command` and pnpm's `tokenHelper` want the bare token and a line end, and nothing else on
//!   stdout.
//! - `curl -K -` (curl(1), `--config`): options, one a line, `name = "value"`. Within quotes a backslash and a quote
//!   are escaped by a backslash; an LF in a value would begin another option, such as `output`. A header is not sent on
//!   to another host.
//! - netrc (curl's `lib/netrc.c`, Go's `auth/netrc.go`): `machine HOST login USER password SECRET`, parted by white
//!   space. Quotes are known to curl since 7.84 and not to Go, so a value with white space, quotes, `\` or a leading
//!   `#` is refused. curl reads no word of more than 4,095 bytes. Port and scheme do not count.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::credential::{Credential, IssuedToken, RenderError, Secret};
use crate::token::UnixTime;
use crate::wiped;

/// curl reads no longer word from a netrc file (`lib/netrc.c`, `MAX_NETRC_TOKEN`).
const LONGEST_NETRC_WORD: usize = 4095;

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
    /// Returns a field with this text, or null without one.
    fn of_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// Returns a field with this number, or null without one.
    fn of_number(number: Option<u64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

/// Why a credential has no such form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum FormatError {
    #[error("it holds a control character, a space, or a letter that is not ASCII")]
    InvalidToken,
    #[error("the token is longer than curl reads from a netrc file ({LONGEST_NETRC_WORD} bytes)")]
    TooLongForNetrc,
    #[error("the user name or token has a character that netrc cannot hold")]
    NotForNetrc,
    #[error("a netrc entry needs a user name, and there is none")]
    NoUsername,
    #[error("a netrc entry needs a user name and a password, and what is saved is a header")]
    NoPassword,
    #[error("the saved secret holds a control character")]
    ControlCharacter,
    #[error("the saved user name contains a colon, which would end it in a header")]
    Colon,
    #[error("a saved password is no token, and this form is for tokens")]
    OnlyTokens,
    #[error("a netrc entry needs a host, and the profile names none exactly")]
    NoHost,
}

type Text = Result<Zeroizing<String>, FormatError>;

/// Renders the token, the password or what follows the scheme in a saved header, and a newline. Fails if a token is not
/// valid, or a saved secret has a control character.
pub(crate) fn raw(credential: &Credential) -> Text {
    Ok(wiped::concat(&[secret_line(credential)?, "\n"]))
}

/// Renders one line of JSON: of a token what the token response said of it and its profile, of a saved credential the
/// user name and the secret under git's names, of both the expiry. `second` is another token of the same login, whose
/// text is added. What is not known is null, except that `token_type` is `Bearer`; `expires_in` is 0 after the expiry.
/// Fails if a token is not valid.
pub(crate) fn json(credential: &Credential, second: Option<&Credential>, now: UnixTime) -> Text {
    let expires_at = credential.expires_at.and_then(UnixTime::rfc3339);
    let expires_in = credential.expires_at.map(|at| now.until(at).as_secs());
    let mut object = Object::from([
        ("expires_at", Field::of_text(expires_at.as_deref())),
        ("expires_in", Field::of_number(expires_in)),
    ]);
    for credential in std::iter::once(credential).chain(second) {
        if let Secret::Token(token) = &credential.secret {
            object.insert(token.kind.key(), Field::Text(checked(token)?));
        }
    }
    match &credential.secret {
        Secret::Token(token) => {
            let token_type = token.token_type.as_deref().unwrap_or("Bearer");
            object.insert("token_type", Field::Text(token_type));
            object.insert("scope", Field::of_text(token.scope.as_deref()));
            object.insert("profile", Field::Text(&token.profile));
        }
        Secret::Password(password) => {
            let username = credential.username.as_deref();
            object.insert("username", Field::of_text(username));
            object.insert("password", Field::Text(password.expose_secret()));
        }
        Secret::Header { scheme, value } => {
            let username = credential.username.as_deref();
            object.insert("username", Field::of_text(username));
            object.insert("authtype", Field::Text(scheme));
            object.insert("credential", Field::Text(value.expose_secret()));
        }
    }
    Ok(wiped::json_line(&object))
}

/// Renders the line `Authorization: …`: `Bearer` (RFC 6750 §2.1), `Basic` (RFC 7617) or as saved. Fails as
/// `authorization`.
pub(crate) fn header(credential: &Credential) -> Text {
    let authorization = authorization(credential)?;
    Ok(wiped::concat(&["Authorization: ", &authorization, "\n"]))
}

/// Renders `Bearer …`, the whole value of an `Authorization` header, of a token or a saved `Bearer` header. Fails for
/// any other credential, and as `raw`.
pub(crate) fn bearer(credential: &Credential) -> Text {
    let token = credential.as_bearer().ok_or(FormatError::OnlyTokens)?;
    secret_line(credential)?;
    Ok(wiped::concat(&["Bearer ", token, "\n"]))
}

/// Renders a JSON object of headers, names to strings, with `Authorization` alone. Fails as `authorization`.
pub(crate) fn headers(credential: &Credential) -> Text {
    let authorization = authorization(credential)?;
    let object = BTreeMap::from([("Authorization", authorization.as_str())]);
    Ok(wiped::json_line(&object))
}

/// Renders `export NAME='…'` for a variable of this name, quoted for a POSIX shell. Fails for a saved credential, or if
/// the token is not valid.
pub(crate) fn env(credential: &Credential, variable: &str) -> Text {
    let Secret::Token(token) = &credential.secret else {
        return Err(FormatError::OnlyTokens);
    };
    let quote = |it| (it == '\'').then_some(r"'\''");
    let token = checked(token)?;
    let before = format!("export {variable}='");
    Ok(wiped::escaped(&before, token, quote, "'\n"))
}

/// Renders the option for `curl -K -` that sends the header `Authorization`. Fails as `authorization`.
pub(crate) fn curl(credential: &Credential) -> Text {
    let escape = |it| match it {
        '\\' => Some(r"\\"),
        '"' => Some("\\\""),
        _ => None,
    };
    let authorization = authorization(credential)?;
    let before = "header = \"Authorization: ";
    Ok(wiped::escaped(before, &authorization, escape, "\"\n"))
}

/// Renders a netrc entry for a host, with a token as the password. Fails without a host, a user name or a password, if
/// a token is not valid, and for what netrc cannot hold.
pub(crate) fn netrc(credential: &Credential, host: Option<&str>) -> Text {
    let host = host.ok_or(FormatError::NoHost)?;
    if let Secret::Token(token) = &credential.secret {
        checked(token)?;
    }
    let password = credential.as_password().ok_or(FormatError::NoPassword)?;
    netrc_entry(host, credential.username(), password)
}

/// Returns the token, the password or what follows the scheme in a saved header. Fails if a token is not valid as
/// `check_token` decides, or a saved secret has a control character.
fn secret_line(credential: &Credential) -> Result<&str, FormatError> {
    let secret = match &credential.secret {
        Secret::Token(token) => return checked(token),
        Secret::Password(secret) | Secret::Header { value: secret, .. } => secret.expose_secret(),
    };
    if secret.contains(char::is_control) {
        return Err(FormatError::ControlCharacter);
    }
    Ok(secret)
}

/// Returns the value of the `Authorization` header: Bearer for a token, Basic for a saved password, else as saved.
/// Fails if a token is not valid as `check_token` decides, a saved header holds a control character, or the user name
/// of a Basic header a colon.
fn authorization(credential: &Credential) -> Text {
    if let Secret::Token(token) = &credential.secret {
        return Ok(wiped::concat(&["Bearer ", checked(token)?]));
    }
    let authorization = credential.authorization();
    authorization.map_err(|error| match error {
        RenderError::Colon => FormatError::Colon,
        _ => FormatError::ControlCharacter,
    })
}

/// Returns the token's text. Fails if `check_token` finds it not valid.
fn checked(token: &IssuedToken) -> Result<&str, FormatError> {
    check_token(token.value.expose_secret())
}

/// Returns the token if it is one word of visible ASCII characters, as RFC 6749 appendix A.12 has it but without
/// spaces.
pub(crate) fn check_token(token: &str) -> Result<&str, FormatError> {
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(token)
    } else {
        Err(FormatError::InvalidToken)
    }
}

/// Returns a line of a netrc file, with its newline. Fails if the user name is empty, a word is empty or has a
/// character that netrc programs read differently, or the secret is too long.
fn netrc_entry(host: &str, username: &str, secret: &str) -> Result<Zeroizing<String>, FormatError> {
    if username.is_empty() {
        return Err(FormatError::NoUsername);
    }
    for word in [host, username, secret] {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'\\".contains(&byte);
        if word.is_empty() || word.starts_with('#') || !word.bytes().all(is_plain) {
            return Err(FormatError::NotForNetrc);
        }
    }
    if secret.len() > LONGEST_NETRC_WORD {
        return Err(FormatError::TooLongForNetrc);
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
    use crate::credential::GitAuth;
    use crate::token::TokenKind;

    const NOW: UnixTime = UnixTime::from_secs(1_893_455_000);

    fn token(value: &str) -> Credential {
        let token = IssuedToken {
            kind: TokenKind::Access,
            value: value.to_owned().into(),
            token_type: None,
            scope: Some("a b".into()),
            profile: "prusa".into(),
            git_auth: GitAuth::Auto,
        };
        let expires_at = Some(UnixTime::from_secs(1_893_456_000));
        Credential::issued(token, "oauth2".into(), expires_at)
    }

    fn saved(username: &str, password: &str) -> Credential {
        Credential::password(Some(username.into()), password.to_owned().into())
    }

    fn text(form: Text) -> String {
        form.map_or_else(|error| error.to_string(), |text| text.to_string())
    }

    fn object(form: Text) -> serde_json::Value {
        serde_json::from_str(&text(form)).expect("JSON")
    }

    #[test]
    fn a_token_has_every_form() {
        let token = token("T0K3N");
        assert_eq!(text(raw(&token)), "T0K3N\n");
        assert_eq!(text(header(&token)), "Authorization: Bearer T0K3N\n");
        assert_eq!(text(bearer(&token)), "Bearer T0K3N\n");
        assert_eq!(
            text(headers(&token)),
            "{\"Authorization\":\"Bearer T0K3N\"}\n"
        );
        assert_eq!(
            text(env(&token, "PRUSA_TOKEN")),
            "export PRUSA_TOKEN='T0K3N'\n"
        );
        assert_eq!(
            text(curl(&token)),
            "header = \"Authorization: Bearer T0K3N\"\n"
        );
        assert_eq!(
            text(netrc(&token, Some("api.example.com"))),
            "machine api.example.com login oauth2 password T0K3N\n"
        );
        assert_eq!(netrc(&token, None), Err(FormatError::NoHost));
        let expected = json!({
            "access_token": "T0K3N", "token_type": "Bearer", "expires_at": "2030-01-01T00:00:00Z",
            "expires_in": 1000, "scope": "a b", "profile": "prusa",
        });
        assert_eq!(object(json(&token, None, NOW)), expected);
    }

    #[test]
    fn two_tokens_stand_in_one_object() {
        let mut second = token("R3FR3SH");
        if let Secret::Token(token) = &mut second.secret {
            token.kind = TokenKind::Refresh;
        }
        let both = object(json(&token("T0K3N"), Some(&second), NOW));
        assert_eq!(
            (&both["access_token"], &both["refresh_token"]),
            (&json!("T0K3N"), &json!("R3FR3SH"))
        );
    }

    #[test]
    fn a_token_cannot_break_out_of_its_form() {
        assert_eq!(
            text(env(&token("a'b"), "ACCESS_TOKEN")),
            "export ACCESS_TOKEN='a'\\''b'\n"
        );
        assert_eq!(
            text(curl(&token("a\"b\\"))),
            "header = \"Authorization: Bearer a\\\"b\\\\\"\n"
        );
        let host = Some("h");
        assert_eq!(netrc(&token("a\"b"), host), Err(FormatError::NotForNetrc));
        for odd in ["", "a b", "a\nb", "a\r", "a\0b", "tökén"] {
            let token = token(odd);
            for text in [
                raw(&token),
                bearer(&token),
                header(&token),
                env(&token, "A"),
            ] {
                assert_eq!(text, Err(FormatError::InvalidToken), "{odd:?}");
            }
        }
        assert_eq!(
            netrc(&token(&"x".repeat(5000)), host),
            Err(FormatError::TooLongForNetrc)
        );
    }

    #[test]
    fn a_saved_password_has_every_form_but_a_tokens() {
        let mut credential = saved("Aladdin", "open sesame");
        credential.expires_at = Some(UnixTime::from_secs(1_893_456_000));
        assert_eq!(text(raw(&credential)), "open sesame\n");
        let line = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        assert_eq!(text(header(&credential)), format!("{line}\n"));
        assert_eq!(text(curl(&credential)), format!("header = \"{line}\"\n"));
        assert_eq!(
            text(headers(&credential)),
            "{\"Authorization\":\"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\"}\n"
        );
        let host = Some("h");
        assert_eq!(
            netrc(&credential, host),
            Err(FormatError::NotForNetrc),
            "a space"
        );
        assert_eq!(env(&credential, "A"), Err(FormatError::OnlyTokens));
        assert_eq!(bearer(&credential), Err(FormatError::OnlyTokens));
        let expected = json!({
            "username": "Aladdin", "password": "open sesame", "expires_at": "2030-01-01T00:00:00Z",
            "expires_in": 1000,
        });
        assert_eq!(object(json(&credential, None, NOW)), expected);
        assert_eq!(
            text(netrc(&saved("ada", "s3cret"), host)),
            "machine h login ada password s3cret\n"
        );
        assert_eq!(
            netrc(&saved("", "s3cret"), host),
            Err(FormatError::NoUsername)
        );
    }

    #[test]
    fn a_user_name_with_a_colon_fits_no_header() {
        assert_eq!(header(&saved("a:b", "s3cret")), Err(FormatError::Colon));
        assert_eq!(text(raw(&saved("a:b", "s3cret"))), "s3cret\n");
    }

    #[test]
    fn a_saved_header_has_no_password() {
        let mut credential = saved("ada", "");
        credential.secret = Secret::Header {
            scheme: "Negotiate".into(),
            value: "YII".to_owned().into(),
        };
        assert_eq!(text(raw(&credential)), "YII\n");
        assert_eq!(text(header(&credential)), "Authorization: Negotiate YII\n");
        assert_eq!(netrc(&credential, Some("h")), Err(FormatError::NoPassword));
        let json = object(json(&credential, None, NOW));
        assert_eq!(
            (&json["authtype"], &json["credential"]),
            (&json!("Negotiate"), &json!("YII"))
        );
    }

    #[test]
    fn a_key_file_as_password_fits_json_and_base64_alone() {
        let credential = saved("_json_key", "{\n}\u{1b}");
        assert_eq!(raw(&credential), Err(FormatError::ControlCharacter));
        assert_eq!(netrc(&credential, Some("h")), Err(FormatError::NotForNetrc));
        assert!(header(&credential).is_ok(), "base64 holds anything");
        assert!(text(json(&credential, None, NOW)).contains("{\\n}\\u001b"));
    }
}
