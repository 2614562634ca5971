//! Errors of a login that no refresh can renew, found before a lock is taken or a file created.

use super::error::{BrokerError, LoginEnd, Unrenewable};
use super::login::Login;
use super::need::Need;
use crate::store::Stored;
use crate::token::{Lifetime, TokenKind, UnixTime};

/// Checks that the lock is worth waiting for: there is a refresh token that the server has not refused, or a sign-in
/// needs no person. So for a profile that is not signed in no file is created, and its directory need not be writable.
///
/// # Errors
///
/// `NotSignedIn`, `LoginEnded`, `Changed`, `Unrenewable` or `NoSuchToken`; a new login helps in each case.
pub(super) fn check_renewable(
    login: &dyn Login,
    before_lock: Option<&Stored>,
    need: Need,
) -> Result<(), BrokerError> {
    let error = match before_lock {
        None => BrokerError::not_signed_in(login.profile_name()),
        Some(stored) if stored.set.refresh_token.is_none() => {
            unrenewable(login, stored, need, UnixTime::now())
        }
        Some(stored) => match refused_before(login, stored, need) {
            Some(end) => BrokerError::login_ended(login.profile_name(), end),
            None => return Ok(()),
        },
    };
    if login.can_sign_in_unattended() {
        Ok(())
    } else {
        Err(error)
    }
}

/// Returns how the login ended if the server refused the stored refresh token before; `None` with `need.refresh`.
fn refused_before(login: &dyn Login, stored: &Stored, need: Need) -> Option<LoginEnd> {
    let refresh_token = stored
        .set
        .refresh_token
        .as_ref()
        .filter(|_| !need.refresh)?;
    LoginEnd::refused_token(&login.store().journal()?, refresh_token)
}

/// Returns the error of a login without a refresh token whose tokens do not meet the need: `LoginEnded` if the access
/// token is needed and is missing or has expired, `NoSuchToken` if another is missing, else `Unrenewable`; `Changed` if
/// they were asked for with something else than the profile says now.
pub(super) fn unrenewable(
    login: &dyn Login,
    stored: &Stored,
    need: Need,
    now: UnixTime,
) -> BrokerError {
    let profile = login.profile_name();
    if let Some(change) = &stored.change {
        return BrokerError::changed(profile, change, None);
    }
    let token = need.token;
    let set = &stored.set;
    let life = match token {
        TokenKind::Access => set.access_lifetime(stored.written_at, now),
        TokenKind::Identity => set.id_lifetime(),
        TokenKind::Refresh => None,
    };
    let is_there = set.token(token).is_some();
    let has_expired = |life: &Lifetime| life.expires_at <= now;
    if token == TokenKind::Access && (!is_there || life.as_ref().is_some_and(has_expired)) {
        return BrokerError::login_ended(profile, LoginEnd::NoRefreshToken);
    }
    if !is_there {
        let profile = profile.to_owned();
        return BrokerError::NoSuchToken { profile, token };
    }
    let source = match life {
        Some(life) if has_expired(&life) => Unrenewable::Expired { token },
        _ if need.refresh => Unrenewable::StillValid,
        _ if token == TokenKind::Access && stored.is_rejected() => Unrenewable::Rejected,
        Some(life) => Unrenewable::ExpiresSoon {
            token,
            seconds: now.until(life.expires_at).as_secs(),
        },
        None => Unrenewable::StillValid,
    };
    BrokerError::Unrenewable {
        profile: profile.to_owned(),
        source,
    }
}
