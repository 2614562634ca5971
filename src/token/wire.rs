//! The JSON form of a token set, the same in a token endpoint's response, in a file and in `PRUSA_TOKENS_JSON`.
//!
//! The keys are those of RFC 6749 §5.1, OpenID Connect's `id_token`, and our own `expires_at` (Unix seconds). Errors
//! name a position or a key and never quote a value.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::seconds::whole_number;
use super::secret::{AccessToken, IdToken, RefreshToken};
use super::set::{OtherFields, TokenSet};
use super::time::UnixTime;
use crate::byte_order_mark::without_utf8_mark;
use crate::wiped;

/// The longest lifetime that is accepted, in seconds. A longer one is a mistake of the server, and is cut to this.
const MAX_LIFETIME_SECS: u64 = 10 * 366 * 24 * 3600;

/// Why bytes are not a token set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum TokenSetError {
    /// Not JSON; the position is where parsing failed.
    #[error("it is not valid JSON from line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    /// JSON, but not an object.
    #[error("it is JSON but not an object")]
    NotAnObject,
    /// A token that is present and not a string.
    #[error("its \"{key}\" is not a string")]
    WrongType { key: &'static str },
    /// An object without any token, where one is required.
    #[error("it holds no token")]
    NoToken,
}

impl TokenSet {
    /// Reads a stored token set. It may hold no token at all; an empty token, and any other field of the wrong type,
    /// counts as absent.
    ///
    /// # Errors
    ///
    /// When the bytes are not a JSON object, or one of the tokens is neither a string nor null.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, TokenSetError> {
        let object = match serde_json::from_slice(without_utf8_mark(bytes)) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(TokenSetError::NotAnObject),
            Err(error) => {
                return Err(TokenSetError::NotJson {
                    line: error.line(),
                    column: error.column(),
                });
            }
        };
        let (set, wrong) = Self::from_object(object);
        wrong.map_or(Ok(set), |key| Err(TokenSetError::WrongType { key }))
    }

    /// Returns the token set of a server's response, which may hold no token. A field of the wrong type counts as
    /// absent, so that a new refresh token is not lost because of it; so does an empty token. `expires_at` is not
    /// computed.
    pub(crate) fn from_response(object: Map<String, Value>) -> Self {
        Self::from_object(object).0
    }

    /// Returns the set, and the key of the first token that was neither a string nor null.
    fn from_object(mut object: Map<String, Value>) -> (Self, Option<&'static str>) {
        let mut wrong = None;
        let mut token = |key: &'static str| match object.remove(key) {
            Some(Value::String(token)) if !token.is_empty() => Some(token),
            None | Some(Value::Null | Value::String(_)) => None,
            Some(_) => {
                wrong = wrong.or(Some(key));
                None
            }
        };
        let access_token = token("access_token").map(AccessToken::new);
        let refresh_token = token("refresh_token").map(RefreshToken::new);
        let id_token = token("id_token").map(IdToken::new);
        let mut text = |key: &str| match object.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let token_type = text("token_type");
        let scope = text("scope");
        let mut number = |key: &str| object.remove(key).as_ref().and_then(whole_number);
        let set = Self {
            access_token,
            refresh_token,
            id_token,
            token_type,
            scope,
            expires_in: number("expires_in")
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(|seconds| seconds.min(MAX_LIFETIME_SECS)),
            expires_at: number("expires_at").map(UnixTime::from_secs),
            other: OtherFields(object),
        };
        (set, wrong)
    }

    /// Returns the set as the JSON that `parse` reads, indented as the Python SDK does: with the other fields, and
    /// without those that are absent.
    pub(crate) fn render(&self) -> Zeroizing<Vec<u8>> {
        let Self {
            access_token,
            refresh_token,
            id_token,
            token_type,
            scope,
            expires_in,
            expires_at,
            other,
        } = self;
        let mut object = OtherFields(other.0.clone());
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.0.insert(key.to_owned(), value);
            }
        };
        put(
            "access_token",
            access_token.as_ref().map(|token| token.expose().into()),
        );
        put(
            "refresh_token",
            refresh_token.as_ref().map(|token| token.expose().into()),
        );
        put(
            "id_token",
            id_token.as_ref().map(|token| token.expose().into()),
        );
        put("token_type", token_type.as_deref().map(Value::from));
        put("scope", scope.as_deref().map(Value::from));
        put("expires_in", expires_in.map(Value::from));
        put("expires_at", expires_at.map(|time| time.as_secs().into()));
        // Writing a map of strings and numbers into memory cannot fail, and an empty file would be refused on reading.
        wiped::indented_json(&object.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_set_parses_to_the_same_with_unknown_keys() {
        let json = br#"{"access_token":"a","refresh_token":"r","id_token":"i","token_type":"Bearer","scope":"x y",
            "expires_in":3600,"expires_at":1800000000,"shared_session_key":"k","theirs":{"deep":[1,null]}}"#;
        let set = TokenSet::parse(json).expect("a token set");
        let written: Value = serde_json::from_slice(&set.render()).expect("JSON");
        assert_eq!(
            written,
            serde_json::from_slice::<Value>(json).expect("JSON")
        );
    }

    #[test]
    fn a_lifetime_is_read_from_numbers_and_strings() {
        let expires_in = |json: &str| {
            TokenSet::parse(json.as_bytes())
                .expect("a token set")
                .expires_in
        };
        assert_eq!(expires_in(r#"{"expires_in":3600}"#), Some(3600));
        assert_eq!(expires_in(r#"{"expires_in":"3600"}"#), Some(3600));
        assert_eq!(expires_in(r#"{"expires_in":3599.9}"#), Some(3599));
        assert_eq!(
            expires_in(r#"{"expires_in":1e300}"#),
            Some(MAX_LIFETIME_SECS)
        );
        for absent in ["0", "-5", "null", "\"soon\"", "{}", "[]"] {
            assert_eq!(
                expires_in(&format!(r#"{{"expires_in":{absent}}}"#)),
                None,
                "{absent}"
            );
        }
    }

    #[test]
    fn errors_name_the_position_and_quote_nothing() {
        assert_eq!(
            TokenSet::parse(b"{\"a\":\n sekret").map(|_| ()),
            Err(TokenSetError::NotJson { line: 2, column: 2 })
        );
        assert_eq!(
            TokenSet::parse(b"[]").map(|_| ()),
            Err(TokenSetError::NotAnObject)
        );
        let wrong = TokenSet::parse(br#"{"refresh_token":["sekret"]}"#).map(|_| ());
        assert_eq!(
            wrong,
            Err(TokenSetError::WrongType {
                key: "refresh_token"
            })
        );
    }

    #[test]
    fn a_malformed_response_still_yields_its_refresh_token() {
        let Ok(Value::Object(answer)) =
            serde_json::from_str(r#"{"access_token":7,"refresh_token":"r"}"#)
        else {
            panic!("JSON");
        };
        let set = TokenSet::from_response(answer);
        assert!(set.access_token.is_none());
        assert_eq!(
            set.refresh_token.as_ref().map(RefreshToken::expose),
            Some("r")
        );
    }
}
