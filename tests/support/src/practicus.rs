//! A loopback stand-in for a Practicus AI region: JWTs for an e-mail address, a password and perhaps a one-time code.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::loopback::{Loopback, json as reply};
use super::request::Incoming;
use super::sandbox::{EMAIL, PASSWORD, jwt, new_secret, unix_now};

const SIGN_IN: &str = "/console/api/auth/";
const REFRESH: &str = "/console/api/auth/refresh/";
/// The code that an account with a second factor takes.
pub const CODE: &str = "417210";

/// How the region asks for a code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    None,
    /// By naming the field.
    Field,
    /// In words.
    Words,
}

/// What the region knows.
pub struct Region {
    pub factor: Factor,
    /// Whether a refresh brings a new refresh token and retires the old one.
    pub rotates: bool,
    /// Whether forms are refused and JSON is taken.
    pub only_json: bool,
    /// Seconds that an access token lives.
    pub life: i64,
    dead: HashSet<String>,
    living: HashSet<String>,
    pub password: String,
}

impl Region {
    /// Ends every login.
    pub fn end_logins(&mut self) {
        self.dead.extend(self.living.drain());
    }

    /// Returns a token as the region would give it out.
    pub fn issue(&mut self, kind: &str, life: i64) -> String {
        let claims = json!({
            "token_type": kind, "exp": unix_now() + life, "iat": unix_now(), "jti": new_secret(), "user_id": 7,
            "email": EMAIL, "username": "ada", "iss": "region",
        });
        let token = jwt(&claims);
        if kind == "refresh" {
            self.living.insert(token.clone());
        }
        token
    }
}

/// Starts a region.
pub fn start() -> Loopback<Region> {
    let state = Region {
        factor: Factor::None,
        rotates: false,
        only_json: false,
        life: 300,
        dead: HashSet::new(),
        living: HashSet::new(),
        password: PASSWORD.to_owned(),
    };
    Loopback::answering(state, |region, _, asked| reply(answer(region, asked)))
}

fn answer(region: &mut Region, asked: &Incoming) -> (u16, Value) {
    if region.only_json && !asked.is_json {
        let detail = "Unsupported media type \"application/x-www-form-urlencoded\" in request.";
        return (415, json!({ "detail": detail }));
    }
    match asked.path.as_str() {
        SIGN_IN => sign_in(region, asked),
        REFRESH => refresh(region, asked),
        _ => (404, json!({ "detail": "Not found." })),
    }
}

fn sign_in(region: &mut Region, asked: &Incoming) -> (u16, Value) {
    if asked.get("email") != EMAIL || asked.get("password") != region.password {
        let detail = "No active account found with the given credentials";
        return (401, json!({ "detail": detail }));
    }
    match (region.factor, asked.get("otp_code")) {
        (Factor::None, _) | (_, CODE) => {}
        (Factor::Field, "") => return (400, json!({ "otp_code": ["This field is required."] })),
        (Factor::Words, "") => {
            return (
                401,
                json!({ "detail": "Please enter your one-time password." }),
            );
        }
        _ => return (401, json!({ "detail": "Invalid credentials" })),
    }
    let (life, refresh) = (region.life, region.issue("refresh", 30 * 86_400));
    (
        200,
        json!({ "refresh": refresh, "access": region.issue("access", life) }),
    )
}

fn refresh(region: &mut Region, asked: &Incoming) -> (u16, Value) {
    let token = asked.get("refresh");
    if token.is_empty() {
        return (400, json!({ "refresh": ["This field may not be blank."] }));
    }
    if !region.living.contains(token) {
        return (
            401,
            json!({ "detail": "Token is invalid", "code": "token_not_valid" }),
        );
    }
    let life = region.life;
    let mut answer = json!({ "access": region.issue("access", life) });
    if region.rotates {
        region.living.remove(token);
        answer["refresh"] = region.issue("refresh", 30 * 86_400).into();
    }
    (200, answer)
}
