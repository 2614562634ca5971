//! A loopback stand-in for Prusa Account: a Django-like site with sessions, CSRF tokens, a login form, one-time codes,
//! consent, and Django OAuth Toolkit's authorize, token and revoke endpoints with rotation of refresh tokens.
//!
//! It is strict where the real site is, and it can be told to misbehave in every way that a client must survive. Every
//! secret that it issues holds [`MARKER`], so that a test sees one that leaks. The redirect URI belongs to a second
//! origin, which counts whoever fetches it: nobody should.
//!
//! ```ignore
//! let site = Sandbox::start().with(|site| site.totp = true);
//! site.answers("POST /o/token/", [Answer::rate_limited(1), Answer::Usual]);
//! let held = site.hold_refreshes();
//! held.wait_for(1);
//! drop(held);
//! assert_eq!(site.rotations(), 1);
//! ```

mod authorize;
mod behaviour;
mod connect;
mod ledger;
mod login;
mod pages;
mod routes;
mod token_endpoint;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

pub use super::answer::{Answer, End};
use super::loopback::{self, Loopback};
use super::request::Incoming;
pub use super::request::Request;
pub use behaviour::Behaviour;
use ledger::Ledger;
pub use ledger::jwt;

/// Part of every secret that the sandbox knows or issues; all of it is base32, base64 and URL safe.
pub const MARKER: &str = "S3NTRY";
/// The one user.
pub const EMAIL: &str = "ada@example.com";
/// The user's password, with characters that a form must encode.
pub const PASSWORD: &str = "S3NTRY correct&horse=battery+é";
/// The user's one-time code secret, base32.
pub const TOTP_SECRET: &str = "S3NTRYS3NTRYS3NTRYS3NTRYS3NTRYAB";
/// The public client that the account site knows.
pub const CLIENT_ID: &str = "sandbox-client";

/// The server. It stops when this is dropped.
pub struct Sandbox(Loopback<State>);

/// What the handlers of requests share with the test.
type Site = loopback::Site<State>;

#[derive(Default)]
struct State {
    behaviour: Behaviour,
    ledger: Ledger,
    visitors: login::Visitors,
    sign_ins: usize,
}

impl Sandbox {
    /// Starts the account site and the Connect site on two free ports of 127.0.0.1.
    pub fn start() -> Self {
        let sites = |site: &_| [routes::account_site(site), routes::connect_site(site)];
        Self(Loopback::start(State::default(), sites))
    }

    /// Changes how the site behaves, before it is used.
    #[must_use]
    pub fn with(self, change: impl FnOnce(&mut Behaviour)) -> Self {
        self.set(change);
        self
    }

