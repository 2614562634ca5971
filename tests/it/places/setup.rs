//! `setup` for a profile that answers for a part of a host.

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, token_of};

fn desk() -> TestEnv {
    let env = TestEnv::offline().config(&super::oauth("team", "hosts = ['h.example.com/team']"));
    sign_in_to(&env, "team");
    env
}

fn setup(env: &TestEnv, client: &str, more: &[&str]) -> String {
    let words = [&["setup", client, "--profile", "team"], more].concat();
    env.run(words).any_stdout().any_stderr().success().stdout
}

#[test]
fn git_is_told_to_send_the_path() {
    let env = desk();
    let file = env.home().join(".gitconfig");
    env.write(&file, "[user]\n\tname = Ada\n");
    let told = setup(&env, "git", &[]);
    assert!(
        told.contains("credential.https://h.example.com/team.useHttpPath true")
            || told.contains("useHttpPath = true"),
        "{told}"
    );
    setup(&env, "git", &["--apply"]);
    let asked = |path: &str| {
        env.run_as("git", ["credential", "fill"])
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(format!("url=https://h.example.com/{path}\n"))
            .any_stdout()
            .any_stderr()
            .outcome()
    };
    let output = asked("team/app.git");
    assert!(output.stdout.contains(&token_of("team")), "{output}");
    for path in ["team2/app.git", "", "other"] {
        let output = asked(path);
        assert!(!output.stdout.contains("S3NTRY"), "{path}: {output}");
    }
    assert!(setup(&env, "git", &[]).contains("already"), "twice");
    setup(&env, "git", &["--undo"]);
    let text = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(text, "[user]\n\tname = Ada\n");
}

#[test]
fn a_client_that_asks_for_whole_hosts_only_is_told_so() {
    let env = desk();
    for (client, name) in [("podman", "Podman"), ("terraform", "Terraform")] {
        env.run(["setup", client, "--profile", "team"])
            .stderr(format!(
                "prusa-cred: {name} asks for whole hosts only, and profile team answers only for h.example.com/team\n  \
                 hint: add the whole host to the profile's `hosts` if its token is for all of it\n"
            ))
            .status(1);
    }
    let told = setup(&env, "docker", &[]);
    assert!(
        told.contains("\"h.example.com/team\": \"prusa-cred\""),
        "{told}"
    );
    assert!(
        told.contains("docker itself asks for whole hosts only"),
        "{told}"
    );
    let told = setup(&env, "bazel", &[]);
    assert!(
        told.contains("--credential_helper=h.example.com=bazel-credential-prusa-cred"),
        "{told}"
    );
    assert!(
        told.contains("only for what is at and below h.example.com/team"),
        "{told}"
    );
}

#[test]
fn an_address_stands_for_the_part_that_covers_it() {
    let env = desk();
    let address = "https://h.example.com/team/app";
    let of_address = setup(&env, "git", &["--host", address]);
    let wanted = setup(&env, "git", &[]);
    assert_eq!(
        of_address.replace(&format!(" --host {address}"), ""),
        wanted
    );
    env.run(["setup", "git", "--host", "https://h.example.com/other"])
        .stderr_contains("no profile answers for h.example.com/other\n")
        .status(1);
}

#[test]
fn git_is_told_to_send_the_path_to_a_host_of_which_another_profile_has_a_part() {
    let profiles = super::oauth("whole", "hosts = ['h.example.com']")
        + &super::oauth("team", "hosts = ['h.example.com/team']");
    let env = TestEnv::offline().config(&profiles);
    for name in ["whole", "team"] {
        sign_in_to(&env, name);
    }
    env.run(["setup", "git", "--host", "h.example.com", "--apply"])
        .any_stdout()
        .any_stderr()
        .success();
    for (path, profile) in [
        ("team/app.git", "team"),
        ("other.git", "whole"),
        ("", "whole"),
    ] {
        let output = env
            .run_as("git", ["credential", "fill"])
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(format!("url=https://h.example.com/{path}\n"))
            .any_stdout()
            .any_stderr()
            .outcome();
        assert!(
            output.stdout.contains(&token_of(profile)),
            "{path}: {output}"
        );
    }
    env.run(["setup", "git", "--host", "h.example.com", "--undo"])
        .any_stdout()
        .any_stderr()
        .success();
    let text = std::fs::read_to_string(env.home().join(".gitconfig")).unwrap_or_default();
    assert_eq!(text, "");
}
