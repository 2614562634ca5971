//! What somebody at the terminal types early, corrects, takes back, or does meanwhile.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{assert_signed_in, is_stored, password_posts, site, site_with_codes};
use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD, Sandbox, jwt};

const ASK_PASSWORD: &str = "Password of ada@example.com: ";

/// Returns the names below a directory that are files, or directories with nothing in them.
fn leaves(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.expect("a name").path();
        let below = if path.is_dir() {
            leaves(&path)
        } else {
            Vec::new()
        };
        if below.is_empty() {
            all.push(path.display().to_string());
        }
        all.extend(below);
    }
    all
}

/// Returns a token set of another account than the site's.
fn of_another_account(site: &Sandbox) -> serde_json::Value {
    let mut set = site.stored(3000);
    set["id_token"] = json!(jwt(&json!({ "email": "eve@example.com" })));
    set
}

#[test]
fn what_is_typed_ahead_is_kept_and_not_shown() {
    let site = site_with_codes();
    let env = TestEnv::new(&site);
    let code = site.one_time_code();
    let mut terminal = env.terminal(["login"]);
    terminal.wait_until_as_usual(false);
    terminal.send(&format!("{EMAIL}\r{PASSWORD}\r{code}\r"));
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(screen.contains(&format!("E-mail: {EMAIL}\n")), "{screen}");
    assert!(
        !screen.contains("battery") && !screen.contains(&code),
        "{screen}"
    );
    assert_signed_in(&site, &env);
}

#[test]
fn nothing_is_shown_before_the_first_prompt_and_ctrl_c_mends_the_terminal() {
    let site = site();
    site.always("GET /o/authorize/", Answer::Hang);
    let env = TestEnv::new(&site);
    let mut terminal = env.terminal(["login"]);
    terminal.wait_until_as_usual(false);
    terminal.send(PASSWORD).send("\u{3}");
    let (status, screen, is_as_usual) = terminal.wait_and_look();
    assert_eq!(status, -2, "{screen}");
    assert!(!screen.contains("battery"), "{screen}");
    assert!(is_as_usual, "{screen}");
}

#[test]
fn the_address_can_be_corrected_with_the_password() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = env.terminal(["login"]);
    terminal.expect("E-mail: ").send_line("ada@exmple.com");
    terminal
        .expect("Password of ada@exmple.com: ")
        .send_hidden(PASSWORD);
    terminal
        .expect("Refused: Please enter a correct e-mail and password.")
        .expect("E-mail [ada@exmple.com]: ")
        .send_line(EMAIL);
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!((status, password_posts(&site)), (0, 2), "{screen}");
    assert_signed_in(&site, &env);
}

#[test]
fn a_second_login_offers_the_address_of_the_first() {
    let site = site();
    let env = TestEnv::new(&site).stored(&site.stored(3000));
    let mut terminal = env.terminal(["login"]);
    terminal.expect("E-mail [ada@example.com]: ").send_line("");
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(!screen.contains("Replace"), "{screen}");
    assert_signed_in(&site, &env);
}

#[test]
fn another_accounts_login_is_replaced_after_a_question() {
    let site = site();
    let before = of_another_account(&site);
    let env = TestEnv::new(&site).stored(&before);
    for (answer, status) in [("", 1), ("n", 1), ("y", 0)] {
        let mut terminal = env.terminal(["login", "--email", EMAIL]);
        terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
        terminal
            .expect(
                "Profile prusa is signed in as eve@example.com. Replace that by ada@example.com? [y/N]: ",
            )
            .send_line(answer);
        let (ended, screen) = terminal.wait();
        assert_eq!(ended, status, "{screen}");
        assert_eq!(env.tokens() == before, status == 1, "{screen}");
        let kept = "prusa-cred: nothing was stored: profile prusa stays signed in as eve@example.com\n  hint: to have \
                    both, give the other one a profile: `prusa-cred login --provider prusa --profile NAME`\n";
        assert_eq!(screen.ends_with(kept), status == 1, "{screen}");
    }
    assert_eq!(site.revoked(), 2, "nobody keeps what was declined");
    let env = TestEnv::new(&site).with_credentials().stored(&before);
    env.run(["login"])
        .stderr_contains(
            "Profile prusa was signed in as eve@example.com; that login is replaced.\nSigned in to profile prusa as ada@",
        )
        .success();
}

