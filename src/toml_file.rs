//! Edits of one key in a TOML file that a person wrote: every other byte stays as it was.
//!
//! `toml_edit` says where each key and value is, and the text is changed there. Printing its document instead would put
//! keys and tables that a person has interleaved into another order. An edit counts only if the new text parses to what
//! the old one does, but for the key.

mod list;

use std::ops::Range;

use serde_json::{Map, Value as Data};
use toml_edit::{Document, InlineTable, Item, Key, Table, TableLike, Value};

use crate::lines::{appended, end_of_line, end_of_lines, inserted, lines, start_of_line, without};

/// Why a text is not TOML.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {reason}")]
pub(crate) struct NotToml {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// What `toml_edit` says about it.
    pub(crate) reason: String,
}

/// The text of a file, with where everything in it is.
pub(crate) struct TomlFile<'t> {
    text: &'t str,
    document: Document<&'t str>,
}

impl<'t> TomlFile<'t> {
    /// Parses the text of a file; fails with the line and the reason if it is not valid TOML.
    pub(crate) fn parse(text: &'t str) -> Result<Self, NotToml> {
        let document = Document::parse(text).map_err(|error| not_toml(text, &error))?;
        Ok(Self { text, document })
    }

    /// Returns the item at a path of keys; `None` if there is none.
    pub(crate) fn get<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Item> {
        let mut path = path.into_iter();
        path.try_fold(self.document.as_item(), |item, key| item.get(key))
    }

