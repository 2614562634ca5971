//! Why an account could not be opened or used.

use super::kognic::KognicError;
use crate::broker::BrokerError;
use crate::context::ContextError;
use crate::store::StoreError;
use crate::token::TokenSetError;

/// Why a profile's login could not be looked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error("PRUSA_TOKENS_JSON is not a token set")]
    TokensJson(#[source] TokenSetError),
    /// A login that the environment began, and that no login stored beside it mends.
    #[error("the login in {variable} can no longer be used")]
    EnvironmentLogin {
        variable: &'static str,
        source: Box<BrokerError>,
    },
    #[error("could not record that the token of profile {profile} was rejected")]
    RecordRejection { profile: String, source: StoreError },
    #[error("cannot ask Kognic for a token")]
    Kognic(#[from] KognicError),
}
