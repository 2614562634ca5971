//! Tokens, endpoints and files that the environment names, and whom they do not concern.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::process::Running;
use crate::support::sandbox::Sandbox;

const GIVEN_IS_OVER: &str = "prusa-cred: warning: the token in the environment has expired; the stored login of profile \
                             prusa is used instead\n";
const NOT_SIGNED_IN: &str =
    "prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n";

fn token_of(set: &Value) -> String {
    set["access_token"].as_str().unwrap().to_owned()
}

fn line(set: &Value) -> String {
    format!("{}\n", token_of(set))
}

/// Returns the set without its refresh token.
fn unrenewable(mut set: Value) -> Value {
    set.as_object_mut().unwrap().remove("refresh_token");
    set
}

#[test]
fn an_environment_token_set_overrides_the_stored_one() {
    let site = Sandbox::start();
    let (stored, given) = (site.stored(3000), site.stored(3000));
    let env = TestEnv::new(&site)
        .stored(&stored)
        .var("PRUSA_TOKEN", "also-there")
        .var("PRUSA_TOKENS_JSON", given.to_string());
    env.run(["get"]).stdout(line(&given)).success();
    assert_eq!(env.tokens(), stored);
    assert!(!env.config_dir().join("prusa-cred").exists());

    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!(env.tokens(), stored, "its successor has a file of its own");
    assert!(!site.honours(given["refresh_token"].as_str().unwrap()));
}

#[test]
fn an_expired_environment_set_is_refreshed_once() {
    let site = Sandbox::start();
    let given = site.stored(-10);
    let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", given.to_string());
    let first = env.run(["get"]).any_stdout().success().stdout;
    env.run(["get"]).stdout(&first).success();
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    let second = env.run(["get", "--refresh"]).any_stdout().success().stdout;
    assert_ne!(first, second);
    env.run(["get"]).stdout(second).success();
    assert_eq!((site.rotations(), site.reuses()), (2, 0));
    let names = env.names_in("prusa-cred/tokens");
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with("environment-"), "{names:?}");
    assert!(!names[0].contains("S3NTRY"));

    // Another token set is another login.
    let other = site.stored(-10);
    env.run(["get"])
        .env("PRUSA_TOKENS_JSON", other.to_string())
        .any_stdout()
        .success();
    assert_eq!((site.rotations(), site.reuses()), (3, 0));
}

#[test]
fn eight_processes_with_one_environment_set_refresh_once() {
    let site = Sandbox::start().with(|site| site.reuse_protection = true);
    let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", site.stored(-10).to_string());
    let held = site.hold_refreshes();
    let get = || env.run(["get", "--timeout", "55s"]).any_stdout().spawn();
    let running: Vec<Running> = (0..8).map(|_| get()).collect();
    held.wait_for(1);
    drop(held);
    let mut tokens: Vec<String> = running
        .into_iter()
        .map(|running| running.success().stdout)
        .collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    assert!(site.honours(tokens[0].trim_end()));
}

#[test]
fn a_used_environment_set_needs_a_login_and_says_why() {
    let site = Sandbox::start();
    let mut given = site.stored(-10);
    given["refresh_token"] = json!("spent");
    let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", given.to_string());
    env.run(["get"])
        .stderr_contains("refused: invalid_grant")
        .status(1);
    env.run(["get"]).with_credentials().any_stdout().success();
    env.run(["get"]).any_stdout().success();
    assert_eq!(
        site.sign_ins(),
        1,
        "the new login is kept as the seed's successor"
    );
}

#[test]
fn an_ended_environment_login_points_to_the_variable() {
    let site = Sandbox::start();
    let mut given = site.stored(-10);
    given["refresh_token"] = json!("spent");
    let env = TestEnv::new(&site)
        .stored(&site.stored(3000))
        .var("PRUSA_TOKENS_JSON", given.to_string());
    let over = "prusa-cred: the login in PRUSA_TOKENS_JSON can no longer be used\n  because: ";
    env.run(["get"])
        .stderr_contains(&format!("{over}the login of profile prusa has ended\n"))
        .stderr_contains("\n  hint: set PRUSA_TOKENS_JSON to another login, or unset it\n")
        .status(1);

    let given = site.stored(-10);
    let env = env.var("PRUSA_TOKENS_JSON", given.to_string());
    env.run(["get"]).any_stdout().success();
    let successors = env.config_dir().join("prusa-cred/tokens");
    for name in env.names_in("prusa-cred/tokens") {
        env.write(&successors.join(name), "{");
    }
    let error = env.run(["get", "--json"]).any_stderr().status(1);
    let error = error.json_error();
    assert_eq!(error["error"], "storage");
    let hint = "move that file elsewhere, set PRUSA_TOKENS_JSON to another login, or unset it";
    assert_eq!(error["hint"], hint);
}

