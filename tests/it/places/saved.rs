//! Saved credentials: one that was saved with a path is for that path, in every protocol.

use serde_json::{Value, json};

use super::{CLIENTS, Client, HOST, check, url};
use crate::support::env::TestEnv;
use crate::support::process::Run;

const PASSWORD: &str = "S3NTRY-team";

/// The clients that get what git or pip has saved; cargo's and docker's are their own.
fn sharing() -> impl Iterator<Item = &'static Client> {
    let own = ["docker", "cargo", "kube"];
    let is_sharing = move |client: &&Client| {
        // Not for an address that only a variable names.
        !own.contains(&client.name) && client.name != "get --format headers"
    };
    CLIENTS.iter().filter(is_sharing)
}

fn git(env: &TestEnv, verb: &str, lines: &str) -> Run {
    env.run(["git", verb])
        .stdin(format!(
            "protocol=https\nhost={HOST}\nusername=ada\n{lines}"
        ))
        .any_stderr()
}

fn kept(env: &TestEnv) -> usize {
    let file = env.data_dir().join("prusa-cred/credentials.json");
    let text = std::fs::read(file).expect("the file");
    let value: Value = serde_json::from_slice(&text).expect("JSON");
    value["credentials"].as_array().map_or(0, Vec::len)
}

#[test]
fn what_was_saved_with_a_path_is_for_that_path_alone() {
    let env = TestEnv::offline();
    git(
        &env,
        "store",
        &format!("path=team/x\npassword={PASSWORD}\n"),
    )
    .success();
    for client in sharing() {
        for path in [
            "",
            "/",
            "/team",
            "/team/x2",
            "/team/x/y",
            "/team/y",
            "/Team/x",
            "/tenant/team/x",
            "//team/x",
            "/team//x",
            "/team/x/../y",
            "/team/y/../x",
            "/team%2Fx",
            "?/team/x",
            "/?a=/team/x",
        ] {
            check(&env, client, path, None);
        }
        check(&env, client, "/team/x", Some(PASSWORD));
        check(&env, client, "/team/%78", Some(PASSWORD));
        if client.name != "git, path" {
            check(&env, client, "/team/x/", Some(PASSWORD));
            check(&env, client, "/team/x?a=b", Some(PASSWORD));
        }
    }
    git(&env, "get", "").success();
    env.run(["which", &url("/team/x")]).any_stdout().success();
    env.run(["which", &url("/team")]).any_stderr().status(1);
    // go sends what it is told to everything below it.
    let output = env.run(["goauth", &url("/team/x")]).any_stdout().success();
    assert!(
        output
            .stdout
            .starts_with("https://h.example.com/team/x\n\n"),
        "{output}"
    );
}

#[test]
fn what_was_saved_for_the_host_answers_after_what_was_saved_for_the_path() {
    let env = TestEnv::offline();
    git(
        &env,
        "store",
        &format!("path=team/x\npassword={PASSWORD}\n"),
    )
    .success();
    git(&env, "store", "password=S3NTRY-host\n").success();
    for client in sharing().filter(|client| client.name != "git, path") {
        check(&env, client, "/team/x", Some(PASSWORD));
        for path in ["", "/team", "/team/x/y", "/other"] {
            check(&env, client, path, Some("S3NTRY-host"));
        }
    }
    // git sends a path only where it is to decide.
    git(&env, "get", "path=other\n").success();
    git(&env, "get", "")
        .stdout("username=ada\npassword=S3NTRY-host\n")
        .success();
    // Claude Code's server has to be one that the same password is for.
    let asked = |server: &str| {
        let run = env.run(["get", &url("/team/x")]);
        run.env("CLAUDE_CODE_MCP_SERVER_URL", url(server))
    };
    asked("/team/x").stdout(format!("{PASSWORD}\n")).success();
    asked("/other").any_stderr().status(1);
}

#[test]
fn what_is_erased_for_one_path_stays_for_another() {
    let env = TestEnv::offline();
    let save = |path: &str| git(&env, "store", &format!("{path}password={PASSWORD}\n")).success();
    save("path=a\n");
    save("path=b\n");
    save("");
    let refused = format!("password={PASSWORD}\n");
    for path in ["c", "a/x", "A", "/a"] {
        git(&env, "erase", &format!("path={path}\n{refused}")).success();
        assert_eq!(kept(&env), 3, "{path}");
    }
    env.run(["forget", &url("/c")]).any_stderr().status(1);
    git(&env, "erase", &format!("path=a\n{refused}")).success();
    assert_eq!(kept(&env), 2);
    // pip's words: what `get` would print.
    for (path, left) in [("/b", 1), ("/b", 0)] {
        env.run(["keyring", "del", &url(path), "ada"]).success();
        assert_eq!(kept(&env), left);
    }
    env.run(["keyring", "del", &url("/b"), "ada"]).status(1);
    save("path=b\n");
    env.run(["keyring", "del", HOST, "ada"]).status(1);
    assert_eq!(kept(&env), 1);
    env.run(["forget", HOST]).any_stderr().success();
    assert_eq!(kept(&env), 0);
}

