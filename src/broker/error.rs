//! Why there is no token.

use super::login::Login;
use crate::escape::excerpt;
use crate::oauth::GrantError;
use crate::providers::{GivenBy, SignInBy, SignInError};
use crate::store::{CutOff, Journal, StoreError};
use crate::token::{OtherIssuer, RefreshToken, RequestChange, TokenKind, UnixTime};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokerError {
    /// Nothing is stored, and a sign-in needs a person.
    #[error("profile {profile} is not signed in")]
    NotSignedIn { profile: String },
    /// The login can no longer be used, and a new sign-in needs a person.
    #[error("the login of profile {profile} has ended")]
    LoginEnded {
        profile: String,
        source: Box<LoginEnd>,
    },
    /// The login is of another server or client than the profile names. It is kept as it is.
    #[error("the login of profile {profile} is not used")]
    Foreign {
        profile: String,
        source: OtherIssuer,
    },
    /// The login was asked for with something else than the profile says now, and a refresh cannot change that.
    #[error("the login of profile {profile} is not for what the profile says now")]
    Changed { profile: String, source: Changed },
    /// The access token is bound to a key, so that it is no bearer token.
    #[error("the access token of profile {profile} cannot be used")]
    KeyBound { profile: String, source: KeyBound },
    /// The stored tokens have not all expired, but do not meet the need and cannot be renewed.
    #[error("the login of profile {profile} cannot be renewed")]
    Unrenewable {
        profile: String,
        source: Unrenewable,
    },
    /// The deadline is too near: an interrupted attempt may spend the refresh token without its answer being stored.
    #[error("too little time is left to refresh the token of profile {profile}")]
    NoTimeLeft { profile: String },
    /// The store has no such token, and a refresh would not return one.
    #[error("the login of profile {profile} has no {token} token")]
    NoSuchToken { profile: String, token: TokenKind },
    /// The stored ID token has expired, and a refresh returned no new one.
    #[error(
        "the server sent no identity token for profile {profile} that is valid after {expires_at}"
    )]
    IdentityNotRenewed {
        profile: String,
        expires_at: UnixTime,
    },
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
    /// A new sign-in could not begin: what it takes is configured and cannot be got.
    #[error("could not sign in to profile {profile}")]
    UnattendedFailed {
        profile: String,
        source: Box<SignInError>,
    },
    #[error("could not use the stored login of profile {profile}")]
    Store {
        profile: String,
        source: Box<StoreError>,
    },
}

/// That an access token has a type which is worth nothing without a key.
#[derive(Debug, thiserror::Error)]
#[error(
    "its type is {}: the server bound it to a key (RFC 9449), and nothing here can use it as a bearer token",
    excerpt(.token_type)
)]
pub(crate) struct KeyBound {
    pub(crate) token_type: String,
    /// Whether the token is in the environment, and not in a file.
    pub(crate) is_from_environment: bool,
}

/// That a login was asked for with something else than the profile says now, and how a refresh failed to change that,
/// if one was tried.
#[derive(Debug, thiserror::Error)]
#[error("{change}{}", .refusal.as_ref().map_or_else(String::new, |text| format!("; a refresh for that failed: {}", excerpt(text))))]
pub(crate) struct Changed {
    pub(crate) change: RequestChange,
    /// The message of the server's refusal.
    pub(crate) refusal: Option<String>,
}

/// How a login ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoginEnd {
    #[error("{0}")]
    Refused(GrantError),
    /// The server refused the refresh token, and an interrupted refresh, whose answer was lost, may be the reason.
    #[error(
        "{refused}, perhaps because a refresh that process {pid} began at {at} was interrupted before its answer was \
         stored, and that answer held the only valid refresh token"
    )]
    CutOff {
        refused: GrantError,
        at: UnixTime,
        pid: u32,
    },
    /// An earlier attempt ended so, and nothing has changed since.
    #[error("{message}; that was at {at}, and the same refresh token is not sent again")]
    RefusedBefore { message: String, at: UnixTime },
    #[error("its access token has expired and it has no refresh token")]
    NoRefreshToken,
    #[error("this password was refused before, and is not tried again until it changes")]
    PasswordRefusedBefore { given_by: Vec<GivenBy> },
    #[error(
        "these client credentials were refused before, and are not tried again until they change"
    )]
    ClientRefusedBefore { given_by: Vec<GivenBy> },
}

/// Why the stored tokens do not meet the need, although they have not all expired. There is no refresh token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unrenewable {
    #[error("it has no refresh token")]
    StillValid,
    #[error("its {token} token expires in {seconds} s and it has no refresh token")]
    ExpiresSoon { token: TokenKind, seconds: u64 },
    #[error("its {token} token has expired and it has no refresh token")]
    Expired { token: TokenKind },
    #[error("a server rejected its access token and it has no refresh token")]
    Rejected,
}

