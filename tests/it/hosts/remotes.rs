//! Remotes of the repository here that nobody answers for: `setup git` and `doctor` say so before git asks.

use crate::support::env::TestEnv;
use crate::support::known::signed_in;

/// A repository in the home, with these addresses of remotes.
fn repository(env: &TestEnv, remotes: &[&str]) {
    let git = |args: &[&str]| env.run_as("git", args).any_stderr().success();
    git(&["init", "-q"]);
    for (number, url) in remotes.iter().enumerate() {
        git(&["remote", "add", &format!("r{number}"), url]);
    }
}

fn global(env: &TestEnv, args: &[&str]) {
    env.run_as("git", ["config", "--global"].iter().chain(args))
        .success();
}

/// Returns the lines of `setup git` about passwords, without the words before them.
fn setup(env: &TestEnv) -> Vec<String> {
    let printed = env.run(["setup", "git"]).any_stdout().success().stdout;
    let lines = printed
        .lines()
        .filter_map(|line| line.strip_prefix("Note: git will ask"));
    lines.map(str::to_owned).collect()
}

/// Returns what `doctor` says about git at a host: the state, the message and the command.
fn doctor(env: &TestEnv, host: &str) -> Option<[String; 3]> {
    let output = env.run(["doctor", "--json"]).any_stdout().outcome();
    let checks = output.json()["checks"].as_array().unwrap().clone();
    let subject = format!("git {host}");
    let check = checks.into_iter().find(|it| it["subject"] == subject)?;
    let is_broken = check["state"] == "broken";
    assert!(!is_broken, "{check}");
    Some(["state", "message", "mend"].map(|key| check[key].as_str().unwrap_or_default().to_owned()))
}

#[test]
fn each_host_that_nobody_answers_for_is_told_once() {
    let env = signed_in();
    repository(
        &env,
        &[
            "https://git.example.com/a.git",
            "https://ada@git.example.com/b.git",
            "https://connect.prusa3d.com/c.git",
            "git@ssh.example.com:a.git",
            "ssh://ssh.example.com/a.git",
            "https://x:S3NTRY@secret.example.com/a.git",
            "../sibling",
        ],
    );
    assert_eq!(
        setup(&env),
        [
            " for a password at git.example.com: `prusa-cred hosts add git.example.com`, then this again."
        ]
    );
    let [state, message, mend] = doctor(&env, "https://git.example.com").expect("a check");
    assert_eq!(
        (&*state, &*message),
        ("warning", "git will ask for a password at git.example.com")
    );
    assert_eq!(
        mend,
        "prusa-cred hosts add git.example.com && prusa-cred setup git --host https://git.example.com --apply"
    );
    env.run_as("sh", ["-c", &mend]).any_stdout().success();
    assert_eq!(setup(&env), [""; 0]);
    let filled = env
        .run_as("git", ["credential", "fill"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin("protocol=https\nhost=git.example.com\n")
        .any_stdout()
        .any_stderr()
        .success();
    assert!(filled.stdout.contains("password="), "{filled}");
}

#[test]
fn what_git_goes_to_counts_and_not_what_is_written() {
    let env = signed_in();
    repository(&env, &["short:a.git", "https://git.example.com/a.git"]);
    global(&env, &["url.https://long.example.com/.insteadOf", "short:"]);
    global(
        &env,
        &[
            "url.ssh://git@git.example.com/.pushInsteadOf",
            "https://git.example.com/",
        ],
    );
    let told = setup(&env);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("at long.example.com: "), "{told:?}");
    assert!(told[1].contains("at git.example.com: "), "{told:?}");
}

#[test]
fn who_has_another_helper_there_hears_nothing() {
    let env = signed_in();
    repository(&env, &["https://git.example.com/a.git"]);
    global(
        &env,
        &["credential.https://git.example.com.helper", "store"],
    );
    assert_eq!(setup(&env), [""; 0]);
    assert_eq!(doctor(&env, "https://git.example.com"), None);
}

#[test]
fn a_saved_password_is_an_answer() {
    let env = signed_in();
    repository(&env, &["https://git.example.com/a.git"]);
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=git.example.com\nusername=ada\npassword=S3NTRY\n")
        .any_stderr()
        .success();
    assert_eq!(setup(&env), [""; 0]);
}

#[test]
fn it_is_told_where_there_is_nothing_to_do_too_and_with_the_login_that_is_needed() {
    let env = TestEnv::offline();
    repository(&env, &["https://git.example.com:8443/a.git"]);
    env.run(["setup", "git", "--apply"]).any_stdout().success();
    assert_eq!(
        setup(&env),
        [
            " for a password at git.example.com:8443: `prusa-cred login`, then `prusa-cred hosts add \
             git.example.com:8443`, then this again."
        ]
    );
}
