//! Kognic.

use std::path::PathBuf;

use crate::deadline::Deadline;
use crate::grants::GrantError;
use crate::profile::KognicSettings;
use crate::providers::{Credentials, Patience, Provider, SignInBy, SignInError};
use crate::token::{RefreshToken, TokenSet};

/// A client of Kognic.
pub(crate) struct Kognic {
    settings: KognicSettings,
    ca_file: Option<PathBuf>,
}

impl Kognic {
    /// Returns a client, which makes nothing that costs time before its first request.
    pub(crate) fn new(settings: KognicSettings, ca_file: Option<PathBuf>) -> Self {
        Self { settings, ca_file }
    }
}

impl Provider for Kognic {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Client
    }

    fn refresh(
        &self,
        _refresh_token: &RefreshToken,
        _deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        todo!("kognic")
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        todo!("kognic")
    }

    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        _patience: Patience,
    ) -> Result<TokenSet, SignInError> {
        todo!("kognic")
    }
}
