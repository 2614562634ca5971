//! `list`: docker asks for every key that it names, so it names what `get` can answer.

use serde_json::json;

use super::{HELPER, get, verb};
use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, sign_in_to, signed_in};
use crate::support::sandbox::{Answer, Sandbox};

#[test]
fn list_has_exactly_what_get_answers() {
    let env = signed_in().config(
        "[profiles.farm]\nprovider = 'prusa'\nusername = 'bob'\n\
         hosts = ['farm.example.com:5000', '*.farm.tld', 'http://127.0.0.1:9', 'both.example.com']\n\
         [profiles.other]\nprovider = 'prusa'\nhosts = ['other.example.com', 'both.example.com']\n\
         [profiles.empty]\nprovider = 'prusa'\nhosts = ['empty.example.com']\n\
         [profiles.over]\nprovider = 'prusa'\nhosts = ['over.example.com']\n",
    );
    for profile in ["farm", "other"] {
        sign_in_to(&env, profile);
    }
    let over = json!({ "access_token": ACCESS, "expires_in": 3600, "expires_at": 1_700_000_000 });
    let path = env.config_dir().join("prusa-cred/tokens/over.json");
    env.write(&path, over.to_string());
    let wanted = json!({
        "127.0.0.1:9": "bob",
        "connect.prusa3d.com": "oauth2",
        "farm.example.com:5000": "bob",
        "other.example.com": "oauth2",
    });
    let listed = verb(&env, "list", "unused").any_stdout().success();
    assert_eq!(listed.stdout, format!("{wanted}\n"));
    for (key, username) in wanted.as_object().unwrap() {
        let told = get(&env, key).any_stdout().success().json();
        assert_eq!(&told["Username"], username, "{key}");
    }
    verb(&TestEnv::offline(), "list", "unused")
        .stdout("{}\n")
        .success();
}

#[test]
fn list_omits_an_ended_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-5));
    let key = site.connect_url().strip_prefix("http://").unwrap();
    let listed = format!("{{\"{key}\":\"oauth2\"}}\n");
    verb(&env, "list", "unused").stdout(&listed).success();
    site.answers(
        "POST /o/token/",
        [Answer::oauth_error(400, "invalid_grant")],
    );
    get(&env, key).any_stdout().status(1);
    verb(&env, "list", "unused").stdout("{}\n").success();
    env.run(["get", "--refresh"]).any_stdout().success();
    verb(&env, "list", "unused").stdout(listed).success();
}

#[test]
fn list_needs_nothing_on_stdin() {
    signed_in()
        .run_as(HELPER, ["list"])
        .stdin_open()
        .stdout("{\"connect.prusa3d.com\":\"oauth2\"}\n")
        .success();
}
