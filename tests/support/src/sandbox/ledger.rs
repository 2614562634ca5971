//! Every token that was issued, and what became of it: rotation, reuse, revocation.
//!
//! A family is one sign-in and all that was refreshed from it. JWTs have the claims of the real ones; their signature
//! is not one, and holds the marker.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{CLIENT_ID, EMAIL, MARKER, new_secret, unix_now};

const REFRESH_LIFE: i64 = 30 * 24 * 3600;

/// What the account server knows of its tokens.
#[derive(Default)]
pub(crate) struct Ledger {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    families: u64,
    pub(crate) rotations: usize,
    pub(crate) reuses: usize,
    pub(crate) revocations: usize,
}

struct Access {
    family: u64,
    expires_at: i64,
    is_revoked: bool,
}

struct Refresh {
    family: u64,
    /// The access token that was issued with it.
    access: String,
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Alive,
    Spent,
    Revoked,
}

impl Ledger {
    pub(crate) fn new_family(&mut self) -> u64 {
        self.families += 1;
        self.families
    }

    /// Returns a token endpoint's answer.
    pub(crate) fn issue(
        &mut self,
        family: u64,
        life: i64,
        opaque: bool,
        issuer: &str,
    ) -> Map<String, Value> {
        let expires_at = unix_now().saturating_add(life);
        let token = |claims: Value| if opaque { new_secret() } else { jwt(&claims) };
        let access = token(claims(family, "access", expires_at));
        let refresh = token(claims(family, "refresh", unix_now() + REFRESH_LIFE));
        let mut identity =
            json!({ "aud": CLIENT_ID, "iss": issuer, "user": { "name": "Ada", "email": EMAIL } });
        merge(&mut identity, claims(family, "identity", expires_at));
        let answer = json!({
            "access_token": access,
            "refresh_token": refresh,
            "id_token": jwt(&identity),
            "expires_in": life,
            "token_type": "Bearer",
            "scope": "basic_info user_operations openid connect",
            "shared_session_key": new_secret(),
        });
        self.access.insert(
            access.clone(),
            Access {
                family,
                expires_at,
                is_revoked: false,
            },
        );
        self.refresh.insert(
            refresh,
            Refresh {
                family,
                access,
                fate: Fate::Alive,
            },
        );
        match answer {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }

    /// Spends a refresh token and returns its family, or `None` where it is unknown, spent or revoked. The access token
    /// that came with it lives on until it runs out, as the real server has it.
    pub(crate) fn spend(&mut self, token: &str, reuse_protection: bool) -> Option<u64> {
        let refresh = self.refresh.get_mut(token)?;
        let (family, fate) = (refresh.family, refresh.fate);
        match fate {
            Fate::Alive => {
                refresh.fate = Fate::Spent;
                self.rotations += 1;
                return Some(family);
            }
            Fate::Spent => self.reuses += 1,
            Fate::Revoked => {}
        }
        if fate == Fate::Spent && reuse_protection {
            self.revoke_family(family);
        }
        None
    }

    /// Revokes an access token, or a refresh token and the access token that came with it.
    pub(crate) fn revoke(&mut self, token: &str) {
        let mut access_token = token.to_owned();
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.fate = Fate::Revoked;
            access_token.clone_from(&refresh.access);
            self.revocations += 1;
        } else if self.access.contains_key(token) {
            self.revocations += 1;
        }
        if let Some(access) = self.access.get_mut(&access_token) {
            access.is_revoked = true;
        }
    }

    fn revoke_family(&mut self, family: u64) {
        for refresh in self.refresh.values_mut().filter(|r| r.family == family) {
            if refresh.fate == Fate::Alive {
                refresh.fate = Fate::Revoked;
            }
        }
        for access in self.access.values_mut().filter(|a| a.family == family) {
            access.is_revoked = true;
        }
    }

    pub(crate) fn honours(&self, token: &str) -> bool {
        let alive = |refresh: &Refresh| refresh.fate == Fate::Alive;
        self.honours_access(token) || self.refresh.get(token).is_some_and(alive)
    }

    pub(crate) fn honours_access(&self, token: &str) -> bool {
        self.access
            .get(token)
            .is_some_and(|access| !access.is_revoked && access.expires_at > unix_now())
    }
}

fn claims(family: u64, kind: &str, expires_at: i64) -> Value {
    json!({
        "jti": random_id(),
        "sub": 4217,
        "exp": expires_at,
        "sid": format!("session-{family}"),
        "app": "connect",
        "type": kind,
        "connect_id": "c0ffee00-0000-4000-8000-000000004217",
    })
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

/// Returns a JSON Web Token that makes these claims; its signature holds the marker, as every secret of the site does.
pub fn jwt(claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(&json!({ "alg": "RS256", "typ": "JWT", "kid": "sandbox" }));
    let signature = new_secret();
    debug_assert!(signature.starts_with(MARKER));
    format!("{header}.{}.{signature}", encode(claims))
}

fn random_id() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("randomness");
    format!("{:016x}", u64::from_le_bytes(bytes))
}
