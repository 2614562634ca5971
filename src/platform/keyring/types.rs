//! What all keyrings have in common: how an item is found, and why there is no answer.

use std::time::Duration;

use crate::escape::excerpt;

/// How long a keyring has for an answer.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Why a keyring gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    /// There is no service, or none that can store anything: a session without a desktop, for example over SSH.
    #[error("there is no keyring here: {0}")]
    Absent(String),
    /// The keyring must be unlocked first.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring hangs, or waits for the user to agree in a dialog.
    #[error("the keyring did not answer within {} s", TIME_LIMIT.as_secs())]
    TimedOut,
    #[error("the keyring failed: {0}")]
    Failed(String),
}

impl KeyringError {
    /// Returns an `Absent` error with the reason cut to one line of at most 200 characters.
    pub(super) fn absent(reason: &impl ToString) -> Self {
        Self::Absent(excerpt(&reason.to_string()))
    }

    /// Returns a `Failed` error with the reason cut to one line of at most 200 characters.
    pub(super) fn failed(reason: &impl ToString) -> Self {
        Self::Failed(excerpt(&reason.to_string()))
    }
}

/// What an item is found by.
pub(super) struct Item {
    pub(super) service: String,
    pub(super) user: String,
}

impl Item {
    /// Returns the item with this service and user name; the keyring is not asked.
    pub(super) fn new(service: &str, user: &str) -> Self {
        Self {
            service: service.to_owned(),
            user: user.to_owned(),
        }
    }
}
