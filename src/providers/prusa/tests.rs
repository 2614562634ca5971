use std::collections::VecDeque;
use std::time::Duration;

use super::*;
use crate::http::tests::{Seen, Server, reply};
use crate::providers::{Attempt, CredentialsError, GivenBy, Needed};
use crate::token::AccessToken;

pub(super) fn settings(account_url: &str) -> PrusaSettings {
    PrusaSettings {
        account_url: Url::parse(account_url).expect("a URL").into(),
        client_id: "client".into(),
        redirect_uri: Url::parse("https://app.example/login/auth-callback")
            .expect("a URL")
            .into(),
        scopes: Vec::new(),
        variables: crate::profile::PrusaVariables::default(),
    }
}

fn timeout_policy() -> TimeoutPolicy {
    TimeoutPolicy::EachRequest(Duration::from_secs(60))
}

/// A person's passwords and codes, in order, and the messages of the refusals they saw.
#[derive(Default)]
struct Person {
    passwords: VecDeque<&'static str>,
    codes: VecDeque<&'static str>,
    heard: Vec<String>,
}

impl Person {
    fn new(passwords: &[&'static str], codes: &[&'static str]) -> Self {
        Self {
            passwords: passwords.iter().copied().collect(),
            codes: codes.iter().copied().collect(),
            heard: Vec::new(),
        }
    }
}

impl Credentials for Person {
    fn email(&mut self, _: Attempt<'_>) -> Result<String, CredentialsError> {
        Ok("me@example.com".into())
    }

    fn password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        if let Attempt::AfterRefusal { message } = attempt {
            self.heard.push(message.into());
        }
        let password = self.passwords.pop_front();
        password
            .map(SecretString::from)
            .ok_or(CredentialsError::NoMore)
    }

    fn one_time_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let nobody = match attempt {
            Attempt::First => CredentialsError::Missing(Needed::OneTimeCode),
            Attempt::AfterRefusal { message } => {
                self.heard.push(message.into());
                CredentialsError::NoMore
            }
        };
        self.codes.pop_front().map(SecretString::from).ok_or(nobody)
    }

    fn given_by(&self, _: Needed) -> Vec<GivenBy> {
        Vec::new()
    }
}

/// How an account behaves after the right password.
#[derive(Clone, Copy, Default)]
struct Account {
    has_codes: bool,
    asks_consent: bool,
    forgets_next: bool,
}

const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","expires_in":3600}"#;

fn redirect_to(location: &str, headers: &str) -> String {
    reply(302, &format!("Location: {location}\r\n{headers}"), "")
}

fn login_page(complaint: &str) -> String {
    reply(
        200,
        "Set-Cookie: csrftoken=c; Path=/\r\n",
        &format!(
            "<form action=/search/><input name=q></form><form method=post><input type=hidden name=csrfmiddlewaretoken \
             value=t><input type=hidden name=next value='%2Fo%2Fauthorize%2F'><input name=email><input type=password \
             name=password><p class=invalid-feedback>{complaint}</p></form>"
        ),
    )
}

fn code_page(complaint: &str) -> String {
    let body = format!(
        "<form method=post><input type=hidden name=csrfmiddlewaretoken value=t><input name=g7 \
         autocomplete=one-time-code><p class=invalid-feedback>{complaint}</p></form>"
    );
    reply(200, "", &body)
}

