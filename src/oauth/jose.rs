//! Signatures for JSON Web Tokens (RFC 7518) with `ring`, which TLS uses anyway.
//!
//! `jsonwebtoken` knows the formats and the rules; this module provides its cryptography. Only signatures of a key pair
//! are made or accepted: no HMAC, whose key would be the client secret, and no `none`.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, signature};
use ring::rand::SystemRandom;
use ring::signature as ring_signature;
use ring::signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair, VerificationAlgorithm};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory,
    verifier_factory,
    key_utils: KeyUtils::new_unimplemented(),
};

/// The algorithms whose signatures are accepted (RFC 7518 §3.1, RFC 8037).
pub(super) const ACCEPTED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// Makes `jsonwebtoken` use this module's cryptography; has to come before any of its calls. A second call changes
/// nothing.
pub(super) fn install_crypto() {
    // It can only have been installed by an earlier call.
    let _ = PROVIDER.install_default();
}

enum SigningKey {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Signs by one algorithm with one private key.
struct RingSigner(Algorithm, SigningKey);

/// Returns a signer for RS256, ES256 or EdDSA with this private key. Fails for another algorithm, or if the key is
/// malformed.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is jsonwebtoken's"
)]
fn signer_factory(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    let der = key.as_bytes();
    let key = match algorithm {
        Algorithm::RS256 => RsaKeyPair::from_der(der).map(|key| SigningKey::Rsa(Box::new(key))),
        Algorithm::ES256 => {
            let curve = &ring_signature::ECDSA_P256_SHA256_FIXED_SIGNING;
            EcdsaKeyPair::from_pkcs8(curve, der, &SystemRandom::new()).map(SigningKey::Ecdsa)
        }
        // OpenSSL writes the private key without the public one.
        Algorithm::EdDSA => {
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(SigningKey::Ed25519)
        }
        _ => return Err(ErrorKind::InvalidAlgorithm.into()),
    };
    let key = key.map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?;
    Ok(Box::new(RingSigner(*algorithm, key)))
}

impl Signer<Vec<u8>> for RingSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let random = SystemRandom::new();
        match &self.1 {
            SigningKey::Rsa(key) => {
                let padding = &ring_signature::RSA_PKCS1_SHA256;
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, message, &mut signature)
                    .map(|()| signature)
            }
            SigningKey::Ecdsa(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec()),
            SigningKey::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
        .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for RingSigner {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

/// Verifies by one algorithm with one public key. With a key of another kind no signature is valid.
struct RingVerifier(Algorithm, DecodingKeyKind);

/// Returns a verifier for this algorithm and key. Never fails: both are examined at each verification.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is jsonwebtoken's"
)]
fn verifier_factory(
    algorithm: &Algorithm,
    key: &DecodingKey,
) -> Result<Box<dyn JwtVerifier>, Error> {
    Ok(Box::new(RingVerifier(*algorithm, key.kind().clone())))
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let is_valid = match &self.1 {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                rsa_parameters(self.0).is_some_and(|parameters| {
                    let key = ring_signature::RsaPublicKeyComponents { n, e };
                    key.verify(parameters, message, signature).is_ok()
                })
            }
            DecodingKeyKind::SecretOrDer(key) => curve(self.0).is_some_and(|curve| {
                let key = ring_signature::UnparsedPublicKey::new(curve, key);
                key.verify(message, signature).is_ok()
            }),
        };
        is_valid.then_some(()).ok_or_else(signature::Error::new)
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

/// Returns ring's parameters for an RSA algorithm; `None` for any other.
fn rsa_parameters(algorithm: Algorithm) -> Option<&'static ring_signature::RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &ring_signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &ring_signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &ring_signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &ring_signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &ring_signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &ring_signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// Returns ring's verification for ES256, ES384 or EdDSA; `None` for any other algorithm.
fn curve(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &ring_signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &ring_signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &ring_signature::ED25519,
        _ => return None,
    })
}
