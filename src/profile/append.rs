//! Adding a profile to `config.toml`: text in, text out.
//!
//! A person's file is not ours to rewrite: what stands in it stays byte for byte, and the new table comes after it. What
//! comes out has been parsed again and says what was meant. No secret is ever among the keys.

use toml::de::{DeTable, DeValue};

use super::config::{LONGEST_NAME, is_built_in, is_profile_name};

/// A profile that is not in the configuration yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewProfile {
    name: String,
    keys: Vec<(&'static str, KeyValue)>,
}

/// What a key is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyValue {
    Text(String),
    Texts(Vec<String>),
    Number(u16),
}

/// Why a profile cannot be added to a configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum AppendError {
    #[error(
        "{0:?} cannot be a profile's name: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit"
    )]
    BadName(String),
    /// A built-in name, which goes with one provider.
    #[error("a profile named {0} is of provider {0}; give this one another name")]
    BuiltIn(String),
    #[error("it has a profile {0} already")]
    Exists(String),
    #[error("line {line}: {why}")]
    NotToml { line: usize, why: String },
    /// `profiles = { … }`, which nothing can be added to from outside.
    #[error(
        "its `profiles` is not made of [profiles.NAME] tables, so none can be added at the end"
    )]
    NotTables,
}

impl NewProfile {
    /// Names a profile of a kind of provider.
    pub(crate) fn new(name: impl Into<String>, provider: &str) -> Self {
        let provider = KeyValue::Text(provider.to_owned());
        Self {
            name: name.into(),
            keys: vec![("provider", provider)],
        }
    }

    /// Sets a key to a text.
    #[must_use]
    pub(crate) fn text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.set(key, KeyValue::Text(text.into()))
    }

    /// Sets a key to a text, if there is one.
    #[must_use]
    pub(crate) fn maybe(self, key: &'static str, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.text(key, text),
            None => self,
        }
    }

    /// Sets a key to a list of texts.
    #[must_use]
    pub(crate) fn texts<T: Into<String>>(
        self,
        key: &'static str,
        texts: impl IntoIterator<Item = T>,
    ) -> Self {
        let texts = texts.into_iter().map(Into::into).collect();
        self.set(key, KeyValue::Texts(texts))
    }

    /// Sets a key to a number.
    #[must_use]
    pub(crate) fn number(self, key: &'static str, number: u16) -> Self {
        self.set(key, KeyValue::Number(number))
    }

    /// Returns whether a key is set.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, _)| *known == key)
    }

    /// Returns the profile's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn is_of(&self, provider: &str) -> bool {
        let is_it = |(key, value): &(&str, KeyValue)| {
            *key == "provider" && *value == KeyValue::Text(provider.to_owned())
        };
        self.keys.iter().any(is_it)
    }

    fn set(mut self, key: &'static str, value: KeyValue) -> Self {
        self.keys.retain(|(known, _)| *known != key);
        self.keys.push((key, value));
        self
    }

    /// Returns the table as it is written: `provider` first, `hosts` last.
    fn render(&self, newline: &str) -> String {
        let (hosts, others): (Vec<_>, Vec<_>) =
            self.keys.iter().partition(|(key, _)| *key == "hosts");
        let mut text = format!("[profiles.{}]{newline}", key(&self.name));
        for (key, value) in others.into_iter().chain(hosts) {
            text += &format!("{key} = {}{newline}", value.render());
        }
        text
    }

    fn is_what(&self, table: &DeTable<'_>) -> bool {
        let is_there = |(key, wanted): &(&str, KeyValue)| {
            let found = table.get(*key);
            found.is_some_and(|value| wanted.is_what(value.get_ref()))
        };
        table.len() == self.keys.len() && self.keys.iter().all(is_there)
    }
}

impl KeyValue {
    fn render(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Texts(texts) => {
                let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
                format!("[{}]", texts.join(", "))
            }
            Self::Number(number) => number.to_string(),
        }
    }

    fn is_what(&self, value: &DeValue<'_>) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Texts(texts) => value.as_array().is_some_and(|items| {
                let items = items.iter().map(|item| item.get_ref().as_str());
                items.eq(texts.iter().map(|text| Some(text.as_str())))
            }),
            Self::Number(number) => value
                .as_integer()
                .is_some_and(|found| found.as_str() == number.to_string()),
        }
    }
}

