//! Setting one key in `config.toml`: text in, text out, and every other byte as it was.
//!
//! A value that is there is replaced where it stands; a key that is missing gets a line of its own, the first of its
//! table. What comes out has been parsed again and says what was meant, and all the rest that it said before.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::append::{not_toml, profile_in, quoted};
use super::{AppendError, NewProfile, appended};

/// Why a key cannot be set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SetKeyError {
    #[error(transparent)]
    Text(#[from] AppendError),
    /// A table within a line, or whatever else a person may write.
    #[error("it is written in a way that is not changed by itself: {key} = {value} belongs there")]
    ByHand { key: String, value: String },
}

/// Returns the configuration with `key` set, at the top or in a profile. A profile that is not there is `new`.
///
/// # Errors
///
/// When that cannot be done by replacing a value or adding a line.
pub(crate) fn with_key(
    text: &str,
    profile: Option<&NewProfile>,
    key: &'static str,
    value: &str,
) -> Result<String, SetKeyError> {
    let root = parse(text)?;
    let name = profile.map(NewProfile::name);
    if let Some(new) = profile
        && profile_in(root.get_ref(), new.name()).is_none()
    {
        return Ok(appended(text, &new.clone().text(key, value))?);
    }
    let by_hand = || SetKeyError::ByHand {
        key: name.map_or(key.to_owned(), |name| format!("profiles.{name}.{key}")),
        value: quoted(value),
    };
    let place = place_of(text, root.get_ref(), name, key).ok_or_else(by_hand)?;
    let (before, after) = (text.get(..place.span.start), text.get(place.span.end..));
    let (before, after) = before.zip(after).ok_or_else(by_hand)?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let result = if place.is_value {
        format!("{before}{}{after}", quoted(value))
    } else {
        let gap = if before.is_empty() || before.ends_with('\n') {
            ""
        } else {
            newline
        };
        let is_first_of_tables = name.is_none() && before.is_empty() && after.starts_with('[');
        let below = if is_first_of_tables { newline } else { "" };
        let value = quoted(value);
        format!("{before}{gap}{key} = {value}{newline}{below}{after}")
    };
    if is_meant(text, &result, name, key, value) {
        Ok(result)
    } else {
        Err(by_hand())
    }
}

/// Returns whether `key` is set at the top, or in a profile.
pub(crate) fn has_key(text: &str, profile: Option<&str>, key: &str) -> Result<bool, SetKeyError> {
    let root = parse(text)?;
    let table = table_of(root.get_ref(), profile);
    Ok(table.is_some_and(|table| table.get(key).is_some()))
}

fn parse(text: &str) -> Result<toml::Spanned<DeTable<'_>>, AppendError> {
    DeTable::parse(text).map_err(|error| not_toml(text, &error))
}

/// Where text is put: in place of a value, or as a line of its own.
struct Place {
    span: Range<usize>,
    is_value: bool,
}

fn place_of(text: &str, root: &DeTable<'_>, profile: Option<&str>, key: &str) -> Option<Place> {
    if let Some(value) = table_of(root, profile)?.get(key) {
        return Some(Place {
            span: value.span(),
            is_value: true,
        });
    }
    let at = match profile {
        None => 0,
        Some(name) => {
            let profiles = root.get("profiles")?.get_ref().as_table()?;
            let (name, _) = profiles
                .iter()
                .find(|(key, _)| key.get_ref().as_ref() == name)?;
            let rest = text.get(name.span().end..)?;
            let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
            name.span().end + line
        }
    };
    Some(Place {
        span: at..at,
        is_value: false,
    })
}

fn table_of<'a>(root: &'a DeTable<'a>, profile: Option<&str>) -> Option<&'a DeTable<'a>> {
    match profile {
        None => Some(root),
        Some(name) => profile_in(root, name)?.as_table(),
    }
}

fn is_meant(before: &str, after: &str, profile: Option<&str>, key: &str, value: &str) -> bool {
    let (Ok(before), Ok(after)) = (parse(before), parse(after)) else {
        return false;
    };
    let set = table_of(after.get_ref(), profile).and_then(|table| table.get(key));
    let is_set = set.and_then(|set| set.get_ref().as_str()) == Some(value);
    is_set
        && shown(before.get_ref(), profile, Some(key)) == shown(after.get_ref(), profile, Some(key))
}

