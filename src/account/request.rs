//! The parameters of a request for a token, besides the profile.

use std::path::Path;

use crate::cli::Kognic;
use crate::credential::Origin;

/// What a token of a profile is requested for, and from which login.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenRequest<'a> {
    /// Options about Kognic's server, credentials and scopes.
    pub(crate) kognic: Option<&'a Kognic>,
    /// The host that the token is for: it selects Kognic's environment.
    pub(crate) origin: Option<&'a Origin>,
    /// Which login the token is from.
    pub(crate) login: LoginSource<'a>,
}

/// Which of a profile's logins to use.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum LoginSource<'a> {
    /// The environment's, if it has one, else the stored one.
    #[default]
    EnvironmentOrStore,
    /// The stored one, also if the environment has another: the one that `login` writes.
    Store,
    /// The one in this file.
    File(&'a Path),
}

impl<'a> TokenRequest<'a> {
    /// Returns the request for a token that goes to this host.
    pub(crate) fn for_origin(origin: Option<&'a Origin>) -> Self {
        Self {
            origin,
            ..Self::default()
        }
    }

    /// Returns the request that uses the stored login, also if the environment has another.
    pub(crate) fn stored() -> Self {
        Self {
            login: LoginSource::Store,
            ..Self::default()
        }
    }
}
