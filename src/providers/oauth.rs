//! OAuth.

use std::path::PathBuf;

use crate::deadline::Deadline;
use crate::grants::GrantError;
use crate::profile::OAuthSettings;
use crate::providers::{Credentials, Patience, Provider, SignInBy, SignInError};
use crate::token::{RefreshToken, TokenSet};

/// A client of OAuth.
pub(crate) struct OAuth {
    settings: OAuthSettings,
    ca_file: Option<PathBuf>,
}

impl OAuth {
    /// Returns a client, which makes nothing that costs time before its first request.
    pub(crate) fn new(settings: OAuthSettings, ca_file: Option<PathBuf>) -> Self {
        Self { settings, ca_file }
    }
}

impl Provider for OAuth {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Person
    }

    fn refresh(
        &self,
        _refresh_token: &RefreshToken,
        _deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        todo!("oauth")
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        todo!("oauth")
    }

    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        _patience: Patience,
    ) -> Result<TokenSet, SignInError> {
        todo!("oauth")
    }
}