/// Returns what a table says, in one order, without the key at the end of the path and without telling where it stands.
fn shown(table: &DeTable<'_>, profile: Option<&str>, left_out: Option<&str>) -> String {
    let mut entries: Vec<_> = table
        .iter()
        .filter(|(key, _)| profile.is_some() || left_out != Some(key.get_ref().as_ref()))
        .map(|(key, value)| {
            let key = key.get_ref().as_ref();
            let value = match (value.get_ref(), profile) {
                (DeValue::Table(profiles), Some(name)) if key == "profiles" => {
                    of_profiles(profiles, name, left_out)
                }
                (value, _) => shown_value(value),
            };
            format!("{}={value}", quoted(key))
        })
        .collect();
    entries.sort();
    format!("{{{}}}", entries.join(","))
}

fn of_profiles(profiles: &DeTable<'_>, name: &str, left_out: Option<&str>) -> String {
    let each = profiles.iter().map(|(key, value)| {
        let key = key.get_ref().as_ref();
        let value = match value.get_ref() {
            DeValue::Table(table) if key == name => shown(table, None, left_out),
            value => shown_value(value),
        };
        format!("{}={value}", quoted(key))
    });
    let mut each: Vec<_> = each.collect();
    each.sort();
    each.join(",")
}

fn shown_value(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Table(table) => shown(table, None, None),
        DeValue::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| shown_value(item.get_ref()))
                .collect();
            format!("[{}]", items.join(","))
        }
        DeValue::String(text) => quoted(text),
        other => format!("{other:?}"),
    }
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
        assert_eq!(line_added(FARM, None).0, 0);
        assert_eq!(line_added(FARM, Some("farm")).0, 4);
        assert_eq!(line_added(FARM, Some("a.b")).0, 7);
        assert_eq!(set("", None, "none").as_deref(), Ok("seal = \"none\"\n"));
        let text = "[profiles.farm]\r\nprovider = 'prusa'\r\n";
        let result = set(text, None, "none").expect("text");
        assert_eq!(result, format!("seal = \"none\"\r\n\r\n{text}"));
        let result = set("[profiles.prusa]", Some("prusa"), "none").expect("text");
        assert_eq!(result, "[profiles.prusa]\nseal = \"none\"\n");
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let (_, sealed) = line_added(FARM, Some("farm"));
        let other = set(&sealed, Some("farm"), "/k\"ey").expect("text");
        assert_eq!(
            other,
            sealed.replace("\"keyring\"", "\"/k\\\"ey\"").as_str()
        );
        assert_eq!(set(&other, Some("farm"), "keyring"), Ok(sealed.clone()));
        assert_eq!(set(&sealed, Some("farm"), "keyring"), Ok(sealed));
        let inline = "profiles = { prusa = { seal = 'none' } }\n";
        let result = set(inline, Some("prusa"), "keyring").expect("text");
        assert_eq!(result, inline.replace("'none'", "\"keyring\""));
    }

    #[test]
    fn a_profile_that_is_missing_is_added() {
        let result = set(FARM, Some("prusa"), "keyring").expect("text");
        let table = "[profiles.prusa]\nprovider = \"prusa\"\nseal = \"keyring\"\n";
        assert_eq!(result, format!("{FARM}\n\n{table}"));
    }

    #[test]
    fn what_cannot_be_done_by_a_line_is_left_to_a_person() {
        for text in [
            "profiles = { farm = { provider = 'prusa' } }",
            "profiles.farm.provider = 'prusa'",
            "[profiles]\nfarm = { provider = 'prusa' }",
            "[profiles]\nfarm.provider = 'prusa'\nfarm.email = 'a'",
        ] {
            let refused = set(text, Some("farm"), "none");
            assert!(
                matches!(refused, Err(SetKeyError::ByHand { .. })),
                "{text}: {refused:?}"
            );
        }
        assert!(matches!(set("x", None, "none"), Err(SetKeyError::Text(_))));
    }

    #[test]
    fn it_is_told_whether_a_key_is_there() {
        let text = "seal = 'none'\n[profiles.farm]\nprovider = 'prusa'\n";
        assert_eq!(has_key(text, None, "seal"), Ok(true));
        assert_eq!(has_key(text, None, "seal_saved"), Ok(false));
        assert_eq!(has_key(text, Some("farm"), "seal"), Ok(false));
        assert_eq!(has_key(text, Some("nobody"), "seal"), Ok(false));
    }
}
