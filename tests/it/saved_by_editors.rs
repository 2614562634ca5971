//! Files and input as editors and shells of Windows save them: with a byte order mark, lines that end in CRLF, in
//! UTF-16.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::kognic;
use crate::support::oauth::OAuthSite;
use crate::support::process::piped;

/// A way to save a text.
struct Form {
    name: &'static str,
    save: fn(&str) -> Vec<u8>,
}

const FORMS: [Form; 4] = [
    Form {
        name: "UTF-8 with a mark",
        save: |text| format!("\u{feff}{text}").into_bytes(),
    },
    Form {
        name: "UTF-8 with a mark and CRLF",
        save: |text| format!("\u{feff}{text}").replace('\n', "\r\n").into_bytes(),
    },
    Form {
        name: "UTF-16, little endian",
        save: |text| utf16(text, u16::to_le_bytes),
    },
    Form {
        name: "UTF-16, big endian",
        save: |text| utf16(text, u16::to_be_bytes),
    },
];

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}").replace('\n', "\r\n");
    text.encode_utf16().flat_map(bytes_of).collect()
}

/// A token set that is valid for decades.
fn tokens(access_token: &str) -> String {
    let expires_at = 4_000_000_000_u64;
    let set = json!({"access_token": access_token, "refresh_token": "R", "expires_at": expires_at});
    serde_json::to_string_pretty(&set).expect("JSON") + "\n"
}

const CORP: &str = "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\n\
                    client_id = 'me'\nhosts = ['h.example.com']\n";

#[test]
fn every_file_that_is_read_may_begin_with_a_mark() {
    for Form { save, .. } in FORMS {
        let server = kognic::start();
        let env = TestEnv::offline();
        let place = |path: &str| env.config_dir().join(path);
        let mut files: Vec<(PathBuf, String)> = vec![
            (place("prusa-cred/config.toml"), CORP.to_owned()),
            (place("prusa-cred/tokens/corp.json"), tokens("T-corp")),
            (place("prusa-connect/prusa_tokens.json"), tokens("T-sdk")),
            (
                env.data_dir().join("prusa-cred/credentials.json"),
                json!({"credentials": [{"scheme": "https", "host": "saved.example.com", "username": "ada", "password": "pw"}]})
                    .to_string(),
            ),
        ];
        let credentials = env.home().join("credentials.json");
        files.push((credentials.clone(), kognic::credentials().to_string()));
        let environments = json!({"environments": {"d": {
            "host": "app.example.com", "auth_server": server.url(), "credentials": credentials,
        }}});
        files.push((place("kognic/environments.json"), environments.to_string()));
        for (path, text) in &files {
            env.write(path, save(text));
        }
        env.run(["get"]).stdout("T-corp\n").success();
        env.run(["get", "--profile", "prusa"])
            .stdout("T-sdk\n")
            .success();
        env.run(["get", "--env", "d"]).any_stdout().success();
        let git = env
            .run(["git", "get"])
            .stdin("protocol=https\nhost=saved.example.com\n");
        git.stdout("username=ada\npassword=pw\n").success();
        env.run(["status"]).any_stdout().success();
        // What is changed stays a file that can be read.
        env.run(["hosts", "add", "other.example.com", "--profile", "corp"])
            .any_stdout()
            .any_stderr()
            .outcome();
        env.run(["get"]).stdout("T-corp\n").success();
    }
}

