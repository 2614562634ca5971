//! What happened to a login last, as its journal tells: for `which` and `doctor`.

use crate::store::{Journal, Store};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// Returns what the journal tells of the stored login; of one that has been replaced it tells nothing.
pub(crate) fn of_stored_login(store: &Store) -> Option<Journal> {
    let journal = store.journal()?;
    let stored = || store.load().ok()??.set.refresh_token;
    let is_current = match journal {
        Journal::Failed(_) => true,
        Journal::Spending { .. } => stored().is_some_and(|token| journal.is_spending(&token)),
    };
    is_current.then_some(journal)
}

/// Returns what a journal tells, in a line for a person.
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
            "a refresh of process {pid} has not come to its end ({})",
            relative_time::relative(*at, now)
        ),
    }
}
