//! Bazel's credential helper protocol: a JSON object in, a JSON object out, errors on stderr.

use crate::hosts::LOOK_ALIKES;
use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, signed_in};
use crate::support::process::Run;

fn get(env: &TestEnv, request: impl AsRef<[u8]>) -> Run {
    env.run(["bazel", "get"]).stdin(request)
}

#[test]
fn an_address_gets_a_header_and_an_expiry() {
    let env = signed_in();
    let ends = env.tokens()["expires_at"].as_i64().unwrap();
    let ends = jiff::Timestamp::from_second(ends).unwrap();
    let told = format!(
        "{{\"headers\":{{\"Authorization\":[\"Bearer {ACCESS}\"]}},\"expires\":\"{ends}\"}}\n"
    );
    for uri in [
        "https://connect.prusa3d.com/cas/1",
        "https://connect.prusa3d.com",
        "grpcs://connect.prusa3d.com:443",
        "HTTPS://Connect.Prusa3D.com",
    ] {
        get(&env, format!("{{\"future\":[1],\"uri\":\"{uri}\"}}\n"))
            .stdout(&told)
            .success();
    }
}

#[test]
fn another_host_is_an_error_on_stderr() {
    let env = signed_in();
    for host in LOOK_ALIKES {
        let uri = host.replace('\\', "\\\\");
        get(&env, format!("{{\"uri\":\"https://{uri}\"}}"))
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
    get(&env, "{\"uri\":\"https://evil.tld\"}")
        .stderr_contains("prusa-cred: no profile answers for https://evil.tld\n")
        .status(1);
    for uri in ["http://connect.prusa3d.com", "grpc://connect.prusa3d.com"] {
        get(&env, format!("{{\"uri\":\"{uri}\"}}"))
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
}

#[test]
fn exactly_one_verb_is_accepted() {
    let env = signed_in();
    for words in [&[][..], &["get", "x"]] {
        env.run([&["bazel"], words].concat())
            .stdin("{\"uri\":\"https://connect.prusa3d.com\"}")
            .stderr_contains("Bazel runs this with `get` and no other argument")
            .status(2);
    }
    get(&env, "{\"uri\":\"https://u@connect.prusa3d.com\"}")
        .stderr(
            "prusa-cred: the request is for an address that is never served\n  \
             because: it holds a user name or password\n",
        )
        .status(1);
}

#[test]
fn an_invalid_request_is_an_error_on_stderr() {
    let env = signed_in();
    let nested = "[".repeat(100_000);
    let deep = format!("{{\"a\":{nested}");
    let twice = "{\"uri\":\"https://connect.prusa3d.com\",\"uri\":\"https://evil.tld\"}";
    for request in [
        "",
        "{}",
        "[]",
        "{\"url\":\"https://connect.prusa3d.com\"}",
        "{\"uri\":\"connect.prusa3d.com\"}",
        "{\"uri\":[\"https://connect.prusa3d.com\"]}",
        "[\"https://connect.prusa3d.com\"]",
        twice,
        &deep,
        &"x".repeat(1 << 20),
    ] {
        let output = get(&env, request)
            .stderr_contains("prusa-cred: the request cannot be read: ")
            .status(1);
        assert!(!output.stderr.contains("evil"), "{output}");
    }
}

#[test]
fn an_unknown_verb_or_missing_login_is_an_error_on_stderr() {
    let env = signed_in();
    for arguments in [&["bazel", "store"][..], &["bazel", "x-more"]] {
        env.run(arguments)
            .stdin_open()
            .stderr_contains("prusa-cred: Bazel's protocol has no verb ")
            .status(1);
    }
    let env = TestEnv::offline().var("PRUSA_CONNECT_URL", "https://connect.prusa3d.com");
    get(&env, "{\"uri\":\"https://connect.prusa3d.com\"}")
        .stderr_contains("run `prusa-cred login`")
        .status(1);
}
