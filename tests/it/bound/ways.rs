//! Each setting that changes, by each way in which a token is asked for.

use serde_json::json;

use super::{ACCESS, Change, HOST, Servers, changes, failure};
use crate::support::env::TestEnv;
use crate::support::process::Run;

/// Returns a run for each way to be handed something of a profile's login.
fn ways(env: &TestEnv, profile: &str) -> Vec<(String, Run)> {
    let url = format!("https://{HOST}/");
    let plain: [&[&str]; 21] = [
        &["get"],
        &["get", "--refresh"],
        &["get", "--min-ttl", "1s"],
        &["get", "--token", "access"],
        &["get", "--token", "refresh"],
        &["get", "--token", "identity"],
        &["get", "--token", "both"],
        &["get", "--format", "json"],
        &["get", "--format", "header"],
        &["get", "--format", "headers"],
        &["get", "--format", "env"],
        &["get", "--format", "curl"],
        &["get", "--format", "netrc"],
        &["get", "--format", "bearer"],
        &["get", &url],
        &["exec", "--", "env"],
        &["inspect"],
        &["goauth"],
        &["goauth", &url],
        &["terraform", "get", HOST],
        &["keyring", "get", &url, "oauth2"],
    ];
    let mut runs: Vec<_> = plain
        .iter()
        .map(|words| (words.join(" "), env.run(*words)))
        .collect();
    let git = format!("capability[]=authtype\nprotocol=https\nhost={HOST}\n\n");
    let bazel = json!({ "uri": url }).to_string();
    let cargo = json!({
        "v": 1, "registry": { "index-url": format!("sparse+{url}"), "name": "reg" }, "kind": "get", "operation": "read",
    });
    for (words, input) in [
        ("git get", git.clone()),
        ("docker get", HOST.to_owned()),
        ("bazel get", bazel),
        ("cargo --cargo-plugin", format!("{cargo}\n")),
        ("get", git),
    ] {
        let run = env.run(words.split_whitespace()).stdin(input);
        runs.push((format!("{words} <"), run));
    }
    let info = json!({
        "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
        "spec": { "interactive": false, "cluster": { "server": url } },
    });
    let kube = env
        .run(["kube"])
        .env("KUBERNETES_EXEC_INFO", info.to_string());
    runs.push(("kube".to_owned(), kube));
    for kind in ["jwt", "id_token"] {
        let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
        let run = env
            .run(["google"])
            .env("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", "//iam.googleapis.com/x")
            .env("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", kind)
            .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "0")
            .env("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "0");
        runs.push(("google".to_owned(), run));
    }
    let named = |run: Run| run.env("PRUSA_CRED_PROFILE", profile);
    runs.into_iter()
        .map(|(way, run)| (way, named(run)))
        .collect()
}

/// Runs every way after the change, and checks that none hands anything out or asks a server.
fn check_all_ways(servers: &Servers, change: &Change, env: &TestEnv) {
    let what = change.what;
    let (before, asked) = (change.stored(env), servers.requests());
    for (way, run) in ways(env, change.profile) {
        run.any_stdout()
            .any_stderr()
            .no_secret_on_stdout()
            .outcome();
        assert_eq!(servers.requests(), asked, "{what}: {way}");
        assert_eq!(change.stored(env), before, "{what}: {way}");
    }
}

/// Returns whether a way prints a token of a login that is used: Google's clients and `inspect` want a JWT.
fn prints_a_token(way: &str) -> bool {
    !["inspect", "google", "get --refresh"].contains(&way)
}

#[test]
fn each_way_hands_out_a_token_before_the_change() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let env = change.home(3000);
        let ways = ways(&env, change.profile);
        for (way, run) in ways.into_iter().filter(|(way, _)| prints_a_token(way)) {
            let told = run.any_stdout().any_stderr().outcome();
            assert!(
                told.stdout.contains("S3NTRY") || told.stdout.contains("UzNOVFJZ"),
                "{}: {way}: {told}",
                change.what
            );
        }
    }
}

