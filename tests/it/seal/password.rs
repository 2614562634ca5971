//! `login --save-password`: only in a sealed store, for signing in again by itself, gone with the login.

use std::path::PathBuf;

use super::{check, key_file, with_key};
use crate::support::env::TestEnv;
use crate::support::loopback::Loopback;
use crate::support::practicus::{self, Region};
use crate::support::process::Run;
use crate::support::sandbox::{EMAIL, PASSWORD};

const SIGN_IN: &str = "/console/api/auth/";

fn at_home() -> (Loopback<Region>, TestEnv) {
    let region = practicus::start();
    let env = TestEnv::offline().var("PRT_URL", region.url());
    (region, with_key(env))
}

fn log_in(env: &TestEnv, more: &[&str]) -> Run {
    let args = ["login", "--provider", "practicus", "--password-stdin"];
    env.run(args.iter().chain(more))
        .stdin(PASSWORD)
        .any_stderr()
}

fn file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-cred/tokens/practicus.json")
}

fn get(env: &TestEnv, more: &[&str]) -> Run {
    env.run(["get", "--profile", "practicus"].iter().chain(more))
}

fn sign_ins(region: &Loopback<Region>) -> usize {
    region.count(|asked| asked.path == SIGN_IN)
}

fn unsealed(env: &TestEnv) -> String {
    env.run(["unseal", "--profile", "practicus"])
        .any_stderr()
        .success();
    std::fs::read_to_string(file(env)).unwrap()
}

#[test]
fn a_stored_password_signs_in_each_time() {
    let (region, env) = at_home();
    let said = log_in(&env, &["--email", EMAIL, "--save-password"]).success();
    assert!(
        said.stderr.contains(
            "The password is stored there too, sealed, to sign in again without asking.\n"
        ),
        "{said}"
    );
    check(&file(&env));
    for count in 2..4 {
        region.state().end_logins();
        get(&env, &["--refresh"]).any_stdout().success();
        check(&file(&env));
        assert_eq!(sign_ins(&region), count);
        get(&env, &["--refresh"]).any_stdout().success();
        assert_eq!(sign_ins(&region), count, "a refresh keeps it, too");
    }
    let shown = get(&env, &["--token", "both", "--refresh"])
        .any_stdout()
        .success();
    assert!(!shown.stdout.contains(PASSWORD));
    let said = env
        .run(["unseal", "--profile", "practicus"])
        .any_stderr()
        .success()
        .stderr;
    assert!(
        said.contains("the password that was stored in it is deleted"),
        "{said}"
    );
    let plain = std::fs::read_to_string(file(&env)).unwrap();
    assert!(!plain.contains(PASSWORD) && plain.contains("refresh_token"));
    region.state().end_logins();
    get(&env, &["--refresh"]).any_stderr().status(1);
}

#[test]
fn a_wrong_stored_password_is_tried_once() {
    let (region, env) = at_home();
    log_in(&env, &["--email", EMAIL, "--save-password"]).success();
    region.state().end_logins();
    region.state().password = "another".to_owned();
    for _ in 0..3 {
        get(&env, &["--refresh"]).any_stderr().status(1);
    }
    assert_eq!(sign_ins(&region), 2);
    check(&file(&env));
}

#[test]
fn a_login_without_the_option_or_a_logout_removes_it() {
    let (region, env) = at_home();
    log_in(&env, &["--email", EMAIL, "--save-password"]).success();
    log_in(&env, &["--email", EMAIL]).success();
    region.state().end_logins();
    get(&env, &["--refresh"]).any_stderr().status(1);
    assert_eq!(sign_ins(&region), 2);
    assert!(!unsealed(&env).contains(PASSWORD));
    env.run(["seal", "--profile", "practicus", "--key-file", "key"])
        .any_stderr()
        .success();
    log_in(&env, &["--email", EMAIL, "--save-password"]).success();
    env.run(["logout", "--profile", "practicus"])
        .any_stderr()
        .success();
    assert!(!file(&env).exists());
    get(&env, &[]).any_stderr().status(1);
}

#[test]
fn without_a_sealed_store_the_option_is_an_error() {
    let (region, env) = at_home();
    let env = env.config("");
    log_in(&env, &["--email", EMAIL, "--save-password"])
        .stderr(
            "prusa-cred: the store of profile practicus is not sealed, so no password is stored in it\n  hint: run \
             `prusa-cred seal --profile practicus`, then try again\n",
        )
        .status(1);
    assert_eq!(region.log().len(), 0);
    env.run(["seal", "--profile", "practicus", "--key-file", "key"])
        .stderr_contains("profile practicus has nothing stored\n")
        .success();
    let wanted = format!(
        "[profiles.practicus]\nprovider = \"practicus\"\nurl = \"{}\"\nseal = \"{}\"\n",
        region.url(),
        key_file(&env).display()
    );
    assert_eq!(env.configuration(), Some(wanted));
    log_in(&env, &["--email", EMAIL, "--save-password"]).success();
    check(&file(&env));
    env.run(["login", "--provider", "prusa", "--save-password"])
        .stderr_contains("--save-password is for --provider practicus")
        .status(2);
}
