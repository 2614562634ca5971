//! The file of the audit log: there only if it is asked for, its owner's alone, never a line lost, and no obstacle.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::{CONFIG, TOKEN, file, get, home, lines, lines_of, mode, older, save, with_login};
use crate::support::env::TestEnv;
use crate::support::process::Running;

/// How large the file may become.
const LARGEST: u64 = 1 << 20;

#[test]
fn without_the_setting_nothing_is_logged() {
    for config in ["", "audit = false\n"] {
        let env = with_login(TestEnv::offline().config(&CONFIG.replace("audit = true\n", config)));
        get(&env).success();
        assert!(!env.data_dir().exists());
    }
    let env = TestEnv::offline().config("audit = \"yes\"\n");
    env.run(["get"])
        .stderr_contains("config.toml:1: audit: not true or false")
        .status(1);
}

#[test]
fn a_hundred_processes_write_whole_lines() {
    let env = home();
    save(&env);
    let seed = |at: usize| format!("{{\"at\":\"2000-01-01T00:00:00Z\",\"n\":\"{at:032}\"}}\n");
    let count = usize::try_from(LARGEST).expect("small") / seed(0).len() - 40;
    let seeds: String = (0..count).map(seed).collect();
    env.write(&file(&env), &seeds);
    let running: Vec<_> = (0..100).map(|_| get(&env).spawn()).collect();
    let mut pids: Vec<_> = running.iter().map(Running::pid).collect();
    for run in running {
        run.success();
    }
    let (before, after) = (lines_of(&older(&env)), lines(&env));
    assert!(!after.is_empty() && before.len() > count);
    assert_eq!(before.len() + after.len(), count + 100);
    let ours = before
        .iter()
        .chain(&after)
        .filter_map(|line| line["pid"].as_i64());
    let mut told: Vec<_> = ours.map(|pid| i32::try_from(pid).expect("a pid")).collect();
    told.sort_unstable();
    pids.sort_unstable();
    assert_eq!(told, pids);
    assert_eq!((mode(&file(&env)), mode(&older(&env))), (0o600, 0o600));
}

#[test]
fn the_file_is_private() {
    let env = home();
    get(&env).success();
    assert_eq!(mode(&file(&env)), 0o600);
    assert_eq!(mode(&env.data_dir()), 0o700);
    assert_eq!(mode(&env.data_dir().join("prusa-cred")), 0o700);
    fs::set_permissions(file(&env), fs::Permissions::from_mode(0o644)).expect("a mode");
    get(&env).success();
    assert_eq!((mode(&file(&env)), lines(&env).len()), (0o600, 2));
}

#[test]
fn an_unwritable_log_does_not_stop_get() {
    let fifo = |env: &TestEnv, path: &Path| {
        env.run_as("mkfifo", [path]).success();
    };
    let link_to = |target: &str, path: &Path| symlink(target, path).expect("a link");
    for what in [
        "a FIFO",
        "a symbolic link",
        "a symbolic link to a device",
        "a directory",
    ] {
        let env = home();
        let path = file(&env);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        match what {
            "a FIFO" => fifo(&env, &path),
            "a symbolic link" => link_to("elsewhere", &path),
            "a directory" => fs::create_dir(&path).expect("a directory"),
            _ => link_to("/dev/full", &path),
        }
        let what = what.trim_end_matches(" to a device");
        let warning = format!(
            "prusa-cred: warning: audit log: {} is {what}\n",
            path.display()
        );
        get(&env).stderr(&warning).success();
        get(&env).arg("--quiet").success();
        assert!(!path.with_file_name("elsewhere").exists());
        env.run(["exec", "-p", "corp", "--", "sh", "-c", "echo $PRUSA_TOKEN"])
            .stdout(format!("{TOKEN}\n"))
            .stderr(warning)
            .success();
    }
    let env = home();
    env.write(&env.data_dir(), "a file");
    get(&env)
        .stderr_contains("prusa-cred: warning: audit log: could not open ")
        .success();
}
