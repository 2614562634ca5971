//! What a person does with saved credentials: look at the list, print one, forget some.

use serde_json::{Value, json};

use super::{PASSWORD, file, helper, home, of, store};
use crate::support::env::TestEnv;
use crate::support::process::piped;

fn with_three() -> TestEnv {
    let env = home();
    store(&env, &of("ada"));
    let more = "protocol=https\nhost=h:8443\npath=team/x\nauthtype=Negotiate\ncredential=S3NTRY-n\n\
                password_expiry_utc=4102444800\n";
    env.run(["store"]).stdin(more).success();
    let login = json!({ "ServerURL": "https://index.docker.io/v1/", "Username": "bob", "Secret": "S3NTRY-d" });
    env.run(["store"]).stdin(login.to_string()).success();
    env
}

#[test]
fn list_shows_entries_without_secrets() {
    let env = with_three();
    env.run(["list"])
        .stdout_contains("https://git.example.com      saved password of ada\n")
        .stdout_contains("https://h:8443/team/x        saved Negotiate, expires in ")
        .stdout_contains("https://index.docker.io/v1/  saved registry login of bob\n")
        .no_secret_on_stdout()
        .success();
    let output = env
        .run(["list", "--json"])
        .any_stdout()
        .no_secret_on_stdout()
        .success();
    let rows: Vec<Value> = serde_json::from_str(&output.stdout).unwrap();
    let saved: Vec<_> = rows.iter().filter(|row| row["saved"].is_string()).collect();
    assert_eq!(
        json!(saved),
        json!([
            {
                "protocol": "https", "host": "h:8443", "path": "team/x", "username": null,
                "saved": "Negotiate", "expires_at": "2100-01-01T00:00:00Z", "sealed": false,
            },
            {
                "protocol": "https", "host": "git.example.com", "path": null, "username": "ada",
                "saved": "password", "expires_at": null, "sealed": false,
            },
            {
                "host": "https://index.docker.io/v1/", "username": "bob", "saved": "registry", "sealed": false,
            },
        ])
    );
}

#[test]
fn control_characters_in_a_name_are_escaped() {
    let env = home();
    store(&env, "username=a\u{1b}[2Jb\npassword=1\n");
    let output = env.run(["list"]).any_stdout().success();
    assert!(!output.stdout.contains('\u{1b}'), "{output}");
}

#[test]
fn get_prints_the_password_for_an_address() {
    let env = with_three();
    let get = |args: &[&str]| env.run([&["get"], args].concat());
    let raw = format!("{PASSWORD}\n");
    get(&["https://git.example.com"]).stdout(&raw).success();
    get(&["git.example.com/any/path", "--format", "raw"])
        .stdout(&raw)
        .success();
    get(&["git.example.com", "--format", "header"])
        .stdout_contains("Authorization: Basic YWRhO")
        .success();
    get(&["h:8443/team/x", "--format", "header"])
        .stdout("Authorization: Negotiate S3NTRY-n\n")
        .success();
    for other in ["h:8443", "h:8443/", "h:8443/team", "h:8443/team/x/y"] {
        get(&[other])
            .stderr_contains("no profile answers")
            .status(1);
    }
    get(&["https://index.docker.io/v1/"])
        .stdout("S3NTRY-d\n")
        .success();
    let output = get(&["git.example.com", "--json"]).any_stdout().success();
    let told: Value = serde_json::from_str(&output.stdout).unwrap();
    let expected = json!({
        "username": "ada", "password": PASSWORD, "expires_at": null, "expires_in": null,
    });
    assert_eq!(told, expected);

    get(&["git.example.com", "--format", "env"])
        .stderr_contains("a saved password is no token")
        .status(1);
    get(&["git.example.com", "--token", "refresh"])
        .stderr_contains("no profile answers for https://git.example.com")
        .status(1);
    get(&["git.example.com", "--profile", "prusa"])
        .stderr_contains("profile prusa does not answer for https://git.example.com")
        .status(1);
    get(&["http://git.example.com"])
        .stderr_contains("a token is for https only")
        .status(1);
}

#[test]
fn which_shows_the_source() {
    let env = with_three();
    env.run(["which", "git.example.com"])
        .stdout(format!(
            "rule          saved credentials, as no profile names the host\nstore         {}\n",
            file(&env).display()
        ))
        .success();
    env.run(["which", "other.example.com"])
        .stderr_contains("no profile answers for https://other.example.com")
        .status(1);
}

#[test]
fn an_exact_match_comes_before_the_newest_entry() {
    let env = home();
    let raw = |arguments: &[&str]| {
        let run = env.run([&["get"], arguments].concat()).any_stdout();
        run.success().stdout
    };
    let save = |lines: &str, password: &str| {
        store(&env, &format!("{lines}password=S3NTRY-{password}\n"));
    };
    save("path=a/b.git\nusername=ada\n", "path");
    assert_eq!(raw(&["https://git.example.com/a/b.git"]), "S3NTRY-path\n");
    env.run(["get", "https://git.example.com"])
        .stderr_contains("no profile answers")
        .status(1);
    save("username=ada\n", "ada");
    save("username=b@c\n", "bc");
    save("path=a/b.git\nusername=ada\n", "path");
    assert_eq!(raw(&["https://git.example.com"]), "S3NTRY-bc\n");
    assert_eq!(raw(&["git.example.com/other"]), "S3NTRY-bc\n");
    assert_eq!(raw(&["https://git.example.com/a/b.git"]), "S3NTRY-path\n");
    assert_eq!(raw(&["https://ada@git.example.com"]), "S3NTRY-ada\n");
    assert_eq!(raw(&["https://b%40c@git.example.com"]), "S3NTRY-bc\n");
    env.run(["get", "https://eve@git.example.com"])
        .stderr_contains("no profile answers for https://git.example.com")
        .status(1);
    env.run(["which", "https://eve@git.example.com"])
        .stderr_contains("no profile answers for https://git.example.com")
        .status(1);
}

