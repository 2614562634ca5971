//! What a token is asked for, beside the profile.

use std::path::Path;

use crate::cli::Kognic;
use crate::credential::Origin;

/// What somebody asks a profile's account for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenRequest<'a> {
    /// Options about Kognic's server, credentials and scopes.
    pub(crate) kognic: Option<&'a Kognic>,
    /// The host that the token is for: for some providers it decides which server is asked.
    pub(crate) origin: Option<&'a Origin>,
    pub(crate) login: LoginSource<'a>,
}

/// Which of a profile's logins is meant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum LoginSource<'a> {
    /// The environment's, if it has one, else the stored one.
    #[default]
    EnvironmentOrStore,
    /// The stored one, whatever the environment says: what `login` writes.
    Store,
    /// The one in this file.
    File(&'a Path),
}

impl<'a> TokenRequest<'a> {
    /// Asks for a token that goes to this host.
    pub(crate) fn for_origin(origin: Option<&'a Origin>) -> Self {
        Self {
            origin,
            ..Self::default()
        }
    }

    /// Asks for the stored login.
    pub(crate) fn stored() -> Self {
        Self {
            login: LoginSource::Store,
            ..Self::default()
        }
    }
}
