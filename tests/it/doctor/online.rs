//! `--online`: the servers, asked without a secret, each for as long as there is time.

use std::net::TcpListener;

use super::{examine_with, read};
use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::sandbox::{Answer, Sandbox};

const ONLINE: [&str; 1] = ["--online"];

#[test]
fn a_server_that_answers_is_ok_and_gets_no_secret() {
    let site = Sandbox::start();
    let set = site.stored(3600);
    let env = TestEnv::new(&site).stored(&set);
    let report = examine_with(&env, &ONLINE);
    assert_eq!(report.all("broken"), [""; 0], "{:#?}", report.checks);
    let (_, message, _) = report.of("server.reached", "prusa");
    assert_eq!(
        message,
        format!("{}/ answers (status 302)", site.account_url())
    );
    let (state, message, _) = report.of("server.clock", "prusa");
    assert_eq!(state, "ok");
    assert!(
        message.ends_with("a difference of 30 s or more breaks tokens and one-time codes"),
        "{message}"
    );
    let requests = site.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(!format!("{requests:?}").contains("S3NTRY"), "{requests:?}");
    assert_eq!((site.refreshes(), env.tokens()), (0, set));
}

#[test]
fn a_wrong_clock_is_reported_with_amount_and_direction() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    for (ahead, state, wanted) in [
        (3600, "broken", "this clock is 1 h behind the server's"),
        (-125, "broken", "this clock is 2 min "),
        (-125, "broken", " ahead of the server's"),
        (10, "ok", " behind the server's"),
    ] {
        site.set(|site| site.clock_ahead = ahead);
        let report = examine_with(&env, &ONLINE);
        let (found, message, _) = report.of("server.clock", "prusa");
        assert_eq!(found, state, "{message}");
        // The two clocks may be read a second apart.
        let message = message.replace("59 min 59 s", "1 h");
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn a_hanging_server_does_not_delay_the_others() {
    let site = Sandbox::start();
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let env = TestEnv::new(&site)
        .stored(&site.stored(3600))
        .config(&format!(
            "[profiles.farm]\nprovider = 'prusa'\naccount_url = 'http://{}'\n",
            hung.local_addr().unwrap()
        ));
    let args = ["doctor", "--json", "--online", "--timeout", "8s"];
    let output = env.run(args).any_stdout().no_secret_on_stdout().status(1);
    let report = read(&output);
    let (state, message, _) = report.of("server.reached", "farm");
    assert_eq!(state, "broken");
    assert!(
        message.starts_with("no response from http://127.0.0.1:"),
        "{message}"
    );
    assert_eq!(report.state("server.reached", "prusa"), "ok");
    site.always("HEAD /", Answer::Hang);
    let report = examine_with(&env, &["--online", "--timeout", "1s"]);
    assert_eq!(report.state("server.reached", "prusa"), "broken");
}

#[test]
fn an_unreachable_server_is_reported_with_the_reason() {
    let env = TestEnv::offline();
    let report = examine_with(&env, &ONLINE);
    let (state, message, command) = report.of("server.reached", "prusa");
    assert_eq!(state, "broken");
    assert!(message.ends_with(": connection refused"), "{message}");
    assert!(
        command.starts_with("curl -sSI -o /dev/null http://127.0.0.1:"),
        "{command}"
    );
    let site = Sandbox::start();
    let no_tls = site.account_url().replace("http:", "https:");
    let env = TestEnv::new(&site).var("PRUSA_ACCOUNT_URL", no_tls);
    let report = examine_with(&env, &ONLINE);
    let (state, message, _) = report.of("server.reached", "prusa");
    assert_eq!(state, "broken");
    assert!(message.contains("TLS failed: "), "{message}");
}

#[test]
fn the_metadata_of_a_server_is_checked() {
    let site = OAuthSite::start();
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n",
        site.origin()
    ));
    let report = examine_with(&env, &["--online", "-p", "corp"]);
    assert_eq!(report.state("server.discovery", "corp"), "ok");
    site.can(
        "/.well-known/openid-configuration",
        200,
        r#"{"issuer":"https://evil.example"}"#,
    );
    let report = examine_with(&env, &["--online", "-p", "corp"]);
    let (state, message, _) = report.of("server.discovery", "corp");
    assert_eq!(state, "broken");
    assert!(
        message.contains("is metadata of another issuer"),
        "{message}"
    );
}
