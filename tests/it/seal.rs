//! Sealed stores through the real binary, under key files: no keyring is asked here (`tests/peers/sealed.rs` asks one).

mod binding;
mod command;
mod damage;
mod keys;
mod password;
mod saved;
mod shared;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::broker::{printed, start};
use crate::support::env::TestEnv;
use crate::support::sandbox::{MARKER, Sandbox};

/// What every sealed file begins with.
const BEGINNING: &str = "{\"prusa_cred_sealed\":2,";

fn key_file(env: &TestEnv) -> PathBuf {
    env.home().join("key")
}

/// Returns a home with a key file, whose stores are to be sealed under it.
fn with_key(env: TestEnv) -> TestEnv {
    env.write(&key_file(&env), [7; 32]);
    let config = format!("seal = \"{}\"\n", key_file(&env).display());
    env.config(&config)
}

/// Returns a home with a sealed token set.
fn sealed(site: &Sandbox, life: i64) -> TestEnv {
    let env = with_key(TestEnv::new(site).stored(&site.stored(life)));
    env.run(["seal"]).any_stderr().success();
    check(&env.token_file());
    env
}

/// Checks that a file is sealed and shows no secret.
fn check(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with(BEGINNING), "{}: {text}", path.display());
    assert!(!text.contains(MARKER), "{text}");
    serde_json::from_slice::<Value>(&bytes).expect("one JSON object");
    bytes
}

/// Replaces a part of the header and corrects its checksum, as anybody can.
fn edited(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text = std::str::from_utf8(file).expect("text");
    let (header, rest) = text.split_once(",\"check\":\"").expect("a header");
    assert!(header.contains(old), "{old} in {header}");
    let header = header.replacen(old, new, 1);
    let digest = Sha256::digest(&header);
    let check: String = digest[..4].iter().map(|it| format!("{it:02x}")).collect();
    format!("{header},\"check\":\"{check}{}", &rest[8..]).into_bytes()
}

fn get(env: &TestEnv) -> String {
    let ran = env.run(["get"]).any_stdout().success();
    ran.stdout.trim_end().to_owned()
}

#[test]
fn a_refresh_leaves_a_sealed_file_sealed() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let first = get(&env);
    assert!(site.honours(&first));
    let before = check(&env.token_file());
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_ne!(check(&env.token_file()), before);
    assert_ne!(get(&env), first);
    assert_eq!(env.leftovers(), [""; 0]);
    let input = "protocol=http\nhost=h\nusername=x\npassword=x\n";
    env.run_as("git-credential-prusa-cred", ["erase"])
        .stdin(input)
        .success();
    check(&env.token_file());
}

#[test]
fn a_rejected_token_is_recorded_in_the_sealed_file() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let token = get(&env);
    let host = site.connect_url().trim_start_matches("http://").to_owned();
    env.run_as("git-credential-prusa-cred", ["erase"])
        .stdin(format!("protocol=http\nhost={host}\npassword={token}\n"))
        .success();
    check(&env.token_file());
    assert_ne!(get(&env), token, "it was refreshed");
    check(&env.token_file());
}

#[test]
fn sixty_processes_with_an_expired_sealed_token_refresh_once() {
    let site = Sandbox::start();
    let env = sealed(&site, -10);
    let held = site.hold_refreshes();
    let running = start(&env, 60, &[]);
    held.wait_for(1);
    assert_eq!(env.leftovers(), [".tokens.json.new", "tokens.json.journal"]);
    drop(held);
    let tokens = printed(running);
    assert_eq!(tokens, vec![get(&env); 60]);
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    check(&env.token_file());
}

#[test]
fn a_file_follows_the_configuration_when_it_is_replaced() {
    let site = Sandbox::start();
    let env = sealed(&site, -10);
    let env = env.config("seal = 'none'\nseal_keys = ['~/key']\n");
    get(&env);
    assert!(site.honours(&env.token("access_token")));
    let env = env.config("");
    get(&env);
    assert!(env.tokens().is_object(), "what nothing is said of stays");
    let env = with_key(env).with_credentials();
    env.run(["login"]).any_stderr().success();
    check(&env.token_file());
}

