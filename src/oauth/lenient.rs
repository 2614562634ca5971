//! A lenient reader of the objects that servers send, as JSON or as a form: it keeps every field that can be read.
//!
//! It accepts a byte order mark before the object, UTF-16, other text before and after it, invalid UTF-8, JSON that is
//! not quite JSON (`repair`), numbers out of range, and truncation.
//!
//! Secret: all of it.

mod form;
mod repair;
mod text;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::http::HttpResponse;
use repair::strict_json;
use text::Text;

/// By one of these fields an object is known as the answer in a success response that begins with something else.
const ANSWERS: [&str; 8] = [
    "access_token",
    "refresh_token",
    "access",
    "refresh",
    "device_code",
    "client_id",
    "token_endpoint",
    "keys",
];

/// Texts that some servers send as numbers. Their digits are kept as they are.
const TEXTS: [&str; 9] = [
    "access_token",
    "refresh_token",
    "id_token",
    "access",
    "refresh",
    "device_code",
    "user_code",
    "client_id",
    "client_secret",
];

/// What keeps a script of another site from reading JSON, as Google's and Facebook's servers begin it.
const GUARDS: [&str; 4] = [")]}',", ")]}'", "while(1);", "for(;;);"];

/// Where to look for an object behind other text, at most: each look may read all of it.
const MAX_LOOKS: usize = 32;

/// An object, or the beginning of one.
pub(super) struct Object {
    pub(super) fields: Map<String, Value>,
    /// Whether all of it is there: JSON with its closing brace, or a form that is not truncated.
    pub(super) is_complete: bool,
}

/// Returns the object that a response's body begins with, without the fields that cannot be read or may be cut off;
/// `None` if there is none, or only the beginning of one without a complete field. Of fields with the same name the
/// last one that can be read counts. Of a list it is the first one.
///
/// JSON shows by itself whether something is missing, whether or not the connection ended before the body did; a form
/// does not. In a success response an answer is also found behind other text, such as a warning of the program that
/// wrote it. An error response that begins with something else is a page for people, whatever is in it.
pub(super) fn object(response: &HttpResponse) -> Option<Object> {
    let is_success = (200..300).contains(&response.status);
    read(&response.body, response.truncated.is_some(), is_success)
}

/// As `object`, if all of it is there, however the connection ended.
pub(super) fn whole_object(response: &HttpResponse) -> Option<Map<String, Value>> {
    let object = object(response)?;
    object.is_complete.then_some(object.fields)
}

/// Returns whether a body is something for people, such as a firewall's page or line: neither empty nor JSON.
pub(super) fn is_page(body: &[u8]) -> bool {
    let text = Text::of(body);
    let text = text.as_str();
    !text.is_empty() && serde_json::from_str::<IgnoredAny>(text).is_err()
}

fn read(bytes: &[u8], is_truncated: bool, is_success: bool) -> Option<Object> {
    let text = Text::of(bytes);
    let text = text.as_str();
    if let Some(object) = leading_object(without_guard(text)) {
        return Some(object);
    }
    if let Ok(inner) = serde_json::from_str::<String>(text) {
        // JSON in a text of JSON: encoded twice.
        return leading_object(&Zeroizing::new(inner));
    }
    let embedded = || is_success.then(|| embedded_answer(text)).flatten();
    embedded().or_else(|| {
        Some(Object {
            fields: form::fields(text, is_truncated)?,
            is_complete: !is_truncated,
        })
    })
}

/// Returns a text without what may stand in front of the object: one of `GUARDS`, comments, control characters, and
/// the bracket of a list.
fn without_guard(text: &str) -> &str {
    let mut text = text;
    loop {
        let rest =
            text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '[');
        let guard = GUARDS.iter().find_map(|guard| rest.strip_prefix(guard));
        let comment = || Some(rest.strip_prefix("/*")?.split_once("*/")?.1);
        match guard.or_else(comment) {
            Some(behind) => text = behind,
            None => return rest,
        }
    }
}

/// Returns the object of JSON that a text begins with.
fn leading_object(text: &str) -> Option<Object> {
    if !text.starts_with('{') {
        return None;
    }
    let json = strict_json(text);
    let mut fields = Map::new();
    let reader = Reader {
        fields: &mut fields,
        end: json.as_bytes().as_ptr_range().end,
    };
    let is_complete = reader
        .deserialize(&mut serde_json::Deserializer::from_str(&json))
        .is_ok();
    (is_complete || !fields.is_empty()).then_some(Object {
        fields,
        is_complete,
    })
}

/// Returns the first object in a text that has one of the fields `ANSWERS`.
fn embedded_answer(text: &str) -> Option<Object> {
    let starts = text.match_indices('{').map(|(at, _)| at).take(MAX_LOOKS);
    let objects = starts.filter_map(|at| leading_object(text.get(at..)?));
    objects
        .into_iter()
        .find(|object| ANSWERS.iter().any(|name| object.fields.contains_key(*name)))
}

