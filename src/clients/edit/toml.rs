//! A key of a TOML file, as in cargo's `config.toml` and uv's `uv.toml`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml_edit::{Item, Value};

use super::entry_state::{EditError, EntryState, KEYRING_MARK};
use crate::clients::programs::PROGRAM_NAME;
use crate::toml_file::TomlFile;

/// A key with its value.
#[derive(Serialize, Deserialize)]
pub(crate) struct Key {
    /// The path of its table; empty for a key outside all tables.
    pub(crate) table: Vec<String>,
    /// Whether the table is there for this key alone, and is to be made; otherwise it has to exist.
    #[serde(default)]
    pub(crate) makes_table: bool,
    pub(crate) name: Cow<'static, str>,
    #[serde(serialize_with = "write_value", deserialize_with = "read_value")]
    pub(crate) value: Value,
}

/// Writes a value as TOML has it.
fn write_value<S: Serializer>(value: &Value, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// Reads a value from the text that TOML has for it.
fn read_value<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let text = String::deserialize(from)?;
    // What the parser says quotes the text.
    let bad = |_| serde::de::Error::custom("not a value of TOML");
    text.parse().map_err(bad)
}

/// Parses the text as TOML; the error is the reason as text.
fn parse(text: &str) -> Result<TomlFile<'_>, EditError> {
    TomlFile::parse(text).map_err(|error| error.to_string())
}

/// Returns the names of cargo's registries that have an index, with it; fails if the text is not valid TOML.
pub(crate) fn registries(text: &str) -> Result<Vec<(String, String)>, EditError> {
    let file = parse(text)?;
    let all = file.get(["registries"]).and_then(Item::as_table_like);
    let all = all.into_iter().flat_map(|all| all.iter());
    let with_index = all.filter_map(|(name, registry)| {
        let index = registry.get("index")?.as_str()?;
        Some((name.to_owned(), index.to_owned()))
    });
    Ok(with_index.collect())
}

impl Key {
    /// Returns the names of the tables around the key, from the outermost inwards.
    fn path(&self) -> Vec<&str> {
        self.table.iter().map(String::as_str).collect()
    }

    /// Returns whether the mark goes above the key, as the value does not name prusa-cred.
    pub(crate) fn needs_mark(&self) -> bool {
        !self.value.to_string().contains(PROGRAM_NAME)
    }

    /// Returns whether the line above the key is the mark.
    fn is_below_mark(&self, file: &TomlFile<'_>) -> bool {
        file.line_above(&self.path(), &self.name) == Some(KEYRING_MARK)
    }

    /// Returns the words of the command that the text has as the value, if the key is for a command.
    pub(super) fn command(&self, text: &str) -> Option<Vec<String>> {
        let file = parse(text).ok().filter(|_| !self.needs_mark())?;
        let item = file.get(self.path().into_iter().chain([&*self.name]))?;
        let (_, texts) = strings(item.as_value()?)?;
        let words = texts.into_iter().flat_map(|text| match item.as_str() {
            Some(text) => text.split_whitespace().collect(),
            None => vec![text],
        });
        Some(words.map(str::to_owned).collect())
    }

    /// Returns what the text has as the key's value. The same value is `AsWritten` if it names prusa-cred or is below
    /// the mark, else `Equivalent`; another is `Modified` in these cases, else `OtherProgram`. Fails if the text is not
    /// valid TOML.
    pub(super) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let file = parse(text)?;
        let Some(item) = file.get(self.path().into_iter().chain([&*self.name])) else {
            return Ok(EntryState::Absent);
        };
        let is_ours = !self.needs_mark() || self.is_below_mark(&file);
        let value = item.as_value();
        let is_same = value
            .is_some_and(|value| strings(value).is_some_and(|it| Some(it) == strings(&self.value)));
        let current = match value {
            Some(value) => value.clone().decorated("", "").to_string(),
            None => item.to_string(),
        };
        Ok(match (is_same, is_ours) {
            (true, true) => EntryState::AsWritten,
            (true, false) => EntryState::Equivalent,
            (false, _) if current.contains(PROGRAM_NAME) || (self.needs_mark() && is_ours) => {
                EntryState::Modified(current)
            }
            (false, _) => EntryState::OtherProgram(format!("{} = {current}", self.name)),
        })
    }

    /// Returns the text with the key set, a new one below the mark if it needs it. Fails if the text is not valid TOML,
    /// the table does not exist and is not to be made, or other parts would change.
    pub(super) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let mark = self.needs_mark().then_some(KEYRING_MARK);
        let file = parse(text)?;
        let path = self.path();
        let is_to_make = self.makes_table && file.get(path.iter().copied()).is_none();
        let new = match is_to_make.then(|| file.with_table(&path)).flatten() {
            Some(text) => parse(&text)?.with_key(&path, &self.name, &self.value, mark),
            None => file.with_key(&path, &self.name, &self.value, mark),
        };
        new.ok_or_else(|| format!("{} cannot be added to it", self.name))
    }

    /// Returns the text without the key and its mark; fails if the text is not valid TOML, or the key is missing or
    /// cannot be removed.
    pub(super) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let new = parse(text)?.without_key(&self.path(), &self.name, KEYRING_MARK);
        let new = new.ok_or_else(|| format!("{} cannot be removed from it", self.name))?;
        let without_table = parse(&new)?.without_empty_table(&self.path());
        Ok(without_table.filter(|_| self.makes_table).unwrap_or(new))
    }
}

