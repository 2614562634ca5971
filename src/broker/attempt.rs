//! The attempts of one refresh: what is known of earlier ones, and when to stop.

use super::error::{BrokerError, LoginEnd};
use super::login::Login;
use super::need::Need;
use crate::oauth::GrantError;
use crate::oauth::retry::{Backoff, MIN_ATTEMPT};
use crate::store::{CutOff, Failure, Journal, Known, Locked};
use crate::token::{Fingerprint, RefreshToken, UnixTime};

/// The attempts of this process while it holds the lock.
pub(super) struct Attempt<'a> {
    login: &'a dyn Login,
    backoff: Backoff,
    /// The journal as it was when the lock was taken, until `find_interrupted` has looked at it.
    pub(super) journal: Option<Journal>,
    /// A refresh of the stored refresh token whose answer was lost: by an earlier process, or by this one.
    pub(super) interrupted: Option<CutOff>,
    /// Whether an attempt, of this process or one that was interrupted, got no answer at all.
    is_unanswered: bool,
    /// Whether an attempt of this process got only a part of its answer.
    was_cut_off: bool,
    /// Whether the time left has been checked: `Backoff::wait_after` does, waiting for the lock does not.
    deadline_is_checked: bool,
}

impl<'a> Attempt<'a> {
    /// Returns the state before the first attempt; `journal` is the one found when the lock was taken.
    pub(super) fn new(login: &'a dyn Login, journal: Option<Journal>) -> Self {
        Self {
            login,
            backoff: Backoff::new(),
            is_unanswered: matches!(journal, Some(Journal::Spending { .. })),
            journal,
            interrupted: None,
            was_cut_off: false,
            deadline_is_checked: false,
        }
    }

    /// Returns how the login ended if the server refused this refresh token before, by the journal; `None` with
    /// `need.refresh`, which asks for another attempt.
    pub(super) fn refused_before(
        &self,
        refresh_token: &RefreshToken,
        need: Need,
    ) -> Option<LoginEnd> {
        let journal = self.journal.as_ref().filter(|_| !need.refresh)?;
        LoginEnd::refused_token(journal, refresh_token)
    }

    /// Fails with `NoTimeLeft` if the deadline leaves too little time for an attempt: one that is interrupted may spend
    /// the refresh token without its answer being stored. Does nothing after `wait_after`, which has checked that.
    pub(super) fn check_time_left(&self) -> Result<(), BrokerError> {
        if self.deadline_is_checked || self.login.deadline().leaves_time_for(MIN_ATTEMPT) {
            return Ok(());
        }
        Err(BrokerError::NoTimeLeft {
            profile: self.login.profile_name().to_owned(),
        })
    }

    /// Finds out from the journal whether an earlier process was interrupted while it spent this refresh token, and
    /// warns if so, unless another has reported it already. Only the first call looks at the journal.
    pub(super) fn find_interrupted(&mut self, refresh_token: &RefreshToken) {
        if self.interrupted.is_some() {
            return;
        }
        let Some(journal) = self.journal.take() else {
            return;
        };
        let is_known = matches!(journal, Journal::Failed(_));
        self.interrupted = journal.cut_off(refresh_token);
        if let (false, Some(CutOff { at, pid, .. })) = (is_known, &self.interrupted) {
            self.login.warn(&format!(
                "a refresh of profile {} that process {pid} began at {at} was interrupted; trying again",
                self.login.profile_name()
            ));
        }
    }

    /// Forgets the interruption and the check of the time left: a program that takes no lock has stored another refresh
    /// token. The pauses between attempts go on growing.
    pub(super) fn restart_with_new_token(&mut self) {
        self.interrupted = None;
        self.is_unanswered = false;
        self.was_cut_off = false;
        self.deadline_is_checked = false;
    }

    /// Waits before the next attempt, after `error` ended the one that began at `began_at`.
    ///
    /// # Errors
    ///
    /// `Refresh`, when no further attempt is to be made: `error` is not temporary, is the second answer of which only
    /// a part arrived, or too little time is left. The journal then holds how the last one failed, or still that the
    /// refresh token may have been spent.
    pub(super) fn wait_after(
        &mut self,
        lock: &Locked<'_>,
        refresh_token: &RefreshToken,
        began_at: UnixTime,
        error: GrantError,
    ) -> Result<(), BrokerError> {
        if error.outcome_unknown() {
            self.is_unanswered |= !error.is_answer();
            self.interrupted.get_or_insert_with(|| CutOff {
                fingerprint: Fingerprint::of(refresh_token.expose()),
                at: began_at,
                pid: std::process::id(),
            });
        }
        // Once more, as some servers answer the same again for a while; more often it would only look like theft.
        let is_cut_off_again = matches!(error, GrantError::CutOff(_))
            && std::mem::replace(&mut self.was_cut_off, true);
        let waited = if is_cut_off_again {
            Err(error)
        } else {
            self.backoff.wait_after(error, self.login.deadline())
        };
        let Err(error) = waited else {
            self.deadline_is_checked = true;
            return Ok(());
        };
        // If the token may have been spent and no answer has arrived, the journal keeps the entry that says so.
        if self.interrupted.is_none() || !self.is_unanswered {
            let known = Known {
                cut_off: self.interrupted.take(),
                refused_client: self.login.refused_client(&error),
                ..Known::default()
            };
            let failure = journal_failure(Failure::REFRESH_FAILED, &error);
            record_failure(self.login, lock, failure, known);
        }
        Err(BrokerError::refresh(self.login.profile_name(), error))
    }
}

/// Returns the journal's entry for an error, with its message but not its causes, and the time now; `code` is the word
/// for programs. Nothing is known yet.
pub(super) fn journal_failure(code: &str, error: &dyn std::error::Error) -> Failure {
    Failure {
        code: code.to_owned(),
        message: error.to_string(),
        at: UnixTime::now(),
        known: Known::default(),
    }
}

/// Writes a failure, and what it shows, into the journal. If that cannot be written it is a warning, so that the
/// failure itself is reported.
pub(super) fn record_failure(login: &dyn Login, lock: &Locked<'_>, failure: Failure, known: Known) {
    if let Err(error) = lock.note_failure(Failure { known, ..failure }) {
        login.warn(&format!("profile {}: {error}", login.profile_name()));
    }
}