    /// Returns the line above a key, without blanks around it; `None` if the key does not exist or has no line above.
    pub(crate) fn line_above(&self, path: &[&str], key: &str) -> Option<&'t str> {
        let table = self.get(path.iter().copied())?.as_table_like()?;
        let at = self.start_of_line(table.key(key)?.span()?.start);
        let above = self.text.get(self.start()..at)?;
        lines(above).last().map(|line| line.trim())
    }

    /// Returns the text with a key of a table set: with its value replaced, or on a new line after the table's other
    /// keys, below the line `mark` if there is one. `None` if the table does not exist, the key is a table, or anything
    /// else would change.
    pub(crate) fn with_key(
        &self,
        path: &[&str],
        key: &str,
        value: &Value,
        mark: Option<&str>,
    ) -> Option<String> {
        let item = self.get(path.iter().copied())?;
        let value = value.clone().decorated("", "").to_string();
        let setting = format!("{} = {value}", dotted(&[key]));
        let new = match (item.get(key), item) {
            (Some(old), _) => self.replaced(&old.as_value()?.span()?, &value),
            (None, Item::Value(Value::InlineTable(table))) => self.in_braces(path, table, &setting),
            (None, Item::Table(table)) => self.on_new_line(path, table, &setting, mark),
            (None, _) => None,
        }?;
        let mut wanted = data_of(self.document.as_item());
        let data = Data::String(value);
        fields_at(&mut wanted, path)?.insert(key.to_owned(), data);
        has_data(&new, &wanted).then_some(new)
    }

    /// Returns the text without a key of a table: without its line, and the one above if that is `mark`, or in an
    /// inline table without a comma beside it. `None` if there is no such key, it is a table, or anything else would
    /// change.
    pub(crate) fn without_key(&self, path: &[&str], key: &str, mark: &str) -> Option<String> {
        let item = self.get(path.iter().copied())?;
        let old = item.get(key)?.as_value()?.span()?;
        let key_at = item.as_table_like()?.key(key)?.span()?;
        let new = if item.is_inline_table() {
            without(self.text, self.range_in_braces(&key_at, &old)?)
        } else {
            let mut start = self.start_of_line(key_at.start);
            if self.line_above(path, key) == Some(mark) {
                start = self.start_of_line(start.checked_sub(1)?);
            }
            without(self.text, start..end_of_line(self.text, old.end))
        }?;
        let mut wanted = data_of(self.document.as_item());
        fields_at(&mut wanted, path)?.remove(key)?;
        has_data(&new, &wanted).then_some(new)
    }

    /// Returns the text with an empty table of its own header at its end; `None` if that cannot be.
    pub(crate) fn with_table(&self, path: &[&str]) -> Option<String> {
        let new = appended(self.text, &format!("[{}]", dotted(path)));
        TomlFile::parse(&new).is_ok().then_some(new)
    }

    /// Returns the text without the header of a table that has no keys; `None` if it has some, or none of its own.
    pub(crate) fn without_empty_table(&self, path: &[&str]) -> Option<String> {
        let table = self.get(path.iter().copied())?.as_table()?;
        let end = header_of(table).filter(|_| table.is_empty())?;
        let start = self.start_of_line(end.checked_sub(1)?);
        let new = without(self.text, start..end_of_line(self.text, end))?;
        TomlFile::parse(&new).is_ok().then_some(new)
    }

    /// Returns where the line with this byte begins, after a byte order mark.
    fn start_of_line(&self, at: usize) -> usize {
        start_of_line(self.text, at).max(self.start())
    }

    /// Returns where the text begins, after a byte order mark.
    fn start(&self) -> usize {
        self.text.len() - without_bom(self.text).len()
    }

    /// Returns the text with the bytes of a range replaced.
    fn replaced(&self, range: &Range<usize>, new: &str) -> Option<String> {
        inserted(&without(self.text, range.clone())?, range.start, new)
    }

    /// Returns the text with a setting after those in an inline table.
    fn in_braces(&self, path: &[&str], table: &InlineTable, setting: &str) -> Option<String> {
        let prefix = self.dotted_prefix(path);
        match last_entry(table) {
            Some(last) => inserted(self.text, last.end, &format!(", {prefix}{setting}")),
            None => inserted(self.text, table.span()?.start + 1, &format!(" {setting} ")),
        }
    }

    /// Returns the range of a setting in an inline table and of a comma beside it, but no comment; `key` is where the
    /// last part of its key is. `None` if a comment stands between the setting and the comma after it.
    fn range_in_braces(&self, key: &Range<usize>, value: &Range<usize>) -> Option<Range<usize>> {
        let before = self.text.get(..key.start)?;
        let separator = before.rfind([',', '{'])?;
        let between = before.get(separator + 1..)?;
        let rest = self.text.get(value.end..)?.trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            let next = next.trim_start_matches([' ', '\t']);
            let line = between.rsplit('\n').next()?;
            let start = key.start - line.trim_start().len();
            return Some(start..self.text.len() - next.len());
        }
        if !rest.starts_with('}') {
            return None;
        }
        let is_only = before.get(separator..)?.starts_with('{');
        match between.rfind('\n') {
            // The comma before it stays, with what follows that on its line: where lines may end, a comma may be last.
            Some(newline) => Some(separator + newline + 2..value.end),
            None if is_only => Some(separator + 1..self.text.len() - rest.len()),
            None => Some(separator..value.end),
        }
    }

    /// Returns the text with a setting on a line of its own: after the table's other keys, else below its header.
    fn on_new_line(
        &self,
        path: &[&str],
        table: &Table,
        setting: &str,
        mark: Option<&str>,
    ) -> Option<String> {
        let last = last_entry(table);
        let header = header_of(table).filter(|_| !path.is_empty());
        let newline = end_of_lines(self.text);
        let indent = last.as_ref().map_or("", |last| self.indent_at(last.start));
        let mark = mark.map_or_else(String::new, |mark| format!("{indent}{mark}{newline}"));
        let prefix = self.dotted_prefix(path);
        let new = format!("{mark}{indent}{prefix}{setting}{newline}");
        if let Some(end) = last.map(|last| last.end).or(header) {
            return self.with_lines(end_of_line(self.text, end), &new);
        }
        match path {
            [] if table.is_empty() => self.with_lines(self.text.len(), &new),
            [] => self.with_lines(self.start(), &new),
            _ => {
                let header = format!("[{}]{newline}", dotted(path));
                let at = self.start_of_line(first_header(table)?);
                self.with_lines(at, &format!("{header}{new}"))
            }
        }
    }

    /// Returns the text with new lines at this byte, where a line begins or the last one ends.
    fn with_lines(&self, at: usize, new: &str) -> Option<String> {
        let is_line_open = at > self.start() && !self.text.get(..at)?.ends_with('\n');
        let separator = if is_line_open {
            end_of_lines(self.text)
        } else {
            ""
        };
        inserted(self.text, at, &format!("{separator}{new}"))
    }

    /// Returns what is written before each key of the table at this path, such as `profiles.farm.`; nothing for a table
    /// with a header.
    fn dotted_prefix(&self, path: &[&str]) -> String {
        let has_dots = |length: &usize| {
            let item = self.get(path.iter().take(*length).copied());
            match item {
                Some(Item::Table(table)) => table.is_dotted(),
                Some(Item::Value(Value::InlineTable(table))) => table.is_dotted(),
                _ => false,
            }
        };
        let count = (1..=path.len()).rev().take_while(has_dots).count();
        match path.split_at_checked(path.len() - count) {
            Some((_, keys)) if !keys.is_empty() => format!("{}.", dotted(keys)),
            _ => String::new(),
        }
    }

    /// Returns the white space that the line with this byte begins with.
    fn indent_at(&self, at: usize) -> &'t str {
        let line = self.text.get(self.start_of_line(at)..);
        let line = line.unwrap_or_default();
        let rest = line.trim_start_matches([' ', '\t']);
        line.strip_suffix(rest).unwrap_or_default()
    }
}

