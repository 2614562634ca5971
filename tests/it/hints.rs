//! Hints: each names what mends the very fault, and never a sign-in that would fail the same way.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::kognic;
use crate::support::oauth::OAuthSite;
use crate::support::practicus;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD, Sandbox};

/// Runs a command that fails, and returns its error code and its hint.
fn told(env: &TestEnv, line: &str) -> (String, String) {
    told_with(env, line, 1)
}

/// As `told`, of a command that ends with this status.
fn told_with(env: &TestEnv, line: &str, status: i32) -> (String, String) {
    let run = env
        .run(line.split_whitespace())
        .env("PRUSA_CRED_ERRORS", "json");
    let ran = run.any_stderr().status(status);
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

#[test]
fn a_variable_that_is_missing_is_named() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let email = TestEnv::new(&site).var("PRUSA_EMAIL", EMAIL);
    let password = TestEnv::new(&site).var("PRUSA_PASSWORD", PASSWORD);
    for line in ["login", "get"] {
        let wanted = "set PRUSA_PASSWORD too, as PRUSA_EMAIL is set";
        assert_eq!(told(&email, line).1, wanted, "{line}");
        let wanted = "set PRUSA_EMAIL too, as PRUSA_PASSWORD is set";
        assert_eq!(told(&password, line).1, wanted, "{line}");
    }
    let nothing = env.var("CI", "true");
    let wanted = "set PRUSA_EMAIL and PRUSA_PASSWORD, or PRUSA_TOKENS_JSON";
    assert_eq!(told(&nothing, "get").1, wanted);
    let region = TestEnv::offline()
        .var("PRT_URL", "https://127.0.0.1:2")
        .var("PRT_EMAIL", EMAIL);
    for line in [
        "get --profile practicus",
        "login --provider practicus --no-input",
    ] {
        let wanted = "set PRT_PASSWORD too, as PRT_EMAIL is set";
        assert_eq!(told(&region, line).1, wanted, "{line}");
    }
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn a_variable_that_was_refused_is_named() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let wrong = |password: &str, secret: &str| {
        TestEnv::new(&site)
            .with_credentials()
            .var("PRUSA_PASSWORD", password)
            .var("PRUSA_TOTP_SECRET", secret)
    };
    for line in ["get", "login"] {
        let (code, hint) = told(&wrong("wrong", "JBSWY3DPEHPK3PXP"), line);
        assert_eq!(code, "invalid_credentials");
        assert!(
            hint.starts_with("correct PRUSA_PASSWORD or PRUSA_EMAIL; "),
            "{hint}"
        );
        let (_, hint) = told(&wrong(PASSWORD, "no secret!"), line);
        assert!(hint.starts_with("set PRUSA_TOTP_SECRET to "), "{hint}");
    }
    for (name, value) in [
        (
            "PRUSA_TOKENS_JSON",
            r#"{"access_token":"a","expires_at":17,"refresh_token":"gone"}"#,
        ),
        (
            "PRUSA_TOKENS_JSON",
            r#"{"access_token":"a","expires_at":17}"#,
        ),
        ("PRUSA_TOKEN", "e30.eyJleHAiOjE3fQ.e30"),
    ] {
        let (_, hint) = told(&TestEnv::new(&site).var(name, value), "get");
        assert!(hint.starts_with(&format!("set {name} to ")), "{hint}");
    }
    let region = practicus::start();
    let env = TestEnv::offline()
        .var("PRT_URL", region.url())
        .var("PRT_TOKEN", "gone");
    let (_, hint) = told(&env, "get --profile practicus");
    assert!(hint.starts_with("set PRT_TOKEN to "), "{hint}");
    let (server, env) = (kognic::start(), TestEnv::offline());
    "another".clone_into(&mut server.state().secret);
    let file = env.json_file("credentials.json", &kognic::credentials());
    let env = env.var("KOGNIC_CREDENTIALS", file);
    let line = format!("get --provider kognic --server {}", server.url());
    for _ in 0..2 {
        let (code, hint) = told(&env, &line);
        assert_eq!(code, "invalid_credentials");
        assert!(hint.starts_with("correct KOGNIC_CREDENTIALS"), "{hint}");
    }
}

#[test]
fn a_name_is_no_address() {
    let env = TestEnv::offline().config("[profiles.farm]\nprovider = 'prusa'\n");
    for (line, wanted) in [
        ("login prusa", "run `prusa-cred login --provider prusa`"),
        ("login Kognic", "run `prusa-cred login --provider kognic`"),
        (
            "login practicus",
            "run `prusa-cred login --provider practicus`",
        ),
        ("login google", "run `prusa-cred login --browser`"),
        ("login farm", "run `prusa-cred login --profile farm`"),
        ("get prusa", "run `prusa-cred get --profile prusa`"),
        ("get farm", "run `prusa-cred get --profile farm`"),
        ("which farm", "run `prusa-cred which --profile farm`"),
        (
            "get practicus",
            "run `prusa-cred login --provider practicus`",
        ),
    ] {
        let run = env.run(line.split(' ')).any_stderr().status(2);
        assert!(
            run.stderr.ends_with(&format!("\n  hint: {wanted}\n")),
            "{line}: {run}"
        );
    }
    let (code, hint) = told_with(&env, "login gitlab", 2);
    assert_eq!(code, "usage");
    assert!(hint.contains("https://gitlab.example.com"), "{hint}");
    // One's own network may have such a host.
    let env = TestEnv::offline().config(
        "[profiles.own]\nprovider = 'oauth'\nissuer = 'https://127.0.0.1:2'\nclient_id = 'me'\nhosts = ['gitlab']\n",
    );
    assert_eq!(told(&env, "get gitlab").0, "login_required");
}

