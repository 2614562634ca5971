//! A lenient reader of the JSON objects that servers send: it keeps every field that can be read.
//!
//! It accepts a byte order mark before the object, text after it, invalid UTF-8, numbers out of range, and truncation.
//!
//! Secret: all of it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// An object, or the beginning of one.
pub(super) struct Object {
    pub(super) fields: Map<String, Value>,
    /// Whether it has its closing brace.
    pub(super) is_complete: bool,
}

/// Returns the object at the start of the bytes, without the fields that cannot be read or may be cut off; `None` if
/// there is none, or only the beginning of one without a complete field. Of fields with the same name the last one that
/// can be read counts.
pub(super) fn leading_object(bytes: &[u8]) -> Option<Object> {
    let repaired;
    let text = if let Ok(text) = std::str::from_utf8(bytes) {
        text
    } else {
        repaired = repair(bytes);
        repaired.as_str()
    };
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
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

/// Returns the text with replacement characters in place of invalid UTF-8.
fn repair(bytes: &[u8]) -> Zeroizing<String> {
    // Allocated for the worst case at once: growing would leave unwiped copies behind.
    let room = bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
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
        let object = leading_object(bytes)?;
        Some((Value::Object(object.fields), object.is_complete))
    }

    #[test]
    fn odd_bytes_around_readable_fields_do_no_harm() {
        let deep = format!(r#"{{"a":"b","c":{}}}"#, "[".repeat(500) + &"]".repeat(500));
        for text in [
            &br#"{"a":"b"}"#[..],
            b" \r\n\t{\"a\":\"b\"} ",
            b"\xef\xbb\xbf{\"a\":\"b\"}",
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
            let _ = leading_object(&bytes);
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
