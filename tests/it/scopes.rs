//! What a login was asked for with, and what becomes of it when the profile says something else.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::sandbox::{Answer, MARKER, unix_now};

/// Returns a home with a profile `corp` at the site, and these keys.
fn home(site: &OAuthSite, keys: &str) -> TestEnv {
    TestEnv::offline().config(&config(site, keys))
}

fn config(site: &OAuthSite, keys: &str) -> String {
    format!(
        "# ours\ndefault = 'corp'\n\n[profiles.corp] # the one\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n{keys}\n",
        site.origin()
    )
}

fn token_file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-cred/tokens/corp.json")
}

fn stored(env: &TestEnv) -> Value {
    let text = std::fs::read(token_file(env)).expect("a token file");
    serde_json::from_slice(&text).expect("JSON")
}

/// Stores a login of the profile that has an hour left, and was asked for with this.
fn store(env: &TestEnv, requested: &Value) {
    let set = json!({
        "access_token": "old", "refresh_token": "r", "expires_in": 3600, "expires_at": unix_now() + 3600,
        "requested": requested,
    });
    env.write(&token_file(env), set.to_string());
}

/// Writes the configuration anew.
fn change(env: &TestEnv, site: &OAuthSite, keys: &str) {
    let path = env.config_dir().join("prusa-cred/config.toml");
    env.write(&path, config(site, keys));
}

fn site() -> OAuthSite {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    site
}

/// Returns the token that `get` prints, without a word on stderr.
fn token(env: &TestEnv) -> String {
    env.run(["get"]).any_stdout().success().stdout
}

fn refreshes(site: &OAuthSite) -> usize {
    site.forms("/token").len()
}

#[test]
fn a_login_is_for_what_it_was_asked_for_with() {
    for (was, keys, sent) in [
        ("", "scopes = ['a']", Some(("scope", "a"))),
        (
            "scopes = ['a', 'b']",
            "scopes = ['a']",
            Some(("scope", "a")),
        ),
        (
            "scopes = ['a']",
            "scopes = ['a', 'b']",
            Some(("scope", "a b")),
        ),
        ("scopes = ['a b']", "scopes = ['b', 'a']", None),
        ("", "audience = 'x'", Some(("audience", "x"))),
        (
            "resource = 'https://r.example/a'",
            "resource = 'https://r.example/b'",
            Some(("resource", "https://r.example/b")),
        ),
    ] {
        let site = site();
        let env = home(&site, was);
        env.run(["login", "--device"]).any_stderr().success();
        let first = stored(&env)["access_token"].clone();
        change(&env, &site, keys);
        let answer = token(&env);
        let forms = site.forms("/token");
        match sent {
            None => {
                assert_eq!(answer.trim_end(), first, "{keys}");
                assert_eq!(forms.len(), 1, "{keys}");
            }
            Some((name, value)) => {
                assert_ne!(answer.trim_end(), first, "{keys}");
                assert_eq!(forms[1]["grant_type"], "refresh_token");
                assert_eq!(
                    forms[1].get(name).map(String::as_str),
                    Some(value),
                    "{keys}"
                );
            }
        }
        // Once is enough, and later refreshes ask for the same.
        assert_eq!(token(&env), answer);
        env.run(["get", "--refresh"]).any_stdout().success();
        let forms = site.forms("/token");
        assert_eq!(forms.len(), 2 + usize::from(sent.is_some()));
        if let Some(("scope", value)) = sent {
            assert_eq!(forms[2]["scope"], value);
        } else {
            assert!(!forms.last().expect("a form").contains_key("scope"));
        }
    }
}

#[test]
fn a_login_without_a_record_stays_one() {
    let site = site();
    let env = home(&site, "scopes = ['a', 'b']");
    for requested in [Value::Null, json!("a"), json!([])] {
        store(&env, &requested);
        assert_eq!(token(&env), "old\n");
    }
    assert_eq!(refreshes(&site), 0);
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!(stored(&env)["requested"], json!({ "scope": "a b" }));
}

#[test]
fn a_server_that_grants_less_is_not_asked_again() {
    let site = site();
    site.always(
        "/token",
        Answer::edited(|answer| drop(answer.insert("scope".to_owned(), json!("a")))),
    );
    let env = home(&site, "scopes = ['a', 'b']");
    env.run(["login", "--device"]).any_stderr().success();
    let answer = token(&env);
    assert_eq!(token(&env), answer);
    assert_eq!(refreshes(&site), 1);
    change(&env, &site, "scopes = ['a', 'b', 'c']");
    let answer = token(&env);
    assert_eq!(token(&env), answer);
    assert_eq!(refreshes(&site), 2);
}

#[test]
fn a_refused_change_is_remembered_until_the_configuration_changes() {
    for code in [
        "invalid_scope",
        "invalid_target",
        "access_denied",
        "invalid_grant",
    ] {
        let site = site();
        let env = home(&site, "scopes = ['a', 'b']");
        store(&env, &json!({ "scope": "a" }));
        site.always("/token", Answer::oauth_error(400, code));
        for _ in 0..2 {
            env.run(["get"])
                .stderr_contains("it was asked for with the scopes a, and the profile says a b")
                .stderr_contains(code)
                .stderr_contains("run `prusa-cred login --profile corp`")
                .status(1);
            assert_eq!(refreshes(&site), 1, "{code}");
        }
        env.run(["get", "--refresh"]).any_stderr().status(1);
        assert_eq!(refreshes(&site), 2, "{code}");
        let status = env
            .run(["status", "--profile", "corp"])
            .any_stdout()
            .status(1)
            .stdout;
        assert!(
            status.contains("cannot be used: it was asked for with the scopes a"),
            "{status}"
        );
        // The old token is that of the old configuration.
        change(&env, &site, "scopes = ['a']");
        assert_eq!(token(&env), "old\n");
        change(&env, &site, "scopes = ['a', 'c']");
        env.run(["get"])
            .stderr_contains("the profile says a c")
            .status(1);
        assert_eq!(refreshes(&site), 3, "{code}");
        site.usual("/token");
        env.run(["login", "--device"]).any_stderr().success();
        token(&env);
    }
}