#[test]
fn a_raw_token_is_used_when_the_set_beside_it_has_ended() {
    let site = Sandbox::start();
    let (set, living) = (site.stored(-10), site.stored(3000));
    let env = TestEnv::new(&site)
        .stored(&site.stored(3000))
        .var("PRUSA_TOKENS_JSON", unrenewable(set.clone()).to_string())
        .var("PRUSA_TOKEN", token_of(&living));
    env.run(["get"]).stdout(line(&living)).success();
    let over = env.var("PRUSA_TOKEN", token_of(&site.stored(-10)));
    let stored = line(&over.tokens());
    over.run(["get"])
        .stdout(stored)
        .stderr(GIVEN_IS_OVER)
        .success();
    over.run(["get"])
        .env("PRUSA_TOKENS_JSON", set.to_string())
        .any_stdout()
        .success();
    assert_eq!(site.refreshes(), 1, "a set that can be renewed goes first");
}

#[test]
fn an_invalid_token_set_is_an_error_without_its_content() {
    let site = Sandbox::start();
    for (json, why) in [
        (
            "{\"access_token\": S3NTRY",
            "it is not valid JSON from line 1, column 18",
        ),
        ("[\"S3NTRY\"]", "it is JSON but not an object"),
        (
            "{\"refresh_token\": 7}",
            "its \"refresh_token\" is not a string",
        ),
    ] {
        let env = TestEnv::new(&site)
            .stored(&site.stored(3000))
            .var("PRUSA_TOKENS_JSON", json);
        env.run(["get"])
            .stderr(format!(
                "prusa-cred: PRUSA_TOKENS_JSON is not a token set\n  because: {why}\n"
            ))
            .status(1);
        let error = env
            .run(["get", "--json"])
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "config");
    }
    TestEnv::new(&site)
        .var("PRUSA_TOKENS_JSON", "{\"scope\": \"S3NTRY\"}")
        .run(["get"])
        .stderr(
            "prusa-cred: PRUSA_TOKENS_JSON is not a token set\n  because: it holds no token\n  hint: set it to what \
             `prusa-cred login --no-store` prints, or unset it\n",
        )
        .status(1);
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn an_unrenewable_token_is_used_until_it_expires() {
    let site = Sandbox::start();
    let stored = site.stored(3000);
    let (living, over) = (
        unrenewable(site.stored(3000)),
        unrenewable(site.stored(-10)),
    );
    let (raw, raw_over) = (token_of(&living), token_of(&over));
    for (name, living, over) in [
        ("PRUSA_TOKENS_JSON", living.to_string(), over.to_string()),
        ("PRUSA_TOKEN", raw.clone(), raw_over),
    ] {
        let env = TestEnv::new(&site);
        env.run(["get"])
            .env(name, &living)
            .stdout(format!("{raw}\n"))
            .success();
        env.run(["get"])
            .env(name, &over)
            .stderr(format!(
                "prusa-cred: warning: the token in the environment has expired\nprusa-cred: profile prusa is not signed \
                 in\n  hint: set {name} to a newer token, or unset it and run `prusa-cred login`\n"
            ))
            .status(1);
        let env = env.stored(&stored);
        env.run(["get"])
            .env(name, &living)
            .stdout(format!("{raw}\n"))
            .success();
        env.run(["get"])
            .env(name, &over)
            .stdout(line(&stored))
            .stderr(GIVEN_IS_OVER)
            .success();
    }
    let env = TestEnv::new(&site).var("PRUSA_TOKEN", " opaque \n");
    env.run(["get"]).stdout("opaque\n").success();
    assert_eq!(site.requests().len(), 0);
    assert!(!env.token_file().exists());
}

