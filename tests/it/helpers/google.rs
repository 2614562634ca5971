//! Google's executable-sourced credentials: failures are answers with status 0, and stderr stays empty.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{home, keep, signed_in};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::{Sandbox, jwt};

const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const OUTPUT_FILE: &str = "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE";
const INTERACTIVE: &str = "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE";

fn google(env: &TestEnv, token_type: &str) -> Run {
    env.run(["google"])
        .env("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", "//iam.googleapis.com/x")
        .env("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", token_type)
        .env(INTERACTIVE, "0")
        .env("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "0")
}

fn failure(run: Run, code: &str) -> String {
    let told = run.any_stdout().success().json();
    assert_eq!(
        (&told["version"], &told["success"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(told["code"], code, "{told}");
    told["message"].as_str().expect("a message").to_owned()
}

#[test]
fn an_id_token_is_returned_for_either_type() {
    let env = home();
    let (id_token, access_token) = (jwt(&json!({ "exp": 4_102_444_830_i64 })), jwt(&json!({})));
    keep(
        &env,
        &json!({ "access_token": access_token, "id_token": id_token }),
    );
    for token_type in [JWT, ID_TOKEN] {
        google(&env, token_type)
            .arg("--profile=corp")
            .stdout(format!(
                "{{\"version\":1,\"success\":true,\"token_type\":\"{token_type}\",\
                 \"id_token\":\"{id_token}\",\"expiration_time\":4102444800}}\n"
            ))
            .success();
    }
}

#[test]
fn an_access_token_that_is_a_jwt_is_returned_as_jwt_only() {
    let env = home().var("PRUSA_CRED_PROFILE", "corp");
    let access_token = jwt(&json!({ "exp": 4_102_444_830_i64 }));
    keep(&env, &json!({ "access_token": access_token }));
    let told = google(&env, JWT).any_stdout().success().json();
    assert_eq!(told["id_token"], access_token);
    failure(google(&env, ID_TOKEN), "login_required");
    keep(&env, &json!({ "access_token": "S3NTRY-opaque" }));
    let told = failure(google(&env, JWT), "denied");
    assert!(told.contains("not a JSON Web Token"), "{told}");
}

#[test]
fn an_expired_login_is_refreshed_silently() {
    let site = Sandbox::start();
    let env = signed_in(&site, -60);
    let told = google(&env, JWT)
        .arg("--verbose")
        .any_stdout()
        .success()
        .json();
    assert_eq!(told["success"], true);
    assert_eq!(told["id_token"], env.token("id_token"));
}

#[test]
fn every_failure_is_an_answer() {
    let env = home();
    let told = failure(google(&env, JWT).arg("--profile=idle"), "login_required");
    assert!(
        told.contains("run `prusa-cred login --profile idle`"),
        "{told}"
    );
    failure(
        google(&env, "urn:ietf:params:oauth:token-type:saml2"),
        "usage",
    );
    failure(google(&env, JWT).arg("--profile=nobody"), "config");
    let revoke = google(&env, JWT)
        .arg("--profile=corp")
        .env(INTERACTIVE, "1")
        .env("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "1");
    assert!(failure(revoke, "denied").contains("prusa-cred logout --profile corp"));
    env.run(["google", "get"])
        .any_stdout()
        .any_stderr()
        .outcome();
}

#[test]
fn the_output_file_is_private_and_has_the_same_content() {
    let site = Sandbox::start();
    let env = signed_in(&site, 3600);
    let file = env.home().join("cached.json");
    env.write(&file, "old");
    std::fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("permissions");
    let output = google(&env, JWT)
        .env(OUTPUT_FILE, &file)
        .any_stdout()
        .success();
    assert_eq!(
        std::fs::read_to_string(&file).expect("the file"),
        output.stdout
    );
    let mode = file.metadata().expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(output.json()["expiration_time"].is_i64());
    let beside = |name: &str| {
        let names = std::fs::read_dir(env.home()).expect("the home");
        names
            .flatten()
            .filter(|it| it.file_name().to_string_lossy().contains(name))
            .count()
    };
    assert_eq!(beside("cached"), 1);

    let told = failure(google(&env, JWT).env(OUTPUT_FILE, env.home()), "storage");
    assert!(told.contains("a directory"), "{told}");
    let missing = env.home().join("missing/file");
    failure(google(&env, JWT).env(OUTPUT_FILE, missing), "storage");
}

#[test]
fn an_interactive_run_answers_only_in_the_file() {
    let site = Sandbox::start();
    let env = signed_in(&site, 3600);
    let file = env.home().join("cached.json");
    google(&env, JWT)
        .env(INTERACTIVE, "1")
        .env(OUTPUT_FILE, &file)
        .success();
    let told: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("the file")).expect("JSON");
    assert_eq!(told["success"], true);
    google(&env, JWT)
        .env(INTERACTIVE, "1")
        .stderr_contains("output_file")
        .status(2);
    google(&TestEnv::offline(), JWT)
        .env(INTERACTIVE, "1")
        .env(OUTPUT_FILE, &file)
        .stderr_contains("run `prusa-cred login`")
        .status(1);
}
