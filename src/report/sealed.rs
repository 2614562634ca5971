//! Errors of sealed files: the key is missing, or the file is damaged.

use std::path::Path;

use super::code::{Code, CodeAndHint};
use super::hint::login_command;
use super::keyring::classify_keyring;
use crate::account::is_successor;
use crate::platform::keyring::KeyringError;
use crate::profile::{PRUSA, check_name};
use crate::store::{Damage, KeyError, UnsealError};

/// The hint for a key file without a key.
const KEY_FORM: &str = "put the key there again: 32 raw bytes, or base64 or hexadecimal text";

/// Returns code and hint of a sealed file that cannot be opened.
pub(super) fn classify_seal(error: &UnsealError, profile: Option<&str>) -> CodeAndHint {
    (Code::Storage, Some(hint(error, profile)))
}

/// Returns code and hint of a key that is not available.
pub(super) fn classify_key(error: &KeyError, profile: Option<&str>) -> CodeAndHint {
    (Code::Storage, Some(key_hint(error, profile)))
}

/// Returns the hint for a sealed file that cannot be opened; the file is unchanged.
fn hint(error: &UnsealError, profile: Option<&str>) -> String {
    match error {
        UnsealError::Damage(Damage::UnknownVersion(_)) => "update prusa-cred".to_owned(),
        UnsealError::Damage(Damage::Truncated | Damage::Modified) => {
            format!("restore that file from a copy; {}", new_login_hint(profile))
        }
        UnsealError::Damage(Damage::OtherFile { found, wanted }) => format!(
            "move it back to its own place, if somebody has moved it; {}{}",
            renamed_hint(wanted.other_profile(found)),
            new_login_hint(profile)
        ),
        UnsealError::Damage(Damage::OldVersion) => format!(
            "if you have put that file there yourself, {} accepts it; {}",
            seal_command(profile),
            new_login_hint(profile)
        ),
        UnsealError::Key(error) => key_hint(error, profile),
    }
}

/// Returns the part of a hint for a file that is the login of this other profile, which may have been renamed; nothing
/// without one.
fn renamed_hint(other: Option<&str>) -> String {
    other
        .filter(|name| check_name(name).is_ok())
        .map_or_else(String::new, |name| {
            format!(
                "if you have renamed profile {name}, give profile and file the old name again, run `prusa-cred unseal \
                 --profile {name}`, then rename both and seal again; "
            )
        })
}

/// Returns the hint for a key that is not available.
fn key_hint(error: &KeyError, profile: Option<&str>) -> String {
    match error {
        KeyError::Gone { .. } => format!(
            "nothing is lost while that file exists: put its key back, or open it with `prusa-cred unseal --key-file \
             FILE`; {}",
            new_login_hint(profile)
        ),
        KeyError::NotConfigured { .. } => {
            let seal = seal_command(profile);
            let seal = seal.trim_matches('`');
            format!(
                "with your key file, `{seal} --key-file FILE` names it in the configuration, and `{} --key-file FILE` \
                 does without it; {}",
                seal.replacen("seal", "unseal", 1),
                new_login_hint(profile)
            )
        }
        KeyError::Keyring(error) => match (&**error, classify_keyring(error)) {
            (KeyringError::Absent(_), _) => {
                "run it in the session that has the keyring; where there is none, `prusa-cred seal --key-file FILE` \
                 seals with a key in a file"
                    .to_owned()
            }
            (_, (_, Some(hint))) => hint,
            _ => "check that the keyring works, then try again".to_owned(),
        },
        KeyError::UnknownPath(_) => {
            "run it in the systemd service whose credential that is, or name another key file".to_owned()
        }
        KeyError::NoFile(_)
        | KeyError::File { .. }
        | KeyError::Untrusted(_)
        | KeyError::NotAKey(_) => KEY_FORM.to_owned(),
        KeyError::NotSaved { .. } | KeyError::NotReadBack(_) | KeyError::Random(_) => {
            "nothing was sealed; name another key file with `prusa-cred seal --key-file FILE`"
                .to_owned()
        }
    }
}

/// Returns code and hint of a plain file that should be sealed: how to seal it, or to say that it may stay plain.
pub(super) fn classify_not_sealed(path: &Path, profile: Option<&str>) -> CodeAndHint {
    let writer = if profile == Some(PRUSA) && !is_successor(path) {
        "you or the Python SDK"
    } else {
        "you"
    };
    let text = format!(
        "if {writer} have written it, {} seals it and {} lets it stay as it is; {}",
        seal_command(profile),
        seal_command(profile).replacen("seal", "unseal", 1),
        new_login_hint(profile)
    );
    (Code::Storage, Some(text))
}

/// Returns the command that seals a profile's files, or the saved credentials if there is no profile.
fn seal_command(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("`prusa-cred seal --profile {profile}`"),
        None => "`prusa-cred seal --saved`".to_owned(),
    }
}

/// Returns a hint without its end, where a new login would not help.
pub(super) fn without_new_login(hint: &str, profile: Option<&str>) -> String {
    let end = format!("; {}", new_login_hint(profile));
    hint.strip_suffix(&end).unwrap_or(hint).to_owned()
}

/// Returns the end of a hint: how to start again without a sealed file that cannot be opened, by a new login or,
/// without a profile, by moving the file.
fn new_login_hint(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!(
            "{} starts a new login and keeps that file under another name",
            login_command(profile)
        ),
        None => "if you move it elsewhere, a new one is started".to_owned(),
    }
}
