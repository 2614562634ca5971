//! `get`: every form of a token, used by the program that it is for.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, IDENTITY, REFRESH, raw, signed_in};
use crate::support::sandbox::{Answer, EMAIL, MARKER, Sandbox, unix_now};

/// Returns a sandbox and a home that is signed in to it.
fn at_the_sandbox(life: i64) -> (Sandbox, TestEnv) {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(life));
    (site, env)
}

#[test]
fn an_expiry_out_of_range_is_left_out() {
    let env = signed_in();
    env.store(&json!({ "access_token": ACCESS, "expires_at": 1_795_324_849_000_i64 }));
    let told = env.run(["get", "--json"]).any_stdout().success().json();
    assert_eq!(told["expires_at"], json!(null), "{told}");
    assert!(told["expires_in"].is_u64(), "{told}");
}

#[test]
fn every_format_is_exact_to_the_byte() {
    let env = signed_in();
    env.run(["get"]).stdout(raw()).success();
    for (format, wanted) in [
        ("raw", raw()),
        ("header", format!("Authorization: Bearer {ACCESS}\n")),
        (
            "headers",
            format!("{{\"Authorization\":\"Bearer {ACCESS}\"}}\n"),
        ),
        ("env", format!("export PRUSA_TOKEN='{ACCESS}'\n")),
        (
            "curl",
            format!("header = \"Authorization: Bearer {ACCESS}\"\n"),
        ),
        (
            "netrc",
            format!("machine connect.prusa3d.com login oauth2 password {ACCESS}\n"),
        ),
    ] {
        env.run(["get", "--format", format])
            .stdout(&wanted)
            .success();
        env.run(["get", "-f", format, "https://connect.prusa3d.com/app"])
            .stdout(wanted)
            .success();
    }
}

#[test]
fn json_has_the_token_its_expiry_and_its_profile() {
    let env = signed_in();
    for arguments in [&["get", "--format", "json"][..], &["get", "--json"]] {
        let before = unix_now();
        let output = env.run(arguments).any_stdout().success();
        let set = env.tokens();
        let ends = set["expires_at"].as_i64().unwrap();
        let left = output.json()["expires_in"].as_i64().unwrap();
        assert!((ends - unix_now()..=ends - before).contains(&left));
        let at = jiff::Timestamp::from_second(ends).unwrap();
        let wanted = format!(
            "{{\"access_token\":\"{ACCESS}\",\"expires_at\":\"{at}\",\"expires_in\":{left},\"profile\":\"prusa\",\
             \"scope\":\"basic_info openid\",\"token_type\":\"Bearer\"}}\n"
        );
        assert_eq!(output.stdout, wanted);
    }
}

#[test]
fn json_has_null_for_unknown_values() {
    let env = TestEnv::offline().var("PRUSA_TOKEN", ACCESS);
    let output = env.run(["get", "--json"]).any_stdout().success();
    let wanted = json!({
        "access_token": ACCESS, "token_type": "Bearer", "expires_at": null, "expires_in": null, "scope": null,
        "profile": "prusa",
    });
    assert_eq!(output.json(), wanted);
}

#[test]
fn the_shell_format_quotes_any_token() {
    let awkward = r#"a'b"c$HOME`id`\d!*;&|<>(){}[]~#%"#;
    let env = signed_in().stored(&json!({ "access_token": awkward }));
    let script =
        "eval \"$(prusa-cred get --format env)\"; sh -c 'printf \"%s\\n\" \"$PRUSA_TOKEN\"'";
    env.run_as("sh", ["-c", script])
        .stdout(format!("{awkward}\n"))
        .success();
}

#[test]
fn curl_accepts_the_curl_format() {
    let (_site, env) = at_the_sandbox(3600);
    let me = format!("{}\n", json!({ "email": EMAIL, "name": "Ada" }));
    let line = "prusa-cred get --format curl | curl -sS --fail -w '\\n' -K - \"$PRUSA_CONNECT_URL/app/me\"";
    env.run_as("sh", ["-c", line]).stdout(&me).success();
    let header = "curl -sS --fail -w '\\n' -H \"$(prusa-cred get --format header)\" \"$PRUSA_CONNECT_URL/app/me\"";
    env.run_as("sh", ["-c", header]).stdout(me).success();
}

