//! How a valid token is obtained: environment, store, lock, refresh, sign-in. No command but `login` gets a token in
//! another way.
//!
//! [`token_set`] and [`renew_under_lock`] are the whole algorithm, top to bottom. A refresh token is spent once, under
//! the profile's lock, and its successor is on disk before the new access token is handed out. A token that is valid
//! already is returned without a lock, a thread or a connection: that is the hot path. A failed refresh never deletes
//! stored tokens.
//!
//! - If the answer of a refresh is lost: the journal says that the token was being spent ([`Slot`]), the next process
//!   finds that entry ([`Attempt::find_interrupted`]) and tries again; if the server then refuses, the error says why
//!   ([`LoginEnd::CutOff`]).
//! - If the server refuses a refresh token, so that the login is over: its digest is in the journal, and it is not
//!   sent again while it is the stored one, unless `--refresh` says so ([`Attempt::refused_before`]).
//! - Where the refresh token is spent: [`refresh::spend`].
//!
//! [`Slot`]: crate::store::Slot

mod attempt;
mod error;
mod login;
mod need;
mod refresh;
mod renewable;
mod sign_in;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::attempt::{Attempt, journal_failure, record_failure};
use self::error::store_error;
use self::need::{is_valid, stored_is_valid};
use self::refresh::{SpendOutcome, spend};
use self::renewable::{check_renewable, unrenewable};
use self::sign_in::sign_in;
use crate::causes::with_causes;
use crate::oauth::GrantError;
use crate::store::{
    Failure, Journal, Known, Locked, Refused, RejectionState, Stored, change_fingerprint,
};
use crate::token::{Fingerprint, RefreshToken, RequestChange, TokenKind, TokenSet, UnixTime};

pub(crate) use error::{BrokerError, Changed, KeyBound, LoginEnd};
pub(crate) use login::{Login, Unattended};
pub(crate) use need::{Granted, MIN_TTL, Need};

/// Returns a token set that meets `need`, renewed at most once however many processes ask. If that fails, an access
/// token that has not expired is returned with a warning, though it is not valid for `min_ttl`: but not with
/// `need.refresh`, and not a stored one if the login has ended.
///
/// Also restricts the permissions of a token file that others can read. The lock is taken and the network used only if
/// nothing stored meets `need`.
///
/// # Errors
///
/// `NotSignedIn`, `LoginEnded`, `Foreign`, `Changed`, `KeyBound`, `Unrenewable`, `NoSuchToken` and `IdentityNotRenewed`
/// need a new login; the others may be temporary. Stored tokens are kept in every case.
pub(crate) fn token_set(login: &dyn Login, need: Need) -> Result<Granted, BrokerError> {
    let now = UnixTime::now();
    let given = environment_set(login)?;
    if let Some(set) = given
        && !need.refresh
        && is_valid(set, None, need, now)
    {
        return Granted::new(login, set.clone(), None, need, now);
    }
    let stored = login.store().load().map_err(store_error(login))?;
    warn_if_env_token_expired(login, given, stored.as_ref(), need, now);
    if let Some(stored) = &stored {
        fix_permissions(login, stored);
    }
    let before_lock = match stored {
        Some(stored) if !need.refresh && stored_is_valid(&stored, need, now) => {
            warn_if_fresh_token_rejected(login, &stored);
            return Granted::new(login, stored.set, stored.written_at, need, now);
        }
        before_lock => before_lock,
    };
    renew_under_lock(login, before_lock.as_ref(), need)
        .or_else(|error| unexpired_fallback(login, before_lock, need, error))
}

/// Returns a token set if one meets `need` already, whatever `need.refresh` says. Renews nothing and prints no warning.
///
/// # Errors
///
/// `Store`, when the token file cannot be read; `Foreign`, when the login is of another server or client; `KeyBound`.
pub(crate) fn valid_token_set(
    login: &dyn Login,
    need: Need,
) -> Result<Option<Granted>, BrokerError> {
    let now = UnixTime::now();
    let given = environment_set(login)?;
    if let Some(set) = given.filter(|set| is_valid(set, None, need, now)) {
        return Granted::new(login, set.clone(), None, need, now).map(Some);
    }
    let stored = login.store().load().map_err(store_error(login))?;
    let valid = stored.filter(|stored| stored_is_valid(stored, need, now));
    valid
        .map(|stored| Granted::new(login, stored.set, stored.written_at, need, now))
        .transpose()
}

/// Returns the token set in the environment; fails with `Foreign` if it is of another server or client.
fn environment_set(login: &dyn Login) -> Result<Option<&TokenSet>, BrokerError> {
    let given = login.environment_set();
    given.map_err(|foreign| BrokerError::foreign(login.profile_name(), foreign))
}

