//! What a request needs, what it is granted, and whether a token set meets a need.

use std::time::Duration;

use super::error::{BrokerError, KeyBound};
use super::login::Login;
use crate::store::Stored;
use crate::token::{TokenKind, TokenSet, UnixTime};

/// For how long an access token must still be valid by default.
pub(crate) const MIN_TTL: Duration = Duration::from_secs(30);

/// The token that a request needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Which token.
    pub(crate) token: TokenKind,
    /// For how long it must still be valid.
    pub(crate) min_ttl: Duration,
    /// Whether to refresh even if the stored token is valid.
    pub(crate) refresh: bool,
}

impl Need {
    /// Returns the need for an access token that is valid for at least `min_ttl`.
    pub(crate) fn access(min_ttl: Duration) -> Self {
        Self {
            token: TokenKind::Access,
            min_ttl,
            refresh: false,
        }
    }
}

/// A token set that meets a need.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) set: TokenSet,
    /// When the token that is needed expires, if that is known.
    pub(crate) expires_at: Option<UnixTime>,
}

/// Returns whether the stored token meets the need, whatever `need.refresh` says: no server has rejected it, it was
/// asked for with what the profile says now, and it is valid for long enough.
pub(super) fn stored_is_valid(stored: &Stored, need: Need, now: UnixTime) -> bool {
    let is_rejected = need.token == TokenKind::Access && stored.is_rejected();
    let is_for_now = need.token == TokenKind::Refresh || stored.change.is_none();
    !is_rejected && is_for_now && is_valid(&stored.set, stored.written_at, need, now)
}

/// Returns whether a token set meets the need, whatever `need.refresh` says. A token whose expiry is not known does,
/// and so does any refresh token. `written_at` is when it was stored; `None` for one from the environment.
pub(super) fn is_valid(
    set: &TokenSet,
    written_at: Option<UnixTime>,
    need: Need,
    now: UnixTime,
) -> bool {
    match need.token {
        TokenKind::Access => set.is_fresh(written_at, now, need.min_ttl),
        TokenKind::Identity => {
            let life = set.id_lifetime();
            set.id_token.is_some() && life.is_none_or(|life| life.is_valid(now, need.min_ttl))
        }
        TokenKind::Refresh => set.refresh_token.is_some(),
    }
}

impl Granted {
    /// Returns a token set, which should meet the need, with the expiry of the token that is needed. `written_at` is
    /// when it was stored; `None` for one from the environment. Every token that is handed out has been through here.
    ///
    /// # Errors
    ///
    /// `KeyBound` if an access token is needed and is no bearer token.
    pub(super) fn new(
        login: &dyn Login,
        set: TokenSet,
        written_at: Option<UnixTime>,
        need: Need,
        now: UnixTime,
    ) -> Result<Self, BrokerError> {
        if let (TokenKind::Access, Some(token_type)) = (need.token, set.key_bound_type()) {
            return Err(BrokerError::KeyBound {
                profile: login.profile_name().to_owned(),
                source: KeyBound {
                    token_type: token_type.to_owned(),
                    is_from_environment: written_at.is_none(),
                },
            });
        }
        let expires_at = match need.token {
            TokenKind::Access => set.access_expires_at(written_at, now),
            TokenKind::Identity => set.id_lifetime().map(|life| life.expires_at),
            TokenKind::Refresh => set.refresh_expires_at(),
        };
        Ok(Self { set, expires_at })
    }

    /// Does as [`Self::new`], for a token set that has just been renewed or is not going to be. `need.min_ttl` is not
    /// checked.
    ///
    /// # Errors
    ///
    /// `KeyBound` as for [`Self::new`], `NoSuchToken` if it lacks the token, `IdentityNotRenewed` if its ID token is
    /// needed and has expired.
    pub(super) fn from_new_set(
        login: &dyn Login,
        set: TokenSet,
        need: Need,
        now: UnixTime,
    ) -> Result<Self, BrokerError> {
        let profile = || login.profile_name().to_owned();
        if set.token(need.token).is_none() {
            return Err(BrokerError::NoSuchToken {
                profile: profile(),
                token: need.token,
            });
        }
        match set.id_lifetime() {
            Some(life) if need.token == TokenKind::Identity && life.expires_at <= now => {
                Err(BrokerError::IdentityNotRenewed {
                    profile: profile(),
                    expires_at: life.expires_at,
                })
            }
            _ => Self::new(login, set, Some(now), need, now),
        }
    }
}
