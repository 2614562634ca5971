//! Everything that can be the matter with a token file and with the way to it.
//!
//! A file that cannot be read is nobody's to overwrite but `login`'s, which keeps it.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::storage::{CANNOT_USE, line, mode, set_mode};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

const NOT_A_FILE: &str =
    "  hint: nothing was sent to the server; move it elsewhere, or name another token file\n";

/// Content that is not a token set, and the error for it.
const DAMAGED: [(&str, &str); 9] = [
    ("", "it is not valid JSON from line 1, column 0"),
    ("\n\n", "it is not valid JSON from line 3, column 0"),
    ("\0\0\0\0", "it is not valid JSON from line 1, column 1"),
    (
        "{\"access_token\": \"S3NTRY",
        "it is not valid JSON from line 1, column 24",
    ),
    ("{}{}", "it is not valid JSON from line 1, column 3"),
    ("[\"S3NTRY\"]", "it is JSON but not an object"),
    ("\"S3NTRY\"", "it is JSON but not an object"),
    (
        "{\"access_token\": 7}",
        "its \"access_token\" is not a string",
    ),
    (
        "{\"refresh_token\": [\"S3NTRY\"]}",
        "its \"refresh_token\" is not a string",
    ),
];

#[test]
fn a_damaged_file_is_reported_and_kept_by_login() {
    for (content, why) in DAMAGED {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).with_credentials();
        let file = env.token_file();
        env.write(&file, content);
        let told = format!(
            "{CANNOT_USE}  because: {} does not hold a token set\n  because: {why}\n  hint: `prusa-cred login` starts \
             a new login and keeps that file under another name\n",
            file.display()
        );
        for options in [&["get"][..], &["get", "--refresh"]] {
            env.run(options).stderr(&told).status(1);
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        assert_eq!(site.requests().len(), 0, "no sign-in hides the damage");

        check_login_keeps(&env, content.as_bytes());
    }
}

/// Signs in, and sees that what was in the token file lies beside it now.
fn check_login_keeps(env: &TestEnv, content: &[u8]) {
    let output = env.run(["login"]).any_stderr().success();
    let aside = &env.leftovers()[0];
    assert!(aside.starts_with("tokens.json.unreadable-"), "{aside}");
    let path = env.token_file().with_file_name(aside);
    assert_eq!(mode(&path), 0o600);
    assert!(fs::read(&path).unwrap() == content, "kept as it was");
    let told = format!(
        "prusa-cred: warning: the file of the login before could not be read; it is kept as {}\n",
        env.shown(&path)
    );
    assert!(output.stderr.starts_with(&told), "{output}");
    env.run(["get"]).any_stdout().success();
    assert_eq!(env.leftovers().len(), 1);
}

#[test]
fn unknown_values_beside_the_tokens_are_accepted() {
    let site = Sandbox::start();
    for (key, odd) in [
        ("expires_at", json!("soon")),
        ("expires_in", json!({})),
        ("token_type", json!(7)),
        ("scope", json!(["a"])),
        ("id_token", json!("")),
        ("prusa_cred", json!("odd")),
    ] {
        let mut set = site.stored(3000);
        set[key] = odd;
        let env = TestEnv::new(&site).stored(&set);
        env.run(["get"]).stdout(line(&set)).success();
    }
    let env = TestEnv::new(&site).stored(&json!({}));
    env.run(["get"])
        .stderr(
            "prusa-cred: the login of profile prusa has ended\n  because: its access token has expired and it has no \
             refresh token\n  hint: run `prusa-cred login`\n",
        )
        .status(1);
}

#[test]
fn a_huge_file_is_not_read_and_kept_by_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    let file = env.token_file();
    env.write(&file, "");
    let huge = fs::File::options().write(true).open(&file).unwrap();
    huge.set_len(100 << 20).unwrap();
    env.run(["get"])
        .stderr(format!(
            "{CANNOT_USE}  because: {} is larger than 1 MiB\n  hint: `prusa-cred login` starts a new login and keeps \
             that file under another name\n",
            file.display()
        ))
        .status(1);
    assert_eq!(fs::metadata(&file).unwrap().len(), 100 << 20);
    env.run(["login"]).any_stderr().success();
    let aside = file.with_file_name(&env.leftovers()[0]);
    assert_eq!(fs::metadata(aside).unwrap().len(), 100 << 20);
    env.run(["get"]).any_stdout().success();
}

#[test]
fn a_path_that_is_no_file_is_reported_and_kept() {
    for (make, what) in [
        ("mkdir", "a directory"),
        ("mkfifo", "a FIFO"),
        ("ln -s /dev/zero", "a device"),
    ] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).with_credentials();
        let file = env.token_file();
        env.write(&file.with_file_name("other"), "");
        let script = format!("{make} \"$1\"");
        env.run_as("sh", ["-c", &script, "sh", file.to_str().unwrap()])
            .success();
        let because = format!("{} is {what}\n{NOT_A_FILE}", file.display());
        env.run(["get"])
            .stderr(format!("{CANNOT_USE}  because: {because}"))
            .status(1);
        env.run(["login"])
            .stderr_contains(&format!(" is {what}\n{NOT_A_FILE}"))
            .status(1);
        assert!(!fs::metadata(&file).unwrap().is_file());
        let lock = file.with_file_name("tokens.json.lock");
        assert!(!lock.exists(), "nothing is made beside {what}");
        assert_eq!(site.requests().len(), 0, "{what}");
    }
}

