//! Sign-in, refresh and logout at an account server made of packages: Django, its OAuth toolkit, django-otp,
//! django-two-factor-auth (`django_site/`). Its access tokens are opaque, its refresh tokens work once, and a spent one
//! that comes back takes its whole family down.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::peer::{Server, beside, python};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::{PASSWORD, TOTP_SECRET, unix_now};

const CLIENT_ID: &str = "packaged-client";
/// No such host exists: fetching it would fail the sign-in.
const REDIRECT_URI: &str = "https://connect.example.test/login/auth-callback";
const EMAIL: &str = "maker+prints@example.com";

/// The site, running on a database of its own.
struct Site {
    server: Server,
    directory: TempDir,
}

impl Site {
    /// Starts it with the login pages of `account` (two pages, as at Prusa Account) or `wizard` (as the package has
    /// it).
    fn start(login: &str) -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let mut command = manage("serve", &directory);
        command
            .args(["--login", login, "--email", EMAIL, "--password", PASSWORD])
            .args(["--totp-secret", TOTP_SECRET, "--client-id", CLIENT_ID])
            .args(["--redirect-uri", REDIRECT_URI]);
        let server = Server::start(command, directory.path().join("log"));
        Self { server, directory }
    }

    /// Returns one of the counts that the toolkit's tables give.
    fn count(&self, what: &str) -> u64 {
        let output = manage("ledger", &self.directory)
            .output()
            .expect("a ledger");
        let counts: Value = serde_json::from_slice(&output.stdout).expect("counts");
        counts[what].as_u64().expect("a count")
    }

    /// Checks that the token endpoint answered so many times with this status.
    fn token_answers(&self, status: u16, times: usize) {
        let end = format!("POST /o/token/ {status}");
        self.server.logged(times, |line| line.ends_with(&end));
    }

    /// Returns the status of a request for something that needs an access token.
    fn status_of_a_request_with(&self, token: &str) -> u16 {
        let host = self.server.address().strip_prefix("http://").expect("http");
        let mut stream = TcpStream::connect(host).expect("a connection");
        write!(
            stream,
            "GET /o/userinfo/ HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).expect("a status line");
        status.parse().expect("a status")
    }

    /// Returns a home whose built-in profile signs in here.
    fn env(&self) -> TestEnv {
        TestEnv::offline()
            .var("PRUSA_ACCOUNT_URL", self.server.address())
            .var("PRUSA_CLIENT_ID", CLIENT_ID)
            .var("PRUSA_REDIRECT_URI", REDIRECT_URI)
    }
}

fn manage(verb: &str, data: &TempDir) -> Command {
    let mut command = Command::new(python("django"));
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(beside("django_site/manage.py"))
        .arg(verb)
        .arg("--data")
        .arg(data.path());
    command
}

/// Returns a login that has what it takes in the environment of that one run.
fn login(env: &TestEnv, password: &str) -> Run {
    env.run(["login", "--no-input"])
        .env("PRUSA_EMAIL", EMAIL)
        .env("PRUSA_PASSWORD", password)
        .env("PRUSA_TOTP_SECRET", TOTP_SECRET)
        .any_stdout()
        .any_stderr()
}

fn signed_in(site: &Site) -> TestEnv {
    let env = site.env();
    let ran = login(&env, PASSWORD).outcome();
    assert_eq!(ran.status, 0, "{ran}\n{:#?}", site.server.log());
    env
}

/// Returns what `get` prints, with these options.
fn token(env: &TestEnv, options: &[&str]) -> String {
    let ran = env.run([&["get"], options].concat()).any_stdout().success();
    ran.stdout.trim_end_matches('\n').to_owned()
}

/// Makes the stored access token one that ran out a minute ago, without telling its server.
fn expire(env: &TestEnv) {
    let mut set = env.tokens();
    set["expires_at"] = (unix_now() - 60).into();
    env.store(&set);
}

#[test]
fn login_refresh_and_logout_at_a_django_site() {
    let site = Site::start("account");
    let env = signed_in(&site);
    let first = token(&env, &[]);
    assert_eq!(site.status_of_a_request_with(&first), 200);
    let identity = token(&env, &["--token", "identity"]);
    assert_eq!(identity.split('.').count(), 3, "an ID token is a JWT");
    assert_eq!(site.count("living_refresh_tokens"), 1);

    expire(&env);
    let second = token(&env, &[]);
    assert_ne!(second, first);
    assert_eq!(token(&env, &[]), second);
    assert_eq!(site.status_of_a_request_with(&second), 200);
    assert_eq!(site.count("refresh_tokens"), 2);
    assert_eq!(site.count("living_refresh_tokens"), 1);

    env.run(["logout"]).any_stdout().any_stderr().success();
    assert_eq!(site.count("living_refresh_tokens"), 0);
    assert_eq!(site.status_of_a_request_with(&second), 401);
    assert!(!env.token_file().exists());
}

#[test]
fn eight_processes_with_an_expired_token_refresh_once() {
    let site = Site::start("account");
    let env = signed_in(&site);
    site.token_answers(200, 1);
    expire(&env);

    let start = || env.run(["get"]).any_stdout().spawn();
    let running: Vec<_> = (0..8).map(|_| start()).collect();
    let tokens: Vec<String> = running
        .into_iter()
        .map(|get| get.success().stdout)
        .collect();

    assert!(tokens.iter().all(|token| *token == tokens[0]));
    site.token_answers(200, 2);
    site.token_answers(400, 0);
    assert_eq!(site.count("living_refresh_tokens"), 1);
}

#[test]
fn a_wrong_password_is_invalid_credentials() {
    let site = Site::start("account");
    let env = site.env();
    let ran = login(&env, "not it")
        .env("PRUSA_CRED_ERRORS", "json")
        .status(1);
    assert_eq!(ran.json_error()["error"], "invalid_credentials");
    assert!(!env.token_file().exists());
}

#[test]
fn a_used_refresh_token_from_a_backup_needs_a_login() {
    let site = Site::start("account");
    let env = signed_in(&site);
    expire(&env);
    let backup = env.tokens();
    token(&env, &[]);
    env.store(&backup);

    let ran = env
        .run(["get"])
        .env("PRUSA_CRED_ERRORS", "json")
        .any_stderr()
        .status(1);
    assert_eq!(ran.json_error()["error"], "login_required");
    assert_eq!(env.tokens()["refresh_token"], backup["refresh_token"]);
}

#[test]
fn login_works_with_the_two_factor_wizard() {
    let site = Site::start("wizard");
    let env = signed_in(&site);
    let token = token(&env, &[]);
    assert_eq!(site.status_of_a_request_with(&token), 200);
    let log = fs::read_to_string(site.directory.path().join("log")).expect("a log");
    assert!(log.contains("POST /account/login/ 302"), "{log}");
}
