//! Kognic's own command and ours, with the same files at the same loopback server, get the same kind of token.

mod keyring;

use serde_json::json;

use crate::peer::python;
use crate::support::env::TestEnv;
use crate::support::kognic::{self, Kognic, credentials};
use crate::support::loopback::Loopback;
use crate::support::request::Incoming;

/// Returns what Kognic's command prints.
fn theirs(env: &TestEnv, line: &str) -> String {
    let python = python("kognic");
    let command = python.with_file_name("kognic-auth");
    let words = format!("get-access-token --token-cache none {line}");
    let ran = env
        .run_as(&command.to_string_lossy(), words.split_whitespace())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .any_stdout()
        .any_stderr()
        .success();
    ran.stdout.trim_end().to_owned()
}

/// Returns what ours prints.
fn ours(env: &TestEnv, line: &str) -> String {
    let words = format!("get --provider kognic --refresh {line}");
    let ran = env.run(words.split_whitespace()).any_stdout().success();
    ran.stdout.trim_end().to_owned()
}

fn both(server: &Loopback<Kognic>, env: &TestEnv, line: &str) -> [Incoming; 2] {
    let before = server.log().len();
    let tokens = [theirs(env, line), ours(env, line)];
    for token in tokens {
        assert!(token.starts_with("S3NTRY"), "a bare token: {token}");
    }
    match &server.log()[before..] {
        [theirs, ours] => [theirs.clone(), ours.clone()],
        other => panic!("a request each: {other:?}"),
    }
}

#[test]
fn the_same_files_send_the_same_request_as_kognic_s_command() {
    let server = kognic::start();
    let env = TestEnv::offline();
    let file = env.json_file("credentials.json", &credentials());
    let environments = json!({ "default_environment": "near", "environments": {
        "near": { "host": "near.kognic.test", "auth_server": server.url(), "credentials": file },
        "more": {
            "host": "more.kognic.test", "auth_server": server.url(), "credentials": "~/credentials.json",
            "scopes": ["x", "y"],
        },
    } });
    env.environments(&environments);
    // Their command looks below the home directory.
    env.write(
        &env.home().join(".config/kognic/environments.json"),
        environments.to_string(),
    );
    let by_file = format!("--server {} --credentials credentials.json", server.url());
    let scoped = format!("{by_file} --scopes a");
    for line in [&by_file, "--env near", "--env more", &scoped] {
        let [theirs, ours] = both(&server, &env, line);
        assert_eq!(theirs.path, ours.path);
        for field in ["grant_type", "client_id", "client_secret", "scope"] {
            assert_eq!(theirs.get(field), ours.get(field), "{line}: {field}");
        }
    }
}
