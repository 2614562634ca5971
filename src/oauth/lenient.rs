//! A lenient reader of the objects that servers send, as JSON or as a form: it keeps every field that can be read.
//!
//! It accepts a byte order mark before the object, UTF-16, text after it, invalid UTF-8, numbers out of range, and
//! truncation.
//!
//! Secret: all of it.

mod form;
mod text;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::http::HttpResponse;
use text::Text;

/// An object, or the beginning of one.
pub(super) struct Object {
    pub(super) fields: Map<String, Value>,
    /// Whether all of it is there: JSON with its closing brace, or a form that is not truncated.
    pub(super) is_complete: bool,
}

/// Returns the object at the start of the bytes, without the fields that cannot be read or may be cut off; `None` if
/// there is none, or only the beginning of one without a complete field. Of fields with the same name the last one that
/// can be read counts. `is_truncated` says that the connection ended before the body did: JSON shows by itself whether
/// something is missing, a form does not.
pub(super) fn leading_object(bytes: &[u8], is_truncated: bool) -> Option<Object> {
    let text = Text::of(bytes);
    let text = text.as_str();
    json_object(text).or_else(|| {
        Some(Object {
            fields: form::fields(text, is_truncated)?,
            is_complete: !is_truncated,
        })
    })
}

/// Returns the object that the response's body begins with, if all of it is there, however the connection ended.
pub(super) fn whole_object(response: &HttpResponse) -> Option<Map<String, Value>> {
    let object = leading_object(&response.body, response.truncated.is_some())?;
    object.is_complete.then_some(object.fields)
}

/// As `leading_object`, of JSON.
fn json_object(text: &str) -> Option<Object> {
    let mut fields = Map::new();
    let reader = Reader {
        fields: &mut fields,
        end: text.as_bytes().as_ptr_range().end,
    };
    let is_complete = reader
        .deserialize(&mut serde_json::Deserializer::from_str(text))
        .is_ok();
    (is_complete || !fields.is_empty()).then_some(Object {
        fields,
        is_complete,
    })
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
            match serde_json::from_str(raw) {
                Ok(value) if !may_be_truncated => drop(self.fields.insert(key, value)),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(bytes: &[u8]) -> Option<(Value, bool)> {
        let object = leading_object(bytes, false)?;
        Some((Value::Object(object.fields), object.is_complete))
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
            b"[{\"a\":\"b\"}]",
            b"\"a\"",
            b"null",
            b"<html>",
            b"a=b",
            b"\x1f\x8b\x08",
        ] {
            assert_eq!(read(text), None, "{}", String::from_utf8_lossy(text));
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
        ] {
            let expected = Some((json!({"a":"b"}), false));
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(read(br#"{"a":36,"b":"36"#), Some((json!({"a":36}), false)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = leading_object(&bytes, false);
            let _ = leading_object(&bytes, true);
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
