//! Tokens as types that hide themselves, and fingerprints of them.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hex::hex;

macro_rules! secret_token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(SecretString);

        impl $name {
            /// Wraps a token as the server sent it.
            pub(crate) fn new(token: String) -> Self {
                Self(token.into())
            }

            /// Returns the token itself, for a request, a file, or the program that asked for it.
            pub(crate) fn expose(&self) -> &str {
                self.0.expose_secret()
            }

            /// Returns the token for a place that keeps it secret as well.
            pub(crate) fn into_secret(self) -> SecretString {
                self.0
            }
        }
    };
}

secret_token! {
    /// An access token (RFC 6749 §1.4). Opaque: it may or may not be a JWT.
    AccessToken
}
secret_token! {
    /// A refresh token (RFC 6749 §1.5). Servers that rotate it accept it once.
    RefreshToken
}
secret_token! {
    /// An ID token (OpenID Connect Core §2).
    IdToken
}

/// A name for a secret that tells nothing about it: the first half of its SHA-256, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    /// The length in characters.
    const LENGTH: usize = 32;

    /// Returns the fingerprint of a token. Not for passwords, which can be guessed and compared.
    pub(crate) fn of(token: &str) -> Self {
        let mut half = Sha256::digest(token.as_bytes()).to_vec();
        half.truncate(16);
        Self(hex(&half))
    }

    /// Returns whether a text has the form of a fingerprint: 32 hexadecimal digits in lower case.
    pub(crate) fn is_fingerprint(text: &str) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        text.len() == Self::LENGTH && text.bytes().all(is_digit)
    }

    /// Returns the fingerprint's 32 hexadecimal digits, in lower case.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
