//! git's credential protocol: what a helper answers, byte for byte, and what never gets an answer.

mod client;
mod erase;
mod input;

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, sign_in_to, signed_in};
use crate::support::process::Run;

/// The capabilities that git 2.46 and later sends first; earlier versions send none.
const HOST: &str = "protocol=https\nhost=connect.prusa3d.com\n";
const CAPABLE: &str =
    "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=connect.prusa3d.com\n";
const HELPER: &str = "git-credential-prusa-cred";

fn ends(env: &TestEnv) -> i64 {
    env.tokens()["expires_at"].as_i64().unwrap()
}

fn bearer(env: &TestEnv) -> String {
    let ends = ends(env);
    format!(
        "capability[]=authtype\nauthtype=Bearer\ncredential={ACCESS}\nephemeral=1\npassword_expiry_utc={ends}\n"
    )
}

fn basic(env: &TestEnv, username: &str) -> String {
    let ends = ends(env);
    format!("username={username}\npassword={ACCESS}\npassword_expiry_utc={ends}\n")
}

fn get(env: &TestEnv, request: &str) -> Run {
    env.run_as(HELPER, ["get"]).stdin(request)
}

#[test]
fn bearer_if_git_supports_it_else_user_name_and_password() {
    let env = signed_in();
    get(&env, CAPABLE).stdout(bearer(&env)).success();
    get(&env, HOST).stdout(basic(&env, "oauth2")).success();
    for (challenges, is_bearer) in [
        ("wwwauth[]=Bearer realm=\"x\"\n", true),
        ("wwwauth[]=BEARER\nwwwauth[]=Basic realm=\"x\"\n", true),
        ("wwwauth[]=Basic realm=\"x\", Bearer\n", true),
        ("wwwauth[]=Negotiate\nwwwauth[]=bearer\n", true),
        ("wwwauth[]=Basic realm=\"x\"\n", false),
        ("wwwauth[]=Basic realm=\"Bearer, y\"\n", false),
        ("wwwauth[]=Negotiate\nwwwauth[]=basic\n", false),
        ("wwwauth[]=Basic\nwwwauth[]=\nwwwauth[]=Bearer\n", true),
    ] {
        let wanted = if is_bearer {
            bearer(&env)
        } else {
            basic(&env, "oauth2")
        };
        get(&env, &format!("{CAPABLE}{challenges}"))
            .stdout(wanted)
            .success();
        get(&env, &format!("{HOST}{challenges}"))
            .stdout(basic(&env, "oauth2"))
            .success();
    }
    get(&env, &format!("{CAPABLE}wwwauth[]=Negotiate\n")).success();
}

#[test]
fn git_auth_overrides_what_the_server_offers() {
    for (git_auth, challenge, is_bearer) in [
        ("basic", "Bearer", false),
        ("bearer", "Basic", true),
        ("auto", "Basic", false),
        ("bearer", "Negotiate", true),
        ("basic", "Negotiate", false),
    ] {
        let env = signed_in().config(&format!("[profiles.prusa]\ngit_auth = '{git_auth}'\n"));
        let request = format!("{CAPABLE}wwwauth[]={challenge}\n");
        let wanted = if is_bearer {
            bearer(&env)
        } else {
            basic(&env, "oauth2")
        };
        get(&env, &request).stdout(wanted).success();
        get(&env, HOST).stdout(basic(&env, "oauth2")).success();
    }
}

#[test]
fn every_name_of_the_helper_answers_the_same() {
    let env = signed_in();
    let plain = basic(&env, "oauth2");
    for arguments in [
        &["git", "get"][..],
        &["git", "--profile", "prusa", "get"],
        &["--profile", "prusa", "git", "get"],
        &["git", "get", "--quiet"],
    ] {
        env.run(arguments).stdin(HOST).stdout(&plain).success();
    }
    for arguments in [
        &["get"][..],
        &["--profile", "prusa", "get"],
        &["-p", "prusa", "--no-input", "get"],
        &["--timeout=5s", "get"],
    ] {
        env.run_as(HELPER, arguments)
            .stdin(HOST)
            .stdout(&plain)
            .success();
    }
}

#[test]
fn a_token_of_unknown_expiry_is_sent_without_one() {
    let env = TestEnv::offline()
        .var("PRUSA_CONNECT_URL", "https://connect.prusa3d.com")
        .var("PRUSA_TOKEN", ACCESS);
    get(&env, HOST)
        .stdout(format!("username=oauth2\npassword={ACCESS}\n"))
        .success();
}

