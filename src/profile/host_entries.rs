//! Adding to and taking out of the `hosts` of one profile in the text of `config.toml`, with every other byte unchanged.

use toml_edit::{Item, Value};

use super::set_key::{SetKeyError, parse, with_texts};
use super::{NewProfile, Profile};
use crate::credential::HostPattern;

/// The key.
const HOSTS: &str = "hosts";

/// Returns the text with these entries in the `hosts` of a profile, after those that are there. A built-in profile that
/// the text does not have is added. Where another profile answers for its provider's own hosts, as long as it names
/// none, those are written too.
///
/// # Errors
///
/// As [`super::with_key`].
pub(crate) fn with_hosts(
    text: &str,
    profile: &Profile,
    added: &[HostPattern],
) -> Result<String, SetKeyError> {
    let mut new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    if let Some((key, value)) = profile.issuer.required_key() {
        new = new.text(key, value);
    }
    let own = match configured(text, profile)? {
        None if !profile.is_built_in() => profile.hosts_of_provider(),
        _ => Vec::new(),
    };
    let all = own.iter().chain(added).map(ToString::to_string);
    with_texts(text, &new, HOSTS, &all.collect::<Vec<_>>())
}

/// Returns the text without these entries in the `hosts` of a profile, however they are written there. Of a profile that
/// names none, and answers for its provider's own hosts, the others are written.
///
/// # Errors
///
/// `NotRemovable` if something else would change too; `Text` if the text is not TOML.
pub(crate) fn without_hosts(
    text: &str,
    profile: &Profile,
    removed: &[HostPattern],
) -> Result<String, SetKeyError> {
    let path = ["profiles", &profile.name];
    let key = || format!("profiles.{}.{HOSTS}", profile.name);
    let file = parse(text)?;
    let goes = |entry: &HostPattern| removed.contains(entry);
    if configured(text, profile)?.is_none() {
        let mut kept = profile.hosts_of_provider();
        kept.retain(|entry| !goes(entry));
        let kept: toml_edit::Array = kept.iter().map(ToString::to_string).collect();
        let value = Value::from(kept);
        return file
            .with_key(&path, HOSTS, &value, None)
            .ok_or_else(|| SetKeyError::NotEditable {
                key: key(),
                value: value.to_string(),
            });
    }
    let is_removed = |text: &str| HostPattern::parse(text).is_ok_and(|entry| goes(&entry));
    file.without_elements(&path, HOSTS, &is_removed)
        .ok_or_else(|| SetKeyError::NotRemovable { key: key() })
}

/// Returns the `hosts` of a profile, if the text has them.
fn configured(text: &str, profile: &Profile) -> Result<Option<Item>, SetKeyError> {
    let file = parse(text)?;
    Ok(file.get(["profiles", &profile.name, HOSTS]).cloned())
}
