//! What a person types or pastes at a terminal that is out of its line mode: the lines, and what the terminal is to
//! show.
//!
//! The terminal's own line mode is imitated: backspace, Ctrl-U, Ctrl-W and Ctrl-D. Several lines that come at once are
//! one text, as a pasted address may have been broken into lines. No control character is shown or kept but the line
//! feed.
//!
//! Secret: the text, which is wiped.

use zeroize::{Zeroize, Zeroizing};

/// In bytes: longer than any address. What is beyond it is dropped, and the text is none.
const LONGEST_TEXT: usize = 64 * 1024;
/// What stands for a text that is too long: neither an address nor a code.
const TOO_LONG: &str = "a text that is too long";

const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_W: u8 = 0x17;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

/// The text that is being typed.
pub(super) struct LineEditor {
    /// Of ASCII mostly; a character has the bytes that it has in UTF-8.
    text: Zeroizing<Vec<u8>>,
    escape: Escape,
    /// Between the marks of a bracketed paste, where a line feed ends nothing.
    is_pasting: bool,
    is_too_long: bool,
    is_ended: bool,
}

/// Where in an escape sequence the input is.
enum Escape {
    Outside,
    /// After the escape character.
    Begun,
    /// After `ESC [`, with the digits of its parameter, or others that mean nothing here.
    Sequence(u32),
    /// Before the last character of `ESC O`.
    Last,
}

impl LineEditor {
    /// Returns one with no text.
    pub(super) fn new() -> Self {
        Self {
            // Allocated for all of it: growing would leave unwiped copies behind.
            text: Zeroizing::new(Vec::with_capacity(LONGEST_TEXT)),
            escape: Escape::Outside,
            is_pasting: false,
            is_too_long: false,
            is_ended: false,
        }
    }

