//! `login --import`: what other tools on this machine have, taken over once and never harmed.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::kognic;
use crate::support::loopback::Loopback;
use crate::support::practicus::{self, Region};
use crate::support::sandbox::{EMAIL, MARKER, Sandbox};

const HOUR: i64 = 3600;

fn sdk_file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-connect/prusa_tokens.json")
}

fn core_conf(env: &TestEnv) -> PathBuf {
    env.home().join(".practicus/core.conf")
}

/// Writes the SDK's file with one region a pair of address and refresh token.
fn signed_in_regions(env: &TestEnv, regions: &[(&str, &str)]) {
    let mut text = "[k8s]\ndefault_region_key = ada\n".to_owned();
    for (number, (url, token)) in regions.iter().enumerate() {
        text += &format!(
            "\n[k8s_config_{number}]\nhost_url = {url}\nemail = {EMAIL}\nusername = ada\n\
             refresh_token = {token}\ncluster_name = c\nregion_name = r\npassword = gAAAAA\n"
        );
    }
    env.write(&core_conf(env), text);
}

fn region_with_login() -> (Loopback<Region>, String) {
    let region = practicus::start();
    let token = region.state().issue("refresh", 30 * 86_400);
    (region, token)
}

#[test]
fn with_nothing_to_import_it_says_where_it_looked() {
    let env = TestEnv::offline();
    env.run(["login", "--import"])
        .stderr(
            "prusa-cred: there is no login to import: looked for those of the Prusa SDK, kognic-auth, the \
             Practicus AI SDK\n  hint: run `prusa-cred login`\n",
        )
        .status(1);
    env.run(["login", "--import", "kognic"])
        .stderr_contains("looked for those of kognic-auth\n")
        .status(1);
    env.run(["login", "--import", "all", "--email", EMAIL])
        .stderr_contains("cannot be given together")
        .status(2);
    assert_eq!(env.configuration(), None);
}

#[test]
fn the_sdk_s_login_is_used_in_place() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let set = site.stored(HOUR);
    env.write(&sdk_file(&env), set.to_string());
    let before = fs::read(sdk_file(&env)).unwrap();
    for _ in 0..2 {
        let wanted = format!(
            "Prusa SDK: profile prusa uses the login ({EMAIL}) in {}, together with the SDK; nothing is copied\n",
            sdk_file(&env).display()
        );
        env.run(["login", "--import", "prusa"])
            .stderr(wanted)
            .success();
    }
    assert_eq!(fs::read(sdk_file(&env)).unwrap(), before);
    assert!(!env.token_file().exists());
    let token = set["access_token"].as_str().unwrap();
    env.run(["get"]).stdout(format!("{token}\n")).success();
}

#[test]
fn an_ended_or_damaged_sdk_login_is_reported() {
    let env = TestEnv::offline();
    let path = sdk_file(&env);
    let import = ["login", "--import", "prusa"];
    env.write(
        &path,
        json!({ "access_token": "a", "expires_at": 1 }).to_string(),
    );
    env.run(import)
        .stderr(format!(
            "prusa-cred: the login in {} has ended\n  hint: run `prusa-cred login`\n",
            path.display()
        ))
        .status(1);
    env.write(&path, "{}");
    env.run(import).stderr_contains("has ended").status(1);
    env.write(&path, "{\"access_token\": ");
    env.run(import)
        .stderr_contains("does not hold a token set")
        .stderr_contains("it is not valid JSON from line 1")
        .status(1);
    assert_eq!(fs::read(&path).unwrap(), b"{\"access_token\": ");
}

#[test]
fn our_own_login_has_precedence_over_the_sdk_s() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(HOUR));
    env.write(&sdk_file(&env), site.stored(HOUR).to_string());
    env.run(["login", "--import", "prusa"])
        .stderr_contains("is not used; profile prusa has its login in")
        .success();
}

#[test]
fn kognic_environments_become_profiles() {
    let server = kognic::start();
    let env = TestEnv::offline();
    let file = env.json_file("demo.json", &kognic::credentials());
    env.environments(&json!({ "default_environment": "demo", "environments": {
        "demo": { "host": "demo.example.com", "auth_server": server.url(), "credentials": file, "scopes": ["a", "b"] },
        "Kognic EU": { "host": "*.eu.example.com", "auth_server": server.url(), "credentials": "keyring://eu" },
    }}));
    env.run(["login", "--import", "kognic"])
        .stderr_contains("Kognic: environment demo is now profile kognic-demo, for demo.example.com; it refers to ~/")
        .stderr_contains("Kognic: environment Kognic EU is now profile kognic-eu, for *.eu.example.com; it refers to keyring://eu, nothing is copied\n")
        .success();
    let text = env.configuration().unwrap();
    assert!(!text.contains(MARKER), "{text}");
    let demo = format!(
        "[profiles.kognic-demo]\nprovider = \"kognic\"\nserver = \"{}\"\ncredentials = \"{}\"\nscopes = [\"a\", \"b\"]\n\
         hosts = [\"demo.example.com\"]\n",
        server.url(),
        file.display()
    );
    assert!(text.contains(&demo), "{text}\n{demo}");
    env.run(["get", "https://demo.example.com/x"])
        .any_stdout()
        .success();
    env.run(["login", "--import"])
        .stderr(
            "Kognic: environment Kognic EU is already profile kognic-eu\n\
             Kognic: environment demo is already profile kognic-demo\n",
        )
        .success();
    assert_eq!(env.configuration().unwrap(), text);
}

