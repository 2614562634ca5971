//! A list of texts at the top of `config.toml` that a command adds to for as long as it runs. Each added text stands
//! below a comment that says so: a run that was interrupted leaves it there, and a later one can tell it from what a
//! person wrote. Every other byte stays as it was.

use std::ops::Range;

use toml_edit::{Array, Value};

use super::set_key::{SetKeyError, parse, separated};
use crate::lines::{end_of_lines, inserted, without};

/// The comment above each text that was added.
const MARK: &str = "# added by prusa-cred for as long as it rewrites files";
/// No line is this.
const NO_MARK: &str = "\n";

/// Returns the text of the configuration with these added at the end of the list `key`.
///
/// # Errors
///
/// As `with_key`.
pub(crate) fn with_added(
    text: &str,
    key: &'static str,
    added: &[&str],
) -> Result<String, SetKeyError> {
    let file = parse(text)?;
    let with_list = match file.get([key]) {
        Some(_) => Some(text.to_owned()),
        None => file.with_key(&[], key, &Array::new().into(), None),
    };
    let refused = || refused(key, added);
    let with_list = with_list.ok_or_else(refused)?;
    let list = List::find(&with_list, key)?.ok_or_else(refused)?;
    let mut wanted = list.texts();
    wanted.extend(added.iter().map(|&text| text.to_owned()));
    let new = list.with(added).ok_or_else(refused)?;
    check(&new, key, &wanted)?;
    Ok(separated(text, new))
}

/// Returns the text of the configuration without those of the list `key` that were added and for which `is_spare` says
/// so; without the list if nothing is left in it.
///
/// # Errors
///
/// As `with_key`.
pub(crate) fn without_added(
    text: &str,
    key: &'static str,
    is_spare: impl Fn(&str) -> bool,
) -> Result<String, SetKeyError> {
    let mut new = text.to_owned();
    loop {
        let list = List::find(&new, key)?;
        let elements = list.as_ref().map_or(&[][..], |list| &list.elements);
        let goes = |element: &Element| element.mark.is_some() && is_spare(&element.text);
        let Some(at) = elements.iter().position(goes) else {
            return Ok(new);
        };
        if elements.iter().all(goes) {
            let rest = parse(&new)?.without_key(&[], key, NO_MARK);
            let rest = rest.ok_or_else(|| refused(key, &[]))?;
            return Ok(without_separation(&new, key, rest));
        }
        let mut wanted: Vec<String> = elements.iter().map(|it| it.text.clone()).collect();
        wanted.remove(at);
        let shorter = list.as_ref().and_then(|list| list.without(at));
        let shorter = shorter.ok_or_else(|| refused(key, &[]))?;
        check(&shorter, key, &wanted)?;
        new = shorter;
    }
}

/// A list in the text of a file, with where everything in it is.
struct List<'t> {
    text: &'t str,
    /// Where it is, with its brackets.
    range: Range<usize>,
    elements: Vec<Element>,
}

/// A text in a list.
struct Element {
    text: String,
    /// Where it is, with its quotes.
    range: Range<usize>,
    /// Where its comment begins, if it was added.
    mark: Option<usize>,
}

impl<'t> List<'t> {
    /// Returns the list at the top of the file; `None` if there is none, or something in it is no text. Fails if the
    /// file is not TOML.
    fn find(text: &'t str, key: &str) -> Result<Option<Self>, SetKeyError> {
        let file = parse(text)?;
        let array = file.get([key]).and_then(toml_edit::Item::as_array);
        Ok(array.and_then(|array| Self::of(text, array)))
    }

    /// As `find`, for the value of the key.
    fn of(text: &'t str, array: &Array) -> Option<Self> {
        let range = array.span()?;
        let mut elements: Vec<Element> = Vec::new();
        for value in array {
            let after = elements.last().map_or(range.start + 1, |it| it.range.end);
            let range = value.span()?;
            let between = text.get(after..range.start)?;
            let has_mark = between.trim_end().ends_with(MARK);
            let mark = between.rfind(MARK).filter(|_| has_mark);
            elements.push(Element {
                text: value.as_str()?.to_owned(),
                range,
                mark: mark.map(|at| after + at),
            });
        }
        Some(Self {
            text,
            range,
            elements,
        })
    }

    fn texts(&self) -> Vec<String> {
        self.elements.iter().map(|it| it.text.clone()).collect()
    }

    /// Returns where the element before this one ends, or the bracket.
    fn end_before(&self, at: usize) -> usize {
        let before = at.checked_sub(1).and_then(|at| self.elements.get(at));
        before.map_or(self.range.start + 1, |before| before.range.end)
    }

    /// Returns the file's text with these at the end of the list, each below its comment.
    fn with(&self, added: &[&str]) -> Option<String> {
        let newline = end_of_lines(self.text);
        let line = |text: &&str| {
            let text = Value::from(*text);
            format!("{newline}  {MARK}{newline}  {text}")
        };
        let lines: Vec<String> = added.iter().map(line).collect();
        let comma = if self.elements.is_empty() { "" } else { "," };
        let new = format!("{comma}{}{newline}", lines.join(","));
        inserted(self.text, self.end_before(self.elements.len()), &new)
    }

