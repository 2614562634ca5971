//! What every program that is started gets: an environment without our secrets, no open file of ours; and that none is
//! taken from a relative directory of PATH.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::env::TestEnv;
use crate::support::known::signed_in;
use crate::support::oauth::OAuthSite;
use crate::support::sandbox::{EMAIL, PASSWORD, Sandbox};
use crate::support::wait::wait_for_text;

/// Every variable of ours that holds a secret.
const SECRETS: [&str; 7] = [
    "PRUSA_TOKENS_JSON",
    "PRUSA_TOKEN",
    "PRUSA_PASSWORD",
    "PRUSA_TOTP_SECRET",
    "KOGNIC_CLIENT_SECRET",
    "PRT_TOKEN",
    "PRT_PASSWORD",
];
/// In the value of each.
const MARK: &str = "planted";

/// Writes a program to `bin/NAME` that notes its environment and open files in `seen.NAME`, then runs `rest`.
fn put_witness(env: &TestEnv, name: &str, rest: &str) {
    let home = env.home().display();
    let path = env.home().join("bin").join(name);
    let note = format!("{{ env; ls -l /proc/self/fd; echo END; }} >> '{home}/seen.{name}'");
    let _ = fs::remove_file(&path);
    env.write(&path, format!("#!/bin/sh\n{note}\n{rest}\n"));
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// Returns the home with every secret in its environment, and variables of others.
fn with_secrets(env: TestEnv) -> TestEnv {
    let env = SECRETS.iter().fold(env, |env, name| match *name {
        "PRUSA_TOKENS_JSON" => env.var(name, format!("{{\"access_token\":\"{MARK}-set\"}}")),
        name => env.var(name, format!("{MARK}-{}", name.to_lowercase())),
    });
    env.var("BW_SESSION", "theirs").var("PRUSA_EMAIL", EMAIL)
}

/// Checks what a program has noted, once it has: it may still run.
fn check_seen(env: &TestEnv, name: &str) {
    let path = env.home().join(format!("seen.{name}"));
    let seen = wait_for_text(&path, |text| text.ends_with("END\n"));
    assert!(!seen.contains(MARK), "{name}: {seen}");
    for secret in SECRETS {
        let found = seen
            .lines()
            .any(|line| line.starts_with(&format!("{secret}=")));
        assert!(!found, "{name}: {secret}");
    }
    assert!(seen.contains("BW_SESSION=theirs\n"), "{name}: {seen}");
    assert!(
        seen.contains(&format!("PRUSA_EMAIL={EMAIL}\n")),
        "{name}: {seen}"
    );
    for file in ["config.toml", ".lock", "tokens.json", "socket:"] {
        assert!(!seen.contains(file), "{name} has {file} open: {seen}");
    }
}

#[test]
fn commands_of_a_profile_get_no_secret() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let config = format!(
        "[profiles.farm]\nprovider = 'prusa'\nemail = '{EMAIL}'\naccount_url = '{}'\nclient_id = 'sandbox-client'\n\
         redirect_uri = '{}'\npassword_command = 'ask-password'\notp_command = 'ask-code'\non_rotate = 'rotated'\n",
        site.account_url(),
        site.redirect_uri()
    );
    let env = with_secrets(TestEnv::new(&site).config(&config));
    put_witness(&env, "ask-password", &format!("echo '{PASSWORD}'"));
    put_witness(&env, "ask-code", &format!("echo {}", site.one_time_code()));
    put_witness(&env, "rotated", "cat >/dev/null");
    env.run(["get", "--profile", "farm"])
        .any_stdout()
        .any_stderr()
        .success();
    for name in ["ask-password", "ask-code", "rotated"] {
        check_seen(&env, name);
    }
}

#[test]
fn a_client_secret_s_command_gets_no_secret() {
    let env = with_secrets(TestEnv::offline().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'http://127.0.0.1:2'\nclient_id = 'me'\n\
         token_endpoint = 'http://127.0.0.1:2/t'\nflow = 'client-credentials'\nclient_secret_command = 'ask-secret'\n",
    ));
    put_witness(&env, "ask-secret", "echo S3NTRY-secret");
    env.run(["get", "--profile", "corp", "--timeout", "2s"])
        .any_stderr()
        .status(1);
    check_seen(&env, "ask-secret");
}

#[test]
fn an_option_s_command_gets_no_secret() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let env = with_secrets(TestEnv::new(&site));
    put_witness(&env, "ask-code", &format!("echo {}", site.one_time_code()));
    env.run(["login", "--email", EMAIL, "--password-stdin"])
        .args(["--otp-command", "ask-code"])
        .env_remove("PRUSA_TOTP_SECRET")
        .env_remove("PRUSA_PASSWORD")
        .stdin(format!("{PASSWORD}\n"))
        .any_stderr()
        .success();
    check_seen(&env, "ask-code");
}

/// Returns a home with a profile that signs in in a browser, at the site.
fn with_browser(site: &OAuthSite) -> TestEnv {
    TestEnv::offline()
        .config(&format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n",
            site.origin()
        ))
        .var("DISPLAY", ":9")
}

#[test]
fn the_browser_gets_no_secret() {
    for name in ["chosen-browser", "xdg-open"] {
        let site = OAuthSite::start();
        let mut env = with_secrets(with_browser(&site));
        if name == "chosen-browser" {
            env = env.var("BROWSER", name);
        } else if is_container() {
            // Without BROWSER none is opened in a container.
            continue;
        }
        put_witness(&env, name, "");
        let terminal = env.terminal(["login", "--browser"]);
        check_seen(&env, name);
        drop(terminal);
    }
}

