//! What the journal beside a token file tells: a refresh that was cut off, and how the last attempt failed.

use super::check::{About, Check, State};
use super::{CheckContext, files};
use crate::account::{Account, last_failure};
use crate::store::{Failure, FileState, Journal};

/// Failures that do not end by themselves.
const LASTING: [&str; 4] = [
    "login_required",
    "invalid_credentials",
    "otp_required",
    "denied",
];

pub(super) fn checks(patient: &CheckContext<'_>, account: &Account<'_>) -> Vec<Check> {
    let name = &account.profile().name;
    let journal = last_failure::of_what_is_stored(account.store());
    let told = journal
        .as_ref()
        .map(|journal| last_failure::words(journal, patient.now));
    let (cut_off, failed) = (
        About::new("refresh.cut_off", name),
        About::new("refresh.last_error", name),
    );
    match (journal, told) {
        (Some(Journal::Spending { .. }), Some(told)) => {
            let check = if is_going_on(account) {
                cut_off.ok(told)
            } else {
                let message = format!("{told}; the next one tries the same refresh token again");
                cut_off.warning(message, files::get_command(name) + " >/dev/null")
            };
            vec![check, failed.ok("none")]
        }
        (Some(Journal::Failed(failure)), Some(told)) => {
            let (state, mend) = weight(&failure, account);
            vec![
                cut_off.ok("no"),
                failed.found(state, &format!("{}: {told}", failure.code), Some(mend)),
            ]
        }
        _ => vec![cut_off.ok("no"), failed.ok("none")],
    }
}

fn is_going_on(account: &Account<'_>) -> bool {
    FileState::inspect(account.store().path()).is_ok_and(|around| around.lock_holder.is_some())
}

fn weight(failure: &Failure, account: &Account<'_>) -> (State, String) {
    let profile = account.profile();
    if LASTING.contains(&failure.code.as_str()) {
        (State::Broken, profile.login_command())
    } else {
        let again = files::get_command(&profile.name);
        (State::Warning, again + " >/dev/null")
    }
}
