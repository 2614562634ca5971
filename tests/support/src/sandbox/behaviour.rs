//! The switches: how the site behaves when it works.

use std::path::PathBuf;

use super::PASSWORD;

/// How the site behaves when it works.
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches of a test, set by name"
)]
pub struct Behaviour {
    /// The user's password.
    pub password: &'static str,
    /// The user must give a one-time code at sign-in.
    pub totp: bool,
    /// Seconds that a one-time code is good for: a short one lets a test wait for the next.
    pub totp_period: u64,
    /// So many one-time codes are refused from now on as if somebody had just used them, right ones included.
    pub codes_already_used: usize,
    /// The user is asked to grant the client access.
    pub consent: bool,
    /// Signing in leads to the user's profile instead of back to the client's request.
    pub lands_on_profile: bool,
    /// The login form's `next` is percent-encoded once more than it need be.
    pub encoded_next: bool,
    /// Signing in leads to this address instead of back to the client's request.
    pub sends_away_to: Option<String>,
    /// The authorize endpoint hands the client this error instead of a code (`access_denied`).
    pub authorize_error: Option<&'static str>,
    /// The authorize endpoint hands back another `state` than it was given.
    pub wrong_state: bool,
    /// Seconds that access tokens live.
    pub access_life: i64,
    /// Tokens are strings without structure instead of JWTs.
    pub opaque_tokens: bool,
    /// Seconds that the site's clock is ahead of this machine's, as its answers tell it.
    pub clock_ahead: i64,
    /// A refresh token that is used again takes all its relatives down with it.
    pub reuse_protection: bool,
    /// The directory whose bare git repositories the Connect site has below `/git/`.
    pub repositories: Option<PathBuf>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            password: PASSWORD,
            totp: false,
            totp_period: 30,
            codes_already_used: 0,
            consent: false,
            lands_on_profile: false,
            encoded_next: false,
            sends_away_to: None,
            authorize_error: None,
            wrong_state: false,
            access_life: 3600,
            opaque_tokens: false,
            clock_ahead: 0,
            reuse_protection: false,
            repositories: None,
        }
    }
}
