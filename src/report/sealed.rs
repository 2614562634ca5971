//! What helps where a store is sealed and the key for it is missing, or the file is damaged.

use super::class::{Class, Code};
use super::hint::login_command;
use super::keyring::of_keyring;
use crate::platform::keyring::KeyringError;
use crate::store::{Damage, KeyError, UnsealError};

pub(super) fn of_seal(error: &UnsealError, profile: Option<&str>) -> Class {
    (Code::Storage, Some(hint(error, profile)))
}

pub(super) fn of_key(error: &KeyError, profile: Option<&str>) -> Class {
    (Code::Storage, Some(key_hint(error, profile)))
}

/// Says what helps with a sealed file that cannot be opened; nothing has happened to it.
fn hint(error: &UnsealError, profile: Option<&str>) -> String {
    match error {
        UnsealError::Damage(Damage::UnknownVersion(_)) => "update prusa-cred".to_owned(),
        UnsealError::Damage(Damage::Truncated | Damage::Modified) => {
            format!("put back a copy of that file; {}", anew(profile))
        }
        UnsealError::Key(error) => key_hint(error, profile),
    }
}

/// Says what helps where a key cannot be had.
fn key_hint(error: &KeyError, profile: Option<&str>) -> String {
    match error {
        KeyError::Gone { .. } => format!(
            "nothing is lost while that file is: put its key back, or have it opened by `prusa-cred unseal --key-file \
             FILE`; {}",
            anew(profile)
        ),
        KeyError::Keyring(error) => match (&**error, of_keyring(error)) {
            (KeyringError::Absent(_), _) => {
                "run it in the session that has the keyring; where there is none, `prusa-cred seal --key-file FILE` \
                 seals under a key in a file"
                    .to_owned()
            }
            (_, (_, Some(hint))) => hint,
            _ => "see that the keyring answers, then try again".to_owned(),
        },
        KeyError::UnknownPath(_) => {
            "run it in the systemd service whose credential that is, or name another key file".to_owned()
        }
        KeyError::NoFile(_) | KeyError::File { .. } | KeyError::NotAKey(_) => {
            "put the key there again: 32 bytes, as they are or as base64 or hexadecimal text".to_owned()
        }
        KeyError::NotSaved { .. } | KeyError::NotReadBack(_) | KeyError::Random(_) => {
            "nothing was sealed; name another key file with `prusa-cred seal --key-file FILE`"
                .to_owned()
        }
    }
}

fn anew(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!(
            "{} begins anew and keeps that file under another name",
            login_command(profile)
        ),
        None => "moved elsewhere, a new one is begun".to_owned(),
    }
}