/// Renews the stored login, again after failures that may be temporary, or signs in anew if no person is needed for
/// that. `before_lock` is what was stored before the lock was taken.
fn renew_under_lock(
    login: &dyn Login,
    before_lock: Option<&Stored>,
    need: Need,
) -> Result<Granted, BrokerError> {
    check_renewable(login, before_lock, need)?;
    let lock = login
        .store()
        .lock(login.deadline())
        .map_err(store_error(login))?;
    let mut attempt = Attempt::new(login, lock.journal());
    loop {
        let began_at = UnixTime::now();
        let journal = attempt.journal.as_ref();
        let (current, refresh_token) = match reload(login, &lock, before_lock, journal, need)? {
            LockedState::Valid(granted) => return Ok(granted),
            LockedState::Unrenewable(error) => return sign_in(login, &lock, error, need),
            LockedState::Renewable(current, refresh_token) => (*current, refresh_token),
        };
        if let Some(end) = attempt.refused_before(&refresh_token, need) {
            let ended = BrokerError::login_ended(login.profile_name(), end);
            return sign_in(login, &lock, ended, need);
        }
        attempt.check_time_left()?;
        attempt.find_interrupted(&refresh_token);
        let change = current.change.clone();
        match spend(login, &lock, current, &refresh_token, need)? {
            SpendOutcome::Granted(granted) => return Ok(granted),
            SpendOutcome::Overtaken => attempt.restart_with_new_token(),
            SpendOutcome::Refused(error) => {
                let ended = end_login(login, &lock, &refresh_token, error, attempt);
                return sign_in(login, &lock, ended, need);
            }
            SpendOutcome::ChangeRefused(error) => {
                let refused = refuse_change(login, &lock, change.as_ref(), &refresh_token, error);
                return sign_in(login, &lock, refused, need);
            }
            SpendOutcome::Failed(error) => {
                attempt.wait_after(&lock, &refresh_token, began_at, error)?;
            }
        }
    }
}

/// What is stored when the lock is held.
enum LockedState {
    /// The stored tokens can be returned: another process has renewed them, or a refresh would not improve them.
    Valid(Granted),
    /// There is nothing to renew; the error if no sign-in is possible either.
    Unrenewable(BrokerError),
    /// The stored tokens have to be renewed with this refresh token.
    Renewable(Box<Stored>, RefreshToken),
}

/// Reads the store again: another process, or a program that takes no lock, may have renewed it meanwhile. With
/// `need.refresh` the stored tokens are valid only if their access token differs from that of `before_lock`.
///
/// Fails if the store cannot be read, or if an ID token is needed that is missing or expired and that a refresh would
/// not return.
fn reload(
    login: &dyn Login,
    lock: &Locked<'_>,
    before_lock: Option<&Stored>,
    journal: Option<&Journal>,
    need: Need,
) -> Result<LockedState, BrokerError> {
    let now = UnixTime::now();
    let Some(current) = lock.load().map_err(store_error(login))? else {
        let error = BrokerError::not_signed_in(login.profile_name());
        return Ok(LockedState::Unrenewable(error));
    };
    let is_new = || {
        let old = before_lock.and_then(|stored| stored.set.token(TokenKind::Access));
        old != current.set.token(TokenKind::Access)
    };
    if stored_is_valid(&current, need, now) && (!need.refresh || is_new()) {
        let granted = Granted::new(login, current.set, current.written_at, need, now);
        return granted.map(LockedState::Valid);
    }
    let Some(refresh_token) = current.set.refresh_token.clone() else {
        let error = unrenewable(login, &current, need, now);
        return Ok(LockedState::Unrenewable(error));
    };
    if !need.refresh
        && let Some(change) = &current.change
        && let Some(refused) =
            journal.and_then(|journal| journal.refused_change(&refresh_token, change))
    {
        let error = BrokerError::changed(login.profile_name(), change, Some(&refused.message));
        return Ok(LockedState::Unrenewable(error));
    }
    if !need.refresh && refresh_cannot_yield_id_token(&current, journal, need, now) {
        return Granted::from_new_set(login, current.set, need, now).map(LockedState::Valid);
    }
    Ok(LockedState::Renewable(Box::new(current), refresh_token))
}

/// Records in the journal that the server refused the refresh token, which is not sent again then if that ended the
/// login, and returns the error for the case that no new sign-in is possible. The entry also keeps an earlier
/// interruption, which explains later refusals too.
fn end_login(
    login: &dyn Login,
    lock: &Locked<'_>,
    refresh_token: &RefreshToken,
    refusal: GrantError,
    attempt: Attempt<'_>,
) -> BrokerError {
    let ends_login = refusal.ends_login();
    let end = LoginEnd::after_refusal(refusal, attempt.interrupted.as_ref());
    let failure = journal_failure(Failure::LOGIN_REQUIRED, &end);
    let refused = ends_login.then(|| Refused {
        fingerprint: Fingerprint::of(refresh_token.expose()),
        message: failure.message.clone(),
        at: failure.at,
    });
    let known = Known {
        cut_off: attempt.interrupted,
        refused,
        ..Known::default()
    };
    record_failure(login, lock, failure, known);
    BrokerError::login_ended(login.profile_name(), end)
}

