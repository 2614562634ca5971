//! Practicus AI regions: sign-in by password, code and token, several regions side by side.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, token_set};
use crate::support::loopback::Loopback;
use crate::support::practicus::{self, CODE, Factor, Region};
use crate::support::process::Run;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD};

const SIGN_IN: &str = "/console/api/auth/";
const REFRESH: &str = "/console/api/auth/refresh/";

/// A region, and a home in which it is the built-in one.
fn at_home() -> (Loopback<Region>, TestEnv) {
    let region = practicus::start();
    let env = TestEnv::offline().var("PRT_URL", region.url());
    (region, env)
}

fn run(env: &TestEnv, line: &str) -> Run {
    env.run(line.split_whitespace())
}

/// Returns a login by the password on stdin.
fn log_in(env: &TestEnv) -> Run {
    let line = format!("login --provider practicus --email {EMAIL} --password-stdin");
    run(env, &line).stdin(PASSWORD).any_stderr()
}

fn token(env: &TestEnv, options: &str) -> String {
    let ran = run(env, &format!("get {options}")).any_stdout().success();
    ran.stdout.trim_end().to_owned()
}

fn calls(region: &Loopback<Region>, path: &str) -> usize {
    region.count(|asked| asked.path == path)
}

#[test]
fn a_password_signs_in_and_the_access_token_is_cached() {
    let (region, env) = at_home();
    let said = log_in(&env).success().stderr;
    let wanted = format!("Signed in to profile practicus as {EMAIL}; the access token expires in ");
    assert!(said.starts_with(&wanted), "{said}");
    let first = token(&env, "--provider practicus");
    assert_eq!(token(&env, "--profile practicus"), first);
    assert_eq!(token(&env, region.url()), first, "its host is its own");
    let fields: Vec<_> = region.log()[0].fields.keys().cloned().collect();
    assert_eq!(fields, ["email", "password"]);
    assert_eq!((calls(&region, SIGN_IN), calls(&region, REFRESH)), (1, 0));
    let second = token(&env, "--profile practicus --refresh");
    assert_ne!(second, first);
    assert_eq!((calls(&region, SIGN_IN), calls(&region, REFRESH)), (1, 1));
    run(&env, "status --profile practicus")
        .stdout_contains(&format!("login    {EMAIL}\n"))
        .success();
}

#[test]
fn login_does_not_replace_a_profile_of_another_kind() {
    let region = practicus::start();
    let env = TestEnv::offline().stored(&token_set());
    let line = format!(
        "login --url {} --email {EMAIL} --password-stdin",
        region.url()
    );
    let refused = |profile: &str| {
        format!("prusa-cred: profile {profile} has other settings than these options; ")
    };
    for profile in ["prusa", "kognic"] {
        run(&env, &format!("{line} --profile {profile}"))
            .stdin(PASSWORD)
            .stderr_contains(&refused(profile))
            .status(2);
        run(&env, &format!("{line} --provider practicus"))
            .env("PRUSA_CRED_PROFILE", profile)
            .stdin(PASSWORD)
            .stderr_contains(&refused(profile))
            .status(2);
    }
    run(
        &env,
        "login --provider kognic --profile prusa --server https://auth.example.com",
    )
    .stderr_contains(&refused("prusa"))
    .status(2);
    run(&env, "login --provider prusa --profile practicus")
        .stderr_contains(
            "a profile named practicus is of provider practicus; give this one another name",
        )
        .status(1);
    assert_eq!(env.token("access_token"), ACCESS);
    assert_eq!(env.configuration(), None);
    assert_eq!(calls(&region, SIGN_IN), 0);
}

#[test]
fn hints_name_the_region_s_variables_or_options() {
    let region = practicus::start();
    let env = TestEnv::offline();
    let line = format!("--no-input login --url {}", region.url());
    run(&env, &line)
        .stderr_contains("hint: run this in a terminal, or set PRT_EMAIL and PRT_PASSWORD\n")
        .status(1);
    run(&env, &format!("{line} --profile region-1"))
        .stderr_contains("hint: run this in a terminal, or give --email and --password-stdin\n")
        .status(1);
    region.state().factor = Factor::Field;
    run(&env, &format!("{line} --email {EMAIL} --password-stdin"))
        .stdin(PASSWORD)
        .stderr_contains("hint: run this in a terminal, or give --otp-command\n")
        .status(1);
}

