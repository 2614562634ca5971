//! git and docker: whom they ask for our hosts. Real `git config`, and docker's file as docker writes it.

use serde_json::json;

use super::{examine, mend};
use crate::support::env::TestEnv;
use crate::support::known::signed_in;

const HOST: &str = "https://connect.prusa3d.com";
const GIT: &str = "git https://connect.prusa3d.com";
const DOCKER: &str = "docker connect.prusa3d.com";

fn git(env: &TestEnv, args: &[&str]) {
    env.run_as("git", ["config", "--global"].iter().chain(args))
        .success();
}

fn of_git(env: &TestEnv) -> (String, String, String) {
    let report = examine(env);
    let (state, message, command) = report.of("client.git", GIT);
    (state.to_owned(), message.to_owned(), command.to_owned())
}

#[test]
fn git_asking_us_first_is_ok() {
    let env = signed_in();
    assert_eq!(of_git(&env).0, "skipped");
    git(&env, &["--add", "credential.helper", "prusa-cred"]);
    let file = env.home().join(".gitconfig");
    let (state, message, _) = of_git(&env);
    assert_eq!(state, "ok");
    assert_eq!(
        message,
        format!("asks prusa-cred ({}) alone", file.display())
    );
    git(
        &env,
        &["--add", "credential.https://other.example.helper", "store"],
    );
    assert_eq!(
        of_git(&env).1,
        message,
        "another host's helper is no matter"
    );
    git(&env, &["--add", "credential.helper", "cache --timeout=60"]);
    let (state, message, _) = of_git(&env);
    assert_eq!(state, "ok");
    assert!(message.contains(" first, then cache ("), "{message}");
}

#[test]
fn a_helper_asked_before_us_is_reported_and_disabled() {
    let env = signed_in();
    git(
        &env,
        &["--add", "credential.helper", "!echo password=S3NTRY #"],
    );
    git(
        &env,
        &["--add", &format!("credential.{HOST}.helper"), "cache"],
    );
    git(
        &env,
        &["--add", &format!("credential.{HOST}.helper"), "prusa-cred"],
    );
    let (state, message, command) = of_git(&env);
    assert_eq!(state, "warning");
    let file = env.home().join(".gitconfig").display().to_string();
    assert_eq!(
        message,
        "before prusa-cred, git asks echo (~/.gitconfig:2), cache (~/.gitconfig:4)"
    );
    mend(&env, &command);
    let (state, message, _) = of_git(&env);
    assert_eq!(
        (state.as_str(), message),
        ("ok", format!("asks prusa-cred ({file}) alone"))
    );
}

#[test]
fn an_empty_helper_that_disables_us_is_reported() {
    let env = signed_in();
    git(&env, &["--add", "credential.helper", "prusa-cred"]);
    git(&env, &["--add", &format!("credential.{HOST}.helper"), ""]);
    git(
        &env,
        &["--add", &format!("credential.{HOST}.helper"), "cache"],
    );
    let (state, message, command) = of_git(&env);
    assert_eq!(state, "broken");
    assert!(message.starts_with("an empty helper in "), "{message}");
    mend(&env, &command);
    assert_eq!(of_git(&env).0, "ok");
}

#[test]
fn a_helper_given_by_path_must_exist() {
    let env = signed_in();
    let path = env.home().join("bin/prusa-cred");
    git(
        &env,
        &["credential.helper", &format!("{} git", path.display())],
    );
    assert_eq!(of_git(&env).0, "ok");
    git(&env, &["credential.helper", "/nowhere/prusa-cred git"]);
    let (state, message, _) = of_git(&env);
    assert_eq!(state, "broken");
    assert!(message.ends_with(", which does not exist"), "{message}");
}

#[test]
fn a_git_with_broken_files_does_not_stop_the_report() {
    let env = signed_in();
    env.write(&env.home().join(".gitconfig"), "[credential\nbroken");
    let report = examine(&env);
    assert_eq!(report.state("client.git", "git"), "broken");
    let report = super::read(
        &env.run(["doctor", "--json"])
            .env("PATH", "/nowhere")
            .any_stdout()
            .outcome(),
    );
    assert_eq!(report.state("client.git", "git"), "skipped");
    assert_eq!(report.state("path.name", "prusa-cred"), "warning");
}

