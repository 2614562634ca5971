//! Kognic: client credentials from everywhere they may be, tokens kept apart, refusals remembered.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::kognic::{self, CLIENT_ID, Kognic, client_secret, credentials};
use crate::support::loopback::Loopback;
use crate::support::sandbox::Answer;

/// A home with a credentials file, and the server.
fn at_home() -> (Loopback<Kognic>, TestEnv) {
    let (server, env) = (kognic::start(), TestEnv::offline());
    env.json_file("credentials.json", &credentials());
    (server, env)
}

/// Returns what `get --provider kognic` prints with these options, which are apart by spaces.
fn token(env: &TestEnv, server: &Loopback<Kognic>, options: &str) -> String {
    let line = format!("get --provider kognic --server {} {options}", server.url());
    let ran = env.run(line.split_whitespace()).any_stdout().success();
    ran.stdout.trim_end().to_owned()
}

fn grants(server: &Loopback<Kognic>) -> usize {
    server.count(|asked| asked.get("grant_type") == "client_credentials")
}

#[test]
fn get_needs_only_a_credentials_file() {
    let (server, env) = at_home();
    let first = token(&env, &server, "--credentials credentials.json");
    assert!(!first.is_empty());
    assert_eq!(
        token(&env, &server, "--credentials credentials.json"),
        first
    );
    let fresh = token(&env, &server, "--credentials credentials.json --refresh");
    assert_ne!(fresh, first);
    assert_eq!(grants(&server), 2);
    let asked = &server.log()[0];
    let fields: Vec<_> = asked.fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["client_id", "client_secret", "grant_type"]);
    assert!(!asked.is_json);
}

#[test]
fn credentials_come_from_the_option_then_the_profile_then_variables() {
    let (server, env) = at_home();
    let env = env.var("KOGNIC_CLIENT_ID", CLIENT_ID);
    let env = env.var("KOGNIC_CLIENT_SECRET", client_secret());
    let mut other = credentials();
    other["clientId"] = "somebody-else".into();
    let other = env.json_file("other.json", &other);
    let who = |options: &str, variable: Option<&Path>| {
        let line = format!(
            "get --provider kognic --server {} --refresh {options}",
            server.url()
        );
        let mut run = env.run(line.split_whitespace()).any_stdout().any_stderr();
        if let Some(path) = variable {
            run = run.env("KOGNIC_CREDENTIALS", path);
        }
        run.outcome();
        server
            .log()
            .last()
            .expect("a request")
            .get("client_id")
            .to_owned()
    };
    assert_eq!(who("", None), CLIENT_ID);
    assert_eq!(who("", Some(&other)), "somebody-else");
    assert_eq!(
        who("--credentials credentials.json", Some(&other)),
        CLIENT_ID
    );
    let path = env.config_dir().join("prusa-cred/config.toml");
    let file = env.home().join("credentials.json");
    env.write(
        &path,
        format!("[profiles.kognic]\ncredentials = {file:?}\n"),
    );
    assert_eq!(who("", Some(&other)), CLIENT_ID);
    let mut third = credentials();
    third["clientId"] = "a-third".into();
    env.json_file("third.json", &third);
    assert_eq!(who("--credentials third.json", None), "a-third");
}

#[test]
fn the_variables_do_not_apply_to_a_named_profile() {
    let (server, env) = at_home();
    let env = env
        .config(&format!(
            "[profiles.k]\nprovider = 'kognic'\nserver = '{}'",
            server.url()
        ))
        .var("KOGNIC_CREDENTIALS", "credentials.json");
    env.run(["get", "--profile", "k"])
        .stderr(
            "prusa-cred: cannot ask Kognic for a token\n  because: profile k has no Kognic credentials\n  \
             hint: name a credentials file with --credentials FILE, or in the configuration as profiles.k.credentials\n",
        )
        .status(1);
    assert_eq!(server.log().len(), 0);
}