#[test]
fn login_by_address_creates_a_profile() {
    let region = practicus::start();
    let env = TestEnv::offline();
    let line = format!(
        "login --provider practicus --profile region-1 --url {}/ --email {EMAIL} --password-stdin",
        region.url()
    );
    run(&env, &line).stdin(PASSWORD).any_stderr().success();
    let config = env.config_dir().join("prusa-cred/config.toml");
    let text = std::fs::read_to_string(&config).expect("a configuration");
    let wanted = format!(
        "[profiles.region-1]\nprovider = \"practicus\"\nurl = \"{}\"\nemail = \"{EMAIL}\"\n",
        region.url()
    );
    assert_eq!(text, wanted);
    token(&env, "--profile region-1");
    token(&env, region.url());
    run(&env, &line).stdin(PASSWORD).any_stderr().success();
    let other = practicus::start();
    let line = line.replace(region.url(), other.url());
    run(&env, &line)
        .stdin(PASSWORD)
        .stderr_contains("profile region-1 has other settings than these options")
        .status(2);
    assert_eq!(other.log().len(), 0);
}

#[test]
fn several_regions_are_side_by_side_and_one_is_the_default() {
    let regions = [practicus::start(), practicus::start()];
    let profile = |name: &str, region: &Loopback<Region>| {
        format!(
            "[profiles.{name}]\nprovider = 'practicus'\nurl = '{}'\n",
            region.url()
        )
    };
    let config = format!(
        "default = 'b'\n{}email = '{EMAIL}'\n{}hosts = ['federated.test', '{}']\n",
        profile("a", &regions[0]),
        profile("b", &regions[1]),
        regions[1].url()
    );
    let env = TestEnv::offline().config(&config);
    for name in ["a", "b"] {
        let line = format!("login --profile {name} --email {EMAIL} --password-stdin");
        run(&env, &line).stdin(PASSWORD).any_stderr().success();
    }
    let (a, b) = (token(&env, "--profile a"), token(&env, "--profile b"));
    assert_ne!(a, b);
    assert_eq!(token(&env, ""), b);
    assert_eq!(token(&env, regions[0].url()), a);
    assert_eq!(token(&env, "https://federated.test/x"), b);
    run(&env, "logout --profile a")
        .stderr("Signed out of profile a.\n")
        .success();
    run(&env, "get --profile a")
        .stderr_contains("profile a is not signed in")
        .status(1);
    assert_eq!(token(&env, ""), b);
    run(&env, "logout --all")
        .stderr_contains("Signed out of profile b.\n")
        .success();
    run(&env, "get")
        .stderr_contains("profile b is not signed in")
        .status(1);
}

#[test]
fn a_code_is_asked_for_when_the_region_wants_one() {
    for factor in [Factor::Field, Factor::Words] {
        let (region, env) = at_home();
        region.state().factor = factor;
        log_in(&env)
            .arg("--otp-command")
            .arg(format!("echo {CODE}"))
            .success();
        let log = region.log();
        assert_eq!(log.len(), 2);
        assert_eq!((log[0].get("otp_code"), log[1].get("otp_code")), ("", CODE));
        assert_eq!(log[1].get("password"), PASSWORD);
        token(&env, "--profile practicus");
    }
}

#[test]
fn a_wrong_code_may_be_typed_again() {
    let (region, env) = at_home();
    region.state().factor = Factor::Field;
    let line = format!("login --provider practicus --email {EMAIL}");
    let mut terminal = env.terminal(line.split(' '));
    terminal
        .expect(&format!("Password of {EMAIL}: "))
        .send_hidden(PASSWORD);
    terminal.expect("One-time code: ").send_hidden("000000");
    terminal.expect("Refused: Invalid credentials");
    terminal.expect("One-time code: ").send_hidden(CODE);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
}

