//! A Practicus AI token from the environment.

use crate::providers::practicus::TokenUse;
use crate::token::TokenSet;

/// Returns the set that a token from `PRT_TOKEN` makes: an access token is used as it is, any other renewed.
pub(super) fn set_of(token: &str) -> TokenSet {
    let token = token.trim();
    TokenUse::of(token).set(token)
}
