//! The harness itself: a test that cannot fail proves nothing.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::sandbox::{MARKER, Sandbox};

#[test]
fn a_run_that_differs_from_what_is_expected_fails() {
    let env = TestEnv::offline();
    let shell = |script: &str| env.run_as("sh", ["-c", script]);
    shell("cat; echo seen >&2; exit 3")
        .stdin("typed")
        .stdout("typed")
        .stderr_contains("seen")
        .status(3);
    let killed = shell("kill -9 $$").outcome();
    assert_eq!(killed.status, -9);
    let fails =
        |run: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err();
    assert!(fails(&|| drop(shell("exit 1").success())));
    assert!(fails(&|| drop(shell("echo more").success())));
    assert!(fails(&|| drop(shell("echo more >&2").success())));
    let leak = format!("echo {MARKER} >&2");
    assert!(fails(&|| drop(shell(&leak).any_stderr().outcome())));
}

#[test]
fn a_home_has_its_tokens_and_no_variables_of_ours() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&json!({ "scope": "openid" }));
    assert_eq!(env.tokens()["scope"], "openid");
    let variables = env.run_as("env", [""; 0]).any_stdout().success().stdout;
    assert!(variables.contains(&format!("PRUSA_ACCOUNT_URL={}\n", site.account_url())));
    assert!(!variables.contains("CARGO"), "{variables}");
}

#[test]
fn a_terminal_shows_what_is_typed_only_while_it_echoes() {
    let env = TestEnv::offline();
    let script = "printf 'name: '; read n; printf 'password: '; stty -echo; read p; stty echo; echo; echo hello $n; exit 4";
    let mut terminal = env.terminal_for("sh", ["-c", script]);
    terminal.expect("name: ").send_line("ada");
    terminal
        .expect("password: ")
        .send_hidden(&format!("{MARKER}-typed"));
    let (status, screen) = terminal.wait();
    assert_eq!(screen, "name: ada\npassword: \nhello ada\n");
    assert_eq!(status, 4);
}

#[test]
fn without_a_terminal_there_is_none_to_open() {
    let env = TestEnv::offline();
    let output = env
        .run_as("setsid", ["--wait", "sh", "-c", ": < /dev/tty"])
        .any_stderr()
        .outcome();
    assert_ne!(output.status, 0);
}