/// Returns the keys with dots between them, in quotes where they need them.
fn dotted(keys: &[&str]) -> String {
    let keys = keys.iter().copied().map(Key::new);
    let keys: Vec<_> = keys.map(|key| key.display_repr().into_owned()).collect();
    keys.join(".")
}

/// Returns the error with the parser's message and the line's number, from 1.
fn not_toml(text: &str, error: &toml_edit::TomlError) -> NotToml {
    let offset = error.span().map_or(0, |span| span.start);
    let newlines = text.bytes().take(offset).filter(|byte| *byte == b'\n');
    NotToml {
        line: 1 + newlines.count(),
        reason: error.message().to_owned(),
    }
}

/// Returns what an item says: tables as objects without an order, whatever form they are written in, and other values
/// as they are written.
fn data_of(item: &Item) -> Data {
    if let Some(table) = item.as_table_like() {
        let fields = table.iter();
        return fields
            .map(|(key, item)| (key.to_owned(), data_of(item)))
            .collect();
    }
    match item {
        Item::ArrayOfTables(tables) => {
            let tables = tables.iter().map(|table| Item::Table(table.clone()));
            tables.map(|table| data_of(&table)).collect()
        }
        Item::Value(value) => Data::String(value.clone().decorated("", "").to_string()),
        Item::Table(_) | Item::None => Data::Null,
    }
}

/// Returns the fields of the table at a path in a file's data; `None` if there is none.
fn fields_at<'d>(data: &'d mut Data, path: &[&str]) -> Option<&'d mut Map<String, Data>> {
    let table = path.iter().try_fold(data, |data, key| data.get_mut(*key));
    table?.as_object_mut()
}

/// Returns whether a text is TOML that says this.
fn has_data(text: &str, data: &Data) -> bool {
    TomlFile::parse(text).is_ok_and(|file| data_of(file.document.as_item()) == *data)
}

/// Returns where the table's last setting is, those with dots in their keys included: from the last part of its key to
/// the end of its value. `None` if it has none.
fn last_entry(table: &dyn TableLike) -> Option<Range<usize>> {
    let entries = table.iter().filter_map(|(key, item)| match item {
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => last_entry(table),
        Item::Value(value) => Some(table.key(key)?.span()?.start..value.span()?.end),
        Item::Table(table) if table.is_dotted() => last_entry(table),
        _ => None,
    });
    entries.max_by_key(|entry| entry.end)
}

/// Returns where the table's header ends; `None` if it has none of its own.
fn header_of(table: &Table) -> Option<usize> {
    let has_header = !table.is_implicit() && !table.is_dotted();
    table.span().filter(|_| has_header).map(|span| span.end)
}

/// Returns where the first header below an implied table begins.
fn first_header(table: &Table) -> Option<usize> {
    let starts = table.iter().filter_map(|(_, item)| match item {
        Item::Table(table) if header_of(table).is_some() => Some(table.span()?.start),
        Item::Table(table) => first_header(table),
        Item::ArrayOfTables(tables) => Some(tables.iter().next()?.span()?.start),
        _ => None,
    });
    starts.min()
}