/// Returns whether a value is a list, and the strings in it (or the one string); `None` if it has other values.
fn strings(value: &Value) -> Option<(bool, Vec<&str>)> {
    if let Some(text) = value.as_str() {
        return Some((false, vec![text]));
    }
    let texts = value.as_array()?.iter().map(Value::as_str);
    Some((true, texts.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Key {
        Key {
            table: vec!["registries".to_owned(), "ours".to_owned()],
            makes_table: false,
            name: "credential-provider".into(),
            value: Value::from_iter(["prusa-cred"]),
        }
    }

    #[test]
    fn removing_the_inserted_provider_restores_any_layout() {
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
            assert_eq!(key.state(text), Ok(EntryState::Absent), "{text}");
            let with = key.insert_into(text).expect("TOML");
            assert_eq!(key.state(&with), Ok(EntryState::AsWritten), "{with}");
            let without = key.remove_from(&with).expect("TOML");
            assert_eq!(without.trim_end(), text.trim_end(), "{with}");
        }
    }

    #[test]
    fn a_table_that_is_elsewhere_is_made_and_removed_with_its_key() {
        let key = Key {
            makes_table: true,
            ..provider()
        };
        for text in [
            "",
            "[net]\nretry = 0\n",
            "\u{feff}[registries.x]\r\nindex = 'y'\r\n",
        ] {
            let with = key.insert_into(text).expect("TOML");
            assert_eq!(key.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(key.remove_from(&with).as_deref(), Ok(text), "{with}");
            let more = with + "index = 'z' # mine\n";
            let rest = key.remove_from(&more).expect("TOML");
            assert!(
                rest.ends_with("[registries.ours]\nindex = 'z' # mine\n") || rest.contains('\r')
            );
        }
        assert!(key.insert_into("registries = {}\n").is_err());
    }

    #[test]
    fn other_providers_stay_and_an_old_one_is_replaced() {
        let of = |value: &str| {
            format!("[registries.ours]\nindex = \"x\"\ncredential-provider = {value}\n")
        };
        assert_eq!(
            provider().state(&of("[ 'prusa-cred' ]")),
            Ok(EntryState::AsWritten)
        );
        let other = provider().state(&of("\"cargo:token\""));
        assert!(matches!(other, Ok(EntryState::OtherProgram(_))));
        let old = of("[\"prusa-cred\", \"--profile\", \"x\"] # why");
        assert!(matches!(
            provider().state(&old),
            Ok(EntryState::Modified(_))
        ));
        assert_eq!(
            provider().insert_into(&old),
            Ok(of("[\"prusa-cred\"] # why"))
        );
        assert!(provider().state("[registries").is_err());
    }

    #[test]
    fn a_key_outside_tables_is_inserted_before_them() {
        let key = Key {
            table: Vec::new(),
            makes_table: false,
            name: "keyring-provider".into(),
            value: "subprocess".into(),
        };
        let table = [
            "",
            "native-tls = true\n",
            "a = [\n  [1],\n]\n# about pip\n[pip]\nx = 1\n",
            "[[index]]\r\nurl = \"https://h/\"\r\n",
        ];
        for text in table {
            let with = key.insert_into(text).expect("TOML");
            assert_eq!(key.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(key.remove_from(&with).as_deref(), Ok(text), "{with}");
        }
        let manual_change = "keyring-provider = 'subprocess'\n";
        assert_eq!(key.state(manual_change), Ok(EntryState::Equivalent));
        assert!(matches!(
            key.state("keyring-provider = 'disabled'"),
            Ok(EntryState::OtherProgram(_))
        ));
    }
}