impl Account {
    fn answer(self, authorize: &str, request: &Seen) -> String {
        let cookies = request.headers.get("cookie").cloned().unwrap_or_default();
        let path = request.target.split('?').next().unwrap_or_default();
        let signed_in = || {
            let next = if self.forgets_next {
                "/"
            } else {
                "/o/authorize/?again"
            };
            redirect_to(next, "Set-Cookie: sessionid=s; Path=/\r\n")
        };
        match (request.method.as_str(), path) {
            ("GET", "/o/authorize/") if !cookies.contains("sessionid=s") => {
                redirect_to("/login/?next=x", "")
            }
            ("GET", "/o/authorize/") if self.asks_consent => reply(
                200,
                "",
                "<form method=post><input type=submit name=cancel><input type=submit name=allow value=Yes></form>",
            ),
            ("GET", "/o/authorize/") => redirect_to(authorize, ""),
            ("POST", "/o/authorize/") => {
                assert_eq!(request.field("allow"), Some("Yes"));
                redirect_to(authorize, "")
            }
            ("GET", "/login/") => login_page(""),
            ("POST", "/login/") => {
                assert!(cookies.contains("csrftoken=c"), "{cookies}");
                assert_eq!(request.field("csrfmiddlewaretoken"), Some("t"));
                assert_eq!(request.field("next"), Some("/o/authorize/"));
                assert_eq!(request.field("email"), Some("me@example.com"));
                let page = request.headers["origin"].clone() + "/login/?next=x";
                assert_eq!(request.headers["referer"], page);
                match request.field("password") {
                    Some("right") if self.has_codes => redirect_to("/login/totp/?next=x", ""),
                    Some("right") => signed_in(),
                    _ => login_page("Wrong password."),
                }
            }
            ("GET", "/login/totp/") => code_page(""),
            ("POST", "/login/totp/") => match request.field("g7") {
                Some("123456") => signed_in(),
                _ => code_page("Wrong code."),
            },
            ("POST", "/o/token/") => reply(200, "", TOKENS),
            _ => reply(404, "", "<title>Not here</title>"),
        }
    }

    /// Starts the account, which sends whoever is signed in to the redirect URI with the state it was given.
    fn start(self) -> Server {
        let state = std::sync::Mutex::new(String::new());
        Server::start(move |request| {
            let mut state = state.lock().expect("no test panics here");
            let query = url::form_urlencoded::parse(
                request
                    .target
                    .split('?')
                    .next_back()
                    .unwrap_or_default()
                    .as_bytes(),
            );
            if let Some((_, sent)) = query.into_iter().find(|(name, _)| name == "state") {
                *state = sent.into_owned();
            }
            let end =
                format!("https://app.example/login/auth-callback?code=the-code&state={state}");
            self.answer(&end, request)
        })
    }
}

fn sign_in(server: &Server, person: &mut Person) -> Result<TokenSet, SignInError> {
    Prusa::new(settings(server.url.as_str()).into(), None).sign_in(person, timeout_policy())
}

/// Starts a server whose every answer is the same, at an address without the path and query of tests.
fn always(answer: String) -> Server {
    at_root(Server::start(move |_| answer.clone()))
}

fn at_root(mut server: Server) -> Server {
    server.url.set_path("/");
    server.url.set_query(None);
    server
}

fn account(account: Account) -> Server {
    at_root(account.start())
}

#[test]
fn a_password_gives_tokens() {
    let server = account(Account::default());
    let set = sign_in(&server, &mut Person::new(&["right"], &[])).expect("tokens");
    assert_eq!(
        set.access_token.as_ref().map(AccessToken::expose),
        Some("a")
    );
    assert!(set.expires_at.is_some());

    let seen = server.seen();
    let first = &seen[0].target;
    for part in [
        "response_type=code",
        "client_id=client",
        "code_challenge_method=S256",
        "&state=",
    ] {
        assert!(first.contains(part), "{first}");
    }
    assert!(!first.contains("scope="), "{first}");
    let exchange = seen.last().expect("requests");
    assert_eq!(exchange.field("grant_type"), Some("authorization_code"));
    assert_eq!(exchange.field("code"), Some("the-code"));
    assert_eq!(
        exchange.field("redirect_uri"),
        Some("https://app.example/login/auth-callback")
    );
    assert_eq!(exchange.field("code_verifier").map(str::len), Some(43));
}

