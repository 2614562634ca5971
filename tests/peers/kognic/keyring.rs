//! Credentials in a real keyring, where Kognic's own command and Python's `keyring` put them.

use serde_json::{Value, json};

use super::both;
use crate::keyring::Keyring;
use crate::support::env::TestEnv;
use crate::support::kognic::{self, CLIENT_ID, Kognic, client_secret, credentials};
use crate::support::loopback::Loopback;
use crate::support::process::Run;

const SERVICE: &str = "kognic-credentials";
const NO_CREDENTIALS: &str = "name a credentials file with --credentials FILE or KOGNIC_CREDENTIALS, or set KOGNIC_CLIENT_ID and KOGNIC_CLIENT_SECRET";

fn start(keyring: &Keyring) -> (Loopback<Kognic>, TestEnv) {
    (kognic::start(), keyring.given_to(TestEnv::offline()))
}

fn with_item(name: &str) -> Keyring {
    let keyring = Keyring::unlocked();
    keyring.put(SERVICE, name, &credentials().to_string());
    keyring
}

fn get(env: &TestEnv, server: &Loopback<Kognic>, options: &str) -> Run {
    let line = format!("get --provider kognic --server {} {options}", server.url());
    env.run(line.split_whitespace())
}

fn token(env: &TestEnv, server: &Loopback<Kognic>, options: &str) -> String {
    get(env, server, options).any_stdout().success().stdout
}

/// Returns the error code and the message of a `get` that fails.
fn error(env: &TestEnv, server: &Loopback<Kognic>, options: &str) -> (String, String) {
    let run = get(env, server, &format!("--json {options}")).any_stderr();
    let error = run.status(1).json_error();
    let text = |key: &str| error[key].as_str().expect("a text").to_owned();
    (
        text("error"),
        format!("{} ({})", text("message"), text("hint")),
    )
}

#[test]
fn an_item_of_python_s_keyring_gets_a_token_that_is_cached() {
    let keyring = with_item("work");
    let (server, env) = start(&keyring);
    server.state().gives_refresh_tokens = true;
    let named = "--credentials keyring://work";
    let first = token(&env, &server, named);
    assert_eq!(server.log()[0].get("client_id"), CLIENT_ID);
    keyring.stop();
    assert_eq!(
        token(&env, &server, named),
        first,
        "the keyring is not asked"
    );
    keyring.resume();
    // The client that the item names asks, also for the next token.
    let mut other = credentials();
    other["scopes"] = json!(["b", "a"]);
    keyring.put(SERVICE, "work", &other.to_string());
    env.let_tokens_run_out();
    assert_ne!(token(&env, &server, named), first);
    let log = server.log();
    let asked: Vec<_> = log
        .iter()
        .map(|one| (one.get("grant_type"), one.get("scope")))
        .collect();
    assert_eq!(
        asked,
        [("client_credentials", ""), ("client_credentials", "b a")]
    );
}

#[test]
fn without_options_the_default_item_is_used() {
    let keyring = with_item("default");
    let mut other = credentials();
    other["clientId"] = "somebody-else".into();
    keyring.put(SERVICE, "other", &other.to_string());
    let (server, env) = start(&keyring);
    let who = |change: &dyn Fn(Run) -> Run, options: &str| {
        let run = get(&env, &server, &format!("--refresh {options}"));
        change(run).any_stdout().any_stderr().outcome();
        let log = server.log();
        log.last().expect("a request").get("client_id").to_owned()
    };
    let pair = |run: Run| {
        run.env("KOGNIC_CLIENT_ID", "of-the-pair")
            .env("KOGNIC_CLIENT_SECRET", client_secret())
    };
    let variable = |run| pair(run).env("KOGNIC_CREDENTIALS", "keyring://other");
    assert_eq!(who(&|run| run, ""), CLIENT_ID);
    assert_eq!(who(&pair, ""), "of-the-pair");
    assert_eq!(who(&variable, ""), "somebody-else");
    assert_eq!(who(&variable, "--credentials keyring://default"), CLIENT_ID);
    // The default client is not sent to another profile's server.
    let env = env.config(&format!(
        "[profiles.k]\nprovider = 'kognic'\nserver = '{}'",
        server.url()
    ));
    let before = server.log().len();
    env.run(["get", "--profile", "k"])
        .stderr_contains("profile k has no Kognic credentials")
        .status(1);
    assert_eq!(server.log().len(), before);
}

#[test]
fn credentials_stored_by_kognic_s_command_are_found() {
    let keyring = Keyring::unlocked();
    let (server, env) = start(&keyring);
    env.json_file("credentials.json", &credentials());
    let command = crate::peer::python("kognic").with_file_name("kognic-auth");
    for line in [
        "credentials put credentials.json",
        "credentials put credentials.json --env near",
    ] {
        env.run_as(&command.to_string_lossy(), line.split(' '))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .any_stdout()
            .any_stderr()
            .success();
    }
    std::fs::remove_file(env.home().join("credentials.json")).expect("it");
    let environments = json!({ "environments": {
        "near": { "host": "near.kognic.test", "auth_server": server.url(), "credentials": "keyring://near" },
    } });
    env.environments(&environments);
    env.write(
        &env.home().join(".config/kognic/environments.json"),
        environments.to_string(),
    );
    for line in ["--env near", &format!("--server {}", server.url())] {
        let [theirs, ours] = both(&server, &env, line);
        assert_eq!(theirs.fields, ours.fields, "{line}");
    }
}

