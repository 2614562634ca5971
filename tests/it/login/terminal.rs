//! Signing in at a terminal: prompts, what they show, second tries, and a change of mind.

use std::os::unix::fs::PermissionsExt;

use super::{LIFE, assert_signed_in, is_stored, password_posts, signed_in, site, site_with_codes};
use crate::support::env::TestEnv;
use crate::support::pty::Terminal;
use crate::support::sandbox::{EMAIL, PASSWORD, Sandbox};

const ASK_PASSWORD: &str = "Password of ada@example.com: ";
const ASK_AGAIN: &str = "E-mail [ada@example.com]: ";
const ASK_CODE: &str = "One-time code: ";

fn login(env: &TestEnv) -> Terminal {
    env.terminal(["login", "--email", EMAIL])
}

fn codes_asked(site: &Sandbox) -> usize {
    site.count(|request| request.method == "POST" && request.path == "/login/totp/")
}

#[test]
fn only_the_typed_address_is_visible() {
    let site = site_with_codes();
    let env = TestEnv::new(&site);
    let code = site.one_time_code();
    let mut terminal = env.terminal(["login"]);
    terminal.expect("Asking Prusa Account for its sign-in page.\r\n");
    terminal.expect("E-mail: ").send_line(EMAIL);
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    terminal.expect(ASK_CODE).send_hidden(&code);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let end = format!("{ASK_PASSWORD}\n{ASK_CODE}\n{}", signed_in(&env));
    assert!(screen.ends_with(&end), "{screen}");
    assert!(!screen.contains(&code), "{screen}");
    assert_signed_in(&site, &env);
}

#[test]
fn a_wrong_password_may_be_typed_again() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD).send_hidden("first mistake");
    terminal
        .expect("Refused: Please enter a correct e-mail and password.")
        .expect(ASK_AGAIN)
        .send_line("")
        .expect(ASK_PASSWORD)
        .send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(!screen.contains("mistake"), "{screen}");
    assert_eq!(password_posts(&site), 2);
    assert_signed_in(&site, &env);
}

#[test]
fn why_it_is_asked_again_is_said_to_a_quiet_terminal_too() {
    for (option, variable) in [
        ("--quiet", None),
        ("--json", None),
        ("--no-store", Some(("PRUSA_CRED_ERRORS", "json"))),
    ] {
        let site = site_with_codes();
        let mut env = TestEnv::new(&site);
        if let Some((name, value)) = variable {
            env = env.var(name, value);
        }
        let mut terminal = env.terminal(["login", option]).may_show_secrets();
        terminal.expect("E-mail: ").send_line(EMAIL);
        terminal.expect(ASK_PASSWORD).send_hidden("mistake");
        terminal
            .expect("Refused: Please enter a correct e-mail and password.")
            .expect(ASK_AGAIN)
            .send_line("")
            .expect(ASK_PASSWORD)
            .send_hidden(PASSWORD);
        terminal.expect(ASK_CODE).send_hidden("mistake");
        terminal.expect("Refused: Invalid token.").expect(ASK_CODE);
        terminal.send_hidden(&site.one_time_code());
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{option}: {screen}");
    }
}

#[test]
fn after_prompts_the_json_error_is_the_last_line() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = env.terminal(["login", "--email", EMAIL, "--json"]);
    terminal.expect(ASK_PASSWORD).send_hidden("wrong");
    for _ in 0..2 {
        terminal.expect(ASK_AGAIN).send_line("");
        terminal.expect(ASK_PASSWORD).send_hidden("wrong");
    }
    let (status, screen) = terminal.wait();
    let start = screen.rfind("{\"error\"").expect("an object");
    // A terminal breaks the line at its width.
    let line = screen[start..].replace('\n', "");
    let error: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(error["error"], "invalid_credentials");
    assert_eq!(status, 1);
}

#[test]
fn login_fails_after_three_wrong_passwords() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD).send_hidden("wrong");
    for _ in 0..2 {
        terminal.expect(ASK_AGAIN).send_line("");
        terminal.expect(ASK_PASSWORD).send_hidden("wrong");
    }
    let (status, screen) = terminal.wait();
    let end = "Refused: Please enter a correct e-mail and password.\nprusa-cred: the e-mail address or the password was \
               refused: Please enter a correct e-mail and password.\n  hint: start again; an account of Google or Apple \
               signs in with `prusa-cred login --browser`\n";
    assert!(screen.ends_with(end), "{screen}");
    assert_eq!((status, password_posts(&site)), (1, 3));
    assert!(!is_stored(&env));
}

