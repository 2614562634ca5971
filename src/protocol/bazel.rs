//! Bazel's credential helper protocol (EngFlow/credential-helper-spec): one JSON object in, one out.
//!
//! Secret: every answer.
//!
//! # What Bazel does
//!
//! Sources: EngFlow/credential-helper-spec (`spec.md`, `schemas/`), bazelbuild/bazel (`authandtls/credentialhelper/`).
//!
//! - `get` is the one argument. stdin is `{"uri":"https://cache.example.com/cas/1"}`; other fields are ignored. Schemes
//!   other than https occur: `grpcs` is gRPC over TLS.
//! - The answer is `{"headers":{"Authorization":["Bearer T0K3N"]},"expires":"2030-01-01T00:00:00Z"}`: arrays of
//!   strings, and a time with seconds and a zone, without a fraction, as Bazel parses it. An answer without `expires`
//!   is kept for 30 minutes.
//! - `{}` would mean that no credentials are needed. For an address that is not served, the helper fails and says so on
//!   stderr.
//! - Bazel waits 10 s and reads stdout only after the end, so the answer is to fit into a pipe.
//! - The option `--credential_helper=[HOST=]PATH` takes a path and no arguments, so a link's name tells that it is
//!   Bazel.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    ProtocolError, Recognition, check_length, check_values, json_line, malformed, rfc3339,
};
use crate::credential::{Credential, Request};

/// After this many bytes of stdin without the end of the object, it is not taken for a request.
const MAX_LOOK: usize = 64 << 10;

#[derive(Deserialize)]
struct RequestBody {
    uri: String,
}

/// Reads a request for the headers of one address, of which the query is dropped; `grpcs` counts as https.
///
/// # Errors
///
/// When it is too long or not a JSON object with an absolute `uri`, or the address is one that is never served.
pub(crate) fn parse(input: &[u8]) -> Result<Request, ProtocolError> {
    let input = check_length(input)?;
    if !begins_object(input) {
        return malformed("it is not a JSON object");
    }
    let Ok(RequestBody { uri }) = serde_json::from_slice(input) else {
        return malformed("it is not a JSON object with one \"uri\"");
    };
    let request = match uri.split_once("://") {
        None => return malformed("its \"uri\" has no scheme"),
        // gRPC over TLS, on the same default port.
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("grpcs") => {
            Request::for_url(&format!("https://{rest}"))?
        }
        Some(_) => Request::for_url(&uri)?,
    };
    Ok(Request {
        takes_bearer: true,
        ..request
    })
}

/// Returns whether it begins like an object: serde would accept an array too, in place of an object with one field.
fn begins_object(input: &[u8]) -> bool {
    input.trim_ascii_start().starts_with(b"{")
}

/// Renders the header `Authorization` of the credential, and its exact expiry if that is known.
///
/// # Errors
///
/// When `check_values` refuses the credential, the header would contain a control character, or the user name in it a
/// colon.
pub(crate) fn render(credential: &Credential) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    struct Response<'a> {
        headers: Headers<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        expires: Option<String>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Headers<'a> {
        authorization: [&'a str; 1],
    }

    check_values(credential)?;
    let header = credential.authorization()?;
    let response = Response {
        headers: Headers {
            authorization: [header.as_str()],
        },
        expires: credential.expires_at.and_then(rfc3339),
    };
    json_line(&response, 128 + 2 * header.len())
}

/// Returns whether these first bytes of stdin are a request of Bazel: `Yes` once the object is complete, `No` once it
/// is no JSON object, or complete without a `uri`, or not complete within `MAX_LOOK` bytes.
pub(crate) fn looks_like(prefix: &[u8]) -> Recognition {
    let more = if prefix.len() < MAX_LOOK {
        Recognition::NeedsMore
    } else {
        Recognition::No
    };
    if prefix.trim_ascii_start().is_empty() {
        return more;
    }
    if !begins_object(prefix) {
        return Recognition::No;
    }
    match serde_json::from_slice::<IgnoredAny>(prefix) {
        Ok(_) if serde_json::from_slice::<RequestBody>(prefix).is_ok() => Recognition::Yes,
        Err(error) if error.is_eof() || ends_within_number(prefix) => more,
        Ok(_) | Err(_) => Recognition::No,
    }
}