#[test]
fn a_code_consent_and_a_lost_next_page_are_handled() {
    let server = account(Account {
        has_codes: true,
        asks_consent: true,
        forgets_next: true,
    });
    sign_in(&server, &mut Person::new(&["right"], &["123 456"])).expect("tokens");
    let authorized: Vec<_> = server
        .seen()
        .into_iter()
        .filter(|seen| seen.target.contains("code_challenge="))
        .map(|seen| seen.target)
        .collect();
    assert_eq!(
        authorized.first(),
        authorized.last(),
        "the same challenge and state"
    );
}

#[test]
fn a_refused_password_or_code_is_asked_for_again() {
    let server = account(Account {
        has_codes: true,
        ..Account::default()
    });
    let mut person = Person::new(&["wrong", "right"], &["000000", "123456"]);
    sign_in(&server, &mut person).expect("tokens");
    assert_eq!(person.heard, ["Wrong password.", "Wrong code."]);

    let refused = |passwords: &[&'static str], codes: &[&'static str]| {
        sign_in(&server, &mut Person::new(passwords, codes)).expect_err("refused")
    };
    assert!(matches!(
        refused(&["wrong"], &[]),
        SignInError::InvalidCredentials { message, .. } if message == "Wrong password."
    ));
    assert!(matches!(
        refused(&["right"], &["0", "1"]),
        SignInError::InvalidCode { message, .. } if message == "Wrong code."
    ));
    assert!(matches!(
        refused(&["right"], &[]),
        SignInError::Credentials(CredentialsError::Missing(Needed::OneTimeCode))
    ));
    let posts = server
        .seen()
        .iter()
        .filter(|seen| seen.field("password") == Some("wrong"))
        .count();
    assert_eq!(posts, 2, "no refused password is sent again");
}

#[test]
fn each_page_that_is_no_step_has_its_own_error() {
    let table = [
        (
            reply(403, "", "<h1>Forbidden</h1>"),
            "denied access (status 403)",
        ),
        (
            reply(403, "", "Account locked: too many login attempts."),
            "Account locked: too many login attempts.",
        ),
        (
            reply(
                429,
                "Retry-After: 3\r\n",
                "Too many attempts, try again later",
            ),
            "received too many requests (status 429)",
        ),
        (reply(503, "", ""), "reports a server error (status 503)"),
        (
            reply(200, "", "<title>Odd\u{1b}[1m</title>"),
            "prusa-cred does not know: \"Odd[1m\" (status 200)",
        ),
        (
            reply(400, "", "<h1>Error: invalid_request</h1>"),
            "\"Error: invalid_request\" (status 400)",
        ),
        (
            redirect_to("/o/authorize/", ""),
            "has too many redirects or pages",
        ),
        (
            redirect_to("https://sso.example/x?y=sekret", ""),
            "redirects to another site, https://sso.example",
        ),
        (
            redirect_to(
                "https://app.example/login/auth-callback?code=c&state=sekret",
                "",
            ),
            "(its state differs)",
        ),
        (
            redirect_to(
                "https://app.example/login/auth-callback?error=access_denied",
                "",
            ),
            "access was denied",
        ),
    ];
    for (answer, expected) in table {
        let server = always(answer.clone());
        let error = sign_in(&server, &mut Person::default()).expect_err("no tokens");
        let text = error.to_string();
        assert!(text.ends_with(expected), "{text}");
        assert!(!text.contains("sekret"), "{text}");
    }
}

