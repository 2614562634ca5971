//! Saved credentials through the real binary and a real git: what is kept, who is told, and that nothing is lost.
//!
//! What git's own helpers are held to (its `t/lib-credential.sh`) is tried here with tests of our own.

mod damage;
mod docker;
mod git;
mod hand;

use std::path::PathBuf;

use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::MARKER;

const HOST: &str = "protocol=https\nhost=git.example.com\n";
/// Holds the marker, so that a run that shows it on stderr fails.
const PASSWORD: &str = "S3NTRY saved \\ \"it\"";

fn home() -> TestEnv {
    assert!(PASSWORD.contains(MARKER));
    let env = TestEnv::offline().var("GIT_TERMINAL_PROMPT", "0");
    let config = "[credential]\n    helper = prusa-cred\n";
    env.write(&env.home().join(".gitconfig"), config);
    env
}

fn file(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/credentials.json")
}

fn saved(env: &TestEnv) -> Value {
    let bytes = std::fs::read(file(env)).expect("the file");
    serde_json::from_slice(&bytes).expect("whole JSON")
}

fn helper(env: &TestEnv, verb: &str, lines: &str) -> Run {
    env.run_as("git-credential-prusa-cred", [verb])
        .stdin(format!("{HOST}{lines}"))
}

/// Saves a credential, whatever is printed.
fn store(env: &TestEnv, lines: &str) {
    helper(env, "store", lines).any_stderr().success();
}

fn of(username: &str) -> String {
    format!("username={username}\npassword={PASSWORD}\n")
}
