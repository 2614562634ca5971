//! What a keyring that gives no answer comes to.

use super::class::{Class, Code};
use super::hint::hint;
use crate::platform::keyring::KeyringError;

pub(super) fn of_keyring(error: &KeyringError) -> Class {
    let text = match error {
        KeyringError::Locked => hint("unlock the keyring, then try again"),
        KeyringError::TimedOut => {
            hint("see whether the keyring waits for you in a dialog, then try again")
        }
        KeyringError::Absent(_) | KeyringError::Failed(_) => None,
    };
    (Code::Storage, text)
}
