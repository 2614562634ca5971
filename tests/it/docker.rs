//! docker's credential helper protocol: five verbs, and errors where docker reads them, on stdout.

mod hub;
mod list;

use std::fs;

use serde_json::json;

use crate::hosts::LOOK_ALIKES;
use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, signed_in};
use crate::support::process::Run;
use crate::support::sandbox::{Answer, Sandbox};

const HELPER: &str = "docker-credential-prusa-cred";
const NOT_FOUND: &str = "credentials not found in native keychain\n";
const NO_SERVER_URL: &str = "no credentials server URL\n";
const NO_USERNAME: &str = "no credentials username\n";

fn verb(env: &TestEnv, verb: &str, input: impl AsRef<[u8]>) -> Run {
    env.run_as(HELPER, [verb]).stdin(input)
}

fn get(env: &TestEnv, key: &str) -> Run {
    verb(env, "get", key)
}

fn answer(key: &str) -> String {
    format!("{{\"ServerURL\":\"{key}\",\"Username\":\"oauth2\",\"Secret\":\"{ACCESS}\"}}\n")
}

#[test]
fn get_accepts_every_form_of_the_server_address() {
    let env = signed_in();
    for key in [
        "connect.prusa3d.com",
        "connect.prusa3d.com:443",
        "CONNECT.Prusa3D.com",
        "https://connect.prusa3d.com",
        "https://connect.prusa3d.com/",
        "https://connect.prusa3d.com/v1/",
        "https://connect.prusa3d.com/v2/",
        "connect.prusa3d.com/v2",
    ] {
        get(&env, key).stdout(answer(key)).success();
    }
    for padded in ["connect.prusa3d.com\n", "  connect.prusa3d.com \r\n"] {
        get(&env, padded)
            .stdout(answer("connect.prusa3d.com"))
            .success();
    }
    env.run(["docker", "get"])
        .stdin("connect.prusa3d.com")
        .stdout(answer("connect.prusa3d.com"))
        .success();
}

#[test]
fn get_says_not_found_in_docker_s_words_otherwise() {
    let env = signed_in();
    let others = [
        "https://index.docker.io/v1/",
        "docker.io",
        "registry.example.com:5000",
        "http://connect.prusa3d.com",
        "ftp://connect.prusa3d.com",
        "connect.prusa3d.com/repository",
        "https://connect.prusa3d.com/v1/repository",
        "connect.prusa3d.com?x",
        "connect.prusa3d.com#x",
        "https://",
        "<token>",
        "unused",
    ];
    for key in others.into_iter().chain(LOOK_ALIKES) {
        get(&env, key).stdout(NOT_FOUND).status(1);
    }
    for empty in ["", "\n", "  \r\n "] {
        get(&env, empty).stdout(NO_SERVER_URL).status(1);
    }
}

#[test]
fn a_key_that_is_not_one_line_is_an_error_on_stdout() {
    let env = signed_in();
    for key in [
        b"connect.prusa3d.com\nevil.tld".as_slice(),
        b"connect.prusa3d.com\0",
        b"connect.prusa3d.com\x1b[2K",
        b"connect.prusa3d.com\r.evil.tld",
        b"\xff\xfe",
        &vec![b'a'; (1 << 20) + 1],
        &vec![0; 1 << 20],
    ] {
        let output = verb(&env, "get", key).any_stdout().status(1);
        let line = output.stdout.strip_suffix('\n').unwrap();
        assert!(line.starts_with("prusa-cred: "), "{output}");
        assert!(!line.contains(char::is_control), "{output}");
    }
}

#[test]
fn get_uses_the_named_profile_and_its_user_name() {
    let env = signed_in().config(
        "[profiles.prusa]\nusername = 'ada<&>\"'\n[profiles.farm]\nprovider = 'prusa'\nhosts = ['farm.example.com']\n",
    );
    let told = get(&env, "connect.prusa3d.com").any_stdout().success();
    assert_eq!(told.json()["Username"], "ada<&>\"");
    get(&env, "connect.prusa3d.com")
        .env("PRUSA_CRED_PROFILE", "farm")
        .stdout(NOT_FOUND)
        .status(1);
}

#[test]
fn an_expired_token_is_refreshed_for_docker_too() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-5));
    let key = site.connect_url().strip_prefix("http://").unwrap();
    for key in [key, site.connect_url()] {
        let told = get(&env, key).any_stdout().success().json();
        assert_eq!(told["ServerURL"], key);
        assert!(site.honours(told["Secret"].as_str().unwrap()));
    }
    assert_eq!(site.refreshes(), 1);
}

