//! Terraform's `credentials_helper` block in its own configuration language, of which a file may have one.
//!
//! Of that language only comments, strings and brackets are told apart. A file without such a block gets one at its
//! end; a block of the same form as the one that `setup` writes is recognised on any number of lines; everything else
//! is left to a person.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry_state::{EditError, EntryState};
use super::hcl::{labels, length_of_here_document, length_of_string};
use crate::clients::programs::PROGRAM_NAME;
use crate::lines::{appended, end_of_line, inserted, start_of_line, without};

const KIND: &str = "credentials_helper";

/// A `credentials_helper` block that runs prusa-cred.
#[derive(Serialize, Deserialize)]
pub(crate) struct Block {
    /// The options before the arguments that Terraform adds.
    pub(crate) arguments: Vec<String>,
    /// The profile that is to answer, even where `arguments` do not name it.
    pub(crate) profile: String,
}

impl Block {
    /// Returns the block's text on one line, without a newline.
    pub(crate) fn line(&self) -> String {
        block(&self.arguments)
    }

    /// Returns what the text has as its block: `Equivalent` if only white space differs, or it names the profile where
    /// this one need not. Fails if the text is JSON, or `credentials_helper` occurs in a form or a position that is not
    /// edited.
    pub(super) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let Some(range) = find(text)? else {
            return Ok(EntryState::Absent);
        };
        let current = text.get(range.clone()).unwrap_or_default();
        if let Some(name) = name(current).filter(|name| *name != PROGRAM_NAME) {
            return Ok(EntryState::OtherProgram(format!("{KIND} {name:?}")));
        }
        let with_profile = ["--profile".to_owned(), self.profile.clone()];
        let has_arguments =
            |arguments: &[String]| without_spaces(current) == without_spaces(&block(arguments));
        if current == self.line() && is_alone_on_line(text, &range) {
            return Ok(EntryState::AsWritten);
        }
        if has_arguments(&self.arguments) || has_arguments(&with_profile) {
            return Ok(EntryState::Equivalent);
        }
        if is_editable(current) {
            let words: Vec<_> = current.split_whitespace().collect();
            return Ok(EntryState::Modified(words.join(" ")));
        }
        Err(unknown_form())
    }

    /// Returns the text with the block, in the place of an existing one; fails if the text is JSON, or the existing one
    /// is another program's or cannot be edited.
    pub(super) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let Some(range) = find(text)? else {
            return Ok(appended(text, &self.line()));
        };
        let is_editable = text.get(range.clone()).is_some_and(is_editable);
        let rest = is_editable.then(|| without(text, range.clone())).flatten();
        rest.and_then(|rest| inserted(&rest, range.start, &self.line()))
            .ok_or_else(unknown_form)
    }

    /// Returns the text without the block's line; fails if the block is not exactly as it is written here.
    pub(super) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let range = find(text)?.filter(|range| text.get(range.clone()) == Some(&*self.line()));
        let line =
            range.map(|range| start_of_block(text, range.start)..end_of_line(text, range.end));
        line.and_then(|line| without(text, line))
            .ok_or_else(unknown_form)
    }
}

/// Returns the error for a block in a form that is not edited.
fn unknown_form() -> EditError {
    format!("its {KIND} is written in a form that prusa-cred does not edit")
}

/// Returns a block for prusa-cred on one line, with `args` unless there are no arguments.
fn block(arguments: &[String]) -> String {
    if arguments.is_empty() {
        return format!("{KIND} \"{PROGRAM_NAME}\" {{}}");
    }
    let arguments: Vec<_> = arguments.iter().map(|it| format!("{it:?}")).collect();
    format!(
        "{KIND} \"{PROGRAM_NAME}\" {{ args = [{}] }}",
        arguments.join(", ")
    )
}

/// Returns the range of the block, from its first word to its closing brace; `None` if the file has none.
///
/// # Errors
///
/// When the file is JSON, something in it is not closed, or it has two such blocks or one that does not begin its line.
fn find(text: &str) -> Result<Option<Range<usize>>, EditError> {
    if is_json(text) {
        return Err("it is JSON, and only Terraform's own syntax can be edited".to_owned());
    }
    let code = code_of(text).ok_or("a comment, a string or a bracket in it is not closed")?;
    let mut named = words(&code);
    let at = match (named.next(), named.next()) {
        (None, _) => return Ok(None),
        (Some(at), None) => at,
        (Some(_), Some(_)) => return Err(unknown_form()),
    };
    let begins_line = text
        .get(start_of_block(text, at)..at)
        .is_some_and(|before| before.trim().is_empty());
    let before = code.get(..at).unwrap_or_default();
    let is_outermost = before.matches('{').count() == before.matches('}').count();
    if !begins_line || !is_outermost {
        return Err(unknown_form());
    }
    let rest = code.get(at..).unwrap_or_default();
    let end = rest.find('}').ok_or_else(unknown_form)?;
    Ok(Some(at..at + end + 1))
}