/// Returns the text without the byte order mark at its start, if it has one.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MARK: &str = "# set by a test";

    fn with_key(text: &str, path: &[&str], key: &str, mark: Option<&str>) -> Option<String> {
        let file = TomlFile::parse(text).expect(text);
        file.with_key(path, key, &"v".into(), mark)
    }

    fn without_key(text: &str, path: &[&str], key: &str) -> Option<String> {
        let file = TomlFile::parse(text).expect(text);
        file.without_key(path, key, MARK)
    }

    #[test]
    fn a_key_is_added_and_removed_in_every_kind_of_table() {
        let table = [
            ("", "k = \"v\"\n"),
            ("\u{feff}a = 1\r\n", "\u{feff}a = 1\r\nk = \"v\"\r\n"),
            (
                "a = 1\r\nb = 2\n# end",
                "a = 1\r\nb = 2\nk = \"v\"\r\n# end",
            ),
            (
                "a = [\n  1,\n]\n\n# b\n[b]\n",
                "a = [\n  1,\n]\nk = \"v\"\n\n# b\n[b]\n",
            ),
            (
                "[t]\n  a = 1 # a\n\n[b]\n",
                "[t]\n  a = 1 # a\n  k = \"v\"\n\n[b]\n",
            ),
            ("t = { a = 1 }", "t = { a = 1, k = \"v\" }"),
            ("t={a=1}\n", "t={a=1, k = \"v\"}\n"),
            ("t={a={x.y=1,b=2}}", "t={a={x.y=1,b=2}, k = \"v\"}"),
            ("t={a.x=1,b=2,a.y=2}\n", "t={a.x=1,b=2,a.y=2, k = \"v\"}\n"),
            ("[t]\n  a = [\n1]\n", "[t]\n  a = [\n1]\n  k = \"v\"\n"),
            ("t.a = 1 # a\n[b]\n", "t.a = 1 # a\nt.k = \"v\"\n[b]\n"),
            ("[t.b]\nx = 1\n", "[t]\nk = \"v\"\n[t.b]\nx = 1\n"),
        ];
        for (text, with) in table {
            let path: &[&str] = if text.contains('t') { &["t"] } else { &[] };
            assert_eq!(with_key(text, path, "k", None).as_deref(), Some(with));
            let without = without_key(with, path, "k").expect(with);
            if !text.contains("t.b") {
                assert_eq!(without, text);
            }
        }
    }

    #[test]
    fn a_key_in_braces_is_removed_without_comments() {
        let table = [
            ("t = {k = 1}", "t = {}"),
            ("t = {k = 1, a = 2}", "t = {a = 2}"),
            (
                "t = { a.b = 1, k = 1 , a.c = 2 }",
                "t = { a.b = 1, a.c = 2 }",
            ),
            ("t = {a = 1, # mine\n  k = 1 }", "t = {a = 1, # mine\n }"),
            (
                "t = {\n  k = 1, # ours\n  a = 1,\n}",
                "t = {\n  # ours\n  a = 1,\n}",
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(without_key(text, &["t"], "k").as_deref(), Some(wanted));
        }
        assert_eq!(
            without_key("t = {k = 1 # mine\n, a = 1}", &["t"], "k"),
            None
        );
        let dotted = "r = {t.a = 1}\n";
        let with = with_key(dotted, &["r", "t"], "k", None).expect(dotted);
        assert_eq!(with, "r = {t.a = 1, t.k = \"v\"}\n");
        assert_eq!(
            without_key(&with, &["r", "t"], "k").as_deref(),
            Some(dotted)
        );
    }

    /// Returns texts of pieces of TOML, in any order.
    fn text() -> impl Strategy<Value = String> {
        let pieces = [
            "\u{feff}",
            "\n",
            "\r\n",
            " ",
            "# c",
            "a = 1",
            "b = '''\r\n'''",
            "c = [\n1,\r\n]",
            "[t]",
            "[t.u]",
            "[ 't' . w ]",
            "[[v]]",
            "t.x = 1",
            "t . y . z = 2",
            "\"x\" = {y = 1}",
            "t = { x = 1 }",
            "t = {x.y = 1, w = 2, x.z = 3}",
            "z = {}",
            MARK,
        ];
        let piece = prop::sample::select(pieces.to_vec());
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn removing_an_added_key_restores_any_text(text in text()) {
            let Ok(file) = TomlFile::parse(&text) else { return Ok(()) };
            for path in [&[][..], &["t"], &["x"], &["z"]] {
                let has_table = file.get(path.iter().copied()).is_some_and(Item::is_table_like);
                let Some(with) = with_key(&text, path, "k", Some(MARK)) else {
                    prop_assert!(!has_table);
                    continue;
                };
                let keys = path.iter().copied().chain(["k"]);
                let written = TomlFile::parse(&with).expect(&with);
                prop_assert_eq!(written.get(keys).and_then(Item::as_str), Some("v"));
                let without = without_key(&with, path, "k").expect(&with);
                // A table that was only implied by others may be left, without keys.
                let is_longer = without.lines().count() > text.lines().count();
                prop_assert!(is_longer || without.trim_end() == text.trim_end(), "{:?} {:?}", text, with);
            }
        }
    }
}
