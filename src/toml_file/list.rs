//! Edits of a list of texts: what is added or taken out goes where a person would write it, and comments stay.

use std::ops::Range;

use serde_json::Value as Data;
use toml_edit::{Array, Value};

use super::{TomlFile, data_of, fields_at};
use crate::lines::{end_of_line, inserted, without};

impl TomlFile<'_> {
    /// Returns the text with these texts after those of a list: each on a line of its own where the last one has one,
    /// else beside it. `None` if there is no such list, something in it is no text, or anything else would change.
    pub(crate) fn with_elements(&self, path: &[&str], key: &str, added: &[&str]) -> Option<String> {
        let (array, mut texts) = self.texts(path, key)?;
        texts.extend(added.iter().map(|&text| text.to_owned()));
        let is_wanted = |new: &String| self.says(new, path, key, &texts);
        let on_lines = self.on_own_lines(&array, added).filter(is_wanted);
        on_lines.or_else(|| self.beside_last(&array, added).filter(is_wanted))
    }

    /// Returns the text without those texts of a list for which `goes` says so: with their lines where they have lines
    /// of their own, and a comma beside them. `None` if there is no such list, something in it is no text, a comment
    /// between them would be lost, or anything else would change.
    pub(crate) fn without_elements(
        &self,
        path: &[&str],
        key: &str,
        goes: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let mut text = self.text.to_owned();
        loop {
            let file = TomlFile::parse(&text).ok()?;
            let (array, mut texts) = file.texts(path, key)?;
            let Some(at) = texts.iter().position(|text| goes(text)) else {
                return Some(text);
            };
            texts.remove(at);
            let range = file.range_of_element(&array, at)?;
            let new = without(&text, range)?;
            if !file.says(&new, path, key, &texts) {
                return None;
            }
            text = new;
        }
    }

    /// Returns a list and the texts in it; `None` if there is no such list, or something in it is no text.
    fn texts(&self, path: &[&str], key: &str) -> Option<(Array, Vec<String>)> {
        let array = self.get(path.iter().copied().chain([key]))?.as_array()?;
        let texts = array.iter().map(|it| it.as_str().map(str::to_owned));
        Some((array.clone(), texts.collect::<Option<_>>()?))
    }

    /// Returns the text with these below the last of a list; `None` if that one has no line of its own.
    fn on_own_lines(&self, array: &Array, added: &[&str]) -> Option<String> {
        let last = array.iter().last()?.span()?;
        let start = self.start_of_line(last.start);
        let indent = self.text.get(start..last.start)?;
        if !indent.trim().is_empty() {
            return None;
        }
        let line_end = end_of_line(self.text, last.end);
        let is_crlf = self.text.get(..line_end)?.ends_with("\r\n");
        let newline = if is_crlf { "\r\n" } else { "\n" };
        let lines = added
            .iter()
            .map(|text| format!("{indent}{},{newline}", rendered(text)));
        let lines: String = lines.collect();
        let rest = self.text.get(last.end..)?;
        let has_comma = rest.trim_start_matches([' ', '\t']).starts_with(',');
        let is_last_on_line = !self.text.get(last.end..line_end)?.contains(']');
        if !is_last_on_line {
            return None;
        }
        let text = inserted(self.text, line_end, &lines)?;
        if has_comma {
            Some(text)
        } else {
            inserted(&text, last.end, ",")
        }
    }

    /// Returns the text with these beside the last of a list, or between its brackets if it has none.
    fn beside_last(&self, array: &Array, added: &[&str]) -> Option<String> {
        let rendered: Vec<_> = added.iter().map(|text| rendered(text)).collect();
        let more = rendered.join(", ");
        match array.iter().last() {
            Some(last) => inserted(self.text, last.span()?.end, &format!(", {more}")),
            None => inserted(self.text, array.span()?.start + 1, &more),
        }
    }

    /// Returns the range of a text in a list with what goes with it: its line, or a comma and the blanks beside it.
    /// `None` if a comment would go too that is not on its own line.
    fn range_of_element(&self, array: &Array, at: usize) -> Option<Range<usize>> {
        let element = array.get(at)?.span()?;
        let start = self.start_of_line(element.start);
        let end = end_of_line(self.text, element.end);
        let before = self.text.get(start..element.start)?;
        let after = self.text.get(element.end..end)?.trim();
        let after = after.strip_prefix(',').unwrap_or(after).trim_start();
        if before.trim().is_empty() && (after.is_empty() || after.starts_with('#')) {
            return Some(start..end);
        }
        let range = match (array.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => element.start..next.span()?.start,
            (None, Some(before)) => array.get(before)?.span()?.end..element.end,
            (None, None) => {
                let rest = self.text.get(element.end..)?.trim_start();
                let comma = rest.strip_prefix(',').map(str::trim_start);
                let rest = comma.unwrap_or(rest);
                element.start..self.text.len() - rest.len()
            }
        };
        let text_of = |range: Range<usize>| self.text.get(range);
        let around = [
            text_of(range.start..element.start.max(range.start))?,
            text_of(element.end.min(range.end)..range.end)?,
        ];
        let has_comment = around.iter().any(|text| text.contains('#'));
        (!has_comment).then_some(range)
    }

    /// Returns whether a new text says what this one does, but that these are the texts of a list.
    fn says(&self, new: &str, path: &[&str], key: &str, texts: &[String]) -> bool {
        let as_wanted = || {
            let file = TomlFile::parse(new).ok()?;
            let (array, written) = file.texts(path, key)?;
            let mut wanted = data_of(self.document.as_item());
            let value = Value::Array(array).decorated("", "").to_string();
            fields_at(&mut wanted, path)?.insert(key.to_owned(), Data::String(value));
            Some(written == texts && data_of(file.document.as_item()) == wanted)
        };
        as_wanted().unwrap_or(false)
    }
}

