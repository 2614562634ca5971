//! `seal` and `unseal`: what they say, what they leave, and that doing it twice does nothing more.

use std::fs;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::json;

use super::{check, get, key_file, sealed, with_key};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

#[test]
fn seal_and_unseal_restore_every_byte() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let mut set = site.stored(3600);
    set["theirs"] = json!({ "kept": [1, null, "ü"] });
    let plain = format!("\n  {set:#}\n\n");
    env.write(&env.token_file(), &plain);
    let written_at = fs::metadata(env.token_file()).unwrap().modified().unwrap();
    let key = key_file(&env);
    let key = key.to_str().unwrap();
    let (file, config) = (
        env.token_file(),
        env.config_dir().join("prusa-cred/config.toml"),
    );
    let (file, config) = (file.display(), config.display());
    env.run(["seal", "--key-file", key])
        .stderr(format!(
            "made a new key in {key}: keep a copy, no sealed file can be read without it\nsealed {file} (profile \
             prusa); the Python SDK can no longer read it\nrecorded this in {config}\n"
        ))
        .success();
    check(&env.token_file());
    let recorded = format!("[profiles.prusa]\nprovider = \"prusa\"\nseal = \"{key}\"\n");
    assert_eq!(env.configuration().as_deref(), Some(&*recorded));
    env.run(["seal"])
        .stderr(format!("{file} is already sealed\n"))
        .success();
    assert!(site.honours(&get(&env)));
    env.run(["unseal"])
        .stderr(format!(
            "unsealed {file} (profile prusa)\nrecorded this in {config}\n"
        ))
        .success();
    assert_eq!(fs::read_to_string(env.token_file()).unwrap(), plain);
    let now = fs::metadata(env.token_file()).unwrap().modified().unwrap();
    assert_eq!(now, written_at, "a token may end by when it was written");
    env.run(["unseal"])
        .stderr(format!("{file} is not sealed\n"))
        .success();
    let recorded = recorded.replace(key, "none");
    assert_eq!(env.configuration(), Some(recorded));
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn unknown_keys_of_the_sdk_survive_a_refresh() {
    let site = Sandbox::start();
    let mut set = site.stored(-10);
    set["theirs"] = json!([1, { "a": null }]);
    let env = with_key(TestEnv::new(&site).stored(&set));
    env.run(["seal"]).any_stderr().success();
    get(&env);
    check(&env.token_file());
    env.run(["unseal"]).any_stderr().success();
    assert_eq!(env.tokens()["theirs"], set["theirs"]);
}

#[test]
fn all_seals_everything_and_keeps_the_configuration() {
    let site = Sandbox::start();
    let config = "# mine\n[profiles.farm] # two\nprovider = 'prusa'\nseal = 'none'\n";
    let env = TestEnv::new(&site)
        .stored(&site.stored(3600))
        .config(config);
    let farm = env.config_dir().join("prusa-cred/tokens/farm.json");
    env.write(&farm, site.stored(3600).to_string());
    env.run_as("git-credential-prusa-cred", ["store"])
        .stdin("protocol=https\nhost=h\nusername=u\npassword=S3NTRY\n")
        .any_stderr()
        .success();
    let saved = env.data_dir().join("prusa-cred/credentials.json");
    env.run(["seal", "--all", "--key-file", "key"])
        .any_stderr()
        .success();
    for path in [&env.token_file(), &farm, &saved] {
        check(path);
    }
    let key = format!("\"{}\"", key_file(&env).display());
    assert_eq!(
        env.configuration().unwrap(),
        format!("seal = {key}\n{}", config.replace("'none'", &key))
    );
    env.run_as("git-credential-prusa-cred", ["get"])
        .stdin("protocol=https\nhost=h\n")
        .stdout("username=u\npassword=S3NTRY\n")
        .success();
    let again = env.run(["seal", "--all"]).any_stderr().success().stderr;
    assert_eq!(again.lines().count(), 3, "{again}");
    assert!(
        again
            .lines()
            .all(|line| line.ends_with(" is already sealed"))
    );
    env.run(["unseal", "--all"]).any_stderr().success();
    for path in [&env.token_file(), &farm, &saved] {
        assert!(fs::read_to_string(path).unwrap().contains("S3NTRY"));
    }
    assert_eq!(
        env.configuration().unwrap(),
        format!("seal = \"none\"\n{}", config.replace("'none'", "\"none\""))
    );
}

#[test]
fn a_profile_named_like_an_environment_file_is_separate() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(3600))
        .config("[profiles.environment-1]\nprovider = 'prusa'\n");
    let file = |name| env.config_dir().join("prusa-cred/tokens").join(name);
    let theirs = file("environment-1.json");
    let left = file("environment-0123456789abcdef0123456789abcdef.json");
    for path in [&theirs, &left] {
        env.write(path, site.stored(3600).to_string());
    }
    env.run(["seal", "-p", "prusa", "--key-file", "key"])
        .any_stderr()
        .success();
    check(&env.token_file());
    check(&left);
    assert!(fs::read_to_string(&theirs).unwrap().contains("S3NTRY"));
}

#[test]
fn leftovers_beside_a_sealed_file_are_removed() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let leftover = env.token_file().with_file_name(".tokens.json.new");
    env.write(&leftover, site.stored(3600).to_string());
    env.run(["seal"])
        .stderr_contains(" is already sealed\n")
        .success();
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn a_file_can_be_sealed_with_another_key() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let before = check(&env.token_file());
    env.run(["seal", "--key-file", "other"])
        .any_stderr()
        .success();
    assert_ne!(check(&env.token_file()), before);
    fs::remove_file(key_file(&env)).unwrap();
    get(&env);
    // A key that was moved is found by its new name.
    fs::rename(env.home().join("other"), env.home().join("moved")).unwrap();
    env.run(["get"]).any_stderr().status(1);
    env.run(["unseal", "--key-file", "moved"])
        .any_stderr()
        .success();
    get(&env);
    env.tokens();
}

