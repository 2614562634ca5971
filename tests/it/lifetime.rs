//! How long a token must live to be handed out, and that it is while it lives when no new one is to be had.

use serde_json::json;

use crate::broker::{printed, start, token_of};
use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, Sandbox};

const TOKEN: &str = "POST /o/token/";
/// Seconds that a token lives on: longer than any run takes, and too short for `INSISTING`, which is capped at 720 s.
const A_WHILE: i64 = 700;
const INSISTING: [&str; 2] = ["--min-ttl", "2h"];

#[test]
fn min_ttl_is_capped_at_a_fifth_of_the_lifetime() {
    // Seconds left, `expires_in`, options, and whether a refresh follows.
    let cases: [(i64, i64, &[&str], bool); 8] = [
        (29, 3600, &[], true),
        (60, 3600, &[], false),
        (29, 3600, &["--min-ttl", "1s"], false),
        (119, 3600, &["--min-ttl", "2m"], true),
        (29, 50, &[], false),
        (8, 50, &["--min-ttl", "1h"], true),
        (800, 3600, &["--min-ttl", "2h"], false),
        (700, 3600, &["--min-ttl", "2h"], true),
    ];
    for (left, given, options, is_refreshed) in cases {
        let site = Sandbox::start();
        let mut set = site.stored(left);
        set["expires_in"] = json!(given);
        let env = TestEnv::new(&site).stored(&set);
        printed(start(&env, 1, options));
        assert_eq!(
            site.refreshes(),
            usize::from(is_refreshed),
            "{left} {given} {options:?}"
        );
    }
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(100))
        .config("[profiles.prusa]\nmin_ttl = \"2m\"\n");
    printed(start(&env, 1, &[]));
    assert_eq!(site.refreshes(), 1);
}

#[test]
fn very_short_lifetimes_cause_no_refresh_storm() {
    let site = Sandbox::start().with(|site| site.access_life = 250);
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let first = printed(start(&env, 1, &[]));
    for _ in 0..3 {
        assert_eq!(printed(start(&env, 1, &["--min-ttl", "10m"])), first);
    }
    assert_eq!(site.refreshes(), 1);
}

#[test]
fn a_failed_refresh_uses_the_unexpired_token_with_a_warning() {
    for (answer, why) in [
        (
            Answer::rate_limited(3600),
            "URL received too many requests (status 429, retry in 3600 s)",
        ),
        (Answer::html(403, "No"), "URL denied access (status 403)"),
        (
            Answer::html(200, "Hotel"),
            "URL sent no valid token response (status 200)",
        ),
        (Answer::Hang, "no response from URL in time"),
    ] {
        let site = Sandbox::start();
        let set = site.stored(A_WHILE);
        let env = TestEnv::new(&site).stored(&set);
        let why = why.replace("URL", &format!("{}/o/token/", site.account_url()));
        let timeout = if matches!(answer, Answer::Hang) {
            "1s"
        } else {
            "55s"
        };
        site.always(TOKEN, answer);
        let get = || env.run(["get", "--timeout", timeout]).args(INSISTING);
        get()
            .stdout(format!("{}\n", token_of(&set)))
            .stderr(format!(
                "prusa-cred: warning: could not refresh the token of profile prusa, so the old token is used until \
                 it expires: {why}\n"
            ))
            .success();
        assert_eq!(env.tokens(), set);
        let insisting = get().arg("--refresh").any_stderr().status(1);
        assert!(
            insisting.stderr.contains("prusa-cred: could not refresh"),
            "{insisting}"
        );
    }
}

#[test]
fn offline_uses_the_unexpired_token_and_quiet_hides_the_warning() {
    let site = Sandbox::start();
    let set = site.stored(A_WHILE);
    let env = TestEnv::offline().stored(&set);
    let get = || {
        env.run(["get", "--timeout", "5s"])
            .args(INSISTING)
            .stdout(format!("{}\n", token_of(&set)))
    };
    get()
        .stderr_contains("/o/token/: connection refused\n")
        .success();
    get().arg("-q").success();
}

#[test]
fn a_token_of_an_ended_login_is_not_printed() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(25));
    site.always(TOKEN, Answer::oauth_error(400, "invalid_grant"));
    env.run(["get"])
        .stderr_contains("prusa-cred: the login of profile prusa has ended\n")
        .status(1);
}

#[test]
fn a_lock_timeout_names_the_process_that_holds_it() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    let held = site.hold_refreshes();
    let hanging = start(&env, 1, &[]);
    held.wait_for(1);
    let pid = hanging[0].pid();
    let lock = env.token_file().with_file_name("tokens.json.lock");
    let lock = lock.display();
    let get = || env.run(["get", "--timeout", "1s"]).args(INSISTING);
    get()
        .stderr(format!(
            "prusa-cred: could not use the stored login of profile prusa\n  because: {lock} is locked by process \
             {pid}\n  hint: try again in a moment; if process {pid} hangs, end it\n"
        ))
        .status(1);
    let error = get().arg("--json").any_stderr().status(1).json_error();
    assert_eq!(error["error"], "locked");

    // An unexpired token is used meanwhile.
    let living = site.stored(A_WHILE);
    env.store(&living);
    get()
        .stdout(format!("{}\n", token_of(&living)))
        .stderr(format!(
            "prusa-cred: warning: could not use the stored login of profile prusa, so the old token is used until \
             it expires: {lock} is locked by process {pid}\n"
        ))
        .success();
    drop(held);
    printed(hanging);
}

#[cfg(target_os = "linux")]
#[test]
fn a_lock_of_another_program_names_its_process_too() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let path = env.token_file().with_file_name("tokens.json.lock");
    // What an earlier holder wrote is not what counts.
    env.write(&path, "1\n");
    let lock = std::fs::File::open(&path).expect("a file");
    lock.try_lock().expect("a lock");
    env.run(["get", "--timeout", "1s"])
        .stderr_contains(&format!("is locked by process {}\n", std::process::id()))
        .status(1);
}