#[test]
fn a_changed_setting_hands_out_nothing_in_any_way() {
    let servers = Servers::start();
    for change in changes(&servers) {
        for life in [3000, -10] {
            let env = change.with(change.home(life), 1);
            check_all_ways(&servers, &change, &env);
        }
    }
}

#[test]
fn an_error_names_both_and_the_old_setting_works_again() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let what = change.what;
        let env = change.home(3000);
        let get = ["get", "--profile", change.profile];
        let token = format!("{ACCESS}\n");
        env.run(get).stdout(&token).success();
        let env = change.with(env, 1);
        let words: [&[&str]; 3] = [&[], &["--refresh"], &["--token", "refresh"]];
        for more in words {
            let error = failure(&env, &[&get, more].concat());
            assert_eq!(error["error"], "login_required", "{what}: {error}");
            let message = error["message"].as_str().expect("a message");
            for name in &change.names {
                assert!(message.contains(name), "{what}: {message}");
            }
            let hint = error["hint"].as_str().expect("a hint");
            assert_eq!(hint, change.hint, "{what}");
        }
        let env = change.with(env, 0);
        env.run(get).stdout(&token).success();
    }
    assert_eq!(servers.requests(), 0);
}

#[test]
fn what_shows_a_login_says_that_it_is_not_used() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let what = change.what;
        let env = change.with(change.home(3000), 1);
        let run = |words: &[&str]| env.run(words).args(["--profile", change.profile]);
        let shown = run(&["status"]).any_stdout().outcome().stdout;
        assert!(shown.contains("  login    none for "), "{what}: {shown}");
        let shown = run(&["status", "--json"]).any_stdout().outcome().json();
        assert_eq!(shown[0]["signed_in"], false, "{what}: {shown}");
        let error = shown[0]["error"].as_str().expect("an error");
        let which = run(&["which"]).any_stdout().outcome().stdout;
        let doctor = run(&["doctor"]).any_stdout().any_stderr().outcome().stdout;
        for name in &change.names {
            assert!(error.contains(name), "{what}: {error}");
            assert!(which.contains(name), "{what}: {which}");
            assert!(doctor.contains(name), "{what}: {doctor}");
        }
        let run = env.run(["docker", "list"]).any_stdout().any_stderr();
        assert!(!run.outcome().stdout.contains(HOST), "{what}");
    }
    assert_eq!(servers.requests(), 0);
}

#[test]
fn sealing_keeps_a_login_of_another_server() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let env = change.with(change.home(3000), 1);
        let key = env.home().join("key");
        let run = env.run(["seal", "--key-file"]).arg(&key);
        run.args(["--profile", change.profile])
            .any_stderr()
            .success();
        let error = failure(&env, &["get", "--profile", change.profile]);
        assert_eq!(error["error"], "login_required", "{}: {error}", change.what);
    }
}

#[test]
fn logout_forgets_here_and_revokes_nothing_there() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let what = change.what;
        let env = change.with(change.home(3000), 1);
        let asked = servers.requests();
        let words = ["logout", "--json", "--profile", change.profile];
        let output = env.run(words).any_stdout().any_stderr().success();
        for name in &change.names {
            assert!(output.stderr.contains(name), "{what}: {output}");
        }
        assert!(
            output.stderr.contains("deleted here, but was not revoked"),
            "{what}: {output}"
        );
        let report = output.json();
        assert_eq!(
            (&report["was_signed_in"], &report["revoked"]),
            (&json!(true), &json!(false))
        );
        assert!(!change.file(&env).exists(), "{what}");
        assert_eq!(servers.requests(), asked, "{what}");
    }
}

#[test]
fn a_rejection_of_a_foreign_token_changes_nothing() {
    let servers = Servers::start();
    for change in changes(&servers) {
        let env = change.with(change.home(3000), 1);
        let before = change.stored(&env);
        let request =
            format!("protocol=https\nhost={HOST}\nusername=oauth2\npassword={ACCESS}\n\n");
        env.run(["git", "erase"]).stdin(request).success();
        assert_eq!(change.stored(&env), before, "{}", change.what);
    }
}
