//! What a token that is still good costs the system: one small file is read, and nothing is set up that only a refresh
//! needs. Seen with strace, which shows what the program really asked of the kernel.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::sandbox::unix_now;

const GIT: &str = "capability[]=authtype\nprotocol=https\nhost=connect.prusa3d.com\n\n";
const DOCKER: &str = "connect.prusa3d.com";

/// System calls that create threads, processes, connections, event queues or locks, or change a file.
const NOT_YET: [&str; 23] = [
    "clone",
    "clone3",
    "fork",
    "vfork",
    "execve",
    "socket",
    "socketpair",
    "connect",
    "epoll_create1",
    "eventfd2",
    "pipe2",
    "flock",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "ftruncate",
    "fallocate",
    "fchmod",
    "fsync",
];

/// Returns the program's system calls, one on a line, from the start of `main`.
fn calls(env: &TestEnv, args: &[&str], request: Option<&str>) -> Vec<String> {
    let found = env
        .run_as("sh", ["-c", "command -v strace"])
        .any_stdout()
        .outcome();
    assert_eq!(
        found.status, 0,
        "strace is missing: install the package strace (.ci/peers does)"
    );
    let strace = ["-f", "-o", "trace", "prusa-cred"];
    let run = env
        .run_as("strace", strace.iter().chain(args))
        .env_remove("PRUSA_CONNECT_URL")
        .any_stdout()
        .any_stderr();
    match request {
        Some(request) => run.stdin(request).outcome(),
        None => run.outcome(),
    };
    let trace = fs::read_to_string(env.home().join("trace")).expect("what strace wrote");
    let without_number = |line: &str| {
        line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .to_owned()
    };
    let mut calls = trace
        .lines()
        .map(without_number)
        .skip_while(|call| !call.starts_with("prctl(PR_SET_DUMPABLE"));
    calls.next().expect("the first thing that `main` does");
    calls.collect()
}

fn name(call: &str) -> &str {
    call.split('(').next().unwrap_or_default()
}

fn is_too_early(call: &str) -> bool {
    let opens_for_writing =
        name(call).starts_with("open") && (call.contains("O_WRONLY") || call.contains("O_RDWR"));
    let writes_elsewhere = name(call).contains("write") && !call.starts_with("write(1,");
    let locks = call.contains("SETLK");
    NOT_YET.contains(&name(call)) || opens_for_writing || writes_elsewhere || locks
}

fn with_token_for(life: i64) -> TestEnv {
    TestEnv::offline().stored(&json!({
        "access_token": "S3NTRY-access",
        "refresh_token": "S3NTRY-refresh",
        "expires_in": 3600,
        "expires_at": unix_now() + life,
    }))
}

#[test]
fn a_valid_token_takes_one_file_read_and_no_setup() {
    let env = with_token_for(3000);
    for (args, request) in [
        (&["get"][..], None),
        (&["git", "get"], Some(GIT)),
        (&["docker", "get"], Some(DOCKER)),
        (&["get", "--min-ttl", "1m"], None),
    ] {
        let calls = calls(&env, args, request);
        let too_early: Vec<_> = calls.iter().filter(|call| is_too_early(call)).collect();
        assert!(too_early.is_empty(), "{args:?}: {too_early:#?}");
        let opened: Vec<_> = calls
            .iter()
            .filter(|call| name(call).starts_with("open") && !call.contains("= -1 "))
            .collect();
        // Only root sees the names: the program forbids others to trace it.
        let is_token_file = |call: &str| !call.contains('"') || call.contains("/tokens.json\"");
        assert!(
            matches!(opened.as_slice(), [only] if is_token_file(only)),
            "{args:?}: {opened:#?}"
        );
        assert!(calls.iter().any(|call| call.starts_with("write(1,")));
    }
}

#[test]
fn a_cached_token_does_not_open_the_keyring() {
    let env = TestEnv::offline();
    let which = env.run(["which", "--profile", "kognic", "--json"]);
    let store = which.any_stdout().success().json()["store"].take();
    let set = json!({ "access_token": "S3NTRY-access", "expires_at": unix_now() + 3000 });
    env.write(Path::new(store.as_str().expect("a path")), set.to_string());
    let calls = calls(&env, &["get", "--profile", "kognic"], None);
    let too_early: Vec<_> = calls.iter().filter(|call| is_too_early(call)).collect();
    assert!(too_early.is_empty(), "{too_early:#?}");
    assert!(calls.iter().any(|call| call.starts_with("write(1,")));
}

#[test]
fn an_audit_line_takes_one_open_and_one_write() {
    let env = with_token_for(3000).config("audit = true\n");
    env.run(["get"]).any_stdout().success();
    let calls = calls(&env, &["get"], None);
    let more: Vec<_> = calls.iter().filter(|call| is_too_early(call)).collect();
    assert!(
        matches!(more.as_slice(), [open, write] if open.contains("O_APPEND") && name(write) == "write"),
        "{more:#?}"
    );
    let at = |wanted: &dyn Fn(&str) -> bool| calls.iter().position(|call| wanted(call));
    let line = at(&|call| call == more[1]);
    assert!(
        line < at(&|call| call.starts_with("write(1,")),
        "{calls:#?}"
    );
}

#[test]
fn a_sealed_file_reads_only_its_key_file() {
    let asks_for_little = |env: &TestEnv| {
        let calls = calls(env, &["get"], None);
        let too_early: Vec<_> = calls.iter().filter(|call| is_too_early(call)).collect();
        assert!(too_early.is_empty(), "{too_early:#?}");
        assert!(calls.iter().any(|call| call.starts_with("write(1,")));
        let opened = |call: &&String| name(call).starts_with("open") && !call.contains("= -1 ");
        calls.iter().filter(opened).count()
    };
    let env = with_token_for(3000).config("seal = 'none'\n");
    assert_eq!(asks_for_little(&env), 2, "configuration and token file");
    env.write(&env.home().join("key"), [7; 32]);
    env.run(["seal", "--key-file", "key"])
        .any_stderr()
        .success();
    assert_eq!(asks_for_little(&env), 3, "and the key");
}

#[test]
fn an_expired_token_takes_lock_journal_and_network() {
    let calls = calls(&with_token_for(-1), &["get"], None);
    for needed in ["socket", "flock", "fallocate"] {
        assert!(calls.iter().any(|call| name(call) == needed), "no {needed}");
    }
    assert!(calls.iter().any(|call| is_too_early(call)));
}
