//! A key of a TOML file, as in cargo's `config.toml` and uv's `uv.toml`.

use toml_edit::{Item, Value};

use super::entry_state::{Found, MARK, Why};
use crate::clients::programs::OURS;
use crate::toml_file::{TomlFile, remove, set};

/// A key with its value.
pub(crate) struct Key {
    /// The tables that lead to it, which are there; of the file itself, none.
    pub(crate) table: Vec<String>,
    pub(crate) name: &'static str,
    pub(crate) value: Value,
}

fn parse(text: &str) -> Result<TomlFile<'_>, Why> {
    TomlFile::parse(text).map_err(|error| error.to_string())
}

/// Returns the names of cargo's registries with the index of each.
pub(crate) fn registries(text: &str) -> Result<Vec<(String, String)>, Why> {
    let file = parse(text)?;
    let all = file.get(["registries"]).and_then(Item::as_table_like);
    let named = all.into_iter().flat_map(|all| all.iter());
    let with_index = named.filter_map(|(name, registry)| {
        let index = registry.get("index")?.as_str()?;
        Some((name.to_owned(), index.to_owned()))
    });
    Ok(with_index.collect())
}

impl Key {
    fn path(&self) -> impl Iterator<Item = &str> {
        self.table.iter().map(String::as_str)
    }

    fn is_marked(&self) -> bool {
        !self.value.to_string().contains(OURS)
    }

    /// Returns whether the line above the key is the mark.
    fn is_below_mark(&self, file: &TomlFile<'_>) -> bool {
        let table = file.get(self.path()).and_then(Item::as_table_like);
        let key = table.and_then(|table| table.key(self.name));
        let above = key.and_then(|key| key.leaf_decor().prefix()?.as_str());
        above.is_some_and(|above| above.lines().last() == Some(MARK))
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let file = parse(text)?;
        let Some(item) = file.get(self.path().chain([self.name])) else {
            return Ok(Found::Absent);
        };
        let is_ours = !self.is_marked() || self.is_below_mark(&file);
        let value = item.as_value();
        let is_same = value
            .is_some_and(|value| strings(value).is_some_and(|it| Some(it) == strings(&self.value)));
        let said = match value {
            Some(value) => value.clone().decorated("", "").to_string(),
            None => item.to_string(),
        };
        Ok(match (is_same, is_ours) {
            (true, true) => Found::Ours,
            (true, false) => Found::AsGood,
            (false, _) if said.contains(OURS) || (self.is_marked() && is_ours) => {
                Found::Changed(said)
            }
            (false, _) => Found::Theirs(format!("{} = {said}", self.name)),
        })
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let mut file = parse(text)?;
        let is_new = file.get(self.path().chain([self.name])).is_none();
        let table = file.get_mut(self.path());
        let put = table.and_then(|table| {
            set(table, self.name, self.value.clone())?;
            if self.is_marked() && is_new {
                let mut key = table.as_table_like_mut()?.key_mut(self.name)?;
                key.leaf_decor_mut().set_prefix(format!("{MARK}\n"));
            }
            Some(())
        });
        put.and_then(|()| file.render())
            .ok_or_else(|| format!("there is no place for {} in it", self.name))
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let mut file = parse(text)?;
        let table = file.get_mut(self.path());
        let taken = table.and_then(|table| remove(table, self.name, MARK));
        taken
            .and_then(|()| file.render())
            .ok_or_else(|| format!("{} cannot be taken out of it", self.name))
    }
}

/// Returns whether a value is a list, and its strings.
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
            name: "credential-provider",
            value: Value::from_iter(["prusa-cred"]),
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
            value: "subprocess".into(),
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
