//! Paths that begin with `~/` or `$CREDENTIALS_DIRECTORY/`, wherever a file may be named, and homes that are not there.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::kognic;

/// The ways to begin the path of a file in the home directory, which is the directory of credentials too.
const STARTS: [&str; 3] = ["~", "$CREDENTIALS_DIRECTORY", "${CREDENTIALS_DIRECTORY}"];

fn with_credentials_directory(env: TestEnv) -> TestEnv {
    let home = env.home().display().to_string();
    env.var("CREDENTIALS_DIRECTORY", format!("{home}\n"))
}

#[test]
fn every_key_option_and_variable_takes_such_a_path() {
    let tokens = json!({"access_token": "T1"}).to_string();
    for start in STARTS {
        let server = kognic::start();
        let env = with_credentials_directory(TestEnv::offline());
        let place = |name: &str| env.home().join(name);
        env.write(&place("t.json"), &tokens);
        env.json_file("c.json", &kognic::credentials());
        env.write(
            &place("other.toml"),
            format!("[profiles.farm]\nprovider = 'prusa'\ntoken_file = '{start}/t.json'\n"),
        );
        let config = format!("{start}/other.toml");
        env.run(["--config", &config, "get", "--profile", "farm"])
            .stdout("T1\n")
            .success();
        let by_variable = env
            .run(["get", "--profile", "farm"])
            .env("PRUSA_CRED_CONFIG", format!("{config}\n"));
        by_variable.stdout("T1\n").success();
        env.run(["get"])
            .env("PRUSA_TOKENS_FILE", format!(" {start}/t.json\n"))
            .stdout("T1\n")
            .success();
        let url = server.url().to_owned();
        let kognic = || {
            env.run(["get", "--provider", "kognic", "--server", &url])
                .any_stdout()
        };
        kognic()
            .args(["--credentials", &format!("{start}/c.json")])
            .success();
        kognic()
            .env("KOGNIC_CREDENTIALS", format!("{start}/c.json\n"))
            .success();
    }
}

#[test]
fn the_keys_of_a_client_take_such_a_path() {
    for start in STARTS {
        for (key, file) in [
            ("client_secret_file", "secret"),
            ("private_key", "key.pem"),
            ("ca_file", "ca.pem"),
        ] {
            let env = with_credentials_directory(TestEnv::offline()).config(&format!(
                "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\ntoken_endpoint = 'https://127.0.0.1:1/t'\n\
                 client_id = 'me'\nflow = 'client-credentials'\n{key} = '{start}/{file}'\n{}",
                if key == "ca_file" { "client_secret_command = 'echo s'\n" } else { "" }
            ));
            let told = env.run(["get"]).any_stderr().status(1).stderr.clone();
            let path = env.shown(&env.home().join(file));
            assert!(told.contains(&path), "{key}: {told}");
        }
    }
}

#[test]
fn a_directory_of_credentials_that_is_not_set_is_told_when_it_is_needed() {
    let env = TestEnv::offline().config(
        "[profiles.corp]\nprovider = 'oauth'\ntoken_endpoint = 'https://127.0.0.1:1/t'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_secret_file = '$CREDENTIALS_DIRECTORY/secret'\n\
         [profiles.farm]\nprovider = 'prusa'\ntoken_file = '${CREDENTIALS_DIRECTORY}/t.json'\n",
    );
    let why =
        "CREDENTIALS_DIRECTORY is not set, which systemd does for a service with LoadCredential=";
    for profile in ["corp", "farm"] {
        let told = env
            .run(["get", "--profile", profile])
            .any_stderr()
            .status(1)
            .stderr
            .clone();
        assert!(told.contains(why), "{told}");
    }
    env.run(["login", "--profile", "farm", "--no-input"])
        .with_credentials()
        .stderr_contains(why)
        .status(1);
    env.run(["get", "--credentials", "$CREDENTIALS_DIRECTORY/c.json"])
        .stderr_contains(why)
        .status(1);
    // Another profile has nothing to do with it.
    env.run(["get"])
        .env("PRUSA_TOKEN", "t")
        .stdout("t\n")
        .success();
    assert!(!env.home().join("$CREDENTIALS_DIRECTORY").exists());
    assert!(!env.home().join("${CREDENTIALS_DIRECTORY}").exists());
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "it runs as a user without a home"
)]
fn a_token_in_the_environment_needs_no_home() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
        .expect("a mode");
    let program = folder.path().join("prusa-cred");
    std::fs::copy(env!("CARGO_BIN_EXE_prusa-cred"), &program).expect("a copy");
    let is_root = rustix::process::geteuid().is_root();
    for (words, variable, value, wanted) in [
        (&["get"][..], "PRUSA_TOKEN", "t\n", "t\n"),
        (
            &["get", "https://connect.prusa3d.com"],
            "PRUSA_TOKEN",
            "t",
            "t\n",
        ),
        (
            &["get"],
            "PRUSA_TOKENS_JSON",
            "{\"access_token\":\"t\"}",
            "t\n",
        ),
        (
            &["exec", "--", "printenv", "PRUSA_TOKEN"],
            "PRUSA_TOKEN",
            "t",
            "t\n",
        ),
    ] {
        let mut command = Command::new(&program);
        command
            .args(words)
            .env_clear()
            .env(variable, value)
            .current_dir("/");
        command.stdin(std::process::Stdio::null());
        if is_root {
            // A user that the system does not know: there is no home directory to look up.
            command.uid(54_321).gid(54_321);
        } else {
            command.env("HOME", "/nonexistent");
        }
        let output = command.output().expect("a run");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            wanted,
            "{words:?} {stderr}"
        );
        assert_eq!(stderr, "", "{words:?}");
    }
}
