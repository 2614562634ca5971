//! Why a sign-in at an OAuth server came to nothing, beyond what the token endpoint says.

use std::time::Duration;

use crate::oauth::device::DeviceError;
use crate::oauth::id_token::IdTokenError;
use crate::oauth::loopback::LoopbackError;

/// Why there is no login.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OAuthError {
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Loopback(#[from] LoopbackError),
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The browser was closed, or the sign-in forgotten.
    #[error("no browser came back within {} min", after.as_secs().div_ceil(60))]
    NobodyCame { after: Duration },
    /// Somebody has to sign in, and this is no `login`.
    #[error("the sign-in takes a person and a browser")]
    NeedsPerson,
}
