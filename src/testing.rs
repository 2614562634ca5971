//! Helpers that the unit tests of several modules share.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::credential::{Credential, GitAuth, IssuedToken};
use crate::token::{AccessToken, TokenKind, UnixTime};

/// Returns a temporary directory, and the path of a file in it that does not exist yet.
pub(crate) fn scratch(file: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(file);
    (directory, path)
}

/// Returns a JSON Web Token with these claims and an invalid signature.
pub(crate) fn jwt(claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    format!("{header}.{}.c2ln", encode(claims))
}

/// Returns an access token of profile `prusa` as a credential.
pub(crate) fn token_credential(
    access_token: AccessToken,
    git_auth: GitAuth,
    username: String,
    expires_at: Option<UnixTime>,
) -> Credential {
    let token = IssuedToken {
        kind: TokenKind::Access,
        value: access_token.into_secret(),
        token_type: None,
        scope: None,
        profile: "prusa".to_owned(),
        git_auth,
    };
    Credential::issued(token, username, expires_at)
}