#[test]
fn get_and_which_find_docker_s_entries_by_address() {
    let env = with_three();
    let login = json!({ "ServerURL": "reg.example.com", "Username": "bob", "Secret": "S3NTRY-r" });
    env.run(["store"]).stdin(login.to_string()).success();
    for url in [
        "reg.example.com",
        "https://reg.example.com",
        "https://bob@reg.example.com/",
    ] {
        env.run(["get", url]).stdout("S3NTRY-r\n").success();
    }
    for url in [
        "reg.example.com",
        "https://reg.example.com",
        "https://index.docker.io/v1/",
    ] {
        env.run(["which", url])
            .stdout_contains("rule          saved credentials")
            .success();
    }
    env.run(["get", "https://ada@reg.example.com"])
        .stderr_contains("no profile answers for https://reg.example.com")
        .status(1);
}

#[test]
fn a_host_on_stdin_gets_what_git_saved() {
    let env = with_three();
    let told = json!({ "ServerURL": "git.example.com", "Username": "ada", "Secret": PASSWORD });
    let answer = env.run(["get"]).stdin_from(piped("git.example.com"));
    assert_eq!(answer.any_stdout().success().json(), told);
    env.run(["docker", "get"])
        .stdin("git.example.com")
        .stdout("credentials not found in native keychain\n")
        .status(1);
}

#[test]
fn everything_listed_can_be_shown_and_forgotten() {
    let env = home();
    for lines in [
        "protocol=cert\nhost=\npath=/x.pem\nusername=\npassword=S3NTRY-c\n",
        "protocol=imap\nhost=mail.example.com:143\nusername=ada\npassword=S3NTRY-i\n",
    ] {
        env.run(["store"]).stdin(lines).any_stderr().success();
    }
    env.run(["terraform", "store", "tf.example.com"])
        .stdin("{\"token\":\"S3NTRY-t\"}")
        .success();
    let key = "a registry of ours";
    let login = json!({ "ServerURL": key, "Username": "bob", "Secret": "S3NTRY-d" });
    env.run(["store"]).stdin(login.to_string()).success();

    env.run(["which", "ftp://h"])
        .stderr_contains("not an address that this command can use")
        .status(2);
    let listed = env.run(["list"]).any_stdout().success().stdout;
    let saved = listed.lines().filter(|line| line.contains("  saved "));
    let names: Vec<_> = saved
        .filter_map(|line| Some(line.split_once("  ")?.0))
        .collect();
    assert_eq!(names.len(), 4, "{listed}");
    for name in names {
        if name != key {
            env.run(["which", name])
                .stdout_contains("rule          saved credentials")
                .success();
            env.run(["get", name]).stdout_contains("S3NTRY-").success();
        }
        env.run(["forget", name])
            .stderr("forgot 1 saved credential\n")
            .success();
    }
}

#[test]
fn which_agrees_with_get() {
    let env = home().config(
        "[profiles.farm]\nprovider = 'prusa'\nhosts = ['farm.example.com']\n\
         [profiles.work]\nprovider = 'prusa'\nhosts = ['work.example.com']\n",
    );
    env.run(["which", "https://farm@farm.example.com"])
        .stdout_contains("profile       farm\n")
        .success();
    for command in ["get", "which"] {
        env.run([command, "https://eve@farm.example.com"])
            .stderr_contains("because: it holds a user name or password\n")
            .status(2);
        env.run([command, "--profile", "farm", "work.example.com"])
            .stderr_contains("profile farm does not answer for https://work.example.com\n")
            .status(1);
        env.run([command, "http://work.example.com"])
            .stderr_contains("a token is for https only, or http on this machine; http://work.example.com is neither")
            .status(1);
    }
}

#[test]
fn json_has_what_was_forgotten() {
    let env = with_three();
    let forget = |what: &str| {
        env.run(["forget", what, "--json"])
            .any_stdout()
            .success()
            .json()
    };
    assert_eq!(
        forget("git.example.com"),
        json!({ "forgotten": [{ "host": "https://git.example.com", "username": "ada" }] })
    );
    let rest = forget("--all");
    let hosts: Vec<_> = rest["forgotten"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["host"])
        .collect();
    assert_eq!(
        hosts,
        ["https://h:8443/team/x", "https://index.docker.io/v1/"]
    );
    assert_eq!(forget("--all"), json!({ "forgotten": [] }));
}

#[test]
fn forget_removes_the_named_entries() {
    let env = with_three();
    env.run(["forget"])
        .stderr_contains("name what to forget")
        .status(2);
    env.run(["forget", "https://git.example.com", "--username", "bob"])
        .stderr_contains("nothing is saved for https://git.example.com")
        .status(1);
    env.run(["forget", "https://git.example.com"])
        .stderr("forgot 1 saved credential\n")
        .success();
    helper(&env, "get", "").success();
    env.run(["forget", "h:8443/team/y"]).any_stderr().status(1);
    env.run(["forget", "-q", "h:8443/team/x"]).success();
    env.run(["forget", "--all"])
        .stderr("forgot 1 saved credential\n")
        .success();
    env.run(["forget", "--all"])
        .stderr("forgot 0 saved credentials\n")
        .success();
    env.run(["forget", "a b"])
        .stderr_contains("not an address")
        .status(2);
    assert!(file(&env).exists());
}
