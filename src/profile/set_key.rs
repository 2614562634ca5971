//! Setting one key in the text of `config.toml`, with every other byte unchanged.

use toml_edit::Value;

use super::append::suggested_name;
use super::config::is_built_in;
use super::{AppendError, NewProfile, append_profile};
use crate::lines::end_of_lines;
use crate::toml_file::TomlFile;

/// Why a key cannot be set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SetKeyError {
    #[error(transparent)]
    Text(#[from] AppendError),
    /// The place is not a table, or its keys are in an order that would change.
    #[error("prusa-cred cannot edit a file written in this way: set {key} = {value} by hand")]
    NotEditable { key: String, value: String },
    /// As `NotEditable`, of a key that has to go.
    #[error("prusa-cred cannot edit a file written in this way: take {key} out by hand")]
    NotRemovable { key: String },
}

/// Returns the text with these keys set in the table of a profile that it has, or taken out of it where there is no
/// value.
///
/// # Errors
///
/// As [`with_key`]; `NotRemovable` if a key cannot be taken out.
pub(crate) fn with_keys(
    text: &str,
    profile: &str,
    keys: &[(&'static str, Option<Value>)],
) -> Result<String, SetKeyError> {
    /// No line is this.
    const NO_MARK: &str = "\n";
    let path = key_path(Some(profile));
    let mut text = text.to_owned();
    for (key, value) in keys {
        let file = parse(&text)?;
        let name = || format!("profiles.{profile}.{key}");
        text = match value {
            Some(value) => file.with_key(&path, key, value, None).ok_or_else(|| {
                let (key, value) = (name(), value.to_string());
                SetKeyError::NotEditable { key, value }
            })?,
            None if file.get(path.iter().copied().chain([*key])).is_none() => continue,
            None => file
                .without_key(&path, key, NO_MARK)
                .ok_or_else(|| SetKeyError::NotRemovable { key: name() })?,
        };
    }
    Ok(text)
}

/// Returns the text with `key` set to the string `value`, at the top or in the table of `profile`. A profile that the
/// text does not have is added with all its keys; of one that it has, only `key` changes.
///
/// # Errors
///
/// `NotEditable` if that would change something else too, or the key or what it belongs in is not of the right kind;
/// `Text` if the text is not TOML or the profile cannot be added.
pub(crate) fn with_key(
    text: &str,
    profile: Option<&NewProfile>,
    key: &'static str,
    value: &str,
) -> Result<String, SetKeyError> {
    let file = parse(text)?;
    let name = profile.map(NewProfile::name);
    let path = key_path(name);
    if let Some(new) = profile
        && file.get(path.iter().copied()).is_none()
    {
        return Ok(append_profile(text, &new.clone().text(key, value))?);
    }
    let value = Value::from(value);
    let set = file.with_key(&path, key, &value, None);
    let set = set.map(|new| separated(text, new));
    set.ok_or_else(|| SetKeyError::NotEditable {
        key: path.into_iter().chain([key]).collect::<Vec<_>>().join("."),
        value: value.to_string(),
    })
}

/// Returns the text with these in the list `key` of `profile`, after those that are there: the list stays as it is
/// written, and its comments too. A profile that the text does not have is added with all its keys, a list that is
/// missing with what `profile` has in it.
///
/// # Errors
///
/// As `with_key`.
pub(crate) fn with_texts(
    text: &str,
    profile: &NewProfile,
    key: &'static str,
    texts: &[String],
) -> Result<String, SetKeyError> {
    let file = parse(text)?;
    let path = key_path(Some(profile.name()));
    if file.get(path.iter().copied()).is_none() {
        return Ok(append_profile(text, &profile.clone().texts(key, texts))?);
    }
    let list = file
        .get(path.iter().copied().chain([key]))
        .and_then(toml_edit::Item::as_array);
    let has =
        |text: &str| list.is_some_and(|list| list.iter().any(|known| known.as_str() == Some(text)));
    let missing: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|text| !has(text))
        .collect();
    let all: toml_edit::Array = texts.iter().map(String::as_str).collect();
    let new = match list {
        Some(_) if missing.is_empty() => Some(text.to_owned()),
        Some(_) => file.with_elements(&path, key, &missing),
        None => file.with_key(&path, key, &all.clone().into(), None),
    };
    new.ok_or_else(|| SetKeyError::NotEditable {
        key: path.into_iter().chain([key]).collect::<Vec<_>>().join("."),
        value: all.to_string(),
    })
}

/// Does as [`append_profile`], of a profile whose name the text may have got meanwhile, by another process: then it gets
/// the next free name, which is returned with the text. A built-in profile keeps its name: what its table says stays, and
/// the hosts of `new` are added.
///
/// # Errors
///
/// As [`append_profile`], but not `Exists`; `NotEditable` if the hosts cannot be added.
pub(crate) fn with_new_profile(
    text: &str,
    new: &NewProfile,
) -> Result<(String, String), SetKeyError> {
    let name = new.name();
    let file = parse(text)?;
    let is_taken = |name: &str| file.get(["profiles", name]).is_some();
    if !is_taken(name) {
        return Ok((append_profile(text, new)?, name.to_owned()));
    }
    if is_built_in(name) {
        let hosts = new.texts_of("hosts");
        let text = match hosts.as_slice() {
            [] => text.to_owned(),
            hosts => with_texts(text, new, "hosts", hosts)?,
        };
        return Ok((text, name.to_owned()));
    }
    let free = suggested_name(name, &is_taken);
    Ok((append_profile(text, &new.clone().named(&free))?, free))
}

/// Returns the new text with an empty line before the table that the old one begins with, if a line was added above it.
pub(super) fn separated(old: &str, new: String) -> String {
    match new.strip_suffix(old) {
        Some(line) if old.starts_with('[') => format!("{line}{}{old}", end_of_lines(old)),
        _ => new,
    }
}

/// Returns whether `key` is set at the top, or in a profile.
///
/// # Errors
///
/// `Text` if the text is not TOML.
pub(crate) fn has_key(text: &str, profile: Option<&str>, key: &str) -> Result<bool, SetKeyError> {
    Ok(parse(text)?
        .get(key_path(profile).into_iter().chain([key]))
        .is_some())
}

/// Parses the configuration file's text. Fails if it is not TOML.
pub(super) fn parse(text: &str) -> Result<TomlFile<'_>, SetKeyError> {
    Ok(TomlFile::parse(text).map_err(AppendError::from)?)
}