#[test]
fn a_file_stays_sealed_without_the_setting() {
    let site = Sandbox::start();
    let env = sealed(&site, -10).config("seal_keys = ['~/other', '~/key']\n");
    get(&env);
    check(&env.token_file());
    let line = format!("store    {} (sealed)\n", env.token_file().display());
    env.run(["status"]).stdout_contains(&line).success();
    let rows = env.run(["status", "--json"]).any_stdout().success().json();
    assert_eq!(rows[0]["sealed"], true);
    let which = env.run(["which", "--json"]).any_stdout().success().json();
    assert_eq!(which["sealed"], true);
}

#[test]
fn a_first_login_is_sealed_and_logout_removes_it() {
    let site = Sandbox::start();
    let env = with_key(TestEnv::new(&site).with_credentials());
    env.run(["login"]).any_stderr().success();
    check(&env.token_file());
    assert!(site.honours(&get(&env)));
    env.run(["logout"]).any_stderr().success();
    assert!(!env.token_file().exists());
    assert!(site.revoked() > 0);
}

#[test]
fn the_refreshed_environment_set_is_sealed() {
    let site = Sandbox::start();
    let seed = site.stored(-10).to_string();
    let env = with_key(TestEnv::new(&site)).var("PRUSA_TOKENS_JSON", &seed);
    let token = get(&env);
    let names = env.names_in("prusa-cred/tokens");
    let [name] = names.as_slice() else {
        panic!("{names:?}")
    };
    let path = env.config_dir().join("prusa-cred/tokens").join(name);
    check(&path);
    assert_eq!(get(&env), token);
    env.run(["unseal"]).any_stderr().success();
    let plain = fs::read_to_string(&path).unwrap();
    assert!(plain.contains(&token));
}

#[test]
fn a_sealed_set_left_behind_by_a_crash_is_used() {
    let site = Sandbox::start();
    let env = sealed(&site, -10);
    let held = site.hold_refreshes();
    let running = env.run(["get"]).any_stderr().spawn();
    held.wait_for(1);
    let file = env.token_file();
    let old = check(&file);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    drop(held);
    running.status(1);
    let kept_at = file.with_file_name(".tokens.json.new");
    check(&kept_at);
    fs::remove_dir(&file).unwrap();
    env.write(&file, &old);
    // Without the key it cannot be read, so it is kept, and no refresh token is used.
    let key = fs::read(key_file(&env)).unwrap();
    fs::remove_file(key_file(&env)).unwrap();
    env.run(["get"]).any_stderr().status(1);
    check(&kept_at);
    env.write(&key_file(&env), key);
    assert!(site.honours(&get(&env)));
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    assert_eq!(env.leftovers(), [""; 0]);
    assert_ne!(check(&file), old);
}

#[test]
fn one_key_opens_many_stores_and_profiles_may_have_their_own() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    env.write(&key_file(&env), "07".repeat(32));
    let other = env.home().join("other");
    let env = env.config(&format!(
        "seal = \"~/key\"\n[profiles.farm]\nprovider = \"prusa\"\nseal = \"{}\"\n",
        other.display()
    ));
    env.run(["login", "--profile", "farm"])
        .with_credentials()
        .stderr_contains(&format!("there is no key file {}", other.display()))
        .status(1);
    assert!(!other.exists(), "a configuration makes no key");
    env.run(["seal", "--profile", "farm"])
        .stderr_contains(&format!("made a new key in {}", other.display()))
        .stderr_contains("profile farm has nothing stored\n")
        .success();
    env.run(["seal"]).any_stderr().success();
    let farm = env.config_dir().join("prusa-cred/tokens/farm.json");
    env.write(&farm, site.stored(3600).to_string());
    env.run(["seal", "--profile", "farm"])
        .any_stderr()
        .success();
    let (prusa, farm) = (check(&env.token_file()), check(&farm));
    let under = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap()["key"].clone();
    assert_ne!(under(&prusa), under(&farm));
    for profile in ["prusa", "farm"] {
        let get = ["get", "--profile", profile];
        env.run(get).any_stdout().success();
    }
}
