//! The platform's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//!
//! An item is found by its service and user name alone, so that items of other programs are found as well: Python's
//! `keyring` adds attributes of its own. The user is not asked to unlock a keyring if it can be known beforehand that
//! it is locked. No call takes longer than [`TIME_LIMIT`]: each runs in a thread of its own, which is abandoned if it
//! hangs.
//!
//! Secret: the content of an item. No error shows any of it.

#[cfg(any(windows, target_os = "macos"))]
mod native;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
mod types;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;

#[cfg(any(windows, target_os = "macos"))]
use native as system;
#[cfg(all(unix, not(target_os = "macos")))]
use secret_service as system;
use types::Item;

use crate::waiting;

pub(crate) use types::{KeyringError, TIME_LIMIT};

/// Returns the content of an item; `None` if the keyring answers and has no such item.
///
/// # Errors
///
/// `Locked` also if a locked keyring does not say whether it has the item; `Failed` also if the item is not UTF-8.
pub(crate) fn read(service: &str, user: &str) -> Result<Option<SecretString>, KeyringError> {
    read_within(TIME_LIMIT, service, user)
}

/// As `read`, with a shorter time limit; a longer one than [`TIME_LIMIT`] counts as that.
pub(crate) fn read_within(
    limit: Duration,
    service: &str,
    user: &str,
) -> Result<Option<SecretString>, KeyringError> {
    let item = Item::new(service, user);
    call_with_limit(limit.min(TIME_LIMIT), move || {
        system::read(&item)?
            .as_deref()
            .map(|bytes| text(bytes))
            .transpose()
    })
}

/// Creates an item, or replaces the content of an existing one.
///
/// # Errors
///
/// `Absent` also if the keyring has no collection for new items.
pub(crate) fn write(service: &str, user: &str, secret: &SecretString) -> Result<(), KeyringError> {
    let item = Item::new(service, user);
    let secret = secret.clone();
    call_with_limit(TIME_LIMIT, move || system::write(&item, &secret))
}

/// Calls `ask` in a thread and returns its answer; fails with `TimedOut` if there is none after `limit`. A thread that
/// hangs ends with the process.
fn call_with_limit<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("keyring".to_owned())
        // If the answer comes too late, the receiver is gone.
        .spawn(move || drop(sender.send(ask())))
        .map_err(|error| KeyringError::failed(&error))?;
    let _waiting = waiting::on(|| "Waiting for the keyring".to_owned());
    match receiver.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(KeyringError::TimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(KeyringError::failed(&"it gave no answer"))
        }
    }
}

/// Returns the content of an item as text; fails with `Failed` if it is not UTF-8, without quoting it.
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
    fn a_keyring_that_hangs_times_out() {
        let (keep, hang) = mpsc::channel::<()>();
        let answer = call_with_limit(Duration::from_millis(1), move || {
            let _ = hang.recv();
            Ok(())
        });
        assert!(matches!(answer, Err(KeyringError::TimedOut)));
        drop(keep);
    }

    #[test]
    fn answers_and_errors_are_passed_on() {
        assert_eq!(call_with_limit(TIME_LIMIT, || Ok(7)).ok(), Some(7));
        let locked = call_with_limit::<()>(TIME_LIMIT, || Err(KeyringError::Locked));
        assert!(matches!(locked, Err(KeyringError::Locked)));
    }

    #[test]
    fn an_item_that_is_not_text_is_not_quoted() {
        let error = text(b"sekret\xff").expect_err("no text");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("sekret"), "{shown}");
    }

    #[test]
    fn the_message_of_a_keyring_is_cut_to_one_line() {
        let error = KeyringError::failed(&format!("a\n\x1b[31m{}", "b".repeat(300)));
        let shown = error.to_string();
        assert!(shown.starts_with("the keyring failed: a [31mb"), "{shown}");
        assert!(shown.len() < 230 && !shown.contains('\n'), "{shown}");
    }
}
