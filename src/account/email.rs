//! The e-mail address of a login, from the claims of its tokens.

use crate::token::{AccessToken, IdToken, Jwt, RefreshToken, TokenSet};

/// Returns the e-mail address in the ID token, else in the access token, else in the refresh token. Nothing is
/// verified: it is for display and for choosing among profiles.
pub(crate) fn email_of(set: &TokenSet) -> Option<String> {
    let id_token = set.id_token.as_ref().map(IdToken::expose);
    let access_token = set.access_token.as_ref().map(AccessToken::expose);
    let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
    let tokens = [id_token, access_token, refresh_token];
    tokens.into_iter().flatten().find_map(email_in)
}

/// Returns a JWT's claim `user.email`, else OpenID Connect's `email`; `None` if the token is no JWT or the claim is no
/// text.
fn email_in(token: &str) -> Option<String> {
    let jwt = Jwt::decode(token)?;
    let claims = jwt.claims();
    let email = claims
        .get("user")
        .and_then(|user| user.get("email"))
        .or_else(|| claims.get("email"))?;
    email.as_str().map(str::to_owned)
}
