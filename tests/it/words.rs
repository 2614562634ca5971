//! The words of the command line: ours, other tools', and slips of either.

use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

fn signed_in(site: &Sandbox) -> TestEnv {
    TestEnv::new(site).stored(&site.stored(3600))
}

#[test]
fn other_tools_command_lines_do_the_same() {
    let site = Sandbox::start();
    let env = signed_in(&site);
    let printed = |arguments: &[&str]| {
        let output = env.run(arguments).any_stdout().success();
        output.stdout
    };
    for (theirs, ours) in [
        (&["auth", "print-access-token"][..], &["get"][..]),
        (&["token"], &["get"]),
        (
            &["auth", "print-identity-token"],
            &["get", "--token", "identity"],
        ),
        (&["auth", "show", "--format", "json"], &["status", "--json"]),
        (&["auth", "status", "--no-verbose"], &["status"]),
        (&["whoami"], &["status"]),
        (&["auth", "--help"], &["--help"]),
    ] {
        assert_eq!(printed(theirs), printed(ours), "{theirs:?}");
    }
    let renewed = printed(&["auth", "refresh"]);
    assert!(renewed.starts_with("prusa: renewed"), "{renewed}");
    env.run(["auth", "clear"])
        .stderr("Signed out of profile prusa.\n")
        .success();
    env.run(["auth", "login"])
        .with_credentials()
        .stderr_contains("Signed in to profile prusa")
        .success();
}

#[test]
fn the_program_alone_fills_one_screen_and_is_no_mistake() {
    let env = TestEnv::offline();
    let text = env.run([""; 0]).any_stdout().success().stdout;
    for part in [
        "prusa-cred login",
        "prusa-cred setup",
        "git",
        "Docker",
        "MCP",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let terminal = env.terminal_sized((80, 24), [""; 0]);
    let (status, screen) = terminal.wait();
    assert_eq!((status, screen), (0, text));
}

#[test]
fn every_command_s_help_has_three_examples_and_begins_with_the_command() {
    let env = TestEnv::offline();
    let help = env.run(["--help"]).any_stdout().success().stdout;
    let (_, list) = help.split_once("Commands:\n").expect("commands");
    let (list, _) = list.split_once("\n\n").expect("an end");
    let names: Vec<_> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.len() > 20, "{help}");
    for name in names {
        let help = env.run([name, "--help"]).any_stdout().success().stdout;
        let (own, _) = help.split_once("Options of every command:").expect(name);
        assert!(own.contains(&format!("Usage: prusa-cred {name}")), "{own}");
        let (_, examples) = help.split_once("\nExamples:\n").expect(name);
        let lines = examples
            .lines()
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        assert!(lines.count() >= 3, "{help}");
    }
}

#[test]
fn slips_are_answered_in_one_voice_with_the_likely_word() {
    let env = TestEnv::offline();
    for (line, message, hint) in [
        (
            "lgoin",
            "there is no command `lgoin`",
            "did you mean `prusa-cred login`?",
        ),
        (
            "statsu",
            "there is no command `statsu`",
            "did you mean `prusa-cred status`?",
        ),
        (
            "frobnicate",
            "there is no command `frobnicate`",
            "`prusa-cred help` lists the commands",
        ),
        (
            "auth foo",
            "there is no command `auth`",
            "the words after `auth` are login, logout, status, token and refresh",
        ),
        (
            "get --fromat json",
            "`prusa-cred get` takes no option `--fromat`",
            "did you mean `--format`?",
        ),
        (
            "--proflie x get",
            "`prusa-cred` takes no option `--proflie`",
            "did you mean `--profile`?",
        ),
        (
            "get --token acess",
            "--token <TOKEN> is one of access, identity, refresh, both",
            "did you mean `access`?",
        ),
        (
            "get --timeout soon",
            "the value of --timeout <TIME> cannot be used: not a duration such as 30s, 2m or 1h",
            "run `prusa-cred get --help`",
        ),
        (
            "exec",
            "`prusa-cred exec` needs <COMMAND>...",
            "run `prusa-cred exec --help`",
        ),
        (
            "seal --key-file",
            "--key-file <FILE> needs a value",
            "run `prusa-cred seal --help`",
        ),
        (
            "logout --all --profile farm",
            "--all and --profile <NAME> cannot be given together",
            "run `prusa-cred logout --help`",
        ),
    ] {
        let words: Vec<_> = line.split(' ').collect();
        env.run(&words)
            .stderr(format!("prusa-cred: {message}\n  hint: {hint}\n"))
            .status(2);
        let error = env
            .run(&words)
            .arg("--json")
            .any_stderr()
            .status(2)
            .json_error();
        assert_eq!(error["error"], "usage", "{line}");
        assert_eq!(error["message"], message, "{line}");
        assert_eq!(error["hint"], hint, "{line}");
    }
    env.run(["--json"])
        .stderr_contains(r#""message":"a command is missing""#)
        .status(2);
}

#[test]
fn a_value_that_does_not_belong_there_is_not_repeated() {
    let env = TestEnv::offline();
    for line in [
        &["get", "--token", "my-password"][..],
        &["status", "my-password"],
        &["get", "--min-ttl", "my-password"],
        &["login", "--provider", "my-password"],
    ] {
        let output = env.run(line).any_stderr().status(2);
        assert!(!output.stderr.contains("my-password"), "{output}");
    }
}