    /// Returns the file's text without an element that was added, its comment, and a comma beside it. The last one goes
    /// as it came, unless somebody has changed what stands before it.
    fn without(&self, at: usize) -> Option<String> {
        let element = self.elements.get(at)?;
        let mark = element.mark?;
        let is_last = at + 1 == self.elements.len();
        let before = self.end_before(at);
        let between = self.text.get(before..mark)?.trim();
        let rest = self.text.get(element.range.end..)?;
        let (start, rest) = if is_last && between == "," {
            (before, rest)
        } else {
            let after = rest.trim_start().strip_prefix(',');
            (mark, after.unwrap_or(rest))
        };
        let newline = end_of_lines(self.text);
        let rest = rest.strip_prefix(newline).unwrap_or(rest);
        without(self.text, start..self.text.len() - rest.len())
    }
}

/// Fails unless the list of the new text has these.
fn check(new: &str, key: &'static str, wanted: &[String]) -> Result<(), SetKeyError> {
    let list = List::find(new, key).ok().flatten();
    if list.is_some_and(|list| list.texts() == wanted) {
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    Err(refused(key, &wanted))
}

/// Returns the error for a list that cannot be edited, which is to have these.
fn refused(key: &'static str, list: &[&str]) -> SetKeyError {
    SetKeyError::NotEditable {
        key: key.to_owned(),
        value: list.iter().copied().collect::<Array>().to_string(),
    }
}

/// Returns the new text without the empty lines that it begins with, if `key` was on the first line.
fn without_separation(old: &str, key: &str, new: String) -> String {
    if old.starts_with(key) {
        new.trim_start_matches(['\r', '\n']).to_owned()
    } else {
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "seal_keys";

    #[test]
    fn what_was_added_goes_and_every_byte_is_as_before() {
        for text in [
            "",
            "[profiles.a]\nprovider = 'prusa'\n",
            "seal = 'none' # mine\n",
            "seal = 'none'\r\n\r\n[profiles.a]\r\n",
            "seal_keys = ['~/old']\n",
            "seal_keys = ['~/old', ] # mine\nseal = 'none'\n",
            "seal_keys = [\n  '~/old', # the first\n  \"/b\" # the second\n]\n",
            "seal_keys = [\n  '~/old',\n  # no more\n]\r\n",
        ] {
            let listed = |text: &str| List::find(text, KEY).expect("TOML").map(|it| it.texts());
            let before = listed(text).unwrap_or_default();
            let with = with_added(text, KEY, &["~/a", "C:\\b"]).expect(text);
            let all = [&before[..], &["~/a".to_owned(), "C:\\b".to_owned()]].concat();
            assert_eq!(listed(&with), Some(all), "{with}");
            let more = with_added(&with, KEY, &["/c"]).expect("TOML");
            let same = without_added(&more, KEY, |it| it == "/c");
            assert_eq!(same.as_deref(), Ok(&*with));
            assert_eq!(without_added(&with, KEY, |_| true).as_deref(), Ok(text));
            let one = without_added(&with, KEY, |it| it == "~/a").expect("TOML");
            let left = [&before[..], &["C:\\b".to_owned()]].concat();
            assert_eq!(listed(&one), Some(left), "{one}");
            assert_eq!(
                listed(&without_added(&one, KEY, |_| true).expect("TOML")).unwrap_or_default(),
                before
            );
            assert_eq!(without_added(text, KEY, |_| true).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_somebody_has_changed_meanwhile_stays() {
        let with = with_added("seal_keys = ['~/old']\n", KEY, &["~/a"]).expect("TOML");
        for (from, to, left) in [
            (
                "  \"~/a\"\n",
                "  \"~/a\", # mine\n  '/b',\n",
                &["~/old", "/b"][..],
            ),
            ("'~/old',", "'~/old', # mine", &["~/old"]),
            (MARK, "# mine", &["~/old", "~/a"]),
        ] {
            assert!(with.contains(from), "{with}");
            let text = with.replace(from, to);
            let rest = without_added(&text, KEY, |_| true).expect(&text);
            let list = List::find(&rest, KEY).expect("TOML").expect("a list");
            assert_eq!(list.texts(), left, "{rest}");
            assert!(rest.contains("# mine"), "{rest}");
        }
    }

    #[test]
    fn what_is_no_list_of_texts_is_refused() {
        for text in ["seal_keys = 'x'\n", "seal_keys = [1]\n", "[seal_keys]\n"] {
            let refused = with_added(text, KEY, &["~/a"]);
            assert!(matches!(refused, Err(SetKeyError::NotEditable { .. })));
            assert_eq!(without_added(text, KEY, |_| true).as_deref(), Ok(text));
        }
    }
}