/// Records in the journal that the server refused to change by a refresh what the login was asked for with, so that it
/// is not asked again before the profile or the login is another, and returns the error for the case that no new
/// sign-in is possible.
fn refuse_change(
    login: &dyn Login,
    lock: &Locked<'_>,
    change: Option<&RequestChange>,
    refresh_token: &RefreshToken,
    refusal: GrantError,
) -> BrokerError {
    let Some(change) = change else {
        return BrokerError::refresh(login.profile_name(), refusal);
    };
    let failure = journal_failure(Failure::LOGIN_REQUIRED, &refusal);
    let refused = Refused {
        fingerprint: change_fingerprint(refresh_token, change),
        message: failure.message.clone(),
        at: failure.at,
    };
    let known = Known {
        refused_change: Some(refused),
        ..Known::default()
    };
    record_failure(login, lock, failure, known);
    BrokerError::changed(login.profile_name(), change, Some(&refusal.to_string()))
}

/// Returns an access token that has not expired, with a warning, if `error` prevents getting one that is valid for
/// `min_ttl`; else `error`. The stored one may be one that a server rejected, but is not used if `error` ends the
/// login.
///
/// Always returns `error` if another token is needed, or with `need.refresh`.
fn unexpired_fallback(
    login: &dyn Login,
    before_lock: Option<Stored>,
    need: Need,
    error: BrokerError,
) -> Result<Granted, BrokerError> {
    if need.refresh || need.token != TokenKind::Access {
        return Err(error);
    }
    let now = UnixTime::now();
    let unexpired = Need {
        min_ttl: Duration::ZERO,
        ..need
    };
    // Also one that a server has rejected: another server may accept it, and there is nothing else.
    let stored = before_lock.filter(|stored| {
        let is_for_now = stored.change.is_none();
        !error.ends_the_login()
            && is_for_now
            && is_valid(&stored.set, stored.written_at, unexpired, now)
    });
    let given = || {
        let given = login.environment_set().ok().flatten();
        given.filter(|set| is_valid(set, None, unexpired, now))
    };
    let (granted, although) = if let Some(stored) = stored {
        let although = if stored.is_rejected() {
            ", although a server rejected it"
        } else {
            ""
        };
        let granted = Granted::new(login, stored.set, stored.written_at, need, now);
        (granted?, although)
    } else if let Some(given) = given() {
        (Granted::new(login, given.clone(), None, need, now)?, "")
    } else {
        return Err(error);
    };
    let why = std::error::Error::source(&error)
        .map_or_else(String::new, |source| format!(": {}", with_causes(source)));
    login.warn(&format!(
        "{error}, so the old token is used until it expires{although}{why}"
    ));
    Ok(granted)
}

/// Returns whether an ID token is needed and a refresh cannot be expected to return one: the login has none, or the
/// last refresh, whose access token is still valid, returned none.
fn refresh_cannot_yield_id_token(
    current: &Stored,
    journal: Option<&Journal>,
    need: Need,
    now: UnixTime,
) -> bool {
    let was_tried = || {
        matches!(journal, Some(Journal::Failed(failure)) if failure.code == Failure::ID_TOKEN_NOT_RENEWED)
            && stored_is_valid(current, Need::access(need.min_ttl), now)
    };
    need.token == TokenKind::Identity && (current.set.id_token.is_none() || was_tried())
}

/// Warns if the token in the environment has expired, and so a stored login is used: it may be another account's.
/// Does nothing if another token than the access token is needed, or with `need.refresh`.
fn warn_if_env_token_expired(
    login: &dyn Login,
    given: Option<&TokenSet>,
    stored: Option<&Stored>,
    need: Need,
    now: UnixTime,
) {
    let unexpired = Need {
        min_ttl: Duration::ZERO,
        ..need
    };
    let is_asked_for = need.token == TokenKind::Access && !need.refresh;
    let has_expired = |set: &TokenSet| !is_valid(set, None, unexpired, now);
    if is_asked_for && given.is_some_and(has_expired) {
        let instead = stored.map_or_else(String::new, |_| {
            let profile = login.profile_name();
            format!("; the stored login of profile {profile} is used instead")
        });
        login.warn(&format!(
            "the token in the environment has expired{instead}"
        ));
    }
}

/// Warns if a server rejected an access token that had just been renewed, which no further refresh can help.
fn warn_if_fresh_token_rejected(login: &dyn Login, stored: &Stored) {
    if let RejectionState::RefusedFresh { .. } = stored.rejection {
        login.warn(&format!(
            "a server rejects even a fresh token of profile {}: the account lacks a permission there, the login is valid",
            login.profile_name()
        ));
    }
}

/// Restricts the permissions of a token file that others could read, with a warning.
fn fix_permissions(login: &dyn Login, stored: &Stored) {
    if !stored.world_readable {
        return;
    }
    let path = login.store().path().display();
    login.warn(&match login.store().restrict_permissions() {
        Ok(()) => format!("{path} could be read by others; now only you can read it"),
        Err(error) => {
            format!("{path} can be read by others, and that could not be changed: {error}")
        }
    });
}
