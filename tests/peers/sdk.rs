//! The Python SDK (`prusa-connect-sdk-client`) and prusa-cred share one login: each goes on from what the other wrote.
//!
//! The SDK takes no lock, rewrites the file in place, and drops the keys that it does not know, `expires_at` among
//! them.

use serde_json::Value;

use crate::peer::{beside, python};
use crate::support::env::TestEnv;
use crate::support::sandbox::{CLIENT_ID, EMAIL, PASSWORD, Sandbox};

/// Returns the access token that a program built on the SDK would send.
fn sdk_token(env: &TestEnv, site: &Sandbox, options: &[&str]) -> String {
    let python = python("sdk");
    let script = beside("sdk_refresh.py");
    let script = [&*script.to_string_lossy()];
    let account = [site.account_url(), CLIENT_ID];
    let ran = env
        .run_as(
            &python.to_string_lossy(),
            [&script, options, &account].concat(),
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .any_stdout()
        .success();
    let header = ran.stdout.trim();
    header
        .strip_prefix("Bearer ")
        .expect("a bearer token")
        .to_owned()
}

/// Returns what `get` prints, with these options.
fn our_token(env: &TestEnv, options: &[&str]) -> String {
    let ran = env.run([&["get"], options].concat()).any_stdout().success();
    ran.stdout.trim_end_matches('\n').to_owned()
}

/// Makes the SDK's own file, with nothing in it that is ours.
fn sdk_file(env: &TestEnv, set: &Value) {
    let file = env.config_dir().join("prusa-connect/prusa_tokens.json");
    env.write(&file, set.to_string());
}

#[test]
fn the_sdk_and_we_take_turns_refreshing_a_login() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let env = TestEnv::new(&site);
    env.run(["login", "--no-input"])
        .env("PRUSA_EMAIL", EMAIL)
        .env("PRUSA_PASSWORD", PASSWORD)
        .env("PRUSA_TOTP_SECRET", site.totp_url())
        .any_stdout()
        .any_stderr()
        .success();
    let file = env.token_file();
    let from_file = ["--file", &file.to_string_lossy()];

    let first = our_token(&env, &[]);
    assert_eq!(sdk_token(&env, &site, &from_file), first);
    assert_eq!(site.rotations(), 0, "a valid token is used as it is");

    let second = sdk_token(&env, &site, &[&from_file[..], &["--refresh"]].concat());
    assert_ne!(second, first);
    assert_eq!(env.tokens().get("expires_at"), None, "the SDK drops it");
    assert_eq!(our_token(&env, &[]), second);
    assert_eq!(site.rotations(), 1, "the SDK's");

    let third = our_token(&env, &["--refresh"]);
    assert_ne!(third, second);
    assert_eq!(sdk_token(&env, &site, &from_file), third);
    assert_eq!((site.rotations(), site.reuses()), (2, 0));
}

#[test]
fn we_use_the_token_that_the_sdk_refreshed() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-60));
    let file = env.token_file();

    let token = sdk_token(&env, &site, &["--file", &file.to_string_lossy()]);
    assert!(site.honours(&token));
    assert_eq!(our_token(&env, &[]), token);
    assert_eq!((site.rotations(), site.reuses()), (1, 0));
}

#[test]
fn the_sdk_s_token_file_is_used_in_place() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    sdk_file(&env, &site.issue(3600));

    let first = our_token(&env, &[]);
    assert_eq!(sdk_token(&env, &site, &[]), first);

    let second = our_token(&env, &["--refresh"]);
    assert_ne!(second, first);
    assert_eq!(sdk_token(&env, &site, &[]), second);

    let third = sdk_token(&env, &site, &["--refresh"]);
    assert_eq!(our_token(&env, &[]), third);
    assert_eq!((site.rotations(), site.reuses()), (2, 0));
    assert!(!env.token_file().exists(), "one login, one file");
}

#[test]
fn an_expired_token_in_the_sdk_s_file_is_refreshed_in_place() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    sdk_file(&env, &site.issue(-60));

    let token = our_token(&env, &[]);
    assert!(site.honours(&token));
    assert_eq!(sdk_token(&env, &site, &[]), token);
    assert_eq!((site.rotations(), site.reuses()), (1, 0));
    assert!(!env.token_file().exists(), "one login, one file");
}

#[test]
fn a_login_goes_where_the_sdk_looks_if_it_is_used_here() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    // The SDK makes its directory when it is run for the first time.
    let directory = env.config_dir().join("prusa-connect");
    std::fs::create_dir_all(&directory).expect("a directory");
    env.run(["login"])
        .with_credentials()
        .stderr_contains("prusactl and the Python SDK use the same login.")
        .success();
    assert!(!env.token_file().exists(), "one login, one file");

    let first = our_token(&env, &[]);
    assert_eq!(sdk_token(&env, &site, &[]), first);
    let second = sdk_token(&env, &site, &["--refresh"]);
    assert_eq!(our_token(&env, &[]), second);
    assert_eq!((site.rotations(), site.reuses()), (1, 0));
}