#[test]
fn the_user_name_of_the_request_is_kept() {
    let env = signed_in().config("[profiles.prusa]\nusername = 'token'\n");
    get(&env, HOST).stdout(basic(&env, "token")).success();
    for (line, told) in [
        ("username=ada\n", "ada"),
        ("username=a=b c\n", "a=b c"),
        ("username=\n", "token"),
        ("username=žluťoučký\n", "žluťoučký"),
    ] {
        get(&env, &format!("{HOST}{line}"))
            .stdout(basic(&env, told))
            .success();
        get(&env, &format!("{CAPABLE}{line}"))
            .stdout(bearer(&env))
            .success();
    }
}

/// Two profiles for one host besides the built-in one, which has no login there.
fn two_farms(default: &str) -> TestEnv {
    let env = signed_in().config(&format!(
        "{default}[profiles.north]\nprovider = 'prusa'\nhosts = ['git.example.com']\nemail = 'north@example.com'\n\
         [profiles.south]\nprovider = 'prusa'\nhosts = ['git.example.com']\nusername = 'bob'\n",
    ));
    for profile in ["north", "south"] {
        sign_in_to(&env, profile);
    }
    env
}

#[test]
fn the_user_name_chooses_among_profiles_of_one_host() {
    let env = two_farms("");
    let host = "protocol=https\nhost=git.example.com\n";
    for (username, profile) in [
        ("north", "north"),
        ("north@example.com", "north"),
        ("North@Example.com", "north"),
        ("south", "south"),
        ("bob", "south"),
    ] {
        get(&env, &format!("{host}username={username}\n"))
            .stdout_contains(&format!(
                "username={username}\npassword={ACCESS}-{profile}\n"
            ))
            .success();
    }
    let told = "prusa-cred: several profiles answer for https://git.example.com: north, south\n";
    get(&env, host).stderr_contains(told).status(1);
    get(&env, &format!("{host}username=carol\n"))
        .stderr_contains(told)
        .status(1);
    env.run_as(HELPER, ["--profile", "north", "get"])
        .stdin(host)
        .stdout_contains(&format!("password={ACCESS}-north\n"))
        .success();
    let env = two_farms("default = 'south'\n");
    get(&env, host)
        .stdout_contains(&format!("username=bob\npassword={ACCESS}-south\n"))
        .success();
}

#[test]
fn a_profile_that_is_named_answers_for_its_own_hosts_only() {
    let env = two_farms("");
    env.run_as(HELPER, ["--profile", "north", "get"])
        .stdin(HOST)
        .success();
    get(&env, HOST).env("PRUSA_CRED_PROFILE", "south").success();
    get(&env, HOST).stdout(basic(&env, "oauth2")).success();
}

#[test]
fn capability_answers_without_reading_stdin() {
    let env = TestEnv::offline().config("not toml at all");
    let told = "version 0\ncapability authtype\n";
    env.run_as(HELPER, ["capability"])
        .stdin_open()
        .stdout(told)
        .success();
    env.run(["git", "capability"]).stdout(told).success();
}

#[test]
fn an_unknown_verb_is_ignored() {
    let env = signed_in();
    for verb in ["frobnicate", "GET", "get ", "", "version"] {
        env.run_as(HELPER, [verb]).stdin_open().success();
    }
    env.run_as(HELPER, ["frobnicate", "more"])
        .stdin(HOST)
        .success();
    env.run_as(HELPER, [""; 0]).success();
}

#[test]
fn a_failure_goes_to_stderr_and_stdout_is_empty() {
    let env = TestEnv::offline().var("PRUSA_CONNECT_URL", "https://connect.prusa3d.com");
    get(&env, HOST)
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
    get(&env, "protocol=https\nhost=evil.tld\n").success();
    env.run_as(HELPER, ["get"])
        .stdin(HOST)
        .env("PRUSA_CRED_ERRORS", "json")
        .stderr_contains("\"error\":\"login_required\"")
        .status(1);
}

#[test]
fn store_keeps_nothing_for_hosts_of_profiles() {
    let env = signed_in();
    let before = std::fs::read(env.token_file()).unwrap();
    for extra in [
        format!("username=oauth2\npassword={ACCESS}\n"),
        "username=ada\npassword=hunter2\noauth_refresh_token=x\n".to_owned(),
        format!("capability[]=authtype\nauthtype=Bearer\ncredential={ACCESS}\nephemeral=1\n"),
        String::new(),
    ] {
        env.run_as(HELPER, ["store"])
            .stdin(format!("{HOST}{extra}"))
            .success();
    }
    assert_eq!(std::fs::read(env.token_file()).unwrap(), before);
    assert!(!env.data_dir().exists());
}
