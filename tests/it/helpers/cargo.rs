//! Cargo's credential providers: failures are answers too, and the status is 0.

use serde_json::{Value, json};

use super::{END, TOKEN, home, saved, signed_in};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

const HELLO: &str = "{\"v\":[1]}\n";
const OURS: &str = "sparse+https://reg.example.com/index/";
const THEIRS: &str = "sparse+https://other.example.com/index/";

fn request(kind: &str, url: &str, more: &Value) -> String {
    let mut line = json!({ "v": 1, "registry": { "index-url": url, "name": "reg" }, "kind": kind });
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    format!("{line}\n")
}

fn get(url: &str) -> String {
    request("get", url, &json!({ "operation": "read" }))
}

fn plugin(env: &TestEnv, input: impl AsRef<[u8]>) -> Run {
    env.run(["--cargo-plugin"]).stdin(input)
}

/// Returns the answers to these lines, after the greeting.
fn answers(run: Run) -> Vec<Value> {
    let output = run.any_stdout().success();
    let told = output.stdout.strip_prefix(HELLO).expect("the greeting");
    let read = |line| serde_json::from_str(line).expect("JSON");
    told.lines().map(read).collect()
}

fn answer(env: &TestEnv, line: &str) -> Value {
    let mut answers = answers(plugin(env, line));
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0)
}

fn err(kind: &str) -> Value {
    json!({ "Err": { "kind": kind } })
}

fn failure(answer: &Value) -> String {
    assert_eq!(answer["Err"]["kind"], "other", "{answer}");
    answer["Err"].to_string()
}

#[test]
fn the_documented_example_matches_byte_for_byte() {
    let env = home();
    let expected = format!(
        "{HELLO}{{\"Ok\":{{\"kind\":\"get\",\"token\":\"Bearer {TOKEN}\",\"cache\":\"expires\",\
         \"expiration\":{END},\"operation_independent\":true}}}}\n"
    );
    plugin(&env, get(OURS)).stdout(&expected).success();
    env.run(["cargo", "--cargo-plugin"])
        .stdin(get(OURS))
        .stdout(&expected)
        .success();
}

#[test]
fn we_send_hello_first_and_end_with_cargo() {
    let env = home();
    plugin(&env, "").stdout(HELLO).success();
}

#[test]
fn every_line_gets_one_answer() {
    let env = home();
    let input = [
        get(OURS),
        "not JSON\n".to_owned(),
        request("rotate", OURS, &json!({})),
        get("sparse+https://user@reg.example.com/"),
        get(THEIRS),
        request(
            "get",
            OURS,
            &json!({ "operation": "yank", "name": "x", "vers": "1.0.0", "new": [1] }),
        ),
        get("sparse+https://reg.example.com:8443/"),
        get("sparse+https://a.wild.example.com/"),
        get("sparse+http://127.0.0.1:9/index/"),
        get("sparse+http://reg.example.com/index/"),
    ];
    let answers = answers(plugin(&env, input.concat()));
    assert_eq!(answers.len(), input.len(), "{answers:?}");
    for ours in [0, 5, 6, 7, 8] {
        assert_eq!(
            answers[ours]["Ok"]["token"],
            format!("Bearer {TOKEN}"),
            "{ours}"
        );
    }
    failure(&answers[1]);
    assert_eq!(answers[2], err("operation-not-supported"));
    assert_eq!(answers[3], err("url-not-supported"));
    assert_eq!(answers[4], err("not-found"));
    assert_eq!(answers[9], err("url-not-supported"));
}

#[test]
fn an_unreadable_request_is_an_error_in_cargo_s_form() {
    let env = home();
    let deep = format!("{{\"v\":1,\"registry\":{}", "{\"a\":".repeat(50_000));
    let huge = format!("{{\"v\":1,\"kind\":\"{}\"}}\n", "x".repeat(2 << 20));
    for input in [
        b"{\"v\":1,\"kind\":\"get\xff\"}\n".as_slice(),
        b"[1]\n",
        b"{\"v\":2,\"registry\":{\"index-url\":\"https://h\"},\"kind\":\"get\"}\n",
        b"{\"v\":1,\"registry\":[],\"kind\":\"get\"}\n",
        b"{\"v\":1",
        deep.as_bytes(),
        huge.as_bytes(),
    ] {
        let answers = answers(plugin(&env, input));
        assert_eq!(answers.len(), 1, "{answers:?}");
        failure(&answers[0]);
    }
}

