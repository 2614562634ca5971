//! Kubernetes' Python client asks its API server with our token.

use serde_json::json;

use super::Place;
use crate::support::process::Run;

fn namespaces(place: &Place, version: &str, arguments: &[&str], tells_server: bool) -> Run {
    let exec = json!({
        "apiVersion": format!("client.authentication.k8s.io/{version}"), "command": "prusa-cred",
        "args": arguments, "interactiveMode": "Never", "provideClusterInfo": tells_server,
    });
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{ "name": "x", "cluster": { "server": place.server.address() } }],
        "users": [{ "name": "x", "user": { "exec": exec } }],
        "contexts": [{ "name": "x", "context": { "cluster": "x", "user": "x" } }],
    });
    let file = place.env.home().join("kubeconfig");
    place.env.write(&file, config.to_string());
    place.script("kube_namespaces.py", &file)
}

#[test]
fn both_api_versions_work_by_profile_and_by_server() {
    let place = Place::start();
    place.accept(&format!("Bearer {}", place.token()));
    let named = ["--profile", "prusa", "kube"];
    for (version, arguments, tells_server) in [
        ("v1", &named[..], false),
        ("v1beta1", &named, false),
        ("v1", &["kube"], true),
        ("v1beta1", &["kube"], true),
    ] {
        namespaces(&place, version, arguments, tells_server)
            .stdout("printers\n")
            .success();
    }
    assert_eq!(place.count("/api/v1/namespaces", 200), 4);
}

#[test]
fn a_server_of_no_profile_gets_no_token() {
    let mut place = Place::start();
    place.env = place
        .env
        .var("PRUSA_CONNECT_URL", "https://other.example.com");
    let output = namespaces(&place, "v1", &["kube"], true)
        .any_stdout()
        .any_stderr()
        .outcome();
    assert!(output.stderr.contains("no profile answers for"), "{output}");
    assert_eq!(place.count("/api/v1/namespaces", 200), 0);
    assert_eq!(place.site.refreshes(), 0);
}
