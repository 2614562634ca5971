//! prusa-cred as the store of all registries, for Docker and for Podman.

use super::Desk;

const DOCKER: &str = ".docker/config.json";
const PODMAN: &str = ".config/containers/registries.conf.d/99-prusa-cred.conf";
const ALL: &str = "--all-registries";
const BOTH: &str = "credential-helpers = [\"prusa-cred\", \"containers-auth.json\"]\n";

fn docker(desk: &Desk, words: &[&str]) -> String {
    let ran = desk.setup("docker", words).any_stdout().success();
    ran.stdout
}

fn podman(desk: &Desk, words: &[&str]) -> String {
    let ran = desk.setup("podman", words).any_stdout().success();
    ran.stdout
}

#[test]
fn docker_s_store_is_replaced_told_and_brought_back() {
    let old =
        "{\r\n\t\"credsStore\" : \"desktop\",\r\n\t\"credHelpers\": {\"gcr.io\": \"gcloud\"}\r\n}";
    let desk = Desk::new().alone_with(&[]);
    desk.write(DOCKER, old);
    let shown = docker(&desk, &[ALL]);
    assert!(
        shown.contains("stored with desktop stay there, but"),
        "{shown}"
    );
    assert!(
        shown.contains("Docker asks gcloud for gcr.io as before"),
        "{shown}"
    );
    assert!(shown.ends_with("To do it: prusa-cred setup docker --all-registries --apply\n"));
    assert_eq!(desk.read(DOCKER).as_deref(), Some(old));

    docker(&desk, &[ALL, "--apply"]);
    let with = desk.read(DOCKER).expect("it");
    assert_eq!(with, old.replace("desktop", "prusa-cred"));
    let again = docker(&desk, &[ALL, "--apply"]);
    assert_eq!(
        again,
        "Nothing to do: Docker asks prusa-cred for all registries already.\n"
    );
    let listed = desk.env.run(["setup"]).any_stdout().success().stdout;
    assert!(listed.contains("  docker       asks prusa-cred (~/.docker/config.json)\n"));

    docker(&desk, &[ALL, "--undo"]);
    assert_eq!(desk.read(DOCKER).as_deref(), Some(old));
    assert!(!desk.bin().join("docker-credential-prusa-cred").exists());
}

#[test]
fn what_was_changed_since_stays_when_the_store_is_brought_back() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(DOCKER, "{\"credsStore\": \"desktop\"}\n");
    docker(&desk, &[ALL, "--apply"]);
    desk.write(DOCKER, "{\"credsStore\": \"prusa-cred\", \"n\": 1}\n");
    docker(&desk, &["--undo"]);
    let text = desk.read(DOCKER);
    assert_eq!(
        text.as_deref(),
        Some("{\"credsStore\": \"desktop\", \"n\": 1}\n")
    );
    docker(&desk, &[ALL, "--apply"]);
    desk.write(DOCKER, "{\"credsStore\": \"pass\"}\n");
    let told = docker(&desk, &["--undo"]);
    assert!(!told.contains("Removed prusa-cred"), "{told}");
    assert_eq!(
        desk.read(DOCKER).as_deref(),
        Some("{\"credsStore\": \"pass\"}\n")
    );
}

#[test]
fn the_store_and_the_helpers_of_single_hosts_are_taken_back_apart() {
    let desk = Desk::new().alone_with(&[]);
    docker(&desk, &["--apply"]);
    docker(&desk, &[ALL, "--apply"]);
    docker(&desk, &[ALL, "--undo"]);
    let text = desk.read(DOCKER).expect("it");
    assert!(
        text.contains("credHelpers") && !text.contains("credsStore"),
        "{text}"
    );
    docker(&desk, &[ALL, "--apply"]);
    docker(&desk, &["--undo"]);
    assert_eq!(desk.read(DOCKER), None);
}

#[test]
fn logins_in_docker_s_own_file_are_named_and_not_shown() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(
        DOCKER,
        "{\"auths\": {\"r.example.com\": {\"auth\": \"S3NTRY\"}, \"empty.example.com\": {}}}",
    );
    let shown = docker(&desk, &[ALL]);
    let wanted = "the logins in the file itself are no longer used (r.example.com): log in again";
    assert!(shown.contains(wanted), "{shown}");
    assert!(!shown.contains("S3NTRY"), "{shown}");
}

#[test]
fn podman_s_helpers_get_a_file_of_their_own() {
    let desk = Desk::new().alone_with(&[]);
    let shown = podman(&desk, &[ALL]);
    assert!(
        shown.contains("99-prusa-cred.conf would be written\n"),
        "{shown}"
    );
    podman(&desk, &[ALL, "--apply"]);
    assert_eq!(desk.read(PODMAN).as_deref(), Some(BOTH));
    let again = podman(&desk, &[ALL, "--apply"]);
    assert_eq!(
        again,
        "Nothing to do: Podman asks prusa-cred for all registries already.\n"
    );
    let listed = desk.env.run(["setup"]).any_stdout().success().stdout;
    assert!(
        listed.contains(&format!("  podman       asks prusa-cred (~/{PODMAN})\n")),
        "{listed}"
    );
    let doctor = desk.env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let checks = doctor.outcome().json()["checks"].clone();
    let mut checks = checks.as_array().expect("checks").iter();
    let check = checks.find(|it| it["id"] == "client.podman").expect("it");
    assert_eq!(check["state"], "ok", "{check}");
    podman(&desk, &["--undo"]);
    assert!(!desk.path(".config").exists(), "its directories are gone");
}

#[test]
fn podman_s_other_helpers_are_asked_after_it() {
    let desk = Desk::new().alone_with(&[]);
    let conf = ".config/containers/registries.conf";
    desk.write(conf, "credential-helpers = [\"secretservice\"]\n");
    let shown = podman(&desk, &[ALL]);
    assert!(shown.contains("secretservice of ~/.config/containers/registries.conf is asked after"));
    podman(&desk, &[ALL, "--apply"]);
    let wanted = "credential-helpers = [\"prusa-cred\", \"secretservice\"]\n";
    assert_eq!(desk.read(PODMAN).as_deref(), Some(wanted));
    let later = ".config/containers/registries.conf.d/zz.conf";
    desk.write(later, "credential-helpers = [\"pass\"]\n");
    let told = podman(&desk, &[ALL]);
    assert!(told.contains("zz.conf goes before this"), "{told}");
    podman(&desk, &[ALL, "--undo"]);
    assert_eq!(desk.read(PODMAN), None);
    assert_eq!(
        desk.read(conf).as_deref(),
        Some("credential-helpers = [\"secretservice\"]\n")
    );
}

#[test]
fn it_is_for_docker_and_podman_and_names_no_hosts() {
    let desk = Desk::new();
    desk.setup("git", &[ALL])
        .stderr_contains("--all-registries is for docker and podman")
        .status(2);
    desk.setup("docker", &[ALL, "--host", "git.example.com"])
        .stderr_contains("--host")
        .status(2);
    let shown = docker(&desk, &[]);
    assert!(
        shown.contains("prusa-cred setup docker --all-registries"),
        "{shown}"
    );
}
