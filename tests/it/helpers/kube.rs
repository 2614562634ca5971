//! Kubernetes' exec credential plugins: the request is a variable, failures are on stderr.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::{Value, json};

use super::{END, TOKEN, home, signed_in};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

const VARIABLE: &str = "KUBERNETES_EXEC_INFO";

fn info(version: &str, server: &Value) -> String {
    let api_version = format!("client.authentication.k8s.io/{version}");
    let cluster = json!({ "server": server, "certificate-authority-data": "eA==" });
    json!({
        "kind": "ExecCredential", "apiVersion": api_version,
        "spec": { "interactive": false, "cluster": cluster },
    })
    .to_string()
}

fn for_server(env: &TestEnv, server: &str) -> Run {
    env.run(["kube"]).env(VARIABLE, info("v1", &json!(server)))
}

#[test]
fn each_api_version_gets_its_own_answer() {
    let env = home();
    for version in ["v1", "v1beta1"] {
        let run = env.run(["--profile", "corp", "kube"]);
        let info = json!({
            "kind": "ExecCredential", "spec": { "interactive": false },
            "apiVersion": format!("client.authentication.k8s.io/{version}"),
        });
        run.env(VARIABLE, info.to_string())
            .stdout(format!(
                "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/{version}\",\
                 \"status\":{{\"token\":\"{TOKEN}\",\"expirationTimestamp\":\"2099-12-31T23:59:30Z\"}}}}\n"
            ))
            .success();
    }
    assert_eq!(END % 60, 0);
    let told = env
        .run(["kube", "-p", "corp"])
        .any_stdout()
        .success()
        .json();
    assert_eq!(told["apiVersion"], "client.authentication.k8s.io/v1beta1");
}

#[test]
fn the_cluster_chooses_the_profile() {
    let env = home();
    for server in [
        "https://reg.example.com:8443/k8s",
        "https://x.wild.example.com",
    ] {
        let told = for_server(&env, server).any_stdout().success().json();
        assert_eq!(told["status"]["token"], TOKEN);
    }
    for server in [
        "https://other.example.com",
        "https://reg.example.com:6443",
        "https://reg.example.com.evil.tld",
    ] {
        for_server(&env, server)
            .stderr_contains("no profile answers for")
            .status(1);
        for_server(&env, server)
            .arg("--profile=corp")
            .stderr_contains("profile corp does not answer for")
            .status(1);
    }
    for_server(&env, "http://reg.example.com:8443")
        .stderr_contains("https only")
        .status(1);
    for_server(&env, "https://idle.example.com")
        .stderr_contains("run `prusa-cred login --profile idle`")
        .status(1);
}

#[test]
fn a_server_whose_certificate_is_not_verified_gets_no_token() {
    let env = home();
    let asked = |cluster: &Value, words: &[&str]| {
        let info = json!({
            "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
            "spec": { "interactive": false, "cluster": cluster },
        });
        env.run(words).env(VARIABLE, info.to_string())
    };
    let mut cluster =
        json!({ "server": "https://reg.example.com:8443", "insecure-skip-tls-verify": true });
    for words in [&["kube"][..], &["kube", "--profile", "corp"]] {
        asked(&cluster, words)
            .stderr(
                "prusa-cred: no token is given for https://reg.example.com:8443, as the kubeconfig says \
                 insecure-skip-tls-verify: anybody could be that server\n  \
                 hint: in the kubeconfig, name the cluster's certificate as certificate-authority and take \
                 insecure-skip-tls-verify out\n",
            )
            .status(1);
    }
    cluster["insecure-skip-tls-verify"] = json!("yes");
    asked(&cluster, &["kube"])
        .stderr_contains("insecure-skip-tls-verify is not a boolean")
        .status(1);
    // What else a cluster's information may have.
    let cluster = json!({
        "server": "https://reg.example.com:8443", "insecure-skip-tls-verify": false,
        "tls-server-name": "inner.example.com", "proxy-url": "http://127.0.0.1:1",
    });
    asked(&cluster, &["kube"]).any_stdout().success();
}

#[test]
fn an_invalid_request_is_an_error_on_stderr() {
    let env = home();
    let deep = format!("{{\"x\":{}", "[".repeat(50_000));
    for info in [
        "",
        "x",
        "[]",
        "{}",
        &deep,
        &info("v1alpha1", &Value::Null),
        &info("v1", &json!(["https://reg.example.com"])),
    ] {
        let run = env.run(["kube", "-p", "corp"]).env(VARIABLE, info);
        if info.is_empty() {
            run.any_stdout().success();
        } else {
            run.stderr_contains("the request cannot be read").status(1);
        }
    }
    env.run(["kube", "-p", "corp"])
        .env(VARIABLE, OsStr::from_bytes(b"{\xff}"))
        .stderr_contains("KUBERNETES_EXEC_INFO is not UTF-8")
        .status(1);
    for server in [Value::Null, json!("")] {
        env.run(["kube", "-p", "corp"])
            .env(VARIABLE, info("v1", &server))
            .stderr_contains("because: it has no host")
            .status(1);
    }
    env.run(["kube", "get"])
        .stderr_contains("takes no arguments")
        .status(2);
}

#[test]
fn a_token_is_refreshed_before_it_expires() {
    let site = Sandbox::start();
    let env = signed_in(&site, 10);
    let told = env.run(["kube"]).any_stdout().success().json();
    assert_eq!(told["status"]["token"], env.token("access_token"));
    assert_eq!(site.rotations(), 1);
    let end = env.tokens()["expires_at"].as_i64().expect("a time");
    let told: jiff::Timestamp = told["status"]["expirationTimestamp"]
        .as_str()
        .and_then(|time| time.parse().ok())
        .expect("RFC 3339");
    assert_eq!(told.as_second(), end - 30);
}
