//! What a server wrote, made fit for a terminal and an error message.

use std::borrow::Cow;

/// The most characters of a server's text that anyone is shown.
const LONGEST: usize = 200;

/// Returns one line of at most 200 characters: white space folded, control characters and whatever else changes how
/// the rest of a line is shown (bidirectional overrides, characters without width) left out.
pub(crate) fn printable(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !changes_the_line(*c))
        .collect();
    let mut line = String::new();
    for word in visible.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() => {
            line.truncate(end);
            line.push('…');
            line
        }
        _ => line,
    }
}

/// Returns a text as a terminal may be given it: control characters are told and do nothing, but for ends of lines.
pub(crate) fn tame(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && c != '\n';
    if !text.contains(acts) {
        return text.into();
    }
    let told = |c: char| match c {
        c if acts(c) => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(told).collect()
}

fn changes_the_line(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_left_out() {
        assert_eq!(
            printable("  a\r\n\tb\u{1b}[31m c\u{7}\u{9b}\u{7f}\u{202e}\u{2066}d\u{2028}e\u{0}"),
            "a b[31m cd e"
        );
        assert_eq!(printable("příliš žluťoučký"), "příliš žluťoučký");
        assert_eq!(printable(" \u{1b} \n"), "");
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(printable(&"ž".repeat(200)), "ž".repeat(200));
        let cut = printable(&"ž".repeat(201));
        assert_eq!(cut, format!("{}…", "ž".repeat(199)));
        assert_eq!(cut.chars().count(), 200);
    }
}
