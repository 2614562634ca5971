//! Signing out: revoked there, forgotten here, and the truth told where one of both could not be.

use std::fs;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, Sandbox};

const SIGNED_OUT: &str = "Signed out of profile prusa.\n";
const NOT_SIGNED_IN: &str = "Profile prusa was not signed in.\n";
const IN_ENVIRONMENT: &str = "prusa-cred: warning: the environment holds a login too (PRUSA_TOKENS_JSON or PRUSA_TOKEN); unset it to sign out completely\n";

fn signed_in(site: &Sandbox) -> (TestEnv, Value) {
    let set = site.stored(3600);
    (TestEnv::new(site).stored(&set), set)
}

fn honours(site: &Sandbox, set: &Value) -> (bool, bool) {
    let is_good = |name: &str| site.honours(set[name].as_str().unwrap());
    (is_good("access_token"), is_good("refresh_token"))
}

fn revocations(site: &Sandbox) -> usize {
    site.count(|request| request.path == "/o/revoke_token/")
}

#[test]
fn json_has_the_outcome_for_each_login() {
    let site = Sandbox::start();
    let (env, set) = signed_in(&site);
    let told = |was_signed_in: bool, revoked: bool| json!({ "profile": "prusa", "was_signed_in": was_signed_in, "revoked": revoked });
    let run = env.run(["logout", "--json"]).any_stdout().success();
    assert_eq!(run.json(), told(true, true));
    let run = env.run(["logout", "--json"]).any_stdout().success();
    assert_eq!(run.json(), told(false, false));
    env.store(&set);
    site.always("POST /o/revoke_token/", Answer::oauth_error(503, "down"));
    let run = env.run(["logout", "--all", "--json", "--timeout", "1s"]);
    let run = run
        .any_stdout()
        .stderr_contains("{\"warning\":\"the login is deleted here");
    assert_eq!(run.success().json(), json!([told(true, false)]));
    env.run(["logout", "--all", "--profile", "prusa"])
        .stderr_contains("cannot be given together")
        .status(2);
}

#[test]
fn the_login_ends_at_the_server_and_here() {
    let site = Sandbox::start();
    let (env, set) = signed_in(&site);
    env.run(["logout"]).stderr(SIGNED_OUT).success();
    assert_eq!(honours(&site, &set), (false, false));
    assert_eq!(revocations(&site), 1);
    assert!(!env.token_file().exists());
    env.run(["get"])
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
    env.run(["logout"]).stderr(NOT_SIGNED_IN).success();
    env.run(["logout", "--quiet"]).success();
    assert_eq!(revocations(&site), 1);
}

#[test]
fn logout_ends_one_profile_and_all_ends_every_one() {
    let site = Sandbox::start();
    let (env, _) = signed_in(&site);
    let farm = env.config_dir().join("prusa-cred/tokens/farm.json");
    let env = env.config(&format!(
        "[profiles.farm]\nprovider = 'prusa'\naccount_url = '{}'\nclient_id = 'sandbox-client'\n",
        site.account_url()
    ));
    let of_farm = site.stored(3600);
    env.write(&farm, of_farm.to_string());
    env.run(["logout", "-p", "farm"])
        .stderr("Signed out of profile farm.\n")
        .success();
    assert_eq!(honours(&site, &of_farm), (false, false));
    assert!(!farm.exists() && env.token_file().exists());
    env.write(&farm, site.stored(3600).to_string());
    env.run(["logout", "--all"])
        .stderr(format!("Signed out of profile farm.\n{SIGNED_OUT}"))
        .success();
    assert!(!farm.exists() && !env.token_file().exists());
    assert_eq!(site.revoked(), 3);
}

