//! `hosts remove`: only what was added, and the rest of the file stays.

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in};

const TWO: &str = "# mine\n[profiles.prusa]\nhosts = [\n  'a.example.com', # one\n  'b.example.com/x', # two\n  \
                   'c.example.com',\n]\n";

#[test]
fn a_host_is_removed_with_its_line() {
    let env = signed_in().config(TWO);
    env.run(["hosts", "remove", "https://b.example.com/x/"])
        .stdout("Profile prusa no longer answers for b.example.com/x.\nWritten to ~/config/prusa-cred/config.toml\n")
        .success();
    let text = TWO.replace("  'b.example.com/x', # two\n", "");
    assert_eq!(env.configuration(), Some(text));
    env.run(["get", "https://b.example.com/x"])
        .stderr_contains("no profile answers for https://b.example.com\n")
        .status(1);
}

#[test]
fn what_is_built_in_cannot_be_removed_and_then_nothing_is() {
    let env = signed_in().config(TWO);
    env.run(["hosts", "remove", "a.example.com", "connect.prusa3d.com"])
        .stderr(
            "prusa-cred: profile prusa always answers for connect.prusa3d.com: it is built in\n  hint: `prusa-cred hosts \
             --profile prusa` shows which of its hosts can be removed\n",
        )
        .status(1);
    assert_eq!(env.configuration().as_deref(), Some(TWO));
    let error = env
        .run(["hosts", "remove", "*.app.kognic.com", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "denied");
}

#[test]
fn an_unknown_one_is_nothing_to_do() {
    let env = signed_in();
    env.run(["hosts", "remove", "x.example.com"])
        .stdout("Nothing to do: profile prusa does not have x.example.com.\n")
        .success();
    assert_eq!(env.configuration(), None);
    let env = signed_in().config(TWO);
    env.run(["hosts", "remove", "b.example.com"])
        .stdout("Nothing to do: profile prusa does not have b.example.com.\n")
        .success();
    assert_eq!(env.configuration().as_deref(), Some(TWO));
    let printed = env
        .run([
            "hosts",
            "remove",
            "x.example.com",
            "a.example.com",
            "--json",
        ])
        .any_stdout()
        .success()
        .stdout;
    let rows: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        [&rows[0]["state"], &rows[1]["state"]],
        ["unchanged", "removed"]
    );
}

#[test]
fn it_is_removed_from_the_profile_that_has_it() {
    let farm = "[profiles.farm]\nprovider = 'prusa'\nhosts = ['a.example.com', 'f.example.com']\n";
    let env = signed_in().config(&format!("{farm}{TWO}"));
    env.run(["hosts", "remove", "f.example.com"])
        .stdout_contains("Profile farm no longer answers for f.example.com.\n")
        .success();
    env.run(["hosts", "remove", "a.example.com"])
        .stderr("prusa-cred: several profiles have a.example.com, name one with --profile: farm, prusa\n")
        .status(2);
    env.run(["hosts", "remove", "c.example.com", "--profile", "farm"])
        .stdout(
            "Nothing to do: profile farm does not have c.example.com.\nProfile prusa has it: `prusa-cred hosts remove \
             c.example.com --profile prusa`\n",
        )
        .success();
    env.run(["hosts", "remove", "a.example.com", "--profile", "farm"])
        .stdout_contains("Profile farm no longer answers for a.example.com.\n")
        .success();
    let text = env.configuration().unwrap();
    assert!(
        text.starts_with("[profiles.farm]\nprovider = 'prusa'\nhosts = []\n"),
        "{text}"
    );
}

#[test]
fn a_host_of_the_provider_is_removed_by_naming_none() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    sign_in_to(&env, "farm");
    env.run([
        "hosts",
        "remove",
        "connect.prusa3d.com",
        "--profile",
        "farm",
    ])
    .any_stdout()
    .success();
    assert_eq!(
        env.configuration().as_deref(),
        Some("[profiles.farm]\nprovider = 'prusa'\nhosts = []\n")
    );
    let told = env
        .run(["which", "connect.prusa3d.com"])
        .any_stdout()
        .success()
        .stdout;
    assert!(told.starts_with("profile       prusa\n"), "{told}");
}

#[test]
fn the_resource_of_a_login_stays() {
    let env = TestEnv::offline().config(
        "[profiles.mcp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\n\
         resource = 'https://mcp.example.com/mcp'\n",
    );
    env.run(["hosts", "remove", "mcp.example.com/mcp"])
        .stderr_contains(
            "profile mcp always answers for mcp.example.com/mcp: its tokens are for that address (`resource`)\n",
        )
        .status(1);
}

#[test]
fn a_list_that_cannot_be_edited_is_left_alone() {
    let text =
        "[profiles.prusa]\nhosts = ['a.example.com', 'b.example.com', # why\n  'c.example.com']\n";
    let env = signed_in().config(text);
    env.run(["hosts", "remove", "b.example.com"])
        .stderr_contains("take profiles.prusa.hosts out by hand")
        .status(1);
    assert_eq!(env.configuration().as_deref(), Some(text));
}