#[test]
fn a_missing_login_shows_its_command() {
    let env = home();
    let told = failure(&answer(&env, &get("sparse+https://idle.example.com/")));
    assert!(told.contains("profile idle is not signed in"), "{told}");
    assert!(told.contains("prusa-cred login --profile idle"), "{told}");
}

#[test]
fn arguments_of_the_configuration_are_our_options() {
    let env = home();
    let with = |args: Value| answer(&env, &request("get", OURS, &json!({ "args": args })));
    for args in [
        json!(["--profile", "corp"]),
        json!(["cargo", "-p", "corp"]),
        json!([]),
    ] {
        assert_eq!(with(args)["Ok"]["kind"], "get");
    }
    assert_eq!(with(json!(["--profile", "idle"])), err("url-not-supported"));
    for args in [
        json!(["--bogus"]),
        json!(["get"]),
        json!(["git", "get"]),
        json!(["--help"]),
    ] {
        assert!(failure(&with(args)).contains("are not global options"));
    }
    assert!(failure(&with(json!(["--profile", "nobody"]))).contains("nobody"));
}

#[test]
fn an_expired_token_is_refreshed() {
    let site = Sandbox::start();
    let env = signed_in(&site, -60);
    let told = answer(&env, &get(OURS));
    let token = format!("Bearer {}", env.token("access_token"));
    assert_eq!(told["Ok"]["token"], token);
    assert_eq!(site.rotations(), 1);
}

#[test]
fn a_token_is_stored_returned_and_erased() {
    let env = home();
    let login = request("login", THEIRS, &json!({ "token": "S3NTRY raw" }));
    let answers = answers(plugin(&env, login).any_stderr());
    assert_eq!(answers, [json!({ "Ok": { "kind": "login" } })]);
    let told = answer(&env, &get(THEIRS));
    let expected = json!({
        "kind": "get", "token": "S3NTRY raw", "cache": "session", "operation_independent": true,
    });
    assert_eq!(told, json!({ "Ok": expected }));

    env.run(["git", "get"])
        .stdin("protocol=https\nhost=other.example.com\n")
        .success();
    env.run(["list"])
        .stdout_contains("cargo://other.example.com")
        .success();

    let narrowed = request("get", THEIRS, &json!({ "args": ["--profile", "corp"] }));
    assert_eq!(answer(&env, &narrowed), err("url-not-supported"));
    let logout = request("logout", THEIRS, &json!({}));
    assert_eq!(answer(&env, &logout), json!({ "Ok": { "kind": "logout" } }));
    assert_eq!(answer(&env, &logout), err("not-found"));
    assert_eq!(answer(&env, &get(THEIRS)), err("not-found"));
    assert!(!saved(&env).to_string().contains("raw"));
}

#[test]
fn a_profile_s_login_is_neither_replaced_nor_removed() {
    let env = home();
    let login = request("login", OURS, &json!({ "token": "S3NTRY raw" }));
    let told = failure(&answer(&env, &login));
    assert!(told.contains("prusa-cred login --profile corp"), "{told}");
    // Our own token is stored already, and there is nothing else to erase.
    for own in [TOKEN.to_owned(), format!("Bearer {TOKEN}")] {
        let login = request("login", OURS, &json!({ "token": own }));
        assert_eq!(answer(&env, &login), json!({ "Ok": { "kind": "login" } }));
    }
    let logout = request("logout", OURS, &json!({}));
    assert_eq!(answer(&env, &logout), err("not-found"));
    assert!(!env.data_dir().join("prusa-cred").exists());
    assert_eq!(answer(&env, &get(OURS))["Ok"]["kind"], "get");
}

#[test]
fn without_a_terminal_no_token_is_asked_for() {
    let env = home();
    let told = failure(&answer(&env, &request("login", THEIRS, &json!({}))));
    assert!(told.contains("cargo login"), "{told}");
}

#[test]
fn at_a_terminal_it_explains_itself() {
    home()
        .run(["cargo"])
        .stderr_contains("--cargo-plugin")
        .status(2);
}