#[test]
fn a_missing_or_wrong_code_has_its_own_error() {
    let (region, env) = at_home();
    region.state().factor = Factor::Field;
    let error = log_in(&env)
        .arg("--json")
        .arg("--no-input")
        .status(1)
        .json_error();
    assert_eq!(error["error"], "otp_required");
    let run = log_in(&env)
        .arg("--json")
        .arg("--no-input")
        .env("PRUSA_CRED_ERRORS", "json");
    let said = run
        .arg("--otp-command")
        .arg("echo 000000; exit 1")
        .status(1)
        .stderr;
    assert!(said.contains("--otp-command failed"), "{said}");
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn without_a_terminal_a_password_is_tried_once() {
    let (region, env) = at_home();
    let env = env.var("PRT_EMAIL", EMAIL).var("PRT_PASSWORD", PASSWORD);
    token(&env, "--provider practicus");
    assert_eq!(calls(&region, SIGN_IN), 1, "signed in by itself");
    {
        let mut region = region.state();
        region.end_logins();
        region.password = "another".to_owned();
    }
    env.let_tokens_run_out();
    let get = || {
        run(&env, "get --provider practicus --json")
            .any_stderr()
            .status(1)
            .json_error()
    };
    let first = get();
    assert_eq!(first["error"], "invalid_credentials", "{first}");
    let message = first["message"].as_str().expect("one");
    assert!(
        message.contains("No active account found with the given credentials"),
        "{message}"
    );
    assert_eq!(calls(&region, SIGN_IN), 2);
    region.state().password = PASSWORD.to_owned();
    assert_eq!(
        run(&env, "login --provider practicus")
            .any_stderr()
            .success()
            .status,
        0
    );
    token(&env, "--provider practicus");
}

#[test]
fn a_rejected_password_is_not_sent_again() {
    let (region, env) = at_home();
    let env = env.var("PRT_EMAIL", EMAIL);
    let get = |password: &str| {
        let get = run(&env, "get --provider practicus").env("PRT_PASSWORD", password);
        get.any_stdout().any_stderr().outcome()
    };
    assert!(get("wrong").stderr.contains("No active account found"));
    let second = get("wrong").stderr;
    assert!(second.contains("was refused before, and is not tried again until it changes"));
    assert_eq!(calls(&region, SIGN_IN), 1);
    assert_eq!(get(PASSWORD).status, 0);
    assert_eq!(calls(&region, SIGN_IN), 2);
}

#[test]
fn an_account_with_codes_is_not_signed_in_without_one() {
    let (region, env) = at_home();
    region.state().factor = Factor::Field;
    let env = env.var("PRT_EMAIL", EMAIL).var("PRT_PASSWORD", PASSWORD);
    let error = run(&env, "get --provider practicus --json")
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "otp_required");
    assert_eq!(error["hint"], "set the profile's otp_command");
    let code = format!("[profiles.practicus]\notp_command = 'echo {CODE}'");
    let env = env.config(&code);
    token(&env, "--provider practicus");
}

#[test]
fn without_a_region_the_error_asks_for_one() {
    let env = TestEnv::offline();
    let said =
        "no region is configured: set PRT_URL, or sign in with `prusa-cred login --url ADDRESS`";
    for line in [
        "get --provider practicus",
        "get --profile practicus",
        "status --profile practicus",
        "exec --profile practicus -- true",
    ] {
        let told = format!("prusa-cred: {said}\n");
        run(&env, line).stderr(told).status(2);
    }
    let url = "--url is missing";
    for option in ["--provider", "--profile"] {
        let login = env.run(["login", option, "practicus", "--no-input"]);
        login.stderr_contains(url).status(2);
    }
    env.run(["get"])
        .env("PRUSA_CRED_PROFILE", "practicus\n")
        .stderr_contains(said)
        .status(1);
}

#[test]
fn an_ended_login_is_renewed_with_environment_credentials() {
    let (region, env) = at_home();
    log_in(&env).success();
    region.state().end_logins();
    env.let_tokens_run_out();
    let error = run(&env, "get --provider practicus --json")
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "login_required");
    assert_eq!(error["hint"], "run `prusa-cred login --profile practicus`");
    let message = error["message"].as_str().expect("one");
    assert!(
        message.ends_with("refused: invalid_grant (Token is invalid)"),
        "{message}"
    );
    let env = env.var("PRT_EMAIL", EMAIL).var("PRT_PASSWORD", PASSWORD);
    token(&env, "--provider practicus");
    assert_eq!(calls(&region, SIGN_IN), 2);
}

#[test]
fn a_rotated_refresh_token_replaces_the_old() {
    let (region, env) = at_home();
    region.state().rotates = true;
    log_in(&env).success();
    let before = token(&env, "--profile practicus --token refresh");
    for _ in 0..3 {
        token(&env, "--profile practicus --refresh");
    }
    let after = token(&env, "--profile practicus --token refresh");
    assert_ne!(after, before);
    assert_eq!((calls(&region, SIGN_IN), calls(&region, REFRESH)), (1, 3));
}

#[test]
fn json_prints_both_tokens() {
    let (_region, env) = at_home();
    log_in(&env).success();
    let (access, refresh) = (
        token(&env, "--profile practicus"),
        token(&env, "--profile practicus --token refresh"),
    );
    let line = "get --profile practicus --token both";
    let both = run(&env, line).any_stdout().success().json();
    assert_eq!(
        (&both["access_token"], &both["refresh_token"]),
        (&json!(access), &json!(refresh))
    );
    assert_eq!(
        (&both["token_type"], &both["profile"]),
        (&json!("Bearer"), &json!("practicus"))
    );
    assert!(
        both["expires_in"].as_u64().is_some_and(|left| left > 200),
        "{both}"
    );
    run(&env, &format!("{line} --format json"))
        .any_stdout()
        .success();
    run(&env, &format!("{line} --format header"))
        .stderr_contains("--token both works only with --format json")
        .status(2);
}

