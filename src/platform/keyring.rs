//! The platform's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//!
//! An item is found by its service and user name alone, so that what other programs have written is found as well:
//! Python's `keyring` adds attributes of its own. Nobody is asked to unlock anything where that can be told before, and
//! no call lasts longer than [`LIMIT`], whatever the keyring does: each has a thread, which is left behind if it hangs.
//!
//! Secret: what an item holds. No error shows any of it.

#[cfg(any(windows, target_os = "macos"))]
mod native;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;

use crate::escape::excerpt;

#[cfg(any(windows, target_os = "macos"))]
use native as system;
#[cfg(all(unix, not(target_os = "macos")))]
use secret_service as system;

/// How long a keyring has for an answer.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);

/// Why a keyring gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    /// No service, or none that can keep anything: a session without a desktop, as by SSH.
    #[error("there is no keyring here: {0}")]
    Absent(String),
    /// It is there, and what is asked for cannot be had before somebody unlocks it.
    #[error("the keyring is locked")]
    Locked,
    /// It hangs, or waits for somebody to agree in a dialog.
    #[error("the keyring did not answer within {} s", LIMIT.as_secs())]
    TimedOut,
    #[error("the keyring failed: {0}")]
    Failed(String),
}

impl KeyringError {
    fn absent(why: &impl ToString) -> Self {
        Self::Absent(excerpt(&why.to_string()))
    }

    fn failed(why: &impl ToString) -> Self {
        Self::Failed(excerpt(&why.to_string()))
    }
}

/// Returns what an item holds; `None` if the keyring answers and has no such item.
///
/// # Errors
///
/// `Locked` also where a locked keyring does not tell whether it has the item.
pub(crate) fn read(service: &str, user: &str) -> Result<Option<SecretString>, KeyringError> {
    read_within(LIMIT, service, user)
}

/// As `read`, of a keyring that has less time.
pub(crate) fn read_within(
    limit: Duration,
    service: &str,
    user: &str,
) -> Result<Option<SecretString>, KeyringError> {
    let item = Item::new(service, user);
    within(limit.min(LIMIT), move || {
        system::read(&item)?
            .as_deref()
            .map(|bytes| text(bytes))
            .transpose()
    })
}

/// Makes an item, or gives the one that is there a new content.
///
/// # Errors
///
/// `Absent` also where a keyring has no place for new items.
pub(crate) fn write(service: &str, user: &str, secret: &SecretString) -> Result<(), KeyringError> {
    let item = Item::new(service, user);
    let secret = secret.clone();
    within(LIMIT, move || system::write(&item, &secret))
}

/// What an item is found by.
struct Item {
    service: String,
    user: String,
}

impl Item {
    fn new(service: &str, user: &str) -> Self {
        Self {
            service: service.to_owned(),
            user: user.to_owned(),
        }
    }
}

/// Waits for an answer no longer than that. The thread that still waits for one ends with the process at the latest.
fn within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("keyring".to_owned())
        // Nobody waits any more for an answer that comes too late.
        .spawn(move || drop(sender.send(ask())))
        .map_err(|error| KeyringError::failed(&error))?;
    match receiver.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(KeyringError::TimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(KeyringError::failed(&"it gave up")),
    }
}

fn text(bytes: &[u8]) -> Result<SecretString, KeyringError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(KeyringError::failed(&"the item is not text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_one_that_hangs() {
        let (keep, hang) = mpsc::channel::<()>();
        let answer = within(Duration::from_millis(1), move || {
            let _ = hang.recv();
            Ok(())
        });
        assert!(matches!(answer, Err(KeyringError::TimedOut)));
        drop(keep);
    }

    #[test]
    fn an_answer_comes_through_and_so_does_an_error() {
        assert_eq!(within(LIMIT, || Ok(7)).ok(), Some(7));
        let locked = within::<()>(LIMIT, || Err(KeyringError::Locked));
        assert!(matches!(locked, Err(KeyringError::Locked)));
    }

    #[test]
    fn an_item_that_is_not_text_is_not_shown() {
        let error = text(b"sekret\xff").expect_err("no text");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("sekret"), "{shown}");
    }

    #[test]
    fn what_a_keyring_says_is_cut_to_a_line() {
        let error = KeyringError::failed(&format!("a\n\x1b[31m{}", "b".repeat(300)));
        let shown = error.to_string();
        assert!(shown.starts_with("the keyring failed: a [31mb"), "{shown}");
        assert!(shown.len() < 230 && !shown.contains('\n'), "{shown}");
    }
}
