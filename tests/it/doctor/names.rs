//! Names on PATH: this executable, an older one, another program, a link to nothing, or nothing where it is needed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::{examine, mend, read};
use crate::support::env::TestEnv;
use crate::support::known::signed_in;

const GIT: &str = "git-credential-prusa-cred";

/// Puts a program into a directory of its own.
fn program(env: &TestEnv, directory: &str, name: &str, script: &str) -> PathBuf {
    let path = env.home().join(directory).join(name);
    env.write(&path, format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Returns the result for a name when this directory is first on PATH.
fn said(env: &TestEnv, directory: &str, name: &str) -> (String, String, String) {
    let path = env.run_as("sh", ["-c", "printf %s \"$PATH\""]).any_stdout();
    let path = format!(
        "{}:{}",
        env.home().join(directory).display(),
        path.success().stdout
    );
    let run = env.run(["doctor", "--json"]).env("PATH", path);
    let report = read(&run.any_stdout().outcome());
    let (state, message, command) = report.of("path.name", name);
    (state.to_owned(), message.to_owned(), command.to_owned())
}

#[test]
fn a_link_to_this_executable_is_ok() {
    let env = signed_in();
    let report = examine(&env);
    for name in ["prusa-cred", GIT, "docker-credential-prusa-cred", "keyring"] {
        let (state, message, _) = report.of("path.name", name);
        assert_eq!(state, "ok", "{message}");
        let place = env.home().join("bin").join(name);
        assert!(message.starts_with(place.to_str().unwrap()), "{message}");
    }
}

#[test]
fn an_older_version_first_on_the_path_is_reported() {
    let env = signed_in();
    for name in ["prusa-cred", "docker-credential-prusa-cred"] {
        let old = program(&env, "old", name, "echo prusa-cred 0.0.9");
        let (state, message, command) = said(&env, "old", name);
        assert_eq!(state, "warning");
        let wanted = format!("{} ", old.display());
        assert!(message.starts_with(&wanted), "{message}");
        mend(&env, &command);
        assert_eq!(said(&env, "old", name).0, "ok");
    }
}

#[test]
fn another_copy_of_the_same_version_is_ok() {
    let env = signed_in();
    let script = format!("echo prusa-cred {}", env!("CARGO_PKG_VERSION"));
    program(&env, "copy", "prusa-cred", &script);
    let (state, message, _) = said(&env, "copy", "prusa-cred");
    assert_eq!(state, "ok");
    assert!(message.contains(" is another copy of "), "{message}");
}

#[test]
fn another_program_first_on_the_path_is_reported() {
    let env = signed_in();
    program(&env, "foreign", "prusa-cred", "echo S3NTRY >&2; exit 1");
    assert_eq!(said(&env, "foreign", "prusa-cred").0, "broken");
    // It hangs, and is waited for two seconds at most.
    program(&env, "foreign", GIT, "sleep 600");
    let (state, message, _) = said(&env, "foreign", GIT);
    assert_eq!(state, "warning");
    let ours = env.home().join("bin").join(GIT);
    let wanted = format!(
        "comes first on PATH and is another program than {}",
        ours.display()
    );
    assert!(message.ends_with(&wanted), "{message}");
    // A file that is not executable does not count.
    env.write(&env.home().join("plain").join(GIT), "text");
    assert_eq!(said(&env, "plain", GIT).0, "ok");
}

#[test]
fn the_keyring_command_may_be_another_program() {
    let env = signed_in();
    fs::remove_file(env.home().join("bin/keyring")).unwrap();
    program(&env, "python", "keyring", "echo 25.0");
    let (state, message, _) = said(&env, "python", "keyring");
    assert_eq!(state, "ok");
    assert!(
        message.ends_with("is another program; pip and uv ask that one"),
        "{message}"
    );
}

#[test]
fn a_name_that_a_client_runs_must_exist() {
    let env = signed_in();
    fs::remove_file(env.home().join("bin").join(GIT)).unwrap();
    assert_eq!(examine(&env).state("path.name", GIT), "skipped");
    env.run_as(
        "git",
        ["config", "--global", "credential.helper", "prusa-cred"],
    )
    .success();
    let report = examine(&env);
    let (state, _, command) = report.of("path.name", GIT);
    assert_eq!(state, "broken");
    assert!(command.starts_with("ln -sf /"), "{command}");
    mend(&env, command);
    assert_eq!(examine(&env).state("path.name", GIT), "ok");
}

#[test]
fn a_dangling_link_is_broken() {
    let env = signed_in();
    let link = env.home().join("bin").join(GIT);
    fs::remove_file(&link).unwrap();
    symlink("/nowhere/prusa-cred", &link).unwrap();
    let report = examine(&env);
    let (state, message, command) = report.of("path.name", GIT);
    assert_eq!(state, "broken");
    assert_eq!(message, format!("{} is a broken link", link.display()));
    mend(&env, command);
    assert_eq!(examine(&env).state("path.name", GIT), "ok");
}

#[test]
fn terraform_looks_in_its_own_directory() {
    const NAME: &str = "terraform-credentials-prusa-cred";
    let env = signed_in();
    assert_eq!(
        examine(&env).state("path.name", NAME),
        "skipped",
        "PATH is not searched"
    );
    let directory = env.home().join(".terraform.d/plugins");
    fs::create_dir_all(&directory).unwrap();
    symlink(env!("CARGO_BIN_EXE_prusa-cred"), directory.join(NAME)).unwrap();
    assert_eq!(examine(&env).state("path.name", NAME), "ok");
}
