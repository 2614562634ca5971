//! Failures: the exit status, the code word for programs, the text for people, and stdout that cannot be written to.

use std::fs::{self, File};

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, raw, signed_in};
use crate::support::process::Run;
use crate::support::sandbox::{Answer, Sandbox};

/// Runs until it fails, and returns the one JSON object that it left on stderr.
fn told(run: Run) -> Value {
    let output = run.any_stderr().status(1);
    let error = output.json_error();
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    let mut keys: Vec<_> = error.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["error", "hint", "message"]);
    assert!(error["message"].is_string(), "{error}");
    error
}

#[test]
fn a_json_error_is_one_object_with_its_warnings() {
    let site = Sandbox::start();
    let mut over = site.stored(-5);
    over.as_object_mut().unwrap().remove("refresh_token");
    let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", over.to_string());
    let run = env.run(["get", "--json"]).any_stderr().status(1);
    let error = run.json_error();
    let warning = "the token in the environment has expired";
    assert_eq!(error["warnings"], json!([warning]));
    assert_eq!(error["error"], "login_required");
    let env = env.stored(&site.stored(3000));
    let warning = format!("{warning}; the stored login of profile prusa is used instead");
    env.run(["get", "--json"])
        .any_stdout()
        .stderr(format!("{}\n", json!({ "warning": warning })))
        .success();
}

#[test]
fn an_invalid_token_is_reported_by_its_source() {
    let env = signed_in();
    for given in ["S3NTRY t\u{f6}k\u{e9}n", "a b"] {
        env.run(["get"])
            .env("PRUSA_TOKEN", given)
            .stderr(
                "prusa-cred: what PRUSA_TOKENS_JSON or PRUSA_TOKEN holds cannot be a token\n  because: it holds a \
                 control character, a space, or a letter that is not ASCII\n  hint: set it to a token, or unset it\n",
            )
            .status(1);
    }
    env.run(["get", "--token", "identity"])
        .env(
            "PRUSA_TOKENS_JSON",
            json!({ "id_token": "a b" }).to_string(),
        )
        .stderr_contains("what PRUSA_TOKENS_JSON or PRUSA_TOKEN holds cannot be a token\n")
        .status(1);
    env.store(&json!({ "access_token": "a b", "expires_in": 60 }));
    for command in [&["get"][..], &["exec", "--", "true"]] {
        let place = env.token_file();
        env.run(command)
            .stderr_contains(&format!(
                "what {} holds cannot be a token\n",
                place.display()
            ))
            .stderr_contains("\n  hint: run `prusa-cred login`\n")
            .status(1);
    }
}

#[test]
fn control_characters_in_an_error_are_escaped() {
    let env = TestEnv::offline().config("\"\\u001b[2Jx\" = 1\n");
    let error = env.run(["get"]).any_stderr().status(1).stderr;
    assert!(error.contains("\\u{1b}[2Jx: unknown key"), "{error:?}");
    let error = env.run(["get", "--config", "a\u{1b}[2Jb"]).any_stderr();
    let error = error.status(1).stderr;
    assert!(error.contains("could not read a\\u{1b}[2Jb\n"), "{error:?}");
}

#[test]
fn every_failure_of_get_has_an_error_code() {
    let site = Sandbox::start();
    let expired = || TestEnv::new(&site).stored(&site.stored(-5));
    let answering = |answer: Answer| {
        site.always("POST /o/token/", answer);
        expired()
    };
    let blocked = TestEnv::offline();
    fs::create_dir_all(blocked.token_file()).unwrap();
    let wrong_password = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_PASSWORD", "wrong");
    let table: Vec<(&str, TestEnv, &[&str])> = vec![
        ("login_required", TestEnv::offline(), &[]),
        ("denied", signed_in(), &["https://evil.tld"]),
        ("denied", signed_in(), &["http://connect.prusa3d.com"]),
        ("config", signed_in().config("defualt = 'x'"), &[]),
        ("config", signed_in().var("PRUSA_TOKENS_JSON", "{"), &[]),
        ("storage", blocked, &[]),
        ("invalid_credentials", wrong_password, &[]),
        (
            "network",
            TestEnv::offline().stored(&site.stored(-5)),
            &["--timeout", "1s"],
        ),
    ];
    for (code, env, arguments) in table {
        let run = env.run(["get", "--json", "-q"]);
        let error = told(arguments.iter().fold(run, Run::arg));
        assert_eq!(error["error"], code, "{error}");
    }
    // Temporary errors are retried within the deadline; a `Retry-After` beyond it ends the run at once.
    let busy = Answer::Instead {
        status: 503,
        headers: vec![("retry-after", "60".to_owned())],
        body: "<h1>no</h1>".to_owned(),
    };
    for (code, answer, timeout) in [
        ("rate_limited", Answer::rate_limited(60), "30s"),
        ("server", busy, "30s"),
        (
            "server",
            Answer::of(200, "text/html", "<h1>hello</h1>"),
            "30s",
        ),
        (
            "login_required",
            Answer::oauth_error(400, "invalid_grant"),
            "30s",
        ),
        ("network", Answer::Hang, "1s"),
    ] {
        let env = answering(answer);
        let error = told(env.run(["get", "--json", "-q", "--timeout", timeout]));
        assert_eq!(error["error"], code, "{error}");
    }
}

