//! A real cargo fetches from a sparse registry that wants a token for everything.

use std::path::Path;

use super::{Place, accept, serve};
use crate::support::process::{Output, Run};

const PLUGIN: &str = "[\"prusa-cred\"]";
const BY_HOST: &str = "[\"cargo:token-from-stdout\", \"prusa-cred\", \"get\", \"--format\", \"bearer\", \"{index_url}\"]";
const BY_PROFILE: &str = "[\"cargo:token-from-stdout\", \"prusa-cred\", \"get\", \"--profile\", \"prusa\", \"--format\", \"bearer\"]";

/// Returns a run of cargo in a package that depends on the registry at `address`.
fn cargo(place: &Place, address: &str, provider: &str, words: &[&str]) -> Run {
    let home = place.env.home();
    let provider = match provider {
        "" => String::new(),
        provider => format!("credential-provider = {provider}\n"),
    };
    let config = format!(
        "[registries.ours] # here\nindex = \"sparse+{address}/cargo/\"\n{provider}[net]\nretry = 0\n"
    );
    let file = home.join("cargo/config.toml");
    if !file.exists() || !provider.is_empty() {
        place.env.write(&file, config);
    }
    let manifest = "[package]\nname = \"x\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
                    [dependencies]\ndemo = { version = \"1\", registry = \"ours\" }\n";
    place.env.write(&home.join("package/Cargo.toml"), manifest);
    place.env.write(&home.join("package/src/lib.rs"), "");
    let cargo = Path::new(env!("CARGO"));
    place
        .env
        .run_as(&cargo.to_string_lossy(), words)
        .env("CARGO_HOME", home.join("cargo"))
        .env("RUSTC", cargo.with_file_name("rustc"))
        .any_stdout()
        .any_stderr()
}

fn fetch(place: &Place, provider: &str) -> Output {
    let manifest = place.env.home().join("package/Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let words = ["fetch", "--manifest-path", &manifest];
    cargo(place, place.server.address(), provider, &words).outcome()
}

#[test]
fn cargo_fetches_with_a_profile_s_token() {
    for provider in [PLUGIN, BY_HOST, BY_PROFILE] {
        let place = Place::start();
        place.accept(&format!("Bearer {}", place.token()));
        let ran = fetch(&place, provider);
        assert_eq!(ran.status, 0, "{provider}: {ran}");
        assert_eq!(place.count("/cargo/dl/demo/1.0.0/download", 200), 1);
        assert!(place.env.home().join("package/Cargo.lock").exists());
    }
}

#[test]
fn cargo_shows_the_login_hint() {
    for provider in [PLUGIN, BY_HOST] {
        let place = Place::start();
        std::fs::remove_file(place.env.token_file()).expect("the login");
        let ran = fetch(&place, provider);
        assert_eq!(ran.status, 101, "{provider}: {ran}");
        assert!(
            ran.stderr.contains("profile prusa is not signed in"),
            "{ran}"
        );
        assert!(ran.stderr.contains("run `prusa-cred login`"), "{ran}");
    }
}

#[test]
fn cargo_login_stores_a_token_and_logout_erases_it() {
    let place = Place::start();
    let (server, directory) = serve();
    accept(&directory, "S3NTRY-cargo");
    let run = |words: &[&str]| {
        let words = [&["-C", "package", "-Zunstable-options"], words].concat();
        let run = cargo(&place, server.address(), PLUGIN, &words);
        run.env("RUSTC_BOOTSTRAP", "1").outcome()
    };
    let ran = run(&["fetch"]);
    assert_eq!(ran.status, 101, "{ran}");
    assert!(ran.stderr.contains("no token found"), "{ran}");

    let ran = run(&["login", "--registry", "ours", "S3NTRY-cargo"]);
    assert_eq!(ran.status, 0, "{ran}");
    let ran = run(&["fetch"]);
    assert_eq!(ran.status, 0, "{ran}");

    let ran = run(&["logout", "--registry", "ours"]);
    assert_eq!(ran.status, 0, "{ran}");
    let list = place.env.run(["list"]).any_stdout().success();
    assert!(!list.stdout.contains("cargo://"), "{list}");
}

#[test]
fn cargo_fetches_after_setup() {
    let place = Place::start();
    place.accept(&format!("Bearer {}", place.token()));
    let ran = fetch(&place, "");
    assert_eq!(ran.status, 101, "{ran}");

    let file = place.env.home().join("cargo/config.toml");
    let before = std::fs::read_to_string(&file).expect("it");
    let setup = |word: &str| {
        let run = place.env.run(["setup", "cargo", word]);
        run.env("CARGO_HOME", place.env.home().join("cargo"))
            .any_stdout()
            .success();
    };
    setup("--apply");
    let ran = fetch(&place, "");
    assert_eq!(ran.status, 0, "{ran}");
    setup("--undo");
    assert_eq!(std::fs::read_to_string(&file).expect("it"), before);
}
