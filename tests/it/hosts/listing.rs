//! `hosts`: every profile with its hosts, and where each comes from.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::known::signed_in;

const CONFIG: &str = "[profiles.prusa]\nhosts = ['git.example.com']\n\
                      [profiles.farm]\nprovider = 'prusa'\n\
                      [profiles.none]\nprovider = 'prusa'\nhosts = []\n";

#[test]
fn all_profiles_are_listed_with_what_is_built_in() {
    let env = signed_in().config(CONFIG);
    let table = "farm\n  connect.prusa3d.com  as provider prusa has it\n\
                 kognic\n  app.kognic.com       built in\n  *.app.kognic.com     built in\n\
                 none\n  no hosts\n\
                 prusa\n  connect.prusa3d.com  built in\n  git.example.com\n";
    env.run(["hosts"]).stdout(table).success();
    env.run(["hosts", "list"]).stdout(table).success();
    env.run(["hosts", "--profile", "prusa"])
        .stdout("prusa\n  connect.prusa3d.com  built in\n  git.example.com\n")
        .success();
}

#[test]
fn programs_get_an_array() {
    let env = signed_in().config(CONFIG);
    let list = ["hosts", "--json", "--profile", "prusa"];
    let printed = env.run(list).any_stdout().success().stdout;
    let rows: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        rows,
        json!([
            { "host": "connect.prusa3d.com", "profile": "prusa", "built_in": true },
            { "host": "git.example.com", "profile": "prusa", "built_in": false },
        ])
    );
}

#[test]
fn a_host_without_an_action_is_a_usage_error() {
    let env = TestEnv::offline();
    env.run(["hosts", "git.example.com"]).any_stderr().status(2);
    env.run(["hosts", "list", "git.example.com"])
        .stderr_contains("`prusa-cred hosts` lists the hosts, and takes none")
        .status(2);
}
