//! The state of a login, found without asking a server: the same for every command that shows or checks it.

use std::time::Duration;

use super::Account;
use crate::store::{Failure, Journal, StoreError, Stored};
use crate::token::UnixTime;

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
    /// The server refused the refresh token, and a new sign-in, if one was tried, failed.
    Refused(Failure),
    /// The tokens have expired and cannot be renewed.
    Expired,
    /// The token file cannot be read.
    Unreadable(StoreError),
}

impl LoginState {
    /// Returns whether a program that asks for a token now can be expected to get one.
    pub(crate) fn can_answer(&self) -> bool {
        match self {
            Self::ClientCredentials | Self::Environment | Self::Valid | Self::Renewable => true,
            Self::None | Self::Refused(_) | Self::Expired | Self::Unreadable(_) => false,
        }
    }
}

impl Account<'_> {
    /// Returns the state of the login. Sends no request and renews nothing.
    pub(crate) fn state(&self) -> LoginState {
        let now = UnixTime::now();
        let given = self.environment_set();
        if given.is_some_and(|set| set.is_fresh(None, now, Duration::ZERO)) {
            return LoginState::Environment;
        }
        match self.store().load() {
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
        if !stored.is_rejected() && set.is_fresh(stored.written_at, now, Duration::ZERO) {
            return LoginState::Valid;
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

    /// Returns the refusal of the stored refresh token, or the failure of the sign-in that followed it, if no other
    /// token set has been stored since.
    fn refusal_of(&self, stored: &Stored) -> Option<Failure> {
        let Some(Journal::Failed(failure)) = self.store().journal() else {
            return None;
        };
        let is_final =
            [Failure::LOGIN_REQUIRED, Failure::SIGN_IN_FAILED].contains(&failure.code.as_str());
        let is_about_stored = stored.written_at.is_none_or(|at| at <= failure.at);
        (is_final && is_about_stored).then_some(failure)
    }
}
