//! pip and uv find us as the keyring command and get into an index with basic authentication.

use super::{Place, basic};
use crate::peer::python;
use crate::support::process::Run;

/// Returns the index's address with this before the host.
fn index(place: &Place, user: &str) -> String {
    let address = place.server.address();
    format!("{}/simple/", address.replace("://", &format!("://{user}")))
}

fn pip(place: &Place, user: &str) -> Run {
    let words = [
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "download",
        "--no-input",
        "--no-deps",
        "--no-cache-dir",
        "--keyring-provider",
        "subprocess",
        "--dest",
        "wheels",
        "--index-url",
        &index(place, user),
        "demo",
    ];
    place
        .env
        .run_as(&python("helpers").to_string_lossy(), words)
        .any_stdout()
        .any_stderr()
}

fn uv(place: &Place, user: &str) -> Run {
    let python = python("helpers");
    let uv = python.with_file_name("uv");
    let words = [
        "pip",
        "install",
        "--no-config",
        "--no-cache",
        "--no-deps",
        "--target",
        "site",
        "--python",
        &python.to_string_lossy(),
        "--keyring-provider",
        "subprocess",
        "--default-index",
        &index(place, user),
        "demo",
    ];
    place
        .env
        .run_as(&uv.to_string_lossy(), words)
        .any_stdout()
        .any_stderr()
}

#[test]
fn pip_downloads_with_and_without_a_user_name() {
    for user in ["oauth2@", ""] {
        let place = Place::start();
        place.accept(&basic("oauth2", &place.token()));
        let ran = pip(&place, user).outcome();
        assert_eq!(ran.status, 0, "{user}: {ran}");
        assert_eq!(place.count("/files/", 200), 1, "{user}");
    }
}

#[test]
fn uv_installs_with_a_user_name() {
    let place = Place::start();
    place.accept(&basic("oauth2", &place.token()));
    let ran = uv(&place, "oauth2@").outcome();
    assert_eq!(ran.status, 0, "{ran}");
    assert!(place.env.home().join("site/demo.py").exists());
}

#[test]
fn a_saved_password_is_found_too() {
    let mut place = Place::start();
    place.env = place
        .env
        .var("PRUSA_CONNECT_URL", "https://other.example.com");
    let host = place
        .server
        .address()
        .trim_start_matches("http://")
        .to_owned();
    place
        .env
        .run_as("keyring", ["set", &host, "ada"])
        .stdin("S3NTRY-pip\n")
        .any_stderr()
        .success();
    place.accept(&basic("ada", "S3NTRY-pip"));
    let ran = pip(&place, "ada@").outcome();
    assert_eq!(ran.status, 0, "{ran}");
    let ran = uv(&place, "ada@").outcome();
    assert_eq!(ran.status, 0, "{ran}");
    assert!(pip(&place, "eve@").outcome().status != 0);
}

#[test]
fn pip_and_uv_need_no_options_after_setup() {
    let place = Place::start();
    place.accept(&basic("oauth2", &place.token()));
    let keyring = place.env.home().join("bin/keyring");
    std::fs::remove_file(&keyring).expect("a link");
    for client in ["pip", "uv"] {
        let setup = place.env.run(["setup", client, "--apply"]);
        setup.any_stdout().success();
    }
    let python = python("helpers");
    let index = index(&place, "oauth2@");
    let words = [
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--no-input",
        "--no-deps",
        "--no-cache-dir",
        "--dest",
        "wheels",
        "--index-url",
        &index,
        "demo",
    ];
    let run = |program: &std::path::Path, words: &[&str]| {
        let run = place.env.run_as(&program.to_string_lossy(), words);
        run.any_stdout().any_stderr().outcome()
    };
    let ran = run(&python, &words);
    assert_eq!(ran.status, 0, "{ran}");
    let interpreter = python.to_string_lossy();
    let words = [
        "pip",
        "install",
        "--no-cache",
        "--no-deps",
        "--target",
        "site",
        "--python",
        &interpreter,
        "--default-index",
        &index,
        "demo",
    ];
    let ran = run(&python.with_file_name("uv"), &words);
    assert_eq!(ran.status, 0, "{ran}");
    for client in ["pip", "uv"] {
        let setup = place.env.run(["setup", client, "--undo"]);
        setup.any_stdout().success();
    }
    assert!(!keyring.is_symlink());
    assert_ne!(
        run(
            &python,
            &[
                "-m",
                "pip",
                "download",
                "--no-input",
                "--no-deps",
                "--no-cache-dir",
                "--dest",
                "more",
                "--index-url",
                &index,
                "demo"
            ]
        )
        .status,
        0
    );
}
