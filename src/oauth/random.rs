//! Random text for `state`, `nonce`, `jti` and the code verifier.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// The operating system provides no random bytes.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system provides no random bytes")]
pub(crate) struct RandomError;

/// Returns 32 random bytes as 43 characters that need no encoding in a URL: they cannot be guessed (RFC 6749 §10.10).
pub(super) fn random_text() -> Result<String, RandomError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| RandomError)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_differ_and_fit_a_url() {
        let texts = [random_text(), random_text()].map(|text| text.expect("random bytes"));
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
