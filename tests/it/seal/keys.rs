//! Where keys are read: in the places that the configuration names and nowhere else; and what is in such a place and no
//! key stays as it is.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{check, edited, get, key_file, sealed};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it").permissions().mode() & 0o777
}

fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).expect("a FIFO");
}

/// Returns the calls of a run that concern files, as strace shows them.
fn traced(env: &TestEnv, args: &[&str]) -> String {
    let words = ["-f", "-e", "trace=file,fchmod", "-o", "trace", "prusa-cred"];
    env.run_as("strace", words.iter().chain(args))
        .any_stdout()
        .any_stderr()
        .outcome();
    let trace = fs::read_to_string(env.home().join("trace")).expect("what strace wrote");
    // The first call has the arguments.
    let (_, calls) = trace.split_once('\n').expect("calls");
    assert!(calls.contains("tokens.json"), "{calls}");
    calls.to_owned()
}

#[test]
fn the_place_that_a_file_names_is_not_read_for_that() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let whole = check(&env.token_file());
    let own = key_file(&env).display().to_string();
    let [theirs, pipe] = ["theirs", "pipe"].map(|name| env.home().join(name));
    env.write(&theirs, [7; 32]);
    fs::set_permissions(&theirs, fs::Permissions::from_mode(0o644)).expect("a mode");
    fifo(&pipe);
    let places = [
        theirs.to_str().expect("text"),
        pipe.to_str().expect("text"),
        "/dev/zero",
        "~/theirs",
        "$CREDENTIALS_DIRECTORY/theirs",
        "\\u001b[2Jnot a place",
    ];
    for place in places {
        env.write(&env.token_file(), edited(&whole, &own, place));
        // The configured key is the right one, and finds that the file was changed.
        env.run(["get"])
            .env("CREDENTIALS_DIRECTORY", env.home())
            .stderr_contains("some of it was changed since it was sealed")
            .status(1);
    }
    let env = env.config("");
    for place in places {
        env.write(&env.token_file(), edited(&whole, &own, place));
        let shown = place.replace("\\u001b", "");
        env.run(["get"])
            .env("CREDENTIALS_DIRECTORY", env.home())
            .stderr_contains(&format!(
                "from {shown}, and the configuration does not name that place\n"
            ))
            .stderr_contains(
                "with your key file, `prusa-cred seal --profile prusa --key-file FILE` names it in the configuration",
            )
            .status(1);
        if place.starts_with('/') {
            for args in [
                &["get"][..],
                &["get", "--refresh"],
                &["status"],
                &["doctor"],
            ] {
                let calls = traced(&env, args);
                assert!(!calls.contains(place), "{args:?}: {calls}");
            }
        }
    }
    assert_eq!(mode(&theirs), 0o644);
}

#[test]
fn a_key_that_is_named_no_longer_is_named_again_by_seal() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600).config("");
    env.run(["get"])
        .stderr_contains("and the configuration does not name that place")
        .status(1);
    env.run(["seal", "--key-file", "key"])
        .stderr_contains(" is already sealed\n")
        .success();
    get(&env);
    let env = env.config("");
    env.run(["unseal", "--key-file", "key"])
        .any_stderr()
        .success();
    get(&env);
    assert!(env.tokens().is_object());
}

#[test]
fn a_configured_file_that_is_no_key_is_neither_changed_nor_read_on() {
    let site = Sandbox::start();
    let env = sealed(&site, 3600);
    let (path, before) = (key_file(&env), check(&env.token_file()));
    let of_length = |length: u64| {
        env.write(&path, "");
        let file = fs::OpenOptions::new().write(true).open(&path);
        let file = file.expect("a file");
        file.set_len(length).expect("a sparse file");
    };
    let cases: [(&dyn Fn(), &str); 6] = [
        (
            &|| env.write(&path, "127.0.0.1 localhost\n"),
            "is not a key",
        ),
        (&|| env.write(&path, ""), "is not a key"),
        (&|| of_length(4097), "is not a key"),
        (&|| of_length(10 << 30), "is not a key"),
        (&|| fs::create_dir(&path).expect("one"), "is a directory"),
        (&|| fifo(&path), "is a FIFO"),
    ];
    for (make, why) in cases {
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(&path);
        make();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        env.run(["get"]).stderr_contains(why).status(1);
        env.run(["seal"]).any_stderr().status(1);
        assert_eq!(mode(&path), 0o755, "{why}");
        assert_eq!(check(&env.token_file()), before);
    }
}

#[test]
fn a_seal_that_was_written_by_hand_asks_for_the_command() {
    let site = Sandbox::start();
    for (seal, has_key) in [("keyring", false), ("~/key", true)] {
        let env = TestEnv::new(&site)
            .stored(&site.stored(3600))
            .config(&format!("seal = '{seal}'\n"));
        env.write(&key_file(&env), [7; 32]);
        let why = format!(
            "{} is not sealed, and the configuration says that it is to be",
            env.token_file().display()
        );
        let said = env.run(["get", "--json"]).any_stderr().status(1);
        let error = said.json_error();
        assert_eq!(error["error"], "storage", "{error}");
        assert!(error["message"].to_string().contains(&why), "{error}");
        let command = "prusa-cred seal --profile prusa";
        assert!(error["hint"].to_string().contains(command), "{error}");
        for args in [["status"], ["which"]] {
            env.run(args).stdout_contains(&why).success();
        }
        env.run(["doctor", "--json"])
            .stdout_contains(&why)
            .stdout_contains(command)
            .any_stderr()
            .status(1);
        if has_key {
            env.run(["seal"]).any_stderr().success();
            check(&env.token_file());
            get(&env);
        }
    }
}