#[test]
fn an_old_git_is_asked_without_show_scope() {
    let env = signed_in();
    git(&env, &["--add", "credential.helper", "prusa-cred"]);
    let old = env.home().join("old/git");
    let script = "#!/bin/sh\ncase $* in *--show-scope*) exit 129;; esac\nexec /usr/bin/env PATH=\"${PATH#*:}\" git \"$@\"\n";
    env.write(&old, script);
    mend(&env, &format!("chmod 755 {}", old.display()));
    let path = env.run_as("sh", ["-c", "printf %s \"$PATH\""]).any_stdout();
    let path = format!(
        "{}:{}",
        env.home().join("old").display(),
        path.success().stdout
    );
    let run = env.run(["doctor", "--json"]).env("PATH", path);
    let report = super::read(&run.any_stdout().outcome());
    assert_eq!(report.state("client.git", GIT), "ok");
}

fn of_docker(env: &TestEnv, config: &serde_json::Value) -> (String, String) {
    env.write(&env.home().join(".docker/config.json"), config.to_string());
    let report = examine(env);
    let (state, message, _) = report.of("client.docker", DOCKER);
    (state.to_owned(), message.to_owned())
}

#[test]
fn docker_asking_somebody_else_is_reported() {
    let env = signed_in();
    assert_eq!(examine(&env).state("client.docker", "docker"), "skipped");
    let host = "connect.prusa3d.com";
    let auth = json!({ host: { "auth": "UzNOVFJZ" } });
    for (config, wanted) in [
        (json!({}), "skipped"),
        (json!({ "credsStore": "desktop" }), "skipped"),
        (json!({ "credsStore": "prusa-cred" }), "ok"),
        (json!({ "credHelpers": { host: "prusa-cred" } }), "ok"),
        (
            json!({ "credHelpers": { host: "prusa-cred" }, "auths": { host: {} } }),
            "ok",
        ),
        (
            json!({ "credHelpers": { host: "pass" }, "credsStore": "prusa-cred" }),
            "warning",
        ),
        (
            json!({ "credsStore": "pass", "credHelpers": { "x": "prusa-cred" } }),
            "warning",
        ),
        (json!({ "auths": auth }), "warning"),
    ] {
        let (state, message) = of_docker(&env, &config);
        assert_eq!(state, wanted, "{config} {message}");
    }
    let env = env.var("DOCKER_AUTH_CONFIG", json!({ "auths": auth }).to_string());
    let (state, message) = of_docker(&env, &json!({ "credsStore": "prusa-cred" }));
    assert_eq!(state, "warning");
    assert!(message.starts_with("DOCKER_AUTH_CONFIG holds"), "{message}");
}

#[test]
fn docker_hub_is_checked_by_docker_s_address_for_it() {
    let config = "[profiles.hub]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\n\
                  client_id = 'x'\nhosts = ['index.docker.io']\n";
    let env = signed_in().config(config);
    let file = env.home().join(".docker/config.json");
    let auth = json!({ "auths": { "https://index.docker.io/v1/": { "auth": "UzNOVFJZ" } } });
    env.write(&file, auth.to_string());
    let report = examine(&env);
    assert_eq!(
        report.state("client.docker", "docker index.docker.io"),
        "warning"
    );
    env.run(["setup", "docker", "--profile", "hub", "--apply"])
        .any_stdout()
        .success();
    let report = examine(&env);
    assert_eq!(
        report.state("client.docker", "docker index.docker.io"),
        "ok"
    );
}

#[test]
fn docker_s_file_may_be_elsewhere_or_damaged() {
    let env = signed_in();
    let elsewhere = env.home().join("elsewhere");
    env.write(&elsewhere.join("config.json"), "{\"auths\": \"S3NTRY");
    let env = env.var("DOCKER_CONFIG", &elsewhere);
    let report = examine(&env);
    let (state, message, _) = report.of("client.docker", "docker");
    assert_eq!(state, "broken");
    assert!(
        message.contains("is not a JSON object: line 1, column "),
        "{message}"
    );
    let link = env.home().join("bin/docker-credential-prusa-cred");
    std::fs::remove_file(link).unwrap();
    env.write(
        &elsewhere.join("config.json"),
        r#"{"credsStore":"prusa-cred"}"#,
    );
    let report = examine(&env);
    assert_eq!(report.state("client.docker", DOCKER), "ok");
    assert_eq!(
        report.state("path.name", "docker-credential-prusa-cred"),
        "broken"
    );
}

