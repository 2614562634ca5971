//! What a new profile may be made of, checked before anybody is asked to sign in.

use super::append::AppendError;
use super::config::is_profile_name;
use super::keys;

/// Checks the name of a profile that is to be added: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit. It
/// may be taken already, or be that of a built-in profile.
///
/// # Errors
///
/// When no profile may have that name.
pub(crate) fn check_name(name: &str) -> Result<(), AppendError> {
    if is_profile_name(name) {
        Ok(())
    } else {
        Err(AppendError::BadName(name.to_owned()))
    }
}

/// Checks the address of a service: https, or http on a loopback host, and no user name or password in it.
///
/// # Errors
///
/// What is wrong with it, without the address.
pub(crate) fn check_endpoint(text: &str) -> Result<(), String> {
    keys::endpoint(text).map(drop)
}