#[test]
fn a_key_of_a_systemd_service_is_where_the_service_says() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    let directory = env.home().join("credentials");
    env.write(&directory.join("prusa-cred-key"), [1; 32]);
    let place = "$CREDENTIALS_DIRECTORY/prusa-cred-key";
    let env = env.config(&format!("seal = \"{place}\"\n"));
    env.run(["seal"])
        .stderr_contains(&format!("the key file {place} cannot be located"))
        .stderr_contains("hint: run it in the systemd service")
        .status(1);
    env.tokens();
    let env = env.var("CREDENTIALS_DIRECTORY", &directory);
    env.run(["seal"]).any_stderr().success();
    check(&env.token_file());
    get(&env);
    env.run(["get"])
        .env_remove("CREDENTIALS_DIRECTORY")
        .stderr_contains(&format!("the key file {place} cannot be located"))
        .status(1);
    // Each start has another directory.
    let elsewhere = env.home().join("elsewhere");
    fs::rename(&directory, &elsewhere).unwrap();
    let env = env.var("CREDENTIALS_DIRECTORY", &elsewhere);
    env.run(["get", "--refresh"]).any_stdout().success();
    check(&env.token_file());
}

#[test]
fn a_killed_seal_leaves_the_old_or_the_new_file() {
    const KILLS: u32 = 40;
    let site = Sandbox::start();
    let env = with_key(TestEnv::new(&site).stored(&site.stored(3600)));
    let plain = fs::read(env.token_file()).unwrap();
    let token = env.token("access_token");
    let begun = Instant::now();
    env.run(["seal"]).any_stderr().success();
    let mut step = begun.elapsed() / KILLS;
    let mut killed = 0;
    for number in 0..6 * KILLS {
        let verb = if number % 2 == 0 { "unseal" } else { "seal" };
        let running = env.run([verb]).any_stderr().spawn();
        running.signal_after(step * (number / 2 % KILLS), Signal::KILL);
        if running.outcome().status == -9 {
            killed += 1;
        } else {
            step = step * 9 / 10;
        }
        let now = fs::read(env.token_file()).unwrap();
        if now != plain {
            check(&env.token_file());
        }
        assert_eq!(get(&env), token);
        if killed == KILLS {
            break;
        }
    }
    assert_eq!(killed, KILLS, "the others had ended before");
    env.run(["unseal"]).any_stderr().success();
    assert_eq!(fs::read(env.token_file()).unwrap(), plain);
    env.run(["seal", "--key-file", "key"])
        .any_stderr()
        .success();
    check(&env.token_file());
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn processes_that_create_a_key_at_once_create_one() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    for name in ["a", "b", "c", "d", "e", "f"] {
        let path = env
            .config_dir()
            .join(format!("prusa-cred/tokens/{name}.json"));
        env.write(&path, site.stored(3600).to_string());
    }
    let tables: String = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .map(|name| format!("[profiles.{name}]\nprovider = 'prusa'\n"))
        .collect();
    let env = env.config(&tables);
    let running: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .map(|name| {
            env.run(["seal", "--profile", name, "--key-file", "key"])
                .any_stderr()
                .spawn()
        })
        .collect();
    for run in running {
        run.success();
    }
    for name in ["a", "b", "c", "d", "e", "f"] {
        env.run(["get", "--profile", name]).any_stdout().success();
    }
    assert_eq!(env.configuration().unwrap().matches("seal = ").count(), 6);
}

#[test]
fn a_file_that_cannot_be_sealed_is_reported_and_kept() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    env.run(["seal"])
        .stderr_contains("the key cannot be read from the keyring")
        .stderr_contains("hint: run it in the session that has the keyring; where there is none, `prusa-cred seal \
                          --key-file FILE` seals with a key in a file")
        .status(1);
    assert_eq!(env.configuration(), None);
    env.write(&env.token_file(), "{\"access_token\":");
    env.run(["seal", "--key-file", "key"])
        .stderr_contains("does not hold a token set")
        .status(1);
    assert_eq!(fs::read(env.token_file()).unwrap(), b"{\"access_token\":");
    for args in [
        &["seal", "--all", "--saved"][..],
        &["unseal", "--all", "--profile", "prusa"],
    ] {
        env.run(args).any_stderr().status(2);
    }
}

#[test]
fn nothing_is_done_if_the_choice_cannot_be_recorded() {
    let site = Sandbox::start();
    let text = "profiles = {}\n";
    let env = TestEnv::new(&site).stored(&site.stored(3600)).config(text);
    let stored = fs::read(env.token_file()).unwrap();
    let key = env.home().join("key");
    env.run(["seal", "--key-file", key.to_str().unwrap()])
        .stderr_contains("config.toml")
        .status(1);
    assert!(!key.exists());
    assert_eq!(fs::read(env.token_file()).unwrap(), stored);
    assert_eq!(env.configuration().as_deref(), Some(text));
}

#[test]
fn keys_that_are_interleaved_stay_in_their_order() {
    let site = Sandbox::start();
    let text =
        "profiles.farm.provider = 'prusa'\ndefault = 'farm'\nprofiles.farm.email = 'a@b.example'\n";
    let env = TestEnv::new(&site).config(text);
    let key = env.home().join("key");
    let key = key.to_str().expect("a path in UTF-8");
    env.run(["seal", "--profile", "farm", "--key-file", key])
        .any_stderr()
        .success();
    let added = format!("profiles.farm.seal = \"{key}\"\n");
    assert_eq!(env.configuration(), Some(format!("{text}{added}")));
}
