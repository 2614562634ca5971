//! Errors of the keyring.

use super::code::{Code, CodeAndHint};
use super::hint::hint;
use crate::platform::keyring::KeyringError;

/// Returns code and hint of an error of the keyring.
pub(super) fn classify_keyring(error: &KeyringError) -> CodeAndHint {
    let text = match error {
        KeyringError::Locked => hint("unlock the keyring, then try again"),
        KeyringError::TimedOut => {
            hint("check whether the keyring waits for you in a dialog, then try again")
        }
        KeyringError::Absent(_) | KeyringError::Failed(_) => None,
    };
    (Code::Storage, text)
}