#[test]
fn curl_accepts_the_netrc_format_for_that_host_only() {
    for (host, wanted) in [
        (
            "127.0.0.1",
            Some(STANDARD.encode(format!("oauth2:{ACCESS}"))),
        ),
        ("localhost", None),
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port();
        let request = thread::spawn(move || head_of_one_request(&server));
        let env = signed_in().var("PRUSA_CONNECT_URL", format!("http://127.0.0.1:{port}"));
        let script = format!(
            "umask 077; prusa-cred get --format netrc > n; curl -sS --netrc-file n http://{host}:{port}/"
        );
        env.run_as("sh", ["-c", &script]).stdout("ok\n").success();
        let head = request.join().unwrap();
        let sent = head
            .lines()
            .find_map(|line| line.strip_prefix("Authorization: Basic "));
        assert_eq!(sent, wanted.as_deref(), "{head}");
    }
}

/// Answers one request, and returns its head.
fn head_of_one_request(server: &TcpListener) -> String {
    let (mut connection, _) = server.accept().unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
    connection.write_all(answer).unwrap();
    String::from_utf8(head).unwrap()
}

#[test]
fn a_token_that_would_break_the_format_is_an_error() {
    for (token, format) in [
        ("two words", "raw"),
        ("line\nheader: more", "header"),
        ("line\r\nheader: more", "curl"),
        ("tab\t", "env"),
        ("quote\"", "netrc"),
        ("#comment", "netrc"),
        (&"x".repeat(4096), "netrc"),
        ("", "raw"),
    ] {
        let env = signed_in().stored(&json!({ "access_token": token }));
        let status = env.run(["get", "--format", format]).any_stderr().outcome();
        assert_eq!((status.status, status.stdout.as_str()), (1, ""), "{token}");
    }
}

#[test]
fn each_token_of_the_set_can_be_asked_for() {
    let env = signed_in();
    for (token, wanted) in [
        ("access", ACCESS),
        ("identity", IDENTITY),
        ("refresh", REFRESH),
    ] {
        env.run(["get", "--token", token])
            .stdout(format!("{wanted}\n"))
            .success();
    }
    let identity = env.run(["get", "-t", "identity", "--json"]);
    assert_eq!(identity.any_stdout().success().json()["id_token"], IDENTITY);
}

#[test]
fn a_token_missing_from_the_login_is_an_error() {
    let env = signed_in().stored(&json!({ "access_token": ACCESS }));
    env.run(["get", "--token", "refresh"])
        .stderr_contains("run `prusa-cred login`")
        .status(1);
    env.run(["get", "--token", "identity"])
        .stderr_contains("run `prusa-cred login`")
        .status(1);
}

#[test]
fn an_expired_token_is_refreshed_but_not_for_token_refresh() {
    let (site, env) = at_the_sandbox(-5);
    env.run(["get", "--token", "refresh"])
        .stdout(format!("{}\n", env.token("refresh_token")))
        .success();
    assert_eq!(site.refreshes(), 0);
    let old = env.token("id_token");
    let identity = env
        .run(["get", "--token", "identity"])
        .any_stdout()
        .success();
    assert_ne!(identity.stdout.trim_end(), old);
    assert_eq!(identity.stdout.trim_end(), env.token("id_token"));
    let access = env.run(["get"]).any_stdout().success();
    assert!(site.honours(access.stdout.trim_end()));
    assert_eq!(site.refreshes(), 1);
}

/// Returns an ID token of the sandbox with `left` of its `given` seconds left.
fn identity(left: i64, given: i64) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let end = unix_now() + left;
    let claims = json!({ "iat": end - given, "exp": end }).to_string();
    format!("{}.{}.{MARKER}", encode("{}".into()), encode(claims))
}

