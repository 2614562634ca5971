//! The helper protocols of cargo, Kubernetes, Terraform, go, Google, pip and uv through the real binary: the bytes, the
//! stream and the exit status that each wants, of answers and of failures.

mod cargo;
mod goauth;
mod google;
mod keyring;
mod kube;
mod plain;
mod terraform;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{MARKER, Sandbox};

/// Holds the marker, so that a run that shows it on stderr fails.
const TOKEN: &str = "S3NTRY-corp";
/// 2100-01-01T00:00:00Z.
const END: i64 = 4_102_444_800;

const CONFIG: &str = "\
[profiles.corp]
provider = \"prusa\"
username = \"robot\"
hosts = [\"reg.example.com\", \"reg.example.com:8443\", \"*.wild.example.com\", \"http://127.0.0.1:9\"]

[profiles.idle]
provider = \"prusa\"
hosts = [\"idle.example.com\"]
";

/// Makes a home where profile `corp` has a valid token, `idle` has no login, and no server can be reached.
fn home() -> TestEnv {
    assert!(TOKEN.contains(MARKER));
    let env = TestEnv::offline().config(CONFIG);
    keep(&env, &json!({ "access_token": TOKEN, "expires_at": END }));
    env
}

/// Stores the token set of profile `corp`.
fn keep(env: &TestEnv, set: &Value) {
    let file = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&file, set.to_string());
}

/// Makes a home that is signed in at the sandbox with `life` seconds left, and a host of its own to answer for.
fn signed_in(site: &Sandbox, life: i64) -> TestEnv {
    TestEnv::new(site)
        .config("[profiles.prusa]\nhosts = [\"reg.example.com\"]\n")
        .stored(&site.stored(life))
}

#[test]
fn help_names_the_words_that_a_protocol_takes() {
    let env = home();
    for (name, usage, words) in [
        ("git", "[VERB]", "get, store, erase or capability"),
        ("docker", "[VERB]", "get, store, erase, list or version"),
        ("bazel", "[VERB]", "What Bazel wants: get"),
        ("terraform", "[VERB] [HOST]...", "get, store or forget"),
        ("goauth", "[URL]", "The address that refused go's request"),
        ("keyring", "[VERB] [SERVICE USERNAME]...", "--mode <MODE>"),
    ] {
        env.run([name, "--help"])
            .stdout_contains(&format!("Usage: prusa-cred {name} [OPTIONS] {usage}\n"))
            .stdout_contains(words)
            .success();
    }
    for name in ["cargo", "kube", "google"] {
        env.run([name, "--help"])
            .stdout_contains(&format!("Usage: prusa-cred {name} [OPTIONS]\n"))
            .success();
    }
}

fn saved(env: &TestEnv) -> Value {
    let file = env.data_dir().join("prusa-cred/credentials.json");
    serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("whole JSON")
}
