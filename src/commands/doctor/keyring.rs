//! The platform's keyring: whether it answers, and how fast. It is asked for an item that does not exist, so no secret
//! is read.

use std::time::Instant;

use super::check::{About, Check};
use super::context::CheckContext;
use crate::platform::keyring::{KeyringError, read_within};
use crate::profile::{KeyPlace, Profile, Profiles};

const SERVICE: &str = "prusa-cred";
/// No item has this name.
const MISSING_ITEM: &str = "doctor";

/// Asks the keyring and returns one check, with its answer time. If it does not answer: broken if something needs it,
/// otherwise ok if there is no keyring here, else a warning.
pub(super) fn checks(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> Vec<Check> {
    let about = About::new("keyring", "keyring");
    let started = Instant::now();
    let answer = read_within(ctx.context.deadline.remaining(), SERVICE, MISSING_ITEM);
    let took = started.elapsed().as_millis();
    let needed_by = needed_by(ctx, profiles);
    vec![match (answer, needed_by) {
        (Ok(_), _) => about.ok(format!("answers, in {took} ms")),
        (Err(error), Some(why)) => {
            about.broken(format!("{error}, and {why} needs it"), fix(&error))
        }
        (Err(KeyringError::Absent(_)), None) => {
            about.ok("there is none here, and nothing needs one")
        }
        (Err(error), None) => {
            about.warning(format!("{error}; nothing here needs it now"), fix(&error))
        }
    }]
}

/// Returns what needs the keyring (`seal` or a profile), or `None` if nothing does.
fn needed_by(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> Option<String> {
    let places = ctx.profiles.map(Profiles::key_places);
    if places.is_some_and(|places| places.contains(&KeyPlace::Keyring)) {
        return Some("`seal` in the configuration".to_owned());
    }
    let profile = profiles
        .iter()
        .find(|profile| profile.issuer.needs_keyring())?;
    Some(format!("profile {}", profile.name))
}

/// Returns the command that unlocks the keyring, or shows whether it runs.
pub(super) fn fix(error: &KeyringError) -> &'static str {
    match error {
        _ if cfg!(target_os = "macos") => "security unlock-keychain",
        _ if cfg!(windows) => "control /name Microsoft.CredentialManager",
        KeyringError::Locked => "gnome-keyring-daemon --unlock",
        KeyringError::Absent(_) | KeyringError::TimedOut | KeyringError::Failed(_) => {
            "busctl --user status org.freedesktop.secrets"
        }
    }
}