#[test]
fn an_address_without_a_scheme_is_told_so() {
    let missing = "http:// or https:// is missing at its beginning\n";
    for name in [
        "PRUSA_ACCOUNT_URL",
        "PRUSA_CONNECT_URL",
        "PRUSA_REDIRECT_URI",
    ] {
        for value in ["127.0.0.1:8001", "account.example.com"] {
            TestEnv::offline()
                .var(name, value)
                .run(["get"])
                .stderr(format!(
                    "prusa-cred: the environment variable {name}: {missing}"
                ))
                .status(1);
        }
    }
    TestEnv::offline()
        .var("PRUSA_ACCOUNT_URL", "localhost:8001")
        .run(["login"])
        .stderr_contains(missing)
        .status(1);
    let issuer = ["--issuer", "localhost:8001", "--client-id", "me"];
    TestEnv::offline()
        .run(["login", "--provider", "oauth"])
        .args(issuer)
        .stderr(format!("prusa-cred: --issuer: {missing}"))
        .status(2);
}

#[test]
fn a_home_that_cannot_be_written_names_its_variable() {
    let site = Sandbox::start();
    let nowhere = |name: &str| {
        TestEnv::new(&site)
            .with_credentials()
            .var(name, "/dev/null/x")
    };
    for line in ["login", "get"] {
        let (code, hint) = told(&nowhere("XDG_CONFIG_HOME"), line);
        assert_eq!(code, "storage");
        assert!(
            hint.ends_with("or set HOME or XDG_CONFIG_HOME to one that can be"),
            "{hint}"
        );
        let env = nowhere("PRUSA_TOKENS_FILE");
        let env = env.var("PRUSA_TOKENS_FILE", "/dev/null/x/tokens.json");
        let (_, hint) = told(&env, line);
        assert!(hint.contains("or set PRUSA_TOKENS_FILE to"), "{hint}");
    }
    let stored = nowhere("XDG_DATA_HOME")
        .run(["git", "store"])
        .stdin("protocol=https\nhost=a.example\nusername=a\npassword=b\n")
        .any_stderr()
        .status(1)
        .stderr;
    assert!(
        stored.contains("or set HOME or XDG_DATA_HOME to one"),
        "{stored}"
    );
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn a_revoked_token_was_not_cut_off() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let token = "POST /o/token/";
    site.answers(token, [Answer::Close, Answer::Close]);
    env.run(["get", "--timeout", "400ms"])
        .any_stderr()
        .status(1);
    let revoked =
        json!({ "error": "invalid_grant", "error_description": "Token has been revoked." });
    site.answers(token, [Answer::json(400, &revoked)]);
    let error = env.run(["get"]).any_stderr().status(1).stderr;
    assert!(error.contains("Token has been revoked"), "{error}");
    assert!(!error.contains("before its answer was stored"), "{error}");
}

#[test]
fn the_command_for_another_address_is_named() {
    let env = TestEnv::offline().config(
        "[profiles.mine]\nprovider = 'oauth'\nissuer = 'https://127.0.0.1:2'\nclient_id = 'me'\n\
         hosts = ['h.example/mcp/x']\n",
    );
    let hint = "run `prusa-cred login https://h.example/mcp/y`: it takes the profile for that address, or makes one\n";
    env.run(["login", "https://h.example/mcp/y", "--profile", "mine"])
        .stderr(format!(
            "prusa-cred: profile mine does not answer for https://h.example/mcp/y, only for h.example/mcp/x\n  hint: {hint}"
        ))
        .status(1);
    env.run(["login", "https://h.example/mcp/y"])
        .env("PRUSA_CRED_PROFILE", "mine")
        .stderr_contains(&format!("hint: unset PRUSA_CRED_PROFILE, then {hint}"))
        .status(1);
}

#[test]
fn a_keyring_that_is_not_there_is_told_in_our_words() {
    for (variables, why) in [
        (
            &[("DBUS_SESSION_BUS_ADDRESS", "nonsense")][..],
            "DBUS_SESSION_BUS_ADDRESS holds no address of a bus",
        ),
        (
            &[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/bus")],
            "nothing answers at DBUS_SESSION_BUS_ADDRESS",
        ),
        (
            &[
                ("DBUS_SESSION_BUS_ADDRESS", "autolaunch:"),
                ("DISPLAY", ":99"),
            ],
            "nothing answers at DBUS_SESSION_BUS_ADDRESS",
        ),
        (
            &[
                ("DBUS_SESSION_BUS_ADDRESS", ""),
                ("XDG_RUNTIME_DIR", "/dev/null"),
                ("DISPLAY", ":99"),
            ],
            "DBUS_SESSION_BUS_ADDRESS is not set, and no session bus was found",
        ),
    ] {
        let mut env = TestEnv::offline();
        for (name, value) in variables {
            env = env.var(name, value);
        }
        env.run(["get", "--provider", "kognic"])
            .stderr_contains(&format!(
                "\n  because: there is no keyring here: {why}\n  hint: "
            ))
            .status(1);
    }
}
