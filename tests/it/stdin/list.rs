//! Lists, files and floods on stdin, which belong to somebody else: every byte stays where it is.

use std::io::Seek as _;

use serde_json::json;

use super::{KEY, file_of, for_docker};
use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, raw, signed_in};
use crate::support::process::piped;

/// Runs a loop of the shell over its stdin and returns each line that it saw with the token it got there.
fn looped(env: &TestEnv, head: &str, list: &str) -> [String; 2] {
    let body = format!("while {head}; do t=$(prusa-cred get); echo \"$x $t\"; done");
    let file = file_of(env, list);
    let from_file = env.run_as("sh", ["-c", &body]).stdin_from(file);
    let from_pipe = env.run_as("sh", ["-c", &body]).stdin_from(piped(list));
    [from_file, from_pipe].map(|run| run.any_stdout().success().stdout)
}

#[test]
fn a_shell_loop_reads_every_line() {
    let env = signed_in();
    for list in [
        "connect.prusa3d.com\nevil.tld\nconnect.prusa3d.com\n",
        "https://connect.prusa3d.com\n",
        "one\n\ntwo words\n{\"uri\":\n[]\n",
        "evil.tld\nconnect.prusa3d.com\nthe last line has no end",
    ] {
        let whole_lines = list.split_inclusive('\n').filter(|l| l.ends_with('\n'));
        let told: String = whole_lines
            .map(|line| format!("{} {ACCESS}\n", line.trim_end()))
            .collect();
        assert_eq!(looped(&env, "read -r x", list), [told.clone(), told]);
    }
}

#[test]
fn a_shell_loop_reads_a_last_line_without_newline() {
    let env = signed_in();
    let head = "read -r x || [ -n \"$x\" ]";
    let told = format!("one {ACCESS}\nevil.tld {ACCESS}\n");
    assert_eq!(
        looped(&env, head, "one\nevil.tld"),
        [told.clone(), told.clone()]
    );
    // What is left in the pipe then looks like docker's request; `get` cannot know that there was more before.
    let told = format!("one {ACCESS}\n{KEY} {ACCESS}\n");
    let [from_file, from_pipe] = looped(&env, head, "one\nconnect.prusa3d.com");
    assert_eq!(from_file, told);
    let as_docker = for_docker(KEY);
    assert_eq!(from_pipe, format!("one {as_docker}{KEY} {ACCESS}\n"));
}

#[test]
fn much_garbage_on_stdin_changes_nothing() {
    let env = signed_in();
    let size = 1 << 20;
    for garbage in [
        vec![0; size],
        vec![b'a'; size],
        vec![b'{'; size],
        vec![b' '; size],
        b"line\n".repeat(size / 5),
        (0..=u8::MAX).rev().cycle().take(size).collect(),
    ] {
        env.run(["get"]).stdin(&garbage).stdout(raw()).success();
        let mut file = file_of(&env, "");
        env.write(&env.home().join("list"), &garbage);
        env.run(["get"])
            .stdin_from(file.try_clone().unwrap())
            .stdout(raw())
            .success();
        assert_eq!(file.stream_position().unwrap(), 0);
    }
    let endless = json!({ "uri": "x".repeat(size) }).to_string();
    env.run(["get"]).stdin(endless).stdout(raw()).success();
}
