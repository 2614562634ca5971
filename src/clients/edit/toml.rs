//! A key of a TOML file, as in cargo's `config.toml` and uv's `uv.toml`. It is put in as a line or, in an inline table,
//! as a word more; the rest of the file is not written anew.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::lines::{appended, end_of_line, end_of_lines, inserted, start_of_line, without};
use super::{Found, MARK, OURS, Why};

/// A key with the TOML of its value.
pub(crate) struct Key {
    /// The tables that lead to it, which are there; of the file itself, none.
    pub(crate) table: Vec<String>,
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// The key of the same table that it is put behind.
    pub(crate) behind: Option<&'static str>,
}

/// A key and a value, with their places in the text.
struct Place {
    key: Range<usize>,
    value: Range<usize>,
}

fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Why> {
    DeTable::parse(text).map_err(|error| {
        let before = text.get(..error.span().map_or(0, |span| span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })
}

/// Returns the names of cargo's registries with the index of each.
pub(crate) fn registries(text: &str) -> Result<Vec<(String, String)>, Why> {
    let root = parse(text)?;
    let Some(DeValue::Table(all)) = root.get_ref().get("registries").map(Spanned::get_ref) else {
        return Ok(Vec::new());
    };
    let index_of = |table: &Spanned<DeValue<'_>>| {
        let index = table.get_ref().as_table()?.get("index")?;
        Some(index.get_ref().as_str()?.to_owned())
    };
    let named = all
        .iter()
        .filter_map(|(name, table)| Some((name.get_ref().to_string(), index_of(table)?)));
    Ok(named.collect())
}

impl Key {
    /// Returns where a key of the table stands.
    fn place(&self, root: &DeTable<'_>, name: &str) -> Option<Place> {
        let mut table = root;
        for name in &self.table {
            table = table.get(name.as_str())?.get_ref().as_table()?;
        }
        let (key, value) = table.get_key_value(name)?;
        Some(Place {
            key: key.span(),
            value: value.span(),
        })
    }

    fn is_marked(&self) -> bool {
        !self.value.contains(OURS)
    }

    /// Returns the range of the mark above a line, if it is there.
    fn mark_above(&self, text: &str, line: usize) -> Option<Range<usize>> {
        let start = start_of_line(text, line.checked_sub(1)?);
        let above = text.get(start..line)?;
        (self.is_marked() && above.trim_end() == MARK).then_some(start..line)
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let root = parse(text)?;
        let Some(place) = self.place(root.get_ref(), self.name) else {
            return Ok(Found::Absent);
        };
        let value = text.get(place.value).unwrap_or_default();
        let start = start_of_line(text, place.key.start);
        let is_ours = !self.is_marked() || self.mark_above(text, start).is_some();
        Ok(match (same(value, &self.value), is_ours) {
            (true, true) => Found::Ours,
            (true, false) => Found::AsGood,
            (false, _) if value.contains(OURS) || (self.is_marked() && is_ours) => {
                Found::Changed(value.to_owned())
            }
            (false, _) => Found::Theirs(format!("{} = {value}", self.name)),
        })
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let root = parse(text)?;
        let odd = || format!("there is no place for {} in it", self.name);
        let new = if let Some(place) = self.place(root.get_ref(), self.name) {
            let bare = without(text, place.value.clone());
            bare.and_then(|bare| inserted(&bare, place.value.start, &self.value))
        } else if let Some(behind) = self.behind {
            let place = self.place(root.get_ref(), behind).ok_or_else(odd)?;
            self.put_behind(text, &place)
        } else {
            self.put_before_tables(text, root.get_ref())
        };
        let new = new.ok_or_else(odd)?;
        // Whatever form the file has, the key is where it belongs or nothing is written.
        match self.found(&new) {
            Ok(Found::Ours | Found::AsGood) => Ok(new),
            _ => Err(odd()),
        }
    }

    /// Puts the key behind another, in the way that one is written.
    fn put_behind(&self, text: &str, other: &Place) -> Option<String> {
        let start = start_of_line(text, other.key.start);
        let before = text.get(start..other.key.start)?;
        let (name, value) = (self.name, &self.value);
        if before.contains('{') {
            return inserted(text, other.value.end, &format!(", {name} = {value}"));
        }
        let line = format!("{before}{name} = {value}");
        let end = end_of_line(text, other.value.end);
        if text.get(..end)?.ends_with('\n') {
            inserted(text, end, &format!("{line}{}", end_of_lines(text)))
        } else {
            Some(appended(text, &line))
        }
    }

    /// Puts the key where the file's own keys are: before the first table and the comment that belongs to it.
    fn put_before_tables(&self, text: &str, root: &DeTable<'_>) -> Option<String> {
        let end = end_of_lines(text);
        let line = format!("{MARK}{end}{} = {}", self.name, self.value);
        let starts = root
            .iter()
            .map(|(key, _)| start_of_line(text, key.span().start));
        let is_header = |start: &usize| {
            text.get(*start..)
                .is_some_and(|it| it.trim_start().starts_with('['))
        };
        let Some(mut at) = starts.filter(is_header).min() else {
            return Some(appended(text, &line));
        };
        while let Some(above) = at.checked_sub(1).map(|before| start_of_line(text, before))
            && text.get(above..at)?.trim_start().starts_with('#')
        {
            at = above;
        }
        inserted(text, at, &format!("{line}{end}"))
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let root = parse(text)?;
        let Some(place) = self.place(root.get_ref(), self.name) else {
            return Ok(text.to_owned());
        };
        let start = start_of_line(text, place.key.start);
        let before = text.get(start..place.key.start).unwrap_or_default();
        let range = if before.contains('{') {
            let comma = before.rfind(',').map_or(place.key.start, |at| start + at);
            comma..place.value.end
        } else {
            let start = self
                .mark_above(text, start)
                .map_or(start, |mark| mark.start);
            start..end_of_line(text, place.value.end)
        };
        let new = without(text, range).ok_or_else(|| "it is odd".to_owned())?;
        match self.found(&new) {
            Ok(Found::Absent) => Ok(new),
            _ => Err(format!("{} cannot be taken out of it", self.name)),
        }
    }
}

/// Returns whether two texts are the same string or list of strings, however each is written.
fn same(one: &str, other: &str) -> bool {
    let value = |text: &str| {
        let text = format!("x = {text}");
        let root = DeTable::parse(&text).ok()?;
        strings(root.get_ref().get("x")?.get_ref())
    };
    value(one).is_some() && value(one) == value(other)
}

/// Returns whether a value is a list, and its strings.
fn strings(value: &DeValue<'_>) -> Option<(bool, Vec<String>)> {
    if let Some(text) = value.as_str() {
        return Some((false, vec![text.to_owned()]));
    }
    let texts = value.as_array()?.iter();
    let texts = texts.map(|text| text.get_ref().as_str().map(str::to_owned));
    Some((true, texts.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Key {
        Key {
            table: vec!["registries".to_owned(), "ours".to_owned()],
            name: "credential-provider",
            value: "[\"prusa-cred\"]".to_owned(),
            behind: Some("index"),
        }
    }

    #[test]
    fn a_registry_gets_its_provider_in_the_way_it_is_written() {
        let table = [
            "# mine\n[registries.ours]\n  index = 'sparse+https://h/' # here\n  token = \"x\"\n",
            "[registries]\r\nours = { index = \"sparse+https://h/\" }\r\nother = { index = \"y\" }\r\n",
            "registries.ours.index = \"sparse+https://h/\"",
            "[registries]\nours.index = \"sparse+https://h/\"\n[net]\nretry = 0\n",
            "[registries.\"ours\"]\n\"index\" = \"sparse+https://h/\"\n",
        ];
        for text in table {
            let key = provider();
            let named = registries(text).expect("TOML");
            assert!(named.contains(&("ours".to_owned(), "sparse+https://h/".to_owned())));
            assert_eq!(key.found(text), Ok(Found::Absent), "{text}");
            let with = key.put(text).expect("TOML");
            assert_eq!(key.found(&with), Ok(Found::Ours), "{with}");
            let without = key.take(&with).expect("TOML");
            assert_eq!(without.trim_end(), text.trim_end(), "{with}");
        }
    }

    #[test]
    fn another_provider_is_theirs() {
        let of = |value: &str| {
            format!("[registries.ours]\nindex = \"x\"\ncredential-provider = {value}\n")
        };
        assert_eq!(provider().found(&of("[ 'prusa-cred' ]")), Ok(Found::Ours));
        let theirs = provider().found(&of("\"cargo:token\""));
        assert!(matches!(theirs, Ok(Found::Theirs(_))));
        let old = of("[\"prusa-cred\", \"--profile\", \"x\"] # why");
        assert!(matches!(provider().found(&old), Ok(Found::Changed(_))));
        assert_eq!(provider().put(&old), Ok(of("[\"prusa-cred\"] # why")));
        assert!(provider().found("[registries").is_err());
    }

    #[test]
    fn a_key_of_the_file_itself_stands_before_its_tables() {
        let key = Key {
            table: Vec::new(),
            name: "keyring-provider",
            value: "\"subprocess\"".to_owned(),
            behind: None,
        };
        let table = [
            "",
            "native-tls = true\n",
            "a = [\n  [1],\n]\n# about pip\n[pip]\nx = 1\n",
            "[[index]]\r\nurl = \"https://h/\"\r\n",
        ];
        for text in table {
            let with = key.put(text).expect("TOML");
            assert_eq!(key.found(&with), Ok(Found::Ours), "{with}");
            assert_eq!(key.take(&with).as_deref(), Ok(text), "{with}");
        }
        let by_hand = "keyring-provider = 'subprocess'\n";
        assert_eq!(key.found(by_hand), Ok(Found::AsGood));
        assert!(matches!(
            key.found("keyring-provider = 'disabled'"),
            Ok(Found::Theirs(_))
        ));
    }
}
