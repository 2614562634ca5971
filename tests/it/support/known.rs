//! A login whose tokens a test can spell out: for what only reads the store and never asks a server.

use serde_json::{Value, json};

use super::env::TestEnv;
use crate::support::sandbox::unix_now;

/// An opaque access token, with every kind of character that a token may have and some client must not trip over.
pub(crate) const ACCESS: &str = "S3NTRY-access.t0ken_~+/=";
pub(crate) const REFRESH: &str = "S3NTRY-refresh";
pub(crate) const IDENTITY: &str = "S3NTRY-identity";

/// Returns a token set of these tokens, the access token good for an hour.
pub(crate) fn token_set() -> Value {
    json!({
        "access_token": ACCESS,
        "refresh_token": REFRESH,
        "id_token": IDENTITY,
        "token_type": "Bearer",
        "scope": "basic_info openid",
        "expires_in": 3600,
        "expires_at": unix_now() + 3600,
    })
}

/// Returns a home that is signed in and answers for `https://connect.prusa3d.com`; no server can be reached.
pub(crate) fn signed_in() -> TestEnv {
    TestEnv::offline()
        .var("PRUSA_CONNECT_URL", "https://connect.prusa3d.com")
        .stored(&token_set())
}

/// Returns the raw token as `get` prints it.
pub(crate) fn raw() -> String {
    format!("{ACCESS}\n")
}

/// Signs in to a profile of the configuration, with an access token of its own.
pub(crate) fn sign_in_to(env: &TestEnv, profile: &str) {
    let mut set = token_set();
    set["access_token"] = json!(token_of(profile));
    let path = env.config_dir().join("prusa-cred/tokens");
    env.write(&path.join(format!("{profile}.json")), set.to_string());
}

/// Returns the access token that `sign_in_to` gives a profile.
pub(crate) fn token_of(profile: &str) -> String {
    format!("{ACCESS}-{profile}")
}