#[test]
fn a_token_on_stdin_is_recognised_by_its_claims() {
    let (region, env) = at_home();
    let (refresh, access) = {
        let mut region = region.state();
        (region.issue("refresh", 86_400), region.issue("access", 300))
    };
    let line = "login --provider practicus --email other@example.com --token-stdin";
    let said = run(&env, line)
        .stdin(&refresh)
        .any_stderr()
        .success()
        .stderr;
    assert!(
        said.contains(&format!("as {EMAIL};")),
        "the token's address wins: {said}"
    );
    assert_eq!(calls(&region, REFRESH), 1);
    assert_eq!(token(&env, "--profile practicus --token refresh"), refresh);

    run(&env, line).stdin(&access).any_stderr().success();
    assert_eq!(token(&env, "--profile practicus"), access);
    assert_eq!(calls(&region, REFRESH), 1);
    run(&env, "status --profile practicus")
        .stdout_contains("no refresh token: the login ends with the access token")
        .success();
    assert_eq!(calls(&region, SIGN_IN), 0);
}

#[test]
fn an_invalid_token_on_stdin_keeps_the_login() {
    let (region, env) = at_home();
    log_in(&env).success();
    let before = token(&env, "--profile practicus");
    let (dead, expired) = {
        let mut region = region.state();
        let dead = region.issue("refresh", 86_400);
        region.end_logins();
        (dead, region.issue("access", -60))
    };
    let line = "login --provider practicus --json --token-stdin";
    for (token, wanted) in [
        (
            dead.as_str(),
            "was rejected by the region (Token is invalid)",
        ),
        (expired.as_str(), "is an access token that expired at 20"),
        ("opaque", "was rejected by the region (Token is invalid)"),
    ] {
        let error = run(&env, line)
            .stdin(token)
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "invalid_credentials");
        let message = error["message"].as_str().expect("one");
        assert!(
            message.starts_with(&format!("the token that was given {wanted}")),
            "{message}"
        );
    }
    run(&env, "login --provider practicus --token-stdin")
        .stdin("\n")
        .stderr_contains("--token-stdin: stdin holds no token")
        .status(2);
    assert_eq!(token(&env, "--profile practicus"), before);
}

#[test]
fn prt_token_may_be_access_or_refresh() {
    let (region, env) = at_home();
    let (refresh, access) = {
        let mut region = region.state();
        (region.issue("refresh", 86_400), region.issue("access", 300))
    };
    let env = env.var("PRT_TOKEN", &access);
    assert_eq!(token(&env, "--provider practicus"), access);
    assert_eq!(region.log().len(), 0);
    let env = env.var("PRT_TOKEN", &refresh);
    let first = token(&env, "--provider practicus");
    assert_eq!(
        token(&env, "--provider practicus"),
        first,
        "its access token is kept"
    );
    assert_eq!((calls(&region, SIGN_IN), calls(&region, REFRESH)), (0, 1));
    run(&env, "login --provider practicus")
        .stderr_contains(
            "the environment holds a token too (PRT_TOKEN), which is used before the stored login",
        )
        .success();
    assert_eq!(calls(&region, REFRESH), 2);
}

#[test]
fn json_is_tried_once_when_forms_are_rejected() {
    let (region, env) = at_home();
    region.state().only_json = true;
    log_in(&env).success();
    token(&env, "--profile practicus --refresh");
    let kinds: Vec<_> = region.log().iter().map(|asked| asked.is_json).collect();
    assert_eq!(kinds, [false, true, false, true]);
    assert_eq!(region.log()[1].get("password"), PASSWORD);
    region.answers([Answer::html(415, "No"), Answer::html(415, "No")]);
    log_in(&env).status(1);
    assert_eq!(region.log().len(), 6, "once, and not again");
}