#[test]
fn a_symbolic_link_is_followed_and_its_target_replaced() {
    let site = Sandbox::start();
    let mut set = site.stored(-10);
    set["theirs"] = json!({ "deep": [1, null, "x"], "more": 1.5 });
    let env = TestEnv::new(&site);
    let real = env.home().join("synced/real.json");
    env.write(&real, set.to_string());
    env.write(&env.token_file().with_file_name("other"), "");
    symlink("../../synced/real.json", env.token_file()).unwrap();
    let token = env.run(["get"]).any_stdout().success().stdout;
    assert!(env.token_file().is_symlink());
    assert!(!real.is_symlink());
    assert_eq!(line(&env.tokens()), token);
    assert_eq!(
        env.tokens()["theirs"],
        set["theirs"],
        "unknown keys are kept"
    );
    assert_eq!(
        env.names_in("prusa-connect-sdk-client"),
        ["other", "tokens.json"]
    );
    // The other path to the same file has the same lock.
    assert!(real.with_file_name("real.json.lock").exists());
}

#[test]
fn a_dangling_link_is_a_missing_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    env.write(&env.token_file().with_file_name("other"), "");
    symlink("../../not/yet.json", env.token_file()).unwrap();
    env.run(["get"])
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
    env.run(["login"]).with_credentials().any_stderr().success();
    assert!(env.token_file().is_symlink());
    let target = env.home().join("not/yet.json");
    assert_eq!(
        (mode(&target), mode(&env.home().join("not"))),
        (0o600, 0o700)
    );
    env.run(["get"]).stdout(line(&env.tokens())).success();
}

#[test]
fn permissions_of_a_readable_file_are_fixed_with_a_warning() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site).stored(&set);
    for loose in [0o644, 0o660, 0o604] {
        set_mode(&env.token_file(), loose);
        env.run(["get"])
            .stdout(line(&set))
            .stderr(format!(
                "prusa-cred: warning: {} could be read by others; now only you can read it\n",
                env.token_file().display()
            ))
            .success();
        assert_eq!(mode(&env.token_file()), 0o600);
        env.run(["get"]).stdout(line(&set)).success();
    }
}

#[test]
fn login_creates_private_directories() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    assert!(!env.config_dir().exists());
    env.run_as("sh", ["-c", "umask 0; exec prusa-cred get"])
        .any_stdout()
        .success();
    let file = env.token_file();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&file.with_file_name("tokens.json.lock")), 0o600);
    for directory in [file.parent().unwrap(), &env.config_dir()] {
        assert_eq!(mode(directory), 0o700, "{}", directory.display());
    }
}

#[test]
fn the_environment_sets_the_configuration_directory() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site);
    let below = |directory: &str| {
        let file = "prusa-connect-sdk-client/tokens.json";
        env.home().join(directory).join(file)
    };
    env.write(&below(".config"), set.to_string());
    let get = || env.run(["get"]).env_remove("XDG_CONFIG_HOME");
    get().stdout(line(&set)).success();
    get()
        .env("XDG_CONFIG_HOME", "")
        .stdout(line(&set))
        .success();
    get()
        .env("XDG_CONFIG_HOME", "relative")
        .stdout(line(&set))
        .success();
    let other = site.stored(3000);
    env.write(&below("xdg"), other.to_string());
    env.run(["get"])
        .env("XDG_CONFIG_HOME", env.home().join("xdg"))
        .env_remove("HOME")
        .stdout(line(&other))
        .success();
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_home_directory_is_an_error() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    // A user of whom the system has no record, so that there is no home to fall back on.
    let nobody: &[&str] = if rustix::process::geteuid().is_root() {
        &[
            "setpriv",
            "--reuid=54321",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
        ]
    } else {
        &["unshare", "--user", "--map-user=54321"]
    };
    let run = |command: &[&str]| {
        let args = nobody[1..].iter().chain(&["prusa-cred"]).chain(command);
        env.run_as(nobody[0], args)
            .env_remove("HOME")
            .env_remove("XDG_CONFIG_HOME")
    };
    let error = "prusa-cred: there is no configuration directory: neither HOME nor XDG_CONFIG_HOME is set\n  hint: \
             set HOME or XDG_CONFIG_HOME to a directory that can be written\n";
    run(&["get"]).stderr(error).status(1);
    let told = run(&["get", "--json"]).any_stderr().status(1).json_error();
    assert_eq!(told["error"], "config");
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn the_python_sdk_s_file_is_used_if_it_is_the_only_one() {
    let site = Sandbox::start();
    let mut theirs = site.issue(-10);
    theirs["expires_in"] = json!(3600);
    let env = TestEnv::new(&site);
    let file = env.config_dir().join("prusa-connect/prusa_tokens.json");
    env.write(&file, serde_json::to_string_pretty(&theirs).unwrap());
    let token = env.run(["get"]).any_stdout().success().stdout;
    let stored: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(line(&stored), token);
    assert!(!env.token_file().exists());
    env.run(["get"]).stdout(token).success();
    assert_eq!(site.refreshes(), 1);
    let ours = site.stored(3000);
    env.store(&ours);
    env.run(["get"]).stdout(line(&ours)).success();
}