/// Returns a text as it is written in a list.
fn rendered(text: &str) -> String {
    Value::from(text).decorated("", "").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Option<String> {
        TomlFile::parse(text)
            .ok()?
            .with_elements(&[], "l", &["x", "y"])
    }

    fn without_b(text: &str) -> Option<String> {
        let file = TomlFile::parse(text).ok()?;
        file.without_elements(&[], "l", &|text| text == "b")
    }

    #[test]
    fn texts_are_added_as_a_person_would_write_them() {
        for (text, wanted) in [
            ("l = []\n", "l = [\"x\", \"y\"]\n"),
            ("l = ['a'] # why\n", "l = ['a', \"x\", \"y\"] # why\n"),
            (
                "l = [\n  'a',\n]\n",
                "l = [\n  'a',\n  \"x\",\n  \"y\",\n]\n",
            ),
            (
                "l = [\r\n\t'a' # one\r\n]\r\nm = 1\r\n",
                "l = [\r\n\t'a', # one\r\n\t\"x\",\r\n\t\"y\",\r\n]\r\nm = 1\r\n",
            ),
            (
                "l = [\n  'a', # one\n  # end\n]\n",
                "l = [\n  'a', # one\n  \"x\",\n  \"y\",\n  # end\n]\n",
            ),
            ("l = [\n  'a']\n", "l = [\n  'a', \"x\", \"y\"]\n"),
            ("l = [\n]\n", "l = [\"x\", \"y\"\n]\n"),
        ] {
            assert_eq!(with(text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(with("l = [1]"), None);
        assert_eq!(with("l = 'a'"), None);
        assert_eq!(with("m = []"), None);
    }

    #[test]
    fn a_text_goes_with_its_line_or_its_comma() {
        for (text, wanted) in [
            ("l = ['a', 'b', 'c']\n", "l = ['a', 'c']\n"),
            ("l = ['b', 'c'] # why\n", "l = ['c'] # why\n"),
            ("l = ['a', 'b']\n", "l = ['a']\n"),
            ("l = ['a', 'b', ]\n", "l = ['a', ]\n"),
            ("l = ['b']\n", "l = []\n"),
            ("l = [ 'b', ]\n", "l = [ ]\n"),
            ("l = ['b', 'a', 'b']\n", "l = ['a']\n"),
            (
                "l = [\n  # first\n  'a', # one\n  'b', # two\n  'c',\n]\n",
                "l = [\n  # first\n  'a', # one\n  'c',\n]\n",
            ),
            ("l = [\n  'a',\n  'b' # two\n]\n", "l = [\n  'a',\n]\n"),
            ("l = [\n  'a',\n  'b']\n", "l = [\n  'a']\n"),
            ("l = ['a']\n", "l = ['a']\n"),
        ] {
            assert_eq!(without_b(text).as_deref(), Some(wanted), "{text}");
        }
        let commented = "l = ['a', 'b', # why\n  'c']\n";
        assert_eq!(without_b(commented), None);
        assert_eq!(without_b("l = ['b', 1]"), None);
    }
}
