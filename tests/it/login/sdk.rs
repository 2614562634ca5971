//! Where a new login goes if Prusa's Python SDK is used on the machine: one login, one file.

use std::fs;
use std::path::PathBuf;

use super::{signed_in, site};
use crate::support::env::TestEnv;

fn sdk_file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-connect/prusa_tokens.json")
}

/// A home in which the SDK has been run, without a login.
fn with_sdk(env: TestEnv) -> TestEnv {
    fs::create_dir_all(sdk_file(&env).parent().expect("a directory")).expect("a directory");
    env
}

#[test]
fn a_first_login_goes_where_both_look() {
    let site = site();
    let env = with_sdk(TestEnv::new(&site).with_credentials());
    let shown = env.shown(&sdk_file(&env));
    env.run(["login"])
        .stderr_contains(&format!(
            "Stored in {shown}\nprusactl and the Python SDK use the same login.\n"
        ))
        .success();
    assert!(sdk_file(&env).is_file() && !env.token_file().exists());
    env.run(["get"]).any_stdout().success();
    env.run(["logout"]).any_stderr().success();
    assert!(!sdk_file(&env).exists());
}

#[test]
fn a_login_that_is_there_stays_and_the_command_that_moves_it_is_told() {
    let site = site();
    let env = with_sdk(TestEnv::new(&site).with_credentials());
    let env = env.stored(&site.stored(3600));
    let output = env.run(["login"]).any_stderr().success();
    assert!(env.token_file().is_file() && !sdk_file(&env).exists());
    let (_, rest) = output
        .stderr
        .split_once("do not find this login; `")
        .expect("a command");
    let (command, _) = rest.split_once('`').expect("its end");
    let token = env.run(["get"]).any_stdout().success().stdout;
    env.run_as("sh", ["-c", command]).success();
    assert!(sdk_file(&env).is_file() && !env.token_file().exists());
    env.run(["get"]).stdout(token).success();
}

#[test]
fn a_sealed_login_stays_where_the_sdk_does_not_look() {
    let site = site();
    let env = with_sdk(TestEnv::new(&site).with_credentials());
    let env = env.config("[profiles.prusa]\nseal = '~/key'\n");
    env.write(&env.home().join("key"), "07".repeat(32));
    let output = env.run(["login"]).any_stderr().outcome();
    assert!(!sdk_file(&env).exists(), "{output}");
    assert!(
        output
            .stderr
            .contains("do not find this login, as it is sealed"),
        "{output}"
    );
}

#[test]
fn without_the_sdk_nothing_is_said_of_it() {
    let site = site();
    let env = TestEnv::new(&site).with_credentials();
    env.run(["login"]).stderr(signed_in(&env)).success();
}