    /// Takes what was typed, and returns what the terminal has to show for it.
    pub(super) fn typed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if !self.is_in_escape(*byte) {
                self.typed_byte(*byte, &mut shown);
            }
        }
        shown
    }

    /// Returns whether the text ends in a line feed: it is complete, if nothing more comes at once.
    pub(super) fn has_line(&self) -> bool {
        !self.is_pasting && self.text.last() == Some(&b'\n')
    }

    /// Returns whether the person ended the input, with Ctrl-D on an empty line.
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Returns the text and begins a new one.
    pub(super) fn take(&mut self) -> Zeroizing<String> {
        let text = if std::mem::take(&mut self.is_too_long) {
            TOO_LONG.to_owned()
        } else {
            String::from_utf8_lossy(&self.text).into_owned()
        };
        self.text.zeroize();
        Zeroizing::new(text)
    }

    /// Returns whether a byte belongs to an escape sequence: of a key such as an arrow, or a mark of a bracketed paste.
    fn is_in_escape(&mut self, byte: u8) -> bool {
        self.escape = match (&self.escape, byte) {
            (_, ESCAPE) => Escape::Begun,
            (Escape::Outside, _) => return false,
            (Escape::Begun, b'[') => Escape::Sequence(0),
            (Escape::Begun, b'O') => Escape::Last,
            (Escape::Sequence(number), b'0'..=b'9') => {
                let digit = u32::from(byte - b'0');
                Escape::Sequence(number.saturating_mul(10).saturating_add(digit))
            }
            (Escape::Sequence(_), 0x20..=0x3f) => Escape::Sequence(u32::MAX),
            (Escape::Sequence(number), b'~') => {
                match number {
                    200 => self.is_pasting = true,
                    201 => self.is_pasting = false,
                    _ => {}
                }
                Escape::Outside
            }
            _ => Escape::Outside,
        };
        true
    }

    /// Takes a byte outside of an escape sequence.
    fn typed_byte(&mut self, byte: u8, shown: &mut Vec<u8>) {
        match byte {
            b'\n' | b'\r' => {
                self.push(b'\n');
                shown.push(b'\n');
            }
            BACKSPACE | DELETE => self.erase(1, shown),
            CTRL_U => self.erase(usize::MAX, shown),
            CTRL_W => {
                let line = self.line();
                let word = line.trim_ascii_end();
                let kept = word.iter().rposition(|byte| *byte == b' ');
                let kept = kept.map_or(0, |space| space + 1);
                let erased = line.get(kept..).unwrap_or_default();
                self.erase(characters(erased), shown);
            }
            CTRL_D => self.is_ended |= self.text.is_empty(),
            b'\t' => {
                self.push(b' ');
                shown.push(b' ');
            }
            0x20..=0x7e => {
                self.push(byte);
                shown.push(byte);
            }
            0x80.. => {
                self.push(byte);
                if let Some(letter) = self.last_character() {
                    // One column for each character, whatever it is.
                    let sign = if has_one_column(letter) { letter } else { '?' };
                    shown.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            _ => {}
        }
    }

    /// Returns the character that the text ends in; `None` if that is not complete.
    fn last_character(&self) -> Option<char> {
        let first = self.text.iter().rposition(|byte| is_first(*byte))?;
        std::str::from_utf8(self.text.get(first..)?)
            .ok()?
            .chars()
            .next()
    }

    /// Adds a byte to the text, unless that is too long.
    fn push(&mut self, byte: u8) {
        if self.text.len() < LONGEST_TEXT {
            self.text.push(byte);
        } else {
            self.is_too_long = true;
            if let (b'\n', Some(last)) = (byte, self.text.last_mut()) {
                *last = byte;
            }
        }
    }

    /// Returns the line that is being typed.
    fn line(&self) -> &[u8] {
        let after = self.text.iter().rposition(|byte| *byte == b'\n');
        self.text
            .get(after.map_or(0, |at| at + 1)..)
            .unwrap_or_default()
    }

    /// Removes up to this many characters from the end of the line.
    fn erase(&mut self, count: usize, shown: &mut Vec<u8>) {
        let count = count.min(characters(self.line()));
        for _ in 0..count {
            let was_shown = self.last_character().is_some();
            while self.text.pop().is_some_and(|byte| !is_first(byte)) {}
            if was_shown {
                shown.extend(b"\x08 \x08");
            }
        }
    }
}

/// Returns whether a character beyond ASCII is known to take one column: letters and signs of Latin, Greek and Cyrillic
/// scripts.
fn has_one_column(letter: char) -> bool {
    matches!(letter, '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}')
}

/// Returns whether a byte is the first of a character in UTF-8.
fn is_first(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Returns how many characters the bytes hold.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| is_first(**byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the text and what is shown for it.
    fn typed(bytes: &str) -> (String, String) {
        let mut editor = LineEditor::new();
        let shown = editor.typed(bytes.as_bytes());
        (
            editor.take().to_string(),
            String::from_utf8(shown).expect("UTF-8"),
        )
    }

    #[test]
    fn each_key_does_what_it_does_in_line_mode() {
        const ONE_BACK: &str = "\x08 \x08";
        for (keys, text, shown) in [
            ("abc\n", "abc\n", "abc\n".to_owned()),
            ("abc\r", "abc\n", "abc\n".to_owned()),
            ("abx\x7fc", "abc", format!("abx{ONE_BACK}c")),
            ("abx\x08c", "abc", format!("abx{ONE_BACK}c")),
            ("\x7f\x7fa", "a", "a".to_owned()),
            ("aé\x7fb", "ab", format!("aé{ONE_BACK}b")),
            ("a界\x7fb", "ab", format!("a?{ONE_BACK}b")),
            ("a\u{85}b", "a\u{85}b", "a?b".to_owned()),
            ("ab\x15c", "c", format!("ab{ONE_BACK}{ONE_BACK}c")),
            (
                "one\ntwo\x15x",
                "one\nx",
                format!("one\ntwo{}x", ONE_BACK.repeat(3)),
            ),
            ("a bc \x17d", "a d", format!("a bc {}d", ONE_BACK.repeat(3))),
            ("a\tb", "a b", "a b".to_owned()),
            ("a\x01\x16b\x04", "ab", "ab".to_owned()),
            ("a\x1b[Ab\x1bOPc\x1b[1;5Dd", "abcd", "abcd".to_owned()),
            ("\x1b[200~a\nb\x1b[201~", "a\nb", "a\nb".to_owned()),
            ("\x1b]0;x", "0;x", "0;x".to_owned()),
        ] {
            assert_eq!(typed(keys), (text.to_owned(), shown), "{keys:?}");
        }
    }

    #[test]
    fn a_line_feed_ends_a_text_outside_of_a_paste() {
        for (keys, has_line, is_ended) in [
            ("", false, false),
            ("a", false, false),
            ("a\n", true, false),
            ("a\nb", false, false),
            ("\x1b[200~a\n", false, false),
            ("\x1b[200~a\n\x1b[201~", true, false),
            ("\x04", false, true),
            ("a\x04", false, false),
        ] {
            let mut editor = LineEditor::new();
            editor.typed(keys.as_bytes());
            assert_eq!(
                (editor.has_line(), editor.is_ended()),
                (has_line, is_ended),
                "{keys:?}"
            );
        }
    }

    #[test]
    fn a_text_may_be_long_but_not_without_end() {
        let (text, _) = typed(&format!("{}\n", "a".repeat(12_000)));
        assert_eq!(text.len(), 12_001);
        let mut editor = LineEditor::new();
        editor.typed("a".repeat(LONGEST_TEXT + 1).as_bytes());
        editor.typed(b"\n");
        assert!(editor.has_line());
        assert_eq!(*editor.take(), TOO_LONG);
        editor.typed(b"b");
        assert_eq!(*editor.take(), "b");
    }

    proptest! {
        #[test]
        fn nothing_that_is_shown_controls_the_terminal(bytes in any::<Vec<u8>>()) {
            let shown = LineEditor::new().typed(&bytes);
            let shown = String::from_utf8(shown).expect("UTF-8");
            let is_harmless = |letter| matches!(letter, '\n' | '\x08' | ' '..='~') || has_one_column(letter);
            prop_assert!(shown.chars().all(is_harmless));
        }
    }
}
