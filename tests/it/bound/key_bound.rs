//! Access tokens that are bound to a key (RFC 9449), which nothing here can use.

use serde_json::{Value, json};

use super::{HOST, failure, token_set};
use crate::support::env::TestEnv;
use crate::support::kognic::{self, credentials};
use crate::support::oauth::OAuthSite;
use crate::support::practicus;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD, Sandbox};

const TYPES: [&str; 5] = ["DPoP", "dpop", "DPOP", "mac", "PoP"];
const WHY: &str = "it is bound to a key (RFC 9449), and nothing here can use it as a bearer token";
const STORED: &str =
    "the server bound it to a key (RFC 9449), and nothing here can use it as a bearer token";

fn of_type(token_type: &'static str) -> Answer {
    Answer::edited(move |answer| {
        answer.insert("token_type".to_owned(), token_type.into());
    })
}

fn check(error: &Value, why: &str) {
    assert_eq!(error["error"], "server", "{error}");
    assert!(
        error["message"].as_str().expect("a message").contains(why),
        "{error}"
    );
}

#[test]
fn a_sign_in_is_refused_and_stores_nothing() {
    for token_type in TYPES {
        let site = Sandbox::start();
        site.always("POST /o/token/", of_type(token_type));
        let env = TestEnv::new(&site).with_credentials();
        check(&failure(&env, &["login"]), WHY);
        check(&failure(&env, &["login", "--no-store"]), WHY);
        check(&failure(&env, &["get"]), WHY);
        assert!(!env.token_file().exists());
    }
    let site = OAuthSite::start();
    let token = json!({ "access_token": "S3NTRY", "token_type": "DPoP", "expires_in": 60 });
    site.can("/token", 200, token.to_string());
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'\n",
        site.origin()
    ));
    for words in [&["login"][..], &["get"]] {
        check(&failure(&env, words), WHY);
    }
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn kognic_and_a_region_are_refused_too() {
    let server = kognic::start();
    server.answers([of_type("DPoP")]);
    let env = TestEnv::offline();
    env.json_file("credentials.json", &credentials());
    let words = [
        "get",
        "--credentials",
        "credentials.json",
        "--server",
        server.url(),
    ];
    check(&failure(&env, &words), WHY);

    let region = practicus::start();
    region.answers([of_type("DPoP")]);
    let env = TestEnv::offline().var("PRT_URL", region.url());
    let line = format!("login --provider practicus --email {EMAIL} --password-stdin");
    let run = env.run(line.split_whitespace()).stdin(PASSWORD);
    let told = run.any_stderr().status(1).stderr;
    assert!(told.contains(WHY), "{told}");
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn a_refresh_keeps_the_new_refresh_token_and_hands_nothing_out() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    site.always("POST /o/token/", of_type("DPoP"));
    check(&failure(&env, &["get"]), STORED);
    assert_ne!(
        env.token("refresh_token"),
        set["refresh_token"].as_str().expect("a token")
    );
    // It is not asked for again and again: that would change nothing.
    for words in [
        &["get"][..],
        &["get", "--token", "both"],
        &["get", "--format", "json"],
    ] {
        check(&failure(&env, words), STORED);
    }
    assert_eq!(site.refreshes(), 1);
    let kept = env
        .run(["get", "--token", "refresh"])
        .any_stdout()
        .success();
    assert_eq!(kept.stdout.trim_end(), env.token("refresh_token"));
    site.always("POST /o/token/", Answer::Usual);
    env.run(["get", "--refresh"]).any_stdout().success();
    env.run(["get"]).any_stdout().success();
}

