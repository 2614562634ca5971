//! Successes that are odd: whatever a refresh brings is kept, and used as far as it goes.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, Sandbox};

const TOKEN: &str = "POST /o/token/";

#[test]
fn an_answer_without_an_access_token_still_gives_up_its_refresh_token() {
    for access_token in [
        None,
        Some(Value::Null),
        Some(json!("")),
        Some(json!(["no"])),
    ] {
        let site = Sandbox::start();
        let set = site.stored(-10);
        let env = TestEnv::new(&site).stored(&set);
        let edit = Answer::edited(move |answer| {
            answer.remove("access_token");
            answer.extend(
                access_token
                    .clone()
                    .map(|odd| ("access_token".to_owned(), odd)),
            );
        });
        site.answers(TOKEN, [edit]);
        env.run(["get"])
            .stderr(
                "prusa-cred: could not refresh the token of profile prusa\n  because: the token endpoint sent no \
                 token\n  hint: the login is kept; try again later\n"
            )
            .status(1);
        let stored = env.tokens();
        assert_ne!(stored["refresh_token"], set["refresh_token"]);
        assert_eq!(stored["access_token"], set["access_token"]);
        assert!(site.honours(&env.token("refresh_token")));
        env.run(["get"]).any_stdout().success();
        assert_eq!((site.rotations(), site.reuses()), (2, 0));
    }
}

#[test]
fn a_lifetime_that_says_nothing_causes_no_second_refresh() {
    for opaque in [false, true] {
        for expires_in in [
            "absent", "0", "-1", "null", "\"soon\"", "\"3600\"", "1e300", "{}",
        ] {
            let site = Sandbox::start().with(|site| site.opaque_tokens = opaque);
            let env = TestEnv::new(&site).stored(&site.stored(-10));
            let value: Option<Value> = serde_json::from_str(expires_in).ok();
            let edit = Answer::edited(move |answer| {
                answer.remove("expires_in");
                answer.extend(value.clone().map(|value| ("expires_in".to_owned(), value)));
            });
            site.answers(TOKEN, [edit]);
            let token = env.run(["get"]).any_stdout().success().stdout;
            env.run(["get"]).stdout(token).success();
            assert_eq!(site.refreshes(), 1, "{expires_in}");
        }
    }
}

#[test]
fn a_good_body_is_kept_whatever_it_calls_itself_and_whatever_stands_beside_it() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let large = "x".repeat(700_000);
    let edit = Answer::edited(move |answer| {
        answer.insert("theirs".to_owned(), json!({ "deep": [1, null] }));
        answer.insert("padding".to_owned(), json!(large));
    });
    for answer in [
        Answer::Typed("text/plain"),
        Answer::Typed("text/html; charset=utf-8"),
        edit,
    ] {
        site.answers(TOKEN, [answer]);
        let token = env.run(["get", "--refresh"]).any_stdout().success();
        assert_eq!(token.stdout.trim(), env.token("access_token"));
        assert!(site.honours(&env.token("refresh_token")));
    }
    assert_eq!(env.tokens()["theirs"], json!({ "deep": [1, null] }));
    env.run(["get"]).any_stdout().success();
    assert_eq!(site.rotations(), 3);
}
