//! The docker Python SDK's credential store runs `docker-credential-prusa-cred` as docker does.

use serde_json::{Value, json};

use crate::peer::{beside, python};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

const HUB: &str = "https://index.docker.io/v1/";

/// Has the SDK call these methods, and returns what each returned or raised.
fn calls(env: &TestEnv, calls: &[Value]) -> Vec<Value> {
    let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
    let script = beside("docker_store.py");
    let ran = env
        .run_as(&python("docker").to_string_lossy(), [script])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(lines)
        .any_stdout()
        .any_stderr()
        .success();
    let answers = ran.stdout.lines();
    answers
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn not_found(answer: &Value) -> bool {
    answer["error"] == "CredentialsNotFound"
}

#[test]
fn docker_logins_are_stored_listed_returned_and_erased() {
    let env = TestEnv::offline();
    let secret = "S3NTRY <&> \"quoted\" \\ žluťoučký\n{}";
    let answers = calls(
        &env,
        &[
            json!(["list"]),
            json!(["get", HUB]),
            json!(["store", HUB, "ada", secret]),
            json!([
                "store",
                "registry.example.com:5000",
                "<token>",
                "S3NTRY-identity"
            ]),
            json!(["list"]),
            json!(["get", HUB]),
            json!(["get", "registry.example.com:5000"]),
            json!(["store", HUB, "bob", "S3NTRY-2"]),
            json!(["get", HUB]),
            json!(["erase", HUB]),
            json!(["get", HUB]),
            json!(["erase", "never.example.com"]),
            json!(["list"]),
        ],
    );
    assert_eq!(answers[0], json!({}));
    assert!(not_found(&answers[1]), "{}", answers[1]);
    assert_eq!((&answers[2], &answers[3]), (&Value::Null, &Value::Null));
    let both = json!({ HUB: "ada", "registry.example.com:5000": "<token>" });
    assert_eq!(answers[4], both);
    let hub = json!({ "ServerURL": HUB, "Username": "ada", "Secret": secret });
    assert_eq!(answers[5], hub);
    assert_eq!(answers[6]["Secret"], "S3NTRY-identity");
    assert_eq!(answers[8]["Username"], "bob");
    assert!(not_found(&answers[10]), "{}", answers[10]);
    assert_eq!(answers[11], Value::Null);
    assert_eq!(
        answers[12],
        json!({ "registry.example.com:5000": "<token>" })
    );
}

#[test]
fn a_registry_of_a_profile_gets_its_token() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(3600))
        .config("[profiles.prusa]\nhosts = ['registry.example.com']\n");
    let answers = calls(
        &env,
        &[
            json!(["get", "registry.example.com"]),
            json!(["store", "registry.example.com", "ada", "S3NTRY-mine"]),
            json!(["erase", "registry.example.com"]),
            json!(["get", "registry.example.com"]),
            json!(["list"]),
        ],
    );
    for answer in [&answers[0], &answers[3]] {
        assert_eq!(answer["Secret"], env.token("access_token"));
    }
    let connect = site.connect_url().trim_start_matches("http://");
    assert_eq!(
        answers[4],
        json!({ "registry.example.com": "oauth2", connect: "oauth2" })
    );
    assert!(!env.data_dir().exists());
}

#[test]
fn after_setup_the_docker_sdk_asks_us_for_the_registry() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(3600))
        .config("[profiles.prusa]\nhosts = ['registry.example.com:5000']\n");
    let file = env.home().join(".docker/config.json");
    let before = "{\n\t\"auths\": {}\n}";
    env.write(&file, before);
    let resolve = || {
        let script = beside("docker_auth.py");
        env.run_as(
            &python("docker").to_string_lossy(),
            [
                script.to_string_lossy().as_ref(),
                "registry.example.com:5000",
            ],
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .any_stdout()
        .any_stderr()
        .success()
        .json()
    };
    assert_eq!(resolve(), Value::Null);
    env.run(["setup", "docker", "--apply"])
        .any_stdout()
        .success();
    assert_eq!(resolve()["Password"], env.token("access_token"));
    env.run(["setup", "docker", "--undo"])
        .any_stdout()
        .success();
    assert_eq!(resolve(), Value::Null);
    assert_eq!(std::fs::read_to_string(&file).expect("it"), before);
}
