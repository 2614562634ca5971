//! What the token endpoint may answer to a refresh: told apart, bounded in time and memory, and nothing lost over it.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::process::Output;
use crate::support::sandbox::{Answer, Sandbox};

const TOKEN: &str = "POST /o/token/";
const LATER: &str = "the login is kept; try again later";
const UNREAD: &str = "the server may have invalidated the stored login; try again later";
const ADDRESS: &str = "the login is kept; check that the server's address is right, on the command line, in the environment and in the configuration";
const NETWORK: &str = "the login is kept; check that the network is up, then try again";
const LOGIN: &str = "run `prusa-cred login`";
const AN_HOUR: u64 = 3600;

/// How a refresh fails; `because` is the text after the endpoint's address.
struct Failure {
    answer: Answer,
    /// What has failed, as the first line says it.
    what: &'static str,
    because: &'static str,
    hint: Option<&'static str>,
    code: &'static str,
    timeout: &'static str,
}

const REFRESH: &str = "could not refresh the token of profile prusa";
const ENDED: &str = "the login of profile prusa has ended";

impl Failure {
    fn new(answer: Answer, because: &'static str, code: &'static str) -> Self {
        let (what, hint) = match code {
            "login_required" => (ENDED, Some(LOGIN)),
            "denied" => (REFRESH, None),
            "network" => (REFRESH, Some(NETWORK)),
            _ => (REFRESH, Some(LATER)),
        };
        Self {
            answer,
            what,
            because,
            hint,
            code,
            timeout: "55s",
        }
    }

    /// Ends with the deadline: the shorter it is, the sooner. One try must fit in.
    fn within(self, timeout: &'static str) -> Self {
        Self { timeout, ..self }
    }

    fn hint(self, hint: &'static str) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    /// Makes the endpoint answer this, checks both forms of the error, and that the login stays.
    fn check(self) {
        let site = Sandbox::start();
        let set = site.stored(-10);
        let env = TestEnv::new(&site).stored(&set);
        site.always(TOKEN, self.answer);
        let because = self
            .because
            .replace("URL", &format!("{}/o/token/", site.account_url()));
        let what = self.what;
        let hint = self
            .hint
            .map_or_else(String::new, |hint| format!("  hint: {hint}\n"));
        env.run(["get", "--timeout", self.timeout])
            .stderr(format!("prusa-cred: {what}\n  because: {because}\n{hint}"))
            .status(1);
        // A refused token is sent again only if somebody says so.
        let again = if what == ENDED {
            ["get", "--refresh"].as_slice()
        } else {
            &["get"]
        };
        let output = env
            .run([again, &["--timeout", self.timeout, "--json"]].concat())
            .outcome();
        let mut told: Value = last_line(&output);
        // It warns if the first run may have been interrupted.
        told.as_object_mut().unwrap().remove("warnings");
        assert_eq!(output.status, 1);
        assert_eq!(
            told,
            json!({ "error": self.code, "message": format!("{what}: {because}"), "hint": self.hint })
        );
        assert_eq!(env.tokens(), set, "nothing stored is touched");
        assert!(site.honours(set["refresh_token"].as_str().unwrap()));

        site.always(TOKEN, Answer::Usual);
        let token = env.run(again).any_stdout().any_stderr().success().stdout;
        assert_eq!(token.trim(), env.token("access_token"));
        assert_eq!((site.rotations(), site.reuses()), (1, 0));
        assert_eq!(site.callbacks(), 0, "no redirect is followed");
    }
}

/// Returns the error, which comes after the warnings.
fn last_line(output: &Output) -> Value {
    let line = output.stderr.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {output}"))
}

#[test]
fn invalid_grant_needs_a_new_login() {
    let refused = "URL refused: invalid_grant";
    for answer in [
        Answer::oauth_error(400, "invalid_grant"),
        Answer::oauth_error(401, "invalid_grant"),
        Answer::oauth_error(200, "invalid_grant"),
        Answer::html(400, "Bad Request"),
        Answer::html(401, "Unauthorized"),
        Answer::of(400, "application/json", ""),
    ] {
        Failure::new(answer, refused, "login_required").check();
    }
    let detailed = Answer::json(401, &json!({ "detail": "no" }));
    let refused = "URL refused: invalid_grant (no)";
    Failure::new(detailed, refused, "login_required").check();
}

#[test]
fn other_oauth_errors_keep_the_login() {
    Failure::new(
        Answer::oauth_error(401, "invalid_client"),
        "URL refused: invalid_client",
        "invalid_credentials",
    )
    .hint(
        "the login is kept; check that the server still accepts this client and its secret: profiles.prusa.client_id in \
         the configuration",
    )
    .check();
    Failure::new(
        Answer::oauth_error(400, "invalid_scope"),
        "URL refused: invalid_scope",
        "denied",
    )
    .hint(
        "the login is kept; request only scopes that the server grants this client: --scopes, or profiles.prusa.scopes \
         in the configuration",
    )
    .check();
    let described = json!({
        "error": "invalid_request",
        "error_description": "Missing\r\n\u{1b}[31mparameter",
    });
    Failure::new(
        Answer::json(400, &described),
        "URL refused: invalid_request (Missing [31mparameter)",
        "denied",
    )
    .hint(
        "the login is kept; check that the profile's settings are those that this server requires, \
         profiles.prusa.client_id in the configuration first, or sign in again",
    )
    .check();
    Failure::new(
        Answer::html(403, "Attention required"),
        "URL denied access (status 403)",
        "denied",
    )
    .hint(
        "the login is kept; a firewall in front of the server may block the request: try from another network, or ask its \
         operator",
    )
    .check();
}

#[test]
fn temporary_oauth_errors_are_retried() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let faults = [
        Answer::oauth_error(400, "temporarily_unavailable"),
        Answer::oauth_error(200, "temporarily_unavailable"),
        Answer::oauth_error(400, "server_error"),
    ];
    site.answers(TOKEN, faults);
    env.run(["get", "--timeout", "50s"]).any_stdout().success();
    assert_eq!((site.refreshes(), site.rotations()), (4, 1));
    Failure::new(
        Answer::oauth_error(400, "temporarily_unavailable"),
        "URL refused: temporarily_unavailable",
        "server",
    )
    .within("2s")
    .check();
}

