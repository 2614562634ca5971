//! Adding a profile to the text of `config.toml`.
//!
//! The file is a person's: its bytes stay unchanged, and the new table is appended. The result is parsed again to check
//! that the profile is in it. No key holds a secret.

use toml_edit::{Array, Key, Value};

use super::config::{LONGEST_NAME, is_built_in, is_profile_name};
use crate::lines::end_of_lines;
use crate::token::UnixTime;
use crate::toml_file::{NotToml, TomlFile};

/// A profile that is not in the configuration yet.
#[derive(Clone, Debug)]
pub(crate) struct NewProfile {
    name: String,
    keys: Vec<(&'static str, Value)>,
}

/// Why a profile cannot be added to a configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum AppendError {
    #[error(
        "{0:?} cannot be a profile's name: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit"
    )]
    BadName(String),
    /// The name of a built-in profile, with another provider than that one's.
    #[error("a profile named {0} is of provider {0}; give this one another name")]
    BuiltIn(String),
    #[error("it has a profile {0} already")]
    Exists(String),
    #[error(transparent)]
    NotToml(#[from] NotToml),
    /// `profiles = { … }`, an inline table, which cannot be extended by appending text.
    #[error(
        "its `profiles` is not made of [profiles.NAME] tables, so none can be added at the end"
    )]
    NotTables,
}

impl NewProfile {
    /// Returns a profile with a name and a provider. The name is checked by [`append_profile`].
    pub(crate) fn new(name: impl Into<String>, provider: &str) -> Self {
        Self {
            name: name.into(),
            keys: vec![("provider", provider.into())],
        }
    }

    /// Sets a key to a text.
    #[must_use]
    pub(crate) fn text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.set(key, text.into().into())
    }

    /// Sets a key to a text, if there is one.
    #[must_use]
    pub(crate) fn optional_text(self, key: &'static str, text: Option<impl Into<String>>) -> Self {
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
        let texts: Array = texts.into_iter().map(Into::into).collect();
        self.set(key, texts.into())
    }

    /// Sets a key to a number.
    #[must_use]
    pub(crate) fn number(self, key: &'static str, number: u16) -> Self {
        self.set(key, i64::from(number).into())
    }

    /// Sets a key to a time in seconds since 1970, if there is one.
    #[must_use]
    pub(crate) fn optional_time(self, key: &'static str, time: Option<UnixTime>) -> Self {
        match time {
            Some(time) => self.set(key, time.as_secs().into()),
            None => self,
        }
    }

    /// Returns the profile with another name.
    #[must_use]
    pub(crate) fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// Returns the texts of a list; none without the key.
    pub(super) fn texts_of(&self, key: &str) -> Vec<String> {
        let value = self.keys.iter().find(|(known, _)| *known == key);
        let list = value.and_then(|(_, value)| value.as_array());
        let texts = list.into_iter().flat_map(Array::iter);
        texts.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Returns whether a key is set.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(known, _)| *known == key)
    }

    /// Returns the profile's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the profile is of this provider.
    fn has_provider(&self, provider: &str) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|(key, value)| *key == "provider" && value.as_str() == Some(provider))
    }

    /// Adds the key with this value after the others; an earlier value of it is dropped.
    fn set(mut self, key: &'static str, value: Value) -> Self {
        self.keys.retain(|(known, _)| *known != key);
        self.keys.push((key, value));
        self
    }

    /// Returns the table as it is written: `provider` first, `hosts` last.
    fn render(&self, newline: &str) -> String {
        let (hosts, others): (Vec<_>, Vec<_>) =
            self.keys.iter().partition(|(key, _)| *key == "hosts");
        let name = Key::new(&self.name);
        let mut text = format!("[profiles.{}]{newline}", name.display_repr());
        for (key, value) in others.into_iter().chain(hosts) {
            text += &format!("{key} = {value}{newline}");
        }
        text
    }
}

/// Returns the text with the profile's table appended, after an empty line. The keys are not checked, but for
/// `provider` with the name of a built-in profile.
///
/// # Errors
///
/// When the name is not valid, is in the text already or is that of a built-in profile of another provider, the text is
/// not TOML, or a table cannot be appended to it.
pub(crate) fn append_profile(text: &str, new: &NewProfile) -> Result<String, AppendError> {
    if !is_profile_name(&new.name) {
        return Err(AppendError::BadName(new.name.clone()));
    }
    if is_built_in(&new.name) && !new.has_provider(&new.name) {
        return Err(AppendError::BuiltIn(new.name.clone()));
    }
    let path = ["profiles", &new.name];
    if TomlFile::parse(text)?.get(path).is_some() {
        return Err(AppendError::Exists(new.name.clone()));
    }
    let newline = end_of_lines(text);
    let blank_lines = match text {
        "" => "",
        text if text.ends_with("\n\n") || text.ends_with("\n\r\n") => "",
        text if text.ends_with('\n') => newline,
        _ => &newline.repeat(2),
    };
    let result = format!("{text}{blank_lines}{}", new.render(newline));
    match TomlFile::parse(&result) {
        Ok(file) if file.get(path).is_some() => Ok(result),
        _ => Err(AppendError::NotTables),
    }
}