#[test]
fn kubectl_is_checked_by_its_file_without_running_it() {
    let env = signed_in();
    assert_eq!(examine(&env).state("client.kubectl", "kubectl"), "skipped");
    let path = env.home().join(".kube/config");
    let user =
        "users:\n- name: me\n  user:\n    exec:\n      command: PROGRAM\n      args: [kube]\n";
    env.write(&path, user.replace("PROGRAM", "prusa-cred"));
    let unused = format!(
        "no context has the user me, which runs prusa-cred ({})",
        path.display()
    );
    assert_eq!(
        examine(&env).of("client.kubectl", "kubectl"),
        (
            "warning",
            unused.as_str(),
            "kubectl config set-context CONTEXT --user=me"
        )
    );
    let user = format!("contexts:\n- context:\n    cluster: c\n    user: me\n  name: c\n{user}");
    env.write(&path, user.replace("PROGRAM", "prusa-cred"));
    let report = examine(&env);
    let wanted = format!("a user in {} runs prusa-cred", path.display());
    assert_eq!(
        report.of("client.kubectl", "kubectl"),
        ("ok", wanted.as_str(), "-")
    );
    env.write(&path, user.replace("PROGRAM", "/nowhere/prusa-cred"));
    assert_eq!(examine(&env).state("client.kubectl", "kubectl"), "broken");
    let with_token = user.replace("    exec:", "    token: S3NTRY\n    exec:");
    env.write(&path, with_token.replace("PROGRAM", "prusa-cred"));
    let report = examine(&env);
    let (state, message, fix) = report.of("client.kubectl", "kubectl");
    assert_eq!(
        (state, fix),
        ("warning", "kubectl config unset users.me.token")
    );
    assert!(
        message.contains("has a token, which is used instead"),
        "{message}"
    );
    // Of two files with one user the first counts.
    let first = env.home().join("first");
    env.write(&first, "users:\n- name: me\n  user:\n    token: S3NTRY\n");
    env.write(&path, user.replace("PROGRAM", "prusa-cred"));
    let both = std::env::join_paths([&first, &path]).unwrap();
    let env = env.var("KUBECONFIG", both);
    let report = examine(&env);
    let (state, message, _) = report.of("client.kubectl", "kubectl");
    assert_eq!(state, "warning", "{message}");
    assert!(message.starts_with("the user me of "), "{message}");
}

#[test]
fn entries_made_by_setup_are_ok_while_complete() {
    let env = signed_in();
    for (client, id, subject) in [
        ("podman", "client.podman", "Podman for prusa"),
        ("bazel", "client.bazel", "Bazel for prusa"),
        ("uv", "client.uv", "uv for prusa"),
    ] {
        assert_eq!(examine(&env).state(id, subject), "skipped", "{client}");
        env.run(["setup", client, "--apply"])
            .any_stdout()
            .any_stderr()
            .success();
        let report = examine(&env);
        let (state, message, _) = report.of(id, subject);
        assert_eq!(state, "ok", "{client}: {message}");
        assert!(message.starts_with("asks prusa-cred (/"), "{message}");
    }
    std::fs::remove_file(env.home().join("bin/docker-credential-prusa-cred")).unwrap();
    let report = examine(&env);
    let (state, message, command) = report.of("client.podman", "Podman for prusa");
    assert_eq!(state, "broken", "{message}");
    assert_eq!(command, "prusa-cred setup podman --profile prusa --apply");
}

#[test]
fn another_helper_of_a_client_is_reported() {
    let env = signed_in();
    let auth = env.home().join("config/containers/auth.json");
    env.write(&auth, r#"{"credHelpers":{"connect.prusa3d.com":"pass"}}"#);
    let report = examine(&env);
    let (state, message, _) = report.of("client.podman", "Podman for prusa");
    assert_eq!(state, "warning", "{message}");
    assert!(message.starts_with("asks "), "{message}");
}

#[test]
fn a_cluster_that_gets_no_token_is_told() {
    let env = signed_in();
    let path = env.home().join(".kube/config");
    let config = "clusters:\n- cluster:\n    server: SERVER\n  name: c\ncontexts:\n- context:\n    cluster: c\n    user: me\n  name: c\n\
                  users:\n- name: me\n  user:\n    exec:\n      command: prusa-cred\n      args: [kube]\n";
    for (server, wanted) in [
        (HOST.to_owned(), "ok"),
        (
            format!("{HOST}\n    insecure-skip-tls-verify: true"),
            "warning",
        ),
        ("https://other.example.com".to_owned(), "warning"),
    ] {
        env.write(&path, config.replace("SERVER", &server));
        let report = examine(&env);
        assert_eq!(
            report.state("client.kubectl", "kubectl"),
            wanted,
            "{server}"
        );
    }
    let report = examine(&env);
    let (_, _, fix) = report.of("client.kubectl", "kubectl");
    assert_eq!(fix, "prusa-cred hosts add other.example.com");
}
