//! Proof Key for Code Exchange (RFC 7636), method S256.
//!
//! Secret: the verifier. The challenge is sent in the authorization URL.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::random::{RandomError, random_text};

/// A code verifier and the code challenge that is derived from it.
pub(super) struct Pkce {
    pub(super) verifier: SecretString,
    pub(super) challenge: String,
}

impl Pkce {
    /// Returns a new verifier of 32 random bytes (RFC 7636 §4.1) with its challenge.
    pub(super) fn generate() -> Result<Self, RandomError> {
        Ok(Self::from_verifier(random_text()?.into()))
    }

    /// Returns the verifier with its S256 challenge (RFC 7636 §4.2).
    fn from_verifier(verifier: SecretString) -> Self {
        let digest = Sha256::digest(verifier.expose_secret().as_bytes());
        Self {
            challenge: URL_SAFE_NO_PAD.encode(digest),
            verifier,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_appendix_b_has_its_challenge() {
        let pkce = Pkce::from_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(
            pkce.challenge,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
