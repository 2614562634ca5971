//! Edits of one key in a TOML file that a person wrote: every other byte stays as it was.
//!
//! `toml_edit` keeps comments and white space. What it does not keep is restored here: a byte order mark, the newline
//! of each line, and a last line without a newline. A file that it would print in another order is not changed at all.

use toml_edit::{DocumentMut, Item, RawString, Value};

/// Why a text is not TOML.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {reason}")]
pub(crate) struct NotToml {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// What `toml_edit` says about it.
    pub(crate) reason: String,
}

/// The text of a file, and the document that is edited.
pub(crate) struct TomlFile<'t> {
    text: &'t str,
    document: DocumentMut,
    /// Whether the document prints as it was read.
    is_faithful: bool,
}

impl<'t> TomlFile<'t> {
    /// Parses the text of a file; fails with the line and the reason if it is not valid TOML.
    pub(crate) fn parse(text: &'t str) -> Result<Self, NotToml> {
        let mut plain = without_bom(text).replace("\r\n", "\n");
        if !plain.is_empty() && !plain.ends_with('\n') {
            plain.push('\n');
        }
        let document: DocumentMut = plain.parse().map_err(|error| not_toml(&plain, &error))?;
        Ok(Self {
            text,
            is_faithful: document.to_string() == plain,
            document,
        })
    }

    /// Returns the item at a path of keys; `None` if there is none.
    pub(crate) fn get<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Item> {
        let mut path = path.into_iter();
        path.try_fold(self.document.as_item(), |item, key| item.get(key))
    }

    /// Returns the item at a path of keys, to be changed; `None` if there is none.
    pub(crate) fn get_mut<'k>(
        &mut self,
        path: impl IntoIterator<Item = &'k str>,
    ) -> Option<&mut Item> {
        let mut path = path.into_iter();
        path.try_fold(self.document.as_item_mut(), |item, key| item.get_mut(key))
    }

    /// Returns the text with the changes; `None` if other parts of it would change too.
    pub(crate) fn render(&self) -> Option<String> {
        let new = self.document.to_string();
        self.is_faithful.then(|| with_newlines_of(self.text, &new))
    }
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

/// Sets a key of a table: replaces its value, or adds it after the table's other keys. Returns `None` if the item is
/// not a table, or the key is one.
pub(crate) fn set(table: &mut Item, key: &str, mut value: Value) -> Option<()> {
    let is_inline = table.is_inline_table();
    let table = table.as_table_like_mut()?;
    if let Some(old) = table.get_mut(key) {
        let old = old.as_value_mut()?;
        *value.decor_mut() = old.decor().clone();
        *old = value;
        return Some(());
    }
    let last = table.iter().filter(|(_, item)| item.is_value()).last();
    let last = last.map(|(key, _)| key.to_owned());
    let Some(last) = last else {
        table.insert(key, Item::Value(value));
        return Some(());
    };
    if is_inline {
        // The space before the closing brace stays there.
        let decor = table.get_mut(&last)?.as_value_mut()?.decor_mut();
        let space = as_text(decor.suffix()).to_owned();
        if space.trim().is_empty() {
            decor.set_suffix("");
            value.decor_mut().set_suffix(space);
        }
    }
    let indent = as_text(table.key(&last)?.leaf_decor().prefix());
    let indent = indent.rsplit('\n').next().unwrap_or_default().to_owned();
    table.insert(key, Item::Value(value));
    if !is_inline {
        table.key_mut(key)?.leaf_decor_mut().set_prefix(indent);
    }
    Some(())
}

