//! The only road to a token: environment, store, lock, refresh, sign-in.
//!
//! A refresh token is spent once, under the profile's lock, and its successor is on disk before anybody sees the new
//! access token. A token that is good already is found without a lock, a thread or a connection: that is the hot path.
//! A refresh that fails never deletes what is stored.

mod cut_off;
mod renew;
mod sign_in;
mod unrenewable;

use std::time::Duration;

use crate::deadline::Deadline;
use crate::oauth::GrantError;
use crate::providers::{Credentials, Provider, SignInError};
use crate::store::{RejectionState, Store, StoreError, Stored};
use crate::token::{Lifetime, TokenSet, UnixTime};

pub(crate) use unrenewable::Unrenewable;

/// How much life an access token must have left when nobody says otherwise.
pub(crate) const MIN_TTL: Duration = Duration::from_secs(30);

/// Which token of a set somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Access,
    Identity,
    /// The stored refresh token as it is: asking for it spends nothing.
    Refresh,
}

impl Wanted {
    /// Returns the word that people and programs have for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Identity => "identity",
            Self::Refresh => "refresh",
        }
    }
}

/// What a token has to be good for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    pub(crate) token: Wanted,
    pub(crate) min_ttl: Duration,
    /// Refresh even if the stored token is good.
    pub(crate) refresh: bool,
}

impl Need {
    /// Returns the need of whoever wants an access token good for `min_ttl`.
    pub(crate) fn access(min_ttl: Duration) -> Self {
        Self {
            token: Wanted::Access,
            min_ttl,
            refresh: false,
        }
    }
}

/// A token set that meets a need.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) set: TokenSet,
    /// When the wanted token ends, if anybody knows.
    pub(crate) expires_at: Option<UnixTime>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokerError {
    /// Nothing is stored, and nothing at hand can sign in.
    #[error("profile {profile} is not signed in")]
    NotSignedIn { profile: String },
    /// The login is over: only a person can begin a new one.
    #[error("the login of profile {profile} has ended")]
    LoginEnded {
        profile: String,
        source: Box<LoginEnd>,
    },
    /// Nothing renews what is stored, though it lives.
    #[error("the login of profile {profile} cannot be renewed")]
    Unrenewable {
        profile: String,
        source: Unrenewable,
    },
    /// A refresh token that is spent on a try that is cut short may be spent for nothing.
    #[error("too little time is left to refresh the token of profile {profile}")]
    NoTimeLeft { profile: String },
    /// The store has no such token, and no refresh would bring one.
    #[error("the login of profile {profile} has no {token} token")]
    NoSuchToken {
        profile: String,
        token: &'static str,
    },
    /// The one that is stored has ended, and only a new login brings another.
    #[error(
        "the server sent no identity token for profile {profile} that is good beyond {ends_at}"
    )]
    IdentityNotRenewed { profile: String, ends_at: UnixTime },
    #[error("could not refresh the token of profile {profile}")]
    Refresh {
        profile: String,
        source: Box<GrantError>,
    },
    #[error("could not sign in to profile {profile}")]
    SignIn {
        profile: String,
        source: Box<SignInError>,
    },
    #[error("could not use the stored login of profile {profile}")]
    Store {
        profile: String,
        source: Box<StoreError>,
    },
}

/// How a login came to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoginEnd {
    #[error("{0}")]
    Refused(GrantError),
    #[error(
        "{refused}; a refresh that process {pid} began at {at} was cut off before its answer was stored, and that \
         answer held the only token that could have gone on"
    )]
    CutOff {
        refused: GrantError,
        at: UnixTime,
        pid: u32,
    },
    #[error("its access token has run out and it has no refresh token")]
    NoRefreshToken,
    #[error("the password at hand was refused before, and is not tried again until it changes")]
    PasswordRefusedBefore,
    #[error(
        "the client credentials at hand were refused before, and are not tried again until they change"
    )]
    ClientRefusedBefore,
}

/// What signs in without a person.
pub(crate) struct Unattended<'a> {
    pub(crate) credentials: Box<dyn Credentials + 'a>,
    /// Tells this password or client from another one, and nothing else about it; `None` is never remembered.
    pub(crate) mark: Option<u8>,
}

/// One profile's login, and what may be done to keep it alive.
pub(crate) struct Broker<'a> {
    /// The profile's name, for messages.
    pub(crate) profile: &'a str,
    /// A token set from the environment that is used as it is, while it lasts.
    pub(crate) given: Option<&'a TokenSet>,
    pub(crate) store: &'a Store,
    pub(crate) provider: &'a dyn Provider,
    /// Tells whether there seems to be what signs in without a person, and runs nothing to find out.
    pub(crate) can_sign_in: &'a dyn Fn() -> bool,
    /// Makes what signs in without a person, if the environment or the profile holds it.
    pub(crate) unattended: &'a dyn Fn() -> Result<Option<Unattended<'a>>, SignInError>,
    /// Is given each new token set once it is stored.
    pub(crate) on_rotate: &'a dyn Fn(&TokenSet),
    /// Tells a person something that is not an error.
    pub(crate) warn: &'a dyn Fn(&str),
    pub(crate) deadline: Deadline,
}

