//! Standard streams that are closed, or that nobody reads.

use crate::storage::line;
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

/// Runs a shell script with an expired login, and returns what the run printed and the home with the new login.
fn with_expired_login(script: &str) -> (String, TestEnv) {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let output = env
        .run_as("sh", ["-c", script])
        .any_stdout()
        .any_stderr()
        .success();
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    (output.stdout, env)
}

#[test]
fn a_closed_stream_is_not_reused_for_a_file() {
    for (closed, is_told) in [
        ("<&-", true),
        ("2>&-", true),
        ("<&- 2>&-", true),
        (">&-", false),
        ("<&- >&- 2>&-", false),
    ] {
        let (told, env) = with_expired_login(&format!("(prusa-cred -v get {closed}); echo $?"));
        let token = if is_told {
            line(&env.tokens())
        } else {
            String::new()
        };
        assert_eq!(told, format!("{token}0\n"), "{closed}");
        assert_eq!(env.leftovers(), [""; 0], "{closed}");
    }
}

#[test]
fn output_to_a_closed_stream_is_discarded() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3000));
    for (number, closed) in [(0, "<&-"), (2, "2>&-")] {
        let command = format!("prusa-cred exec -- readlink /proc/self/fd/{number} {closed}");
        env.run_as("sh", ["-c", &command])
            .stdout("/dev/null\n")
            .success();
    }
}

#[test]
fn an_unread_pipe_does_not_stop_a_refresh() {
    let writer = "until [ -e gone ]; do :; done; prusa-cred get; echo $? >&3";
    let (told, env) = with_expired_login(&format!(
        "{{ {{ {writer}; }} | {{ exec <&-; : >gone; }}; }} 3>&1"
    ));
    assert_eq!(told, "1\n", "the token could not be printed");
    env.run(["get"]).stdout(line(&env.tokens())).success();
}
