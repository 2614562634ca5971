//! The tokens of a token set.

use std::fmt;

use secrecy::SecretString;

use super::secret::{AccessToken, IdToken, RefreshToken};
use super::set::TokenSet;

/// One of the tokens of a token set.
// The comments of the variants are help texts of the command line, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TokenKind {
    /// The access token
    Access,
    /// The identity (ID) token
    Identity,
    /// The refresh token (whoever has it can use the login)
    Refresh,
}

impl TokenKind {
    /// Returns the word that people and the command line have for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Identity => "identity",
            Self::Refresh => "refresh",
        }
    }

    /// Returns its key in a token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Identity => "id_token",
            Self::Refresh => "refresh_token",
        }
    }
}

/// Writes the name, not the key.
impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TokenSet {
    /// Returns the text of its token of this kind, expired or not; `None` if it has none.
    pub(crate) fn token(&self, kind: TokenKind) -> Option<&str> {
        match kind {
            TokenKind::Access => self.access_token.as_ref().map(AccessToken::expose),
            TokenKind::Identity => self.id_token.as_ref().map(IdToken::expose),
            TokenKind::Refresh => self.refresh_token.as_ref().map(RefreshToken::expose),
        }
    }

    /// Removes its token of this kind and returns it; `None` if it has none.
    pub(crate) fn take_token(&mut self, kind: TokenKind) -> Option<SecretString> {
        match kind {
            TokenKind::Access => self.access_token.take().map(AccessToken::into_secret),
            TokenKind::Identity => self.id_token.take().map(IdToken::into_secret),
            TokenKind::Refresh => self.refresh_token.take().map(RefreshToken::into_secret),
        }
    }
}