#[test]
fn secrets_and_keys_may_begin_with_a_mark() {
    for Form { name, save } in FORMS {
        let site = OAuthSite::start();
        let env = TestEnv::offline();
        let secret = env.home().join("secret");
        env.write(&secret, save("S3NTRY-client\n"));
        let env = env.config(&format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
             client_secret_file = '{}'\nflow = 'client-credentials'\n",
            site.origin(),
            secret.display()
        ));
        env.run(["get"]).any_stdout().any_stderr().outcome();
        let sent = site.forms("/token").pop().expect(name);
        let is_in_form = sent
            .get("client_secret")
            .is_some_and(|it| it == "S3NTRY-client");
        assert!(
            is_in_form || !sent.contains_key("client_secret"),
            "{name}: {sent:?}"
        );
        // A key file for sealing.
        let env = TestEnv::offline();
        let key = env.home().join("key");
        env.write(&key, save(&format!("{}\n", "5a".repeat(32))));
        let env = env.config(&format!("seal = '{}'\n", key.display()));
        env.store(&serde_json::from_str(&tokens("S3NTRY-sealed")).expect("JSON"));
        env.run(["seal", "--all", "--key-file"])
            .arg(&key)
            .any_stdout()
            .any_stderr()
            .success();
        env.run(["get", "--profile", "prusa"])
            .stdout("S3NTRY-sealed\n")
            .success();
        // A sealed file that was saved once more is still a sealed one.
        let sealed = std::fs::read_to_string(env.token_file()).expect("a file");
        assert!(!sealed.contains("S3NTRY-sealed"), "{sealed}");
        env.write(&env.token_file(), save(&sealed));
        env.run(["get", "--profile", "prusa"])
            .stdout("S3NTRY-sealed\n")
            .success();
    }
}

#[test]
fn input_may_begin_with_a_mark() {
    let env = TestEnv::offline().config(CORP);
    env.write(
        &env.config_dir().join("prusa-cred/tokens/corp.json"),
        tokens("T1"),
    );
    let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.x";
    for Form { name, save } in FORMS {
        let git = save("protocol=https\nhost=h.example.com\n");
        let answer = env.run(["git", "get"]).stdin(&git).any_stdout().success();
        assert!(answer.stdout.contains("password=T1\n"), "{name}: {answer}");
        let docker = env.run(["docker", "get"]).stdin(save("h.example.com"));
        assert!(
            docker.any_stdout().success().stdout.contains("T1"),
            "{name}"
        );
        let bazel = env
            .run(["bazel", "get"])
            .stdin(save("{\"uri\": \"https://h.example.com/x\"}"));
        assert!(
            bazel.any_stdout().success().stdout.contains("Bearer T1"),
            "{name}"
        );
        let inspected = env
            .run(["--json", "inspect", "-"])
            .stdin(save(jwt))
            .any_stdout()
            .success();
        let inspected: Value = serde_json::from_str(&inspected.stdout).expect("JSON");
        assert_eq!(inspected["claims"]["sub"], "ada", "{name}");
        if name.starts_with("UTF-8") {
            let answer = env
                .run(["get"])
                .stdin_from(piped(&git))
                .any_stdout()
                .success();
            assert!(answer.stdout.contains("password=T1\n"), "{name}: {answer}");
        }
    }
}

#[test]
fn setup_edits_files_with_a_mark() {
    for (client, file, before, after) in [
        (
            "docker",
            ".docker/config.json",
            "\u{feff}{\"auths\": {}}\n",
            "{\"auths\": {}",
        ),
        (
            "cargo",
            ".cargo/config.toml",
            "\u{feff}[registries.corp]\nindex = \"sparse+https://h.example.com/i/\"\n",
            "\u{feff}[registries.corp]\n",
        ),
        ("bazel", ".bazelrc", "\u{feff}build --x\n", "build --x\n"),
        (
            "pip",
            "config/pip/pip.conf",
            "\u{feff}[global]\ntimeout = 9\n",
            "[global]\n",
        ),
    ] {
        let env = TestEnv::offline().config(CORP);
        let path = env.home().join(file);
        env.write(&path, before);
        env.run(["setup", client, "--apply"])
            .any_stdout()
            .any_stderr()
            .success();
        let now = std::fs::read_to_string(&path).expect("a file");
        assert!(now.starts_with(after) && now != before, "{client}: {now:?}");
        env.run(["setup", client, "--undo"])
            .any_stdout()
            .any_stderr()
            .success();
        let undone = std::fs::read_to_string(&path).expect("a file");
        let without = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
        assert_eq!(without(&undone), without(before), "{client}");
    }
}
