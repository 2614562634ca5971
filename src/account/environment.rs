//! Logins in environment variables, for built-in profiles: a token set or an access token for Prusa, a token for
//! Practicus.

use secrecy::ExposeSecret;

use super::error::AccountError;
use crate::broker::MIN_TTL;
use crate::context::secret_variable;
use crate::profile::{PRACTICUS, Profile};
use crate::providers::practicus::TokenUse;
use crate::token::{AccessToken, TokenSet, TokenSetError, UnixTime};

/// Returns the token set in the environment; `None` if it has none, and for a profile other than the built-in ones of
/// Prusa and Practicus. `PRUSA_TOKENS_JSON` precedes `PRUSA_TOKEN`, unless its token set cannot be renewed and is not
/// valid for `min_ttl`, while the token is. If neither is, it may have expired.
///
/// # Errors
///
/// When a variable is not Unicode, or `PRUSA_TOKENS_JSON` is not a token set or holds no token.
pub(super) fn environment_set(profile: &Profile) -> Result<Option<TokenSet>, AccountError> {
    if profile.name == PRACTICUS {
        let token = secret_variable("PRT_TOKEN")?;
        return Ok(token.map(|token| practicus_token_set(token.expose_secret())));
    }
    if !profile.is_prusa() {
        return Ok(None);
    }
    let token_set = secret_variable("PRUSA_TOKENS_JSON")?
        .map(|json| parse_token_set(json.expose_secret().as_bytes()));
    let token_set = token_set.transpose().map_err(AccountError::TokensJson)?;
    let takes_precedence = |set: &TokenSet| set.refresh_token.is_some() || is_fresh(set, profile);
    if token_set.as_ref().is_some_and(takes_precedence) {
        return Ok(token_set);
    }
    let token = secret_variable("PRUSA_TOKEN")?.map(|token| {
        let token = token.expose_secret().trim();
        TokenSet::of_access_token(AccessToken::new(token.to_owned()))
    });
    // If neither is valid for `min_ttl`, the first is returned: it may not have expired yet.
    Ok(match (token_set, token) {
        (Some(_), Some(token)) if is_fresh(&token, profile) => Some(token),
        (token_set, token) => token_set.or(token),
    })
}

/// Parses a token set from JSON. Fails if it is not one, or holds no access, refresh or ID token.
fn parse_token_set(json: &[u8]) -> Result<TokenSet, TokenSetError> {
    let set = TokenSet::parse(json)?;
    let has_token =
        set.access_token.is_some() || set.refresh_token.is_some() || set.id_token.is_some();
    has_token.then_some(set).ok_or(TokenSetError::NoToken)
}

/// Returns whether the access token is still valid for the profile's `min_ttl`, else for `MIN_TTL`.
fn is_fresh(set: &TokenSet, profile: &Profile) -> bool {
    set.is_fresh(None, UnixTime::now(), profile.min_ttl.unwrap_or(MIN_TTL))
}

/// Returns the token set for a token from `PRT_TOKEN`: an access token is used as it is, any other is a refresh token.
fn practicus_token_set(token: &str) -> TokenSet {
    let token = token.trim();
    TokenUse::of(token).token_set(token)
}
