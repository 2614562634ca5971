//! A token set from the environment that `on_rotate` replaces by its successor: one login, one chain, one lock.

use std::fs;

use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

const TOKENS: &str = "prusa-cred/tokens";

fn environment(site: &Sandbox) -> TestEnv {
    TestEnv::new(site).config("[profiles.prusa]\non_rotate = \"cat > next.json\"\n")
}

/// Runs `get` with a token set in the environment, and returns what it printed.
fn get(env: &TestEnv, seed: &Value, options: &[&str]) -> String {
    let run = env
        .run(["get"].iter().chain(options))
        .env("PRUSA_TOKENS_JSON", seed.to_string());
    run.any_stdout().success().stdout
}

/// Returns what `on_rotate` got last, which the environment holds next.
fn next(env: &TestEnv) -> Value {
    let told = fs::read(env.home().join("next.json")).unwrap();
    serde_json::from_slice(&told).unwrap()
}

/// Returns how many files there are, and how many links.
fn files_and_links(env: &TestEnv) -> (usize, usize) {
    let directory = env.config_dir().join(TOKENS);
    let names = env.names_in(TOKENS);
    let links = names
        .iter()
        .filter(|name| directory.join(name).is_symlink());
    let links = links.count();
    (names.len() - links, links)
}

#[test]
fn an_exported_successor_continues_its_chain() {
    let site = Sandbox::start().with(|site| site.reuse_protection = true);
    let env = environment(&site);
    let first = site.stored(-10);
    get(&env, &first, &[]);
    let second = next(&env);
    let token = get(&env, &second, &["--refresh"]);
    let third = next(&env);
    for seed in [&first, &second, &third] {
        assert_eq!(get(&env, seed, &[]), token, "there is one chain");
    }
    get(&env, &first, &["--refresh"]);
    let token = get(&env, &third, &["--refresh"]);
    assert_eq!(get(&env, &first, &[]), token);
    assert_eq!((site.rotations(), site.reuses()), (4, 0));
    assert_eq!(files_and_links(&env), (1, 4));
}

#[test]
fn a_chain_keeps_its_newest_sixteen_fingerprints() {
    let site = Sandbox::start();
    let env = environment(&site);
    let seed = site.stored(-10);
    for _ in 0..18 {
        get(&env, &seed, &["--refresh"]);
    }
    assert_eq!(files_and_links(&env), (1, 16));
    get(&env, &next(&env), &["--refresh"]);
    assert_eq!((site.rotations(), site.reuses()), (19, 0));
}

#[test]
fn without_on_rotate_no_unused_files_are_left() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    get(&env, &site.stored(-10), &[]);
    assert_eq!(files_and_links(&env), (1, 0));
}

#[test]
fn a_sealed_chain_is_one_file_and_removed_with_its_links() {
    let site = Sandbox::start();
    let env = environment(&site);
    let first = site.stored(-10);
    get(&env, &first, &[]);
    let second = next(&env);
    let token = get(&env, &second, &["--refresh"]);
    let sealed = env
        .run(["seal", "-p", "prusa", "--key-file", "key"])
        .any_stderr()
        .success()
        .stderr;
    assert_eq!(sealed.matches("environment-").count(), 1, "{sealed}");
    assert_eq!(get(&env, &second, &[]), token);
    assert_eq!(files_and_links(&env), (1, 2));

    env.run(["logout"])
        .env("PRUSA_TOKENS_JSON", second.to_string())
        .any_stderr()
        .success();
    assert_eq!(env.names_in(TOKENS), [""; 0]);
    assert!(!site.honours(token.trim_end()));

    // Also when it is no longer in the environment.
    let token = get(&env, &site.stored(-10), &[]);
    assert_eq!(files_and_links(&env), (1, 1));
    let told = env.run(["logout", "--all"]).any_stderr().success().stderr;
    assert_eq!(told.matches("environment-").count(), 1, "{told}");
    assert_eq!(env.names_in(TOKENS), [""; 0]);
    assert!(!site.honours(token.trim_end()));
}
