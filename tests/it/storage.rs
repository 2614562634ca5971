//! Full disks, and files and directories that may not be written: found out before the refresh token is spent.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::{Answer, Sandbox};

pub(crate) const CANNOT_USE: &str = "prusa-cred: could not use the stored login of profile prusa\n";
const HINT: &str = "  hint: nothing was sent to the server; check that the directory can be written, then try again\n";

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Returns what `get` prints of a token set.
pub(crate) fn line(set: &Value) -> String {
    format!("{}\n", set["access_token"].as_str().unwrap())
}

/// Returns a run of `prusa-cred` for which permissions count also where the tests run as root.
pub(crate) fn without_privileges(env: &TestEnv, command: &[&str]) -> Run {
    if !rustix::process::geteuid().is_root() {
        return env.run(command);
    }
    let drop_all = ["--inh-caps=-all", "--bounding-set=-all", "prusa-cred"];
    env.run_as("setpriv", drop_all.iter().chain(command))
}

/// Returns a run of `prusa-cred` that cannot make a file longer than so many half kilobytes.
fn with_room_for(blocks: u32, env: &TestEnv, command: &[&str]) -> Run {
    let script = format!("ulimit -f {blocks}; exec env --default-signal=XFSZ prusa-cred \"$@\"");
    env.run_as("sh", ["-c", &script, "sh"].iter().chain(command))
}

/// Checks that no refresh token was used and no file changed, and that it works once there is room again.
fn check_nothing_is_lost(site: &Sandbox, env: &TestEnv, set: &Value) {
    assert_eq!(site.requests().len(), 0, "nothing is spent");
    assert_eq!(&env.tokens(), set);
    env.run(["get"]).any_stdout().success();
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn a_full_disk_is_detected_before_the_refresh() {
    for blocks in [0, 1, 100] {
        let site = Sandbox::start();
        let set = site.stored(-10);
        let env = TestEnv::new(&site).stored(&set);
        with_room_for(blocks, &env, &["get"])
            .stderr(format!(
                "{CANNOT_USE}  because: could not reserve space for {}\n  because: File too large (os error \
                 27)\n{HINT}",
                env.token_file().display()
            ))
            .status(1);
        let error = with_room_for(blocks, &env, &["get", "--json"])
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "storage");
        assert_eq!(env.leftovers(), [""; 0]);
        check_nothing_is_lost(&site, &env, &set);
    }
}

#[test]
fn an_answer_that_does_not_fit_is_reported_as_lost() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    // More than is reserved for a token set of this size.
    let edit = |answer: &mut Map<String, Value>| {
        answer.insert("padding".to_owned(), "x".repeat(200_000).into());
    };
    site.answers("POST /o/token/", [Answer::edited(edit)]);
    with_room_for(200, &env, &["get"])
        .stderr(format!(
            "{CANNOT_USE}  because: the server's answer could not be stored in {}\n  because: File too large (os error \
             27)\n  hint: free some space there and try again; if the server no longer accepts the stored login, run \
             `prusa-cred login`\n",
            env.token_file().display()
        ))
        .status(1);
    assert_eq!((site.rotations(), &env.tokens()), (1, &set));
    assert_eq!(env.leftovers(), ["tokens.json.journal"]);
    env.run(["get"])
        .stderr_contains(" was interrupted before its answer was stored, ")
        .status(1);
}

#[test]
fn a_failed_directory_sync_does_not_stop_storing() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let directory = env.token_file().with_file_name("");
    set_mode(&directory, 0o300);
    let token = without_privileges(&env, &["get"]).any_stdout().success();
    set_mode(&directory, 0o700);
    assert_eq!(token.stdout, line(&env.tokens()));
    assert_eq!((site.rotations(), env.leftovers()), (1, vec![]));
}