/// Returns the configuration with one more profile at its end, and everything before as it was.
///
/// # Errors
///
/// When the profile is there already, or cannot be added by adding text.
pub(crate) fn appended(text: &str, new: &NewProfile) -> Result<String, AppendError> {
    if !is_profile_name(&new.name) {
        return Err(AppendError::BadName(new.name.clone()));
    }
    if is_built_in(&new.name) && !new.is_of(&new.name) {
        return Err(AppendError::BuiltIn(new.name.clone()));
    }
    let before = DeTable::parse(text).map_err(|error| not_toml(text, &error))?;
    if profile_in(before.get_ref(), &new.name).is_some() {
        return Err(AppendError::Exists(new.name.clone()));
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") || text.ends_with("\n\r\n") => "",
        text if text.ends_with('\n') => newline,
        _ => &newline.repeat(2),
    };
    let result = format!("{text}{gap}{}", new.render(newline));
    let is_meant = DeTable::parse(&result).is_ok_and(|after| {
        let table = profile_in(after.get_ref(), &new.name).and_then(DeValue::as_table);
        table.is_some_and(|table| new.is_what(table))
    });
    if is_meant {
        Ok(result)
    } else {
        Err(AppendError::NotTables)
    }
}

/// Returns a name for a profile, made of a host, an address or anything else, that `is_taken` says no to.
pub(crate) fn suggested_name(text: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    let host = url::Url::parse(text)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let plain: String = host
        .as_deref()
        .unwrap_or(text)
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
            _ => '-',
        })
        .collect();
    let is_edge = |c: char| !c.is_ascii_alphanumeric();
    let plain = plain.trim_matches(is_edge);
    let stem = if plain.is_empty() { "login" } else { plain };
    let numbered = (2..).map(|number: u32| with_suffix(stem, &format!("-{number}")));
    std::iter::once(with_suffix(stem, ""))
        .chain(numbered)
        .find(|name| !is_built_in(name) && !is_taken(name))
        .unwrap_or_default()
}

/// Returns `stem` cut so that it fits with `suffix`; it is all ASCII.
fn with_suffix(stem: &str, suffix: &str) -> String {
    let room = LONGEST_NAME.saturating_sub(suffix.len());
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}{suffix}")
}

pub(super) fn profile_in<'a>(root: &'a DeTable<'_>, name: &str) -> Option<&'a DeValue<'a>> {
    let profiles = root.get("profiles")?.get_ref().as_table()?;
    Some(profiles.get(name)?.get_ref())
}

pub(super) fn not_toml(text: &str, error: &toml::de::Error) -> AppendError {
    let offset = error.span().map_or(0, |span| span.start);
    let newlines = text.bytes().take(offset).filter(|byte| *byte == b'\n');
    AppendError::NotToml {
        line: 1 + newlines.count(),
        why: error.message().to_owned(),
    }
}

fn key(name: &str) -> String {
    if name.contains('.') {
        quoted(name)
    } else {
        name.to_owned()
    }
}