#[test]
fn created_and_imported_profiles_refer_to_the_item() {
    let keyring = with_item("eu");
    let (server, env) = start(&keyring);
    let line = "login --provider kognic --profile k --credentials keyring://eu --server";
    env.run(line.split(' '))
        .arg(server.url())
        .stderr_contains("Signed in to profile k; ")
        .success();
    env.environments(&json!({ "environments": {
        "eu": { "host": "*.eu.example.com", "auth_server": server.url(), "credentials": "keyring://eu" },
    } }));
    env.run(["login", "--import", "kognic"])
        .stderr_contains("it refers to keyring://eu, nothing is copied")
        .success();
    let text = env.configuration().expect("a configuration");
    assert_eq!(
        text.matches("credentials = \"keyring://eu\"").count(),
        2,
        "{text}"
    );
    env.run(["get", "https://a.eu.example.com"])
        .any_stdout()
        .success();
    env.run(["get", "--profile", "kognic-eu"])
        .any_stdout()
        .success();
    env.run(["get", "--profile", "k"]).any_stdout().success();
    assert_eq!(server.log().len(), 2, "one token for each profile");
}

#[test]
fn a_missing_or_invalid_item_is_an_error() {
    let keyring = Keyring::unlocked();
    let (server, env) = start(&keyring);
    let mut expired = credentials();
    expired["expires"] = "2020-02-03T04:05:06Z".into();
    let mut secretless = credentials();
    secretless["clientSecret"] = Value::Null;
    let table = [
        (
            "S3NTRY{",
            "config",
            "keyring://work: it is not valid JSON from line 1, column 1",
        ),
        (
            "[]",
            "config",
            "keyring://work: it is JSON but not an object",
        ),
        (
            &secretless.to_string(),
            "config",
            "its \"clientSecret\" is missing",
        ),
        (
            &expired.to_string(),
            "invalid_credentials",
            "expired at 2020-02-03T04:05:06Z",
        ),
    ];
    let named = "--credentials keyring://work";
    let (code, text) = error(&env, &server, named);
    assert_eq!(code, "login_required");
    assert!(
        text.contains("the keyring holds no Kognic credentials named work"),
        "{text}"
    );
    assert!(
        text.contains("`kognic-auth credentials put FILE --env work`"),
        "{text}"
    );
    for (content, wanted_code, wanted) in table {
        keyring.put(SERVICE, "work", content);
        let (code, text) = error(&env, &server, named);
        assert_eq!(code, wanted_code, "{text}");
        assert!(text.contains(wanted), "{text}");
        assert!(
            text.contains("`kognic-auth credentials put FILE --env work`"),
            "{text}"
        );
    }
    let (code, text) = error(&env, &server, "");
    assert_eq!(code, "login_required");
    assert_eq!(
        text,
        format!(
            "cannot ask Kognic for a token: profile kognic has no Kognic credentials ({NO_CREDENTIALS})"
        )
    );
    assert_eq!(server.log().len(), 0);
}

#[test]
fn an_unusable_keyring_is_an_error_and_removes_no_token() {
    let mut keyring = with_item("work");
    let (server, env) = start(&keyring);
    let named = "--credentials keyring://work";
    let first = token(&env, &server, named);
    let refused = |wanted: &str, hint: &str| {
        for options in [
            "--credentials keyring://work --refresh",
            "--credentials keyring://none",
        ] {
            let (code, text) = error(&env, &server, options);
            assert_eq!(code, "storage", "{text}");
            assert!(text.contains(wanted) && text.contains(hint), "{text}");
        }
        assert_eq!(token(&env, &server, named), first);
    };
    keyring.lock();
    refused(
        "the keyring is locked",
        "unlock the keyring, then try again; or name a credentials file",
    );
    // Without options there may be credentials, as far as can be seen.
    let (_, text) = error(&env, &server, "");
    assert!(
        text.contains("could not read keyring://default: the keyring is locked"),
        "{text}"
    );
    keyring.unlock();
    keyring.stop();
    refused(
        "the keyring did not answer within 2 s",
        "check whether the keyring waits for you in a dialog",
    );
    drop(keyring);
    refused(
        "there is no keyring here: ",
        "name a credentials file with --credentials FILE instead",
    );
    assert_eq!(server.log().len(), 1);
}

#[test]
fn without_a_keyring_the_error_is_missing_credentials() {
    let missing = Keyring::missing();
    let (server, env) = start(&missing);
    let (code, text) = error(&env, &server, "");
    assert_eq!(code, "login_required");
    assert!(
        text.contains("profile kognic has no Kognic credentials: there is no keyring here: "),
        "{text}"
    );
    assert!(text.contains(NO_CREDENTIALS), "{text}");
    env.run(["status", "--profile", "kognic"])
        .stdout_contains("login    none;")
        .status(1);
}

#[test]
fn an_unexpired_token_is_used_while_the_keyring_is_locked() {
    let keyring = with_item("work");
    let (server, env) = start(&keyring);
    let named = "--credentials keyring://work";
    let first = token(&env, &server, named);
    let path = env.kept_tokens().remove(0);
    let mut set: Value = serde_json::from_slice(&std::fs::read(&path).expect("it")).expect("JSON");
    set["expires_at"] = (set["expires_at"].as_i64().expect("a time") - 3000).into();
    env.write(&path, set.to_string());
    keyring.lock();
    get(&env, &server, &format!("{named} --min-ttl 59m59s"))
        .stdout(first)
        .stderr_contains("the old token is used until it expires: could not read keyring://work: the keyring is locked")
        .success();
}
