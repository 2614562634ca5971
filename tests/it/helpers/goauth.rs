//! Go's `GOAUTH` commands: what is good already at the first call, what was asked for at the second.

use serde_json::json;

use super::{TOKEN, home, keep, signed_in};
use crate::support::sandbox::Sandbox;

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\nWww-Authenticate: Bearer\n\n";

#[test]
fn the_first_call_prints_valid_tokens() {
    let env = home();
    let all = format!(
        "https://reg.example.com\nhttps://reg.example.com:8443\n\nAuthorization: Bearer {TOKEN}\n\n"
    );
    env.run(["goauth"]).stdout(&all).success();
    env.run(["goauth", "--profile", "corp"])
        .stdout(&all)
        .success();
    env.run(["goauth", "--profile", "idle"]).success();
}

#[test]
fn the_first_call_refreshes_nothing_and_the_second_does() {
    let site = Sandbox::start();
    let env = signed_in(&site, 5);
    env.run(["goauth"]).success();
    assert_eq!(site.refreshes(), 0);
    let output = env
        .run(["goauth", "https://reg.example.com/x/@v/list"])
        .stdin(REFUSED)
        .any_stdout()
        .success();
    let token = env.token("access_token");
    let expected = format!("https://reg.example.com\n\nAuthorization: Bearer {token}\n\n");
    assert_eq!((output.stdout, site.rotations()), (expected.clone(), 1));
    env.run(["goauth"]).stdout(expected).success();
}

#[test]
fn a_host_that_two_profiles_name_is_left_to_the_second_call() {
    let two = "[profiles.a]\nprovider = \"prusa\"\nhosts = [\"h.example.com\", \"a.example.com\"]\n\
               [profiles.b]\nprovider = \"prusa\"\nhosts = [\"h.example.com\"]\n";
    let env = home().config(two);
    for name in ["a", "b"] {
        let file = env
            .config_dir()
            .join(format!("prusa-cred/tokens/{name}.json"));
        env.write(
            &file,
            json!({ "access_token": format!("S3NTRY-{name}") }).to_string(),
        );
    }
    env.run(["goauth"])
        .stdout("https://a.example.com\n\nAuthorization: Bearer S3NTRY-a\n\n")
        .success();
}

#[test]
fn a_damaged_login_does_not_hide_the_others() {
    let env = home();
    let file = env.config_dir().join("prusa-cred/tokens/idle.json");
    env.write(&file, "{\"access_token\":\"S3N");
    env.run(["goauth"])
        .stdout_contains(TOKEN)
        .stderr_contains("profile idle")
        .success();
    keep(&env, &json!({ "access_token": "S3NTRY\nX: y" }));
    env.run(["goauth"]).any_stderr().status(1);
}

#[test]
fn the_second_call_answers_with_the_accepted_scheme() {
    let env = home();
    let url = "https://reg.example.com:8443/mod/@v/list?x=y";
    env.run(["goauth", url])
        .stdin("HTTP/1.1 404 Not Found\n\n")
        .stdout(format!(
            "https://reg.example.com:8443\n\nAuthorization: Bearer {TOKEN}\n\n"
        ))
        .success();
    env.run(["goauth", url])
        .stdin("HTTP/1.1 401 x\nWww-Authenticate: Basic realm=\"Bearer\"\n\n")
        .stdout("https://reg.example.com:8443\n\nAuthorization: Basic cm9ib3Q6UzNOVFJZLWNvcnA=\n\n")
        .success();
}

#[test]
fn other_hosts_get_no_answer() {
    let env = home();
    for url in [
        "https://other.example.com/",
        "http://reg.example.com/",
        "https://reg.example.com:9/",
    ] {
        env.run(["goauth", url]).stdin(REFUSED).success();
    }
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=other.example.com\nusername=robot\npassword=S3NTRY-corp\n")
        .any_stderr()
        .success();
    env.run(["goauth", "https://other.example.com/x"])
        .stdin(REFUSED)
        .stdout("https://other.example.com\n\nAuthorization: Basic cm9ib3Q6UzNOVFJZLWNvcnA=\n\n")
        .success();
}

#[test]
fn an_invalid_request_is_an_error_on_stderr() {
    let env = home();
    for url in [
        "",
        "reg.example.com",
        "ftp://reg.example.com",
        "https://u:p@reg.example.com/",
        "https://h\n\nX: y",
    ] {
        env.run(["goauth", url])
            .stdin(REFUSED)
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
    let huge = format!("HTTP/1.1 401 x\n{}", "X: y\n".repeat(1 << 19));
    for head in [
        b"{\"uri\":\"https://h\"}".as_slice(),
        b"\xff\xfe",
        huge.as_bytes(),
    ] {
        env.run(["goauth", "https://reg.example.com/"])
            .stdin(head)
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
    env.run(["goauth", "https://a", "https://b"])
        .stderr_contains("one URL")
        .status(2);
}