/// Returns where `credentials_helper` is in the code as a word of its own.
fn words(code: &str) -> impl Iterator<Item = usize> {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    code.match_indices(KIND)
        .filter(move |(at, _)| {
            let before = code.get(..*at).unwrap_or_default();
            let after = code.get(at + KIND.len()..).unwrap_or_default();
            !before.ends_with(is_of_word) && !after.starts_with(is_of_word)
        })
        .map(|(at, _)| at)
}

/// Returns where the line of a block that begins at this byte begins, after a byte order mark.
fn start_of_block(text: &str, at: usize) -> usize {
    let start = start_of_line(text, at);
    let line = text.get(start..).unwrap_or_default();
    if line.starts_with('\u{feff}') {
        start + '\u{feff}'.len_utf8()
    } else {
        start
    }
}

/// Returns the text with a space in place of each byte of comments and strings, but for a string that is the block's
/// word. `None` if a comment, a string or a bracket is not closed.
fn code_of(text: &str) -> Option<String> {
    let mut code = String::with_capacity(text.len());
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, is_code) = match first {
            '#' => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (rest.get(2..)?.find("*/")? + 4, false),
            '"' => {
                let length = length_of_string(rest)?;
                (length, rest.get(1..length - 1) == Some(KIND))
            }
            '<' if rest.starts_with("<<") => (length_of_here_document(rest)?, false),
            '{' | '[' | '(' => {
                open.push(first);
                (1, true)
            }
            '}' | ']' | ')' => {
                let opening = open.pop()?;
                if !matches!((opening, first), ('{', '}') | ('[', ']') | ('(', ')')) {
                    return None;
                }
                (1, true)
            }
            _ => (first.len_utf8(), true),
        };
        let (piece, after) = rest.split_at_checked(length)?;
        if is_code {
            code.push_str(piece);
        } else {
            code.extend(std::iter::repeat_n(' ', piece.len()));
        }
        rest = after;
    }
    open.is_empty().then_some(code)
}

/// Returns whether the file has one block, and that runs prusa-cred, in whatever form.
pub(crate) fn runs_prusa_cred(text: &str) -> bool {
    if is_json(text) {
        return helpers_in_json(text) == [PROGRAM_NAME];
    }
    code_of(text).is_some() && labels(text, KIND) == [PROGRAM_NAME]
}

/// Returns whether the file has such a block at all, also one that is not edited.
pub(crate) fn has_credentials_helper(text: &str) -> bool {
    if is_json(text) {
        return !helpers_in_json(text).is_empty();
    }
    !matches!(find(text), Ok(None))
}

/// Returns the labels of the blocks in a file in JSON syntax; none if it cannot be parsed.
fn helpers_in_json(text: &str) -> Vec<String> {
    let config = serde_json::from_str::<Value>(text).unwrap_or_default();
    let blocks = match config.get(KIND) {
        Some(Value::Array(blocks)) => blocks.clone(),
        other => other.cloned().into_iter().collect(),
    };
    let objects = blocks.iter().filter_map(Value::as_object);
    objects.flat_map(|it| it.keys().cloned()).collect()
}

/// Returns whether a file's text is in Terraform's own syntax, and everything in it is closed.
pub(crate) fn is_complete(text: &str) -> bool {
    !is_json(text) && code_of(text).is_some()
}

/// Returns whether a file's text is in JSON syntax: its first character other than white space is `{`.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Returns the block's label, the name of the program that it runs; `None` if it is a block of another kind.
fn name(block: &str) -> Option<&str> {
    let head = block.strip_prefix(KIND)?.split('{').next()?;
    Some(head.trim().trim_matches('"'))
}

/// Returns whether a block runs prusa-cred and has nothing in it but `args`.
fn is_editable(block: &str) -> bool {
    let block = without_spaces(block);
    let body = block
        .strip_prefix(&format!("{KIND}\"{PROGRAM_NAME}\"{{"))
        .and_then(|it| it.strip_suffix('}'));
    let is_list = |body: &str| {
        let list = body.strip_prefix("args=[")?.strip_suffix(']')?;
        Some(!list.contains(['#', '/', '\\', '[']))
    };
    body.is_some_and(|body| body.is_empty() || is_list(body) == Some(true))
}

/// Returns a block without white space, and without a comma after the last argument, its label in quotes.
fn without_spaces(block: &str) -> String {
    let words: String = block.split_whitespace().collect();
    let words = words.replace(",]", "]");
    match words.strip_prefix(&format!("{KIND}{PROGRAM_NAME}{{")) {
        Some(body) => format!("{KIND}\"{PROGRAM_NAME}\"{{{body}"),
        None => words,
    }
}