#[test]
fn an_old_token_is_no_answer_while_the_server_is_away() {
    let site = site();
    let env = home(&site, "scopes = ['a', 'b']");
    store(&env, &json!({ "scope": "a" }));
    site.always("/token", Answer::busy(60));
    env.run(["get", "--timeout", "2s"]).any_stderr().status(1);
    let without_refresh = json!({
        "access_token": "old", "expires_in": 3600, "expires_at": unix_now() + 3600, "requested": { "scope": "a" },
    });
    env.write(&token_file(&env), without_refresh.to_string());
    env.run(["get"])
        .stderr_contains("the login of profile corp is not for what the profile says now")
        .status(1);
}

#[test]
fn a_client_that_needs_nobody_gets_a_new_token() {
    let site = site();
    let machine = "flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'";
    let env = home(&site, machine);
    token(&env);
    change(&env, &site, &format!("{machine}\nscopes = ['a']"));
    token(&env);
    token(&env);
    let forms = site.forms("/token");
    assert_eq!(forms.len(), 2);
    assert_eq!(forms[1]["scope"], "a");
}

#[test]
fn a_login_with_more_scopes_keeps_them_all() {
    let site = site();
    let list = "scopes = [\n  'a', # read\n] # all of them\nhosts = ['x.example']";
    let env = home(&site, list);
    env.run(["login", "--device"]).any_stderr().success();
    env.run(["login", "--device", "--scopes", "b,c a"])
        .stderr_contains("Profile corp has these scopes now, in")
        .success();
    let wanted = config(
        &site,
        &list.replace("# read\n", "# read\n  \"b\",\n  \"c\",\n"),
    );
    assert_eq!(env.configuration(), Some(wanted.clone()));
    assert_eq!(site.forms("/device")[1]["scope"], "a b c");
    assert_eq!(stored(&env)["requested"], json!({ "scope": "a b c" }));
    token(&env);
    assert_eq!(refreshes(&site), 2);
    // The same again changes nothing, and asks for all.
    env.run(["login", "--device", "--scopes", "c"])
        .any_stderr()
        .success();
    assert_eq!(env.configuration(), Some(wanted));
    assert_eq!(site.forms("/device")[2]["scope"], "a b c");
}

#[test]
fn a_login_that_fails_adds_no_scope() {
    let site = site();
    let env = home(&site, "scopes = ['a']");
    site.polls(&["access_denied"]);
    let before = env.configuration();
    env.run(["login", "--device", "--scopes", "b"])
        .any_stderr()
        .status(1);
    assert_eq!(env.configuration(), before);
    let printed = env
        .run(["login", "--device", "--scopes", "b", "--no-store"])
        .any_stderr()
        .any_stdout()
        .success();
    assert!(printed.stdout.contains(MARKER));
    assert_eq!(env.configuration(), before);
    let without = TestEnv::offline().config(
        "[profiles.region]\nprovider = 'practicus'\nurl = 'https://p.example'\nemail = 'a@b.example'\n",
    );
    without
        .run(["login", "--profile", "region", "--scopes", "b"])
        .stderr_contains("--scopes: profile region is of provider practicus, which has no scopes")
        .status(2);
}

#[test]
fn a_scope_that_a_server_misses_is_told_with_the_command() {
    let site = site();
    let env = home(
        &site,
        "scopes = ['a']\nhosts = ['git.example.com', 'go.example.com']",
    );
    store(&env, &json!({ "scope": "a" }));
    let asked = "capability[]=authtype\nprotocol=https\nhost=git.example.com\n\
                 wwwauth[]=Bearer error=\"insufficient_scope\", scope=\"a repo:write\"\n";
    let told = "prusa-cred: warning: https://git.example.com wants a scope that the token of profile corp does not have: \
                run `prusa-cred login --profile corp --scopes ";
    env.run(["git", "get"])
        .stdin(asked)
        .any_stdout()
        .stderr_contains(told)
        .success();
    env.run(["git", "erase"])
        .stdin(format!("{asked}authtype=Bearer\ncredential=old\n"))
        .stderr_contains(told)
        .success();
    env.run(["goauth", "https://go.example.com/m"])
        .stdin("HTTP/1.1 403 Forbidden\nWWW-Authenticate: Bearer error=insufficient_scope, scope=\"b\"\n\n")
        .any_stdout()
        .stderr_contains("--scopes b`")
        .success();
    let asked_by_cargo = json!({
        "v": 1,
        "registry": {
            "index-url": "sparse+https://git.example.com/",
            "headers": ["x: y", "www-authenticate: Bearer error=\"insufficient_scope\", scope=\"a publish\""],
        },
        "kind": "get",
        "operation": "read",
    });
    env.run(["--cargo-plugin"])
        .stdin(format!("{asked_by_cargo}\n"))
        .any_stdout()
        .stderr_contains("--scopes publish`")
        .success();
    // The token is not refused, and is not renewed.
    assert_eq!(token(&env), "old\n");
    let known = asked.replace(" repo:write", "");
    env.run(["git", "get"]).stdin(known).any_stdout().success();
    assert_eq!(refreshes(&site), 0);
}
