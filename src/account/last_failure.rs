//! The last failure of a login, from its journal: for `which` and `doctor`.

use crate::store::{Failure, Journal, Known, Store};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// Returns the journal of the store; `None` without one, or if it says that a refresh token is being spent or was
/// refused and that is not the stored one.
pub(crate) fn of_stored_login(store: &Store) -> Option<Journal> {
    let journal = store.journal()?;
    let stored = || store.load().ok()??.set.refresh_token;
    let is_current = match journal {
        Journal::Failed(Failure {
            known: Known {
                refused: Some(_), ..
            },
            ..
        }) => stored().is_some_and(|token| journal.refusal_of(&token).is_some()),
        Journal::Failed(_) => true,
        Journal::Spending { .. } => stored().is_some_and(|token| journal.is_spending(&token)),
    };
    is_current.then_some(journal)
}

/// Describes a journal's entry in a line for a person, with the time relative to `now`.
pub(crate) fn describe(journal: &Journal, now: UnixTime) -> String {
    match journal {
        Journal::Failed(failure) => {
            format!(
                "{} ({})",
                failure.message,
                relative_time::relative(failure.at, now)
            )
        }
        Journal::Spending { at, pid, .. } => format!(
            "a refresh of process {pid} has not ended ({})",
            relative_time::relative(*at, now)
        ),
    }
}
