//! The parameters of a request, form-encoded in its body (RFC 6749 appendix B).

use secrecy::SecretString;

/// The parameters of a request, in order.
pub(crate) type Form = Vec<(String, SecretString)>;

/// Returns a form with these parameters.
pub(crate) fn form<const N: usize>(parameters: [(&str, &str); N]) -> Form {
    parameters
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}
