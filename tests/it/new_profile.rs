//! `login` where there is no profile yet: what it asks, what it makes of the answers, and what it leaves alone.

use crate::support::env::TestEnv;
use crate::support::kognic;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::practicus;
use crate::support::pty::Terminal;
use crate::support::sandbox::{EMAIL, PASSWORD, Sandbox};

const DOWN: &str = "\u{1b}[B";

const QUESTION: &str = "Sign in to:";

#[test]
fn a_newcomer_is_asked_and_enter_takes_prusa() {
    let env = TestEnv::of_a_newcomer();
    let mut terminal = env.terminal(["login"]);
    terminal.expect(QUESTION).expect("> Prusa Account");
    terminal.expect("  Kognic").expect("  Practicus AI");
    terminal.expect("  Another server").send("\r");
    terminal.expect("Sign in to: Prusa Account (Prusa Connect)");
    terminal.expect("cannot reach https://account.prusa3d.com/o/authorize/");
    let (status, _) = terminal.wait();
    assert_eq!(status, 1);
    assert_eq!(env.configuration(), None);
}

#[test]
fn leaving_the_menu_signs_in_to_nothing() {
    let env = TestEnv::of_a_newcomer();
    let mut terminal = env.terminal(["login"]);
    terminal.expect("  Another server").send("\u{1b}");
    terminal.expect("nothing was entered for the service");
    assert_eq!(terminal.wait().0, 1);
    let mut terminal = env.terminal(["login"]);
    terminal.expect("  Another server").send("\u{3}");
    let (status, screen) = terminal.wait();
    assert_eq!(status, -2);
    let hidden = screen
        .rfind("\u{1b}[?25l")
        .expect("the menu hides the cursor");
    assert!(screen[hidden..].contains("\u{1b}[?25h"), "{screen:?}");
}

#[test]
fn no_menu_without_a_terminal_or_with_enough_options() {
    let env = TestEnv::of_a_newcomer();
    let to_prusa = "cannot reach https://account.prusa3d.com/o/authorize/";
    let nobody_there = "cannot ask for the e-mail address";
    env.run_without_terminal(["login"])
        .stderr_contains(nobody_there)
        .status(1);
    for arguments in [
        &["login", "--no-input"][..],
        &["login", "--email", EMAIL],
        &["login", "--provider", "prusa"],
        &["login", "--profile", "prusa"],
        &["login", "--otp-command", "true"],
    ] {
        let (status, screen) = env.terminal(arguments).wait();
        assert!(
            !screen.contains(QUESTION)
                && (screen.contains(to_prusa) || screen.contains(nobody_there)),
            "{screen}"
        );
        assert_eq!(status, 1, "{arguments:?}");
    }
}

#[test]
fn no_menu_for_somebody_who_has_a_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let mut terminal = env.terminal(["login"]);
    terminal.expect("E-mail:").send("\u{3}");
    assert!(!terminal.wait().1.contains(QUESTION));
    for env in [
        TestEnv::of_a_newcomer().stored(&site.stored(60)),
        TestEnv::of_a_newcomer().config("[profiles.farm]\nprovider = 'prusa'\n"),
    ] {
        let (_, screen) = env.terminal(["login"]).wait();
        assert!(
            screen.contains("cannot reach") && !screen.contains(QUESTION),
            "{screen}"
        );
    }
}

#[test]
fn a_profile_is_written_once_its_login_has_worked() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    let login = ["login", "--provider", "prusa", "--host", "farm.example.com"];
    env.run(login)
        .env("PRUSA_PASSWORD", "wrong")
        .stderr_contains("was refused")
        .status(1);
    assert_eq!(env.configuration(), None);
    env.run(login)
        .stderr_contains("Added profile prusa to")
        .stderr_contains("Signed in to profile prusa as")
        .success();
    let text = format!(
        "[profiles.prusa]\nprovider = \"prusa\"\nemail = \"{EMAIL}\"\nhosts = [\"farm.example.com\"]\n"
    );
    assert_eq!(env.configuration(), Some(text));
    env.run(["get", "https://farm.example.com/"])
        .stdout(format!("{}\n", env.token("access_token")))
        .success();
}

