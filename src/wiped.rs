//! Building texts that hold secrets: they are wiped on drop, and allocated with their full length at once.
//!
//! A `String` or `Vec` that grows is moved, and the old copy is not wiped.

use std::io::{self, Write};

use serde::Serialize;
use zeroize::Zeroizing;

/// Returns the parts joined together.
pub(crate) fn concat(parts: &[&str]) -> Zeroizing<String> {
    Zeroizing::new(parts.concat())
}

/// Returns a text between `before` and `after`, with each character replaced by what `escape` returns for it, if
/// anything.
pub(crate) fn escaped(
    before: &str,
    text: &str,
    escape: impl Fn(char) -> Option<&'static str>,
    after: &str,
) -> Zeroizing<String> {
    let length: usize = text
        .chars()
        .map(|it| escape(it).map_or(it.len_utf8(), str::len))
        .sum();
    let room = before.len() + length + after.len();
    let mut whole = Zeroizing::new(String::with_capacity(room));
    whole.push_str(before);
    for it in text.chars() {
        match escape(it) {
            Some(other) => whole.push_str(other),
            None => whole.push(it),
        }
    }
    whole.push_str(after);
    whole
}

/// Returns JSON on one line, with a newline; an empty line for a value that JSON cannot hold, such as a map with keys
/// that are not strings.
pub(crate) fn json_line(value: &impl Serialize) -> Zeroizing<String> {
    let mut bytes = measured(|out| serde_json::to_writer(out, value));
    // JSON is UTF-8, and this copies no byte of it.
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).unwrap_or_default())
}

/// Returns indented JSON and a newline.
pub(crate) fn indented_json(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    measured(|out| serde_json::to_writer_pretty(out, value))
}

/// Calls `write` twice, first only to count the bytes, and adds a newline.
fn measured(write: impl Fn(&mut dyn Write) -> serde_json::Result<()>) -> Zeroizing<Vec<u8>> {
    let mut room = Counter(1);
    let mut written = write(&mut room);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room.0));
    written = written.and_then(|()| write(&mut *bytes));
    debug_assert!(written.is_ok(), "text and numbers are JSON");
    bytes.push(b'\n');
    bytes
}

/// Counts the bytes that are written to it.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_text_is_allocated_with_its_exact_length() {
        let text = escaped("<", "a'ü'", |it| (it == '\'').then_some("''"), ">");
        assert_eq!(text.as_str(), "<a''ü''>");
        assert_eq!(text.capacity(), text.len());
        let text = concat(&["Bearer ", "x", "\n"]);
        assert_eq!((text.as_str(), text.capacity()), ("Bearer x\n", 9));
        let object = BTreeMap::from([("k", "\"\n\u{1}ü")]);
        let line = json_line(&object);
        assert_eq!(line.as_str(), "{\"k\":\"\\\"\\n\\u0001ü\"}\n");
        assert_eq!(line.capacity(), line.len());
        let bytes = indented_json(&object);
        assert_eq!(
            bytes.as_slice(),
            "{\n  \"k\": \"\\\"\\n\\u0001ü\"\n}\n".as_bytes()
        );
        assert_eq!(bytes.capacity(), bytes.len());
    }
}
