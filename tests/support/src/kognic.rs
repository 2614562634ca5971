//! A loopback stand-in for Kognic's authentication server, and the files that its clients have.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::env::{Program, TestEnv};
use super::loopback::{Loopback, json as reply};
use super::request::Incoming;
use super::sandbox::{MARKER, new_secret};

const TOKEN_PATH: &str = "/v1/auth/oauth/token";
pub const CLIENT_ID: &str = "client-4217";

/// What the server knows.
pub struct Kognic {
    pub secret: String,
    /// Seconds that an access token lives.
    pub life: u64,
    pub gives_refresh_tokens: bool,
    living_refresh_tokens: HashSet<String>,
}

impl Kognic {
    /// Makes every refresh token a dead one.
    pub fn forget_refresh_tokens(&mut self) {
        self.living_refresh_tokens.clear();
    }
}

/// Starts the server.
pub fn start() -> Loopback<Kognic> {
    let state = Kognic {
        secret: client_secret(),
        life: 3600,
        gives_refresh_tokens: false,
        living_refresh_tokens: HashSet::new(),
    };
    Loopback::answering(state, |state, _, asked| reply(token(state, asked)))
}

/// Returns the secret of the one client.
pub fn client_secret() -> String {
    format!("{MARKER}/of=the+client")
}

fn token(state: &mut Kognic, asked: &Incoming) -> (u16, Value) {
    if asked.path != TOKEN_PATH {
        return (404, json!({ "error": "not_found" }));
    }
    if asked.get("client_id") != CLIENT_ID || asked.get("client_secret") != state.secret {
        return (401, json!({ "error": "invalid_client" }));
    }
    match asked.get("grant_type") {
        "client_credentials" => {}
        "refresh_token"
            if state
                .living_refresh_tokens
                .remove(asked.get("refresh_token")) => {}
        "refresh_token" => return (401, json!({ "error": "invalid_token" })),
        _ => return (400, json!({ "error": "unsupported_grant_type" })),
    }
    let mut answer = json!({
        "access_token": new_secret(), "token_type": "Bearer", "expires_in": state.life,
        "scope": asked.get("scope"),
    });
    if state.gives_refresh_tokens {
        let refresh_token = new_secret();
        state.living_refresh_tokens.insert(refresh_token.clone());
        answer["refresh_token"] = refresh_token.into();
    }
    (200, answer)
}

/// Returns a credentials file's content, whole and good.
pub fn credentials() -> Value {
    json!({
        "clientId": CLIENT_ID, "clientSecret": client_secret(), "email": "ada@example.com", "userId": 123,
        "issuer": "auth.kognic.test", "name": "tests", "created": "2026-01-01T00:00:00Z",
        "expires": "2100-01-01T00:00:00.123456+02:00", "unknown": true,
    })
}

impl<P: Program> TestEnv<P> {
    /// Writes a file of JSON into the home.
    pub fn json_file(&self, name: &str, content: &Value) -> PathBuf {
        let path = self.home().join(name);
        self.write(&path, content.to_string());
        path
    }

    /// Writes Kognic's environments.json.
    pub fn environments(&self, content: &Value) {
        let path = self.config_dir().join("kognic/environments.json");
        self.write(&path, content.to_string());
    }

    /// Returns the files in which tokens of profiles are.
    pub fn kept_tokens(&self) -> Vec<PathBuf> {
        let directory = self.config_dir().join("prusa-cred/tokens");
        let Ok(entries) = std::fs::read_dir(directory) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let is_json = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
        let mut paths: Vec<_> = paths.filter(is_json).collect();
        paths.sort();
        paths
    }

    /// Makes every access token that is kept one that has run out.
    pub fn let_tokens_run_out(&self) {
        for path in self.kept_tokens() {
            let text = std::fs::read(&path).expect("a token file");
            let mut set: Value = serde_json::from_slice(&text).expect("JSON");
            set["expires_at"] = 1.into();
            self.write(&path, set.to_string());
        }
    }
}
