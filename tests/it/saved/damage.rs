//! Crowds, kills and damage: the file holds the old or the new, and what it cannot be read for is said.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;
use serde_json::json;

use super::{HOST, file, helper, home, of, saved, store};
use crate::support::env::TestEnv;
use crate::support::wait::wait_for;

#[test]
fn two_hundred_stores_at_once_are_all_kept() {
    let env = home();
    let lines = |number: usize| {
        format!(
            "protocol=https\nhost=h{number}.example.com\nusername=u\npassword=S3NTRY-{number}\n"
        )
    };
    let running: Vec<_> = (0..200)
        .map(|number| {
            env.run_as("git-credential-prusa-cred", ["--timeout", "50s", "store"])
                .stdin(lines(number))
                .any_stderr()
                .spawn()
        })
        .collect();
    let said = running
        .into_iter()
        .map(|run| run.success().stderr)
        .filter(|stderr| !stderr.is_empty());
    assert_eq!(said.count(), 1, "that it is plain is said by one of them");
    let saved = saved(&env);
    let mut hosts: Vec<_> = saved["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["host"].as_str().unwrap())
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    assert_eq!(hosts.len(), 200);
    assert!(!file(&env).with_file_name(".credentials.json.new").exists());
}

/// Stores so much that writing it takes a while.
fn with_a_large_file() -> TestEnv {
    let env = home();
    let entry = |number: usize| {
        json!({
            "protocol": "https", "host": format!("h{number}"), "username": "u", "password": "p".repeat(50_000),
        })
    };
    let entries: Vec<_> = (0..100).map(entry).collect();
    let content = json!({ "credentials": entries, "registries": [] });
    env.write(&file(&env), content.to_string());
    env
}

#[test]
fn a_killed_store_leaves_the_old_or_the_new_file() {
    let env = with_a_large_file();
    let temporary = file(&env).with_file_name(".credentials.json.new");
    let old = fs::read(file(&env)).unwrap();
    // The limit on file size, in blocks of 512 bytes: writing fails halfway.
    for blocks in [1, 100, 5000, 9700] {
        let script = format!("ulimit -f {blocks}; exec git-credential-prusa-cred store");
        let run = env.run_as("sh", ["-c", &script]);
        let run = run.stdin(format!("{HOST}{}", of("ada"))).any_stderr();
        run.status(1);
        assert!(!temporary.exists());
        assert!(fs::read(file(&env)).unwrap() == old, "{blocks}");
    }
    for number in 0..12 {
        let _ = fs::remove_file(&temporary);
        let length = || file(&env).metadata().unwrap().len();
        let before = length();
        let run = helper(&env, "store", &of(&format!("user{number}"))).spawn();
        wait_for(|| (temporary.exists() || length() != before).then_some(()));
        run.signal(Signal::KILL);
        run.outcome();
        let entries = saved(&env)["credentials"].as_array().unwrap().len();
        assert!(
            (100..=101 + number).contains(&entries),
            "{number}: {entries}"
        );
    }
    helper(&env, "store", &of("last")).success();
    helper(&env, "get", "").stdout(of("last")).success();
    assert!(!temporary.exists());
}

#[test]
fn an_empty_file_has_no_credentials() {
    let env = home();
    env.write(&file(&env), "");
    helper(&env, "get", &of("ada")).success();
    env.run_as("docker-credential-prusa-cred", ["list"])
        .stdout("{}\n")
        .success();
    helper(&env, "store", &of("ada")).any_stderr().success();
    helper(&env, "get", "").stdout(of("ada")).success();
}

#[test]
fn unknown_keys_of_an_entry_are_kept() {
    let env = home();
    let note = json!({ "by": "S3NTRY" });
    let theirs = json!({
        "credentials": [
            { "protocol": "https", "host": "h.example.com", "username": "u", "password": "S3NTRY", "note": note },
        ],
        "registries": [{ "ServerURL": "h", "Username": "u", "Secret": "S3NTRY", "Note": note }],
    });
    env.write(&file(&env), theirs.to_string());
    helper(&env, "store", &of("ada")).any_stderr().success();
    let kept = saved(&env);
    assert_eq!(kept["credentials"][1]["note"], note);
    assert_eq!(kept["registries"][0]["Note"], note);
}

#[test]
fn a_damaged_file_is_reported_and_kept() {
    let login = json!({ "ServerURL": "h", "Username": "u", "Secret": "S3NTRY" }).to_string();
    for damage in [
        &b"\n"[..],
        b"\0\0\0\0\0\0\0\0",
        b"{\"credentials\":[{\"password\":\"S3NTRY",
        b"[]",
        b"\"S3NTRY\"",
        b"{} {}",
        b"{\"credentials\":[\"S3NTRY\"]}",
        b"{\"credentials\":[{\"protocol\":\"https\",\"host\":\"S3NTRY x\"}]}",
        b"\xff\xfe{}",
        "[".repeat(200_000).as_bytes(),
    ] {
        let env = home();
        env.write(&file(&env), damage);
        let why = "does not hold saved credentials";
        for verb in ["get", "store", "erase"] {
            helper(&env, verb, &of("ada"))
                .stderr_contains(why)
                .stderr_contains("hint: repair that file, or move it elsewhere")
                .status(1);
        }
        for (verb, input) in [
            ("get", "h"),
            ("store", &login),
            ("erase", "h"),
            ("list", "unused"),
        ] {
            env.run_as("docker-credential-prusa-cred", [verb])
                .stdin(input)
                .stdout_contains(why)
                .no_secret_on_stdout()
                .status(1);
        }
        for args in [&["list"][..], &["forget", "--all"], &["get", "https://h"]] {
            env.run(args).stderr_contains(why).status(1);
        }
        assert_eq!(fs::read(file(&env)).unwrap(), damage);
    }
}

#[test]
fn a_path_that_is_no_file_is_reported_at_once() {
    let env = home();
    let path = file(&env);
    env.write(&path.with_file_name("x"), "");
    mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
    for verb in ["get", "store"] {
        helper(&env, verb, &of("ada"))
            .stderr_contains("is a FIFO")
            .status(1);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    for verb in ["get", "store"] {
        helper(&env, verb, &of("ada"))
            .stderr_contains("is a directory")
            .status(1);
    }
    fs::remove_dir(&path).unwrap();
    symlink(&path, &path).unwrap();
    helper(&env, "get", "").any_stderr().status(1);
}

#[test]
fn a_huge_file_is_not_read() {
    let env = home();
    env.write(&file(&env), "{}");
    let options = fs::OpenOptions::new().write(true).open(file(&env));
    options.unwrap().set_len((8 << 20) + 1).unwrap();
    helper(&env, "get", "")
        .stderr_contains("is larger than 8 MiB")
        .status(1);
}

#[test]
fn permissions_of_a_readable_file_are_fixed_with_a_warning() {
    let env = home();
    store(&env, &of("ada"));
    fs::set_permissions(file(&env), fs::Permissions::from_mode(0o644)).unwrap();
    helper(&env, "get", "")
        .stdout(of("ada"))
        .stderr_contains("could be read by others; now only you can read it")
        .success();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file(&env)), 0o600);
    assert_eq!(mode(file(&env).parent().unwrap()), 0o700);
    helper(&env, "get", "").stdout(of("ada")).success();
}

#[test]
fn an_unwritable_directory_is_reported() {
    if rustix::process::geteuid().is_root() {
        return;
    }
    let env = home();
    store(&env, &of("ada"));
    let directory = file(&env).parent().unwrap().to_owned();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o500)).unwrap();
    helper(&env, "store", &of("bob")).any_stderr().status(1);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    helper(&env, "get", "").stdout(of("ada")).success();
}

#[test]
fn a_held_lock_fails_at_the_deadline() {
    let env = home();
    store(&env, &of("ada"));
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(file(&env).with_file_name("credentials.json.lock"))
        .unwrap();
    lock.lock().unwrap();
    env.run_as("git-credential-prusa-cred", ["--timeout", "1s", "store"])
        .stdin(format!("{HOST}{}", of("bob")))
        .stderr_contains("is locked by")
        .status(1);
    helper(&env, "get", "").stdout(of("ada")).success();
}