#[test]
fn invalid_credentials_do_not_stop_other_imports() {
    let env = TestEnv::offline();
    let good = env.json_file("good.json", &kognic::credentials());
    let mut expired = kognic::credentials();
    expired["expires"] = json!("2020-01-01T00:00:00Z");
    let expired = env.json_file("expired.json", &expired);
    let environment = |credentials: Value| json!({ "host": "h.example.com", "auth_server": "https://a.tld", "credentials": credentials });
    env.environments(&json!({ "environments": {
        "a-none": environment(json!("/none.json")), "b-old": environment(json!(expired)), "c-good": environment(json!(good)),
    }}));
    env.run(["login", "--import", "kognic"])
        .stderr_contains(
            "cannot import the environment a-none: could not read the credentials in /none.json",
        )
        .stderr_contains("cannot import the environment b-old: cannot use the credentials in")
        .stderr_contains("environment c-good is now profile kognic-c-good")
        .stderr_contains("`login --import` failed in part")
        .status(1);
    let text = env.configuration().unwrap();
    assert_eq!(text.matches("[profiles.").count(), 1, "{text}");
}

#[test]
fn credentials_without_an_environment_are_mentioned() {
    let env = TestEnv::offline();
    let directory = env.config_dir().join("kognic");
    env.write(
        &directory.join("mine.json"),
        kognic::credentials().to_string(),
    );
    env.write(&directory.join("notes.json"), "{}");
    let path = directory.join("mine.json").display().to_string();
    env.run(["login", "--import", "kognic"])
        .stderr(format!(
            "Kognic: {path} holds credentials that no environment names; run `prusa-cred login --profile NAME \
             --credentials {path}` to make a profile for them\n"
        ))
        .success();
    env.environments(&json!({ "environments": [] }));
    env.run(["login", "--import", "kognic"])
        .stderr_contains("environments: not an object")
        .status(1);
}

#[test]
fn a_region_s_refresh_token_is_copied_once() {
    let (one, token) = region_with_login();
    let (two, other) = region_with_login();
    let env = TestEnv::offline();
    signed_in_regions(
        &env,
        &[
            (&format!("{}/", one.url()), &token),
            (two.url(), &other),
            ("https://out.example.com", ""),
        ],
    );
    let theirs = fs::read(core_conf(&env)).unwrap();
    env.run(["login", "--import", "practicus"])
        .stderr_contains(&format!(
            "Practicus: profile 127.0.0.1 is signed in to {}; the refresh token was copied",
            one.url()
        ))
        .stderr_contains(&format!(
            "Practicus: profile 127.0.0.1-2 is signed in to {}; the refresh token was copied",
            two.url()
        ))
        .stderr_contains(
            "the SDK is not signed in to https://out.example.com, so there is nothing to import",
        )
        .success();
    let text = env.configuration().unwrap();
    let first = format!(
        "[profiles.\"127.0.0.1\"]\nprovider = \"practicus\"\nurl = \"{}\"\nemail = \"{EMAIL}\"\n\n",
        one.url()
    );
    assert!(text.starts_with(&first) && !text.contains(MARKER), "{text}");
    env.run(["get", "--profile", "127.0.0.1-2"])
        .any_stdout()
        .success();
    let file = env.config_dir().join("prusa-cred/tokens/127.0.0.1-2.json");
    let kept = fs::read(&file).unwrap();
    env.run(["login", "--import", "practicus"])
        .stderr_contains("profile 127.0.0.1 is already signed in to")
        .stderr_contains("; its login is not changed")
        .success();
    assert_eq!(env.configuration().unwrap(), text);
    assert_eq!(fs::read(&file).unwrap(), kept);
    assert_eq!(fs::read(core_conf(&env)).unwrap(), theirs);
}

#[test]
fn a_region_with_a_profile_already_gets_its_login() {
    let (region, token) = region_with_login();
    let config = format!(
        "[profiles.mine]\nprovider = 'practicus'\nurl = '{}/'\n",
        region.url()
    );
    let env = TestEnv::offline().config(&config);
    signed_in_regions(&env, &[(region.url(), &token)]);
    env.run(["login", "--import"])
        .stderr_contains("Practicus: profile mine is signed in to")
        .success();
    env.run(["get", "--profile", "mine"]).any_stdout().success();
    assert_eq!(env.configuration().unwrap(), config);
}

