//! Sealed saved credentials.

use std::fs;
use std::path::PathBuf;

use super::{check, key_file};
use crate::support::env::TestEnv;
use crate::support::process::Run;

const SECRET: &str = "username=u\npassword=S3NTRY\n";

fn home() -> TestEnv {
    let env = TestEnv::offline();
    env.write(&key_file(&env), [7; 32]);
    env.config("seal_saved = \"~/key\"\n")
}

fn file(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/credentials.json")
}

fn git(env: &TestEnv, verb: &str, host: &str, lines: &str) -> Run {
    env.run_as("git-credential-prusa-cred", ["--timeout", "50s", verb])
        .stdin(format!("protocol=https\nhost={host}\n{lines}"))
}

#[test]
fn saved_credentials_are_sealed_without_a_message() {
    let env = home();
    git(&env, "store", "h", SECRET).success();
    check(&file(&env));
    git(&env, "get", "h", "").stdout(SECRET).success();
    env.run(["list"])
        .stdout_contains("https://h")
        .no_secret_on_stdout()
        .success();
    git(&env, "erase", "h", SECRET).success();
    check(&file(&env));
    git(&env, "get", "h", "").success();
}

#[test]
fn two_hundred_stores_at_once_are_all_kept() {
    let env = home();
    let host = |number: usize| format!("h{number}.example.com");
    let running: Vec<_> = (0..200)
        .map(|number| git(&env, "store", &host(number), SECRET).spawn())
        .collect();
    for run in running {
        run.success();
    }
    check(&file(&env));
    env.run(["unseal", "--saved"]).any_stderr().success();
    let saved = fs::read(file(&env)).unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&saved).unwrap();
    let entries = saved["credentials"].as_array().unwrap();
    let mut hosts: Vec<_> = entries
        .iter()
        .map(|it| it["host"].as_str().unwrap())
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    assert_eq!(hosts.len(), 200);
    assert_eq!(env.configuration().unwrap(), "seal_saved = \"none\"\n");
    assert!(!file(&env).with_file_name(".credentials.json.new").exists());
}

#[test]
fn seal_and_unseal_restore_every_byte() {
    let env = home();
    git(&env, "store", "h", SECRET).success();
    env.run(["unseal", "--saved"]).any_stderr().success();
    let plain = fs::read_to_string(file(&env)).unwrap();
    let plain = plain.replacen('{', "{\n  \"later\": [1], ", 1);
    env.write(&file(&env), &plain);
    env.run(["seal", "--saved", "--key-file", "key"])
        .stderr_contains(&format!(
            "sealed {} (saved credentials)\n",
            file(&env).display()
        ))
        .success();
    check(&file(&env));
    env.run(["unseal", "--saved"]).any_stderr().success();
    assert_eq!(fs::read_to_string(file(&env)).unwrap(), plain);
}

#[test]
fn without_the_key_every_client_gets_an_error() {
    let env = home();
    git(&env, "store", "h", SECRET).success();
    let before = check(&file(&env));
    fs::remove_file(key_file(&env)).unwrap();
    let why = "and that key is gone: ";
    for verb in ["get", "store", "erase"] {
        git(&env, verb, "h", SECRET).stderr_contains(why).status(1);
    }
    for (verb, input) in [("get", "h"), ("erase", "h"), ("list", "unused")] {
        env.run_as("docker-credential-prusa-cred", [verb])
            .stdin(input)
            .stdout_contains(why)
            .no_secret_on_stdout()
            .status(1);
    }
    for args in [
        &["list"][..],
        &["forget", "--all"],
        &["unseal", "--saved"],
        &["get", "https://h"],
    ] {
        env.run(args).stderr_contains(why).status(1);
    }
    assert_eq!(fs::read(file(&env)).unwrap(), before);
    env.write(&key_file(&env), [7; 32]);
    git(&env, "get", "h", "").stdout(SECRET).success();
}

#[test]
fn a_damaged_file_is_reported_and_kept() {
    let env = home();
    git(&env, "store", "h", SECRET).success();
    let whole = check(&file(&env));
    for at in (0..whole.len() - 2).step_by(13) {
        for (damage, why) in [
            (whole[..at].to_vec(), "cut short"),
            (
                [&whole[..at], &[whole[at] ^ 1], &whole[at + 1..]].concat(),
                "some of it was changed",
            ),
        ] {
            if damage.is_empty() {
                // It holds nothing that could be lost.
                continue;
            }
            env.write(&file(&env), &damage);
            let said = git(&env, "store", "x", SECRET)
                .any_stderr()
                .status(1)
                .stderr;
            let is_plain_to_see = at < 3 && said.contains("does not hold saved credentials");
            let is_version = at == 21 && said.contains("newer version");
            assert!(
                said.contains(why) || is_plain_to_see || is_version,
                "{at}: {said}"
            );
            assert_eq!(fs::read(file(&env)).unwrap(), damage);
        }
    }
}
