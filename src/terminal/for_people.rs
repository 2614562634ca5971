//! Text as people read it: paths in their home begin with `~`, and lines are broken between words.
//!
//! What is to be copied (an address, a path, a command in backticks) is never broken: a terminal breaks it by itself, and
//! copies it as one line again.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter};

use super::screen;

/// Stands for a blank inside backticks while lines are broken (a private character of Unicode, which is one cell wide).
const KEPT_BLANK: char = '\u{e000}';
/// The longest control sequence of a style, in bytes.
const LONGEST_STYLE: usize = 8;
/// What a command at the end of a line begins with.
const COMMAND: &str = ": prusa-cred ";
/// The narrowest terminal that lines are broken for.
const LEAST: usize = 20;

/// Returns a text as it is written to stdout for people.
pub(crate) fn on_stdout(text: &str) -> String {
    laid_out(text, screen::of_stdout())
}

/// Returns a text as it is written to stderr for people.
pub(crate) fn on_stderr(text: &str) -> String {
    laid_out(text, screen::of_stderr())
}

fn laid_out(text: &str, screen: Option<screen::Size>) -> String {
    let text = with_tilde(text);
    match screen {
        Some((columns, _)) => wrapped(&text, columns),
        None => text.into_owned(),
    }
}

/// Returns the text with `~` in place of the home directory, wherever a path in it is a word, or begins a word in
/// parentheses or backticks. A quoted path stays as it is: a shell expands no `~` in quotes.
pub(crate) fn with_tilde(text: &str) -> Cow<'_, str> {
    // The shells of Windows know no `~`.
    match dirs::home_dir() {
        Some(home) if cfg!(unix) => with_tilde_for(text, &home.to_string_lossy()),
        _ => text.into(),
    }
}

fn with_tilde_for<'a>(text: &'a str, home: &str) -> Cow<'a, str> {
    let home = home.trim_end_matches('/');
    if home.len() < 2 || !text.contains(home) {
        return text.into();
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(home) {
        result.push_str(before);
        let begins = result
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "(`".contains(c));
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || "/)`:,;.".contains(c));
        result.push_str(if begins && ends { "~" } else { home });
        rest = after;
    }
    result.push_str(rest);
    result.into()
}

/// Returns the text with each line that is longer than the terminal broken between words. The further lines stand below
/// the text of the first: after its indentation, its label (`hint: `) or the last gap of two blanks in its first half.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let columns = columns.max(LEAST);
    let lines: Vec<_> = text
        .split('\n')
        .map(|line| wrapped_line(line, columns))
        .collect();
    lines.join("\n")
}

fn wrapped_line(line: &str, columns: usize) -> Cow<'_, str> {
    if textwrap::core::display_width(line) <= columns || is_of_a_file(line) {
        return line.into();
    }
    let (head, body) = line.split_at(head_of(line, columns));
    let indent = " ".repeat(textwrap::core::display_width(head));
    let options = Options::new(columns)
        .initial_indent(&indent)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let body = with_kept_blanks(body);
    let lines = textwrap::wrap(&body, options).join("\n");
    let lines = lines.strip_prefix(&indent).unwrap_or(&lines);
    format!("{head}{lines}").replace(KEPT_BLANK, " ").into()
}

/// Returns whether this is a line of a file, as `setup` shows what it would add or remove: it stays as it is.
fn is_of_a_file(line: &str) -> bool {
    let begins = |mark| line.find(mark).is_some_and(|at| at <= LONGEST_STYLE);
    begins("  + ") || begins("  - ")
}

/// Returns the length of a line's head in bytes: what further lines are indented by.
fn head_of(line: &str, columns: usize) -> usize {
    let indentation = line.len() - line.trim_start_matches(' ').len();
    let mut head = indentation;
    for (at, _) in line.match_indices("  ") {
        let end = at
            + line
                .get(at..)
                .map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
        let is_in_first_half = line
            .get(..end)
            .is_some_and(|before| textwrap::core::display_width(before) <= columns / 2);
        if is_in_first_half && end > head {
            head = end;
        }
    }
    let label = line.get(head..).and_then(|rest| rest.split_once(": "));
    match label {
        Some((label, _)) if is_label(label) => head + label.len() + 2,
        _ if head == 0 => 0,
        _ => head,
    }
}

/// Returns whether this names what follows it, as `hint` does.
fn is_label(label: &str) -> bool {
    ["because", "hint", "Note", "Left to do", "fix"].contains(&label)
}

/// Returns the text with the blanks of a command kept from being broken at: between two backticks, or from `: prusa-cred`
/// to the end.
fn with_kept_blanks(text: &str) -> String {
    if let Some((before, command)) = text.split_once(COMMAND) {
        let command = format!("{}{command}", COMMAND.trim_start_matches(": "));
        let command = command.replace(' ', &KEPT_BLANK.to_string());
        return format!("{}: {command}", with_kept_blanks(before));
    }
    let mut is_quoted = false;
    let keep = |c| {
        is_quoted ^= c == '`';
        if is_quoted && c == ' ' { KEPT_BLANK } else { c }
    };
    text.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_the_home_begins_with_a_tilde() {
        for (text, expected) in [
            ("Stored in /home/ada/x y", "Stored in ~/x y"),
            ("run `chmod go-w /home/ada/x`", "run `chmod go-w ~/x`"),
            ("/home/ada", "~"),
            ("/home/ada: no", "~: no"),
            ("(/home/ada/x)", "(~/x)"),
            ("'/home/ada/a b'", "'/home/ada/a b'"),
            ("/home/adam/x", "/home/adam/x"),
            ("/mnt/home/ada/x", "/mnt/home/ada/x"),
            ("file:///home/ada/x", "file:///home/ada/x"),
            ("PATH=/home/ada/x", "PATH=/home/ada/x"),
        ] {
            assert_eq!(with_tilde_for(text, "/home/ada"), expected);
            assert_eq!(with_tilde_for(text, "/home/ada/"), expected);
        }
        assert_eq!(with_tilde_for("/etc/x", "/"), "/etc/x");
    }

    #[test]
    fn lines_are_broken_between_words_and_keep_their_shape() {
        let wrapped = |text| super::wrapped(text, 30);
        for (text, expected) in [
            ("short", "short"),
            (
                "one two three four five six seven eight",
                "one two three four five six\nseven eight",
            ),
            (
                "  hint: one two three four five six",
                "  hint: one two three four\n        five six",
            ),
            (
                "  login    ada: one two three four",
                "  login    ada: one two three\n           four",
            ),
            // Never inside an address or a command, even where it does not fit.
            (
                "see https://login.example.com/a/long/path now",
                "see\nhttps://login.example.com/a/long/path\nnow",
            ),
            (
                "run `prusa-cred hosts add git.example.com` to mend it",
                "run\n`prusa-cred hosts add git.example.com`\nto mend it",
            ),
            (
                "To do it now, run: prusa-cred setup docker --apply",
                "To do it now, run:\nprusa-cred setup docker --apply",
            ),
            (
                "  + a line of a file that is longer than that",
                "  + a line of a file that is longer than that",
            ),
            // Colours take no room.
            (
                "\u{1b}[1m1\u{1b}[0m two three four five s",
                "\u{1b}[1m1\u{1b}[0m two three four five s",
            ),
        ] {
            assert_eq!(wrapped(text), expected);
        }
    }
}
