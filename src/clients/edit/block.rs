//! Terraform's `credentials_helper` block in its own configuration language: written on a line of its own, read in any form.

use std::ops::Range;

use super::lines::{appended, end_of_line, inserted, lines, start_of_line, without};
use super::{Found, OURS, Why};

const KIND: &str = "credentials_helper";

/// The block, of which a file may have one.
pub(crate) struct Block {
    /// Options that stand before Terraform's own arguments.
    pub(crate) arguments: Vec<String>,
    /// Whom it is for, whether that is said or not.
    pub(crate) profile: String,
}

impl Block {
    fn line(&self) -> String {
        shown(&self.arguments)
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let Some(block) = Written::find(text)? else {
            return Ok(Found::Absent);
        };
        if block.name != OURS {
            return Ok(Found::Theirs(format!("{KIND} {:?}", block.name)));
        }
        let own = ["--profile", self.profile.as_str()];
        Ok(match block.arguments {
            Some(_) if self.is_ours(text, &block.place) => Found::Ours,
            Some(arguments) if arguments == self.arguments || arguments == own => Found::AsGood,
            Some(arguments) => Found::Changed(shown(&arguments)),
            // What else it says is not for us to drop.
            None => Found::Theirs(format!("{KIND} \"{OURS}\" in a way of its own")),
        })
    }

    /// Returns whether all of the line is what is written here.
    fn is_ours(&self, text: &str, place: &Range<usize>) -> bool {
        let (start, end) = (
            start_of_line(text, place.start),
            end_of_line(text, place.end),
        );
        let line = text.get(start..end).unwrap_or_default();
        line.trim_end_matches(['\r', '\n']) == self.line()
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let Some(block) = Written::find(text)? else {
            return Ok(appended(text, &self.line()));
        };
        let odd = || format!("it has another {KIND} block");
        if block.name != OURS || block.arguments.is_none() {
            return Err(odd());
        }
        let bare = without(text, block.place.clone());
        let new = bare.and_then(|bare| inserted(&bare, block.place.start, &self.line()));
        new.ok_or_else(odd)
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        tokens(text)?;
        let is_ours = |line: &&str| line.trim_end_matches(['\r', '\n']) == self.line();
        let others = lines(text).into_iter().filter(|line| !is_ours(line));
        Ok(others.collect())
    }
}

fn shown(arguments: &[String]) -> String {
    if arguments.is_empty() {
        return format!("{KIND} \"{OURS}\" {{}}");
    }
    let arguments: Vec<_> = arguments.iter().map(|it| format!("{it:?}")).collect();
    format!("{KIND} \"{OURS}\" {{ args = [{}] }}", arguments.join(", "))
}

/// The block as a file has it, on however many lines.
struct Written {
    place: Range<usize>,
    name: String,
    /// `None` where it says something else as well.
    arguments: Option<Vec<String>>,
}

