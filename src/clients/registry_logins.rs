//! The logins that Docker's and Podman's files hold themselves (`auths`). Of an entry only its name is read, and
//! whether it holds anything.

use serde_json::Value;

/// Returns whether `auths` has a password or token for a registry; schemes and slashes at the end of a key do not
/// count. Where a helper has it, the entry is empty.
pub(crate) fn holds_login(auths: Option<&Value>, key: &str) -> bool {
    holds_login_that(auths, |name| name == without_scheme(key))
}

/// As `holds_login`, also for a part of the registry, as Podman has them (`HOST/NAMESPACE`).
pub(crate) fn holds_login_at_or_below(auths: Option<&Value>, key: &str) -> bool {
    let key = without_scheme(key);
    holds_login_that(auths, |name| {
        let rest = name.strip_prefix(key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Returns the registries for which `auths` has a password or token, as they are named there.
pub(crate) fn names_of_logins(auths: Option<&Value>) -> Vec<String> {
    let auths = auths.and_then(Value::as_object).into_iter().flatten();
    let held = auths.filter(|(_, entry)| holds_secret(entry));
    held.map(|(name, _)| name.clone()).collect()
}

/// Returns whether `auths` has a password or token under a name, without its scheme, that is wanted.
fn holds_login_that(auths: Option<&Value>, is_wanted: impl Fn(&str) -> bool) -> bool {
    let auths = auths.and_then(Value::as_object);
    auths
        .into_iter()
        .flatten()
        .any(|(name, entry)| is_wanted(without_scheme(name)) && holds_secret(entry))
}

/// Returns whether an entry has a password or token.
fn holds_secret(entry: &Value) -> bool {
    let holds = |field| entry.get(field).is_some_and(|value| value != "");
    ["auth", "password", "identitytoken"].into_iter().any(holds)
}

/// Returns the key of a registry without its scheme (such as `https://`) and without slashes at its end.
fn without_scheme(key: &str) -> &str {
    let key = key.split_once("://").map_or(key, |(_, rest)| rest);
    key.trim_end_matches('/')
}
