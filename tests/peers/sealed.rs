//! Sealed stores under a key in a real keyring: made there once, and nothing lost or said twice where it gives no
//! answer.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::keyring::Keyring;
use crate::support::env::TestEnv;
use crate::support::process::Run;

const SECRET: &str = "username=u\npassword=S3NTRY\n";
const LOCKED: &str = "the keyring is locked";
const NO_ANSWER: &str = "the keyring did not answer within 2 s";

fn home(keyring: &Keyring) -> TestEnv {
    keyring.given_to(TestEnv::offline())
}

fn file(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/credentials.json")
}

/// Returns a file's header; it must be sealed.
fn header(path: PathBuf) -> Value {
    let text = fs::read_to_string(path).expect("a file");
    assert!(!text.contains("S3NTRY"), "{text}");
    let header: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(header["prusa_cred_sealed"], 2);
    assert_eq!(header["at"], "keyring");
    header
}

fn git(env: &TestEnv, verb: &str, host: &str, lines: &str) -> Run {
    env.run_as("git-credential-prusa-cred", [verb])
        .stdin(format!("protocol=https\nhost={host}\n{lines}"))
}

/// Returns a home with a saved credential, sealed by default.
fn with_a_credential(keyring: &Keyring) -> TestEnv {
    let env = home(keyring);
    git(&env, "store", "h", SECRET).success();
    header(file(&env));
    env
}

/// Checks that every client of a sealed file is told why, once, and that the file stays.
fn refused(env: &TestEnv, why: &str) {
    let before = fs::read(file(env)).expect("a file");
    for verb in ["get", "store", "erase"] {
        let said = git(env, verb, "h", SECRET).any_stderr().status(1).stderr;
        assert_eq!(said.matches(why).count(), 1, "{said}");
        assert!(said.contains("  hint: "), "{said}");
    }
    env.run_as("docker-credential-prusa-cred", ["get"])
        .stdin("h")
        .stdout_contains(why)
        .status(1);
    assert_eq!(fs::read(file(env)).expect("a file"), before);
}

/// Checks that a new file is plain, which is said once.
fn plain(env: &TestEnv, why: &str) {
    git(env, "store", "h", SECRET)
        .stderr_contains("saved in plain text in ")
        .stderr_contains(why)
        .success();
    git(env, "store", "other", SECRET).success();
    git(env, "get", "h", "").stdout(SECRET).success();
}

#[test]
fn one_key_is_created_and_used_for_every_sealed_file() {
    let keyring = Keyring::unlocked();
    let names = ["a", "b", "c", "d", "e", "f"];
    let tables: String = names
        .iter()
        .map(|name| format!("[profiles.{name}]\nprovider = 'prusa'\n"))
        .collect();
    let env = home(&keyring).config(&tables);
    let path = |name: &str| {
        env.config_dir()
            .join(format!("prusa-cred/tokens/{name}.json"))
    };
    for name in names {
        let set = json!({ "access_token": "S3NTRY", "expires_in": 3600 });
        env.write(&path(name), set.to_string());
    }
    let running = names.map(|name| {
        env.run(["seal", "--profile", name, "--timeout", "50s"])
            .any_stderr()
            .spawn()
    });
    for run in running {
        run.success();
    }
    let keys = names.map(|name| header(path(name))["key"].clone());
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    for name in names {
        env.run(["get", "--profile", name])
            .stdout("S3NTRY\n")
            .success();
    }
    let other = with_a_credential(&keyring);
    assert_eq!(header(file(&other))["key"], keys[0], "another home's too");
}

#[test]
fn saved_credentials_are_sealed_where_a_keyring_answers() {
    let keyring = Keyring::unlocked();
    let env = with_a_credential(&keyring);
    git(&env, "get", "h", "").stdout(SECRET).success();
    git(&env, "store", "other", SECRET).success();
    header(file(&env));
    env.run(["list", "--json"])
        .stdout_contains("\"sealed\":true")
        .success();
    assert_eq!(env.configuration(), None, "nobody had to say so");
    env.run(["unseal", "--saved"]).any_stderr().success();
    git(&env, "get", "h", "").stdout(SECRET).success();
    git(&env, "store", "third", SECRET).success();
    let plain = fs::read_to_string(file(&env)).expect("a file");
    assert!(plain.contains("S3NTRY"));
    env.run(["seal", "--saved"]).any_stderr().success();
    header(file(&env));
}

#[test]
fn a_locked_keyring_opens_nothing_until_unlocked() {
    let mut keyring = Keyring::unlocked();
    let env = with_a_credential(&keyring);
    keyring.lock();
    refused(&env, LOCKED);
    let other = home(&keyring);
    plain(&other, LOCKED);
    other
        .run(["seal", "--saved"])
        .stderr_contains(LOCKED)
        .status(1);
    keyring.unlock();
    git(&env, "get", "h", "").stdout(SECRET).success();
    other.run(["seal", "--saved"]).any_stderr().success();
    assert_eq!(header(file(&env))["key"], header(file(&other))["key"]);
}

#[test]
fn a_hanging_keyring_is_waited_for_two_seconds() {
    let keyring = Keyring::unlocked();
    let env = with_a_credential(&keyring);
    keyring.stop();
    refused(&env, NO_ANSWER);
    let other = home(&keyring);
    plain(&other, NO_ANSWER);
    keyring.resume();
    git(&env, "get", "h", "").stdout(SECRET).success();
    git(&other, "get", "h", "").stdout(SECRET).success();
    other.run(["seal", "--saved"]).any_stderr().success();
    assert_eq!(
        header(file(&env))["key"],
        header(file(&other))["key"],
        "there is one key"
    );
}

#[test]
fn a_missing_keyring_and_a_missing_key_have_different_errors() {
    let keyring = Keyring::unlocked();
    let env = with_a_credential(&keyring);
    let missing = Keyring::missing();
    let env = missing.given_to(env);
    refused(&env, "there is no keyring here: ");
    plain(&home(&missing), "as there is no keyring to seal it");

    let another = Keyring::unlocked();
    let env = another.given_to(env);
    refused(&env, "and that key is gone: the keyring holds none");
    let other = with_a_credential(&another);
    let (lost, kept) = (header(file(&env)), header(file(&other)));
    assert_ne!(lost["key"], kept["key"]);
    // An error shows as much of the digest as tells keys apart.
    let holds = format!(
        "the keyring holds key {}",
        &kept["key"].as_str().unwrap()[..16]
    );
    refused(&env, &holds);

    let env = keyring.given_to(env);
    git(&env, "get", "h", "").stdout(SECRET).success();
}

#[test]
fn a_login_is_sealed_with_the_keyring_and_fails_without_it() {
    let keyring = Keyring::unlocked();
    let env = home(&keyring).config("seal = \"keyring\"\n");
    let set = json!({ "access_token": "S3NTRY", "expires_in": 3600 });
    env.write(&env.token_file(), set.to_string());
    env.run(["seal"])
        .stderr_contains("made a new key in the keyring\n")
        .stderr_contains("sealed ")
        .success();
    header(env.token_file());
    env.run(["get"]).stdout("S3NTRY\n").success();
    keyring.stop();
    for args in [&["get"][..], &["exec", "--", "true"], &["unseal"]] {
        let said = env.run(args).any_stderr().status(1).stderr;
        assert_eq!(said.matches(NO_ANSWER).count(), 1, "{said}");
    }
    keyring.resume();
    env.run(["unseal"]).any_stderr().success();
    assert_eq!(env.tokens(), set);
}
