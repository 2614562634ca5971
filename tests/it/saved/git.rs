//! git asks, keeps and forgets: by the helper's own name, and through `git credential`.

use std::fs;

use super::{HOST, PASSWORD, file, helper, home, of, saved, store};
use crate::support::env::TestEnv;
use crate::support::process::Run;

fn credential(env: &TestEnv, verb: &str, lines: &str) -> Run {
    env.run_as("git", ["credential", verb])
        .stdin(format!("{HOST}{lines}"))
}

fn approve(env: &TestEnv, lines: &str) {
    credential(env, "approve", lines).any_stderr().success();
}

fn reject(env: &TestEnv, lines: &str) {
    credential(env, "reject", lines).success();
}

/// Runs `git credential fill`, and expects these lines beside the host.
fn filled(env: &TestEnv, asked: &str, lines: &str) {
    let output = credential(env, "fill", asked).any_stdout().success();
    let mut told: Vec<&str> = output.stdout.lines().collect();
    let whole = format!("{HOST}{lines}");
    let mut expected: Vec<&str> = whole.lines().collect();
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected, "{asked}");
}

/// Checks that git gets no answer, and would ask a person.
fn unknown(env: &TestEnv, asked: &str) {
    credential(env, "fill", asked)
        .stderr_contains("terminal prompts disabled")
        .status(128);
}

#[test]
fn a_password_is_stored_returned_and_erased() {
    let env = home();
    unknown(&env, "");
    approve(&env, &of("ada"));
    filled(&env, "", &of("ada"));
    filled(&env, "username=ada\n", &of("ada"));
    unknown(&env, "username=bob\n");
    reject(&env, "username=ada\npassword=another\n");
    filled(&env, "", &of("ada"));
    reject(&env, &of("ada"));
    unknown(&env, "");
    assert_eq!(saved(&env)["credentials"], serde_json::json!([]));
}

#[test]
fn one_host_may_have_several_users() {
    let env = home();
    approve(&env, "username=ada\npassword=1\n");
    approve(&env, "username=bob\npassword=2\n");
    filled(&env, "username=ada\n", "username=ada\npassword=1\n");
    filled(&env, "username=bob\n", "username=bob\npassword=2\n");
    approve(&env, "username=ada\npassword=3\n");
    filled(&env, "username=ada\n", "username=ada\npassword=3\n");
    reject(&env, "username=ada\n");
    unknown(&env, "username=ada\n");
    filled(&env, "", "username=bob\npassword=2\n");
    reject(&env, "");
    unknown(&env, "");
}

#[test]
fn names_and_passwords_may_be_empty() {
    let env = home();
    for lines in [
        "username=\npassword=\n",
        "username=\npassword=p\n",
        "username=ada\npassword=\n",
    ] {
        approve(&env, lines);
        filled(&env, "", lines);
        reject(&env, lines);
        unknown(&env, "");
    }
}

#[test]
fn a_path_is_compared_if_git_sends_one() {
    let env = home();
    let config = "[credential]\n    helper = prusa-cred\n    useHttpPath = true\n";
    env.write(&env.home().join(".gitconfig"), config);
    approve(&env, "path=one.git\nusername=ada\npassword=1\n");
    approve(&env, "path=two.git\nusername=ada\npassword=2\n");
    for (path, password) in [("one.git", "1"), ("two.git", "2")] {
        let asked = format!("path={path}\n");
        let lines = format!("path={path}\nusername=ada\npassword={password}\n");
        filled(&env, &asked, &lines);
    }
    unknown(&env, "path=three.git\n");
    reject(&env, "path=one.git\nusername=ada\npassword=1\n");
    unknown(&env, "path=one.git\n");
    // Without `useHttpPath` git names no path: what was saved for one is for no other.
    helper(&env, "get", "").success();
    helper(&env, "get", "path=two.git\n")
        .stdout("username=ada\npassword=2\n")
        .success();
}

#[test]
fn expiry_and_refresh_token_are_stored_too() {
    let env = home();
    let lines =
        "username=ada\npassword=1\npassword_expiry_utc=9999999999\noauth_refresh_token=S3NTRY-r\n";
    approve(&env, lines);
    filled(&env, "", lines);
    reject(&env, lines);
    unknown(&env, "");
}

#[test]
fn an_expired_password_is_not_returned() {
    let env = home();
    store(
        &env,
        "username=ada\npassword=1\npassword_expiry_utc=9999999999\n",
    );
    let text = fs::read_to_string(file(&env)).expect("the file");
    env.write(&file(&env), text.replace("9999999999", "1000000000"));
    helper(&env, "get", "").success();
    unknown(&env, "");
    store(
        &env,
        "username=ada\npassword=2\npassword_expiry_utc=1000000000\n",
    );
    assert_eq!(saved(&env)["credentials"][0]["password"], "1");
}

