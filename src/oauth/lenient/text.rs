//! The text in a body's bytes, whatever they are: with a byte order mark, in UTF-16, with invalid sequences.

use zeroize::Zeroizing;

use crate::byte_order_mark::from_utf16;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a body, borrowed from it where that is possible, else a copy that is wiped.
pub(super) enum Text<'b> {
    Borrowed(&'b str),
    Copied(Zeroizing<String>),
}

impl<'b> Text<'b> {
    /// Returns the text in the bytes: UTF-8, with replacement characters for what is invalid, or UTF-16 if they begin
    /// with a byte order mark of it, or with a brace as it has it.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        let in_utf16 = |unit| {
            let text = from_utf16(bytes, unit, Some(char::REPLACEMENT_CHARACTER));
            Self::Copied(text.unwrap_or_default())
        };
        match bytes {
            [0xff, 0xfe, ..] | [b'{', 0, _, 0, ..] => in_utf16(u16::from_le_bytes),
            [0xfe, 0xff, ..] | [0, b'{', 0, _, ..] => in_utf16(u16::from_be_bytes),
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => Self::Borrowed(text),
                Err(_) => Self::Copied(repair(bytes)),
            },
        }
    }

    /// Returns the text without byte order marks and white space around it.
    pub(super) fn as_str(&self) -> &str {
        let text = match self {
            Self::Borrowed(text) => text,
            Self::Copied(text) => text.as_str(),
        };
        text.trim_matches(|c: char| c == BYTE_ORDER_MARK || c.is_whitespace())
    }
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
