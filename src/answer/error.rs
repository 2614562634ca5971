//! Why a request gets no answer.

use crate::credential::OriginError;
use crate::protocol::format::FormatError;

/// Why no credential is handed out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// A host that no profile answers for, or not the one that was named.
    #[error("no profile answers for {0}")]
    HostNotCovered(String),
    #[error("a token is for https only, or http on this machine; {0} is neither")]
    Insecure(String),
    #[error("profile {profile} does not answer for {host}")]
    HostExcluded { profile: String, host: String },
    #[error("not an address that a token can be for")]
    BadAddress(#[source] OriginError),
    /// What stands where a token should.
    #[error("what {location} holds cannot be a token")]
    InvalidToken {
        location: String,
        profile: String,
        is_from_environment: bool,
        source: FormatError,
    },
    /// A client wants something kept for a host whose token is renewed here.
    #[error("profile {profile} answers for {host}, so no other credential is kept for it")]
    HostHasProfile { profile: String, host: String },
}