#[test]
fn a_stored_or_given_one_is_handed_out_in_no_way() {
    let git = format!("protocol=https\nhost={HOST}\n\n");
    for token_type in TYPES {
        let mut set = token_set(3000);
        set["token_type"] = token_type.into();
        let config = format!("[profiles.prusa]\nhosts = ['{HOST}']\n");
        let stored = TestEnv::offline().config(&config).stored(&set);
        set.as_object_mut()
            .expect("an object")
            .remove("refresh_token");
        let given = TestEnv::offline()
            .config(&config)
            .var("PRUSA_TOKENS_JSON", set.to_string());
        for env in [stored, given] {
            check(&failure(&env, &["get"]), STORED);
            check(&failure(&env, &["exec", "--", "env"]), STORED);
            let public = |run: crate::support::process::Run| {
                run.any_stdout()
                    .any_stderr()
                    .no_secret_on_stdout()
                    .outcome();
            };
            public(env.run(["git", "get"]).stdin(&git));
            public(env.run(["docker", "get"]).stdin(HOST));
            public(env.run(["goauth"]));
            public(env.run(["keyring", "get", HOST, "x"]));
            public(env.run(["terraform", "get", HOST]));
            let shown = env
                .run(["status", "--json", "--profile", "prusa"])
                .any_stdout();
            assert_eq!(shown.outcome().json()[0]["signed_in"], false);
            let shown = env.run(["which", "--json"]).any_stdout().success().json();
            let error = shown["error"].as_str().expect("an error");
            assert!(error.starts_with("cannot be used: "), "{shown}");
            assert!(error.ends_with(STORED), "{shown}");
            assert!(shown["next_refresh"].is_null(), "{shown}");
            let status = env.run(["status", "--profile", "prusa"]).any_stdout();
            assert!(status.outcome().stdout.contains(error), "{error}");
        }
    }
}

/// Returns the command that `doctor` names for the login.
fn mend_of_login(env: &TestEnv) -> String {
    let run = env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let report = run.outcome().json();
    let mut checks = report["checks"].as_array().into_iter().flatten();
    let login = checks.find(|check| check["id"] == "login");
    login.expect("a check")["mend"]
        .as_str()
        .expect("a command")
        .to_owned()
}

#[test]
fn the_login_that_is_bound_is_the_one_that_is_named() {
    let set = |life: i64, token_type: &str| {
        let mut set = token_set(life);
        set["token_type"] = token_type.into();
        set.as_object_mut().expect("one").remove("refresh_token");
        set
    };
    // What is given, what is stored, and whether the environment's is to blame.
    for (given, stored, is_given) in [
        (set(-10, "Bearer"), set(3000, "DPoP"), false),
        (set(-10, "DPoP"), set(3000, "DPoP"), false),
        (set(3000, "DPoP"), set(3000, "DPoP"), true),
        (set(3000, "DPoP"), set(3000, "Bearer"), true),
    ] {
        let env = TestEnv::offline()
            .stored(&stored)
            .var("PRUSA_TOKENS_JSON", given.to_string());
        let error = failure(&env, &["get"]);
        check(&error, STORED);
        let message = error["message"].as_str().expect("a message");
        let names_variable = message.contains("the login in PRUSA_TOKENS_JSON");
        assert_eq!(names_variable, is_given, "{error}");
        let hint = error["hint"].as_str().expect("a hint");
        assert_eq!(hint.contains("unset"), is_given, "{error}");
        let mend = if is_given {
            "unset PRUSA_TOKENS_JSON"
        } else {
            "prusa-cred login"
        };
        assert_eq!(mend_of_login(&env), mend, "{given} {stored}");
    }
}

#[test]
fn a_stored_login_of_another_client_is_not_the_environment_s() {
    let mut stored = token_set(3000);
    stored["issuer"] = "https://account.example.com".into();
    let mut given = token_set(-10);
    given.as_object_mut().expect("one").remove("refresh_token");
    let env = TestEnv::offline()
        .stored(&stored)
        .var("PRUSA_TOKENS_JSON", given.to_string());
    let error = failure(&env, &["get"]);
    assert_eq!(error["error"], "login_required", "{error}");
    assert!(
        !error["message"].to_string().contains("PRUSA_TOKENS_JSON"),
        "{error}"
    );
    assert_eq!(mend_of_login(&env), "prusa-cred login");
}

#[test]
fn other_types_are_taken_as_bearer() {
    for token_type in [
        json!("bearer"),
        json!("N_A"),
        json!(""),
        json!("JWT"),
        Value::Null,
        json!(7),
    ] {
        let mut set = token_set(3000);
        set["token_type"] = token_type;
        let env = TestEnv::offline().stored(&set);
        env.run(["get"]).any_stdout().success();
    }
}
