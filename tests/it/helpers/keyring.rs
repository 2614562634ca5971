//! The keyring command of pip and uv, by that name.

use super::{TOKEN, home, saved, signed_in};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

const INDEX: &str = "https://reg.example.com/simple/";
const OTHER: &str = "https://other.example.com/simple/";

fn keyring<const N: usize>(env: &TestEnv, words: [&str; N]) -> Run {
    env.run_as("keyring", words)
}

#[test]
fn every_caller_gets_its_format() {
    let env = home();
    let password = format!("{TOKEN}\n");
    let lines = format!("robot\n{TOKEN}\n");
    let json = format!("{{\"username\":\"robot\",\"password\":\"{TOKEN}\"}}\n");
    keyring(&env, ["get", INDEX, "robot"])
        .stdout(&password)
        .success();
    keyring(&env, ["--mode=creds", "--output=json", "get", INDEX])
        .stdout(&json)
        .success();
    keyring(
        &env,
        ["--mode=creds", "--output=json", "get", INDEX, "robot"],
    )
    .stdout(&json)
    .success();
    keyring(&env, ["get", INDEX, "--mode", "creds"])
        .stdout(&lines)
        .success();
    env.run([
        "keyring",
        "get",
        "--mode",
        "creds",
        "https://reg.example.com:8443",
    ])
    .stdout(&lines)
    .success();
    env.run(["--profile", "corp", "keyring", "get", INDEX])
        .stdout(&password)
        .success();
}

#[test]
fn a_missing_entry_is_only_an_exit_status() {
    let env = home();
    for service in [
        OTHER,
        "other.example.com",
        "http://reg.example.com/",
        "reg.example.com",
        "reg.example.com:8443",
        "my service",
        "",
        "https://u@reg.example.com/",
        "reg.example.com:9",
    ] {
        keyring(&env, ["get", service, "robot"]).status(1);
        keyring(&env, ["--mode=creds", "--output=json", "get", service]).status(1);
    }
    keyring(&env, ["--profile", "idle", "get", INDEX, "robot"]).status(1);
    keyring(&env, ["get", "https://idle.example.com/", "robot"])
        .stderr_contains("run `prusa-cred login --profile idle`")
        .status(1);
}

#[test]
fn an_index_at_plain_http_gets_nothing_by_any_of_its_names() {
    let env = home();
    keyring(&env, ["set", "other.example.com", "robot"])
        .stdin("S3NTRY\n")
        .any_stderr()
        .success();
    for host in ["reg.example.com", "other.example.com"] {
        // As pip and uv ask: for the address, the host, and the address without a path.
        for service in [
            format!("http://{host}/simple/"),
            host.to_owned(),
            format!("http://{host}"),
        ] {
            keyring(&env, ["get", &service, "robot"]).status(1);
            keyring(
                &env,
                ["--mode=creds", "--output=json", "get", &service, "robot"],
            )
            .status(1);
        }
        let index = format!("https://{host}/simple/");
        keyring(&env, ["get", &index, "robot"])
            .any_stdout()
            .success();
    }
    keyring(&env, ["get", "-v", "reg.example.com", "robot"])
        .stderr_contains(
            "it has no scheme such as https://, and whoever asked might use plain http",
        )
        .status(1);
}

#[test]
fn an_expired_token_is_refreshed() {
    let site = Sandbox::start();
    let env = signed_in(&site, -60);
    let output = keyring(&env, ["get", INDEX, "oauth2"])
        .any_stdout()
        .success();
    assert_eq!(output.stdout, format!("{}\n", env.token("access_token")));
}

#[test]
fn a_password_is_stored_returned_and_deleted() {
    let env = home();
    keyring(&env, ["set", "other.example.com", "ada"])
        .stdin("S3NTRY \"pass\" é\n")
        .any_stderr()
        .success();
    keyring(&env, ["set", "other.example.com", "bob"])
        .stdin("S3NTRY-bob")
        .success();
    keyring(&env, ["get", OTHER, "ada"])
        .stdout("S3NTRY \"pass\" é\n")
        .success();
    keyring(&env, ["get", OTHER, "bob"])
        .stdout("S3NTRY-bob\n")
        .success();
    keyring(&env, ["get", OTHER, "eve"]).status(1);
    keyring(&env, ["get", OTHER, "--mode", "creds"])
        .stdout("bob\nS3NTRY-bob\n")
        .success();
    keyring(&env, ["get", OTHER, "ada", "--output", "json"])
        .stdout("{\"password\":\"S3NTRY \\\"pass\\\" é\"}\n")
        .success();
    env.run(["git", "get"])
        .stdin("protocol=https\nhost=other.example.com\nusername=ada\n")
        .stdout("username=ada\npassword=S3NTRY \"pass\" é\n")
        .success();
    keyring(&env, ["del", "other.example.com", "ada"]).success();
    keyring(&env, ["del", "other.example.com", "ada"]).status(1);
    keyring(&env, ["get", OTHER, "ada"]).status(1);
    assert!(saved(&env).to_string().contains("bob"));
}

#[test]
fn a_profile_s_login_is_neither_replaced_nor_removed() {
    let env = home();
    keyring(&env, ["set", "reg.example.com", "robot"])
        .stdin("S3NTRY\n")
        .stderr_contains("profile corp answers for")
        .status(1);
    keyring(&env, ["set", "reg.example.com", "robot"])
        .stdin(format!("{TOKEN}\n"))
        .success();
    keyring(&env, ["del", "reg.example.com", "robot"]).status(1);
    keyring(&env, ["get", INDEX, "robot"])
        .stdout_contains(TOKEN)
        .success();
}

#[test]
fn bad_input_is_an_error_unlike_that_of_an_old_keyring() {
    let env = home();
    for input in [
        b"S3NTRY\nmore\n".as_slice(),
        b"S3NTRY\xff\n",
        b"S3NTRY\0",
        &vec![b'x'; 2 << 20],
    ] {
        keyring(&env, ["set", "other.example.com", "ada"])
            .stdin(input)
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
    for username in ["a\nb", "a\rb"] {
        keyring(&env, ["set", "other.example.com", username])
            .stdin("S3NTRY\n")
            .stderr_contains("the user name holds a control character")
            .status(1);
    }
    for words in [
        ["list", "x", "y", ""],
        ["get", "--mode=odd", INDEX, "u"],
        ["get", "--bogus", INDEX, "u"],
        ["get", "a", "b", "c"],
        ["set", INDEX, "", "x"],
    ] {
        let output = keyring(&env, words).any_stderr().status(2);
        assert!(
            !output.stderr.contains("unrecognized arguments"),
            "{output}"
        );
    }
    keyring(&env, []).any_stderr().status(2);
}
