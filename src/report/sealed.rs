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
pub(super) fn classify_seal(error: &UnsealError, profile: Option<&str>, anew: Anew) -> CodeAndHint {
    (Code::Storage, Some(hint(error, profile, anew)))
}

/// Returns code and hint of a key that is not available.
pub(super) fn classify_key(error: &KeyError, profile: Option<&str>, anew: Anew) -> CodeAndHint {
    (Code::Storage, Some(key_hint(error, profile, anew)))
}

/// Whether a hint says how to start again without a file that cannot be used.
#[derive(Clone, Copy)]
pub(super) enum Anew {
    /// By a new login or, without a profile, by moving the file.
    Helps,
    /// The file would not be written anew, so that the hint leaves it out.
    DoesNotHelp,
}

/// Returns the hint for a sealed file that cannot be opened; the file is unchanged.
fn hint(error: &UnsealError, profile: Option<&str>, anew: Anew) -> String {
    match error {
        UnsealError::Damage(Damage::UnknownVersion(_)) => "update prusa-cred".to_owned(),
        UnsealError::Damage(Damage::Truncated | Damage::Modified) => {
            or_anew("restore that file from a copy", profile, anew)
        }
        UnsealError::Damage(Damage::OtherFile { found, wanted }) => {
            let renamed = renamed_hint(wanted.other_profile(found));
            let text = format!("move it back to its own place, if somebody has moved it{renamed}");
            or_anew(&text, profile, anew)
        }
        UnsealError::Damage(Damage::OldVersion) => {
            let seal = seal_command("seal", profile);
            let text = format!("if you have put that file there yourself, `{seal}` accepts it");
            or_anew(&text, profile, anew)
        }
        UnsealError::Key(error) => key_hint(error, profile, anew),
    }
}

/// Returns the part of a hint for a file that is the login of this other profile, which may have been renamed; nothing
/// without one.
fn renamed_hint(other: Option<&str>) -> String {
    other
        .filter(|name| check_name(name).is_ok())
        .map_or_else(String::new, |name| {
            format!(
                "; if you have renamed profile {name}, give profile and file the old name again, run `prusa-cred unseal \
                 --profile {name}`, then rename both and seal again"
            )
        })
}

/// Returns the hint for a key that is not available.
fn key_hint(error: &KeyError, profile: Option<&str>, anew: Anew) -> String {
    match error {
        KeyError::Gone { .. } => {
            let text = "nothing is lost while that file exists: put its key back, or open it with `prusa-cred unseal \
                        --key-file FILE`";
            or_anew(text, profile, anew)
        }
        KeyError::NotConfigured { .. } => {
            let [seal, unseal] = ["seal", "unseal"].map(|verb| seal_command(verb, profile));
            let text = format!(
                "with your key file, `{seal} --key-file FILE` names it in the configuration, and `{unseal} --key-file \
                 FILE` does without it"
            );
            or_anew(&text, profile, anew)
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
pub(super) fn classify_not_sealed(path: &Path, profile: Option<&str>, anew: Anew) -> CodeAndHint {
    let writer = if profile == Some(PRUSA) && !is_successor(path) {
        "you or the Python SDK"
    } else {
        "you"
    };
    let [seal, unseal] = ["seal", "unseal"].map(|verb| seal_command(verb, profile));
    let text = format!(
        "if {writer} have written it, `{seal}` seals it and `{unseal}` lets it stay as it is"
    );
    (Code::Storage, Some(or_anew(&text, profile, anew)))
}

/// Returns the command that seals or unseals (`verb`) a profile's files, or the saved credentials if there is no
/// profile; without backticks.
fn seal_command(verb: &str, profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("prusa-cred {verb} --profile {profile}"),
        None => format!("prusa-cred {verb} --saved"),
    }
}

/// Returns a hint with how to start again at its end, where that helps.
fn or_anew(hint: &str, profile: Option<&str>, anew: Anew) -> String {
    match anew {
        Anew::Helps => format!("{hint}; {}", new_login_hint(profile)),
        Anew::DoesNotHelp => hint.to_owned(),
    }
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