#[test]
fn a_token_about_to_expire_is_used_if_nothing_is_better() {
    let site = Sandbox::start();
    let raw = token_of(&site.stored(700));
    let env = TestEnv::new(&site).var("PRUSA_TOKEN", &raw);
    env.run(["get", "--min-ttl", "2h"])
        .stdout(format!("{raw}\n"))
        .stderr(
            "prusa-cred: warning: profile prusa is not signed in, so the old token is used until it expires\n",
        )
        .success();
}

#[test]
fn a_token_file_named_in_the_environment_is_used() {
    let site = Sandbox::start();
    let usual = site.stored(3000);
    let env = TestEnv::new(&site).stored(&usual);
    for (name, expected) in [
        ("elsewhere.json", env.home().join("elsewhere.json")),
        (
            "new/deep/tokens.json",
            env.home().join("new/deep/tokens.json"),
        ),
        ("./new/../dots.json", env.home().join("dots.json")),
    ] {
        env.run(["get"])
            .env("PRUSA_TOKENS_FILE", name)
            .with_credentials()
            .any_stdout()
            .success();
        let text = std::fs::read(expected).unwrap();
        let set: Value = serde_json::from_slice(&text).unwrap();
        env.run(["get"])
            .env("PRUSA_TOKENS_FILE", name)
            .stdout(line(&set))
            .success();
    }
    assert_eq!(env.tokens(), usual);
    env.run(["get"])
        .env("PRUSA_TOKENS_FILE", "")
        .stdout(line(&usual))
        .success();
}

#[test]
fn invalid_token_file_paths_are_errors_before_any_request() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    env.write(&env.home().join("a-file"), "{}");
    for (name, why) in [
        ("/dev/null", "/dev/null is a device"),
        ("/dev/full", "/dev/full is a device"),
        (".", ". is a directory"),
        ("a-file/below.json", "could not create a-file: File exists"),
        ("/proc/no/tokens.json", "No such file or directory"),
    ] {
        let error = env
            .run(["get", "--json"])
            .env("PRUSA_TOKENS_FILE", name)
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "storage", "{error}");
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
    }
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn white_space_around_a_value_is_no_part_of_it() {
    let site = Sandbox::start();
    let given = site.stored(3000);
    for (before, after) in [("", "\n"), ("", "\r\n"), (" ", "\t\n"), ("\u{feff}", "")] {
        let around = |value: &str| format!("{before}{value}{after}");
        let env = TestEnv::new(&site);
        let run = |words: &[&str]| env.run(words);
        run(&["get"])
            .env("PRUSA_TOKENS_JSON", around(&given.to_string()))
            .stdout(line(&given))
            .success();
        run(&["get"])
            .env("PRUSA_TOKEN", around("t"))
            .stdout("t\n")
            .success();
        run(&["get"])
            .env("PRUSA_TOKEN", around("t"))
            .env("PRUSA_CRED_PROFILE", around("prusa"))
            .stdout("t\n")
            .success();
        let error = run(&["get", "--profile", "none"]).env("PRUSA_CRED_ERRORS", around("json"));
        assert_eq!(error.any_stderr().status(1).json_error()["error"], "config");
        let headers = [
            "get",
            "--format",
            "headers",
            "https://connect.prusa3d.com/x",
        ];
        let other = run(&headers).env("PRUSA_TOKEN", "t").env(
            "CLAUDE_CODE_MCP_SERVER_URL",
            around("https://evil.example/x"),
        );
        other.any_stderr().status(1);
        // Addresses, the client, e-mail address and password reach the server without it.
        let env = TestEnv::offline();
        env.run(["login", "--no-input"])
            .env("PRUSA_ACCOUNT_URL", around(site.account_url()))
            .env("PRUSA_CONNECT_URL", around(site.connect_url()))
            .env("PRUSA_REDIRECT_URI", around(&site.redirect_uri()))
            .env(
                "PRUSA_CLIENT_ID",
                around(crate::support::sandbox::CLIENT_ID),
            )
            .env("PRUSA_EMAIL", around(crate::support::sandbox::EMAIL))
            .env("PRUSA_PASSWORD", around(crate::support::sandbox::PASSWORD))
            .any_stderr()
            .success();
    }
    // Nothing but white space is nothing.
    TestEnv::offline()
        .run(["get"])
        .env("PRUSA_TOKEN", " \n")
        .env("PRUSA_CRED_PROFILE", "\n")
        .stderr(NOT_SIGNED_IN)
        .status(1);
}