#[test]
fn a_form_of_another_site_gets_no_password() {
    let elsewhere = always(reply(200, "", ""));
    let page = format!(
        "<form action='{}'><input name=email><input type=password name=password></form>",
        elsewhere.url
    );
    let server = always(reply(200, "", &page));
    let mut person = Person::new(&["right"], &[]);
    let error = sign_in(&server, &mut person).expect_err("refused");
    assert!(matches!(error, SignInError::LeftOrigin { .. }), "{error}");
    assert_eq!(person.passwords.len(), 1, "nobody was asked");
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn endless_refusals_end_the_sign_in() {
    let server = always(login_page("Wrong password."));
    let mut person = Person::new(&["wrong"; 100], &[]);
    let error = sign_in(&server, &mut person).expect_err("refused");
    assert!(matches!(error, SignInError::TooManySteps { .. }), "{error}");
}

#[test]
fn a_refresh_sends_its_token_and_reads_odd_refusals() {
    let refresh = |answer: String| {
        let server = always(answer);
        let prusa = Prusa::new(settings(server.url.as_str()).into(), None);
        let token = RefreshToken::new("old".into());
        let result = prusa.refresh(
            &token,
            RefreshScope::AsGranted,
            Deadline::after(Duration::from_secs(60)),
        );
        let seen = server.seen().remove(0);
        assert_eq!(
            (seen.target.as_str(), seen.field("refresh_token")),
            ("/o/token/", Some("old"))
        );
        assert_eq!(seen.field("client_id"), Some("client"));
        result
    };
    refresh(reply(200, "", TOKENS)).expect("tokens");
    for unreadable in [
        reply(400, "", "<html>"),
        reply(401, "", ""),
        reply(403, "", ""),
    ] {
        let error = refresh(unreadable).expect_err("refused");
        assert!(error.is_refusal("invalid_grant"), "{error}");
    }
    for other in [
        reply(404, "", ""),
        reply(200, "", "<html>"),
        reply(403, "", "<html>"),
    ] {
        let error = refresh(other).expect_err("no tokens");
        assert!(
            !error.is_refusal("invalid_grant") && !error.is_transient(),
            "{error}"
        );
    }
}

#[test]
fn revoking_sends_the_refresh_token_if_there_is_one() {
    let server = always(reply(200, "", ""));
    let prusa = Prusa::new(settings(server.url.as_str()).into(), None);
    let deadline = Deadline::after(Duration::from_secs(60));
    let mut set = TokenSet::of_access_token(AccessToken::new("a".into()));
    prusa.revoke(&set, deadline).expect("revoked");
    set.refresh_token = Some(RefreshToken::new("r".into()));
    prusa.revoke(&set, deadline).expect("revoked");
    prusa
        .revoke(&TokenSet::default(), deadline)
        .expect("nothing to do");
    let requests: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| (seen.target.clone(), seen.form.clone()))
        .map(|(target, form)| (target, form[0].1.clone(), form[1].1.clone()))
        .collect();
    let revoked = |token: &str, hint: &str| ("/o/revoke_token/".into(), token.into(), hint.into());
    assert_eq!(
        requests,
        [revoked("a", "access_token"), revoked("r", "refresh_token")]
    );
}

#[test]
fn a_pasted_address_finishes_a_browser_sign_in() {
    let server = always(reply(200, "", TOKENS));
    let mut settings = settings(server.url.as_str());
    settings.scopes = vec!["openid".into(), "connect".into()];
    let prusa = Prusa::new(settings.into(), None);
    let pending = prusa.start().expect("random bytes");
    let address = &pending.authorization_url;
    assert!(
        address.as_str().contains("&scope=openid+connect"),
        "{address}"
    );
    let (_, state) = address
        .query_pairs()
        .find(|(name, _)| name == "state")
        .expect("a state");
    let end = format!("https://app.example/login/auth-callback?code=c&state={state}");
    let deadline = Deadline::after(Duration::from_secs(60));
    prusa.finish(&pending, &end, deadline).expect("tokens");
    assert_eq!(server.seen()[0].field("code"), Some("c"));
}

#[test]
fn the_token_endpoint_is_below_the_accounts_path() {
    for base in ["https://a.example/sso", "https://a.example/sso/?x#y"] {
        let url = settings(base).token_endpoint();
        assert_eq!(url.as_str(), "https://a.example/sso/o/token/");
    }
}
