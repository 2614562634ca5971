//! `list`, `store` and `erase` without a protocol's name: for a person, for git, or for docker.

use std::io::Read as _;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, raw, signed_in};
use crate::support::process::piped;
use crate::support::sandbox::Sandbox;

const GIT: &str = "protocol=https\nhost=connect.prusa3d.com\n";
const FARM: &str = "[profiles.farm]\nprovider = 'prusa'\nusername = 'bob'\nhosts = ['farm.example.com', '*.farm.tld']\n";

#[test]
fn list_shows_every_host_and_its_profile() {
    let env = signed_in().config(FARM);
    let told = "farm.example.com     farm  (not signed in)\n*.farm.tld           farm  (not signed in)\n\
                connect.prusa3d.com  prusa\n";
    env.run(["list"]).stdout(told).success();
    env.run(["list"]).stdin_open().stdout(told).success();
    env.run(["list"])
        .stdin_from(piped("unused lines\n"))
        .stdout(told)
        .success();
}

#[test]
fn list_json_has_the_same() {
    let env = signed_in().config(FARM);
    let listed = env.run(["list", "--json"]).any_stdout().success();
    let row = |host: &str, profile: &str, username: &str, signed_in: bool| json!({ "host": host, "profile": profile, "username": username, "signed_in": signed_in });
    let wanted = json!([
        row("farm.example.com", "farm", "bob", false),
        row("*.farm.tld", "farm", "bob", false),
        row("connect.prusa3d.com", "prusa", "oauth2", true),
    ]);
    assert_eq!(listed.json(), wanted);
}

#[test]
fn help_under_a_linked_name_shows_that_name() {
    let env = TestEnv::offline();
    for name in [
        "git-credential-prusa-cred",
        "docker-credential-prusa-cred",
        "terraform-credentials-prusa-cred",
        "keyring",
    ] {
        env.run_as(name, ["--help"])
            .stdout_contains(&format!("Usage: {name} [OPTIONS]"))
            .success();
        env.run_as(name, ["--nonsense"])
            .stderr_contains(&format!("`{name}` takes no option `--nonsense`"))
            .status(2);
    }
    env.run(["git", "--help"])
        .stdout_contains("Usage: prusa-cred git [OPTIONS]")
        .success();
}

#[test]
fn list_answers_docker_under_docker_s_name() {
    let env = signed_in().config(FARM);
    env.run(["list"])
        .stdin_from(piped("unused"))
        .stdout("{\"connect.prusa3d.com\":\"oauth2\"}\n")
        .success();
    env.run(["docker", "list"])
        .stdin("unused")
        .stdout("{\"connect.prusa3d.com\":\"oauth2\"}\n")
        .success();
}

#[test]
fn list_leaves_stdin_unread() {
    let env = signed_in();
    let mut reader = piped("one\ntwo\n");
    env.run(["list"])
        .stdin_from(reader.try_clone().unwrap())
        .stdout("connect.prusa3d.com  prusa\n")
        .success();
    let mut left = String::new();
    reader.read_to_string(&mut left).unwrap();
    assert_eq!(left, "one\ntwo\n");
}

#[test]
fn store_tells_git_from_docker_by_the_first_byte() {
    let env = signed_in();
    let before = std::fs::read(env.token_file()).unwrap();
    let store = |input: &str| env.run(["store"]).stdin(input).no_secret_on_stdout();
    store(&format!("{GIT}username=oauth2\npassword={ACCESS}\n")).success();
    store("").success();
    assert!(!env.data_dir().exists());
    store("protocol=https\nhost=evil.tld\nusername=ada\npassword=S3NTRY\n")
        .stderr_contains("saved in plain text in ")
        .success();
    let docker = |server: &str| {
        json!({ "ServerURL": server, "Username": "oauth2", "Secret": ACCESS }).to_string()
    };
    store(&docker("connect.prusa3d.com")).success();
    store(&docker("evil.tld")).success();
    store("{\"Username\":\"S3NTRY\"}")
        .stdout("no credentials server URL\n")
        .status(1);
    store("S3NTRY without any sense\n")
        .stderr_contains("prusa-cred: the request cannot be read: ")
        .status(1);
    assert_eq!(std::fs::read(env.token_file()).unwrap(), before);
}

#[test]
fn erase_tells_git_from_docker_by_the_first_byte() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    let first = env.token("access_token");
    let authority = site.connect_url().strip_prefix("http://").unwrap();
    let erase = |input: &str| env.run(["erase"]).stdin(input);
    for key in [authority, "evil.tld", "https://index.docker.io/v1/"] {
        erase(key).success();
    }
    env.run(["get"]).stdout(format!("{first}\n")).success();
    erase("").stdout("no credentials server URL\n").status(1);
    erase(&format!(
        "protocol=http\nhost={authority}\npassword={first}\n"
    ))
    .success();
    let second = env.run(["get"]).any_stdout().success().stdout;
    assert_ne!(second.trim_end(), first);
    assert_eq!(site.refreshes(), 1);
}

#[test]
fn a_verb_without_a_protocol_fails_at_the_deadline() {
    let env = signed_in();
    for verb in ["store", "erase"] {
        env.run([verb, "--timeout", "100ms"])
            .stdin_open()
            .stderr_contains("stdin was not closed in time")
            .status(1);
    }
    env.run(["get"]).stdout(raw()).success();
}
