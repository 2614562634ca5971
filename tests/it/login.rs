//! Signing in: what a person types, and what stands in for a person.

mod addresses;
mod asking;
mod browser;
mod changes_of_mind;
mod mix_up;
mod name_taken;
mod outcomes;
mod pasting;
mod qr;
mod sdk;
mod strangers;
mod terminal;

use std::fs;

use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::sandbox::{CLIENT_ID, EMAIL, PASSWORD, Sandbox, TOTP_SECRET};

/// The remaining time that an account's token shows, however long a test takes.
const LIFE: i64 = 24 * 3600 + 1800;

const NOBODY: &str = "prusa-cred: cannot get an e-mail address\n  \
     because: cannot ask for the e-mail address: stderr is not a terminal\n  \
     hint: run `prusa-cred login` in a terminal, or set PRUSA_EMAIL and PRUSA_PASSWORD\n";

fn site() -> Sandbox {
    Sandbox::start().with(|site| site.access_life = LIFE)
}

fn site_with_codes() -> Sandbox {
    site().with(|site| site.totp = true)
}

/// What a login prints at its end.
fn signed_in(env: &TestEnv) -> String {
    format!(
        "Signed in to profile prusa as {EMAIL}; the access token expires in 1 d and is renewed automatically.\nStored in {}\n\
         Next: `prusa-cred setup` shows how git, Docker and other programs use it.\n",
        env.shown(&env.token_file())
    )
}

#[test]
fn json_has_the_account_and_the_file() {
    let site = site();
    let env = TestEnv::new(&site).with_credentials();
    let login = env
        .run(["login", "--json"])
        .any_stdout()
        .no_secret_on_stdout();
    let told = login.success().json();
    let mut names: Vec<_> = told.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "email",
            "expires_at",
            "has_refresh_token",
            "path",
            "profile",
            "provider"
        ]
    );
    assert_eq!(
        (&told["email"], &told["profile"]),
        (&EMAIL.into(), &"prusa".into())
    );
    assert_eq!(told["path"], env.token_file().display().to_string());
}

fn is_stored(env: &TestEnv) -> bool {
    env.token_file().exists()
}

fn password_posts(site: &Sandbox) -> usize {
    site.count(|request| request.method == "POST" && request.path == "/login/")
}

/// Checks a successful login: one sign-in at the site, its tokens stored, the redirect URI never fetched.
fn assert_signed_in(site: &Sandbox, env: &TestEnv) {
    assert_eq!((site.sign_ins(), site.callbacks()), (1, 0));
    assert!(site.honours(&env.token("access_token")));
    assert!(site.honours(&env.token("refresh_token")));
}

#[test]
fn credentials_come_from_the_environment() {
    let site = site_with_codes();
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", TOTP_SECRET);
    env.run(["login"]).stderr(signed_in(&env)).success();
    assert_signed_in(&site, &env);
    env.run(["get"])
        .stdout(env.token("access_token") + "\n")
        .success();
}

#[test]
fn the_password_comes_on_stdin_and_the_code_from_a_command() {
    let site = site_with_codes();
    let env = TestEnv::new(&site);
    env.write(&env.home().join("code"), site.one_time_code());
    env.run(["login", "--email", EMAIL, "--password-stdin"])
        .arg("--otp-command=cat code")
        .stdin(format!("{PASSWORD}\nsomething else\n"))
        .stderr(signed_in(&env))
        .success();
    assert_signed_in(&site, &env);
}

#[test]
fn a_profile_s_own_commands_give_password_and_code() {
    let site = site_with_codes();
    let env = TestEnv::new(&site).config(&format!(
        "[profiles.prusa]\nemail = '{EMAIL}'\npassword_command = 'cat password'\notp_command = 'cat code'\n"
    ));
    env.write(&env.home().join("password"), PASSWORD);
    env.write(&env.home().join("code"), site.one_time_code());
    env.run(["login"]).stderr(signed_in(&env)).success();
    assert_signed_in(&site, &env);
}

#[test]
fn on_rotate_runs_after_a_slow_login() {
    let site = site_with_codes();
    let slow = |file| format!("sleep 1.6; cat {file}");
    let env = TestEnv::new(&site).config(&format!(
        "[profiles.prusa]\nemail = '{EMAIL}'\npassword_command = '{}'\notp_command = '{}'\n\
         on_rotate = 'cat > told.json'\n",
        slow("password"),
        slow("code"),
    ));
    env.write(&env.home().join("password"), PASSWORD);
    env.write(&env.home().join("code"), site.one_time_code());
    env.run(["login", "--timeout", "3s"])
        .stderr(signed_in(&env))
        .success();
    let told = fs::read(env.home().join("told.json")).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&told).unwrap(),
        env.tokens()
    );
}