#[test]
fn a_header_is_returned_if_git_supports_it() {
    let env = home();
    let capable = "capability[]=authtype\n";
    let header = "authtype=Bearer\ncredential=S3NTRY-t\n";
    approve(&env, &format!("{capable}{header}"));
    filled(&env, capable, &format!("{capable}{header}"));
    unknown(&env, "");

    let named = "username=ada\nauthtype=Bearer\ncredential=S3NTRY-u\n";
    approve(&env, &format!("{capable}{named}"));
    let asked = format!("{capable}username=ada\n");
    filled(&env, &asked, &format!("{capable}{named}"));
    unknown(&env, &format!("{capable}username=bob\n"));

    reject(
        &env,
        &format!("{capable}authtype=Bearer\ncredential=other\n"),
    );
    filled(&env, &asked, &format!("{capable}{named}"));
    reject(&env, &format!("{capable}{named}"));
    unknown(&env, &asked);
    filled(&env, capable, &format!("{capable}{header}"));
}

#[test]
fn an_ephemeral_credential_is_not_stored() {
    let env = home();
    let lines = "capability[]=authtype\nauthtype=Bearer\ncredential=S3NTRY-t\nephemeral=1\n";
    helper(&env, "store", lines).success();
    assert!(!env.data_dir().exists());
}

#[test]
fn long_lines_are_accepted() {
    let env = home();
    let password = "x".repeat(60_000);
    let lines = format!("username=ada\npassword={password}\n");
    approve(&env, &lines);
    let challenge = format!("wwwauth[]=Basic realm=\"{}\"\n", "y".repeat(60_000));
    let asked = format!("{challenge}wwwauth[]=Negotiate\n");
    helper(&env, "get", &asked).stdout(&lines).success();
    helper(&env, "erase", &format!("{lines}{challenge}")).success();
    helper(&env, "get", "").success();
}

#[test]
fn smtp_hosts_are_accepted() {
    let env = home();
    let place = "protocol=smtp\nhost=mail.example.com:587\n";
    let run = |verb: &str, lines: &str| {
        env.run_as("git", ["credential", verb])
            .stdin(format!("{place}{lines}"))
            .any_stderr()
    };
    run("approve", &of("ada")).success();
    run("fill", "").stdout_contains(PASSWORD).success();
    helper(&env, "get", "").success();
}

#[test]
fn a_profile_s_host_is_never_saved_or_answered_from_here() {
    let env = home().config("[profiles.prusa]\nhosts = ['git.example.com', 'other.example.com']\n");
    helper(&env, "store", &of("ada")).success();
    helper(&env, "erase", &of("ada")).success();
    assert!(!env.data_dir().exists());
    let both = home();
    store(&both, &of("ada"));
    let both = both.config("[profiles.prusa]\nhosts = ['git.example.com']\n");
    helper(&both, "get", "")
        .stderr_contains("profile prusa is not signed in")
        .status(1);
    both.run(["get", "https://git.example.com"])
        .stderr_contains("profile prusa is not signed in")
        .status(1);
}

#[test]
fn a_named_profile_answers_only_for_its_hosts() {
    let env = home();
    store(&env, &of("ada"));
    let named = |verb: &str| {
        env.run_as("git-credential-prusa-cred", ["--profile", "prusa", verb])
            .stdin(format!("{HOST}{}", of("ada")))
    };
    named("get").success();
    named("store").success();
    named("erase").success();
    env.run_as("git-credential-prusa-cred", ["get"])
        .stdin(HOST)
        .env("PRUSA_CRED_PROFILE", "prusa")
        .success();
    helper(&env, "get", "").stdout(of("ada")).success();
}

#[test]
fn plain_text_storage_is_mentioned_once() {
    let env = home();
    let path = file(&env);
    let said = format!(
        "prusa-cred: warning: saved in plain text in {}, which only you can read, as there is no keyring to seal it\n",
        path.display()
    );
    helper(&env, "store", &of("ada")).stderr(said).success();
    helper(&env, "store", &of("bob")).success();
    helper(&env, "store", &of("bob")).success();
    helper(&env, "erase", "").success();
    helper(&env, "store", &of("ada")).success();
}

#[test]
fn get_and_erase_create_no_files() {
    let env = home();
    helper(&env, "get", "").success();
    helper(&env, "erase", &of("ada")).success();
    assert!(!env.data_dir().exists());
}
