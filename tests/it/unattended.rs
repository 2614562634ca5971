//! Signing in without a person, with what the environment or the profile holds.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::process::Output;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD, Sandbox, unix_now};

const TOKEN: &str = "POST /o/token/";
const AGAIN: &str = "prusa-cred: could not sign in to profile prusa\n";
const REFUSED: &str = "  because: the e-mail address or the password was refused: Please enter a correct e-mail and \
                       password.\n  hint: correct PRUSA_PASSWORD or PRUSA_EMAIL; an account of Google or Apple signs in \
                       with `prusa-cred login --browser`\n";
const REFUSED_BEFORE: &str = "prusa-cred: the login of profile prusa has ended\n  because: this password was \
                              refused before, and is not tried again until it changes\n  hint: correct \
                              PRUSA_PASSWORD or PRUSA_EMAIL\n";

fn get(env: &TestEnv) -> Output {
    env.run(["get"]).any_stdout().success()
}

/// Returns how often a password was sent.
fn passwords(site: &Sandbox) -> usize {
    site.count(|request| request.method == "POST" && request.path == "/login/")
}

/// Returns a token set whose refresh token the server no longer takes.
fn dead(site: &Sandbox) -> serde_json::Value {
    let mut set = site.stored(-10);
    set["refresh_token"] = json!("gone");
    set
}

#[test]
fn missing_and_ended_logins_use_environment_credentials() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", site.totp_url());
    let token = get(&env).stdout;
    assert_eq!(token.trim(), env.token("access_token"));
    assert_eq!(
        (site.sign_ins(), site.refreshes(), site.callbacks()),
        (1, 0, 0)
    );
    env.run(["get"]).stdout(token).success();
    assert_eq!(passwords(&site), 1, "a good token needs no password");

    site.set(|site| site.totp = false);
    env.store(&dead(&site));
    get(&env);
    assert_eq!((site.sign_ins(), site.refreshes()), (2, 1));
    assert!(site.honours(&env.token("refresh_token")));
    assert_eq!(env.leftovers(), [""; 0]);

    let mut without = site.stored(-10);
    without.as_object_mut().unwrap().remove("refresh_token");
    env.store(&without);
    get(&env);
    assert_eq!((site.sign_ins(), site.refreshes()), (3, 1));
}

#[test]
fn a_refreshable_login_is_not_replaced() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .with_credentials()
        .stored(&site.stored(-10));
    get(&env);
    for answer in [
        Answer::rate_limited(3600),
        Answer::html(403, "No"),
        Answer::oauth_error(401, "invalid_client"),
    ] {
        env.store(&site.stored(-10));
        site.answers(TOKEN, [answer]);
        env.run(["get"]).any_stderr().status(1);
    }
    assert_eq!(passwords(&site), 0);
}

#[test]
fn eight_processes_sign_in_once() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    let all: Vec<_> = (0..8)
        .map(|_| env.run(["get", "--timeout", "55s"]).any_stdout().spawn())
        .collect();
    for running in all {
        assert_eq!(running.success().stdout.trim(), env.token("access_token"));
    }
    assert_eq!(site.sign_ins(), 1);
}

#[test]
fn password_and_code_come_from_the_profile_s_commands() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let config = format!(
        "[profiles.prusa]\nemail = {EMAIL:?}\npassword_command = \"cat password; echo said >&2\"\notp_command = \"cat code\"\n"
    );
    let env = TestEnv::new(&site).config(&config);
    env.write(&env.home().join("password"), format!("{PASSWORD}\nmore\n"));
    env.write(&env.home().join("code"), site.one_time_code());
    env.run(["get"]).any_stdout().stderr("said\n").success();
    assert_eq!(site.sign_ins(), 1);
}

#[test]
fn a_failing_command_is_named_and_nothing_is_sent() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).config(&format!(
        "[profiles.prusa]\nemail = {EMAIL:?}\npassword_command = \"exit 7\"\n"
    ));
    env.run(["get"])
        .stderr(
            "prusa-cred: could not sign in to profile prusa\n  because: cannot get a password\n  because: \
             password_command failed (exit status: 7)\n  hint: correct profiles.prusa.password_command in the \
             configuration\n",
        )
        .status(1);
    assert_eq!(site.requests().len(), 0);
}

/// A reader of stderr would wait for every process that a command leaves behind.
#[test]
fn a_hanging_command_is_ended_with_its_children() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let hangs = "sleep 600; true";
    for (command, told) in [
        (
            format!("on_rotate = {hangs:?}"),
            "on_rotate did not end in time and was stopped; the new token set is stored all the same\n",
        ),
        (
            format!("email = {EMAIL:?}\npassword_command = {hangs:?}"),
            "because: cannot get a password\n  because: password_command did not end in time and was stopped\n",
        ),
        (
            format!(
                "email = {EMAIL:?}\npassword_command = \"cat password\"\notp_command = {hangs:?}"
            ),
            "because: otp_command did not end in time and was stopped\n",
        ),
    ] {
        let is_rotation = command.starts_with("on_rotate");
        let env = TestEnv::new(&site).config(&format!("[profiles.prusa]\n{command}\n"));
        env.write(&env.home().join("password"), PASSWORD);
        let env = if is_rotation {
            env.stored(&site.stored(-10))
        } else {
            env
        };
        env.run(["get", "--timeout", "3s"])
            .any_stdout()
            .stderr_contains(told)
            .status(i32::from(!is_rotation));
    }
}