    /// Changes how the site behaves, at any time.
    pub fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.0.state().behaviour);
    }

    /// Puts answers for one endpoint ("POST /o/token/") in line; each is used once, then the endpoint works as usual.
    pub fn answers(&self, endpoint: &str, answers: impl IntoIterator<Item = Answer>) {
        self.0.answers_at(endpoint, answers);
    }

    /// Makes one endpoint answer this whenever nothing else is in line ([`Answer::Usual`] mends it).
    pub fn always(&self, endpoint: &str, answer: Answer) {
        self.0.always_at(endpoint, answer);
    }

    /// Returns the account site's origin, for `PRUSA_ACCOUNT_URL`.
    pub fn account_url(&self) -> &str {
        self.0.site.account_origin()
    }

    /// Returns the Connect site's origin, for `PRUSA_CONNECT_URL`.
    pub fn connect_url(&self) -> &str {
        self.0.site.connect_origin()
    }

    /// Returns the one redirect URI that the client may use, on the Connect site.
    pub fn redirect_uri(&self) -> String {
        self.0.site.redirect_uri()
    }

    /// Returns a token set as the token endpoint would answer it, its refresh token alive, its access token good for
    /// `life` seconds from now.
    pub fn issue(&self, life: i64) -> Value {
        let mut state = self.0.state();
        let opaque = state.behaviour.opaque_tokens;
        let family = state.ledger.new_family();
        let issuer = self.account_url();
        Value::Object(state.ledger.issue(family, life, opaque, issuer))
    }

    /// Returns a token set as prusa-cred stores it: [`Sandbox::issue`] with `expires_at`, and an hour as the life that
    /// the access token was given.
    pub fn stored(&self, life: i64) -> Value {
        let mut set = self.issue(life);
        set["expires_in"] = json!(life.max(3600));
        set["expires_at"] = json!(unix_now().saturating_add(life));
        set
    }

    /// Opens an authorization address as a signed-in user's browser does, and returns the address that it ends on.
    pub fn browse(&self, address: &str) -> String {
        authorize::browsed(&self.0.site, address)
    }

    /// Returns a one-time code that the site will accept now: the current one, or the next if that is spent.
    pub fn one_time_code(&self) -> String {
        self.0.state().next_code()
    }

    /// Returns the one-time code secret as an `otpauth://` URL, with the period that the site uses.
    pub fn totp_url(&self) -> String {
        let period = self.0.state().behaviour.totp_period;
        format!(
            "otpauth://totp/Prusa:ada?secret={TOTP_SECRET}&issuer=Prusa&algorithm=SHA1&digits=6&period={period}"
        )
    }

    /// Lets refresh requests arrive and wait until what this returns is dropped.
    pub fn hold_refreshes(&self) -> Held<'_> {
        self.0.hold(Some(is_refresh));
        Held {
            sandbox: self,
            before: self.refreshes(),
        }
    }

    /// Waits until at least `count` requests satisfy `wanted`.
    ///
    /// # Panics
    ///
    /// When that takes longer than half a minute.
    pub fn wait_for(&self, count: usize, wanted: impl Fn(&Request) -> bool) {
        self.0.wait_until("requests", |log, _| {
            log.iter().filter(|it| wanted(&it.logged())).count() >= count
        });
    }

    /// Waits until `count` refresh tokens have been spent for new ones, also where the answer then got lost.
    pub fn wait_for_rotations(&self, count: usize) {
        self.0
            .wait_until("rotations", |_, state| state.ledger.rotations >= count);
    }

    /// Returns how many refresh requests arrived, whatever became of them.
    pub fn refreshes(&self) -> usize {
        self.0.count(is_refresh)
    }

    /// Returns how many refresh tokens were spent for new ones.
    pub fn rotations(&self) -> usize {
        self.0.state().ledger.rotations
    }

    /// Returns how often a refresh token that was already spent was sent again.
    pub fn reuses(&self) -> usize {
        self.0.state().ledger.reuses
    }

    /// Returns how many tokens have been revoked by request.
    pub fn revoked(&self) -> usize {
        self.0.state().ledger.revocations
    }

    /// Returns how often an authorization code was exchanged for tokens.
    pub fn sign_ins(&self) -> usize {
        self.0.state().sign_ins
    }

    /// Returns how often somebody fetched the redirect URI.
    pub fn callbacks(&self) -> usize {
        self.count(|request| request.path == routes::CALLBACK)
    }

    /// Returns every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.0.log().iter().map(Incoming::logged).collect()
    }

    /// Returns how many requests so far satisfy `wanted`.
    pub fn count(&self, wanted: impl Fn(&Request) -> bool) -> usize {
        self.0.count(|request| wanted(&request.logged()))
    }

    /// Returns whether an access or refresh token would still be accepted.
    pub fn honours(&self, token: &str) -> bool {
        self.0.state().ledger.honours(token)
    }
}

/// Refresh requests that wait at the door. Dropping this lets them in.
pub struct Held<'a> {
    sandbox: &'a Sandbox,
    before: usize,
}

impl Held<'_> {
    /// Waits until `count` refresh requests have arrived since they are held.
    pub fn wait_for(&self, count: usize) {
        let wanted = self.before + count;
        self.sandbox.0.wait_until("refresh requests", |log, _| {
            log.iter().filter(|request| is_refresh(request)).count() >= wanted
        });
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.sandbox.0.hold(None);
    }
}

fn is_refresh(request: &Incoming) -> bool {
    request.form.get("grant_type") == "refresh_token"
}

impl Site {
    fn account_origin(&self) -> &str {
        &self.origins[0]
    }

    fn connect_origin(&self) -> &str {
        &self.origins[1]
    }

    fn redirect_uri(&self) -> String {
        format!("{}{}", self.connect_origin(), routes::CALLBACK)
    }
}

/// Returns the time in seconds since the epoch.
#[allow(
    clippy::disallowed_methods,
    reason = "the server's clock; the binary's own is the code under test"
)]
pub fn unix_now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Returns a new secret that holds the marker: 40 characters of base64url.
pub fn new_secret() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).expect("randomness");
    let random = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    format!("{MARKER}AA{random}")
}
