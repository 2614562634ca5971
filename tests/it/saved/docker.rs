//! docker's `credsStore`: every login that it keeps, by its own keys.

use serde_json::json;

use super::{HOST, PASSWORD, file, helper, home, of, saved, store};
use crate::support::env::TestEnv;
use crate::support::process::Run;

const HUB: &str = "https://index.docker.io/v1/";
const NOT_FOUND: &str = "credentials not found in native keychain\n";

fn docker(env: &TestEnv, verb: &str, input: &str) -> Run {
    env.run_as("docker-credential-prusa-cred", [verb])
        .stdin(input)
}

fn login(env: &TestEnv, key: &str, username: &str, secret: &str) {
    let input = json!({ "ServerURL": key, "Username": username, "Secret": secret });
    docker(env, "store", &format!("{input}\n"))
        .any_stderr()
        .success();
}

#[test]
fn a_secret_that_could_not_be_returned_is_rejected() {
    let env = home();
    docker(
        &env,
        "store",
        "{\"ServerURL\":\"h\",\"Username\":\"ada\",\"Secret\":\"S3NTRY\\u007f\"}",
    )
    .stdout_contains("the secret holds a control character")
    .status(1);
    docker(&env, "list", "unused").stdout("{}\n").success();
}

#[test]
fn a_login_is_stored_listed_returned_and_erased() {
    let env = home();
    docker(&env, "get", HUB).stdout(NOT_FOUND).status(1);
    docker(&env, "list", "unused").stdout("{}\n").success();
    login(&env, HUB, "ada", PASSWORD);
    login(
        &env,
        "registry.example.com:5000",
        "<token>",
        "S3NTRY-refresh",
    );
    login(
        &env,
        "https://index.docker.io/v1/access-token",
        "ada",
        "S3NTRY-2",
    );
    let told = json!({ "ServerURL": HUB, "Username": "ada", "Secret": PASSWORD });
    let output = docker(&env, "get", HUB).any_stdout().success();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap(),
        told
    );
    docker(&env, "get", "https://index.docker.io/v1/access-token")
        .stdout_contains("S3NTRY-2")
        .success();
    docker(&env, "get", "registry.example.com:5000")
        .stdout_contains("\"Username\":\"<token>\"")
        .success();
    for other in [
        "index.docker.io",
        "docker.io",
        "registry.example.com",
        "registry.example.com:5000/x",
    ] {
        docker(&env, "get", other).stdout(NOT_FOUND).status(1);
    }
    docker(&env, "list", "unused")
        .stdout(format!(
            "{{\"{HUB}\":\"ada\",\"https://index.docker.io/v1/access-token\":\"ada\",\
             \"registry.example.com:5000\":\"<token>\"}}\n"
        ))
        .success();
    docker(&env, "erase", HUB).success();
    docker(&env, "erase", HUB).success();
    docker(&env, "get", HUB).stdout(NOT_FOUND).status(1);
    assert_eq!(saved(&env)["registries"].as_array().unwrap().len(), 2);
}

#[test]
fn git_s_and_docker_s_entries_are_separate() {
    let env = home();
    store(&env, &of("ada"));
    docker(&env, "get", "git.example.com")
        .stdout(NOT_FOUND)
        .status(1);
    docker(&env, "erase", "git.example.com").success();
    login(&env, "git.example.com", "bob", "S3NTRY-d");
    helper(&env, "get", "").stdout(of("ada")).success();
    env.run(["erase"]).stdin(HOST).success();
    docker(&env, "get", "git.example.com")
        .stdout_contains("\"Username\":\"bob\"")
        .success();
}

#[test]
fn the_host_of_a_profile_is_never_saved() {
    let env = home().config("[profiles.prusa]\nhosts = ['registry.example.com']\n");
    let input = json!({ "ServerURL": "registry.example.com", "Username": "u", "Secret": "s" });
    docker(&env, "store", &input.to_string()).success();
    assert!(!file(&env).exists());
    let named = env
        .run_as(
            "docker-credential-prusa-cred",
            ["--profile", "prusa", "store"],
        )
        .stdin(json!({ "ServerURL": "h", "Username": "u", "Secret": "s" }).to_string());
    named
        .stdout_contains("profile prusa does not answer for h")
        .status(1);
    assert!(!file(&env).exists());
}

#[test]
fn the_same_executable_answers_without_a_name() {
    let env = home();
    login(&env, "registry.example.com", "ada", "S3NTRY-1");
    env.run(["get"])
        .stdin("registry.example.com")
        .stdout_contains("\"Username\":\"ada\"")
        .success();
    env.run(["list"])
        .stdin("unused")
        .stdout("{\"registry.example.com\":\"ada\"}\n")
        .success();
    let input = json!({ "ServerURL": "h", "Username": "u", "Secret": "s" });
    env.run(["store"]).stdin(input.to_string()).success();
    env.run(["erase"]).stdin("h").success();
    docker(&env, "get", "h").stdout(NOT_FOUND).status(1);
}