#[test]
fn an_answer_that_is_not_oauth_is_reported_with_its_status() {
    const NOT_ONE_200: &str = "URL sent no valid token response (status 200)";
    let elsewhere = Answer::redirect("/login/auth-callback?code=1");
    for answer in [
        Answer::html(200, "Welcome to the hotel"),
        Answer::of(200, "application/json", ""),
        Answer::of(200, "application/json", "[]"),
        Answer::of(200, "application/json", "{\"access_token\": \"a"),
    ] {
        let failure = Failure::new(answer, NOT_ONE_200, "server");
        failure.hint(UNREAD).check();
    }
    for answer in [
        json!({}),
        json!({ "access_token": {}, "refresh_token": [] }),
    ] {
        Failure::new(Answer::json(200, &answer), "URL sent no token", "server").check();
    }
    for (answer, because) in [
        (
            Answer::html(404, "Page not found"),
            "URL sent no valid token response (status 404)",
        ),
        (elsewhere, "URL sent no valid token response (status 302)"),
    ] {
        Failure::new(answer, because, "server")
            .hint(ADDRESS)
            .check();
    }
}

#[test]
fn retry_after_beyond_the_deadline_fails_at_once() {
    Failure::new(
        Answer::rate_limited(AN_HOUR),
        "URL received too many requests (status 429, retry in 3600 s)",
        "rate_limited",
    )
    .hint("the login is kept; try again in 3600 s")
    .check();
    for (status, because) in [
        (500, "URL reports a server error (status 500)"),
        (502, "URL reports a server error (status 502)"),
        (503, "URL reports a server error (status 503)"),
    ] {
        let busy = Answer::Instead {
            status,
            headers: vec![("retry-after", AN_HOUR.to_string())],
            body: "busy".to_owned(),
        };
        Failure::new(busy, because, "server")
            .hint("the login is kept; try again in 3600 s")
            .check();
    }
    Failure::new(
        Answer::rate_limited(u64::MAX),
        "URL received too many requests (status 429, retry in 18446744073709551615 s)",
        "rate_limited",
    )
    .hint("the login is kept; try again in 18446744073709551615 s")
    .check();
}

#[test]
fn a_server_error_may_have_used_up_the_token() {
    for (status, may_be_spent) in [(500, true), (502, true), (504, true), (503, false)] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(-10));
        let answer = Answer::Instead {
            status,
            headers: vec![("retry-after", AN_HOUR.to_string())],
            body: "busy".to_owned(),
        };
        site.answers(TOKEN, [answer]);
        env.run(["get"]).any_stderr().status(1);
        let next = env.run(["get"]).any_stdout().any_stderr().success();
        let is_told = next.stderr.ends_with(" was interrupted; trying again\n");
        assert_eq!(is_told, may_be_spent, "{status}: {next}");
    }
}

#[test]
fn a_request_never_sent_is_not_reported_as_cut_off() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    env.run(["get", "--timeout", "0"])
        .stderr(format!(
            "prusa-cred: {REFRESH}\n  because: there was no time left to send a request to {}/o/token/\n  hint: {NETWORK}\n",
            site.account_url()
        ))
        .status(1);
    assert_eq!(site.requests().len(), 0);
    env.run(["get"]).any_stdout().success();
}

