//! Practicus.

use std::path::PathBuf;

use crate::deadline::Deadline;
use crate::grants::GrantError;
use crate::profile::PracticusSettings;
use crate::providers::{Credentials, Patience, Provider, SignInBy, SignInError};
use crate::token::{RefreshToken, TokenSet};

/// A client of Practicus.
pub(crate) struct Practicus {
    settings: PracticusSettings,
    ca_file: Option<PathBuf>,
}

impl Practicus {
    /// Returns a client, which makes nothing that costs time before its first request.
    pub(crate) fn new(settings: PracticusSettings, ca_file: Option<PathBuf>) -> Self {
        Self { settings, ca_file }
    }
}

impl Provider for Practicus {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Password
    }

    fn refresh(
        &self,
        _refresh_token: &RefreshToken,
        _deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        todo!("practicus")
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        todo!("practicus")
    }

    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        _patience: Patience,
    ) -> Result<TokenSet, SignInError> {
        todo!("practicus")
    }
}