fn is_container() -> bool {
    let paths = ["/.dockerenv", "/run/.containerenv"];
    paths.iter().any(|path| Path::new(path).exists())
}

#[test]
fn clients_get_no_secret() {
    let env = with_secrets(signed_in());
    for name in ["git", "kubectl", "go"] {
        put_witness(&env, name, "exit 0");
    }
    env.run(["setup", "git", "--apply"])
        .any_stdout()
        .any_stderr()
        .outcome();
    env.run(["setup", "kubectl", "--apply"])
        .any_stdout()
        .any_stderr()
        .outcome();
    check_seen(&env, "git");
    check_seen(&env, "kubectl");
    fs::remove_file(env.home().join("seen.git")).unwrap();
    // A keyring that is no link to us is asked for its version.
    put_witness(&env, "keyring", "echo 1.0");
    env.run(["doctor"]).any_stdout().any_stderr().outcome();
    check_seen(&env, "git");
    check_seen(&env, "keyring");
}

#[test]
fn a_command_of_exec_gets_one_token_and_no_secret() {
    let env = with_secrets(signed_in());
    put_witness(&env, "theirs", "");
    env.run([
        "exec",
        "--env",
        "THEIR_TOKEN",
        "--profile",
        "prusa",
        "--",
        "theirs",
    ])
    .success();
    let seen = fs::read_to_string(env.home().join("seen.theirs")).unwrap();
    assert!(
        seen.contains("\nTHEIR_TOKEN=") || seen.starts_with("THEIR_TOKEN="),
        "{seen}"
    );
    for secret in SECRETS {
        let found = seen
            .lines()
            .any(|line| line.starts_with(&format!("{secret}=")));
        assert!(!found, "{secret}");
    }
}

/// Ways to name the working directory, and one below it, in PATH. `BIN` is the home's own directory of programs, where
/// `setup` then makes its links.
const RELATIVE: [&str; 4] = [
    ":.:bin2:BIN:/usr/bin:/bin",
    ".:BIN:/usr/bin:/bin",
    "bin2::BIN:/usr/bin:/bin",
    "BIN:/usr/bin:/bin:",
];

/// Returns the home with one of these search paths.
fn with_path(env: TestEnv, path: &str) -> TestEnv {
    let bin = env.home().join("bin").display().to_string();
    env.var("PATH", path.replace("BIN", &bin))
}

/// Puts programs into the working directory that note that they ran, as a repository could that somebody else wrote.
fn plant(env: &TestEnv) {
    const NAMES: [&str; 10] = [
        "sh", "git", "kubectl", "go", "docker", "keyring", "xdg-open", "gio", "wslview", "opener",
    ];
    for directory in [".", "bin2"] {
        for name in NAMES {
            let planted = env.home().join(directory).join(name);
            fs::create_dir_all(planted.parent().unwrap()).unwrap();
            env.write(&planted, "#!/bin/sh\n/bin/touch \"$HOME/planted\"\n");
            fs::set_permissions(&planted, Permissions::from_mode(0o755)).unwrap();
        }
    }
}

fn none_ran(env: &TestEnv, about: &str) {
    assert!(!env.home().join("planted").exists(), "{about}");
}

#[test]
fn programs_in_relative_directories_of_path_are_not_started() {
    for path in RELATIVE {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).config(&format!(
            "[profiles.prusa]\nemail = '{EMAIL}'\npassword_command = 'cat password'\non_rotate = 'cat >/dev/null'\n"
        ));
        env.write(&env.home().join("password"), PASSWORD);
        plant(&env);
        let program = env.home().join("bin/prusa-cred");
        let env = with_path(env, path);
        for line in [
            "get",
            "setup git",
            "setup git --apply",
            "setup kubectl --apply",
            "setup go --apply",
            "doctor",
        ] {
            env.run_as(program.to_str().unwrap(), line.split(' '))
                .any_stdout()
                .any_stderr()
                .outcome();
            none_ran(&env, &format!("{path}: {line}"));
        }
        assert_eq!(site.sign_ins(), 1, "{path}: the password's command ran");
    }
}

#[test]
fn no_browser_in_a_relative_directory_of_path_is_started() {
    for path in RELATIVE {
        let site = OAuthSite::start();
        let env = with_browser(&site);
        plant(&env);
        let program = env.home().join("bin/prusa-cred");
        let mut env = with_path(env, path);
        for browser in ["opener", "opener %s:opener --new"] {
            env = env.var("BROWSER", browser);
            let mut terminal = env.terminal_for(program.to_str().unwrap(), ["login", "--browser"]);
            terminal.expect("Open this address in a browser and sign in:");
            drop(terminal);
            none_ran(&env, path);
        }
    }
}

/// A person's own command is found as in a shell.
#[test]
fn the_command_of_exec_is_searched_for_in_all_of_path() {
    let env = signed_in();
    put_witness(&env, "theirs", "");
    let program = env.home().join("bin/prusa-cred");
    let env = env.var("PATH", "bin:/usr/bin:/bin");
    env.run_as(program.to_str().unwrap(), ["exec", "--", "theirs"])
        .success();
    assert!(env.home().join("seen.theirs").exists());
}

/// As for execvp(3), which the shell was searched for by.
#[test]
fn without_a_search_path_the_system_s_programs_are_found() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).config(&format!(
        "[profiles.prusa]\nemail = '{EMAIL}'\npassword_command = '/bin/cat password'\n"
    ));
    env.write(&env.home().join("password"), PASSWORD);
    let program = env.home().join("bin/prusa-cred");
    let run = env
        .run_as(program.to_str().unwrap(), ["get"])
        .env_remove("PATH");
    run.any_stdout().any_stderr().success();
    assert_eq!(site.sign_ins(), 1);
}