#[test]
fn a_failing_command_is_named_without_its_output() {
    let site = site();
    let env = TestEnv::new(&site).config(&format!(
        "[profiles.prusa]\nemail = '{EMAIL}'\npassword_command = 'echo {PASSWORD:?}; exit 3'\n"
    ));
    let error = env
        .run(["login", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("cannot get a password: ") && message.contains("password_command"),
        "{message}"
    );
    assert_eq!(error["error"], "login_required");
    assert!(!is_stored(&env));
}

#[test]
fn no_store_prints_the_token_set_and_keeps_nothing() {
    let site = site();
    let env = TestEnv::new(&site).with_credentials();
    let run = env.run(["login", "--no-store"]).any_stdout().success();
    assert!(run.stdout.ends_with("}\n"));
    let printed = run.json();
    let token = |name: &str| printed[name].as_str().unwrap().to_owned();
    assert!(site.honours(&token("access_token")) && site.honours(&token("refresh_token")));
    assert!(printed["expires_at"].is_i64());
    let left: Vec<_> = fs::read_dir(env.config_dir()).into_iter().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_hint_names_the_profile_in_use() {
    let site = site_with_codes();
    let env = TestEnv::new(&site).with_credentials();
    let account = format!(
        "provider = 'prusa'\naccount_url = '{}'\nredirect_uri = '{}'\nclient_id = '{CLIENT_ID}'\n",
        site.account_url(),
        site.redirect_uri()
    );
    let env = env.config(&format!(
        "[profiles.farm]\n{account}[profiles.half]\n{account}email = '{EMAIL}'\npassword_command = 'cat password'\n\
         [profiles.wrong]\n{account}email = '{EMAIL}'\npassword_command = 'echo wrong'\n"
    ));
    env.write(&env.home().join("password"), PASSWORD);
    let otherwise = "set the profile's email and password_command";
    for (profile, hint) in [
        ("farm", format!("run `prusa-cred login --profile farm` in a terminal, or {otherwise}")),
        (
            "half",
            "run `prusa-cred login --profile half` in a terminal, or set the profile's otp_command".to_owned(),
        ),
        (
            "wrong",
            "correct profiles.wrong.password_command or profiles.wrong.email in the configuration; an account of Google \
             or Apple signs in with `prusa-cred login --profile wrong --browser`"
                .to_owned(),
        ),
    ] {
        let told = env.run(["--profile", profile, "login", "--no-input"]);
        told.stderr_contains(&format!("hint: {hint}\n")).status(1);
    }
}

#[test]
fn without_a_terminal_it_fails_at_once() {
    let site = site();
    let env = TestEnv::new(&site);
    env.run_without_terminal(["login"]).stderr(NOBODY).status(1);
    let forbidden = NOBODY.replace(
        "stderr is not a terminal",
        "--no-input or PRUSA_CRED_NO_INPUT is set",
    );
    env.run(["login", "--no-input"])
        .stderr(&forbidden)
        .status(1);
    env.run(["login"])
        .env("PRUSA_CRED_NO_INPUT", "1")
        .stderr(&forbidden)
        .status(1);
    let (status, screen) = env.terminal(["login", "--no-input"]).wait();
    assert_eq!((status, screen), (1, forbidden));
    env.run(["login", "--browser"])
        .stderr("prusa-cred: cannot ask for the address that the browser ended on: stderr is not a terminal\n  hint: run `prusa-cred login` in a terminal\n")
        .status(1);
    let no_code = TestEnv::new(&site).with_credentials();
    site.set(|site| site.totp = true);
    no_code
        .run(["login"])
        .stderr("prusa-cred: the sign-in needs a one-time code\n  hint: set PRUSA_TOTP_SECRET or the profile's otp_command\n")
        .status(1);
    let error = no_code
        .run(["login", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "otp_required");
    assert!(!is_stored(&env) && !is_stored(&no_code));
}

#[test]
fn an_empty_stdin_is_not_a_password() {
    let site = site();
    let env = TestEnv::new(&site);
    env.run(["login", "--email", EMAIL, "--password-stdin"])
        .stdin("\n")
        .stderr("prusa-cred: --password-stdin: stdin holds no password\n")
        .status(2);
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn an_unreadable_file_is_kept_beside_the_new_login() {
    let site = site();
    let env = TestEnv::new(&site).with_credentials();
    env.write(&env.token_file(), "{\"refresh_token\": \"S3NTRY");
    env.run(["get"])
        .stderr_contains("tokens.json does not hold a token set")
        .stderr_contains(
            "`prusa-cred login` starts a new login and keeps that file under another name",
        )
        .status(1);
    env.run(["login"])
        .stderr_contains("warning: the file of the login before could not be read; it is kept as ")
        .stderr_contains(&signed_in(&env))
        .success();
    let directory = env.token_file().parent().unwrap().to_owned();
    let kept: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".unreadable-"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(
        fs::read_to_string(&kept[0]).unwrap(),
        "{\"refresh_token\": \"S3NTRY"
    );
    assert_signed_in(&site, &env);
}

#[test]
fn a_login_beside_one_in_the_environment_says_which_is_used() {
    let site = site();
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOKEN", "another");
    let warning = "prusa-cred: warning: the environment holds a token too (PRUSA_TOKENS_JSON or PRUSA_TOKEN), which is used before the stored login\n";
    env.run(["login"])
        .stderr(signed_in(&env) + warning)
        .success();
    env.run(["get"]).stdout("another\n").success();
    assert_signed_in(&site, &env);
}

#[test]
fn a_second_account_is_signed_in_beside_the_first() {
    let site = site();
    let (account, connect) = (site.account_url(), site.connect_url());
    let farm = format!(
        "[profiles.farm]\nprovider = 'prusa'\nemail = '{EMAIL}'\naccount_url = '{account}'\nconnect_url = '{connect}'\n\
         client_id = 'sandbox-client'\npassword_command = 'cat password'\n"
    );
    let env = TestEnv::new(&site).stored(&site.stored(LIFE)).config(&farm);
    env.write(&env.home().join("password"), PASSWORD);
    let before = env.tokens();
    let path = env.config_dir().join("prusa-cred/tokens/farm.json");
    let told = signed_in(&env)
        .replace("profile prusa", "profile farm")
        .replace(&env.shown(&env.token_file()), &env.shown(&path));
    env.run(["login", "--profile", "farm"])
        .stderr(told)
        .success();
    let stored: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    env.run(["get", "--profile", "farm"])
        .stdout(format!("{}\n", stored["access_token"].as_str().unwrap()))
        .success();
    assert_eq!(env.tokens(), before);
}