#[test]
fn a_failure_is_one_line_on_stdout_with_a_hint() {
    let env = TestEnv::offline().var("PRUSA_CONNECT_URL", "https://connect.prusa3d.com");
    let told = "prusa-cred: profile prusa is not signed in (run `prusa-cred login`)\n";
    get(&env, "connect.prusa3d.com").stdout(told).status(1);
    get(&env, "connect.prusa3d.com")
        .env("PRUSA_CRED_ERRORS", "json")
        .stdout(told)
        .status(1);
    let site = Sandbox::start();
    site.always("POST /o/token/", Answer::oauth_error(400, "invalid_grant"));
    let env = TestEnv::new(&site).stored(&site.stored(-5));
    let told = get(&env, site.connect_url())
        .no_secret_on_stdout()
        .stdout_contains("prusa-cred: the login of profile prusa has ended: ")
        .stdout_contains("(run `prusa-cred login`)\n")
        .status(1);
    assert_eq!(told.stdout.lines().count(), 1);
    let env = signed_in().config("default = 7");
    let told = get(&env, "connect.prusa3d.com").any_stdout().status(1);
    assert!(told.stdout.contains("config.toml:1: default: "), "{told}");
}

#[test]
fn store_of_our_own_token_succeeds_and_stores_nothing() {
    let env = signed_in();
    let before = fs::read(env.token_file()).unwrap();
    for key in ["connect.prusa3d.com", "https://connect.prusa3d.com/v2/"] {
        let mut credentials = json!({ "ServerURL": key, "Username": "oauth2", "Secret": ACCESS });
        verb(&env, "store", credentials.to_string()).success();
        credentials["Username"] = "<token>".into();
        let as_go_writes = credentials
            .to_string()
            .replace('<', "\\u003c")
            .replace('>', "\\u003e");
        verb(&env, "store", format!("{as_go_writes}\n")).success();
    }
    assert_eq!(fs::read(env.token_file()).unwrap(), before);
    assert!(!env.data_dir().exists());
}

#[test]
fn store_needs_a_server_and_a_user_name() {
    let env = signed_in();
    let store = |server: &str, username: &str| {
        let credentials =
            json!({ "ServerURL": server, "Username": username, "Secret": "S3NTRY-other" });
        verb(&env, "store", credentials.to_string()).no_secret_on_stdout()
    };
    store("", "ada").stdout(NO_SERVER_URL).status(1);
    store("registry.example.com", "")
        .stdout(NO_USERNAME)
        .status(1);
    store("connect.prusa3d.com", "")
        .stdout(NO_USERNAME)
        .status(1);
    for wrong in ["", "{", "[]", "null", "{\"ServerURL\":7}", "S3NTRY"] {
        verb(&env, "store", wrong)
            .no_secret_on_stdout()
            .stdout_contains("prusa-cred: the request cannot be read")
            .status(1);
    }
    assert!(!env.data_dir().exists());
}

#[test]
fn erase_succeeds_for_any_key_and_keeps_the_login() {
    let env = signed_in();
    let before = fs::read(env.token_file()).unwrap();
    for key in [
        "connect.prusa3d.com",
        "http://connect.prusa3d.com",
        "https://index.docker.io/v1/access-token",
        "registry.example.com:5000",
    ] {
        verb(&env, "erase", key).success();
    }
    verb(&env, "erase", "").stdout(NO_SERVER_URL).status(1);
    assert_eq!(fs::read(env.token_file()).unwrap(), before);
}

#[test]
fn version_has_name_package_and_number() {
    let env = TestEnv::offline().config("not toml at all");
    let told = format!("{HELPER} (prusa-cred) {}\n", env!("CARGO_PKG_VERSION"));
    for flag in ["version", "--version", "-v"] {
        env.run_as(HELPER, [flag])
            .stdin_open()
            .stdout(&told)
            .success();
    }
    env.run(["docker", "version"]).stdout(told).success();
    env.run_as(HELPER, ["--help"])
        .stdout_contains("Usage: ")
        .success();
}

#[test]
fn an_unknown_verb_is_an_error_on_stdout() {
    let env = signed_in();
    for (given, shown) in [
        ("frobnicate", "frobnicate"),
        ("GET", "GET"),
        ("a\nb", "a?b"),
        ("", ""),
    ] {
        env.run_as(HELPER, [given])
            .stdin_open()
            .stdout(format!("{HELPER}: unknown action: {shown}\n"))
            .status(1);
    }
    let usage = format!("Usage: {HELPER} <store|get|erase|list|version>\n");
    env.run_as(HELPER, [""; 0]).stdout(&usage).status(1);
    for words in [["get", "x"], ["list", "x"], ["version", "x"]] {
        env.run_as(HELPER, words).stdout(&usage).status(1);
    }
}