#[test]
fn each_protocol_saves_with_the_path_that_it_names() {
    let env = TestEnv::offline();
    let index = |path: &str, kind: &str, more: Value| {
        let mut asked = json!({
            "v": 1, "registry": { "index-url": format!("sparse+{}", url(path)) }, "kind": kind, "operation": "read",
        });
        if let (Value::Object(asked), Value::Object(more)) = (&mut asked, more) {
            asked.extend(more);
        }
        let run = env.run(["--cargo-plugin"]).stdin(format!("{asked}\n"));
        run.any_stdout().any_stderr().success().stdout
    };
    let is_missing = |answer: &str| answer.contains("\"not-found\"");
    for (path, token) in [("/one/", "S3NTRY-one"), ("/two/", "S3NTRY-two")] {
        index(path, "login", json!({ "token": token }));
    }
    assert!(index("/one", "get", json!({})).contains("S3NTRY-one"));
    assert!(index("/two/", "get", json!({})).contains("S3NTRY-two"));
    for path in ["", "/", "/three/", "/one/two/", "/one/../two/"] {
        assert!(is_missing(&index(path, "get", json!({}))), "{path}");
        assert!(is_missing(&index(path, "logout", json!({}))), "{path}");
    }
    index("/one/", "logout", json!({}));
    assert!(is_missing(&index("/one/", "get", json!({}))));
    assert!(index("/two/", "get", json!({})).contains("S3NTRY-two"));

    env.run(["keyring", "set", &url("/simple/"), "ada"])
        .stdin("S3NTRY-pip\n")
        .success();
    let pip = |path: &str| env.run(["keyring", "get", &url(path), "ada"]);
    pip("/simple").stdout("S3NTRY-pip\n").success();
    for path in ["", "/other/simple/", "/simple/x"] {
        pip(path).status(1);
    }

    let login =
        json!({ "ServerURL": format!("{HOST}/team"), "Username": "ada", "Secret": "S3NTRY-d" });
    env.run(["docker", "store"])
        .stdin(login.to_string())
        .success();
    for key in [
        HOST.to_owned(),
        format!("{HOST}/team2"),
        format!("{HOST}/team/x"),
    ] {
        env.run(["docker", "get"])
            .stdin(&key)
            .stdout("credentials not found in native keychain\n")
            .status(1);
        env.run(["docker", "erase"]).stdin(&key).success();
    }
    env.run(["docker", "get"])
        .stdin(format!("{HOST}/team"))
        .stdout_contains("S3NTRY-d")
        .success();
}

#[test]
fn beside_a_profile_with_a_path_other_paths_are_saved_and_answered() {
    let env = super::with_profiles(&super::oauth("mcp", super::KINDS[0]), &["mcp"]);
    let token = crate::support::known::token_of("mcp");
    git(&env, "store", &format!("path=mcp/x\npassword={token}\n")).success();
    git(&env, "store", "path=mcp\npassword=S3NTRY-no\n").success();
    git(&env, "store", &format!("path=team\npassword={PASSWORD}\n")).success();
    git(&env, "store", "password=S3NTRY-host\n").success();
    assert_eq!(kept(&env), 2);
    for client in sharing() {
        check(&env, client, "/team", Some(PASSWORD));
        check(&env, client, "/mcp/x", Some(&token));
        if client.name != "git, path" {
            check(&env, client, "/other", Some("S3NTRY-host"));
        }
    }
    git(&env, "get", "")
        .stdout("username=ada\npassword=S3NTRY-host\n")
        .success();
}

#[test]
fn go_is_told_of_no_place_of_which_a_part_is_for_something_else() {
    let group = |prefix: &str| {
        let encoded = super::base64_of("S3NTRY-host");
        format!("https://h.example.com{prefix}\n\nAuthorization: Basic {encoded}\n\n")
    };
    let of_profile =
        TestEnv::offline().config(&super::oauth("b", "hosts = ['h.example.com/team']"));
    let of_path = TestEnv::offline();
    for env in [of_profile, of_path] {
        git(&env, "store", "password=S3NTRY-host\n").success();
        let is_saved = env
            .run(["list"])
            .any_stdout()
            .outcome()
            .stdout
            .contains("/team");
        if !is_saved {
            env.run(["goauth", &url("/other/x")])
                .stdout(group(""))
                .success();
            let path = format!("path=team/x\npassword={PASSWORD}\n");
            git(&env, "store", &path).success();
        }
        env.run(["goauth", &url("/other/x")])
            .stdout(group("/other/x"))
            .success();
    }
}

