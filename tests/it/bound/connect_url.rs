//! `PRUSA_CONNECT_URL` alone names a host for the real account: that host gets none of its tokens.

use super::{ACCESS, failure, token_set};
use crate::support::env::TestEnv;

const EVIL: &str = "https://connect.evil.example";
const REASON: &str = "the token of Prusa's own account is not given to https://connect.evil.example: \
                      PRUSA_CONNECT_URL names that host, and PRUSA_ACCOUNT_URL ";
const HINT: &str = "`unset PRUSA_CONNECT_URL`, or set PRUSA_ACCOUNT_URL to the account server of \
                    https://connect.evil.example";

/// A home with a login at the real account.
fn home() -> TestEnv {
    let mut set = token_set(3000);
    set["issuer"] = "https://account.prusa3d.com".into();
    TestEnv::of_a_newcomer()
        .stored(&set)
        .var("PRUSA_CONNECT_URL", EVIL)
}

#[test]
fn the_host_gets_no_token_and_is_told_why_where_somebody_asks() {
    for (account, why) in [
        ("", "is not set"),
        ("https://account.prusa3d.com", "names Prusa's own account"),
        (
            "https://ACCOUNT.prusa3d.com:443/",
            "names Prusa's own account",
        ),
    ] {
        let env = home().var("PRUSA_ACCOUNT_URL", account);
        let words: [&[&str]; 4] = [
            &["get", EVIL],
            &["which", EVIL],
            &["get", "--profile", "prusa", EVIL],
            &["get", "--format", "header", EVIL],
        ];
        for words in words {
            let error = failure(&env, words);
            assert_eq!(
                [&error["error"], &error["message"], &error["hint"]],
                ["denied", &format!("{REASON}{why}"), HINT]
            );
        }
        let git = "protocol=https\nhost=connect.evil.example\n\n";
        env.run(["git", "get"]).stdin(git).any_stderr().success();
        let docker = env.run(["docker", "get"]).stdin("connect.evil.example");
        docker.any_stdout().no_secret_on_stdout().status(1);
    }
}

#[test]
fn doctor_warns_of_the_variable() {
    let shown = home().run(["doctor"]).any_stdout().any_stderr().outcome();
    assert!(
        shown
            .stdout
            .contains("the token of Prusa's own account is not given to its host, as PRUSA_ACCOUNT_URL is not set"),
        "{shown}"
    );
}

#[test]
fn the_real_host_and_this_machine_still_answer() {
    let token = format!("{ACCESS}\n");
    for (connect, address) in [
        (EVIL, "https://connect.prusa3d.com"),
        (
            "https://connect.prusa3d.com/app",
            "https://connect.prusa3d.com",
        ),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/app"),
    ] {
        let env = home().var("PRUSA_CONNECT_URL", connect);
        env.run(["get", address]).stdout(&token).success();
    }
}

#[test]
fn an_account_of_its_own_or_the_configuration_makes_it_a_host() {
    let token = format!("{ACCESS}\n");
    let mut set = token_set(3000);
    set["issuer"] = "https://account.example.com".into();
    let env = home()
        .stored(&set)
        .var("PRUSA_ACCOUNT_URL", "https://account.example.com");
    env.run(["get", EVIL]).stdout(&token).success();
    let written = TestEnv::of_a_newcomer()
        .stored(&home().tokens())
        .config("[profiles.prusa]\nconnect_url = 'https://connect.evil.example'\n");
    written.run(["get", EVIL]).stdout(&token).success();
    // Both at once say the same.
    for config in [
        "connect_url = 'https://connect.evil.example'",
        "connect_url = 'https://connect.evil.example:443/app'",
        "hosts = ['connect.evil.example']",
        "hosts = ['connect.prusa3d.com', '*.evil.example']",
    ] {
        let env = home().config(&format!("[profiles.prusa]\n{config}\n"));
        env.run(["get", EVIL]).stdout(&token).success();
        let shown = env.run(["doctor"]).any_stdout().any_stderr().outcome();
        assert!(!shown.stdout.contains("gets no token"), "{shown}");
    }
    for config in [
        "connect_url = 'https://connect.evil.example:8443'",
        "hosts = ['evil.example', '*.connect.evil.example']",
        "connect_url = 'https://other.example'",
    ] {
        let env = home().config(&format!("[profiles.prusa]\n{config}\n"));
        assert_eq!(failure(&env, &["get", EVIL])["error"], "denied", "{config}");
    }
}