#[test]
fn the_default_region_of_the_sdk_stays_the_default() {
    let (one, token) = region_with_login();
    let (two, other) = region_with_login();
    let host = two.url().trim_start_matches("http://");
    let import = ["login", "--import", "practicus"];
    let regions = |env: &TestEnv| {
        signed_in_regions(env, &[(one.url(), &token), (two.url(), &other)]);
        let text = fs::read_to_string(core_conf(env)).unwrap();
        let start = text.find("[k8s_config_").unwrap();
        let key = format!("[k8s]\ndefault_region_key = ada@{host}\n{}", &text[start..]);
        env.write(&core_conf(env), key);
    };
    let env = TestEnv::offline();
    regions(&env);
    env.run(import)
        .stderr_contains("profile 127.0.0.1-2 is the default one, as its region is the SDK's")
        .success();
    let text = env.configuration().unwrap();
    assert!(text.starts_with("default = \"127.0.0.1-2\"\n"), "{text}");
    let before = (one.log().len(), two.log().len());
    for line in [&["get"][..], &["get", "--provider", "practicus"]] {
        env.run(line.iter().copied()).any_stdout().success();
    }
    assert_eq!(one.log().len(), before.0);
    assert!(two.log().len() > before.1);

    let text = "[profiles.k]\nprovider = 'kognic'\ncredentials = '/c.json'\n";
    let env = TestEnv::offline().config(text);
    regions(&env);
    env.run(import)
        .stderr_contains(&format!("profile practicus is signed in to {}", two.url()))
        .success();
    assert!(!env.configuration().unwrap().contains("default ="));
    let before = one.log().len();
    env.run(["get", "--provider", "practicus"])
        .any_stdout()
        .success();
    assert_eq!(one.log().len(), before);
}

#[test]
fn a_provider_stands_for_the_one_region_that_is_signed_in() {
    let (one, token) = region_with_login();
    let (two, other) = region_with_login();
    let env = TestEnv::offline();
    env.run(["get", "--provider", "practicus"])
        .stderr_contains("no region is configured")
        .status(2);
    signed_in_regions(&env, &[(one.url(), &token)]);
    env.run(["login", "--import", "practicus"])
        .any_stderr()
        .success();
    env.run(["get", "--provider", "practicus"])
        .any_stdout()
        .success();
    signed_in_regions(&env, &[(one.url(), &token), (two.url(), &other)]);
    env.run(["login", "--import", "practicus"])
        .any_stderr()
        .success();
    env.run(["get", "--provider", "practicus"])
        .stderr_contains(
            "several regions are signed in: 127.0.0.1, 127.0.0.1-2\n  hint: name one with --profile",
        )
        .status(1);
    env.run(["get", "--provider", "practicus", two.url()])
        .any_stdout()
        .success();
    env.run(["logout", "--profile", "127.0.0.1"])
        .any_stderr()
        .success();
    env.run(["get", "--provider", "practicus"])
        .any_stdout()
        .success();
}

#[test]
fn an_ended_or_damaged_region_login_is_reported() {
    let (region, _) = region_with_login();
    let env = TestEnv::offline();
    let dead = region.state().issue("refresh", -60);
    signed_in_regions(&env, &[(region.url(), &dead)]);
    let import = ["login", "--import", "practicus"];
    env.run(import)
        .stderr(format!(
            "prusa-cred: cannot import the login at {url}\n  because: the login in {path} has ended\n  \
             hint: run `prusa-cred login --url {url}`\n",
            url = region.url(),
            path = core_conf(&env).display()
        ))
        .status(1);
    env.write(&core_conf(&env), format!("[k8s]\nx = 1\n{MARKER}\n"));
    env.run(import)
        .stderr(format!(
            "prusa-cred: cannot use {}\n  because: line 3: neither a section nor KEY = VALUE\n",
            core_conf(&env).display()
        ))
        .status(1);
    let two = format!(
        "[k8s_config_0]\nhost_url = http://plain.example.com\nrefresh_token = {dead}\n\
         [k8s_config_1]\nhost_url = {}\nrefresh_token = {}\n",
        region.url(),
        region.state().issue("refresh", 60)
    );
    env.write(&core_conf(&env), two);
    let taking = TestEnv::offline();
    taking.write(&core_conf(&taking), fs::read(core_conf(&env)).unwrap());
    taking
        .run(import)
        .stderr_contains("because: line 2: the host_url of [k8s_config_0]: neither an https")
        .stderr_contains("the refresh token was copied")
        .status(1);
    assert!(taking.configuration().is_some());
    fs::remove_file(core_conf(&env)).unwrap();
    fs::create_dir(core_conf(&env)).unwrap();
    env.run(import)
        .stderr_contains("it is a directory")
        .status(1);
    assert_eq!(env.configuration(), None);
}

#[test]
fn a_damaged_tool_does_not_stop_the_others() {
    let (region, token) = region_with_login();
    let env = TestEnv::offline();
    env.write(&sdk_file(&env), "{");
    signed_in_regions(&env, &[(region.url(), &token)]);
    env.run(["login", "--import"])
        .stderr_contains("the refresh token was copied")
        .stderr_contains("does not hold a token set")
        .status(1);
    assert!(env.configuration().is_some());
}
