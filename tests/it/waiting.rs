//! What is waited for is told at a terminal, and gone when it is over.

use std::fs::File;

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, Sandbox};

const TOKEN: &str = "POST /o/token/";

fn expired(site: &Sandbox) -> TestEnv {
    TestEnv::new(site).stored(&site.stored(-60))
}

#[test]
fn a_slow_server_is_named_until_it_answers() {
    let site = Sandbox::start();
    let env = expired(&site);
    let held = site.hold_refreshes();
    let mut terminal = env.terminal(["get", "--min-ttl", "1s"]).may_show_secrets();
    terminal.expect("Waiting for 127.0.0.1");
    drop(held);
    terminal.expect("ey");
    let screen = terminal.picture().contents();
    assert!(!screen.contains("Waiting"), "{screen}");
    assert_eq!(terminal.wait().0, 0);
}

#[test]
fn a_second_try_is_announced() {
    let site = Sandbox::start();
    let env = expired(&site);
    site.answers(TOKEN, [Answer::busy(2)]);
    let mut terminal = env.terminal(["get"]).may_show_secrets();
    terminal.expect("; trying again in 2 s");
    terminal.expect("ey");
    let screen = terminal.picture().contents();
    assert!(!screen.contains("trying again"), "{screen}");
    assert_eq!(terminal.wait().0, 0);
}

#[test]
fn a_lock_of_another_process_is_waited_for_by_name() {
    let site = Sandbox::start();
    let env = expired(&site);
    let lock = env.token_file().with_file_name("tokens.json.lock");
    env.write(&lock, "");
    let file = File::options()
        .write(true)
        .open(&lock)
        .expect("the lock file");
    file.lock().expect("a lock");
    let mut terminal = env.terminal(["get"]).may_show_secrets();
    terminal.expect(&format!(
        "Waiting for another prusa-cred (process {})",
        std::process::id()
    ));
    file.unlock().expect("a lock");
    terminal.expect("ey");
    let screen = terminal.picture().contents();
    assert!(!screen.contains("Waiting"), "{screen}");
    assert_eq!(terminal.wait().0, 0);
}

#[test]
fn nothing_is_told_where_nobody_looks_or_wants_it() {
    let site = Sandbox::start();
    site.answers(TOKEN, [Answer::busy(2), Answer::Usual, Answer::busy(2)]);
    // stderr is a pipe, and has to be empty.
    expired(&site).run(["get"]).any_stdout().success();
    let env = expired(&site);
    let terminal = env.terminal(["get", "--quiet"]);
    let (status, screen) = terminal.may_show_secrets().wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(screen.lines().count(), 1, "{screen}");
}

#[test]
fn a_helper_that_is_run_by_hand_says_that_it_waits_for_a_request() {
    let env = TestEnv::offline();
    for arguments in [
        &["git", "get"][..],
        &["docker", "get"],
        &["bazel", "get"],
        &["store"],
        &["erase"],
    ] {
        let mut terminal = env.terminal(arguments);
        let help = format!(
            "(Ctrl-D ends it; see `prusa-cred {} --help`).",
            arguments[0]
        );
        terminal
            .expect("Waiting for a request on stdin")
            .expect(&help);
        terminal.send("\u{4}");
        terminal.wait();
    }
    // A program sends its request on a pipe, and nothing is said.
    env.run(["git", "get"]).stdin("protocol=https\n").success();
}