/// Returns whether JSON is cut where a number needs another digit, as after its sign: `serde_json` calls that number
/// invalid rather than cut off.
fn ends_within_number(prefix: &[u8]) -> bool {
    let continued = [prefix, b"0"].concat();
    serde_json::from_slice::<IgnoredAny>(&continued).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credential::GitAuth;
    use crate::credential::OriginError;
    use crate::token::{AccessToken, UnixTime};

    fn answered(token: &str, expires_at: Option<i64>) -> Result<String, ProtocolError> {
        let credential = crate::testing::token_credential(
            AccessToken::new(token.to_owned()),
            GitAuth::Auto,
            "oauth2".to_owned(),
            expires_at.map(UnixTime::from_secs),
        );
        render(&credential).map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    #[test]
    fn the_worked_example_holds_byte_for_byte() {
        let asked = parse(b"{\"uri\":\"https://cache.example.com/cas/1\"}").expect("a request");
        assert_eq!(asked.target.to_string(), "https://cache.example.com");
        assert!(asked.takes_bearer);
        assert_eq!(
            answered("T0K3N", Some(1_893_456_000)).expect("an answer"),
            "{\"headers\":{\"Authorization\":[\"Bearer T0K3N\"]},\"expires\":\"2030-01-01T00:00:00Z\"}\n"
        );
    }

    #[test]
    fn the_expiry_is_rendered_only_if_it_is_known() {
        let without = "{\"headers\":{\"Authorization\":[\"Bearer t\"]}}\n";
        assert_eq!(answered("t", None).as_deref(), Ok(without));
        assert_eq!(answered("t", Some(i64::MAX)).as_deref(), Ok(without));
        let past = answered("t", Some(-1)).expect("an answer");
        assert!(
            past.ends_with("\"expires\":\"1970-01-01T00:00:00Z\"}\n"),
            "{past}"
        );
    }

    #[test]
    fn an_address_is_parsed() {
        for (input, origin) in [
            (
                r#"{"uri":"grpcs://h:443/x","other":{"uri":1}}"#,
                "https://h",
            ),
            (r#"{"uri":"GRPCS://h"}"#, "https://h"),
            (" {\"uri\" : \"https:\\/\\/H:8443\"}\n", "https://h:8443"),
            (
                r#"{"uri":"http://127.0.0.1:8080/"}"#,
                "http://127.0.0.1:8080",
            ),
        ] {
            let asked = parse(input.as_bytes()).expect(input);
            assert_eq!(asked.target.to_string(), origin, "{input}");
        }
    }

    #[test]
    fn an_input_without_a_valid_address_is_refused() {
        for (input, error) in [
            (r#"{"uri":"grpc://h"}"#, OriginError::Scheme),
            (r#"{"uri":"grpcs://h@evil.tld"}"#, OriginError::UserInfo),
            (r#"{"uri":"https://h\u0000.evil.tld"}"#, OriginError::Host),
        ] {
            assert_eq!(parse(input.as_bytes()), Err(error.into()), "{input}");
        }
        for input in [
            "",
            "{}",
            r#"["https://h"]"#,
            r#"{"uri":null}"#,
            r#"{"url":"https://h"}"#,
            r#"{"uri":"h"}"#,
            r#"{"uri":"https://h","uri":"https://evil.tld"}"#,
            r#"{"uri":"https://h"} {"#,
        ] {
            let read = parse(input.as_bytes());
            assert!(
                matches!(read, Err(ProtocolError::Malformed { .. })),
                "{input}"
            );
        }
        assert_eq!(
            parse(&vec![b' '; (1 << 20) + 1]),
            Err(ProtocolError::TooLong)
        );
    }

    #[test]
    fn a_request_is_recognized_when_the_object_is_complete() {
        let object = " \n{\"a\":[1,-4.5e-6,{\"b\":\"ů\\u0041\"}],\"uri\":\"https://h\",\"c\":true}";
        for cut in 0..object.len() {
            assert_eq!(
                looks_like(&object.as_bytes()[..cut]),
                Recognition::NeedsMore,
                "{cut}"
            );
        }
        assert_eq!(looks_like(object.as_bytes()), Recognition::Yes);
        assert_eq!(
            looks_like(format!("{object}\n").as_bytes()),
            Recognition::Yes
        );
        for other in [
            "[",
            "x",
            "\"uri\"",
            "{}",
            "{x",
            "{\"url\":\"https://h\"}",
            "{\"uri\":7}",
            "{\"uri\":\"a\"}\n{\"uri\":\"b\"}",
            "protocol=https",
        ] {
            assert_eq!(looks_like(other.as_bytes()), Recognition::No, "{other}");
        }
        // Whether a value is a string is looked at when the object is complete: a number may be cut off anywhere.
        for cut in ["{\"uri\":7", "{\"uri\":88666666666."] {
            assert_eq!(looks_like(cut.as_bytes()), Recognition::NeedsMore, "{cut}");
        }
        let endless = format!("{{\"uri\":\"{}", "x".repeat(MAX_LOOK));
        assert_eq!(looks_like(endless.as_bytes()), Recognition::No);
    }

    proptest! {
        #[test]
        fn no_input_makes_the_reader_panic(input: Vec<u8>, text in "\\{(\"uri\"|[:,\"{}]|.){0,9}") {
            for input in [input.as_slice(), text.as_bytes()] {
                let _ = parse(input);
                let _ = looks_like(input);
            }
        }

        #[test]
        fn an_answer_is_one_line_that_reads_back(token in ".{0,20}|[a-z\n\u{7f}]{0,9}", expires_at: Option<i64>) {
            if let Ok(text) = answered(&token, expires_at) {
                let line = text.strip_suffix('\n').expect("a line");
                prop_assert!(!line.bytes().any(|byte| byte.is_ascii_control()));
                let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
                prop_assert_eq!(&value["headers"]["Authorization"][0], &format!("Bearer {token}"));
            } else {
                prop_assert!(token.bytes().any(|byte| byte.is_ascii_control()));
            }
        }
    }
}