#[test]
fn an_unexpired_token_is_printed_despite_a_full_disk() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    for (life, warning) in [(3000, false), (25, true)] {
        let set = site.stored(life);
        env.store(&set);
        let run = with_room_for(0, &env, &["get"]).stdout(line(&set));
        if warning {
            run.stderr_contains("so the old token is used until it expires: could not reserve")
                .stderr_contains(": File too large (os error 27)\n")
                .success();
        } else {
            run.success();
        }
    }
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn a_full_disk_is_detected_before_the_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    for command in ["get", "login"] {
        with_room_for(0, &env, &[command])
            .stderr_contains("  because: File too large (os error 27)\n")
            .status(1);
    }
    assert_eq!(site.requests().len(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system_is_detected_before_the_refresh() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let set = site.stored(-10);
    env.write(&env.home().join("seed.json"), set.to_string());
    // Where no file system may be mounted, a limit on the size of files has to stand in for a small one.
    let script = "mkdir small; if mount -t tmpfs -o size=16k small small 2>/dev/null; then :; else \
                  small=limit; fi; cp seed.json small/tokens.json; [ -z \"$small\" ] || ulimit -f 0; \
                  PRUSA_TOKENS_FILE=small/tokens.json prusa-cred get; status=$?; cmp seed.json small/tokens.json; \
                  exit $status";
    let may_mount = env
        .run_as("unshare", ["-rm", "true"])
        .any_stderr()
        .outcome()
        .status
        == 0;
    let run = if may_mount {
        env.run_as("unshare", ["-rm", "sh", "-c", script])
    } else {
        env.run_as("sh", ["-c", script])
    };
    let output = run.any_stderr().status(1);
    let reasons = [
        "No space left on device (os error 28)",
        "File too large (os error 27)",
    ];
    let expected = reasons.map(|reason| {
        format!("{CANNOT_USE}  because: could not reserve space for small/tokens.json\n  because: {reason}\n{HINT}")
    });
    assert!(expected.contains(&output.stderr), "{output}");
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn an_unwritable_directory_is_detected_before_the_refresh() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    let directory = env.token_file().with_file_name("");
    for has_lock in [false, true] {
        if has_lock {
            env.write(&directory.join("tokens.json.lock"), "");
        }
        set_mode(&directory, 0o500);
        let what = if has_lock {
            "could not create .tokens.json.new"
        } else {
            "could not open tokens.json.lock"
        };
        let (what, name) = what.rsplit_once(' ').unwrap();
        without_privileges(&env, &["get"])
            .stderr(format!(
                "{CANNOT_USE}  because: {what} {}\n  because: Permission denied (os error 13)\n{HINT}",
                directory.join(name).display()
            ))
            .status(1);
        set_mode(&directory, 0o700);
    }
    check_nothing_is_lost(&site, &env, &set);
}

#[test]
fn an_unwritable_token_file_is_detected_before_the_refresh() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    let file = env.token_file();
    set_mode(&file, 0o400);
    let because = format!(
        "  because: could not write to {}\n  because: permission denied\n{HINT}",
        file.display()
    );
    for run in [env.run(["get"]), without_privileges(&env, &["get"])] {
        run.stderr(format!("{CANNOT_USE}{because}")).status(1);
    }
    let login = env.run(["login"]).with_credentials();
    login
        .stderr(format!("prusa-cred: {}", &because["  because: ".len()..]))
        .status(1);
    set_mode(&file, 0o600);
    check_nothing_is_lost(&site, &env, &set);
}

#[test]
fn an_unreadable_token_file_is_not_a_missing_one() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site).with_credentials().stored(&set);
    set_mode(&env.token_file(), 0o000);
    without_privileges(&env, &["get"])
        .stderr(format!(
            "{CANNOT_USE}  because: could not open {}\n  because: Permission denied (os error 13)\n{HINT}",
            env.token_file().display()
        ))
        .status(1);
    set_mode(&env.token_file(), 0o600);
    assert_eq!(env.tokens(), set);
    assert_eq!(site.requests().len(), 0);
}
