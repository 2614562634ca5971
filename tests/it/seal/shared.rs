//! One token file that several profiles name: each of them reads it sealed, whoever sealed it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{check, key_file};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

const OLD: &[u8] = include_bytes!("v1/farm.json");

/// Returns the tables of profiles that have these token files.
fn tables(profiles: &[(&str, &Path)]) -> String {
    let table = |(name, file): &(&str, &Path)| {
        let file = file.display();
        format!("[profiles.{name}]\nprovider = 'prusa'\ntoken_file = '{file}'\n")
    };
    profiles.iter().map(table).collect()
}

/// Returns a home with a key, and a file that profiles are to share.
fn home(site: &Sandbox) -> (TestEnv, PathBuf) {
    let env = TestEnv::new(site);
    env.write(&key_file(&env), [7; 32]);
    let shared = env.home().join("shared.json");
    (env, shared)
}

/// Checks that each of these profiles gets the token in the file.
fn all_get(env: &TestEnv, profiles: &[&str]) {
    for name in profiles {
        let got = env.run(["get", "--profile", name]).any_stdout().success();
        assert!(got.stdout.contains("S3NTRY"), "{name}: {got}");
    }
}

#[test]
fn profiles_with_one_file_all_read_it_after_an_upgrade() {
    for order in [["x", "y"], ["y", "x"]] {
        let site = Sandbox::start();
        let (env, shared) = home(&site);
        let text = tables(&[("x", &shared), ("y", &shared)]);
        let env = env.config(&format!("seal = '~/key'\n{text}"));
        env.write(&shared, OLD);
        all_get(&env, &order);
        check(&shared);
        all_get(&env, &order);
        // Nor is one of version 1 accepted again because another of them asks.
        env.write(&shared, OLD);
        for name in order {
            env.run(["get", "--profile", name])
                .stderr_contains("a newer file was here before")
                .status(1);
        }
    }
}

#[test]
fn seal_and_unseal_convert_a_shared_file_once_for_all() {
    let site = Sandbox::start();
    let (env, shared) = home(&site);
    let detour = env.home().join("bin/.././shared.json");
    let text = tables(&[("x", &shared), ("y", &detour), ("z", &shared)]);
    let env = env.config(&text);
    env.write(&shared, site.stored(3600).to_string());
    let said = env
        .run(["seal", "--all", "--key-file", "key"])
        .any_stderr()
        .success()
        .stderr;
    check(&shared);
    let sealed = format!("sealed {} (profile x)", env.shown(&shared));
    assert_eq!(said.matches(&sealed).count(), 1, "{said}");
    for name in ["x", "y", "z"] {
        assert!(
            !said.contains(&format!("profile {name} has nothing stored")),
            "{said}"
        );
    }
    all_get(&env, &["x", "y", "z"]);
    let said = env.run(["unseal", "--all"]).any_stderr().success().stderr;
    assert!(!said.contains("profile z has nothing stored"), "{said}");
    all_get(&env, &["x", "y", "z"]);
}

#[test]
fn a_profile_may_have_another_one_s_file() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    env.write(&key_file(&env), [7; 32]);
    let farm = env.config_dir().join("prusa-cred/tokens/farm.json");
    env.write(&farm, site.stored(3600).to_string());
    // One is before the other by name, one after it.
    let text = tables(&[("a", &farm), ("work", &env.token_file())]);
    let text = format!("seal = '~/key'\n{text}[profiles.farm]\nprovider = 'prusa'\n");
    let env = env.config(&text);
    env.run(["seal", "--all"]).any_stderr().success();
    for path in [&farm, &env.token_file()] {
        check(path);
    }
    all_get(&env, &["a", "farm", "prusa", "work"]);
    // The variable moves the file of one, and not that of the other.
    env.run(["get", "--profile", "work"])
        .env("PRUSA_TOKENS_FILE", env.home().join("elsewhere.json"))
        .any_stdout()
        .success();
}

#[test]
fn one_more_profile_with_the_file_locks_nobody_out() {
    let site = Sandbox::start();
    let (env, shared) = home(&site);
    let env = env.config(&format!("seal = '~/key'\n{}", tables(&[("x", &shared)])));
    env.write(&shared, site.stored(3600).to_string());
    env.run(["seal", "--profile", "x"]).any_stderr().success();
    let text = tables(&[("a", &shared), ("x", &shared)]);
    let env = env.config(&format!("seal = '~/key'\n{text}"));
    all_get(&env, &["x", "a"]);
}

#[test]
fn a_link_to_another_profile_s_file_is_not_sharing() {
    let site = Sandbox::start();
    let (env, shared) = home(&site);
    let link = env.home().join("link.json");
    let text = tables(&[("x", &shared), ("y", &link)]);
    let env = env.config(&format!("seal = '~/key'\n{text}"));
    env.write(&shared, site.stored(3600).to_string());
    env.run(["seal", "--profile", "x"]).any_stderr().success();
    std::os::unix::fs::symlink("shared.json", &link).unwrap();
    env.run(["get", "--profile", "y"])
        .stderr_contains(
            "it was sealed as the login of profile x, and this would be the login of profile y\n",
        )
        .status(1);
    // Nor is a file that lies where another profile had its own once.
    let farm = env.config_dir().join("prusa-cred/tokens/farm.json");
    let text = tables(&[("farm", &shared), ("y", &farm)]);
    let env = env.config(&format!("seal = '~/key'\n{text}"));
    env.run(["seal", "--profile", "farm"])
        .stderr_contains("login of profile x")
        .status(1);
    env.write(&shared, site.stored(3600).to_string());
    env.run(["seal", "--profile", "farm"])
        .any_stderr()
        .success();
    env.write(&farm, fs::read(&shared).unwrap());
    env.run(["get", "--profile", "y"])
        .stderr_contains("it was sealed as the login of profile farm, ")
        .status(1);
}
