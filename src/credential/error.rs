//! Why a credential cannot be written in an answer.

/// Why a credential cannot be written in the form that the client wants. Quotes no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum RenderError {
    #[error("the {what} holds a control character, which the answer cannot hold")]
    Unrenderable { what: &'static str },
    #[error("the user name holds a colon, which would end it in the answer")]
    Colon,
    #[error("the saved credential is not a bearer token, and the answer can hold nothing else")]
    NoBearer,
    #[error("the saved credential is not a password, and the answer can hold nothing else")]
    NoPassword,
}

/// Returns the value unchanged if it has no ASCII control character, which no answer can hold.
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
