//! `refresh`: logins that nobody uses are kept alive, and what needs a person is told.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, CLIENT_ID, Sandbox};

const TOKEN: &str = "POST /o/token/";
const DAY: i64 = 24 * 3600;

/// The sandbox's refresh tokens live for 30 days.
fn farm(site: &Sandbox) -> TestEnv {
    let config = format!(
        "[profiles.farm]\nprovider = 'prusa'\naccount_url = '{}'\nclient_id = '{CLIENT_ID}'\nhosts = ['farm.example.com']\n",
        site.account_url()
    );
    TestEnv::new(site).stored(&site.stored(DAY)).config(&config)
}

fn store_farm(env: &TestEnv, set: &Value) {
    let file = env.config_dir().join("prusa-cred/tokens/farm.json");
    env.write(&file, set.to_string());
}

#[test]
fn a_login_is_renewed_now_and_no_token_is_printed() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(DAY));
    let run = env.run(["refresh"]).any_stdout().no_secret_on_stdout();
    let text = run.success().stdout;
    assert!(
        text.starts_with("prusa: renewed; the login ends in "),
        "{text}"
    );
    assert_eq!(site.rotations(), 1);
}

#[test]
fn only_what_would_end_within_the_time_is_renewed() {
    let site = Sandbox::start();
    let env = farm(&site);
    store_farm(&env, &site.stored(DAY));
    let text = env.run(["refresh", "--all"]).any_stdout().success().stdout;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    for line in lines {
        assert!(line.contains(": not needed; the login ends in "), "{text}");
    }
    assert_eq!(site.refreshes(), 0);
    let within = ["refresh", "--all", "--within", "31d"];
    let text = env.run(within).any_stdout().success().stdout;
    assert_eq!(text.matches(": renewed; ").count(), 2, "{text}");
    assert_eq!(site.rotations(), 2);
}

#[test]
fn one_that_cannot_be_renewed_does_not_keep_the_others() {
    let site = Sandbox::start();
    let env = farm(&site);
    let mut over = site.stored(-DAY);
    over.as_object_mut()
        .expect("an object")
        .remove("refresh_token");
    store_farm(&env, &over);
    let arguments = ["refresh", "--all", "--within", "31d", "--json"];
    let run = env.run(arguments).any_stdout().no_secret_on_stdout();
    let rows: Value = serde_json::from_str(&run.status(1).stdout).expect("JSON");
    let outcome = |profile: &str| {
        let rows = rows.as_array().expect("an array");
        let row = rows.iter().find(|row| row["profile"] == profile);
        row.expect("a row")["outcome"].clone()
    };
    assert_eq!(outcome("farm"), json!("login_required"));
    assert_eq!(outcome("prusa"), json!("renewed"));
}

#[test]
fn a_server_that_is_down_ends_no_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(DAY));
    site.always(TOKEN, Answer::of(503, "text/plain", ""));
    let arguments = ["refresh", "--all", "--within", "31d", "--timeout", "1s"];
    let stdout = env.run(arguments).any_stdout().status(1).stdout;
    assert!(
        stdout.starts_with("prusa: not renewed, and kept: "),
        "{stdout}"
    );
    site.always(TOKEN, Answer::Usual);
    env.run(["refresh"]).any_stdout().success();
}

#[test]
fn without_a_login_there_is_nothing_to_renew() {
    let env = TestEnv::offline();
    let text = env.run(["refresh", "--all"]).any_stdout().success().stdout;
    assert_eq!(text, "There is no login to renew.\n");
    let run = env.run(["refresh", "--json"]);
    run.stderr_contains(r#""error":"login_required""#).status(1);
}