/// Returns the path of a profile's table; an empty one for the top level.
fn key_path(profile: Option<&str>) -> Vec<&str> {
    profile.map_or_else(Vec::new, |name| vec!["profiles", name])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FARM: &str = "# mine\ndefault = 'farm'   # why\n\n[profiles.farm] # two\nprovider = 'prusa'\n\n[profiles.\"a.b\"]\nprovider = 'prusa'";

    fn set(text: &str, profile: Option<&str>, value: &str) -> Result<String, SetKeyError> {
        let new = profile.map(|name| NewProfile::new(name, "prusa"));
        with_key(text, new.as_ref(), "seal", value)
    }

    fn line_added(text: &str, profile: Option<&str>) -> (usize, String) {
        let result = set(text, profile, "keyring").expect(text);
        let at = result.lines().position(|line| line == "seal = \"keyring\"");
        let at = at.expect("a line");
        let mut lines: Vec<_> = result.split_inclusive('\n').collect();
        lines.remove(at);
        assert_eq!(lines.concat().trim_end(), text.trim_end());
        (at, result)
    }

    #[test]
    fn a_missing_key_gets_a_line_of_its_own() {
        assert_eq!(line_added(FARM, None).0, 2);
        assert_eq!(line_added(FARM, Some("farm")).0, 5);
        assert_eq!(line_added(FARM, Some("a.b")).0, 8);
        assert_eq!(set("", None, "none").as_deref(), Ok("seal = \"none\"\n"));
        let text = "[profiles.farm]\r\nprovider = 'prusa'\r\n";
        let result = set(text, None, "none").expect("text");
        assert_eq!(result, format!("seal = \"none\"\r\n\r\n{text}"));
        let result = set("[profiles.prusa]", Some("prusa"), "none").expect("text");
        assert_eq!(result, "[profiles.prusa]\nseal = \"none\"\n");
    }

    #[test]
    fn a_value_is_replaced_in_place() {
        let (_, sealed) = line_added(FARM, Some("farm"));
        let other = set(&sealed, Some("farm"), "/k\"ey").expect("text");
        assert_eq!(other, sealed.replace("\"keyring\"", "'/k\"ey'"));
        assert_eq!(set(&other, Some("farm"), "keyring"), Ok(sealed.clone()));
        assert_eq!(set(&sealed, Some("farm"), "keyring"), Ok(sealed));
        let inline = "profiles = { prusa = { seal = 'none' } }\n";
        let result = set(inline, Some("prusa"), "keyring").expect("text");
        assert_eq!(result, inline.replace("'none'", "\"keyring\""));
    }

    #[test]
    fn texts_are_added_to_a_list_however_it_is_written() {
        let profile = NewProfile::new("farm", "oauth");
        let both = ["a".to_owned(), "b".to_owned()];
        let set = |text: &str| with_texts(text, &profile, "scopes", &both);
        for (list, wanted) in [
            ("scopes = ['a'] # why\n", "scopes = ['a', \"b\"] # why\n"),
            ("scopes = []\n", "scopes = [\"a\", \"b\"]\n"),
            ("scopes=[ 'b' ,'a', ]", "scopes=[ 'b' ,'a', ]"),
            (
                "scopes = [\r\n  'x', # one\r\n  'b', # two\r\n] # end\r\nseal = 'none'\r\n",
                "scopes = [\r\n  'x', # one\r\n  'b', # two\r\n  \"a\",\r\n] # end\r\nseal = 'none'\r\n",
            ),
            ("# none\n", "scopes = [\"a\", \"b\"]\n# none\n"),
        ] {
            let head = "[profiles.farm] # mine\nprovider = 'oauth'\n";
            let result = set(&format!("{head}{list}"));
            assert_eq!(result, Ok(format!("{head}{wanted}")), "{list}");
        }
        let added = "[profiles.farm]\nprovider = \"oauth\"\nscopes = [\"a\", \"b\"]\n";
        assert_eq!(set("").as_deref(), Ok(added));
        let odd = "[profiles.farm]\nscopes = ['a', 7]\n";
        assert!(matches!(set(odd), Err(SetKeyError::NotEditable { .. })));
    }

    #[test]
    fn a_profile_that_is_missing_is_added() {
        let result = set(FARM, Some("prusa"), "keyring").expect("text");
        let table = "[profiles.prusa]\nprovider = \"prusa\"\nseal = \"keyring\"\n";
        assert_eq!(result, format!("{FARM}\n\n{table}"));
    }

    #[test]
    fn a_key_is_added_to_a_profile_however_it_is_written() {
        let table = [
            (
                "profiles = { farm = { provider = 'prusa' } }\n",
                "profiles = { farm = { provider = 'prusa', seal = \"none\" } }\n",
            ),
            (
                "profiles.farm.provider = 'prusa'\n",
                "profiles.farm.provider = 'prusa'\nprofiles.farm.seal = \"none\"\n",
            ),
            (
                "[profiles]\nfarm.provider = 'prusa'\nfarm.email = 'a'\n",
                "[profiles]\nfarm.provider = 'prusa'\nfarm.email = 'a'\nfarm.seal = \"none\"\n",
            ),
            (
                "profiles.farm.provider = 'prusa'\ndefault = 'farm'\nprofiles.farm.email = 'a'",
                "profiles.farm.provider = 'prusa'\ndefault = 'farm'\nprofiles.farm.email = 'a'\nprofiles.farm.seal = \"none\"\n",
            ),
            (
                "[profiles . x]\nprovider = 'prusa'\n[profiles.farm]\nprovider = 'prusa'\n",
                "[profiles . x]\nprovider = 'prusa'\n[profiles.farm]\nprovider = 'prusa'\nseal = \"none\"\n",
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(set(text, Some("farm"), "none").as_deref(), Ok(wanted));
        }
    }

    #[test]
    fn several_keys_are_set_and_taken_out() {
        let keys = [
            ("client_id", Some(Value::from("b"))),
            ("client_secret_expires_at", Some(Value::from(7_i64))),
            ("client_secret_file", None),
            ("redirect_port", None),
        ];
        for (text, wanted) in [
            (
                "# one\n[profiles.farm]\nclient_id = 'a' # two\nclient_secret_file = '/x'\nhosts = []\n",
                "# one\n[profiles.farm]\nclient_id = \"b\" # two\nhosts = []\nclient_secret_expires_at = 7\n",
            ),
            (
                "profiles = { farm = { client_id = 'a', client_secret_file = '/x' } }\n",
                "profiles = { farm = { client_id = \"b\", client_secret_expires_at = 7 } }\n",
            ),
        ] {
            assert_eq!(with_keys(text, "farm", &keys).as_deref(), Ok(wanted));
        }
        let refused = with_keys("[profiles.farm.client_id]\n", "farm", &keys);
        assert!(
            matches!(refused, Err(SetKeyError::NotEditable { .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn what_is_no_table_or_no_toml_is_refused() {
        let refused = set("profiles.farm = 'prusa'", Some("farm"), "none");
        assert!(
            matches!(refused, Err(SetKeyError::NotEditable { .. })),
            "{refused:?}"
        );
        assert!(matches!(set("x", None, "none"), Err(SetKeyError::Text(_))));
    }

    #[test]
    fn a_key_that_is_set_is_found() {
        let text = "seal = 'none'\n[profiles.farm]\nprovider = 'prusa'\n";
        assert_eq!(has_key(text, None, "seal"), Ok(true));
        assert_eq!(has_key(text, None, "seal_saved"), Ok(false));
        assert_eq!(has_key(text, Some("farm"), "seal"), Ok(false));
        assert_eq!(has_key(text, Some("missing"), "seal"), Ok(false));
    }
}
