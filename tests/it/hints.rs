//! Hints: each names what mends the very fault, and never a sign-in that would fail the same way.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::kognic;
use crate::support::oauth::OAuthSite;
use crate::support::practicus;
use crate::support::sandbox::EMAIL;

/// Runs a command that fails, and returns its error code and its hint.
fn told(env: &TestEnv, line: &str) -> (String, String) {
    let run = env
        .run(line.split_whitespace())
        .env("PRUSA_CRED_ERRORS", "json");
    let ran = run.any_stderr().status(1);
    let last = ran.stderr.lines().last().expect("a line");
    let error: serde_json::Value = serde_json::from_str(last).expect("JSON");
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("error"), text("hint"))
}

/// A profile of client credentials, with these keys.
fn client(site: &OAuthSite, keys: &str) -> TestEnv {
    TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\n{keys}\n",
        site.origin()
    ))
}

#[test]
fn an_error_about_client_authentication_names_the_key() {
    let site = OAuthSite::start();
    for (keys, key) in [
        ("client_secret_command = 'exit 3'", "client_secret_command"),
        ("client_secret_command = ':'", "client_secret_command"),
        (
            "client_secret_file = '/nowhere/secret'",
            "client_secret_file",
        ),
        ("private_key = '/nowhere/key.pem'", "private_key"),
    ] {
        let wanted = format!("correct profiles.corp.{key} in the configuration");
        for line in ["get", "login"] {
            let said = told(&client(&site, keys), line);
            assert_eq!(said, ("config".to_owned(), wanted.clone()), "{keys} {line}");
        }
    }
    assert_eq!(site.forms("/token").len(), 0);
}

#[test]
fn each_oauth_error_has_its_hint() {
    let site = OAuthSite::start();
    let env = client(&site, "client_secret_command = 'echo S3NTRY-secret'");
    let hint = |status: u16, body: &str| {
        site.can("/token", status, body);
        let (_, hint) = told(&env, "get");
        assert!(!hint.contains("prusa-cred login"), "{hint}");
        hint
    };
    let scopes = hint(400, r#"{"error":"invalid_scope"}"#);
    assert!(
        scopes.ends_with(": --scopes, or profiles.corp.scopes in the configuration"),
        "{scopes}"
    );
    assert!(hint(400, r#"{"error":"invalid_target"}"#).contains("profiles.corp.resource"));
    assert!(hint(400, r#"{"error":"unsupported_grant_type"}"#).contains("profiles.corp.flow"));
    assert!(hint(403, "<h1>no</h1>").starts_with("a firewall in front of the server"));
    for status in [302, 404, 405] {
        assert!(
            hint(status, "").starts_with("check that the server's address is right"),
            "{status}"
        );
    }
    let (server, env) = (kognic::start(), TestEnv::offline());
    env.json_file("credentials.json", &kognic::credentials());
    let line = format!(
        "get --provider kognic --credentials credentials.json --server {}/x",
        server.url()
    );
    let (code, hint) = told(&env, &line);
    assert!(
        hint.starts_with("check that the server's address is right, on"),
        "{hint}"
    );
    assert_eq!(code, "server");
}

#[test]
fn unusable_certificates_fail_at_once_and_name_the_key() {
    let site = OAuthSite::start();
    let home = TestEnv::offline();
    let place = |name: &str| home.home().join(name);
    home.write(&place("empty.pem"), "");
    home.write(&place("text.pem"), "-----BEGIN CERTIFICATE-----\nnone\n");
    home.run_as("mkfifo", [place("fifo")]).success();
    let files = [
        place("missing.pem"),
        place("empty.pem"),
        place("text.pem"),
        place("fifo"),
        "/dev/zero".into(),
    ];
    for file in files {
        let keys = format!("ca_file = {file:?}");
        let (code, hint) = told(&client(&site, &keys), "get --timeout 50s");
        assert_eq!(code, "config", "{}", file.display());
        assert!(
            hint == "set profiles.corp.ca_file in the configuration to a file of certificates in PEM",
            "{hint}"
        );
    }
    assert_eq!(site.forms("/token").len(), 0);
}

#[test]
fn a_proxy_that_needs_a_password_names_its_variable() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            );
        }
    });
    let env = TestEnv::offline()
        .config(
            "[profiles.corp]\nprovider = 'oauth'\ntoken_endpoint = 'https://a.example/token'\nclient_id = 'me'\n\
             flow = 'client-credentials'\n",
        )
        .var("HTTPS_PROXY", proxy);
    let (code, hint) = told(&env, "get --profile corp --timeout 1s");
    assert!(
        hint.starts_with("check that HTTPS_PROXY names the proxy"),
        "{hint}"
    );
    assert_eq!(code, "network");
}

#[test]
fn only_an_existing_login_is_said_to_be_kept() {
    let (code, hint) = told(&TestEnv::offline(), "login localhost:1/mcp");
    assert_eq!(
        (code.as_str(), hint.as_str()),
        ("network", "check that the network is up, then try again")
    );
    let site = OAuthSite::start();
    let env = client(&site, "");
    let tokens = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(
        &tokens,
        json!({ "refresh_token": "S3NTRY-old" }).to_string(),
    );
    site.can("/token", 503, "");
    let (code, hint) = told(&env, "get --timeout 1s");
    assert_eq!(
        (code.as_str(), hint.as_str()),
        ("server", "the login is kept; try again later")
    );
    fs::remove_file(tokens).expect("a file");
    env.run(["get", "--timeout", "1s"])
        .stderr_contains("prusa-cred: could not sign in to profile corp\n")
        .stderr_contains("\n  hint: try again later\n")
        .status(1);
}

#[test]
fn a_region_does_not_offer_a_browser_login() {
    let region = practicus::start();
    let env = TestEnv::offline().var("PRT_URL", region.url());
    let run = env.run([
        "login",
        "--provider",
        "practicus",
        "--password-stdin",
        "--email",
        EMAIL,
    ]);
    let said = run.stdin("wrong").any_stderr().status(1).stderr;
    assert!(
        said.contains("was refused") && !said.contains("browser"),
        "{said}"
    );
    for option in ["--browser", "--device"] {
        env.run(["login", "--provider", "practicus", option])
            .stderr_contains(&format!(
                "{option}: profile practicus is of provider practicus, which has no sign-in"
            ))
            .status(2);
    }
}