#[test]
fn a_missing_one_time_code_has_its_own_error_code() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let env = TestEnv::new(&site).with_credentials();
    assert_eq!(told(env.run(["get", "--json"]))["error"], "otp_required");
}

#[test]
fn a_variable_switches_json_errors_on() {
    let env = TestEnv::offline().var("PRUSA_CRED_ERRORS", "json");
    let wanted = json!({
        "error": "login_required", "message": "profile prusa is not signed in", "hint": "run `prusa-cred login`",
    });
    assert_eq!(told(env.run(["get"])), wanted);
    let env = TestEnv::offline().var("PRUSA_CRED_ERRORS", "text");
    env.run(["get"])
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
}

#[test]
fn bad_usage_is_status_2_as_text_and_as_json() {
    let env = signed_in();
    for (arguments, part) in [
        (
            &["get", "--format", "yaml"][..],
            "--format <FORMAT> is one of raw, json",
        ),
        (
            &["get", "--token", "secret"],
            "--token <TOKEN> is one of access",
        ),
        (&["get", "--min-ttl", "soon"], "not a duration"),
        (&["get", "--wat"], "takes no option `--wat`"),
        (
            &["get", "h", "i"],
            "`prusa-cred get` takes no such argument",
        ),
        (&["got"], "there is no command `got`"),
        (&["-v", "-q", "get"], "cannot be given together"),
        (&["get", "ftp://h"], "its scheme is neither https nor http"),
    ] {
        env.run(arguments).stderr_contains(part).status(2);
        let output = env.run(arguments).arg("--json").any_stderr().status(2);
        let error = output.json_error();
        assert_eq!(error["error"], "usage", "{error}");
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
        env.run(arguments)
            .env("PRUSA_CRED_ERRORS", "json")
            .stderr_contains("\"error\":\"usage\"")
            .status(2);
    }
    env.run(["--quiet"])
        .stderr_contains("a command is missing")
        .status(2);
}

#[test]
fn help_and_version_go_to_stdout() {
    let env = TestEnv::offline();
    for arguments in [&["--help"][..], &["get", "--help"], &["help", "get"]] {
        env.run(arguments)
            .stdout_contains("Usage: prusa-cred")
            .success();
    }
    let version = format!("prusa-cred {}\n", env!("CARGO_PKG_VERSION"));
    env.run(["--version"]).stdout(&version).success();
    env.run_as("git-credential-prusa-cred", ["--version"])
        .stdout(version)
        .success();
}

#[test]
fn a_full_stdout_is_an_error_for_every_command() {
    let env = signed_in();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let why = "could not write to stdout";
    let request = "protocol=https\nhost=connect.prusa3d.com\n";
    for (arguments, input) in [
        (&["get"][..], ""),
        (&["get", "--format", "json"], ""),
        (&["git", "get"], request),
        (&["git", "capability"], ""),
        (&["docker", "get"], "connect.prusa3d.com"),
        (&["docker", "version"], ""),
        (
            &["bazel", "get"],
            "{\"uri\":\"https://connect.prusa3d.com\"}",
        ),
        (&["list"], ""),
        (&["--help"], ""),
    ] {
        env.run(arguments)
            .stdin(input)
            .stderr_contains(why)
            .stdout_to(full())
            .status(1);
    }
    env.run(["docker", "get"])
        .stdin("evil.tld")
        .stderr("prusa-cred: credentials not found in native keychain\n")
        .stdout_to(full())
        .status(1);
    let output = env
        .run(["get", "--json"])
        .any_stderr()
        .stdout_to(full())
        .status(1);
    assert_eq!(output.json_error()["error"], "storage");
}

#[test]
fn a_closed_pipe_on_stdout_ends_quietly() {
    let env = signed_in();
    for arguments in [
        &["get"][..],
        &["get", "--json"],
        &["list"],
        &["git", "capability"],
        &["docker", "version"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let writer = File::from(std::os::fd::OwnedFd::from(writer));
        let output = env.run(arguments).stdout_to(writer).outcome();
        assert_eq!((output.status, output.stderr.as_str()), (1, ""), "{output}");
    }
    env.run_as("sh", ["-c", "prusa-cred get | true; prusa-cred get >&-"])
        .success();
}

#[test]
fn quiet_and_verbose_never_change_stdout_and_show_no_secret() {
    let env = signed_in();
    env.run(["-q", "get"]).stdout(raw()).success();
    let output = env
        .run(["-v", "get", "connect.prusa3d.com"])
        .stdout(raw())
        .stderr_contains("profile prusa answers")
        .success();
    assert!(!output.stderr.contains(ACCESS));
}
