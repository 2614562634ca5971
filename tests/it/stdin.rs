//! Plain `get`, which may be asked by git, docker or Bazel on stdin, or called in a loop that reads a list there.

mod list;

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _, pipe};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, raw, signed_in};
use crate::support::process::piped;

const GIT: &str = "protocol=https\nhost=connect.prusa3d.com\n";
const BAZEL: &str = "{\"uri\":\"https://connect.prusa3d.com/cas/1\"}";
const KEY: &str = "connect.prusa3d.com";

fn file_of(env: &TestEnv, text: &str) -> File {
    let path = env.home().join("list");
    env.write(&path, text);
    File::open(path).unwrap()
}

/// Runs `get` with a pipe on stdin, expects this on stdout, and returns what is left in the pipe.
fn left_of(env: &TestEnv, input: &str, wanted: &str) -> String {
    let mut reader = piped(input);
    env.run(["get"])
        .stdin_from(reader.try_clone().unwrap())
        .stdout(wanted)
        .success();
    let mut left = String::new();
    reader.read_to_string(&mut left).unwrap();
    left
}

fn for_docker(key: &str) -> String {
    format!("{{\"ServerURL\":\"{key}\",\"Username\":\"oauth2\",\"Secret\":\"{ACCESS}\"}}\n")
}

fn for_git(env: &TestEnv) -> String {
    let ends = &env.tokens()["expires_at"];
    format!("username=oauth2\npassword={ACCESS}\npassword_expiry_utc={ends}\n")
}

fn for_bazel(env: &TestEnv) -> String {
    let at = jiff::Timestamp::from_second(env.tokens()["expires_at"].as_i64().unwrap()).unwrap();
    format!("{{\"headers\":{{\"Authorization\":[\"Bearer {ACCESS}\"]}},\"expires\":\"{at}\"}}\n")
}

#[test]
fn without_a_request_the_raw_token_is_printed() {
    let env = signed_in();
    env.run(["get"]).stdout(raw()).success();
    env.run(["get"]).stdin("").stdout(raw()).success();
    env.run(["get"]).stdin_open().stdout(raw()).success();
    env.run_as("sh", ["-c", "prusa-cred get <&-"])
        .stdout(raw())
        .success();
    let empty = file_of(&env, "");
    env.run(["get"]).stdin_from(empty).stdout(raw()).success();
    let directory = File::open(env.home()).unwrap();
    env.run(["get"])
        .stdin_from(directory)
        .stdout(raw())
        .success();
    let zeros = File::open("/dev/zero").unwrap();
    env.run(["get"]).stdin_from(zeros).stdout(raw()).success();
}

#[test]
fn at_a_terminal_nobody_has_to_type_anything() {
    let env = signed_in();
    let (status, screen) = env.terminal(["get"]).may_show_secrets().wait();
    assert_eq!((status, screen), (0, raw()));
}

#[test]
fn typed_ahead_text_is_not_a_request() {
    let env = signed_in();
    let script = "read ready; prusa-cred get; read line; echo \"then: $line\"";
    let mut terminal = env.terminal_for("sh", ["-c", script]).may_show_secrets();
    terminal.send("ready\rhost=x\r");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let told = format!("{}then: host=x\n", raw());
    assert!(screen.ends_with(&told), "{screen}");
}

#[test]
fn a_git_request_is_answered() {
    let env = signed_in();
    let told = for_git(&env);
    assert_eq!(left_of(&env, GIT, &told), "");
    let mut file = file_of(&env, GIT);
    env.run(["get"])
        .stdin_from(file.try_clone().unwrap())
        .stdout(&told)
        .success();
    assert_eq!(file.stream_position().unwrap(), GIT.len() as u64);
    for first in [
        "capability[]=state\n",
        "path=x\n",
        "username=oauth2\n",
        "wwwauth[]=Basic\n",
    ] {
        env.run(["get"])
            .stdin_from(piped(format!("{first}{GIT}")))
            .stdout(&told)
            .success();
    }
    env.run(["get"])
        .stdin_from(piped("url=https://connect.prusa3d.com/x.git\n"))
        .stdout(told)
        .success();
    env.run(["get"])
        .stdin_from(piped("protocol=https\nhost=evil.tld\n"))
        .success();
}

