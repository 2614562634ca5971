//! Why an answer cannot be written.

/// What a credential has that the answer cannot carry. Quotes no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum RenderError {
    #[error("the {what} holds a control character, which the answer cannot carry")]
    Unrenderable { what: &'static str },
    #[error("the user name holds a colon, which ends a user name in the answer")]
    Colon,
    #[error("what is saved is no bearer token, which is all that the answer can carry")]
    NoBearer,
    #[error("what is saved is no password, which is all that the answer can carry")]
    NoPassword,
}

/// Returns the value unchanged if it has no ASCII control character, which no answer could carry.
///
/// # Errors
///
/// `Unrenderable` otherwise; `what` names the value in the error.
pub(crate) fn check_printable<'a>(
    what: &'static str,
    value: &'a str,
) -> Result<&'a str, RenderError> {
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(RenderError::Unrenderable { what });
    }
    Ok(value)
}
