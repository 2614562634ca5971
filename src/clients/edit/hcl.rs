//! What stands at the top of a file in Terraform's own language (HCL), as far as its settings need it.

use crate::lines::lines;

/// A token of the language; comments and white space are none.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    /// A name, or a string without its quotes.
    Word(&'t str),
    Sign(char),
}

/// Returns the labels of all blocks of a kind at the top, which is a word or a string there, and the keys of an
/// object that
/// is given to it as an attribute: Terraform takes either. As far as the text can be read.
pub(crate) fn labels<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let (mut depth, mut is_object) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate() {
        let next = |offset: usize| tokens.get(at + offset);
        match token {
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}' | ']' | ')') => {
                depth = depth.saturating_sub(1);
                is_object &= depth > 0;
            }
            Token::Word(word) if depth == 0 && *word == kind => match (next(1), next(2)) {
                (Some(Token::Word(label)), Some(Token::Sign('{'))) => found.push(*label),
                (Some(Token::Sign('=')), Some(Token::Sign('{'))) => is_object = true,
                _ => {}
            },
            Token::Word(key) if depth == 1 && is_object => {
                if matches!(next(1), Some(Token::Sign('=' | ':'))) {
                    found.push(*key);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the tokens of a text, as far as it can be read.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_of_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let line = rest.find('\n').unwrap_or(rest.len());
        let length = match first {
            '#' => Some(line),
            '/' if rest.starts_with("//") => Some(line),
            '/' if rest.starts_with("/*") => rest.get(2..).and_then(|it| Some(it.find("*/")? + 4)),
            '"' => length_of_string(rest),
            '<' if rest.starts_with("<<") => length_of_here_document(rest),
            c if is_of_word(c) => Some(rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())),
            c => Some(c.len_utf8()),
        };
        let Some((piece, after)) = length.and_then(|it| rest.split_at_checked(it)) else {
            return found;
        };
        match first {
            '"' => found.extend(piece.get(1..piece.len() - 1).map(Token::Word)),
            c if is_of_word(c) => found.push(Token::Word(piece)),
            c if "{}[]()=:,".contains(c) => found.push(Token::Sign(c)),
            _ => {}
        }
        rest = after;
    }
    found
}

/// Returns the length of the string that the text begins with, its quotes included; `None` if it is not closed on its
/// line.
pub(super) fn length_of_string(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\n' => return None,
            b'\\' => _ = bytes.next(),
            _ => {}
        }
    }
    None
}

/// Returns the length of the here-document that the text begins with (`<<END`, lines, `END`); `None` if it has no end.
pub(super) fn length_of_here_document(text: &str) -> Option<usize> {
    let mut all = lines(text).into_iter();
    let first = all.next()?;
    let end = first.trim_start_matches(['<', '-']).trim();
    let mut length = first.len();
    for line in all {
        if line.trim() == end {
            return Some(length + line.trim_end().len());
        }
        length += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_in_every_form() {
        for (text, wanted) in [
            (
                "credentials \"h.tld\" {\n  token = \"x\"\n}\n",
                &["h.tld"][..],
            ),
            ("  credentials\t\"h.tld:8443\"{}\n", &["h.tld:8443"]),
            ("credentials h.tld {\n}\n", &["h.tld"]),
            ("\"credentials\" \"h.tld\" {}\n", &["h.tld"]),
            (
                "credentials = {\n  \"h.tld\" = { token = \"x\" }\n  b: {}\n}\nc = {}\n",
                &["h.tld", "b"],
            ),
            ("x {\n  credentials \"h.tld\" {}\n}\n", &[]),
            (
                "# credentials \"h.tld\" {}\n/* credentials \"a\" {} */ credentials_helper \"x\" {}\n",
                &[],
            ),
            (
                "a = <<END\ncredentials \"h.tld\" {}\nEND\ncredentials \"b\" {}\n",
                &["b"],
            ),
            ("credentials \"b\" {}\n\"", &["b"]),
        ] {
            assert_eq!(labels(text, "credentials"), wanted, "{text}");
        }
    }
}
