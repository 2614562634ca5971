//! Why an account could not be opened or used.

use super::kognic::KognicError;
use crate::broker::BrokerError;
use crate::context::ContextError;
use crate::store::StoreError;
use crate::token::TokenSetError;

/// Why a profile's account could not be opened, or its login not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error("PRUSA_TOKENS_JSON is not a token set")]
    TokensJson(#[source] TokenSetError),
    /// The login came from the environment, so only a new value of the variable helps.
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