#[test]
fn a_lasting_server_error_fails_within_the_deadline() {
    let answer = Answer::html(500, "Oops");
    Failure::new(answer, "URL reports a server error (status 500)", "server")
        .within("8s")
        .check();
}

#[test]
fn a_timeout_after_an_error_reports_the_error() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [Answer::html(500, "Oops")]);
    site.always(TOKEN, Answer::Hang);
    env.run(["get", "--timeout", "8s"])
        .stderr_contains("/o/token/ reports a server error (status 500)\n")
        .status(1);
    assert_eq!(site.refreshes(), 2);
}

#[test]
fn an_endless_body_is_cut_off_at_a_limit() {
    Failure::new(
        Answer::Endless,
        "the response of URL is too large",
        "server",
    )
    .check();
}

#[test]
fn a_silent_or_slow_server_ends_with_the_deadline() {
    for answer in [Answer::Hang, Answer::Drip] {
        Failure::new(answer, "no response from URL in time", "network")
            .within("1s")
            .check();
    }
}

#[test]
fn a_closed_connection_is_reported_as_such() {
    Failure::new(
        Answer::Close,
        "the connection to URL was lost: connection closed before message completed",
        "network",
    )
    .within("8s")
    .check();
}

#[test]
fn a_refused_connection_is_reported_as_such() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::offline().stored(&set);
    let output = env.run(["get", "--timeout", "8s"]).any_stderr().status(1);
    let lines: Vec<&str> = output.stderr.lines().collect();
    assert_eq!(lines[0], format!("prusa-cred: {REFRESH}"));
    assert!(lines[1].starts_with("  because: cannot reach http://127.0.0.1:"));
    assert!(lines[1].ends_with("/o/token/: connection refused"));
    assert_eq!(lines[2..], [format!("  hint: {NETWORK}")]);
    assert_eq!(env.tokens(), set);
}

#[test]
fn temporary_errors_are_retried_silently() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let faults = [
        Answer::html(500, "Oops"),
        Answer::html(503, "Oops"),
        Answer::Close,
        Answer::html(429, "Slow down"),
    ];
    site.answers(TOKEN, faults);
    let token = env.run(["get", "--timeout", "50s"]).any_stdout().success();
    assert_eq!(token.stdout.trim(), env.token("access_token"));
    assert_eq!(
        (site.refreshes(), site.rotations(), site.reuses()),
        (5, 1, 0)
    );
}

#[test]
fn retry_after_is_obeyed_while_the_deadline_allows() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [Answer::rate_limited(1)]);
    env.run(["get", "--timeout", "50s"]).any_stdout().success();
    assert_eq!(site.refreshes(), 2);

    // Our own pause is much shorter: a second request would mean that `Retry-After` was ignored.
    env.store(&site.stored(-10));
    site.answers(TOKEN, [Answer::rate_limited(40), Answer::rate_limited(40)]);
    env.run(["get", "--timeout", "30s"])
        .stderr_contains("(status 429, retry in 40 s)")
        .status(1);
    assert_eq!(site.refreshes(), 3);
}

#[test]
fn an_answer_lost_after_the_rotation_ends_the_login() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    site.answers(TOKEN, [Answer::LostOnTheWay]);
    let running = env.run(["get", "--timeout", "50s"]).any_stderr().spawn();
    let pid = running.pid();
    let output = running.status(1);
    let url = format!("{}/o/token/", site.account_url());
    let begins = format!(
        "prusa-cred: {ENDED}\n  because: {url} refused: invalid_grant, perhaps because a refresh that process {pid} began at "
    );
    let ends = format!(
        " was interrupted before its answer was stored, and that answer held the only valid refresh token\n  \
         hint: {LOGIN}\n"
    );
    assert!(output.stderr.starts_with(&begins), "{output}");
    assert!(output.stderr.ends_with(&ends), "{output}");
    assert_eq!(env.tokens(), set, "nothing stored is touched");
    assert_eq!((site.rotations(), site.reuses()), (1, 1));
}

#[test]
fn a_retry_after_of_zero_or_past_still_waits() {
    let long_ago = Answer::Instead {
        status: 503,
        headers: vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())],
        body: "busy".to_owned(),
    };
    for (answer, because) in [
        (
            Answer::rate_limited(0),
            "/o/token/ received too many requests (status 429)\n",
        ),
        (long_ago, "/o/token/ reports a server error (status 503)\n"),
    ] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(-10));
        site.always(TOKEN, answer);
        env.run(["get", "--timeout", "3s"])
            .stderr_contains(because)
            .stderr_contains(&format!("hint: {LATER}\n"))
            .status(1);
        // Without a pause there would be hundreds.
        assert!(site.refreshes() < 30, "{} requests", site.refreshes());
    }
}