#[test]
fn ctrl_d_cancels_and_leaves_nothing_behind() {
    for (arguments, prompts) in [
        ("login", &["E-mail: "][..]),
        ("login --email ada@example.com", &[ASK_PASSWORD]),
        (
            "login --provider prusa --host a.example",
            &["E-mail: ", ASK_PASSWORD],
        ),
    ] {
        let site = site();
        let env = TestEnv::new(&site);
        let mut terminal = env.terminal(arguments.split(' '));
        let (last, first) = prompts.split_last().expect("a prompt");
        for prompt in first {
            terminal.expect(prompt).send_line(EMAIL);
        }
        terminal.expect(last).send("\u{4}");
        let (status, screen, is_as_usual) = terminal.wait_and_look();
        assert_eq!(status, 1, "{screen}");
        assert!(
            screen.ends_with("\nprusa-cred: the sign-in was cancelled; nothing was changed\n"),
            "{screen}"
        );
        assert!(is_as_usual, "{screen}");
        assert_eq!(leaves(&env.config_dir()), [""; 0]);
        assert_eq!(leaves(&env.data_dir()), [""; 0]);
    }
    let env = TestEnv::of_a_newcomer();
    let mut terminal = env.terminal(["login"]);
    terminal.expect("Sign in to").send("\u{1b}");
    let (_, screen) = terminal.wait();
    assert!(screen.contains("prusa-cred: cancelled"), "{screen}");
    assert!(!screen.contains("hint:"), "{screen}");
}

#[test]
fn a_sign_in_that_fails_leaves_nothing_behind() {
    let site = site();
    let env = TestEnv::new(&site);
    let refused = ["login", "--email", EMAIL, "--password-stdin"];
    env.run(refused).stdin("wrong").any_stderr().status(1);
    env.run(["login"]).any_stderr().status(1);
    env.run(["login", "--provider", "prusa", "--host", "a.example"])
        .any_stderr()
        .status(1);
    env.run(["login", "--provider", "kognic"])
        .any_stderr()
        .status(1);
    for directory in [env.config_dir(), env.data_dir()] {
        assert_eq!(leaves(&directory), [""; 0]);
        assert!(!directory.exists());
    }
}

#[test]
fn a_configuration_that_breaks_meanwhile_does_not_lose_the_login() {
    let site = site();
    let env = TestEnv::new(&site);
    let arguments = ["login", "--provider", "prusa", "--host", "a.example"];
    let mut terminal = env.terminal(arguments);
    terminal.expect("E-mail: ").send_line(EMAIL);
    terminal.expect(ASK_PASSWORD);
    let config = env.config_dir().join("prusa-cred/config.toml");
    env.write(&config, "[profiles\n");
    terminal.send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 1, "{screen}");
    assert!(is_stored(&env), "{screen}");
    assert!(site.honours(&env.token("refresh_token")));
    let lines = "[profiles.prusa]\nprovider = \"prusa\"\nemail = \"ada@example.com\"\nhosts = [\"a.example\"]\n";
    assert!(screen.contains(lines), "{screen}");
    let error = "prusa-cred: the sign-in has worked, but profile prusa could not be written to the configuration\n";
    assert!(screen.contains(error), "{screen}");
    assert!(
        screen.contains(": correct the configuration, then add the lines above to it\n"),
        "{screen}"
    );
    assert!(!is_stored(&env) || env.configuration().as_deref() == Some("[profiles\n"));
    env.write(&config, lines);
    env.run(["get", "https://a.example"])
        .stdout(format!("{}\n", env.token("access_token")))
        .success();
}
