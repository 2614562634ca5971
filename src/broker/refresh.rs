//! Spending a refresh token: exactly once, with the lock held and room on the disk, and stored before it is handed out.

use super::attempt::{journal_failure, record_failure};
use super::error::{BrokerError, store_error};
use super::login::Login;
use super::need::{Granted, Need};
use crate::oauth::GrantError;
use crate::oauth::refusal::Refusal;
use crate::protocol::format;
use crate::providers::{RefreshScope, SignInBy};
use crate::store::{Failure, Known, Locked, RejectionState, Slot, Stored};
use crate::token::{AccessToken, RefreshToken, Requested, TokenKind, TokenSet, UnixTime};

/// The outcome of spending a refresh token.
pub(super) enum SpendOutcome {
    /// The server answered with a new token set, which is stored.
    Granted(Granted),
    /// The server refused it, and another one is stored now: a program that takes no lock had spent it.
    Overtaken,
    /// The server refused it, so that the login has ended, or that a client requests a new token.
    Refused(GrantError),
    /// The server refused what the profile says otherwise than when the login was asked for: the refresh token may
    /// still be valid for what it was asked for with.
    ChangeRefused(GrantError),
    /// Another error, or no usable answer: the refresh token may still be valid.
    Failed(GrantError),
}

/// Sends one refresh request (RFC 6749 §6) and stores the answer. That the server refuses or fails is an outcome, not
/// an error.
///
/// The temporary file and the journal are written before that, so that a full disk fails while the token is unspent.
///
/// # Errors
///
/// When the store cannot be read or written, or the answer, which is stored all the same, has no access token or no
/// valid token of the kind that is needed.
pub(super) fn spend(
    login: &dyn Login,
    lock: &Locked<'_>,
    current: Stored,
    refresh_token: &RefreshToken,
    need: Need,
) -> Result<SpendOutcome, BrokerError> {
    let slot = lock
        .reserve(Some(refresh_token), UnixTime::now())
        .map_err(store_error(login))?;
    let scope = scope_for(&current);
    let has_changed = current.change.is_some();
    let refreshed = login
        .provider()
        .refresh(refresh_token, scope, login.deadline());
    let error = match refreshed {
        Ok(newer) => {
            return store(login, lock, slot, current, newer, need).map(SpendOutcome::Granted);
        }
        Err(error) => error,
    };
    drop(slot);
    if has_changed && refuses_change(&error) {
        return Ok(SpendOutcome::ChangeRefused(error));
    }
    // A client needs nobody for a new token, whatever is wrong with this one.
    let is_client = login.provider().sign_in_by() == SignInBy::Client;
    let is_refused = error.ends_login() || (is_client && error.is_lasting_refusal());
    if !is_refused {
        return Ok(SpendOutcome::Failed(error));
    }
    let again = lock.load().map_err(store_error(login))?;
    let stored_token = again.and_then(|stored| stored.set.refresh_token);
    Ok(match stored_token {
        Some(other) if other.expose() != refresh_token.expose() => SpendOutcome::Overtaken,
        // Some servers say so of a scope that the person has not agreed to.
        _ if has_changed => SpendOutcome::ChangeRefused(error),
        _ => SpendOutcome::Refused(error),
    })
}

/// Returns the scope to refresh with: that of the profile, if the sign-in asked for another.
fn scope_for(current: &Stored) -> RefreshScope {
    if current.change.is_some() || Requested::is_by_refresh(&current.set) {
        RefreshScope::AsConfigured
    } else {
        RefreshScope::AsGranted
    }
}

/// Returns whether the server refused what a refresh asked for, and neither the refresh token nor the client.
fn refuses_change(error: &GrantError) -> bool {
    matches!(error, GrantError::Refused { error, .. } if matches!(Refusal::of(error), Refusal::Setting(_)))
}

/// Stores the answer of a refresh, calls `on_new_token_set`, and returns what is granted. An answer without an access
/// token, or with one that cannot be a token and is left out, is stored too, and is an error then.
fn store(
    login: &dyn Login,
    lock: &Locked<'_>,
    slot: Slot<'_>,
    current: Stored,
    mut newer: TokenSet,
    need: Need,
) -> Result<Granted, BrokerError> {
    let now = UnixTime::now();
    let scope = scope_for(&current);
    let fault = take_unusable(&mut newer, login.provider().refresh_endpoint());
    let has_access_token = fault.is_none();
    let rejection = match current.rejection {
        // Without a new access token the old one stays stored, and so does its rejection.
        rejection if !has_access_token => rejection,
        RejectionState::Rejected { .. } => RejectionState::RenewedAfterRejection { at: now },
        _ => RejectionState::None,
    };
    let (old, newer) = without_invalid_id_token(login, current.set, newer);
    let set = old.refreshed_with(newer);
    let set = match scope {
        RefreshScope::AsConfigured => login.store().marked_by_refresh(set),
        RefreshScope::AsGranted => set,
    };
    slot.with_password(current.password)
        .commit(&set, rejection)
        .map_err(store_error(login))?;
    login.on_new_token_set(&set);
    if let Some(fault) = fault {
        let failure = journal_failure(Failure::REFRESH_FAILED, &fault);
        record_failure(login, lock, failure, Known::default());
        return Err(BrokerError::refresh(login.profile_name(), fault));
    }
    record_unrenewed_id_token(login, lock, &set, need, now);
    Granted::from_new_set(login, set, need, now)
}

/// Removes an access token that cannot be one from an answer of `endpoint`, so that the old one stays, and returns what
/// is wrong with the answer; `None` if its access token is fine.
fn take_unusable(newer: &mut TokenSet, endpoint: String) -> Option<GrantError> {
    let given = newer.access_token.as_ref().map(AccessToken::expose);
    match given.map(format::check_token) {
        Some(Ok(_)) => None,
        Some(Err(_)) => {
            newer.access_token = None;
            Some(GrantError::InvalidToken { endpoint })
        }
        None => Some(GrantError::NoToken { endpoint }),
    }
}

/// Removes an invalid new ID token, with a warning, and the old one that it was to replace. The other tokens are kept.
fn without_invalid_id_token(
    login: &dyn Login,
    mut old: TokenSet,
    mut newer: TokenSet,
) -> (TokenSet, TokenSet) {
    if let Some(why) = login.provider().check_refreshed_id_token(&old, &newer) {
        login.warn(&format!(
            "the refresh of profile {} returned an ID token that is not valid and is ignored: {why}",
            login.profile_name()
        ));
        old.id_token = None;
        newer.id_token = None;
    }
    (old, newer)
}

/// Records, if an ID token is needed, that the one after a refresh is not valid for `need.min_ttl`: mostly the old one,
/// which is kept (a server need not send one, OIDC Core §12.2). The next request must not spend a refresh token on it
/// again. Does nothing if there is no ID token or its expiry is not known.
fn record_unrenewed_id_token(
    login: &dyn Login,
    lock: &Locked<'_>,
    set: &TokenSet,
    need: Need,
    now: UnixTime,
) {
    if need.token != TokenKind::Identity {
        return;
    }
    if let Some(life) = set
        .id_lifetime()
        .filter(|life| !life.is_valid(now, need.min_ttl))
    {
        let error = BrokerError::IdentityNotRenewed {
            profile: login.profile_name().to_owned(),
            expires_at: life.expires_at,
        };
        record_failure(
            login,
            lock,
            journal_failure(Failure::ID_TOKEN_NOT_RENEWED, &error),
            Known::default(),
        );
    }
}
