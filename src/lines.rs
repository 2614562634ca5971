//! Lines of a text: where one begins, and how lines end.

/// Returns the newline that ends the first line of a text, `\r\n` or `\n`; `\n` if it has none.
pub(crate) fn end_of_lines(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// Returns the text with one more line at its end.
pub(crate) fn appended(text: &str, line: &str) -> String {
    let end = end_of_lines(text);
    let separator = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        end
    };
    format!("{text}{separator}{line}{end}")
}

/// Returns the lines, each with its newline.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Returns the text with `new` inserted before a byte; `None` where no character begins there.
pub(crate) fn inserted(text: &str, at: usize, new: &str) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    Some(format!("{before}{new}{after}"))
}

/// Returns the text without a range of bytes; `None` where it is not one of whole characters.
pub(crate) fn without(text: &str, range: std::ops::Range<usize>) -> Option<String> {
    Some(format!(
        "{}{}",
        text.get(..range.start)?,
        text.get(range.end..)?
    ))
}

/// Returns the byte position at which the line that holds this byte begins.
pub(crate) fn start_of_line(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Returns the byte position after the line that holds this byte, its newline included.
pub(crate) fn end_of_line(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_line_ends_as_the_others_do() {
        for (text, wanted) in [
            ("", "x\n"),
            ("a", "a\nx\n"),
            ("a\n", "a\nx\n"),
            ("a\r\nb", "a\r\nb\r\nx\r\n"),
        ] {
            assert_eq!(appended(text, "x"), wanted, "{text:?}");
        }
        assert_eq!(start_of_line("ab\ncd", 4), 3);
        assert_eq!(end_of_line("ab\ncd\n", 3), 6);
        assert_eq!(lines("a\nb").len(), 2);
    }
}
