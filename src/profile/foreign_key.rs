//! What to say about a key that a profile's provider does not have: whose it is, or which one is likely meant.

use super::provider::Kind;
use super::unknown_word::unknown;

/// Returns the message about an unknown key of a profile of this provider: whose key it is if it is another provider's,
/// else the known one that is likely meant, else all known ones. `keys_of` returns the keys of a provider.
pub(super) fn unknown_key(
    key: &str,
    kind: Kind,
    known: &[&str],
    keys_of: &dyn Fn(Kind) -> Vec<&'static str>,
) -> String {
    let is_its_key = |other: &Kind| *other != kind && keys_of(*other).contains(&key);
    let owners: Vec<_> = Kind::ALL.into_iter().filter(is_its_key).collect();
    if owners.is_empty() {
        return unknown(key, known);
    }
    let owners: Vec<_> = owners.into_iter().map(Kind::word).collect();
    format!(
        "unknown key: it is one of provider {}, and this profile is of provider {}",
        owners.join(" and "),
        kind.word()
    )
}
