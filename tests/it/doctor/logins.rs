//! What is left of a login, and how its last refresh failed; and the keyring that some need.

use serde_json::json;

use super::examine;
use crate::support::env::TestEnv;
use crate::support::known::{signed_in, token_set};
use crate::support::sandbox::{Answer, Sandbox, unix_now};

#[test]
fn a_login_is_ok_while_it_can_be_refreshed() {
    let env = signed_in();
    let report = examine(&env);
    let (state, message, _) = report.of("login", "prusa");
    assert_eq!(state, "ok");
    assert!(
        message.starts_with("the access token expires in "),
        "{message}"
    );

    let mut set = token_set();
    set["expires_at"] = json!(unix_now() - 60);
    env.store(&set);
    assert_eq!(examine(&env).state("login", "prusa"), "ok");

    set.as_object_mut().unwrap().remove("refresh_token");
    env.store(&set);
    let report = examine(&env);
    let (state, message, mend) = report.of("login", "prusa");
    assert_eq!((state, mend), ("broken", "prusa-cred login"));
    assert!(
        message.starts_with("expired: the access token expired 1 min"),
        "{message}"
    );

    set["expires_at"] = json!(unix_now() + 600);
    env.store(&set);
    let report = examine(&env);
    let (state, message, _) = report.of("login", "prusa");
    assert_eq!(state, "warning");
    assert!(message.contains("; there is no refresh token"), "{message}");
}

#[test]
fn the_last_refresh_error_has_its_severity() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    assert_eq!(
        examine(&env).of("refresh.last_error", "prusa"),
        ("ok", "none", "-")
    );
    // A server that asks for more time than there is ends the run at once.
    let down = Answer::Instead {
        status: 503,
        headers: vec![("retry-after", "3600".to_owned())],
        body: "Down".to_owned(),
    };
    site.always("POST /o/token/", down);
    env.run(["get"]).any_stderr().status(1);
    let report = examine(&env);
    let (state, message, mend) = report.of("refresh.last_error", "prusa");
    assert_eq!(state, "warning");
    assert!(message.starts_with("refresh_failed: "), "{message}");
    assert_eq!(mend, "prusa-cred get --refresh --profile prusa >/dev/null");

    site.always("POST /o/token/", Answer::oauth_error(400, "invalid_grant"));
    env.run(["get"]).any_stderr().status(1);
    let report = examine(&env);
    let (state, message, mend) = report.of("refresh.last_error", "prusa");
    assert_eq!((state, mend), ("broken", "prusa-cred login"));
    assert!(message.starts_with("login_required: "), "{message}");
}

#[test]
fn client_credentials_need_no_login() {
    let env = TestEnv::offline().config(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://idp.example'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'\nhosts = ['git.example.com']\n",
    );
    assert_eq!(
        examine(&env).of("login", "corp"),
        (
            "ok",
            "no token yet: one is requested when it is needed",
            "-"
        )
    );
}

#[test]
fn a_missing_keyring_matters_only_if_it_is_used() {
    let env = signed_in();
    let report = examine(&env);
    let (state, message, _) = report.of("keyring", "keyring");
    assert_eq!(state, "ok", "{message}");
    assert!(message.starts_with("there is none here, "), "{message}");
    let env = env.config("[profiles.k]\nprovider = 'kognic'\ncredentials = 'keyring://me'\n");
    let report = examine(&env);
    let (state, message, _) = report.of("keyring", "keyring");
    assert_eq!(state, "broken");
    assert!(
        message.starts_with("there is no keyring here: "),
        "{message}"
    );
    assert!(message.ends_with(", and profile k needs it"), "{message}");
}

#[test]
fn a_sealed_store_and_a_missing_key_are_reported() {
    let env = signed_in();
    let key = env.home().join("key");
    let env = env.config(&format!("seal = '{}'\n", key.display()));
    env.run(["seal"]).any_stdout().any_stderr().success();
    let report = examine(&env);
    let (state, message, _) = report.of("token.file", "prusa");
    assert_eq!(state, "ok", "{message}");
    assert_eq!(message, format!("{}, sealed", env.token_file().display()));
    assert_eq!(report.state("login", "prusa"), "ok");
    std::fs::remove_file(&key).unwrap();
    let report = examine(&env);
    let (state, message, _) = report.of("token.file", "prusa");
    assert_eq!(state, "broken");
    assert!(message.contains("that key is gone"), "{message}");
    assert_eq!(
        report.state("keyring", "keyring"),
        "ok",
        "it is not asked for this"
    );

    let env = signed_in().config("seal = 'keyring'\n");
    let report = examine(&env);
    let (state, message, _) = report.of("keyring", "keyring");
    assert_eq!(state, "broken");
    assert!(
        message.ends_with(", and `seal` in the configuration needs it"),
        "{message}"
    );
}