#[test]
fn a_second_account_that_cannot_sign_in_leaves_nothing() {
    let mine = "# mine\ndefault = 'prusa'";
    let env = TestEnv::of_a_newcomer().config(mine);
    env.run([
        "login",
        "--profile",
        "farm",
        "--provider",
        "prusa",
        "--email",
        EMAIL,
        "--password-stdin",
    ])
    .stdin("password")
    .stderr_contains("cannot reach https://account.prusa3d.com")
    .status(1);
    assert_eq!(env.configuration().as_deref(), Some(mine));
}

#[test]
fn missing_and_conflicting_options_are_errors() {
    let env = TestEnv::of_a_newcomer();
    let table: [(&[&str], &str); 6] = [
        (
            &["--url", "https://h.tld", "--issuer", "https://h.tld"],
            "--issuer is for --provider oauth",
        ),
        (
            &["--provider", "prusa", "--url", "https://h.tld"],
            "--url is for --provider practicus",
        ),
        (
            &["--profile", "prusa", "--provider", "kognic"],
            "profile prusa has other settings than these options",
        ),
        (&["--provider", "practicus"], "--url is missing"),
        (
            &["--provider", "oauth", "--issuer", "h.tld"],
            "--client-id ID is missing for a new profile",
        ),
        (
            &["--url", "http://h.tld"],
            "--url: neither an https address",
        ),
    ];
    for (options, wanted) in table {
        env.run(["login"].iter().chain(options))
            .stderr_contains(wanted)
            .status(2);
    }
    env.run(["login", "--profile", "k", "--credentials", "none.json"])
        .stderr_contains("could not read the credentials in")
        .status(1);
    env.run(["login", "--profile", "nobody"])
        .stderr("prusa-cred: there is no profile \"nobody\"\n  hint: the profiles are kognic, prusa; `prusa-cred status` lists them; add --provider KIND to make a new one\n")
        .status(1);
    env.run(["login"])
        .env("PRUSA_CRED_PROFILE", "nobody")
        .stderr_contains("set it to one of kognic, prusa; add --provider KIND to make a new one\n")
        .status(1);
    env.run(["login", "--profile", "No", "--provider", "prusa"])
        .stderr_contains("--profile: \"No\" cannot be a profile's name")
        .status(2);
    let env = env
        .config("[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://h.tld'\nclient_id = 'c'\n");
    env.run([
        "login",
        "--profile",
        "corp",
        "--client-id",
        "d",
        "--issuer",
        "https://h.tld",
    ])
    .stderr_contains("profile corp has other settings than these options")
    .status(2);
}

#[test]
fn an_unwritable_configuration_fails_before_the_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    let login = ["login", "--profile", "farm", "--provider", "prusa"];
    let env = env.config("profiles = {}\n");
    env.run(login)
        .stderr_contains("could not add profile farm to")
        .stderr_contains("its `profiles` is not made of [profiles.NAME] tables")
        .status(1);
    let env = env.config("[profiles.x]\n");
    env.run(login)
        .stderr_contains("profiles.x.provider: missing")
        .status(1);
    let env = env.config("");
    let path = env.config_dir().join("prusa-cred/config.toml");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    env.run(login)
        .stderr_contains("could not write to")
        .status(1);
    assert_eq!(site.sign_ins(), 0);
}

/// Begins a login and chooses the service this many lines below the first.
fn picked(env: &TestEnv, lines_below: usize) -> Terminal {
    let mut terminal = env.terminal(["login", "--timeout", "5s"]);
    terminal.expect("  Another server");
    terminal.send(&DOWN.repeat(lines_below)).send("\r");
    terminal
}

