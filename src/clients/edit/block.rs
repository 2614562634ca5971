//! Terraform's `credentials_helper` block in its own configuration language, of which a file may have one.
//!
//! That language is not read here. A file without the word gets the block at its end; a block that is laid out as ours, on
//! however many lines, is known; everything else is left to a person.

use std::ops::Range;

use super::entry_state::{Found, Why};
use super::lines::{appended, end_of_line, inserted, start_of_line, without};
use crate::clients::programs::OURS;

const KIND: &str = "credentials_helper";

/// The block.
pub(crate) struct Block {
    /// Options that stand before Terraform's own arguments.
    pub(crate) arguments: Vec<String>,
    /// Whom it is for, whether that is said or not.
    pub(crate) profile: String,
}

impl Block {
    /// Returns the block as it is written.
    pub(crate) fn line(&self) -> String {
        block(&self.arguments)
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let Some(place) = place(text)? else {
            return Ok(Found::Absent);
        };
        let found = text.get(place.clone()).unwrap_or_default();
        if let Some(name) = name(found).filter(|name| *name != OURS) {
            return Ok(Found::Theirs(format!("{KIND} {name:?}")));
        }
        let own = ["--profile".to_owned(), self.profile.clone()];
        let is_like = |arguments: &[String]| bare(found) == bare(&block(arguments));
        if found == self.line() && is_alone(text, &place) {
            return Ok(Found::Ours);
        }
        if is_like(&self.arguments) || is_like(&own) {
            return Ok(Found::AsGood);
        }
        if is_written_as_ours(found) {
            let words: Vec<_> = found.split_whitespace().collect();
            return Ok(Found::Changed(words.join(" ")));
        }
        Err(odd())
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let Some(place) = place(text)? else {
            return Ok(appended(text, &self.line()));
        };
        let is_ours = text.get(place.clone()).is_some_and(is_written_as_ours);
        let bare = is_ours.then(|| without(text, place.clone())).flatten();
        bare.and_then(|bare| inserted(&bare, place.start, &self.line()))
            .ok_or_else(odd)
    }

    /// Takes out what is exactly as it is written here.
    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let place = place(text)?.filter(|place| text.get(place.clone()) == Some(&*self.line()));
        let line = place.map(|place| place.start..end_of_line(text, place.end));
        line.and_then(|line| without(text, line)).ok_or_else(odd)
    }
}

fn odd() -> Why {
    format!("it names {KIND} in another way than prusa-cred does")
}

fn block(arguments: &[String]) -> String {
    if arguments.is_empty() {
        return format!("{KIND} \"{OURS}\" {{}}");
    }
    let arguments: Vec<_> = arguments.iter().map(|it| format!("{it:?}")).collect();
    format!("{KIND} \"{OURS}\" {{ args = [{}] }}", arguments.join(", "))
}

/// Returns where the block stands: from the beginning of a line to the first brace that closes. Refused is a file that
/// names it anywhere else too, where only its language tells what is a comment.
fn place(text: &str) -> Result<Option<Range<usize>>, Why> {
    if is_json(text) {
        return Err("it is JSON, and only the other form can be edited".to_owned());
    }
    let mut named = text.match_indices(KIND).map(|(at, _)| at);
    let at = match (named.next(), named.next()) {
        (None, _) if is_comment_open(text) => return Err(odd()),
        (None, _) => return Ok(None),
        (Some(at), None) if at == start_of_line(text, at) => at,
        _ => return Err(odd()),
    };
    if text.get(..at).is_some_and(is_comment_open) {
        return Err(odd());
    }
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find('}').ok_or_else(odd)?;
    Ok(Some(at..at + end + 1))
}

/// Returns whether what comes behind a text may belong to a comment that it begins.
fn is_comment_open(text: &str) -> bool {
    text.rfind("/*") > text.rfind("*/")
}

