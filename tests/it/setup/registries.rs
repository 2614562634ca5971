//! `--all-registries`: Docker and Podman keep the passwords of every registry in prusa-cred.

use serde_json::{Value, json};

use super::Desk;

const DOCKER: &str = ".docker/config.json";
const PODMAN: &str = "config/containers/registries.conf.d/prusa-cred.conf";

#[test]
fn docker_gets_a_store_beside_the_helpers_and_loses_it_again() {
    let desk = Desk::new();
    let before = "{\n\t\"psFormat\": \"x\"\n}\n";
    desk.write(DOCKER, before);
    let shown = desk.setup("docker", &[]).any_stdout().success().stdout;
    assert!(shown.contains("add --all-registries"), "{shown}");
    let told = desk
        .setup("docker", &["--all-registries", "--apply"])
        .any_stdout()
        .success()
        .stdout;
    assert!(
        told.contains("prusa-cred setup docker --all-registries --undo"),
        "{told}"
    );
    let config: Value = serde_json::from_str(&desk.read(DOCKER).expect("a file")).expect("JSON");
    assert_eq!(config["credsStore"], "prusa-cred");
    assert_eq!(config["credHelpers"]["git.example.com"], "prusa-cred");
    desk.undo("docker");
    assert_eq!(desk.read(DOCKER).as_deref(), Some(before));
}

#[test]
fn another_store_is_named_and_stays() {
    let desk = Desk::new();
    desk.write(DOCKER, "{\"credsStore\": \"desktop\"}");
    let run = desk.setup("docker", &["--all-registries", "--apply"]);
    run.stderr_contains("already has credsStore: desktop")
        .status(1);
    assert_eq!(
        desk.read(DOCKER).as_deref(),
        Some("{\"credsStore\": \"desktop\"}")
    );
}

#[test]
fn podman_asks_prusa_cred_before_its_own_files() {
    let desk = Desk::new();
    desk.setup("podman", &["--all-registries", "--apply"])
        .any_stdout()
        .success();
    let text = desk.read(PODMAN).expect("a file");
    let line = "credential-helpers = [\"prusa-cred\", \"containers-auth.json\"]\n";
    assert!(text.ends_with(line), "{text}");
    let rows = desk
        .env
        .run(["setup", "--json"])
        .any_stdout()
        .success()
        .json();
    let rows = rows.as_array().expect("an array").clone();
    let podman = rows.iter().find(|row| row["client"] == "podman");
    assert_eq!(podman.expect("a row")["state"], "asks_prusa_cred");
    desk.undo("podman");
    assert_eq!(desk.read(PODMAN), None);
}

#[test]
fn it_is_for_registries_alone() {
    let desk = Desk::new();
    desk.setup("git", &["--all-registries"])
        .stderr_contains("--all-registries is for docker and podman")
        .status(2);
}

#[test]
fn what_would_be_done_is_there_as_json() {
    let desk = Desk::new();
    let object = |words: &[&str]| {
        let run = desk.setup("docker", words).any_stdout();
        run.success().json()
    };
    let file = desk.path(DOCKER);
    let shown = object(&["--json"]);
    assert_eq!(shown["client"], "docker");
    assert_eq!(shown["action"], "show");
    assert_eq!(shown["file"], json!(file));
    let report = shown["report"].as_array().expect("lines");
    assert!(
        report
            .iter()
            .any(|line| line.as_str().unwrap_or_default().contains("credHelpers"))
    );
    assert_eq!(desk.read(DOCKER), None);
    assert_eq!(object(&["--json", "--apply"])["action"], "apply");
    assert!(desk.read(DOCKER).is_some());
    assert_eq!(object(&["--json", "--undo"])["action"], "undo");
    assert_eq!(desk.read(DOCKER), None);
}