#[test]
fn with_incomplete_credentials_a_login_is_needed() {
    let site = Sandbox::start();
    let none = TestEnv::new(&site);
    let email = TestEnv::new(&site).var("PRUSA_EMAIL", EMAIL);
    let password = TestEnv::new(&site).var("PRUSA_PASSWORD", PASSWORD);
    for (env, hint) in [
        (none, "run `prusa-cred login`"),
        (email, "set PRUSA_PASSWORD too, as PRUSA_EMAIL is set"),
        (password, "set PRUSA_EMAIL too, as PRUSA_PASSWORD is set"),
    ] {
        let error = format!("prusa-cred: profile prusa is not signed in\n  hint: {hint}\n");
        env.run(["get"]).stderr(error).status(1);
        let told = env
            .run(["get", "--json"])
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(told["error"], "login_required");
    }
    assert_eq!(site.requests().len(), 0);

    site.set(|site| site.totp = true);
    let env = TestEnv::new(&site).with_credentials();
    env.run(["get"])
        .stderr(format!(
            "{AGAIN}  because: the sign-in needs a one-time code\n  hint: set PRUSA_TOTP_SECRET or the profile's \
             otp_command\n"
        ))
        .status(1);
    let told = env
        .run(["get", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(told["error"], "otp_required");
}

#[test]
fn a_wrong_password_is_tried_once_and_again_when_it_changes() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    let wrong = |password: &str| env.run(["get"]).env("PRUSA_PASSWORD", password);
    wrong("wrong").stderr(format!("{AGAIN}{REFUSED}")).status(1);
    for _ in 0..3 {
        wrong("wrong").stderr(REFUSED_BEFORE).status(1);
    }
    assert_eq!(passwords(&site), 1);
    let error = wrong("wrong")
        .arg("--json")
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "invalid_credentials");
    wrong("wrong too")
        .stderr(format!("{AGAIN}{REFUSED}"))
        .status(1);
    assert_eq!(passwords(&site), 2);
    get(&env);
    assert_eq!((passwords(&site), site.sign_ins()), (3, 1));
}

#[test]
fn a_wrong_password_for_an_ended_login_is_tried_once() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_PASSWORD", "wrong")
        .stored(&dead(&site));
    env.run(["get"])
        .stderr(format!("{AGAIN}{REFUSED}"))
        .status(1);
    env.run(["get"]).stderr(REFUSED_BEFORE).status(1);
    for answer in [
        Answer::html(403, "No"),
        Answer::Hang,
        Answer::rate_limited(3600),
    ] {
        site.answers(TOKEN, [answer]);
        env.run(["get", "--refresh", "--timeout", "3s"])
            .any_stderr()
            .status(1);
        env.run(["get"]).stderr_contains(REFUSED_BEFORE).status(1);
    }
    assert_eq!(passwords(&site), 1);
    env.run(["get"])
        .env("PRUSA_PASSWORD", PASSWORD)
        .any_stdout()
        .success();
}

#[test]
fn a_sign_in_that_fails_in_the_network_is_retried() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    site.answers(
        "POST /login/",
        [
            Answer::html(503, "Oops"),
            Answer::locked(),
            Answer::rate_limited(5),
        ],
    );
    for (because, code) in [
        ("reports a server error (status 503)", "server"),
        (
            "the account is locked: Account locked: too many login attempts. Please try again later.",
            "denied",
        ),
        ("received too many requests (status 429)", "rate_limited"),
    ] {
        let error = env
            .run(["get", "--json"])
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], code);
        assert!(
            error["message"].as_str().unwrap().contains(because),
            "{error}"
        );
    }
    get(&env);
    assert_eq!(site.sign_ins(), 1);
}

/// Returns a code period whose window ends in a few seconds; the next one ends after any run.
fn period_that_is_nearly_over() -> u64 {
    let now = unix_now().unsigned_abs();
    let left = |period: &u64| period - now % period;
    let periods = (100..=3600).filter(|period| left(period) >= 6);
    periods.min_by_key(left).unwrap()
}

#[test]
fn a_used_code_waits_for_the_next_one_and_says_so() {
    let site = Sandbox::start().with(|site| {
        site.totp = true;
        site.totp_period = period_that_is_nearly_over();
        site.codes_already_used = 1;
    });
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", site.totp_url());
    let seconds = |line: &str| {
        let wait = line
            .strip_prefix("prusa-cred: warning: the one-time code was refused, perhaps because it was used already; waiting ")
            .and_then(|rest| rest.strip_suffix(" s for the next one\n"));
        wait.is_some_and(|wait| wait.parse::<u64>().is_ok())
    };
    let output = env
        .run(["get", "--timeout", "55s"])
        .any_stdout()
        .any_stderr()
        .success();
    // If the window is over already there is nothing to wait for.
    assert!(
        output.stderr.is_empty() || seconds(&output.stderr),
        "{output}"
    );
    assert_eq!(site.sign_ins(), 1);

    let site = Sandbox::start().with(|site| {
        site.totp = true;
        site.totp_period = period_that_is_nearly_over();
        site.codes_already_used = 9;
    });
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", site.totp_url());
    let codes = || site.count(|request| request.method == "POST" && request.path == "/login/totp/");
    let before = codes();
    env.run(["get", "--timeout", "55s"])
        .stderr_contains("the one-time code was refused: Invalid token.")
        .status(1);
    assert_eq!(codes() - before, 2);
}

#[test]
fn a_code_due_after_the_deadline_is_not_waited_for() {
    // A window that does not end within minutes.
    let period = (3000..3600).find(|period| unix_now() % period < period - 300);
    let site = Sandbox::start().with(|site| {
        site.totp = true;
        site.totp_period = period.unwrap().unsigned_abs();
        site.codes_already_used = 1;
    });
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", site.totp_url());
    env.run(["get"])
        .stderr_contains(" s: try again then, or wait for it with --timeout ")
        .stderr_contains("prusa-cred: could not sign in to profile prusa\n  because: the one-time code was refused")
        .status(1);
}
