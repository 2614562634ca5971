//! A second Prusa Account beside the first, on a server of its own: neither knows of the other.

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, CLIENT_ID, EMAIL, PASSWORD, Sandbox};

/// A second account on a server of its own.
fn farm(site: &Sandbox) -> String {
    let (account, connect, redirect) =
        (site.account_url(), site.connect_url(), site.redirect_uri());
    format!(
        "[profiles.farm]\nprovider = \"prusa\"\naccount_url = \"{account}\"\nconnect_url = \"{connect}\"\n\
         redirect_uri = \"{redirect}\"\nclient_id = \"{CLIENT_ID}\"\n"
    )
}

#[test]
fn two_accounts_have_separate_files_servers_and_logins() {
    let (home, other) = (Sandbox::start(), Sandbox::start());
    let commands = format!("email = {EMAIL:?}\npassword_command = \"cat password\"\n");
    let env = TestEnv::new(&home)
        .stored(&home.stored(-10))
        .config(&(farm(&other) + &commands));
    env.write(&env.home().join("password"), PASSWORD);
    let farm = || env.run(["get", "--profile", "farm"]);
    let token = farm().any_stdout().success().stdout;
    farm().stdout(&token).success();
    env.run(["get"])
        .env("PRUSA_CRED_PROFILE", "farm")
        .stdout(&token)
        .success();
    env.run(["get", other.connect_url()])
        .stdout(&token)
        .success();
    assert!(other.honours(token.trim_end()));
    assert_eq!((home.requests().len(), other.sign_ins()), (0, 1));
    assert_eq!(env.names_in("prusa-cred/tokens"), ["farm.json"]);

    let mine = || env.run(["get", "--profile", "prusa"]);
    let first = mine().any_stdout().success().stdout;
    env.run(["get", home.connect_url()])
        .stdout(&first)
        .success();
    assert!(home.honours(first.trim_end()));
    let held = home.hold_refreshes();
    let waiting = mine()
        .args(["--refresh", "--timeout", "55s"])
        .any_stdout()
        .spawn();
    held.wait_for(1);
    let next = farm().arg("--refresh").any_stdout().success().stdout;
    assert_ne!(next, token, "neither waits for the other's lock");
    drop(held);
    waiting.success();
    assert_eq!((home.rotations(), other.rotations()), (2, 1));
}

#[test]
fn prusa_variables_do_not_apply_to_other_profiles() {
    let (home, other) = (Sandbox::start(), Sandbox::start());
    let env = TestEnv::new(&home)
        .with_credentials()
        .var("PRUSA_TOKEN", "not-for-the-farm")
        .var("PRUSA_TOKENS_JSON", home.stored(3000).to_string())
        .var("PRUSA_TOKENS_FILE", "not-for-the-farm.json")
        .config(&farm(&other));
    env.run(["get", "--profile", "farm"])
        .stderr(
            "prusa-cred: profile farm is not signed in\n  hint: run `prusa-cred login --profile farm`\n",
        )
        .status(1);
    let set = other.stored(-10);
    env.write(
        &env.config_dir().join("prusa-cred/tokens/farm.json"),
        set.to_string(),
    );
    other.answers(
        "POST /o/token/",
        [Answer::oauth_error(400, "invalid_grant")],
    );
    env.run(["get", "--profile", "farm"])
        .stderr(format!(
            "prusa-cred: the login of profile farm has ended\n  because: {}/o/token/ refused: invalid_grant\n  hint: \
             run `prusa-cred login --profile farm`\n",
            other.account_url()
        ))
        .status(1);
    assert_eq!((home.requests().len(), other.refreshes()), (0, 1));
}