/// Returns a valid profile name that is not that of a built-in profile and for which `is_taken` is false: the host of
/// an address, or any other text, in lower case with `-` for other characters, or `login` if nothing is left; with `-2`
/// or a higher number at the end if that is taken.
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

/// Returns `stem`, which is all ASCII, with `suffix`; the stem is cut so that both together are no longer than a name
/// may be.
fn with_suffix(stem: &str, suffix: &str) -> String {
    let room = LONGEST_NAME.saturating_sub(suffix.len());
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}{suffix}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use toml_edit::DocumentMut;

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
    fn a_table_is_appended_after_a_blank_line() {
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
        for (text, blank_lines) in table {
            let wanted = Ok(format!("{text}{blank_lines}{FARM}"));
            assert_eq!(append_profile(text, &farm()), wanted, "{text:?}");
        }
        let windows = append_profile("default = 'farm'\r\n", &farm());
        let wanted = format!("default = 'farm'\r\n\r\n{}", FARM.replace('\n', "\r\n"));
        assert_eq!(windows, Ok(wanted));
    }

    #[test]
    fn what_cannot_be_appended_is_an_error() {
        let exists = Err(AppendError::Exists("farm".into()));
        for text in [FARM, "profiles = { farm = {} }", "profiles.'farm'.x = 1"] {
            assert_eq!(append_profile(text, &farm()), exists, "{text:?}");
        }
        for text in ["profiles = {}", "profiles = 1", "[[profiles]]"] {
            assert_eq!(
                append_profile(text, &farm()),
                Err(AppendError::NotTables),
                "{text:?}"
            );
        }
        assert!(matches!(
            append_profile("a = 1\nb = ", &farm()),
            Err(AppendError::NotToml(NotToml { line: 2, .. }))
        ));
        assert!(matches!(
            append_profile("", &NewProfile::new("../x", "prusa")),
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

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<String>().prop_map(Value::from),
            prop::collection::vec(any::<String>(), 0..4).prop_map(Value::from_iter),
            any::<u16>().prop_map(|number| i64::from(number).into()),
        ]
    }

    /// Returns a value without its formatting.
    fn plain_value(value: &Value) -> (Option<&str>, Option<i64>, Option<Vec<&str>>) {
        let texts = value.as_array().map(Array::iter);
        let texts = texts.map(|texts| texts.filter_map(Value::as_str).collect());
        (value.as_str(), value.as_integer(), texts)
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
        fn old_text_stays_and_the_new_table_has_all_keys(
            text in old_text(),
            new in any_profile(),
        ) {
            let Ok(result) = append_profile(&text, &new) else { return Ok(()) };
            prop_assert!(result.starts_with(&text));
            let old: DocumentMut = text.parse().expect("what could be added to");
            let all: DocumentMut = result.parse().expect("TOML");
            let table = all["profiles"][&new.name].as_table().expect("a table");
            prop_assert_eq!(table.len(), new.keys.len());
            for (key, value) in &new.keys {
                prop_assert_eq!(table[key].as_value().map(plain_value), Some(plain_value(value)));
            }
            for (key, value) in old.iter().filter(|(key, _)| *key != "profiles") {
                prop_assert_eq!(all[key].to_string(), value.to_string());
            }
        }

        #[test]
        fn an_empty_file_takes_any_profile(new in any_profile()) {
            prop_assert!(append_profile("", &new).is_ok());
        }

        #[test]
        fn any_text_is_handled_without_a_panic(text in any::<String>(), new in any_profile()) {
            let _ = append_profile(&text, &new);
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
            .optional_text("audience", None::<String>)
            .texts("hosts", ["git.example.com"]);
        let text = append_profile("[profiles.a]\nprovider = 'prusa'", &new).expect("it is added");
        let file = Some((Path::new("c.toml"), text.as_str()));
        let profiles = Profiles::load(file, &Environment::default()).expect("profiles");
        let corp = profiles.named("corp.example.com").expect("the profile");
        assert_eq!(corp.hosts.len(), 1);
        assert!(profiles.named("a").is_some());
    }
}
