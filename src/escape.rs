//! Text of unknown origin (from a server, a file, a variable), made safe for a terminal and an error message.

use std::borrow::Cow;
use std::path::Path;

/// The most characters that [`excerpt`] returns.
const MAX_EXCERPT: usize = 200;

/// Returns the text with every control character but the line feed escaped as in Rust source (`\r`, `\u{1b}`), so that
/// it cannot move the cursor or change colours.
pub(crate) fn escape_control(text: &str) -> Cow<'_, str> {
    escape_if(text, |c| c.is_control() && c != '\n')
}

/// As `escape_control`, with line feeds escaped as well: the result is one line.
pub(crate) fn escape_line(text: &str) -> Cow<'_, str> {
    escape_if(text, char::is_control)
}

/// Returns the text with each character that `is_unsafe` accepts escaped as in Rust source; borrowed if there is none.
fn escape_if(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    escaped.into()
}

/// Returns one line of at most 200 characters, for quoting what a stranger wrote.
///
/// White space is folded. Control characters are left out, and so is whatever else changes how the rest of the line is
/// shown (bidirectional overrides, characters without width). A longer text is cut and ends in `…`.
pub(crate) fn excerpt(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible_format(*c))
        .collect();
    let mut line = String::new();
    for word in visible.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(MAX_EXCERPT - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() => {
            line.truncate(end);
            line.push('…');
            line
        }
        _ => line,
    }
}

/// As `excerpt`, of a text by somebody who was sent these secrets; `None` if it repeats one of them.
///
/// The text as it came is searched too, as what is left out of an excerpt could keep a secret from being seen in it.
pub(crate) fn excerpt_without<'a>(
    text: &str,
    secrets: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let shown = excerpt(text);
    let is_repeated = |secret: &str| text.contains(secret) || shown.contains(secret);
    (!secrets.into_iter().any(is_repeated)).then_some(shown)
}

/// Returns whether a character has no shape of its own and may change how its neighbours are shown.
fn is_invisible_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns a path as one word of a shell command, quoted if needed.
pub(crate) fn shell_word(path: &Path) -> String {
    shell_word_of(&path.display().to_string())
}

/// Returns a text as one word of a shell command, quoted if needed.
pub(crate) fn shell_word_of(text: &str) -> String {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%".contains(&byte) || byte > 127;
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_line_feeds_kept() {
        let text = "příliš\n\u{1b}[31m\r\t\u{9b}";
        assert_eq!(escape_control(text), "příliš\n\\u{1b}[31m\\r\\t\\u{9b}");
        assert_eq!(escape_line(text), "příliš\\n\\u{1b}[31m\\r\\t\\u{9b}");
        assert!(matches!(escape_control("a\nb"), Cow::Borrowed("a\nb")));
        assert!(matches!(escape_line("a b"), Cow::Borrowed("a b")));
    }

    #[test]
    fn an_excerpt_has_no_control_or_invisible_characters() {
        assert_eq!(
            excerpt("  a\r\n\tb\u{1b}[31m c\u{7}\u{9b}\u{7f}\u{202e}\u{2066}d\u{2028}e\u{0}"),
            "a b[31m cd e"
        );
        assert_eq!(excerpt("příliš žluťoučký"), "příliš žluťoučký");
        assert_eq!(excerpt(" \u{1b} \n"), "");
    }

    #[test]
    fn a_text_that_repeats_a_secret_has_no_excerpt() {
        let secrets = ["two  blanks", "a-sekret"];
        let long = format!("{}a-sekret", "x".repeat(195));
        for text in ["no two  blanks", "a-se\u{200b}kret", &long] {
            assert_eq!(excerpt_without(text, secrets), None, "{text}");
        }
        assert_eq!(
            excerpt_without("two\nblanks", secrets).as_deref(),
            Some("two blanks")
        );
    }

    #[test]
    fn an_excerpt_is_cut_after_200_characters() {
        assert_eq!(excerpt(&"ž".repeat(200)), "ž".repeat(200));
        let cut = excerpt(&"ž".repeat(201));
        assert_eq!(cut, format!("{}…", "ž".repeat(199)));
        assert_eq!(cut.chars().count(), 200);
    }

    #[test]
    fn a_path_is_quoted_if_a_shell_would_split_or_change_it() {
        for (path, wanted) in [
            ("/home/ada/x.json", "/home/ada/x.json"),
            ("/a b", "'/a b'"),
            ("/it's", r"'/it'\''s'"),
            ("/$(x)", "'/$(x)'"),
            ("", "''"),
            (
                "https://h.example:8443/a%20b",
                "https://h.example:8443/a%20b",
            ),
            ("https://h.example/?a&b", "'https://h.example/?a&b'"),
            ("https://[::1]/", "'https://[::1]/'"),
            (
                "credential.https://h.example/x y",
                "'credential.https://h.example/x y'",
            ),
        ] {
            assert_eq!(shell_word(Path::new(path)), wanted);
        }
    }
}