#[test]
fn kognic_takes_a_credentials_file_that_is_there() {
    let env = TestEnv::of_a_newcomer();
    env.json_file("mine.json", &kognic::credentials());
    let mut terminal = picked(&env, 1);
    terminal.expect("Credentials file:").send_line("none.json");
    terminal
        .expect("there is no file")
        .expect("Credentials file:");
    terminal.send("\u{15}").send_line("mine.json");
    terminal.expect("cannot reach https://auth.app.kognic.com/");
    assert_eq!(terminal.wait().0, 1);
    assert_eq!(env.configuration(), None);
    let mut terminal = env.terminal(["login", "--provider", "kognic"]);
    terminal.expect("Credentials file:").send("\u{3}");
    terminal.wait();
    let env = env.var("KOGNIC_CREDENTIALS", "mine.json");
    let login = ["login", "--provider", "kognic", "--timeout", "5s"];
    let (_, screen) = env.terminal(login).wait();
    let (beginning, end) = ("Asking Kognic for a token.\n", "prusa-cred: cannot reach");
    assert!(
        screen.starts_with(beginning) && screen.contains(end),
        "{screen:?}"
    );
}

#[test]
fn practicus_takes_an_address_and_a_password() {
    let region = practicus::start();
    let env = TestEnv::of_a_newcomer();
    let mut terminal = picked(&env, 2);
    terminal
        .expect("Address of the region:")
        .send_line(&format!("{}/", region.url()));
    terminal.expect("E-mail:").send_line(EMAIL);
    terminal.expect("Password").send_hidden(PASSWORD);
    terminal
        .expect("Added profile practicus to")
        .expect("Signed in to profile practicus as");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let text = format!(
        "[profiles.practicus]\nprovider = \"practicus\"\nurl = \"{}\"\nemail = \"{EMAIL}\"\n",
        region.url()
    );
    assert_eq!(env.configuration(), Some(text));
    env.run(["get", "--provider", "practicus"])
        .any_stdout()
        .success();
}

#[test]
fn another_server_takes_its_address_a_client_and_hosts() {
    let site = OAuthSite::start();
    let env = TestEnv::of_a_newcomer();
    let mut terminal = picked(&env, 3);
    terminal
        .expect("Address of the server (issuer):")
        .send_line(site.origin());
    terminal.expect("Client ID:").send_line("me");
    terminal
        .expect("Hosts that its tokens are for (Enter: none):")
        .send_line("not/../host");
    terminal
        .expect("not/../host: ")
        .expect("Hosts that its tokens");
    terminal.send("\u{15}").send_line("git.example.com");
    terminal.expect("Open this address in a browser and sign in:\r\n\r\n  ");
    visit(&terminal.word());
    terminal.expect("Signed in to profile 127.0.0.1");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let text = format!(
        "[profiles.\"127.0.0.1\"]\nprovider = \"oauth\"\nissuer = \"{}\"\nclient_id = \"me\"\n",
        site.origin()
    );
    let written = env.configuration().expect("a configuration");
    assert!(
        written.starts_with(&text) && written.ends_with("hosts = [\"git.example.com\"]\n"),
        "{written}"
    );
    env.run(["get", "https://git.example.com"])
        .any_stdout()
        .success();
    let login = ["login", "--issuer", site.origin(), "--client-id", "me"];
    let mut terminal = env.terminal(login.iter().chain(&["--host", "git.example.com"]));
    terminal.expect("Open this address").send("\u{3}");
    terminal.wait();
    assert_eq!(
        env.configuration(),
        Some(written),
        "the same login is the same profile"
    );
}

#[test]
fn invalid_answers_are_asked_for_again() {
    let env = TestEnv::of_a_newcomer();
    let mut terminal = env.terminal(["login"]);
    terminal
        .expect("  Another server")
        .send(DOWN)
        .send(DOWN)
        .send(DOWN);
    terminal.expect("> Another server").send("\r");
    terminal
        .expect("Address of the server (issuer):")
        .send_line("http://login.tld");
    terminal.expect("neither an https address");
    terminal.send("\u{3}");
    assert_eq!(terminal.wait().0, -2);
    assert_eq!(env.configuration(), None);
}