#[test]
fn an_expired_id_token_is_not_printed() {
    let site = Sandbox::start();
    site.always(
        "POST /o/token/",
        Answer::edited(|answer| drop(answer.remove("id_token"))),
    );
    let mut set = site.stored(3000);
    set["id_token"] = json!(identity(-10, 3600));
    let env = TestEnv::new(&site).stored(&set);
    let get = || env.run(["get", "--token", "identity"]);
    // The second time it is known that a refresh brings no new ID token.
    for _ in 0..2 {
        let error = get().any_stderr().status(1).stderr;
        assert!(
            error.starts_with(
                "prusa-cred: the server sent no identity token for profile prusa that is valid after "
            ) && error.ends_with(
                "\n  hint: not every server renews ID tokens; `prusa-cred login` gets a new one\n"
            ),
            "{error}"
        );
        assert_eq!(site.refreshes(), 1);
    }
    // The access token is valid, and is refreshed when it needs to be.
    let access = format!("{}\n", env.token("access_token"));
    env.run(["get"]).stdout(access).success();
    let mut expired = env.tokens();
    expired["expires_at"] = json!(unix_now() - 10);
    env.store(&expired);
    get().any_stderr().status(1);
    assert_eq!((site.refreshes(), site.reuses()), (2, 0));

    // One that is about to expire is used until then.
    let mut set = site.stored(3000);
    let ending = identity(700, 3600);
    set["id_token"] = json!(ending);
    let env = TestEnv::new(&site).stored(&set);
    for _ in 0..2 {
        env.run(["get", "--token", "identity", "--min-ttl", "2h"])
            .stdout(format!("{ending}\n"))
            .success();
        assert_eq!(site.refreshes(), 3);
    }
}

#[test]
fn no_refresh_for_an_id_token_the_login_never_had() {
    let site = Sandbox::start();
    let mut set = site.stored(3000);
    set.as_object_mut().unwrap().remove("id_token");
    let env = TestEnv::new(&site).stored(&set);
    let get = || env.run(["get", "--token", "identity"]);
    get()
        .stderr(
            "prusa-cred: the login of profile prusa has no identity token\n  hint: run `prusa-cred login`\n",
        )
        .status(1);
    assert_eq!(site.refreshes(), 0);
    get().arg("--refresh").any_stdout().success();
    assert_eq!(site.refreshes(), 1, "whoever insists gets one");
}

#[test]
fn min_ttl_is_capped_at_a_fifth_of_an_id_token_s_life() {
    for (left, given, refreshes) in [(400, 1000, 0), (400, 3600, 1), (100, 1000, 1)] {
        let site = Sandbox::start();
        let mut set = site.stored(3000);
        set["id_token"] = json!(identity(left, given));
        let env = TestEnv::new(&site).stored(&set);
        let get = env.run(["get", "--token", "identity", "--min-ttl", "1h"]);
        get.any_stdout().success();
        assert_eq!(site.refreshes(), refreshes, "{left} of {given}");
    }
}

#[test]
fn min_ttl_is_capped_at_a_fifth_of_a_token_s_life() {
    for (life, min_ttl, refreshes) in [
        (25, None, 1),
        (40, None, 0),
        (40, Some("1m"), 1),
        (40, Some("0"), 0),
        (25, Some("5s"), 0),
        (700, Some("12m"), 1),
        (800, Some("24h"), 0),
    ] {
        let (site, env) = at_the_sandbox(life);
        let mut run = env.run(["get"]).any_stdout();
        if let Some(min_ttl) = min_ttl {
            run = run.arg("--min-ttl").arg(min_ttl);
        }
        run.success();
        assert_eq!(site.refreshes(), refreshes, "{life} {min_ttl:?}");
    }
}

#[test]
fn refresh_renews_a_token_that_is_still_good() {
    let (site, env) = at_the_sandbox(3600);
    let old = env.token("access_token");
    let output = env.run(["get", "--refresh"]).any_stdout().success();
    assert_ne!(output.stdout.trim_end(), old);
    assert_eq!(output.stdout.trim_end(), env.token("access_token"));
    assert_eq!(site.rotations(), 1);
}

#[test]
fn a_profile_may_set_min_ttl_and_username() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .config("[profiles.prusa]\nmin_ttl = '10m'\nusername = 'ada'\n")
        .stored(&site.stored(300));
    let output = env
        .run(["get", "--format", "netrc"])
        .stdout_contains("machine 127.0.0.1 login ada password ")
        .success();
    assert_eq!(site.refreshes(), 1);
    assert!(
        output
            .stdout
            .ends_with(&format!(" {}\n", env.token("access_token")))
    );
}
