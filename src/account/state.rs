//! The state of a login, found without asking a server: the same for every command that shows or checks it.

use std::time::Duration;

use super::Account;
use crate::broker::{Changed, KeyBound};
use crate::store::{Failure, Journal, StoreError, Stored};
use crate::token::{OtherIssuer, RequestChange, TokenSet, UnixTime};

/// The state of a profile's login, from the environment and the store.
#[derive(Debug)]
pub(crate) enum LoginState {
    /// There is no login.
    None,
    /// No token is stored; one is requested with the client's credentials when it is needed.
    ClientCredentials,
    /// A token in the environment is valid.
    Environment,
    /// The stored access token is valid.
    Valid,
    /// The access token has expired or was rejected, and can be renewed with the refresh token or the client
    /// credentials.
    Renewable,
    /// The server refused the refresh token, or the sign-in that was tried in its place.
    Refused(RefusedLogin),
    /// The tokens have expired and cannot be renewed.
    Expired,
    /// The login is of another server or client than the profile names.
    Foreign(OtherIssuer),
    /// The login was asked for with something else than the profile says now, and cannot be renewed for that.
    Changed(Changed),
    /// The access token is valid and bound to a key, so that nothing here can use it.
    KeyBound(KeyBound),
    /// The token file cannot be read.
    Unreadable(StoreError),
}

/// How and when a server ended a login.
#[derive(Debug)]
pub(crate) struct RefusedLogin {
    /// In one line without a secret.
    pub(crate) message: String,
    pub(crate) at: UnixTime,
}

impl LoginState {
    /// Returns whether a program that asks for a token now can be expected to get one.
    pub(crate) fn can_answer(&self) -> bool {
        match self {
            Self::ClientCredentials | Self::Environment | Self::Valid | Self::Renewable => true,
            Self::None
            | Self::Refused(_)
            | Self::Expired
            | Self::Foreign(_)
            | Self::Changed(_)
            | Self::KeyBound(_)
            | Self::Unreadable(_) => false,
        }
    }
}

/// Returns the state of a login whose access token is valid, if that is bound to a key.
fn key_bound(set: &TokenSet, is_from_environment: bool) -> Option<LoginState> {
    Some(LoginState::KeyBound(KeyBound {
        token_type: set.key_bound_type()?.to_owned(),
        is_from_environment,
    }))
}

impl Account<'_> {
    /// Returns the state of the login. Sends no request and renews nothing.
    pub(crate) fn state(&self) -> LoginState {
        let now = UnixTime::now();
        if let Some(foreign) = self.foreign_environment() {
            return LoginState::Foreign(foreign.clone());
        }
        let given = self.environment_set();
        let fresh = given.filter(|set| set.is_fresh(None, now, Duration::ZERO));
        if let Some(set) = fresh {
            return key_bound(set, true).unwrap_or(LoginState::Environment);
        }
        match self.store().load() {
            Err(StoreError::Foreign { foreign, .. }) => LoginState::Foreign(foreign),
            Err(error) => LoginState::Unreadable(error),
            Ok(Some(stored)) => self.state_of(&stored, now),
            Ok(None) if self.has_client() => LoginState::ClientCredentials,
            Ok(None) if given.is_some() => LoginState::Expired,
            Ok(None) => LoginState::None,
        }
    }

    /// Returns the state of a stored login at the time `now`. The recorded refusal counts only if there is an unexpired
    /// refresh token and no client.
    fn state_of(&self, stored: &Stored, now: UnixTime) -> LoginState {
        let set = &stored.set;
        if let Some(change) = &stored.change {
            return self.state_of_changed(stored, change);
        }
        if !stored.is_rejected() && set.is_fresh(stored.written_at, now, Duration::ZERO) {
            return key_bound(set, false).unwrap_or(LoginState::Valid);
        }
        if self.has_client() {
            return LoginState::Renewable;
        }
        let has_refresh_token =
            set.refresh_token.is_some() && set.refresh_expires_at().is_none_or(|end| end > now);
        match self.refusal_of(stored) {
            _ if !has_refresh_token => LoginState::Expired,
            Some(failure) => LoginState::Refused(failure),
            None => LoginState::Renewable,
        }
    }

    /// Returns the refusal of the stored refresh token, if there was one and no client can request a new token: also
    /// while the access token is valid.
    pub(crate) fn refusal(&self) -> Option<RefusedLogin> {
        if self.has_client() {
            return None;
        }
        self.refusal_of(&self.store().load().ok()??)
    }

    /// Returns the state of a stored login that was asked for with something else than the profile says now.
    fn state_of_changed(&self, stored: &Stored, change: &RequestChange) -> LoginState {
        let journal = self.store().journal();
        let refusal = match &stored.set.refresh_token {
            _ if self.has_client() => return LoginState::Renewable,
            None => None,
            Some(refresh_token) => {
                let refused = journal.as_ref();
                match refused.and_then(|it| it.refused_change(refresh_token, change)) {
                    None => return LoginState::Renewable,
                    refused => refused.map(|refused| refused.message.clone()),
                }
            }
        };
        let change = change.clone();
        LoginState::Changed(Changed { change, refusal })
    }

    /// Returns the refusal of the stored refresh token, or the failure of the sign-in in its place, if no other token
    /// set has been stored since.
    fn refusal_of(&self, stored: &Stored) -> Option<RefusedLogin> {
        let journal = self.store().journal()?;
        let refresh_token = stored.set.refresh_token.as_ref();
        if let Some(refused) = refresh_token.and_then(|token| journal.refusal_of(token)) {
            return Some(RefusedLogin {
                message: refused.message.clone(),
                at: refused.at,
            });
        }
        let Journal::Failed(failure) = journal else {
            return None;
        };
        let is_final =
            [Failure::LOGIN_REQUIRED, Failure::SIGN_IN_FAILED].contains(&failure.code.as_str());
        // One that names a refresh token is about that one, which is not stored any more.
        let is_about_stored =
            failure.known.refused.is_none() && stored.written_at.is_none_or(|at| at <= failure.at);
        (is_final && is_about_stored).then_some(RefusedLogin {
            message: failure.message,
            at: failure.at,
        })
    }
}
