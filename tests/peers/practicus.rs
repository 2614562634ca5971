//! A Practicus-like region made of packages: Django REST framework and its JWTs (`practicus_region.py`).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{Server, beside, python};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::{EMAIL, PASSWORD};

/// The region, and where its log is.
struct Region {
    server: Server,
    _directory: TempDir,
}

impl Region {
    fn start(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let mut command = Command::new(python("practicus"));
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(beside("practicus_region.py"))
            .args(["--email", EMAIL, "--password", PASSWORD])
            .args(options);
        Self {
            server: Server::start(command, directory.path().join("log")),
            _directory: directory,
        }
    }

    fn env(&self) -> TestEnv {
        TestEnv::offline().var("PRT_URL", self.server.address())
    }

    /// Checks that just so many requests ended so: `POST /path/ 200`.
    fn answered(&self, line: &str, times: usize) {
        self.server.logged(times, |logged| logged == line);
    }

    /// Returns the answer to a request for something that needs an access token.
    fn whoami(&self, token: &str) -> String {
        let host = self.server.address().strip_prefix("http://").expect("http");
        let mut stream = TcpStream::connect(host).expect("a connection");
        write!(
            stream,
            "GET /whoami/ HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

fn log_in(env: &TestEnv) -> Run {
    let line = "login --provider practicus --password-stdin --email";
    let run = env.run(line.split(' ')).arg(EMAIL);
    run.stdin(PASSWORD).any_stderr()
}

fn token(env: &TestEnv, options: &str) -> String {
    let line = format!("get --profile practicus {options}");
    let ran = env.run(line.split_whitespace()).any_stdout().success();
    ran.stdout.trim_end().to_owned()
}

#[test]
fn tokens_of_a_region_built_from_packages_are_accepted() {
    let region = Region::start(&[]);
    let env = region.env();
    let said = log_in(&env).success().stderr;
    assert!(
        said.starts_with(&format!("Signed in to profile practicus as {EMAIL};")),
        "{said}"
    );
    let first = token(&env, "");
    assert_eq!(token(&env, ""), first);
    assert!(region.whoami(&first).contains(EMAIL));
    let second = token(&env, "--refresh");
    assert_ne!(second, first);
    assert!(region.whoami(&second).contains(EMAIL));
    region.answered("POST /console/api/auth/ 200", 1);
    region.answered("POST /console/api/auth/refresh/ 200", 1);
    let refresh = token(&env, "--token refresh");
    env.run(["logout", "--profile", "practicus"])
        .any_stderr()
        .success();
    let line = "login --provider practicus --token-stdin";
    env.run(line.split(' '))
        .stdin(&refresh)
        .any_stderr()
        .success();
    assert!(region.whoami(&token(&env, "")).contains(EMAIL));
}

#[test]
fn a_rotating_region_accepts_each_refresh_token_once() {
    let region = Region::start(&["--rotates"]);
    let env = region.env();
    log_in(&env).success();
    let spent = token(&env, "--token refresh");
    for _ in 0..3 {
        token(&env, "--refresh");
    }
    region.answered("POST /console/api/auth/refresh/ 200", 3);
    let line = "login --provider practicus --json --token-stdin";
    let run = env.run(line.split(' ')).stdin(&spent).any_stderr();
    let error = run.status(1).json_error();
    assert_eq!(error["error"], "invalid_credentials", "{error}");
    assert!(region.whoami(&token(&env, "")).contains(EMAIL));
}

#[test]
fn a_region_that_rejects_forms_is_sent_json() {
    let region = Region::start(&["--only-json"]);
    let env = region.env();
    log_in(&env).success();
    token(&env, "--refresh");
    region.answered("POST /console/api/auth/ 415", 1);
    region.answered("POST /console/api/auth/refresh/ 200", 1);
}

#[test]
fn a_wrong_password_shows_the_server_s_message() {
    let region = Region::start(&[]);
    let line = "login --provider practicus --password-stdin --json --email";
    let env = region.env();
    let run = env.run(line.split(' ')).arg(EMAIL).stdin("not it");
    let error = run.any_stderr().status(1).json_error();
    assert_eq!(error["error"], "invalid_credentials");
    let message = error["message"].as_str().expect("a message");
    let wanted = "No active account found with the given credentials";
    assert!(message.contains(wanted), "{message}");
}

#[test]
fn an_expired_access_token_is_refreshed() {
    let region = Region::start(&["--life", "1"]);
    let env = region.env();
    log_in(&env).success();
    let file = env.config_dir().join("prusa-cred/tokens/practicus.json");
    let stored = std::fs::read_to_string(file).expect("a token file");
    let stored: serde_json::Value = serde_json::from_str(&stored).expect("a token set");
    let first = token(&env, "");
    // On a busy machine that second may be over already.
    let had_expired = stored["access_token"] != *first;
    // The region's clock decides when it is over.
    while region.whoami(&first).contains(EMAIL) {}
    let second = token(&env, "");
    assert_ne!(second, first);
    let refreshes = 1 + usize::from(had_expired);
    region.answered("POST /console/api/auth/refresh/ 200", refreshes);
}