#[test]
fn a_kind_s_logins_are_all_ended_and_no_others() {
    let site = Sandbox::start();
    let (env, _) = signed_in(&site);
    let region = "[profiles.r1]\nprovider = 'practicus'\nurl = 'https://r1.example.com'\n\
                  [profiles.r2]\nprovider = 'practicus'\nurl = 'https://r2.example.com'\n\
                  [profiles.bad]\nprovider = 'practicus'\nurl = 'https://r3.example.com'\n";
    let env = env.config(region);
    let file = |name: &str| {
        env.config_dir()
            .join(format!("prusa-cred/tokens/{name}.json"))
    };
    for name in ["r1", "r2"] {
        env.write(&file(name), r#"{"refresh_token": "r"}"#);
    }
    env.write(&file("bad"), "not a token set");
    env.run(["logout", "--provider", "practicus"])
        .stderr_contains("prusa-cred: warning: profile bad: ")
        .stderr_contains("Signed out of profile r1.\nSigned out of profile r2.\n")
        .stderr_contains("prusa-cred: `logout --provider` failed in part")
        .status(1);
    assert!(!file("r1").exists() && !file("r2").exists());
    assert!(file("bad").exists() && env.token_file().exists());
    env.run(["logout", "--provider", "oauth"])
        .stderr("No profile is of provider oauth.\n")
        .success();
    env.run(["logout", "--provider", "prusa"])
        .stderr(SIGNED_OUT)
        .success();
    assert!(!env.token_file().exists());
    for other in [&["--all"][..], &["--profile", "prusa"]] {
        env.run(["logout", "--provider", "prusa"])
            .args(other)
            .stderr_contains("cannot be given together")
            .status(2);
    }
}

#[test]
fn offline_the_login_is_removed_with_a_warning() {
    let site = Sandbox::start();
    let away = TestEnv::offline().stored(&site.stored(3600));
    away.run(["logout"])
        .stderr_contains("prusa-cred: warning: the login is deleted here, but could not be revoked at the server: cannot reach http://127.0.0.1:")
        .stderr_contains(SIGNED_OUT)
        .success();
    assert!(!away.token_file().exists());

    let (env, set) = signed_in(&site);
    site.always("POST /o/revoke_token/", Answer::html(503, "Maintenance"));
    env.run(["logout"])
        .stderr_contains("could not be revoked at the server: ")
        .stderr_contains("/o/revoke_token/ reports a server error (status 503)")
        .success();
    assert!(!env.token_file().exists());
    assert_eq!(honours(&site, &set), (true, true));
}

#[test]
fn one_failing_profile_does_not_stop_the_others() {
    let site = Sandbox::start();
    let (env, set) = signed_in(&site);
    let broken = env.config_dir().join("prusa-cred/tokens/broken.json");
    let env = env.config("[profiles.broken]\nprovider = 'prusa'\n");
    env.write(&broken, "not a token set");
    env.run(["logout", "--all"])
        .stderr_contains("prusa-cred: warning: profile broken: ")
        .stderr_contains(SIGNED_OUT)
        .stderr_contains("prusa-cred: logout --all failed in part")
        .status(1);
    assert_eq!(honours(&site, &set), (false, false));
    assert_eq!(fs::read(broken).unwrap(), b"not a token set");
}

#[test]
fn a_login_in_the_environment_is_mentioned() {
    let site = Sandbox::start();
    let (env, stored) = signed_in(&site);
    let given = site.stored(3600);
    env.run(["logout"])
        .env("PRUSA_TOKENS_JSON", given.to_string())
        .stderr(format!("{IN_ENVIRONMENT}{SIGNED_OUT}"))
        .success();
    assert_eq!(honours(&site, &stored), (false, false));
    assert_eq!(honours(&site, &given), (false, false));
    assert!(!env.token_file().exists());
    env.run(["logout"])
        .env("PRUSA_TOKEN", "another")
        .stderr(format!("{IN_ENVIRONMENT}{NOT_SIGNED_IN}"))
        .success();
}

#[test]
fn a_login_shared_with_the_sdk_is_removed_from_its_file() {
    let site = Sandbox::start();
    let set = site.stored(3600);
    let env = TestEnv::new(&site);
    let theirs = env.config_dir().join("prusa-connect/prusa_tokens.json");
    env.write(&theirs, set.to_string());
    env.run(["get"])
        .stdout(format!("{}\n", set["access_token"].as_str().unwrap()))
        .success();
    env.run(["logout"]).stderr(SIGNED_OUT).success();
    assert_eq!(honours(&site, &set), (false, false));
    assert!(!theirs.exists() && !env.token_file().exists());
}

#[test]
fn a_running_refresh_does_not_restore_the_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-60));
    let held = site.hold_refreshes();
    let refreshing = env.run(["get"]).any_stdout().spawn();
    held.wait_for(1);
    let leaving = env.run(["logout"]).stderr(SIGNED_OUT).spawn();
    drop(held);
    let token = refreshing.success().stdout;
    leaving.success();
    assert!(!env.token_file().exists());
    assert!(!site.honours(token.trim_end()));
}

#[test]
fn all_also_removes_the_files_of_an_environment_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let given = site.stored(-10);
    env.run(["get"])
        .env("PRUSA_TOKENS_JSON", given.to_string())
        .any_stdout()
        .success();
    let tokens = env.config_dir().join("prusa-cred/tokens");
    let chains = || {
        let entries = fs::read_dir(&tokens).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end != "lock"));
        paths
    };
    let [chain] = chains().try_into().unwrap();
    let left: Value = serde_json::from_slice(&fs::read(&chain).unwrap()).unwrap();
    assert_eq!(honours(&site, &left), (true, true));
    let region = tokens.join("environment-00112233445566778899aabbccddeeff.json");
    let of_region = "e30.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2ln";
    env.write(&region, format!("{{\"refresh_token\": \"{of_region}\"}}"));
    env.run(["logout"]).stderr(NOT_SIGNED_IN).success();
    assert_eq!(chains().len(), 2);
    let run = env.run(["logout", "--all"]);
    run.stderr_contains("Signed out of an earlier login from the environment (")
        .success();
    assert_eq!(honours(&site, &left), (false, false));
    assert_eq!(chains().len(), 0);
    assert_eq!(
        revocations(&site),
        1,
        "a region's token is not Prusa's to know"
    );
}
