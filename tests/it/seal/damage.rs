//! Sealed files that cannot be opened: each reason is its own, and nothing is destroyed over it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{BEGINNING, check, get, key_file, sealed};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

const CUT: &str = "it is a sealed file that was cut short";
const CHANGED: &str = "it is a sealed file, and some of it was changed since it was sealed";

/// Runs commands that read the store, expects this error, and checks that the file is unchanged.
fn refused(env: &TestEnv, why: &str) {
    let before = fs::read(env.token_file()).unwrap();
    let file = env.token_file();
    for args in [
        &["get"][..],
        &["get", "--refresh"],
        &["logout"],
        &["unseal"],
        &["inspect"],
    ] {
        env.run(args).stderr_contains(why).status(1);
    }
    env.run(["status"]).stdout_contains(why).success();
    env.run(["which"]).stdout_contains(why).success();
    assert_eq!(fs::read(file).unwrap(), before, "{why}");
}

#[test]
fn a_truncated_file_is_reported_as_damaged() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let whole = check(&env.token_file());
    let last = whole.len() - 2;
    for length in [
        BEGINNING.len() - 3,
        BEGINNING.len(),
        100,
        150,
        whole.len() / 2,
        last - 1,
        last,
    ] {
        env.write(&env.token_file(), &whole[..length]);
        refused(&env, CUT);
    }
    for length in (3..last).step_by(7) {
        env.write(&env.token_file(), &whole[..length]);
        env.run(["get"]).stderr_contains(CUT).status(1);
    }
    env.write(&env.token_file(), &whole);
    get(&env);
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn a_changed_byte_is_reported_as_damage() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let whole = check(&env.token_file());
    let version = BEGINNING.len() - 2;
    for at in (0..whole.len() - 1).step_by(11).chain([whole.len() - 2]) {
        if at == version {
            continue;
        }
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        env.write(&env.token_file(), &bytes);
        let said = env.run(["get"]).any_stderr().status(1).stderr;
        assert!(said.contains(CHANGED), "{at}: {said}");
        assert_eq!(fs::read(env.token_file()).unwrap(), bytes);
    }
    let mut bytes = whole;
    let end = bytes.len() - 20;
    bytes[end] = if bytes[end] == b'A' { b'B' } else { b'A' };
    env.write(&env.token_file(), &bytes);
    refused(&env, CHANGED);
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn a_newer_format_is_reported() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let text = String::from_utf8(check(&env.token_file())).unwrap();
    let newer = text.replacen("sealed\":2", "sealed\":3", 1);
    env.write(&env.token_file(), newer);
    refused(
        &env,
        "it was sealed by a newer version of prusa-cred (format 3)",
    );
    env.run(["get"])
        .stderr_contains("hint: update prusa-cred")
        .status(1);
}

#[test]
fn a_wrong_key_is_reported_and_the_right_one_still_opens() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    env.write(&key_file(&env), [8; 32]);
    let gone = "and that key is gone: ";
    refused(&env, gone);
    let holds = format!("{} holds key ", key_file(&env).display());
    let error = env
        .run(["get", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "storage");
    assert!(
        error["message"].as_str().unwrap().contains(&holds),
        "{error}"
    );
    let hint = error["hint"].as_str().unwrap();
    assert!(
        hint.starts_with("nothing is lost while that file exists: put its key back"),
        "{hint}"
    );
    env.write(&key_file(&env), [7; 32]);
    get(&env);
}

#[test]
fn an_invalid_key_file_is_reported() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let path = key_file(&env);
    fs::remove_file(&path).unwrap();
    refused(
        &env,
        &format!("that key is gone: there is no key file {}", path.display()),
    );
    for (content, why) in [
        (&[7; 31][..], "holds is not a key"),
        (b"", "holds is not a key"),
        (b"not a key, but as long as one!!\n\n", "holds is not a key"),
    ] {
        env.write(&path, content);
        refused(&env, why);
        let _ = env.run(["get"]).any_stderr().status(1);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    refused(
        &env,
        &format!("the key file {} cannot be read", path.display()),
    );
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn permissions_of_a_readable_key_file_are_fixed() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let path = key_file(&env);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    env.run(["get"])
        .any_stdout()
        .stderr(format!(
            "prusa-cred: warning: the key file {} could be read by others; now only you can read it\n",
            path.display()
        ))
        .success();
    get(&env);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn login_keeps_an_unopenable_file_under_another_name() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600).with_credentials();
    let lost = check(&env.token_file());
    env.write(&key_file(&env), [8; 32]);
    let said = env.run(["login"]).any_stderr().success().stderr;
    let mark = "the file of the login before could not be read; it is kept as ";
    let aside = said
        .split(mark)
        .nth(1)
        .expect(&said)
        .lines()
        .next()
        .unwrap();
    assert_eq!(fs::read(env.meant(aside)).unwrap(), lost);
    check(&env.token_file());
    assert!(site.honours(&get(&env)));
}

#[test]
fn a_missing_key_is_detected_before_the_refresh() {
    let site = Sandbox::start();
    let env = sealed(&site, -10);
    let set = check(&env.token_file());
    let env = env.config("seal = \"/nowhere/key\"\nseal_keys = [\"~/key\"]\n");
    env.run(["get"])
        .stderr_contains("cannot be sealed")
        .stderr_contains("there is no key file /nowhere/key")
        .status(1);
    env.run(["login"])
        .with_credentials()
        .stderr_contains("there is no key file /nowhere/key")
        .status(1);
    assert_eq!((check(&env.token_file()), site.requests().len()), (set, 0));
}
