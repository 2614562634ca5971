//! `exec`: the command gets a token, its own signals and status, and none of our secrets.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::sandbox::{Sandbox, TOTP_SECRET};

const HOUR: i64 = 3600;

#[test]
fn the_command_gets_the_token_and_no_other_secret() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(HOUR))
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", TOTP_SECRET)
        .var("KOGNIC_CLIENT_SECRET", "k")
        .var("PRT_TOKEN", "t")
        .var("PRT_PASSWORD", "p")
        .var("THEIRS", "kept");
    let seen = env.run(["exec", "--", "env"]).any_stdout().success().stdout;
    let value = |name: &str| {
        let mut values = seen
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let value = values.next().map(str::to_owned);
        assert_eq!(values.next(), None, "{name} is there twice");
        value
    };
    assert_eq!(value("PRUSA_TOKEN"), Some(env.token("access_token")));
    for secret in [
        "PRUSA_TOKENS_JSON",
        "PRUSA_PASSWORD",
        "PRUSA_TOTP_SECRET",
        "KOGNIC_CLIENT_SECRET",
        "PRT_TOKEN",
        "PRT_PASSWORD",
    ] {
        assert_eq!(value(secret), None, "{secret}");
    }
    assert_eq!(value("THEIRS").as_deref(), Some("kept"));
    assert!(value("PRUSA_EMAIL").is_some() && value("PRUSA_ACCOUNT_URL").is_some());
}

/// During a refresh we ignore SIGXFSZ; the command must not inherit that.
#[test]
fn signal_dispositions_are_passed_to_the_command() {
    let site = Sandbox::start();
    let limited = "ulimit -f 0; echo x >file; echo alive";
    for (action, printed, status) in [("default", "", -25), ("ignore", "alive\n", 0)] {
        let env = TestEnv::new(&site).stored(&site.stored(-10));
        let action = format!("--{action}-signal=XFSZ");
        env.run_as("env", [&action, "prusa-cred", "exec", "--", "sh", "-c"])
            .arg(limited)
            .stdout(printed)
            .any_stderr()
            .status(status);
    }
    assert_eq!(site.rotations(), 2);
}

#[test]
fn an_environment_token_is_passed_under_the_given_name_only() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", "given");
    env.run(["exec", "--env", "TOKEN", "--", "sh", "-c"])
        .arg("echo $TOKEN ${PRUSA_TOKEN-gone}")
        .stdout("given gone\n")
        .success();
}

#[test]
fn a_token_about_to_expire_is_refreshed_first() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(29));
    let old = env.token("access_token");
    let output = env
        .run(["exec", "sh", "-c", "echo $PRUSA_TOKEN"])
        .any_stdout()
        .success();
    assert_eq!(output.stdout.trim(), env.token("access_token"));
    assert_ne!(output.stdout.trim(), old);
    assert_eq!(site.rotations(), 1);
}

#[test]
fn other_providers_have_another_variable() {
    let set = json!({ "access_token": "corporate", "expires_at": 4_000_000_000_u64 });
    let env = TestEnv::offline().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.corp.tld'\nclient_id = 'c'\n",
    );
    let path = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&path, set.to_string());
    env.run(["exec", "--profile", "corp", "--", "sh", "-c"])
        .arg("echo $ACCESS_TOKEN ${PRUSA_TOKEN-none}")
        .stdout("corporate none\n")
        .success();
}

#[test]
fn the_command_replaces_our_process() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", "t");
    let pids = env
        .run_as("sh", ["-c"])
        .arg("echo $$; exec prusa-cred exec -- sh -c 'echo $$'")
        .any_stdout()
        .success()
        .stdout;
    let pids: Vec<_> = pids.lines().collect();
    assert_eq!(pids.len(), 2);
    assert_eq!(pids[0], pids[1]);
}

#[test]
fn status_signals_and_streams_are_those_of_the_command() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", "t");
    let shell = |script: &str| env.run(["exec", "--", "sh", "-c", script]);
    shell("exit 7").status(7);
    shell("exit 127").status(127);
    shell("kill -TERM $$").status(-15);
    // Rust's own start-up ignores this one; a pipeline relies on it.
    shell("kill -PIPE $$").status(-13);
    shell("cat; echo told >&2; exit 3")
        .stdin("fed")
        .stdout("fed")
        .stderr("told\n")
        .status(3);
}

#[test]
fn arguments_are_passed_as_they_are() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", "t");
    let odd = OsStr::from_bytes(b"--profile=\xff");
    let args: [OsString; 7] = [
        "exec".into(),
        "printf".into(),
        "%s|".into(),
        "-v".into(),
        "--json".into(),
        "--".into(),
        "".into(),
    ];
    env.run(args).stdout("-v|--json|--||").success();
    let output = env
        .run(["exec", "--", "printf", "%s"])
        .arg(odd)
        .any_stdout();
    assert!(output.success().stdout.starts_with("--profile="));
}

#[test]
fn a_command_that_cannot_run_is_status_127_or_126() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", "t");
    env.run(["exec", "--", "no-such-program"])
        .stderr(
            "prusa-cred: could not run \"no-such-program\"\n  because: No such file or directory (os error 2)\n  \
             hint: check that it is installed and on PATH; of a script, also what its first line names, without a CR at its end\n",
        )
        .status(127);
    env.run(["exec", "--", ""])
        .stderr_contains("could not run \"\"")
        .status(127);
    let plain = env.home().join("plain");
    env.write(&plain, "not a program");
    env.run(["exec", "--"])
        .arg(&plain)
        .stderr_contains("Permission denied")
        .status(126);
    env.run(["exec", "--"])
        .arg(env.home())
        .stderr_contains("Permission denied")
        .status(126);
    env.run(["exec", "--"])
        .arg(plain.join("below"))
        .stderr_contains("Not a directory")
        .status(126);
    env.run(["--json", "exec", "--", "no-such-program"])
        .stderr_contains("\"error\":\"config\"")
        .status(127);
}

#[test]
fn errors_come_before_the_command_runs() {
    let env = TestEnv::offline();
    let touch = ["exec", "--", "touch", "ran"];
    env.run(touch)
        .stderr_contains("hint: run `prusa-cred login`")
        .status(1);
    env.run(["exec", "--env", "A-B", "--", "touch", "ran"])
        .stderr_contains("a variable's name")
        .status(2);
    env.run(["exec"]).stderr_contains("COMMAND").status(2);
    env.run(touch)
        .env("PRUSA_TOKEN", "two words")
        .stderr_contains("cannot be a token")
        .status(1);
    assert!(!env.home().join("ran").exists());
}

#[test]
fn get_names_the_variable_that_exec_sets() {
    let env = TestEnv::offline().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://a.example'\nclient_id = 'me'\n",
    );
    let file = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&file, r#"{"access_token":"T1"}"#);
    let env = env.var("PRUSA_TOKEN", "T1");
    for (profile, variable) in [("prusa", "PRUSA_TOKEN"), ("corp", "ACCESS_TOKEN")] {
        env.run(["get", "--profile", profile, "--format", "env"])
            .stdout(format!("export {variable}='T1'\n"))
            .success();
        env.run(["exec", "--profile", profile, "--", "printenv", variable])
            .stdout("T1\n")
            .success();
        // Said twice, it is as said once.
        env.run(["-vv", "get", "--profile", profile])
            .stdout("T1\n")
            .stderr_contains("answers (named by --profile)")
            .success();
    }
}
