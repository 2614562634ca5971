//! Text as other programs save it: with a byte order mark, as Notepad does, or as UTF-16, as `>` in Windows PowerShell.
//!
//! Everything that is read as text goes through here: files, stdin, what a program prints. Without a mark the bytes are
//! returned as they are, without a copy. Lines may end in CRLF: whoever reads lines takes that away. The mark is no
//! part of a text (Unicode 17 §23.8).
//!
//! Secret: whatever is read may hold a token or a password, so every copy is wiped.

use zeroize::Zeroizing;

/// The mark in UTF-8.
const UTF8: &[u8] = b"\xef\xbb\xbf";
const UTF16_LITTLE_ENDIAN: &[u8] = b"\xff\xfe";
const UTF16_BIG_ENDIAN: &[u8] = b"\xfe\xff";

/// Returns a text without the mark that it begins with, if any.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns bytes without the mark of UTF-8 that they begin with, if any.
pub(crate) fn without_utf8_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8).unwrap_or(bytes)
}

/// Returns whether more bytes may make a mark of these, which are none of its end: they are its beginning.
pub(crate) fn may_become_mark(bytes: &[u8]) -> bool {
    bytes.len() < UTF8.len() && UTF8.starts_with(bytes)
}

/// Returns whether bytes begin with the mark of UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(UTF16_LITTLE_ENDIAN) || bytes.starts_with(UTF16_BIG_ENDIAN)
}

/// Returns the bytes of a text as UTF-8 without a mark. Bytes that begin with the mark of UTF-16 and are none stay as
/// they are, and so do those without a mark, whatever they hold.
pub(crate) fn utf8(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    if bytes.starts_with(UTF8) {
        bytes.drain(..UTF8.len());
        return bytes;
    }
    let decoded = match bytes.split_at_checked(UTF16_LITTLE_ENDIAN.len()) {
        // A mark alone is no text.
        Some((_, [])) => None,
        Some((UTF16_LITTLE_ENDIAN, rest)) => from_utf16(rest, u16::from_le_bytes, None),
        Some((UTF16_BIG_ENDIAN, rest)) => from_utf16(rest, u16::from_be_bytes, None),
        _ => None,
    };
    decoded.map_or(bytes, |mut text| {
        Zeroizing::new(std::mem::take(&mut *text).into_bytes())
    })
}

/// Returns UTF-16, whose units `unit` reads, as a text. What is not valid is replaced; without a `replacement` it makes
/// the whole `None`.
pub(crate) fn from_utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    replacement: Option<char>,
) -> Option<Zeroizing<String>> {
    let (pairs, left_over) = bytes.as_chunks::<2>();
    // Three bytes for each unit are the most: growing would leave unwiped copies behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * (pairs.len() + 1)));
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(letter.ok().or(replacement)?);
    }
    if !left_over.is_empty() {
        text.push(replacement?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<u8> {
        utf8(Zeroizing::new(bytes.to_vec())).to_vec()
    }

    fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(bytes_of).collect()
    }

    #[test]
    fn a_mark_goes_and_other_bytes_stay() {
        for (bytes, wanted) in [
            (&b""[..], &b""[..]),
            (b"{}", b"{}"),
            (b"\xef\xbb\xbf{}\r\n", b"{}\r\n"),
            (b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb\xbf"),
            (b"\xef\xbb", b"\xef\xbb"),
            (b" \xef\xbb\xbf", b" \xef\xbb\xbf"),
            (b"\xff\xfea", b"\xff\xfea"),
            (b"\xff\xfe\x00\xd8", b"\xff\xfe\x00\xd8"),
            (b"\xff\xfe", b"\xff\xfe"),
        ] {
            assert_eq!(read(bytes), wanted, "{bytes:?}");
        }
        assert_eq!(without_mark("\u{feff}a"), "a");
        assert_eq!(without_utf8_mark(b"\xef\xbb\xbfa"), b"a");
        for (bytes, wanted) in [
            (&b""[..], true),
            (b"\xef", true),
            (b"\xef\xbb", true),
            (b"\xef\xbb\xbf", false),
            (b"{", false),
        ] {
            assert_eq!(may_become_mark(bytes), wanted, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn utf16_becomes_the_same_text(text in any::<String>()) {
            let little = utf16(&text, u16::to_le_bytes);
            prop_assert!(is_utf16(&little));
            if !text.is_empty() {
                prop_assert_eq!(read(&little), text.as_bytes());
                prop_assert_eq!(read(&utf16(&text, u16::to_be_bytes)), text.as_bytes());
            }
        }

        #[test]
        fn any_bytes_are_read(bytes in any::<Vec<u8>>()) {
            read(&bytes);
        }
    }
}
