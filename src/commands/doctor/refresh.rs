//! The journal beside a token file: whether a refresh was interrupted, and how the last attempt failed.

use super::check::{About, Check, State};
use super::context::CheckContext;
use super::files;
use crate::account::{Account, last_failure};
use crate::store::{Failure, FileState, Journal};

/// Returns two checks of the journal: whether a refresh was cut off (a warning if so, but ok while a process holds the
/// lock), and how the last one failed, as `state_and_fix` has it. Both are ok if there is no journal.
pub(super) fn checks(ctx: &CheckContext<'_>, account: &Account<'_>) -> Vec<Check> {
    let name = &account.profile().name;
    let journal = last_failure::of_stored_login(account.store());
    let description = journal
        .as_ref()
        .map(|journal| last_failure::describe(journal, ctx.now));
    let (cut_off, failed) = (
        About::new("refresh.cut_off", name),
        About::new("refresh.last_error", name),
    );
    match (journal, description) {
        (Some(Journal::Spending { .. }), Some(description)) => {
            let check = if is_in_progress(account) {
                cut_off.ok(description)
            } else {
                let message =
                    format!("{description}; the next one tries the same refresh token again");
                cut_off.warning(message, files::refresh_command(name) + " >/dev/null")
            };
            vec![check, failed.ok("none")]
        }
        (Some(Journal::Failed(failure)), Some(description)) => {
            let (state, fix) = state_and_fix(&failure, account);
            let message = format!("{}: {description}", failure.code);
            vec![
                cut_off.ok("no"),
                failed.with_state(state, &message, Some(fix)),
            ]
        }
        _ => vec![cut_off.ok("no"), failed.ok("none")],
    }
}

/// Returns whether a process holds the lock of the token file; false also if that cannot be found out.
fn is_in_progress(account: &Account<'_>) -> bool {
    FileState::inspect(account.store().path()).is_ok_and(|around| around.lock_holder.is_some())
}

/// Returns broken and the login command if a new login is required, otherwise a warning and the refresh command.
fn state_and_fix(failure: &Failure, account: &Account<'_>) -> (State, String) {
    let profile = account.profile();
    if failure.code == Failure::LOGIN_REQUIRED {
        (State::Broken, profile.login_command())
    } else {
        let refresh = files::refresh_command(&profile.name);
        (State::Warning, refresh + " >/dev/null")
    }
}