impl BrokerError {
    /// Returns the error for the profile of this name that has no login.
    pub(super) fn not_signed_in(profile: &str) -> Self {
        Self::NotSignedIn {
            profile: profile.to_owned(),
        }
    }

    /// Returns the error for a login of this profile that ended as `end` says.
    pub(super) fn login_ended(profile: &str, end: LoginEnd) -> Self {
        Self::LoginEnded {
            profile: profile.to_owned(),
            source: Box::new(end),
        }
    }

    /// Returns the error for a refresh of this profile's tokens that failed with `source`.
    pub(super) fn refresh(profile: &str, source: GrantError) -> Self {
        Self::Refresh {
            profile: profile.to_owned(),
            source: Box::new(source),
        }
    }

    /// Returns the error for a sign-in to this profile that failed with `source`.
    pub(super) fn sign_in(profile: &str, source: SignInError) -> Self {
        Self::SignIn {
            profile: profile.to_owned(),
            source: Box::new(source),
        }
    }

    /// Returns the error for the stored login of this profile, whose file cannot be used.
    pub(crate) fn store(profile: &str, source: StoreError) -> Self {
        let profile = profile.to_owned();
        match source {
            StoreError::Foreign { foreign, .. } => Self::Foreign {
                profile,
                source: foreign,
            },
            source => Self::Store {
                profile,
                source: Box::new(source),
            },
        }
    }

    /// Returns the error for a login of this profile that is of another server or client.
    pub(crate) fn foreign(profile: &str, source: OtherIssuer) -> Self {
        Self::Foreign {
            profile: profile.to_owned(),
            source,
        }
    }

    /// Returns the error for a login of this profile that was asked for with something else; `refusal` is how the
    /// server refused to change that.
    pub(super) fn changed(profile: &str, change: &RequestChange, refusal: Option<&str>) -> Self {
        Self::Changed {
            profile: profile.to_owned(),
            source: Changed {
                change: change.clone(),
                refusal: refusal.map(str::to_owned),
            },
        }
    }

    /// Returns whether the cause is the stored login itself (it has ended, is another's, cannot be renewed, lacks the
    /// token, or its file is no token set), and not this attempt to renew it or to sign in; `false` if there is no
    /// login.
    pub(crate) fn is_about_the_login(&self) -> bool {
        match self {
            Self::LoginEnded { .. }
            | Self::Foreign { .. }
            | Self::Changed { .. }
            | Self::KeyBound { .. }
            | Self::Unrenewable { .. }
            | Self::NoSuchToken { .. }
            | Self::IdentityNotRenewed { .. } => true,
            Self::Store { source, .. } => matches!(
                **source,
                StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. }
            ),
            Self::NotSignedIn { .. }
            | Self::NoTimeLeft { .. }
            | Self::Refresh { .. }
            | Self::SignIn { .. }
            | Self::UnattendedFailed { .. } => false,
        }
    }

    /// Returns whether there is no login that can be used, or it has ended or cannot be renewed: then a stored access
    /// token is not used, even if it has not expired.
    pub(super) fn ends_the_login(&self) -> bool {
        matches!(
            self,
            Self::NotSignedIn { .. }
                | Self::LoginEnded { .. }
                | Self::Foreign { .. }
                | Self::Changed { .. }
                | Self::KeyBound { .. }
                | Self::Unrenewable { .. }
                | Self::UnattendedFailed { .. }
        )
    }
}

impl LoginEnd {
    /// Returns how the login ended with this refusal, which an earlier interrupted refresh may explain, unless the server
    /// says why itself: the token was revoked.
    pub(super) fn after_refusal(refused: GrantError, interrupted: Option<&CutOff>) -> Self {
        match interrupted.filter(|_| !refused.says_revoked()) {
            Some(&CutOff { at, pid, .. }) => Self::CutOff { refused, at, pid },
            None => Self::Refused(refused),
        }
    }

    /// Returns how the login ended if the journal says that the server refused this refresh token.
    pub(super) fn refused_token(journal: &Journal, refresh_token: &RefreshToken) -> Option<Self> {
        let refused = journal.refusal_of(refresh_token)?;
        Some(Self::RefusedBefore {
            message: refused.message.clone(),
            at: refused.at,
        })
    }

    /// Returns how the login ended if the password or client that could sign in again was refused before.
    /// `given_by` is what gave them.
    pub(super) fn refused_before(by: SignInBy, given_by: Vec<GivenBy>) -> Self {
        match by {
            SignInBy::Client => Self::ClientRefusedBefore { given_by },
            SignInBy::Password | SignInBy::Person => Self::PasswordRefusedBefore { given_by },
        }
    }
}

/// Returns a function that makes an error of the store one of the broker, with the profile's name.
pub(super) fn store_error(login: &dyn Login) -> impl Fn(StoreError) -> BrokerError {
    |source| BrokerError::store(login.profile_name(), source)
}
