//! A new sign-in without a person, with credentials from the environment, the profile or the store.

use super::attempt::{journal_failure, record_failure};
use super::error::{BrokerError, LoginEnd, store_error};
use super::login::{Login, Unattended};
use super::need::{Granted, Need};
use crate::causes::with_causes;
use crate::providers::{SignInBy, SignInError, TimeoutPolicy};
use crate::store::{Failure, Known, Locked, RejectionState};
use crate::token::UnixTime;

/// Signs in without a person, stores the tokens, with the password that was saved beside the old ones, and calls
/// `on_new_token_set`. A failure is recorded in the journal, and credentials that were refused are not sent again.
///
/// # Errors
///
/// `fallback_error` if a person is needed, `LoginEnded` if the server refused these credentials before, `SignIn` if it
/// fails now or the credentials cannot be got, `Store` if the store cannot be read or written, and those of `Granted::from_new_set`.
pub(super) fn sign_in(
    login: &dyn Login,
    lock: &Locked<'_>,
    fallback_error: BrokerError,
    need: Need,
) -> Result<Granted, BrokerError> {
    let profile = login.profile_name();
    let unattended = login
        .unattended()
        .map_err(|source| unavailable(login, &fallback_error, source))?;
    let Some(Unattended {
        mut credentials,
        fingerprint,
        given_by,
    }) = unattended
    else {
        return Err(fallback_error);
    };
    let sign_in_by = login.provider().sign_in_by();
    if fingerprint.is_some() && lock.refused_attempt() == fingerprint {
        let end = LoginEnd::refused_before(sign_in_by, given_by);
        return Err(BrokerError::login_ended(profile, end));
    }
    let stored = lock.load().map_err(store_error(login))?;
    let slot = lock
        .reserve(None, UnixTime::now())
        .map_err(store_error(login))?
        .with_password(stored.and_then(|stored| stored.password));
    let timeout_policy = TimeoutPolicy::Overall(login.deadline());
    match login
        .provider()
        .sign_in(credentials.as_mut(), timeout_policy)
    {
        Ok(set) => {
            let now = UnixTime::now();
            slot.commit(&set, RejectionState::None)
                .map_err(store_error(login))?;
            login.on_new_token_set(&set);
            Granted::from_new_set(login, set, need, now)
        }
        Err(source) => {
            drop(slot);
            let attempt = fingerprint.filter(|_| source.is_refused_credentials(sign_in_by));
            let failure = journal_failure(Failure::SIGN_IN_FAILED, &source);
            let known = Known {
                attempt,
                ..Known::default()
            };
            record_failure(login, lock, failure, known);
            Err(BrokerError::sign_in(profile, source))
        }
    }
}

/// Returns the error for credentials that cannot be got, after a warning of how the login ended, if there was one. A
/// client's may be there again in a moment, as a keyring is unlocked, and its token that has not expired is used until
/// then.
fn unavailable(
    login: &dyn Login,
    fallback_error: &BrokerError,
    source: SignInError,
) -> BrokerError {
    if login.provider().sign_in_by() == SignInBy::Client {
        return BrokerError::sign_in(login.profile_name(), source);
    }
    if !matches!(fallback_error, BrokerError::NotSignedIn { .. }) {
        login.warn(&with_causes(fallback_error));
    }
    BrokerError::UnattendedFailed {
        profile: login.profile_name().to_owned(),
        source: Box::new(source),
    }
}