#[test]
fn missing_credentials_list_where_they_are_looked_for() {
    let env = TestEnv::offline();
    let error = env
        .run(["get", "--provider", "kognic"])
        .any_stderr()
        .status(1);
    assert_eq!(
        error.stderr,
        "prusa-cred: cannot ask Kognic for a token\n  because: profile kognic has no Kognic credentials\n  because: \
             there is no keyring here: nothing answers at DBUS_SESSION_BUS_ADDRESS\n  hint: name a credentials file with --credentials FILE or KOGNIC_CREDENTIALS, or set \
             KOGNIC_CLIENT_ID and KOGNIC_CLIENT_SECRET\n"
    );
    let half = env
        .run(["get", "--provider", "kognic"])
        .env("KOGNIC_CLIENT_ID", "me");
    half.stderr_contains("KOGNIC_CLIENT_ID is set and KOGNIC_CLIENT_SECRET is not")
        .status(1);
    let keyring = env.run([
        "get",
        "--provider",
        "kognic",
        "--credentials",
        "keyring://work",
    ]);
    keyring
        .stderr_contains("could not read keyring://work: there is no keyring here: ")
        .stderr_contains("hint: name a credentials file with --credentials FILE instead\n")
        .status(1);
    env.run(["status", "--profile", "kognic"])
        .stdout_contains("login    none;")
        .status(1);
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn credentials_in_the_environment_count_as_a_login() {
    let env = TestEnv::offline();
    let shown = |command: &str| env.run([command]).any_stdout().success().stdout;
    assert!(!shown("status").contains("kognic (") && !shown("list").contains("kognic"));
    let env = env
        .var("KOGNIC_CLIENT_ID", "me")
        .var("KOGNIC_CLIENT_SECRET", "S3NTRY");
    let shown = |command: &str| env.run([command]).any_stdout().success().stdout;
    let asks = "no token yet: one is requested when it is needed\n";
    let status = shown("status");
    assert!(
        status.starts_with(&format!("kognic (kognic)\n  login    {asks}")),
        "{status}"
    );
    assert!(shown("list").contains("app.kognic.com    kognic\n"));
    env.run(["which", "app.kognic.com"])
        .stdout_contains(&format!("login         {asks}"))
        .success();
    let rows = env.run(["status", "--json"]).any_stdout().success().json();
    assert_eq!(
        (&rows[0]["profile"], &rows[0]["signed_in"]),
        (&json!("kognic"), &json!(true))
    );
}

/// The value of a key (`null` removes it), the error code, and the error's text.
const BAD_FILES: [(&str, &str, &str, &str); 8] = [
    (
        "clientSecret",
        "null",
        "config",
        "its \"clientSecret\" is missing",
    ),
    ("issuer", "null", "config", "its \"issuer\" is missing"),
    ("userId", "null", "config", "its \"userId\" is missing"),
    (
        "clientId",
        "7",
        "config",
        "its \"clientId\" is not a non-empty string",
    ),
    (
        "created",
        "\"May\"",
        "config",
        "its \"created\" is not a time such as 2030-01-31T12:00:00Z",
    ),
    (
        "expires",
        "\"soon\"",
        "config",
        "its \"expires\" is not a time such as 2030-01-31T12:00:00Z",
    ),
    (
        "expires",
        "\"2020-02-03T04:05:06.123456789+01:00\"",
        "invalid_credentials",
        "the credentials expired at 2020-02-03T03:05:06Z",
    ),
    (
        "scopes",
        "\"a b\"",
        "config",
        "its \"scopes\" is not a list of strings",
    ),
];

#[test]
fn an_invalid_credentials_file_names_the_key() {
    let (server, env) = at_home();
    let line = "get --provider kognic --credentials credentials.json --json --server";
    for (key, value, code, wanted) in BAD_FILES {
        let mut file = credentials();
        file[key] = serde_json::from_str(value).expect("JSON");
        env.json_file("credentials.json", &file);
        let run = env.run(line.split(' ')).arg(server.url());
        let error = run.any_stderr().status(1).json_error();
        assert_eq!(error["error"], code, "{key} {value}");
        let message = error["message"].as_str().expect("a message");
        assert!(
            message.ends_with(&format!("credentials.json: {wanted}")),
            "{message}"
        );
    }
    for (content, wanted) in [
        (
            "{\"clientId\": S3NTRY",
            "it is not valid JSON from line 1, column 14",
        ),
        ("[]", "it is JSON but not an object"),
    ] {
        env.write(&env.home().join("credentials.json"), content);
        let run = env.run(line.split(' ')).arg(server.url());
        run.stderr_contains(wanted).status(1);
    }
    let missing = env.run(["get", "--provider", "kognic", "--credentials", "none.json"]);
    missing
        .stderr_contains("could not read the credentials in")
        .status(1);
    assert_eq!(server.log().len(), 0, "nothing is asked with such a file");
}

#[test]
fn tokens_are_cached_per_server_client_and_scopes() {
    let (server, env) = at_home();
    let second = kognic::start();
    let mut scoped = credentials();
    scoped["scopes"] = json!(["b", "a"]);
    env.json_file("scoped.json", &scoped);
    let plain = token(&env, &server, "--credentials credentials.json");
    let others = [
        token(&env, &second, "--credentials credentials.json"),
        token(&env, &server, "--credentials scoped.json"),
        token(&env, &server, "--credentials credentials.json --scopes a"),
    ];
    assert!(!others.contains(&plain));
    assert_eq!(
        token(&env, &server, "--credentials credentials.json --scopes a,b"),
        others[1]
    );
    let twice = "--credentials credentials.json --scopes b --scopes a --scopes b";
    assert_eq!(token(&env, &server, twice), others[1], "a set has no order");
    assert_eq!(env.kept_tokens().len(), 4);
    let log = server.log();
    let asked: Vec<_> = log.iter().map(|one| one.get("scope")).collect();
    assert_eq!(asked, ["", "b a", "a"]);

    env.run(["logout", "--profile", "kognic"])
        .stderr("Signed out of profile kognic.\n")
        .success();
    assert!(env.kept_tokens().is_empty());
    assert!(env.home().join("credentials.json").exists());
}

/// Two environments at two servers; `far` is the default.
fn with_environments(near: &str, far: &str, env: &TestEnv) {
    let file = env.home().join("credentials.json");
    env.environments(&json!({ "default_environment": "far", "environments": {
        "near": {
            "host": "near.kognic.test", "auth_server": near, "credentials": file, "scopes": ["n"], "more": 1,
        },
        "far": { "host": "*.far.kognic.test", "auth_server": far, "credentials": "~/credentials.json" },
    } }));
}

#[test]
fn an_environment_is_chosen_by_name_host_or_default() {
    let (near, env) = at_home();
    let far = kognic::start();
    with_environments(near.url(), far.url(), &env);
    let get = |line: &str| {
        let before = (near.log().len(), far.log().len());
        let run = env.run(format!("get --refresh {line}").split_whitespace());
        run.any_stdout().success();
        match (near.log().len() - before.0, far.log().len() - before.1) {
            (1, 0) => "near",
            (0, 1) => "far",
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(get("--provider kognic"), "far");
    assert_eq!(get("--provider kognic --env near"), "near");
    assert_eq!(get("--env near"), "near");
    assert_eq!(get("https://near.kognic.test/v1/x"), "near");
    assert_eq!(get("--provider kognic https://a.far.kognic.test"), "far");
    assert_eq!(near.log().last().expect("one").get("scope"), "n");
    let line = format!("--env near --server {} --scopes o", far.url());
    assert_eq!(get(&line), "far");
    assert_eq!(far.log().last().expect("one").get("scope"), "o");
    let refused = |line: &str, wanted: &str| {
        let run = env.run(format!("get {line}").split_whitespace());
        run.stderr_contains(wanted).status(1);
    };
    for host in [
        "far.kognic.test",
        "a.b.far.kognic.test",
        "x.near.kognic.test",
        "evil.test",
    ] {
        refused(&format!("https://{host}"), "no profile answers for");
        refused(
            &format!("--provider kognic https://{host}"),
            "does not answer for",
        );
    }
    refused("http://near.kognic.test", "a token is for https only");
    refused(
        "--env far https://near.kognic.test",
        "the environment far is not for https://near.kognic.test",
    );
}

#[test]
fn list_has_the_hosts_of_environments() {
    let (near, env) = at_home();
    with_environments(near.url(), near.url(), &env);
    env.run(["list"])
        .stdout_contains("near.kognic.test    kognic (environment near)\n")
        .stdout_contains("*.far.kognic.test   kognic (environment far)\n")
        .success();
    env.run(["get", "https://near.kognic.test"])
        .any_stdout()
        .success();
    let listed = env.run(["list", "--json"]).any_stdout().success().stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let row = |host: &str| {
        let rows = listed.as_array().expect("a list").iter();
        rows.filter(|row| row["host"] == host)
            .map(|row| row["signed_in"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(row("near.kognic.test"), [json!(true)]);
    assert_eq!(row("*.far.kognic.test"), [json!(false)]);
    env.run(["-v", "get", "--provider", "kognic"])
        .any_stdout()
        .stderr_contains("profile kognic answers (named by --provider)")
        .success();
}

#[test]
fn git_gets_the_token_of_an_environment_s_host() {
    let (near, env) = at_home();
    let far = kognic::start();
    with_environments(near.url(), far.url(), &env);
    let ask = |host: &str| {
        let run = env.run(["git", "get"]).any_stdout();
        run.stdin(format!("protocol=https\nhost={host}\n\n"))
            .success()
            .stdout
    };
    assert!(ask("near.kognic.test").contains("password="));
    assert_eq!((near.log().len(), far.log().len()), (1, 0));
    assert_eq!(ask("evil.test"), "");
    env.environments(&json!({ "environments": 7 }));
    assert_eq!(
        ask("evil.test"),
        "",
        "a broken file of another tool is in nobody's way"
    );
}

#[test]
fn an_invalid_environments_file_names_the_key() {
    let (_server, env) = at_home();
    let message = |content: &Value| {
        env.environments(content);
        let run = env
            .run(["get", "--provider", "kognic", "--json"])
            .any_stderr();
        let error = run.status(1).json_error();
        assert_eq!(error["error"], "config");
        error["message"].as_str().expect("a message").to_owned()
    };
    let end = "environments.json: environments.a.auth_server: missing";
    let odd = json!({ "host": "h.tld" });
    let said = message(&json!({ "default_environment": "a", "environments": { "a": odd } }));
    assert!(said.ends_with(end), "{said}");
    let end = "environments.json: default_environment: no environment has this name";
    let said = message(&json!({ "default_environment": "b" }));
    assert!(said.ends_with(end), "{said}");
    let run = env.run(["get", "--env", "b"]).any_stderr();
    env.environments(&json!({}));
    let said = run.status(1).stderr;
    assert!(said.contains("there is no environment \"b\""), "{said}");
}

#[test]
fn an_odd_environment_spoils_only_itself() {
    let (server, env) = at_home();
    for odd in [json!(null), json!(7), json!({}), json!({ "host": 7 })] {
        env.environments(&json!({ "default_environment": "gone", "environments": {
            "a-odd": odd, "good": { "host": "good.example.com", "auth_server": server.url() },
        }}));
        env.run(["get", "--env", "good", "--credentials", "credentials.json"])
            .any_stdout()
            .success();
        env.run(["get", "--env", "a-odd", "--credentials", "credentials.json"])
            .stderr_contains("environments.a-odd")
            .status(1);
    }
    env.run(["login", "--import", "kognic"])
        .stderr_contains("cannot import the environment a-odd")
        .status(1);
}

#[test]
fn scopes_may_be_several_arguments() {
    let (server, env) = at_home();
    let line = "get --credentials credentials.json --server SERVER --scopes";
    let line = line.replace("SERVER", server.url());
    let spellings: [&[&str]; 4] = [
        &["api:read", "data:read"],
        &["api:read,data:read", "--refresh"],
        &["api:read data:read", "--refresh"],
        &["api:read", "data:read", "https://app.kognic.com/v1"],
    ];
    for spelling in spellings {
        env.run(line.split(' ').chain(spelling.iter().copied()))
            .any_stdout()
            .success();
    }
    let log = server.log();
    let scopes: Vec<_> = log
        .iter()
        .filter_map(|asked| asked.fields.get("scope"))
        .collect();
    assert!(!scopes.is_empty());
    assert!(
        scopes.iter().all(|it| *it == "api:read data:read"),
        "{scopes:?}"
    );
}

#[test]
fn a_user_name_does_not_hide_the_default_environment() {
    let (near, env) = at_home();
    let far = kognic::start();
    with_environments(near.url(), far.url(), &env);
    token(&env, &near, "--credentials credentials.json");
    assert_eq!((near.log().len(), far.log().len()), (1, 0));
    let env = env.var("KOGNIC_CREDENTIALS", "credentials.json");
    token(&env, &near, "--scopes x");
    assert_eq!((near.log().len(), far.log().len()), (2, 0));
    let broken = env.config_dir().join("kognic/environments.json");
    env.environments(&json!({ "environments": 7 }));
    let line = format!(
        "get --provider kognic --server {} --scopes y {}",
        near.url(),
        "--credentials credentials.json"
    );
    env.run(line.split_whitespace()).any_stdout().success();
    let by_host = format!("{line} --scopes z https://app.kognic.com/v1");
    env.run(by_host.split_whitespace())
        .any_stdout()
        .stderr(format!(
            "prusa-cred: warning: the Kognic environments are ignored: cannot use {}: environments: not an object\n",
            broken.display()
        ))
        .success();
    assert_eq!((near.log().len(), far.log().len()), (4, 0));
    env.run(["get", "--env", "near"])
        .stderr_contains("hint: correct that file, or do without it")
        .status(1);
}

#[test]
fn two_environments_for_one_host_are_both_named() {
    let (server, env) = at_home();
    let one = json!({ "host": "h.kognic.test", "auth_server": server.url() });
    env.environments(&json!({ "environments": { "a": one, "b": one } }));
    env.run(["get", "https://h.kognic.test"])
        .stderr_contains("several environments have the host https://h.kognic.test: a, b")
        .status(1);
    assert_eq!(server.log().len(), 0);
}

#[test]
fn a_rejected_refresh_token_leads_to_a_new_grant() {
    let (server, env) = at_home();
    server.state().gives_refresh_tokens = true;
    let first = token(&env, &server, "--credentials credentials.json");
    env.let_tokens_run_out();
    let second = token(&env, &server, "--credentials credentials.json");
    assert_ne!(second, first);
    assert_eq!(grants(&server), 1, "the refresh token was used");
    env.let_tokens_run_out();
    server.state().forget_refresh_tokens();
    let third = token(&env, &server, "--credentials credentials.json");
    assert_ne!(third, second);
    let kinds: Vec<_> = server
        .log()
        .iter()
        .map(|asked| asked.get("grant_type").to_owned())
        .collect();
    let (grant, refresh) = ("client_credentials", "refresh_token");
    assert_eq!(kinds, [grant, refresh, refresh, grant]);
}

#[test]
fn temporary_errors_are_retried() {
    let (server, env) = at_home();
    server.answers([
        Answer::html(502, "Bad gateway"),
        Answer::html(503, "Busy"),
        Answer::html(504, "Slow"),
        Answer::rate_limited(0),
        Answer::Close,
    ]);
    token(&env, &server, "--credentials credentials.json");
    assert_eq!(grants(&server), 6);
}

#[test]
fn no_retry_that_would_pass_the_deadline() {
    let (server, env) = at_home();
    server.answers([Answer::rate_limited(3600)]);
    let line = "get --provider kognic --credentials credentials.json --json --server";
    let run = env.run(line.split(' ')).arg(server.url());
    let error = run.any_stderr().status(1).json_error();
    assert_eq!(error["error"], "rate_limited");
    assert_eq!(server.log().len(), 1);
}

#[test]
fn a_rejected_client_is_tried_once_until_it_changes() {
    let (server, env) = at_home();
    let line = "get --provider kognic --credentials credentials.json --json --server";
    let get = || {
        let run = env.run(line.split(' ')).arg(server.url());
        run.any_stdout().any_stderr().outcome()
    };
    let right = std::mem::replace(&mut server.state().secret, "another".to_owned());
    let first = get().json_error();
    assert_eq!(first["error"], "invalid_credentials");
    assert!(
        first["message"]
            .as_str()
            .expect("one")
            .contains("invalid_client")
    );
    let second = get().json_error();
    assert_eq!(second["error"], "invalid_credentials");
    assert!(
        second["message"]
            .as_str()
            .expect("one")
            .contains("were refused before")
    );
    assert_eq!(server.log().len(), 1, "no second try");

    let mut file = credentials();
    file["clientSecret"] = "another".into();
    env.json_file("credentials.json", &file);
    assert_eq!(get().status, 0, "other credentials are tried");

    server.state().secret = right;
    env.json_file("credentials.json", &credentials());
    assert_eq!(
        get().status,
        0,
        "what was refused is forgotten with a success"
    );
}

#[test]
fn only_invalid_client_is_remembered_until_logout() {
    let (server, env) = at_home();
    let get = || {
        let line = "get --provider kognic --credentials credentials.json --server";
        let run = env.run(line.split(' ')).arg(server.url());
        run.any_stdout().any_stderr().outcome().status
    };
    server.answers([Answer::oauth_error(400, "invalid_scope")]);
    assert_eq!((get(), get()), (1, 0));
    env.run(["logout", "--profile", "kognic"])
        .any_stderr()
        .success();
    server.answers([Answer::oauth_error(401, "invalid_client")]);
    assert_eq!((get(), get()), (1, 1));
    env.run(["logout", "--profile", "kognic"])
        .stderr("Profile kognic was not signed in.\n")
        .success();
    assert_eq!(get(), 0);
}

#[test]
fn eight_processes_send_one_request() {
    let (server, env) = at_home();
    let start = |_| {
        let line = "get --provider kognic --credentials credentials.json --server";
        let run = env.run(line.split(' ')).arg(server.url());
        run.any_stdout().spawn()
    };
    let running: Vec<_> = (0..8).map(start).collect();
    let tokens: Vec<_> = running
        .into_iter()
        .map(|get| get.success().stdout)
        .collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(grants(&server), 1);
}

#[test]
fn each_invalid_answer_has_its_own_error() {
    let (server, env) = at_home();
    let table = [
        (Answer::html(200, "Welcome"), "server"),
        (Answer::json(200, &json!({})), "server"),
        (Answer::redirect("https://evil.test"), "server"),
        (Answer::Endless, "server"),
        (Answer::oauth_error(400, "invalid_scope"), "denied"),
        (Answer::html(403, "No"), "denied"),
    ];
    for (index, (answer, code)) in table.into_iter().enumerate() {
        server.answers([answer]);
        // A new scope each time, so that nothing is cached.
        let line = format!(
            "get --provider kognic --credentials credentials.json --json --scopes s{index} --server"
        );
        let run = env.run(line.split(' ')).arg(server.url());
        let error = run.any_stderr().status(1).json_error();
        if code != "server" || error["error"] != "network" {
            assert_eq!(error["error"], code, "{error}");
        }
    }
    let plain = env.run([
        "get",
        "--provider",
        "kognic",
        "--server",
        "http://auth.test",
    ]);
    plain
        .stderr_contains("--server: neither an https address nor an http one on a loopback host")
        .status(2);
}

#[test]
fn the_old_token_is_used_until_it_expires() {
    let (server, env) = at_home();
    let first = token(&env, &server, "--credentials credentials.json");
    server.answers((0..20).map(|_| Answer::html(503, "Busy")));
    let line = "get --provider kognic --credentials credentials.json --min-ttl 59m59s --timeout 1s --server";
    let path = env.kept_tokens().remove(0);
    let mut set: Value = serde_json::from_slice(&std::fs::read(&path).expect("it")).expect("JSON");
    set["expires_at"] = (set["expires_at"].as_i64().expect("a time") - 3000).into();
    env.write(&path, set.to_string());
    env.run(line.split(' '))
        .arg(server.url())
        .stdout(format!("{first}\n"))
        .stderr_contains("the old token is used until it expires")
        .success();
}

#[test]
fn login_makes_a_profile_that_refers_to_the_credentials() {
    let (server, env) = at_home();
    let line =
        "login --provider kognic --profile k --credentials credentials.json --scopes a,b --server";
    let run = env.run(line.split(' ')).arg(server.url());
    run.stderr_contains("Signed in to profile k; the access token expires in ")
        .stderr_contains(" and is renewed automatically.\n")
        .success();
    let config = env.config_dir().join("prusa-cred/config.toml");
    let text = std::fs::read_to_string(&config).expect("a configuration");
    let wanted = format!(
        "[profiles.k]\nprovider = \"kognic\"\nserver = \"{}\"\ncredentials = \"{}\"\nscopes = [\"a\", \"b\"]\n",
        server.url(),
        env.home().join("credentials.json").display()
    );
    assert_eq!(text, wanted);
    env.run(["get", "--profile", "k"]).any_stdout().success();
    assert_eq!(
        server.log().len(),
        1,
        "the login's token is the one that is used"
    );
    let again = env.run(line.split(' ')).arg(server.url());
    again.any_stderr().success();
    let more = "login --provider kognic --profile k --scopes c";
    env.run(more.split(' '))
        .stderr_contains("Profile k has these scopes now, in")
        .success();
    let widened = wanted.replace("\"b\"]", "\"b\", \"c\"]");
    assert_eq!(std::fs::read_to_string(&config).expect("it"), widened);
    let last = server.log().pop().expect("a request");
    assert_eq!(last.fields["scope"], "a b c");
    let other = "login --provider kognic --profile k --server http://127.0.0.1:1";
    env.run(other.split(' '))
        .stderr_contains("profile k has other settings than these options")
        .status(2);
    assert_eq!(std::fs::read_to_string(&config).expect("it"), widened);
}

#[test]
fn a_login_that_fails_writes_nothing() {
    let (server, env) = at_home();
    server.state().secret = "another".to_owned();
    let line = "login --provider kognic --credentials credentials.json --server";
    let run = env.run(line.split(' ')).arg(server.url());
    run.stderr_contains("invalid_client").status(1);
    assert!(!env.config_dir().join("prusa-cred/config.toml").exists());
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn an_environment_becomes_a_profile_for_its_host() {
    let (near, env) = at_home();
    let far = kognic::start();
    with_environments(near.url(), far.url(), &env);
    let line = "login --provider kognic --profile near --env near";
    env.run(line.split(' ')).any_stderr().success();
    let url = "https://near.kognic.test";
    let which = env.run(["which", url]).any_stdout().success().stdout;
    assert!(which.starts_with("profile       near\n"), "{which}");
    env.run(["get", url]).any_stdout().success();
    assert_eq!((near.log().len(), far.log().len()), (1, 0));
}

#[test]
fn hosts_of_the_configuration_are_added_to_those_of_environments() {
    let (near, env) = at_home();
    with_environments(near.url(), near.url(), &env);
    let env = env.config("[profiles.kognic]\nhosts = ['more.kognic.test']");
    for host in [
        "near.kognic.test",
        "more.kognic.test",
        "app.kognic.com",
        "x.app.kognic.com",
    ] {
        let which = env.run(["which", host]).any_stdout().success().stdout;
        assert!(which.starts_with("profile       kognic\n"), "{which}");
    }
    let run = env.run(["get", "https://other.kognic.test"]);
    run.stderr_contains("no profile answers for").status(1);
    let env = env.config("[profiles.kognic]\ntoken_file = '/x.json'");
    let run = env.run(["get", "--provider", "kognic"]);
    run.stderr_contains("profiles.kognic.token_file: unknown key")
        .status(1);
}

#[test]
fn kognic_options_need_the_kognic_provider() {
    let env = TestEnv::offline();
    let run = env.run(["get", "--profile", "prusa", "--env", "x"]);
    run.stderr_contains("are Kognic's, and profile prusa is of provider prusa")
        .status(2);
    env.run(["get", "--provider", "oauth"])
        .stderr_contains("no profile of provider oauth is built in: name yours with --profile, or make one with ")
        .status(2);
    let env = env.config("[profiles.oauth]\nprovider = 'prusa'");
    let run = env.run(["get", "--provider", "oauth"]);
    run.stderr_contains("profile oauth is of provider prusa")
        .status(2);
}

#[test]
fn the_command_line_of_kognic_s_own_tool_works_here() {
    let (server, env) = at_home();
    let file = env.home().join("credentials.json");
    env.json_file(
        "mine.json",
        &json!({ "environments": { "demo": {
            "host": "demo.example.com", "auth_server": server.url(), "credentials": file,
        } } }),
    );
    let named = ["--env-config-file-path", "mine.json", "--env", "demo"];
    let theirs = |more: &[&str]| {
        let run = env.run([&["get-access-token"], &named[..], more].concat());
        run.any_stdout().any_stderr().outcome()
    };
    let printed = theirs(&["--token-cache", "none"]);
    assert_eq!(printed.status, 0, "{printed}");
    let decoded = theirs(&["--decode"]);
    // The stand-in's tokens have no claims to show.
    assert_eq!(decoded.status, 1, "{decoded}");
    assert!(
        decoded
            .stderr
            .contains("the access token is not a JSON Web Token"),
        "{decoded}"
    );
    assert!(!decoded.stdout.contains(printed.stdout.trim()));
}