impl Broker<'_> {
    /// Returns a token set that meets `need`, renewed at most once however many processes ask.
    ///
    /// # Errors
    ///
    /// `NotSignedIn`, `LoginEnded` and `Unrenewable` need a person; the others may pass. Nothing stored is lost by any of them.
    pub(crate) fn token_set(&self, need: Need) -> Result<Granted, BrokerError> {
        let now = UnixTime::now();
        if let Some(set) = self.given
            && !need.refresh
            && is_good(set, None, need, now)
        {
            return Ok(granted(set.clone(), None, need, now));
        }
        self.warn_if_env_token_expired(need, now);
        let stored = self.store.load().map_err(|source| self.storage(source))?;
        if let Some(stored) = &stored {
            self.fix_permissions(stored);
        }
        match stored {
            Some(stored) if !need.refresh && stored_is_good(&stored, need, now) => {
                self.warn_if_fresh_token_rejected(&stored);
                Ok(granted(stored.set, stored.written_at, need, now))
            }
            seen => self.renew(seen, need),
        }
    }

    /// Returns a token set that meets `need` already: nothing is renewed, and nobody is told anything.
    pub(crate) fn at_hand(&self, need: Need) -> Result<Option<Granted>, BrokerError> {
        let now = UnixTime::now();
        if let Some(set) = self.given.filter(|set| is_good(set, None, need, now)) {
            return Ok(Some(granted(set.clone(), None, need, now)));
        }
        let stored = self.store.load().map_err(|source| self.storage(source))?;
        let good = stored.filter(|stored| stored_is_good(stored, need, now));
        Ok(good.map(|stored| granted(stored.set, stored.written_at, need, now)))
    }

    fn storage(&self, source: StoreError) -> BrokerError {
        BrokerError::Store {
            profile: self.profile.to_owned(),
            source: Box::new(source),
        }
    }

    fn fix_permissions(&self, stored: &Stored) {
        if stored.world_readable {
            let path = self.store.path().display();
            (self.warn)(&match self.store.restrict_permissions() {
                Ok(()) => format!("{path} could be read by others; now it is yours alone"),
                Err(error) => {
                    format!("{path} can be read by others, and that could not be changed: {error}")
                }
            });
        }
    }

    /// The stored login may be another account's than the token that was given.
    fn warn_if_env_token_expired(&self, need: Need, now: UnixTime) {
        let at_all = Need {
            min_ttl: Duration::ZERO,
            ..need
        };
        let is_asked_for = need.token == Wanted::Access && !need.refresh;
        if self
            .given
            .is_some_and(|set| is_asked_for && !is_good(set, None, at_all, now))
        {
            (self.warn)(&format!(
                "the token in the environment has run out; what is stored for profile {} is used instead",
                self.profile
            ));
        }
    }

    fn warn_if_fresh_token_rejected(&self, stored: &Stored) {
        if let RejectionState::RefusedFresh { .. } = stored.rejection {
            (self.warn)(&format!(
                "a server refuses even a fresh token of profile {}: it lacks a permission there, the login is good",
                self.profile
            ));
        }
    }
}

fn stored_is_good(stored: &Stored, need: Need, now: UnixTime) -> bool {
    let is_rejected = need.token == Wanted::Access && stored.is_rejected();
    !is_rejected && is_good(&stored.set, stored.written_at, need, now)
}

fn is_good(set: &TokenSet, written_at: Option<UnixTime>, need: Need, now: UnixTime) -> bool {
    match need.token {
        Wanted::Access => set.is_fresh(written_at, now, need.min_ttl),
        Wanted::Identity => {
            let is_good = |life: Lifetime| life.is_valid(now, need.min_ttl);
            set.id_token.is_some() && set.id_lifetime().is_none_or(is_good)
        }
        Wanted::Refresh => set.refresh_token.is_some(),
    }
}

fn granted(set: TokenSet, written_at: Option<UnixTime>, need: Need, now: UnixTime) -> Granted {
    let expires_at = match need.token {
        Wanted::Access => set.access_expires_at(written_at, now),
        Wanted::Identity => set.id_lifetime().map(|life| life.expires_at),
        Wanted::Refresh => set.refresh_expires_at(),
    };
    Granted { set, expires_at }
}
