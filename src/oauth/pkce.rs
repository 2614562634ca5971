//! Proof Key for Code Exchange (RFC 7636), method S256, and the `state` that ties an answer to its question
//! (RFC 6749 §10.12).
//!
//! Secret: the verifier. The challenge and the state travel in addresses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::GrantError;

/// A verifier and the challenge that is made of it.
pub(crate) struct Pkce {
    pub(crate) verifier: SecretString,
    pub(crate) challenge: String,
}

impl Pkce {
    /// Returns a new verifier of 32 random bytes (RFC 7636 §4.1) with its challenge.
    pub(crate) fn generate() -> Result<Self, GrantError> {
        Ok(Self::of(random_text()?.into()))
    }

    fn of(verifier: SecretString) -> Self {
        let digest = Sha256::digest(verifier.expose_secret().as_bytes());
        Self {
            challenge: URL_SAFE_NO_PAD.encode(digest),
            verifier,
        }
    }
}

/// Returns a `state` (or a `nonce`) that nobody guesses.
pub(crate) fn new_state() -> Result<String, GrantError> {
    random_text()
}

/// Returns 32 random bytes in 43 characters that an address can hold.
fn random_text() -> Result<String, GrantError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| GrantError::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_rfc_7636_appendix_b() {
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(
            pkce.challenge,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn no_two_are_alike_and_all_fit_an_address() {
        let texts = [new_state(), new_state()].map(|text| text.expect("random bytes"));
        assert_ne!(texts[0], texts[1]);
        for text in texts {
            assert_eq!(text.len(), 43);
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
    }
}