#[test]
fn a_git_request_may_come_in_pieces() {
    let env = signed_in();
    for at in [9, 15, 16, GIT.len() - 1] {
        let (now, later) = GIT.split_at(at);
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(now.as_bytes()).unwrap();
        let run = env.run(["get"]).stdin_from(reader).stdout(for_git(&env));
        let running = run.spawn();
        writer.write_all(later.as_bytes()).unwrap();
        drop(writer);
        running.success();
    }
}

#[test]
fn a_request_without_an_end_fails_at_the_deadline() {
    let env = signed_in();
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(GIT.as_bytes()).unwrap();
    env.run(["get", "--timeout", "1s"])
        .stdin_from(reader)
        .stderr_contains("stdin was not closed in time")
        .status(1);
}

#[test]
fn a_bazel_request_is_answered() {
    let env = signed_in();
    for request in [BAZEL.to_owned(), format!(" {BAZEL}\n")] {
        assert_eq!(left_of(&env, &request, &for_bazel(&env)), "");
    }
    for other in [
        "{\"url\":\"https://connect.prusa3d.com\"}",
        "{}",
        "{\"uri\":",
    ] {
        assert_eq!(left_of(&env, other, &raw()), other);
    }
}

#[test]
fn a_lone_key_of_docker_is_answered_and_left_unread() {
    let env = signed_in();
    for key in [
        KEY,
        "https://connect.prusa3d.com",
        "https://connect.prusa3d.com/v2/",
        "CONNECT.prusa3d.com:443",
    ] {
        assert_eq!(left_of(&env, key, &for_docker(key)), key);
    }
}

#[test]
fn other_text_is_left_unread_and_the_raw_token_printed() {
    let env = signed_in();
    for input in [
        "connect.prusa3d.com\n",
        "connect.prusa3d.com\r\n",
        " connect.prusa3d.com",
        "connect.prusa3d.com evil.tld",
        "evil.tld",
        "connect.prusa3d.com.evil.tld",
        "http://connect.prusa3d.com",
        "https://connect.prusa3d.com/app",
        "proto",
        "unused",
        "\n",
        "line one\nline two",
    ] {
        assert_eq!(left_of(&env, input, &raw()), input);
    }
    let mut file = file_of(&env, KEY);
    env.run(["get"])
        .stdin_from(file.try_clone().unwrap())
        .stdout(raw())
        .success();
    assert_eq!(file.stream_position().unwrap(), 0);
    let mut running = env.run(["get"]).stdin_open().stdout(raw()).spawn();
    running.stdin().write_all(KEY.as_bytes()).unwrap();
    running.success();
}

#[test]
fn options_that_name_the_request_leave_stdin_unread() {
    let env = signed_in();
    for arguments in [
        &["get", "--format", "raw"][..],
        &["get", "--token", "access"],
        &["get", "--profile", "prusa"],
        &["get", "https://connect.prusa3d.com"],
    ] {
        for input in [GIT, BAZEL, KEY] {
            let mut reader = piped(input);
            env.run(arguments)
                .stdin_from(reader.try_clone().unwrap())
                .stdout(raw())
                .success();
            let mut left = String::new();
            reader.read_to_string(&mut left).unwrap();
            assert_eq!(left, input, "{arguments:?}");
        }
    }
}

#[test]
fn a_socket_is_read_like_a_pipe() {
    let env = signed_in();
    for (input, told, left) in [
        (GIT, for_git(&env), ""),
        (BAZEL, for_bazel(&env), ""),
        (KEY, for_docker(KEY), KEY),
        (
            "connect.prusa3d.com\nmore\n",
            raw(),
            "connect.prusa3d.com\nmore\n",
        ),
    ] {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        ours.write_all(input.as_bytes()).unwrap();
        ours.shutdown(Shutdown::Write).unwrap();
        env.run(["get"])
            .stdin_from(OwnedFd::from(theirs.try_clone().unwrap()))
            .stdout(told)
            .success();
        let mut rest = String::new();
        (&theirs).read_to_string(&mut rest).unwrap();
        assert_eq!(rest, left);
    }
    let (_silent, theirs) = UnixStream::pair().unwrap();
    env.run(["get"])
        .stdin_from(OwnedFd::from(theirs))
        .stdout(raw())
        .success();
}
