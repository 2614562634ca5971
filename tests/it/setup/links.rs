//! The names that clients run: made where they are found, kept while something needs them, and never in another's way.

use std::fs;
use std::os::unix::fs::symlink;

use super::Desk;

#[test]
fn a_link_is_created_beside_the_program_and_removed() {
    let desk = Desk::new().alone_with(&[]);
    let link = desk.bin().join("docker-credential-prusa-cred");
    let applied = desk.apply("docker");
    assert!(
        applied
            .stdout
            .contains("Made the link ~/bin/docker-credential-prusa-cred -> prusa-cred"),
        "{applied}"
    );
    assert_eq!(
        fs::read_link(&link).expect("a link"),
        std::path::Path::new("prusa-cred")
    );
    desk.env
        .run_as("docker-credential-prusa-cred", ["list"])
        .any_stdout()
        .success();
    desk.apply("podman");
    desk.undo("docker");
    assert!(link.is_symlink(), "podman needs it");
    desk.undo("podman");
    assert!(!link.is_symlink());
}

#[test]
fn a_flag_that_names_a_program_that_is_gone_is_mended() {
    let desk = Desk::with_hosts("['git.example.com']").alone_with(&[]);
    let flag = "common --credential_helper=git.example.com=";
    desk.write(
        ".bazelrc",
        &format!("{flag}/gone/bazel-credential-prusa-cred\n"),
    );
    desk.apply("bazel");
    let mended = format!("{flag}bazel-credential-prusa-cred\n");
    assert_eq!(desk.read(".bazelrc"), Some(mended));
    let there = desk.bin().join("bazel-credential-prusa-cred");
    let text = format!("{flag}{}\n", there.display());
    desk.write(".bazelrc", &text);
    desk.apply("bazel");
    assert_eq!(desk.read(".bazelrc"), Some(text));
}

#[test]
fn one_block_in_any_file_is_enough_for_terraform() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(
        ".terraform.d/a.tfrc",
        "credentials_helper \"prusa-cred\" {}\n",
    );
    let told = desk.apply("terraform").stdout;
    assert!(told.contains("Made the link"), "{told}");
    assert_eq!(desk.read(".terraformrc"), None);
    let told = desk.undo("terraform").stdout;
    assert!(told.contains("~/.terraform.d/a.tfrc needs it"), "{told}");
}

#[test]
fn a_link_that_pip_would_not_run_is_told_when_it_is_made() {
    let desk = Desk::new().alone_with(&[]);
    desk.script("pip", "exit 0\n");
    for words in [&[][..], &["--apply"]] {
        let told = desk.setup("pip", words).any_stdout().success().stdout;
        assert!(told.contains("pip runs no `keyring` in "), "{told}");
    }
}

#[test]
fn a_missing_link_is_created_even_if_the_file_is_right() {
    let desk = Desk::new().alone_with(&[]);
    desk.apply("bazel");
    let link = desk.bin().join("bazel-credential-prusa-cred");
    fs::remove_file(&link).expect("it");
    symlink("gone/prusa-cred", &link).expect("one that leads nowhere");
    let applied = desk.apply("bazel");
    assert!(applied.stdout.contains("Made the link"), "{applied}");
    assert!(link.exists());
    desk.env
        .run_as("bazel-credential-prusa-cred", ["get"])
        .stdin("{\"uri\":\"https://other.example.com/\"}")
        .stderr_contains("no profile answers for")
        .status(1);
}

#[test]
fn terraforms_link_is_where_terraform_looks() {
    let desk = Desk::new().alone_with(&[]);
    desk.apply("terraform");
    let link = desk.path(".terraform.d/plugins/terraform-credentials-prusa-cred");
    assert_eq!(
        fs::read_link(&link).expect("a link"),
        desk.bin().join("prusa-cred")
    );
    desk.undo("terraform");
    assert!(!link.is_symlink());
}

#[test]
fn terraforms_link_is_made_for_a_block_that_a_person_edits() {
    let desk = Desk::new().alone_with(&[]);
    let block = "# mine\n  credentials_helper \"prusa-cred\" {\n  args = [] # none\n}\n";
    desk.write(".terraformrc", block);
    desk.apply("terraform");
    assert!(
        desk.path(".terraform.d/plugins/terraform-credentials-prusa-cred")
            .is_symlink()
    );
    assert_eq!(desk.read(".terraformrc").as_deref(), Some(block));
}

#[test]
fn another_keyring_is_not_hidden() {
    for client in ["pip", "uv"] {
        let desk = Desk::new().alone_with(&[]);
        desk.script("keyring", "exit 1\n");
        desk.is_refused(client, "config/pip/pip.conf", "keyring is another program");
        assert!(!desk.bin().join("keyring").is_symlink());
    }
    let desk = Desk::new().alone_with(&[]);
    desk.apply("pip");
    desk.apply("uv");
    desk.undo("pip");
    assert!(desk.bin().join("keyring").is_symlink(), "uv needs it");
    desk.undo("uv");
    assert!(!desk.bin().join("keyring").is_symlink());
}

#[test]
fn without_a_usable_directory_one_is_suggested() {
    let desk = Desk::new();
    let nowhere = desk.path("nowhere");
    let ran = desk
        .setup("docker", &["--apply"])
        .env("PATH", nowhere)
        .stdout_contains("~/.local/bin is not on PATH")
        .success();
    assert!(
        desk.path(".local/bin/docker-credential-prusa-cred")
            .exists(),
        "{ran}"
    );
}