#[test]
fn no_store_stores_nothing() {
    let region = practicus::start();
    let env = TestEnv::offline();
    let line = format!(
        "login --url {} --email {EMAIL} --password-stdin --no-store",
        region.url()
    );
    let set = run(&env, &line)
        .stdin(PASSWORD)
        .any_stdout()
        .any_stderr()
        .success()
        .json();
    assert!(set["access_token"].is_string() && set["refresh_token"].is_string());
    assert!(env.kept_tokens().is_empty());
    assert!(!env.config_dir().join("prusa-cred/config.toml").exists());
    let line = format!(
        "login --url {} --email {EMAIL} --password-stdin --save-password",
        region.url()
    );
    run(&env, &line)
        .stdin(PASSWORD)
        .stderr_contains("is not sealed, so no password is stored in it")
        .status(1);
    assert_eq!(region.log().len(), 1);
}

#[test]
fn every_sign_in_failure_has_its_error_code() {
    let (region, env) = at_home();
    let object = |status, value: Value| Answer::json(status, &value);
    let table = [
        (
            object(401, json!({ "detail": "no" })),
            "invalid_credentials",
            "refused: no",
        ),
        (
            object(400, json!({ "email": ["Enter a valid email address."] })),
            "invalid_credentials",
            "refused: email: Enter a valid email address.",
        ),
        (
            object(403, json!({ "detail": "Account locked." })),
            "denied",
            "the account is locked",
        ),
        (
            object(403, json!({ "detail": "No." })),
            "denied",
            "denied access (status 403)",
        ),
        (
            Answer::html(403, "Firewall"),
            "denied",
            "denied access (status 403)",
        ),
        (
            Answer::rate_limited(9),
            "rate_limited",
            "status 429, retry in 9 s",
        ),
        (
            Answer::html(502, "Bad gateway"),
            "server",
            "reports a server error (status 502)",
        ),
        (Answer::html(200, "Console"), "server", "(status 200)"),
        (Answer::html(404, "Not here"), "server", "(status 404)"),
        (
            Answer::redirect("https://evil.test/"),
            "server",
            "(status 302)",
        ),
        (object(200, json!({ "x": 1 })), "server", "sent no token"),
        (Answer::Close, "network", "was lost"),
    ];
    for (answer, code, wanted) in table {
        region.answers([answer]);
        let error = log_in(&env).arg("--json").status(1).json_error();
        let message = error["message"].as_str().expect("a message");
        assert_eq!(error["error"], code, "{message}");
        assert!(message.contains(wanted), "{message}");
    }
    assert!(env.kept_tokens().is_empty());
}

#[test]
fn a_refresh_failure_does_not_end_the_login() {
    let (region, env) = at_home();
    log_in(&env).success();
    let kept = env.kept_tokens().remove(0);
    env.let_tokens_run_out();
    let before = std::fs::read(&kept).expect("a token file");
    for answer in [
        Answer::html(404, "Not here"),
        Answer::html(200, "Console"),
        Answer::json(200, &json!({ "note": "x" })),
        Answer::redirect("https://evil.test/"),
    ] {
        region.answers([answer]);
        let error = run(&env, "get --profile practicus --json --quiet")
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "server", "{error}");
        assert_eq!(std::fs::read(&kept).expect("it"), before);
    }
    region.answers([
        Answer::rate_limited(0),
        Answer::html(503, "Busy"),
        Answer::Close,
    ]);
    run(&env, "get --profile practicus")
        .any_stdout()
        .any_stderr()
        .success();
}

#[test]
fn the_address_of_a_region_must_be_valid() {
    let env = TestEnv::offline();
    let error = |line: &str| run(&env, line).any_stderr().status(2).stderr;
    let said = error("login --provider practicus --url http://region.test");
    assert!(
        said.contains("--url: neither an https address nor an http one"),
        "{said}"
    );
    let said = error("login --provider practicus");
    assert!(
        said.contains("--url is missing: the address of the region"),
        "{said}"
    );
    let url = "https://me:S3NTRY@region.test";
    let said = error(&format!("login --provider practicus --url {url}"));
    assert!(
        said.contains("--url: holds a user name or password"),
        "{said}"
    );
    let (region, other) = (practicus::start(), practicus::start());
    let env = env.var("PRT_URL", region.url());
    let line = format!("login --provider practicus --url {}", other.url());
    let said = run(&env, &line).any_stderr().status(2).stderr;
    assert!(
        said.contains("profile practicus has other settings"),
        "{said}"
    );
}

#[test]
fn a_lone_refresh_token_shows_no_access_token_expiry() {
    let (region, env) = at_home();
    let refresh = region.state().issue("refresh", 600);
    let body = json!({ "refresh": refresh }).to_string();
    region.answers([Answer::Instead {
        status: 200,
        headers: Vec::new(),
        body,
    }]);
    let said = log_in(&env).success().stderr;
    assert!(said.contains("Signed in to profile practicus"), "{said}");
    assert!(!said.contains("the access token ends"), "{said}");
}