#[test]
fn login_fails_after_three_wrong_codes() {
    let site = site_with_codes();
    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    terminal.expect(ASK_CODE).send_hidden("not a code");
    terminal.expect("Refused: Invalid token.").expect(ASK_CODE);
    terminal.send_hidden(&site.one_time_code());
    let (status, screen) = terminal.wait();
    assert_eq!((status, codes_asked(&site)), (0, 2), "{screen}");
    assert_signed_in(&site, &env);

    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    for _ in 0..3 {
        terminal.expect(ASK_CODE).send_hidden("not a code");
    }
    let (status, screen) = terminal.wait();
    let end = "prusa-cred: the one-time code was refused: Invalid token. Please make sure you have entered it \
               correctly.\n  hint: check that this machine's clock is right; a code is accepted once, so wait for the \
               next one\n";
    assert!(screen.ends_with(end), "{screen}");
    assert_eq!((status, codes_asked(&site)), (1, 5));
    assert!(!is_stored(&env));
}

#[test]
fn a_command_may_use_the_terminal() {
    let config = format!(
        "[profiles.prusa]\nemail = {EMAIL:?}\npassword_command = \"./ask; cat password\"\n"
    );
    for verb in ["login", "get"] {
        let site = site();
        let env = TestEnv::new(&site).config(&config);
        env.write(&env.home().join("password"), PASSWORD);
        let ask = "#!/bin/sh\nstty -echo </dev/tty; printf 'Pin: ' >/dev/tty; read -r pin </dev/tty; stty echo \
                   </dev/tty; test \"$pin\" = 42\n";
        env.write(&env.home().join("ask"), ask);
        std::fs::set_permissions(env.home().join("ask"), PermissionsExt::from_mode(0o700)).unwrap();
        let mut terminal = env.terminal([verb, "--timeout", "55s"]).may_show_secrets();
        terminal.expect("Pin: ").send_hidden("42");
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_signed_in(&site, &env);
    }
}

#[test]
fn empty_input_is_asked_for_again_and_not_sent() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = env.terminal(["login"]);
    terminal.expect("E-mail: ").send_line("");
    terminal.expect("nothing was entered").send_line(EMAIL);
    terminal.expect(ASK_PASSWORD).send_hidden("");
    terminal.expect("Not accepted: nothing was entered.");
    terminal.expect(ASK_PASSWORD).send("\u{4}");
    let (status, screen) = terminal.wait();
    assert!(
        screen.ends_with("prusa-cred: the sign-in was cancelled; nothing was changed\n"),
        "{screen}"
    );
    assert_eq!((status, password_posts(&site)), (1, 0));
    assert!(!is_stored(&env));
}

#[test]
fn control_keys_are_not_part_of_a_password() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    for key in ["\u{1a}", "\u{1c}"] {
        terminal
            .expect(ASK_PASSWORD)
            .send_hidden(&format!("{key}{PASSWORD}"));
        terminal.expect("Not accepted: it contains a control character, such as Ctrl-Z or Tab.");
    }
    terminal.expect(ASK_PASSWORD).send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!((status, password_posts(&site)), (0, 1), "{screen}");
    assert_signed_in(&site, &env);
}

#[test]
fn no_lock_is_held_while_a_person_types() {
    let site = site();
    let env = TestEnv::new(&site).stored(&site.stored(-60));
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD);
    env.run(["get"]).any_stdout().success();
    assert_eq!(site.rotations(), 1);
    let renewed = env.token("access_token");
    terminal.send_hidden(PASSWORD);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_ne!(env.token("access_token"), renewed);
    assert_signed_in(&site, &env);
}

#[test]
fn ctrl_c_restores_echo_and_keeps_the_login() {
    let site = site();
    let env = TestEnv::new(&site).stored(&site.stored(LIFE));
    let before = env.tokens();
    for (arguments, prompt) in [("", ASK_AGAIN), ("--email ada@example.com", ASK_PASSWORD)] {
        let script = format!(
            "trap 'echo the shell is told' INT; prusa-cred login {arguments}; echo \"status $?\"; stty -a"
        );
        let mut terminal = env.terminal_for("sh", ["-c", &script]);
        terminal.expect(prompt).send("\u{3}");
        terminal.expect("status 130");
        let (_, screen) = terminal.wait();
        let is_told = screen.contains("the shell is told");
        assert!(is_told || prompt != ASK_PASSWORD, "{screen}");
        for mode in ["echo", "icanon", "isig"] {
            assert!(
                screen.split_whitespace().any(|word| word == mode),
                "no {mode}: {screen}"
            );
        }
    }
    assert_eq!(env.tokens(), before);
}

#[test]
fn closing_the_window_stores_nothing() {
    let site = site();
    let env = TestEnv::new(&site);
    let mut terminal = login(&env);
    terminal.expect(ASK_PASSWORD).hang_up();
    let (status, _) = terminal.wait();
    assert_eq!(status, -1);
    assert!(!is_stored(&env));
}
