//! A command without a profile: the only login is meant, and of several one has to be named.

use crate::support::env::TestEnv;
use crate::support::known::{raw, sign_in_to, signed_in, token_of};

const TWO: &str = "[profiles.farm]\nprovider = 'prusa'\n[profiles.barn]\nprovider = 'prusa'\n";

const SEVERAL: &str = "prusa-cred: several profiles are signed in: farm, prusa\n  hint: name one with --profile, or write \
                       `default = \"farm\"` at the top of the configuration\n";

#[test]
fn the_only_login_is_meant() {
    let env = TestEnv::offline().config(TWO);
    sign_in_to(&env, "farm");
    let token = format!("{}\n", token_of("farm"));
    env.run(["get"]).stdout(&token).success();
    env.run(["exec", "--", "sh", "-c", "echo \"$PRUSA_TOKEN\""])
        .stdout(&token)
        .success();
    let told = env.run(["which"]).any_stdout().success().stdout;
    assert!(
        told.starts_with("profile       farm\nrule          the only login\n"),
        "{told}"
    );
}

#[test]
fn without_any_login_it_is_prusa() {
    TestEnv::offline()
        .config(TWO)
        .run(["get"])
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
    signed_in().config(TWO).run(["get"]).stdout(raw()).success();
}

#[test]
fn of_several_one_has_to_be_named() {
    let env = signed_in().config(TWO);
    sign_in_to(&env, "farm");
    for args in [
        &["get"][..],
        &["which"],
        &["exec", "--", "true"],
        &["logout"],
        &["setup", "git"],
        &["hosts", "add", "git.example.com"],
    ] {
        env.run(args).stderr(SEVERAL).status(1);
    }
    let error = env
        .run(["get", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "config");
    env.run(["get", "--profile", "prusa"])
        .stdout(raw())
        .success();
    env.run(["get"])
        .env("PRUSA_CRED_PROFILE", "prusa")
        .stdout(raw())
        .success();
    env.run(["get", "https://connect.prusa3d.com"])
        .stderr_contains("several profiles answer for")
        .status(1);
    let text = format!("default = \"farm\"\n{TWO}");
    env.write(&env.config_dir().join("prusa-cred/config.toml"), text);
    env.run(["get"])
        .stdout(format!("{}\n", token_of("farm")))
        .success();
}

#[test]
fn a_variable_about_prusa_names_it() {
    let env = TestEnv::offline().config(TWO);
    sign_in_to(&env, "farm");
    env.run(["get"])
        .env("PRUSA_TOKEN", "from-the-environment")
        .stdout("from-the-environment\n")
        .success();
}

#[test]
fn a_client_that_needs_no_login_counts_only_where_nobody_has_signed_in() {
    let ci = "[profiles.ci]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\n\
              flow = 'client-credentials'\n";
    let env = TestEnv::offline().config(&format!("{TWO}{ci}"));
    sign_in_to(&env, "ci");
    let which = |env: &TestEnv| {
        env.run(["which"])
            .any_stdout()
            .any_stderr()
            .outcome()
            .stdout
    };
    assert!(
        which(&env).starts_with("profile       ci\n"),
        "{}",
        which(&env)
    );
    sign_in_to(&env, "farm");
    assert!(
        which(&env).starts_with("profile       farm\n"),
        "{}",
        which(&env)
    );
}
