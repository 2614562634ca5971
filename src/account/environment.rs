//! Logins that the environment gives the built-in profiles: Prusa's as a token set or a token, Practicus's as a token.

use secrecy::ExposeSecret;

use super::AccountError;
use crate::context::secret_variable;
use crate::profile::Issuer;
use crate::profile::PRACTICUS;
use crate::profile::Profile;
use crate::providers::practicus::TokenUse;
use crate::token::AccessToken;
use crate::token::TokenSet;

/// Returns the token set that the environment gives the built-in profile.
pub(super) fn environment_set(profile: &Profile) -> Result<Option<TokenSet>, AccountError> {
    if profile.name == PRACTICUS
        && let Issuer::Practicus(_) = &profile.issuer
    {
        let token = secret_variable("PRT_TOKEN")?;
        return Ok(token.map(|token| set_of(token.expose_secret())));
    }
    if !profile.is_prusa() {
        return Ok(None);
    }
    if let Some(json) = secret_variable("PRUSA_TOKENS_JSON")? {
        return TokenSet::parse(json.expose_secret().as_bytes())
            .map(Some)
            .map_err(AccountError::TokensJson);
    }
    Ok(secret_variable("PRUSA_TOKEN")?.map(|token| {
        let token = token.expose_secret().trim();
        TokenSet::of_access_token(AccessToken::new(token.to_owned()))
    }))
}

/// Returns the set that a token from `PRT_TOKEN` makes: an access token is used as it is, any other renewed.
fn set_of(token: &str) -> TokenSet {
    let token = token.trim();
    TokenUse::of(token).set(token)
}