/// Reads the fields one by one: unreadable ones are skipped, and those before a truncation are kept.
struct Reader<'f> {
    fields: &'f mut Map<String, Value>,
    /// Where the text ends.
    end: *const u8,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, raw)) = map.next_entry::<String, &RawValue>()? {
            let raw = raw.get();
            // A number at the very end may be the beginning of a longer one.
            let may_be_truncated =
                raw.as_bytes().as_ptr_range().end == self.end && !raw.ends_with('"');
            let value = match serde_json::from_str(raw) {
                Ok(_) if may_be_truncated => continue,
                Ok(Value::Number(_)) if TEXTS.contains(&key.as_str()) => raw.into(),
                Ok(value) => value,
                Err(_) => continue,
            };
            self.fields.insert(key, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Reads a success response.
    fn read(bytes: &[u8]) -> Option<(Value, bool)> {
        let object = super::read(bytes, false, true)?;
        Some((Value::Object(object.fields), object.is_complete))
    }

    fn read_error(bytes: &[u8]) -> Option<Value> {
        Some(Value::Object(super::read(bytes, false, false)?.fields))
    }

    #[test]
    fn odd_bytes_around_readable_fields_do_no_harm() {
        let deep = format!(r#"{{"a":"b","c":{}}}"#, "[".repeat(500) + &"]".repeat(500));
        for text in [
            &br#"{"a":"b"}"#[..],
            b" \r\n\t{\"a\":\"b\"} ",
            b"\xef\xbb\xbf{\"a\":\"b\"}",
            b"\r\n\xef\xbb\xbf\r\n{\"a\":\"b\"}\r\n",
            b"\xff\xfe{\0\"\0a\0\"\0:\0\"\0b\0\"\0}\0",
            b"{\0\"\0a\0\"\0:\0\"\0b\0\"\0}\0\r\0\n\0",
            b"\xfe\xff\0{\0\"\0a\0\"\0:\0\"\0b\0\"\0}",
            b"{\"a\":\"b\"}\n<!-- hi -->",
            b"{\"a\":\"b\"}{\"a\":\"c\"}",
            br#"{"c":1e400,"a":"b"}"#,
            br#"{"c":{"d":-1e400},"a":"b"}"#,
            br#"{"a":"x","a":"b","c":"\ud800"}"#,
            b"{\"a\":\"b\"}\xff",
            b"\0\0{\"a\":\"b\"}\0",
            b")]}',\n{\"a\":\"b\"}",
            b"while(1);{\"a\":\"b\"}",
            b"/* x */ {\"a\":\"b\"}",
            b"[{\"a\":\"b\"},{\"a\":\"c\"}]",
            br#""{\"a\":\"b\"}""#,
            deep.as_bytes(),
        ] {
            let text_of = String::from_utf8_lossy(text);
            assert_eq!(read(text), Some((json!({"a":"b"}), true)), "{text_of}");
        }
        assert_eq!(
            read(b"{\"a\":\"b\",\"name\":\"\xe9\"}"),
            Some((json!({"a":"b","name":"\u{fffd}"}), true))
        );
        assert_eq!(
            read(br#"{"a":{"b":[1,2.5,true,null,"x"]}}"#),
            Some((json!({"a":{"b":[1,2.5,true,null,"x"]}}), true))
        );
        assert_eq!(read(b"{}"), Some((json!({}), true)));
    }

    #[test]
    fn anything_but_an_object_gives_none() {
        for text in [
            &b""[..],
            b"{",
            b"[]",
            b"\"a\"",
            b"null",
            b"<html>",
            b"a=b",
            b"\x1f\x8b\x08",
            b"<script>var settings = {\"a\":\"b\"}</script>",
        ] {
            assert_eq!(read(text), None, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn an_answer_is_found_behind_other_text_but_for_an_error() {
        let warning = "<br />\n<b>Notice</b>: {$x} is unset in {\"a\":1}\n{\"access_token\":\"A\"}";
        for text in [warning, "callback({\"access_token\":\"A\"});"] {
            let expected = json!({"access_token":"A"});
            assert_eq!(read(text.as_bytes()), Some((expected, true)), "{text}");
            assert_eq!(read_error(text.as_bytes()), None, "{text}");
        }
        let listed = br#"[{"error":"x"}]"#;
        assert_eq!(read_error(listed), Some(json!({"error":"x"})));
    }

    #[test]
    fn a_token_that_is_a_number_keeps_its_digits() {
        let text = br#"{"refresh_token":123456789012345678901234567890,"access_token":1.50,"expires_in":7}"#;
        let expected = json!({
            "refresh_token": "123456789012345678901234567890",
            "access_token": "1.50",
            "expires_in": 7,
        });
        assert_eq!(read(text), Some((expected, true)));
    }

    #[test]
    fn a_page_is_neither_json_nor_nothing() {
        for body in [&b"<html>"[..], b"error code: 1020", b"\xef\xbb\xbfdenied"] {
            assert!(is_page(body), "{body:?}");
        }
        for body in [
            &b""[..],
            b"\xef\xbb\xbf",
            b"\xef\xbb\xbf[]",
            b"\xff\xfe[\0]\0",
            b" \r\n",
            b"null",
        ] {
            assert!(!is_page(body), "{body:?}");
        }
    }

    #[test]
    fn a_truncated_object_keeps_its_complete_fields() {
        for text in [
            r#"{"a":"b""#,
            r#"{"a":"b","#,
            r#"{"a":"b","c"#,
            r#"{"a":"b","c":"#,
            r#"{"a":"b","c":"d"#,
            r#"{"a":"b","c":36"#,
            r#"{"a":"b","c":[1"#,
            r#"{"a":"b" <html>"#,
            r#"{"a":"b","c":t"#,
        ] {
            let expected = Some((json!({"a":"b"}), false));
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(read(br#"{"a":36,"b":"36"#), Some((json!({"a":36}), false)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for (is_truncated, is_success) in [(false, false), (false, true), (true, false), (true, true)] {
                let _ = super::read(&bytes, is_truncated, is_success);
            }
        }

        #[test]
        fn valid_json_reads_as_serde_json_reads_it(text in r#"\{("[ab]":("[a-z\\"/]{0,3}"|[0-9.eE-]{1,5}|\[\]|null),?){0,3}\}?"#) {
            let strict: Option<Value> = serde_json::from_str(&text).ok();
            if let Some(strict) = strict {
                prop_assert_eq!(read(text.as_bytes()), Some((strict, true)));
            }
        }
    }
}