/// A user name with a colon fits into no header, and is no reason to take two passwords for the same.
#[test]
fn a_password_for_one_path_is_not_printed_for_another() {
    let env = TestEnv::offline();
    let store = |path: &str, password: &str| {
        let asked = format!(
            "protocol=https\nhost={HOST}\nusername=u:v\npath={path}\npassword={password}\n"
        );
        env.run(["git", "store"])
            .stdin(asked)
            .any_stderr()
            .success();
    };
    let asked = |server: &str| {
        let run = env.run(["get", &url("/a")]);
        run.env("CLAUDE_CODE_MCP_SERVER_URL", url(server))
            .any_stderr()
    };
    store("a", "S3NTRY-a");
    asked("/a").stdout("S3NTRY-a\n").success();
    asked("/b").status(1);
    store("b", "S3NTRY-b");
    asked("/b").status(1);
    store("c", "S3NTRY-a");
    asked("/c").stdout("S3NTRY-a\n").success();
}

#[test]
fn a_path_with_escapes_is_the_same_for_everybody() {
    for (by_git, addressed) in [
        ("my repo.git", "/my%20repo.git"),
        ("gr\u{fc}n/r.git", "/gr%c3%BCn/r.git"),
        ("100%", "/100%25"),
        ("a-b", "/a%2Db"),
    ] {
        let env = TestEnv::offline();
        let lines = format!("path={by_git}\n");
        git(&env, "store", &format!("{lines}password={PASSWORD}\n")).success();
        for client in sharing() {
            check(&env, client, addressed, Some(PASSWORD));
            check(&env, client, &format!("{addressed}%3Fx"), None);
        }
        env.run(["which", &url(addressed)]).any_stdout().success();
        // Saved again by the address, it takes the place of the first.
        let again = env.run(["keyring", "set", &url(addressed), "ada"]);
        again.stdin("S3NTRY-new\n").any_stderr().success();
        assert_eq!(kept(&env), 1);
        git(&env, "get", &lines)
            .stdout("username=ada\npassword=S3NTRY-new\n")
            .success();
        env.run(["forget", &url(addressed)]).any_stderr().success();
        assert_eq!(kept(&env), 0);
    }
}

#[test]
fn a_path_that_git_decoded_is_not_decoded_again() {
    for (by_git, addressed) in [
        ("a%2Fc", "/a/c"),
        ("%74eam", "/team"),
        ("team?x", "/team"),
        ("team#x", "/team"),
        ("a%20b", "/a%20b"),
    ] {
        let env = TestEnv::offline();
        let lines = format!("path={by_git}\n");
        git(&env, "store", &format!("{lines}password={PASSWORD}\n")).success();
        for client in sharing() {
            check(&env, client, addressed, None);
        }
        git(&env, "get", &lines)
            .stdout(format!("username=ada\npassword={PASSWORD}\n"))
            .success();
    }
}

#[test]
fn what_an_earlier_version_saved_of_gits_is_found() {
    let env = TestEnv::offline();
    git(&env, "store", &format!("path=a\npassword={PASSWORD}\n")).success();
    let file = env.data_dir().join("prusa-cred/credentials.json");
    let whole = std::fs::read_to_string(&file).expect("the file");
    for (path, addressed) in [
        ("my repo.git", "/my%20repo.git"),
        ("q?x=1", "/q%3Fx=1"),
        ("100%", "/100%25"),
        ("gr\u{fc}n", "/gr%C3%BCn"),
    ] {
        let text = whole.replace("\"path\": \"a\"", &format!("\"path\": \"{path}\""));
        assert_ne!(text, whole);
        env.write(&file, text);
        for client in sharing() {
            check(&env, client, addressed, Some(PASSWORD));
        }
    }
}

#[test]
fn a_path_of_slashes_is_not_the_whole_host() {
    for path in ["/", "//"] {
        let env = TestEnv::offline();
        git(
            &env,
            "store",
            &format!("path={path}\npassword={PASSWORD}\n"),
        )
        .success();
        for client in sharing() {
            for other in ["", "/", "/x"] {
                check(&env, client, other, None);
            }
            check(&env, client, "//", Some(PASSWORD));
        }
        git(&env, "get", "").success();
        env.run(["docker", "get"])
            .stdin(HOST)
            .any_stdout()
            .status(1);
    }
}
