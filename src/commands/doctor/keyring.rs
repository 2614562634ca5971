//! The platform's keyring: whether it answers, and how fast. Nothing is read from it but whether it has an item that
//! nobody ever made.

use std::time::Instant;

use super::CheckContext;
use super::check::{About, Check};
use crate::platform::keyring::{KeyringError, read_within};
use crate::profile::{KeyPlace, Profile, Profiles};

const SERVICE: &str = "prusa-cred";
const NOBODYS: &str = "doctor";

pub(super) fn checks(patient: &CheckContext<'_>, profiles: &[&Profile]) -> Vec<Check> {
    let about = About::new("keyring", "keyring");
    let started = Instant::now();
    let answer = read_within(patient.context.deadline.remaining(), SERVICE, NOBODYS);
    let took = started.elapsed().as_millis();
    let needed = needed(patient, profiles);
    vec![match (answer, needed) {
        (Ok(_), _) => about.ok(format!("answers, in {took} ms")),
        (Err(error), Some(why)) => {
            about.broken(format!("{error}, and {why} needs it"), mend(&error))
        }
        (Err(KeyringError::Absent(_)), None) => {
            about.ok("there is none here, and nothing needs one")
        }
        (Err(error), None) => {
            about.warning(format!("{error}; nothing here needs it now"), mend(&error))
        }
    }]
}

/// Returns what cannot do without the keyring.
fn needed(patient: &CheckContext<'_>, profiles: &[&Profile]) -> Option<String> {
    let places = patient.profiles.map(Profiles::key_places);
    if places.is_some_and(|places| places.contains(&KeyPlace::Keyring)) {
        return Some("`seal` in the configuration".to_owned());
    }
    let profile = profiles
        .iter()
        .find(|profile| profile.issuer.needs_keyring())?;
    Some(format!("profile {}", profile.name))
}

pub(super) fn mend(error: &KeyringError) -> &'static str {
    match error {
        _ if cfg!(target_os = "macos") => "security unlock-keychain",
        _ if cfg!(windows) => "control /name Microsoft.CredentialManager",
        KeyringError::Locked => "gnome-keyring-daemon --unlock",
        KeyringError::Absent(_) | KeyringError::TimedOut | KeyringError::Failed(_) => {
            "busctl --user status org.freedesktop.secrets"
        }
    }
}
