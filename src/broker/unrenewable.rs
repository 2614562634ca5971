//! A login that nothing at hand can renew: what is true of it, told before a lock is taken or a file created.

use super::{Broker, BrokerError, LoginEnd, Need, Wanted};
use crate::store::Stored;
use crate::token::{Lifetime, UnixTime};

/// What is to be told of a login that still lives and has no refresh token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unrenewable {
    #[error("it has no refresh token")]
    Lives,
    #[error("its {token} token ends in {seconds} s and it has no refresh token")]
    Ends { token: &'static str, seconds: u64 },
    #[error("its {token} token has run out and it has no refresh token")]
    HasEnded { token: &'static str },
    #[error("a server refused its access token and it has no refresh token")]
    IsRejected,
}

impl Broker<'_> {
    /// Returns why there is no use in waiting for the lock: nothing is stored that could be renewed, and nothing at hand
    /// signs in. So whoever is not signed in leaves no trace, and a directory that may not be written is no matter.
    pub(super) fn check_renewable(&self, seen: Option<&Stored>, need: Need) -> Option<BrokerError> {
        let error = match seen {
            None => self.not_signed_in(),
            Some(stored) if stored.set.refresh_token.is_none() => {
                self.unrenewable(stored, need, UnixTime::now())
            }
            Some(_) => return None,
        };
        (!(self.can_sign_in)()).then_some(error)
    }

    pub(super) fn not_signed_in(&self) -> BrokerError {
        BrokerError::NotSignedIn {
            profile: self.profile.to_owned(),
        }
    }

    /// Returns what a login without a refresh token comes to, where what it holds does not meet the need.
    pub(super) fn unrenewable(&self, stored: &Stored, need: Need, now: UnixTime) -> BrokerError {
        let set = &stored.set;
        let (is_there, life) = match need.token {
            Wanted::Access => (
                set.access_token.is_some(),
                set.access_lifetime(stored.written_at, now),
            ),
            Wanted::Identity => (set.id_token.is_some(), set.id_lifetime()),
            Wanted::Refresh => (false, None),
        };
        let profile = self.profile.to_owned();
        let token = need.token.name();
        let has_ended = |life: &Lifetime| life.expires_at <= now;
        let source = match life {
            _ if need.token == Wanted::Access
                && (!is_there || life.as_ref().is_some_and(has_ended)) =>
            {
                let source = Box::new(LoginEnd::NoRefreshToken);
                return BrokerError::LoginEnded { profile, source };
            }
            _ if !is_there => return BrokerError::NoSuchToken { profile, token },
            Some(life) if has_ended(&life) => Unrenewable::HasEnded { token },
            _ if need.refresh => Unrenewable::Lives,
            _ if need.token == Wanted::Access && stored.is_rejected() => Unrenewable::IsRejected,
            Some(life) => Unrenewable::Ends {
                token,
                seconds: now.until(life.expires_at).as_secs(),
            },
            None => Unrenewable::Lives,
        };
        BrokerError::Unrenewable { profile, source }
    }
}
