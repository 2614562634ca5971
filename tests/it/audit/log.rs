//! `log`: what people and programs are shown of the audit log.

use serde_json::{Value, json};

use super::{file, get, home, lines, older, save};
use crate::support::env::TestEnv;

/// Writes a log line of that time.
fn line(at: &str, profile: &str, more: &Value) -> String {
    let mut line = json!({
        "at": at, "profile": profile, "protocol": "git", "format": null, "host": "https://h.example.com",
        "token": "access", "pid": 4321, "parent_pid": 1234, "parent": "/usr/lib/git-core/git",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    format!("{line}\n")
}

fn seeded() -> TestEnv {
    let env = home();
    let first = line("2026-01-02T03:04:05Z", "corp", &json!({}));
    let exec = json!({ "protocol": "exec", "host": null, "parent": null });
    env.write(
        &older(&env),
        first + &line("2026-01-02T23:00:00Z", "farm", &exec),
    );
    let curl = json!({ "protocol": "get", "format": "curl", "token": "identity", "parent": "/bin/da\u{9b}sh" });
    env.write(&file(&env), line("2026-01-03T00:00:00Z", "corp", &curl));
    env
}

#[test]
fn an_unknown_profile_is_an_error_unless_it_has_lines() {
    let env = seeded();
    env.run(["log", "--profile", "nosuch"])
        .stderr_contains("prusa-cred: there is no profile \"nosuch\"\n")
        .status(1);
    env.run(["log", "--profile", "farm"]).any_stdout().success();
    env.run(["log", "--profile", "saved"]).success();
}

const FIRST: &str =
    "2026-01-02T03:04:05Z  corp             git       https://h.example.com  git [1234]\n";
const SECOND: &str =
    "2026-01-02T23:00:00Z  farm             exec      -                      [1234]\n";
const THIRD: &str =
    "2026-01-03T00:00:00Z  corp (identity)  get curl  https://h.example.com  dash [1234]\n";

#[test]
fn the_table_has_both_files_oldest_first() {
    let env = seeded();
    let all = [FIRST, SECOND, THIRD].concat();
    env.run(["log"]).stdout(&all).success();
    env.run(["log", "-n", "2"])
        .stdout([SECOND, THIRD].concat())
        .success();
    env.run(["log", "-n", "9"]).stdout(&all).success();
    env.run(["log", "-n", "0"]).success();
    env.run(["log", "--since", "2026-01-03"])
        .stdout(THIRD)
        .success();
    env.run(["log", "--since", "2026-01-02T04:00"])
        .stdout_contains("farm")
        .success();
    env.run(["log", "--since", "1h"]).success();
    for wrong in ["soon", "2026-13-01", "-1h", ""] {
        env.run(["log", &format!("--since={wrong}")])
            .stderr_contains("neither a duration such as 1h nor a date such as 2026-11-22")
            .status(2);
    }
    // The variable chooses the profile that answers; it must not hide lines of the log.
    env.run(["log"])
        .env("PRUSA_CRED_PROFILE", "farm")
        .stdout(&all)
        .success();
    let farm = env.run(["log", "--profile", "farm"]).any_stdout().success();
    assert!(
        farm.stdout.contains("farm") && !farm.stdout.contains("corp"),
        "{farm}"
    );
}

#[test]
fn json_has_one_object_for_each_line() {
    let env = seeded();
    let output = env
        .run(["log", "--json", "--profile", "corp"])
        .any_stdout()
        .success();
    let told: Vec<Value> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1], lines(&env)[0]);
}

#[test]
fn the_newest_line_is_last() {
    let env = home();
    env.run(["log"])
        .stderr("nothing has been handed out since `audit = true` was set\n")
        .success();
    assert!(!env.data_dir().exists());
    save(&env);
    get(&env).success();
    env.run(["git", "get"])
        .stdin("protocol=https\nhost=other.example.com\n")
        .any_stdout()
        .success();
    let shown = env
        .run(["log", "--since", "1h", "-n", "1"])
        .any_stdout()
        .success();
    assert!(
        shown
            .stdout
            .contains("  saved  git  https://other.example.com  it-"),
        "{shown}"
    );

    let env = TestEnv::offline();
    env.run(["log"])
        .stderr("nothing is logged: to log, set `audit = true` at the top of the configuration\n")
        .success();
    env.run(["log", "--json"]).stdout("[]\n").success();
}

#[test]
fn damaged_lines_are_skipped_and_counted() {
    let env = seeded();
    let good = line("2026-01-04T00:00:00Z", "corp", &json!({}));
    let cut = &good[..50];
    let mut log = format!("{good}{cut}{good}\n{cut}\n").into_bytes();
    log.extend_from_slice(b"\0\0\0\xff\n[[[[\n");
    log.extend_from_slice(good.as_bytes());
    log.extend_from_slice(cut.as_bytes());
    env.write(&file(&env), log);
    let warning = format!(
        "prusa-cred: warning: 4 lines of {} could not be read and are left out\n",
        file(&env).display()
    );
    let shown = env.run(["log"]).stderr(&warning).any_stdout().success();
    assert_eq!(shown.stdout.lines().count(), 5, "{shown}");
    env.run(["log", "--json", "-n", "0"])
        .stdout("[]\n")
        .stderr_contains("{\"warning\":\"4 lines of ")
        .success();
    let older = file(&env).with_file_name("audit.jsonl.1");
    env.write(&older, "xyz\n");
    env.write(&file(&env), format!("{good}\n"));
    env.run(["log"])
        .stderr(format!(
            "prusa-cred: warning: 1 line of {} could not be read and is left out\n",
            older.display()
        ))
        .any_stdout()
        .success();
}

#[test]
fn a_log_that_is_not_a_file_is_an_error() {
    let env = home();
    std::fs::create_dir_all(file(&env)).expect("a directory");
    env.run(["log"])
        .stderr_contains("audit.jsonl is a directory")
        .stderr_contains("hint: move it elsewhere, then try again\n")
        .status(1);
}

#[test]
fn without_a_line_json_is_an_empty_list() {
    let env = home();
    env.run(["log", "--json"]).stdout("[]\n").success();
    let env = seeded();
    env.run(["log", "--json", "--since", "1h"])
        .stdout("[]\n")
        .success();
}