/// Returns whether nothing follows the block on its line.
fn is_alone_on_line(text: &str, range: &Range<usize>) -> bool {
    let rest = text.get(range.end..end_of_line(text, range.end));
    rest.is_some_and(|rest| rest.trim_end_matches(['\r', '\n']).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_for_corp(arguments: &[&str]) -> Block {
        Block {
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            profile: "corp".to_owned(),
        }
    }

    #[test]
    fn removing_the_inserted_block_restores_the_text() {
        for arguments in [&[][..], &["--profile", "corp"]] {
            let block = block_for_corp(arguments);
            for text in [
                "",
                "# mine\n/* and\nmore */\nplugin_cache_dir = \"$HOME/.cache\" // here\r\n",
                "credentials \"app.terraform.io\" {\n  token = \"x{\"\n}\n",
            ] {
                assert_eq!(block.state(text), Ok(EntryState::Absent));
                let with = block.insert_into(text).expect("a text");
                assert_eq!(block.state(&with), Ok(EntryState::AsWritten), "{with}");
                assert_eq!(block.remove_from(&with).as_deref(), Ok(text));
            }
        }
    }

    #[test]
    fn the_word_in_a_comment_or_a_string_is_not_a_block() {
        let block = block_for_corp(&[]);
        for text in [
            "# credentials_helper \"vault\" {}\n",
            "/*\ncredentials_helper \"vault\" {\n*/\n",
            "a = \"credentials_helper {\" // }\n",
            "a = \"\\\"credentials_helper\"\n",
            "my_credentials_helper = 1\ncredentials_helpers = 2\n",
            "a = <<END\n credentials_helper {\nEND\n",
        ] {
            assert_eq!(block.state(text), Ok(EntryState::Absent), "{text}");
            let with = block.insert_into(text).expect("a text");
            assert_eq!(block.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(block.remove_from(&with).as_deref(), Ok(text));
        }
        let braces = "credentials_helper \"prusa-cred\" { args = [\"a}\"] }\n";
        assert!(matches!(block.state(braces), Ok(EntryState::Modified(_))));
    }

    #[test]
    fn a_block_may_be_indented() {
        let block = block_for_corp(&[]);
        for text in [
            "  credentials_helper \"prusa-cred\" {}\n",
            "\u{feff}credentials_helper \"prusa-cred\" {}\n",
        ] {
            assert_eq!(block.state(text), Ok(EntryState::AsWritten), "{text}");
            let without = block.remove_from(text).expect("a text");
            assert_eq!(without.trim_start_matches('\u{feff}'), "");
        }
    }

    #[test]
    fn a_prusa_cred_block_is_recognised_on_any_number_of_lines() {
        let block = block_for_corp(&[]);
        for equivalent in [
            "credentials_helper \"prusa-cred\" {\n}\n",
            "credentials_helper \"prusa-cred\"   { }\n",
            "credentials_helper prusa-cred {}\n",
            "credentials_helper \"prusa-cred\" {} # why\n",
            "credentials_helper \"prusa-cred\" {\n  args = [\n    \"--profile\", \"corp\",\n  ]\n}\n",
        ] {
            assert_eq!(
                block.state(equivalent),
                Ok(EntryState::Equivalent),
                "{equivalent}"
            );
        }
        let spread_out = "a = 1\r\ncredentials_helper \"prusa-cred\" {\r\n  args = [\"--profile\", \"x\"]\r\n}\r\n";
        let one_line = "credentials_helper \"prusa-cred\" { args = [\"--profile\", \"x\"] }";
        assert_eq!(
            block.state(spread_out),
            Ok(EntryState::Modified(one_line.to_owned()))
        );
        let plain = "a = 1\r\ncredentials_helper \"prusa-cred\" {}\r\n";
        assert_eq!(block.insert_into(spread_out).as_deref(), Ok(plain));
    }

    #[test]
    fn other_helpers_stay_and_unclear_files_are_refused() {
        let block = block_for_corp(&[]);
        let other = "credentials_helper \"vault\" {\n  args = []\n}\n";
        let entry = "credentials_helper \"vault\"".to_owned();
        assert_eq!(block.state(other), Ok(EntryState::OtherProgram(entry)));
        assert!(block.insert_into(other).is_err());
        for unclear in [
            "credentials_helper \"prusa-cred\" {\n  # why\n}\n",
            "/* a comment without an end\n",
            "/*/\n",
            "[global",
            "a {",
            "}",
            "(]",
            "a = \"x\n",
            "a = <<END\ncredentials_helper\n",
            "\"credentials_helper\" \"vault\" {}\n",
            "/* a\n b */ credentials_helper \"prusa-cred\" {}\n",
            "credentials_helper \"prusa-cred\" {}\ncredentials_helper \"vault\" {}\n",
            "x {\n  credentials_helper \"vault\" {}\n}\n",
            "credentials_helper \"prusa-cred\" {\n",
            "{\"credentials_helper\": {}}",
        ] {
            assert!(block.state(unclear).is_err(), "{unclear}");
            assert!(block.insert_into(unclear).is_err(), "{unclear}");
            assert!(block.remove_from(unclear).is_err(), "{unclear}");
        }
    }
}