/// Removes a key of a table, and `mark` if that is the line above it. Returns `None` if the item is not a table or has
/// no such key, or there are other lines above it and no key before it to which these can be attached; the table may
/// have lost the key then.
pub(crate) fn remove(table: &mut Item, key: &str, mark: &str) -> Option<()> {
    let is_inline = table.is_inline_table();
    let table = table.as_table_like_mut()?;
    let above = as_text(table.key(key)?.leaf_decor().prefix());
    let above = above.get(..above.rfind('\n').map_or(0, |at| at + 1))?;
    let unmarked = above.strip_suffix(&format!("{mark}\n"));
    let above = unmarked.unwrap_or(above).to_owned();
    let before = table.iter().take_while(|(other, _)| *other != key);
    let before = before.filter(|(_, item)| item.is_value()).last();
    let before = before.map(|(key, _)| key.to_owned());
    let removed = table.remove(key)?;
    let kept = match above.strip_suffix('\n') {
        _ if is_inline => as_text(removed.as_value()?.decor().suffix()).to_owned(),
        Some(above) => format!("\n{above}"),
        None => return Some(()),
    };
    if let Some(before) = before {
        let decor = table.get_mut(&before)?.as_value_mut()?.decor_mut();
        let suffix = format!("{}{kept}", as_text(decor.suffix()));
        decor.set_suffix(suffix);
        return Some(());
    }
    kept.trim().is_empty().then_some(())
}

/// Returns the raw text; empty if there is none or it is not a string of its own.
fn as_text(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

/// Returns `\r\n` if the text has one anywhere, else `\n`.
pub(crate) fn newline_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Returns the new text with the byte order mark and the newlines of the old one: the lines before and after the change
/// are those of the old text.
fn with_newlines_of(old: &str, new: &str) -> String {
    let plain = without_bom(old);
    let bom = old.strip_suffix(plain).unwrap_or_default();
    let newline = newline_of(plain);
    let old: Vec<_> = plain.split_inclusive('\n').collect();
    let new: Vec<_> = new.lines().collect();
    let same = |(old, new): &(&&str, &&str)| old.lines().eq([**new]);
    let before = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - before;
    let backwards = old.iter().rev().zip(new.iter().rev()).take(most);
    let after = backwards.take_while(same).count();
    let (head, rest) = old.split_at(before);
    let (changed, tail) = rest.split_at(rest.len() - after);
    let lines = new.iter().skip(before).take(new.len() - before - after);
    let mut text = format!("{bom}{}", head.concat());
    if new.len() > before && before > 0 && !text.ends_with('\n') {
        text += newline;
    }
    let has_same_length = lines.len() == changed.len();
    let mut newlines = changed.iter().map(|line| newline_at_end(line));
    for line in lines {
        text += line;
        text += newlines
            .next()
            .filter(|_| has_same_length)
            .unwrap_or(newline);
    }
    text.extend(tail.iter().copied());
    text
}

/// Returns the newline at the end of a line: `\n`, `\r\n`, or nothing.
fn newline_at_end(line: &str) -> &str {
    let text = line.lines().next().unwrap_or_default();
    line.strip_prefix(text).unwrap_or_default()
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

    fn with_key(text: &str, path: &[&str], key: &str) -> Option<String> {
        let mut file = TomlFile::parse(text).expect(text);
        let table = file.get_mut(path.iter().copied())?;
        set(table, key, "v".into())?;
        file.render()
    }

    fn without_key(text: &str, path: &[&str], key: &str) -> Option<String> {
        let mut file = TomlFile::parse(text).expect(text);
        remove(file.get_mut(path.iter().copied())?, key, MARK)?;
        file.render()
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
            ("t.a = 1 # a\n[b]\n", "t.a = 1 # a\nt.k = \"v\"\n[b]\n"),
            ("[t.b]\nx = 1\n", "[t]\nk = \"v\"\n[t.b]\nx = 1\n"),
        ];
        for (text, with) in table {
            let path: &[&str] = if text.contains('t') { &["t"] } else { &[] };
            assert_eq!(with_key(text, path, "k").as_deref(), Some(with));
            let without = without_key(with, path, "k").expect(with);
            if !text.contains("t.b") {
                assert_eq!(without, text);
            }
        }
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
            "[[v]]",
            "t.x = 1",
            "\"x\" = {y = 1}",
            "t = { x = 1 }",
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
            let Some(same) = file.render() else { return Ok(()) };
            prop_assert_eq!(&same, &text);
            for path in [&[][..], &["t"], &["x"], &["z"]] {
                let has_table = file.get(path.iter().copied()).is_some_and(Item::is_table_like);
                let Some(with) = with_key(&text, path, "k") else {
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