/// Returns whether a file is in the form of this language that is JSON.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Returns the name of the program that a block runs.
fn name(block: &str) -> Option<&str> {
    let head = block.strip_prefix(KIND)?.split('{').next()?;
    Some(head.trim().trim_matches('"'))
}

/// Returns whether a block names prusa-cred, and at most its arguments beside it.
fn is_written_as_ours(block: &str) -> bool {
    let bare = bare(block);
    let inside = bare
        .strip_prefix(&format!("{KIND}\"{OURS}\"{{"))
        .and_then(|it| it.strip_suffix('}'));
    let list = |inside: &str| {
        let list = inside.strip_prefix("args=[")?.strip_suffix(']')?;
        Some(!list.contains(['#', '/', '\\', '[']))
    };
    inside.is_some_and(|inside| inside.is_empty() || list(inside) == Some(true))
}

/// Returns a block without what may stand between its words.
fn bare(block: &str) -> String {
    let words: String = block.split_whitespace().collect();
    words.replace(",]", "]")
}

fn is_alone(text: &str, place: &Range<usize>) -> bool {
    let behind = text.get(place.end..end_of_line(text, place.end));
    behind.is_some_and(|behind| behind.trim_end_matches(['\r', '\n']).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_corp(arguments: &[&str]) -> Block {
        Block {
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            profile: "corp".to_owned(),
        }
    }

    #[test]
    fn the_block_comes_and_goes() {
        for arguments in [&[][..], &["--profile", "corp"]] {
            let block = of_corp(arguments);
            for text in [
                "",
                "# mine\n/* and\nmore */\nplugin_cache_dir = \"$HOME/.cache\" // here\r\n",
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
    fn a_block_of_ours_is_known_on_any_number_of_lines() {
        let block = of_corp(&[]);
        for as_good in [
            "credentials_helper \"prusa-cred\" {\n}\n",
            "credentials_helper \"prusa-cred\"   { }\n",
            "credentials_helper \"prusa-cred\" {} # why\n",
            "credentials_helper \"prusa-cred\" {\n  args = [\n    \"--profile\", \"corp\",\n  ]\n}\n",
        ] {
            assert_eq!(block.found(as_good), Ok(Found::AsGood), "{as_good}");
        }
        let spread = "a = 1\r\ncredentials_helper \"prusa-cred\" {\r\n  args = [\"--profile\", \"x\"]\r\n}\r\n";
        let said = "credentials_helper \"prusa-cred\" { args = [\"--profile\", \"x\"] }";
        assert_eq!(block.found(spread), Ok(Found::Changed(said.to_owned())));
        let plain = "a = 1\r\ncredentials_helper \"prusa-cred\" {}\r\n";
        assert_eq!(block.put(spread).as_deref(), Ok(plain));
    }

    #[test]
    fn another_helper_stays_and_what_cannot_be_read_is_refused() {
        let block = of_corp(&[]);
        let theirs = "credentials_helper \"vault\" {\n  args = []\n}\n";
        let named = "credentials_helper \"vault\"".to_owned();
        assert_eq!(block.found(theirs), Ok(Found::Theirs(named)));
        assert!(block.put(theirs).is_err());
        for unclear in [
            "credentials_helper \"prusa-cred\" {\n  # why\n}\n",
            "credentials_helper \"prusa-cred\" { args = [\"a}\"] }\n",
            "# credentials_helper \"prusa-cred\" {}\n",
            "/*\ncredentials_helper \"prusa-cred\" {}\n*/\n",
            "/* a comment without an end\n",
            "credentials_helper \"prusa-cred\" {}\ncredentials_helper \"vault\" {}\n",
            "x {\n  credentials_helper \"vault\" {}\n}\n",
            "credentials_helper \"prusa-cred\" {\n",
            "{\"credentials_helper\": {}}",
        ] {
            assert!(block.found(unclear).is_err(), "{unclear}");
            assert!(block.put(unclear).is_err(), "{unclear}");
            assert!(block.take(unclear).is_err(), "{unclear}");
        }
    }
}