/// Returns a basic string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::profile::{Environment, Profiles};

    fn farm() -> NewProfile {
        NewProfile::new("farm", "prusa")
            .texts("hosts", ["connect.prusa3d.com"])
            .text("email", "farm@example.com")
    }

    const FARM: &str = "[profiles.farm]\nprovider = \"prusa\"\nemail = \"farm@example.com\"\n\
                        hosts = [\"connect.prusa3d.com\"]\n";

    #[test]
    fn a_table_comes_at_the_end_after_a_blank_line() {
        let table = [
            ("", ""),
            ("# mine", "\n\n"),
            ("default = 'farm'\n", "\n"),
            ("default = 'farm'\n\n", ""),
            ("[profiles.a]\nprovider='prusa' # no newline", "\n\n"),
            ("profiles.a.provider = 'prusa'\n", "\n"),
            ("profiles.a = { provider = 'prusa' }\n", "\n"),
            ("[profiles]\n", "\n"),
            ("\u{feff}# a mark at the beginning\n", "\n"),
        ];
        for (text, gap) in table {
            let wanted = Ok(format!("{text}{gap}{FARM}"));
            assert_eq!(appended(text, &farm()), wanted, "{text:?}");
        }
        let windows = appended("default = 'farm'\r\n", &farm());
        let wanted = format!("default = 'farm'\r\n\r\n{}", FARM.replace('\n', "\r\n"));
        assert_eq!(windows, Ok(wanted));
    }

    #[test]
    fn what_cannot_be_added_is_told() {
        let exists = Err(AppendError::Exists("farm".into()));
        for text in [FARM, "profiles = { farm = {} }", "profiles.'farm'.x = 1"] {
            assert_eq!(appended(text, &farm()), exists, "{text:?}");
        }
        for text in ["profiles = {}", "profiles = 1", "[[profiles]]"] {
            assert_eq!(
                appended(text, &farm()),
                Err(AppendError::NotTables),
                "{text:?}"
            );
        }
        assert!(matches!(
            appended("a = 1\nb = ", &farm()),
            Err(AppendError::NotToml { line: 2, .. })
        ));
        assert!(matches!(
            appended("", &NewProfile::new("../x", "prusa")),
            Err(AppendError::BadName(_))
        ));
    }

    #[test]
    fn names_are_made_of_hosts_and_addresses() {
        let is_taken = |name: &str| ["prusa", "taken.tld", "taken.tld-2"].contains(&name);
        let long = "x".repeat(80);
        let table = [
            ("mcp.example.com", "mcp.example.com"),
            ("https://MCP.example.com:8443/mcp?x#y", "mcp.example.com"),
            ("http://[::1]:80/", "1"),
            ("Me@Farm.com", "me-farm.com"),
            ("prusa", "prusa-2"),
            ("taken.tld", "taken.tld-3"),
            ("../..", "login"),
            ("", "login"),
            ("Region Zürich", "region-z-rich"),
            (&long, &long[..64]),
        ];
        for (text, wanted) in table {
            let name = suggested_name(text, &is_taken);
            assert_eq!(name, wanted, "{text:?}");
            assert!(is_profile_name(&name), "{name:?}");
        }
        let next = suggested_name(&long, &|name| name == &long[..64]);
        assert_eq!(next, format!("{}-2", &long[..62]));
    }

    fn any_value() -> impl Strategy<Value = KeyValue> {
        prop_oneof![
            any::<String>().prop_map(KeyValue::Text),
            prop::collection::vec(any::<String>(), 0..4).prop_map(KeyValue::Texts),
            any::<u16>().prop_map(KeyValue::Number),
        ]
    }

    fn any_profile() -> impl Strategy<Value = NewProfile> {
        let keys = prop::sample::subsequence(vec!["hosts", "email", "url", "scopes"], 0..=4);
        let values = prop::collection::vec(any_value(), 4);
        ("[a-z0-9][a-z0-9._-]{0,20}", keys, values).prop_map(|(name, keys, values)| {
            let new = NewProfile::new(name, "oauth");
            let pairs = keys.into_iter().zip(values);
            pairs.fold(new, |new, (key, value)| new.set(key, value))
        })
    }

    fn old_text() -> impl Strategy<Value = String> {
        let lines = prop::sample::select(vec![
            "default = 'a'\n",
            "[profiles.a]\n",
            "[profiles]\n",
            "provider = 'prusa'\r\n",
            "profiles = {}\n",
            "# comment",
            "x = '''\n",
            "'''\n",
            "x = [\n",
            "]\n",
            "\"\\u0041\" = 1\n",
            "\n",
            " ",
        ]);
        prop::collection::vec(lines, 0..6).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn everything_before_stays_and_the_table_is_what_was_meant(
            text in old_text(),
            new in any_profile(),
        ) {
            let Ok(result) = appended(&text, &new) else { return Ok(()) };
            prop_assert!(result.starts_with(&text));
            let old = DeTable::parse(&text).expect("what could be added to");
            let all = DeTable::parse(&result).expect("TOML");
            let table = profile_in(all.get_ref(), &new.name).and_then(DeValue::as_table);
            prop_assert!(new.is_what(table.expect("a table")));
            for (key, value) in old.get_ref() {
                let kept = all.get_ref().get(key.get_ref().as_ref());
                let kept = kept.map(|kept| format!("{:?}", kept.get_ref()));
                if key.get_ref() != "profiles" {
                    prop_assert_eq!(kept, Some(format!("{:?}", value.get_ref())));
                }
            }
        }

        #[test]
        fn a_file_of_nothing_takes_any_profile(new in any_profile()) {
            prop_assert!(appended("", &new).is_ok());
        }

        #[test]
        fn no_text_is_too_odd(text in any::<String>(), new in any_profile()) {
            let _ = appended(&text, &new);
            let name = suggested_name(&text, &|name| name == "a");
            prop_assert!(is_profile_name(&name), "{name:?}");
        }
    }

    #[test]
    fn the_configuration_has_the_profile_afterwards() {
        let new = NewProfile::new("corp.example.com", "oauth")
            .text("issuer", "https://login.example.com")
            .text("client_id", "a \"quoted\" id")
            .number("redirect_port", 8080)
            .maybe("audience", None::<String>)
            .texts("hosts", ["git.example.com"]);
        let text = appended("[profiles.a]\nprovider = 'prusa'", &new).expect("it is added");
        let file = Some((Path::new("c.toml"), text.as_str()));
        let profiles = Profiles::load(file, &Environment::default()).expect("profiles");
        let corp = profiles.named("corp.example.com").expect("the profile");
        assert_eq!(corp.hosts.len(), 1);
        assert!(profiles.named("a").is_some());
    }
}