#[test]
fn a_run_that_was_interrupted_leaves_files_that_can_be_read() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    for (name, byte) in [("key", 7), ("other", 9)] {
        env.write(&env.home().join(name), [byte; 32]);
    }
    let env = env.config("seal = '~/key'\n");
    let plain = fs::read(env.token_file()).expect("it");
    env.run(["seal"]).any_stderr().success();
    let sealed = check(&env.token_file());
    let env = env.config("seal = '~/other'\nseal_keys = ['~/key']\n");
    env.run(["seal"]).any_stderr().success();
    let under_other = check(&env.token_file());
    // What `seal`, `seal` with another key, and `unseal` write first, and the files before and after.
    let added = |key: &str| {
        format!(
            "seal_keys = [\n  # added by prusa-cred for as long as it rewrites files\n  '{key}'\n]\n"
        )
    };
    for (config, files, command) in [
        (
            added("~/key"),
            [&plain, &sealed],
            &["seal", "--all", "--key-file", "~/key"][..],
        ),
        (
            format!("seal = '~/key'\n{}", added("~/other")),
            [&sealed, &under_other],
            &["seal", "--all", "--key-file", "~/other"],
        ),
        (
            format!("seal = 'none'\n{}", added("~/key")),
            [&sealed, &plain],
            &["unseal", "--all"],
        ),
    ] {
        let env = TestEnv::new(&site).config(&config);
        for (name, byte) in [("key", 7), ("other", 9)] {
            env.write(&env.home().join(name), [byte; 32]);
        }
        for file in files {
            env.write(&env.token_file(), file);
            get(&env);
        }
        for file in files {
            let env = TestEnv::new(&site).config(&config);
            for (name, byte) in [("key", 7), ("other", 9)] {
                env.write(&env.home().join(name), [byte; 32]);
            }
            env.write(&env.token_file(), file);
            env.run(command).any_stderr().success();
            get(&env);
            let configuration = env.configuration().expect("it");
            assert!(!configuration.contains("seal_keys"), "{configuration}");
            let is_sealed = fs::read(env.token_file())
                .expect("it")
                .starts_with(b"{\"prusa");
            assert_eq!(is_sealed, command[0] == "seal", "{config}");
        }
    }
}

/// A home with a login under profile `farm`, keys 7 and 9 in the files `key` and `old`, and this configuration before
/// the profile's table.
fn farm(site: &Sandbox, config: &str) -> TestEnv {
    let env = TestEnv::new(site).config(&format!("{config}[profiles.farm]\nprovider = 'prusa'\n"));
    for (name, byte) in [("key", 7), ("old", 9)] {
        env.write(&env.home().join(name), [byte; 32]);
    }
    env.write(&farm_file(&env), site.stored(3600).to_string());
    env
}

fn farm_file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-cred/tokens/farm.json")
}

#[test]
fn nothing_is_sealed_anew_with_a_key_that_a_person_listed() {
    let site = Sandbox::start();
    let env = farm(&site, "seal_keys = ['~/old'] # mine\n");
    let before = env.configuration();
    for args in [
        &["seal", "--profile", "farm"][..],
        &["seal", "--all"],
        &["seal", "--saved"],
    ] {
        // There is no keyring here.
        env.run(args).any_stderr().status(1);
        assert_eq!(env.configuration(), before, "{args:?}");
    }
    let plain = fs::read_to_string(farm_file(&env)).expect("it");
    assert!(plain.contains("S3NTRY"), "{plain}");
}

#[test]
fn what_a_person_listed_stays_in_the_list() {
    let site = Sandbox::start();
    let lists = [
        "seal_keys = ['~/old'] # mine\n",
        "seal_keys = [\n  '~/old', # the first\n  '~/key',\n]\n",
    ];
    for list in lists {
        for selection in [&["--profile", "farm"][..], &["--all"], &["--saved"]] {
            let env = farm(&site, list);
            for command in ["seal", "unseal"] {
                let run = env.run([command, "--key-file", "~/key"]).args(selection);
                run.any_stderr().success();
                let config = env.configuration().expect("it");
                assert!(config.contains(list), "{command} {selection:?}: {config}");
                assert!(
                    !config.contains("added by"),
                    "{command} {selection:?}: {config}"
                );
            }
        }
    }
}

#[test]
fn one_that_was_unsealed_gets_the_key_of_the_top_level_again() {
    let site = Sandbox::start();
    let env = farm(&site, "seal = '~/key'\n");
    for selection in [&["--profile", "farm"][..], &["--saved"]] {
        let run = |command: &str| env.run([command]).args(selection).any_stderr().success();
        run("seal");
        run("unseal");
        let config = env.configuration().expect("it");
        assert!(config.contains("= \"none\""), "{config}");
        run("seal");
        let config = env.configuration().expect("it");
        assert!(!config.contains("none"), "{config}");
        assert!(config.contains("= \"~/key\""), "{config}");
        env.run(["unseal"]).args(selection).any_stderr().success();
        env.run(["seal"]).args(selection).any_stderr().success();
    }
    check(&farm_file(&env));
}