impl Written {
    fn find(text: &str) -> Result<Option<Self>, Why> {
        let tokens = tokens(text)?;
        let mut depth = 0_usize;
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Mark('{' | '[') => depth += 1,
                Kind::Mark('}' | ']') => depth = depth.saturating_sub(1),
                Kind::Word(KIND) if depth == 0 => {
                    let rest = tokens.get(at..).unwrap_or_default();
                    let odd = || format!("its {KIND} block is odd");
                    return Self::read(rest).map(Some).ok_or_else(odd);
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn read(tokens: &[Token<'_>]) -> Option<Self> {
        let [kind, name, open, rest @ ..] = tokens else {
            return None;
        };
        let (Kind::Word(name) | Kind::Text(name), Kind::Mark('{')) = (name.kind, open.kind) else {
            return None;
        };
        // The brackets pair: what opens inside closes before.
        let mut depth = 0_usize;
        let end = rest.iter().position(|token| match token.kind {
            Kind::Mark('{' | '[') => {
                depth += 1;
                false
            }
            Kind::Mark('}' | ']') if depth == 0 => true,
            Kind::Mark('}' | ']') => {
                depth -= 1;
                false
            }
            _ => false,
        })?;
        let body: Vec<_> = rest.get(..end)?.iter().map(|token| token.kind).collect();
        Some(Self {
            place: kind.place.start..rest.get(end)?.place.end,
            name: name.to_owned(),
            arguments: arguments(&body),
        })
    }
}

/// Reads `args = [...]`, or nothing at all.
fn arguments(body: &[Kind<'_>]) -> Option<Vec<String>> {
    let list = match body {
        [] => return Some(Vec::new()),
        [
            Kind::Word("args"),
            Kind::Mark('='),
            Kind::Mark('['),
            list @ ..,
            Kind::Mark(']'),
        ] => list,
        _ => return None,
    };
    let mut arguments = Vec::new();
    for (at, kind) in list.iter().enumerate() {
        match kind {
            // What is escaped has no business in an option of ours.
            Kind::Text(text) if at % 2 == 0 && !text.contains('\\') => {
                arguments.push((*text).to_owned());
            }
            Kind::Mark(',') if at % 2 == 1 => {}
            _ => return None,
        }
    }
    Some(arguments)
}

/// A token of the language, and where it stands.
struct Token<'t> {
    kind: Kind<'t>,
    place: Range<usize>,
}

#[derive(Clone, Copy)]
enum Kind<'t> {
    Word(&'t str),
    /// What stands between quotation marks, as it is written.
    Text(&'t str),
    Mark(char),
    Comment,
}

/// Reads a text's tokens. Refused is what is no text of this language: brackets that do not pair, or its JSON form.
fn tokens(text: &str) -> Result<Vec<Token<'_>>, Why> {
    if text.trim_start().starts_with('{') {
        return Err("it is JSON, and only the other form can be edited".to_owned());
    }
    let mut tokens = Vec::new();
    let mut open = Vec::new();
    let mut start = 0;
    while let Some(first) = text.get(start..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(start..).unwrap_or_default();
        let odd = |what: &str| {
            let before = text.get(..start).unwrap_or_default();
            Err(format!("line {}: {what}", before.matches('\n').count() + 1))
        };
        let line = rest.find('\n').unwrap_or(rest.len());
        let (kind, length) = match first {
            '"' => match quoted(rest) {
                Some(text) => (Some(Kind::Text(text)), text.len() + 2),
                None => return odd("a quotation mark is missing"),
            },
            '#' => (Some(Kind::Comment), line),
            '/' if rest.starts_with("//") => (Some(Kind::Comment), line),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) => (Some(Kind::Comment), end + 2),
                None => return odd("a comment does not end"),
            },
            '{' | '[' => {
                open.push(first);
                (Some(Kind::Mark(first)), 1)
            }
            '}' | ']' => match (open.pop(), first) {
                (Some('{'), '}') | (Some('['), ']') => (Some(Kind::Mark(first)), 1),
                _ => return odd("a bracket too many"),
            },
            _ if first.is_whitespace() => (None, first.len_utf8()),
            _ if is_of_word(first) => {
                let end = rest.find(|it| !is_of_word(it)).unwrap_or(rest.len());
                (rest.get(..end).map(Kind::Word), end)
            }
            _ => (Some(Kind::Mark(first)), first.len_utf8()),
        };
        let place = start..start + length;
        start = place.end;
        tokens.extend(kind.map(|kind| Token { kind, place }));
    }
    if open.is_empty() {
        Ok(tokens)
    } else {
        Err("a closing bracket is missing".to_owned())
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// Returns what stands between the quotation mark at the beginning and the next one, on the same line.
fn quoted(text: &str) -> Option<&str> {
    let mut is_escaped = false;
    let inside = text.get(1..)?;
    let end = inside.find(|character| {
        let is_end = !is_escaped && matches!(character, '"' | '\n');
        is_escaped = character == '\\' && !is_escaped;
        is_end
    })?;
    let is_whole = inside.get(end..)?.starts_with('"');
    is_whole.then(|| inside.get(..end))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_comes_and_goes() {
        for arguments in [vec![], vec!["--profile".to_owned(), "corp".to_owned()]] {
            let block = Block {
                arguments,
                profile: "corp".to_owned(),
            };
            for text in [
                "",
                "# mine\nplugin_cache_dir = \"$HOME/.cache\" // here\r\n",
                "credentials \"app.terraform.io\" {\n  token = \"x{\"\n}\n",
            ] {
                assert_eq!(block.found(text), Ok(Found::Absent));
                let with = block.put(text).expect("a text");
                assert_eq!(block.found(&with), Ok(Found::Ours), "{with}");
                assert_eq!(block.take(&with).as_deref(), Ok(text));
            }
        }
    }

    #[test]
    fn another_helper_stays_and_what_cannot_be_read_is_refused() {
        let block = Block {
            arguments: Vec::new(),
            profile: "corp".to_owned(),
        };
        let theirs = "credentials_helper \"vault\" {\n  args = []\n}\n";
        assert!(matches!(block.found(theirs), Ok(Found::Theirs(_))));
        assert!(block.put(theirs).is_err());
        let named =
            "a = 1\r\ncredentials_helper \"prusa-cred\" { args = [\"--profile\", \"x\"] }\r\n";
        let plain = "a = 1\r\ncredentials_helper \"prusa-cred\" {}\r\n";
        assert_eq!(block.put(named).as_deref(), Ok(plain));
        let spread =
            "credentials_helper \"prusa-cred\" {\n  args = [\"--profile\", \"x\"]\n}\nb = 2\n";
        assert!(matches!(block.found(spread), Ok(Found::Changed(_))));
        let whole = "credentials_helper \"prusa-cred\" {}\nb = 2\n";
        assert_eq!(block.put(spread).as_deref(), Ok(whole));
        let bare = "credentials_helper \"prusa-cred\" {\n}\n";
        assert_eq!(block.found(bare), Ok(Found::AsGood));
        let by_hand = "credentials_helper \"prusa-cred\"   { }\n";
        assert_eq!(block.found(by_hand), Ok(Found::AsGood));
        let of_corp = "credentials_helper \"prusa-cred\" {\n  args = [\n    \"--profile\", \"corp\",\n  ]\n}\n";
        assert_eq!(block.found(of_corp), Ok(Found::AsGood));
        let commented = "credentials_helper \"prusa-cred\" {\n  # why\n}\n";
        assert!(matches!(block.found(commented), Ok(Found::Theirs(_))));
        assert!(block.put(commented).is_err());
        for inner in [
            "x {\n  credentials_helper \"vault\" {}\n}\n",
            "/* credentials_helper \"vault\" {} */\n",
        ] {
            assert_eq!(block.found(inner), Ok(Found::Absent), "{inner}");
        }
        for broken in ["x {\n", "}\n", "x = \"y\n", "{\"credentials_helper\": {}}"] {
            assert!(block.found(broken).is_err(), "{broken}");
        }
    }
}
