//! Signing in with a browser: the address it opens, and what a person pastes back.

use url::Url;

use super::{assert_signed_in, is_stored, site};
use crate::support::env::TestEnv;
use crate::support::pty::Terminal;
use crate::support::sandbox::Sandbox;

/// Begins a login, and returns the address to open.
fn begin(env: &TestEnv) -> (Terminal, String) {
    // What is pasted is visible: the code is valid for a minute, and only with the verifier.
    let mut terminal = env.terminal(["login", "--browser"]).may_show_secrets();
    terminal.expect("Address: ");
    let screen = terminal.screen();
    let address = screen
        .lines()
        .find_map(|line| line.strip_prefix("  http"))
        .unwrap_or_else(|| panic!("no address: {screen}"));
    (terminal, format!("http{}", address.trim_end()))
}

/// Pastes what `change` makes of the address that the browser ended on.
fn paste(site: &Sandbox, env: &TestEnv, change: impl Fn(Url) -> String) -> (i32, String) {
    let (mut terminal, address) = begin(env);
    let end = Url::parse(&site.browse(&address)).unwrap();
    terminal.send_line(&change(end));
    terminal.wait()
}

fn code_of(end: &Url) -> String {
    let (_, code) = end.query_pairs().find(|(name, _)| name == "code").unwrap();
    code.into_owned()
}

#[test]
fn the_address_to_open_is_shown_to_a_quiet_terminal_too() {
    for option in ["--quiet", "--json"] {
        let site = site();
        let env = TestEnv::new(&site);
        let mut terminal = env
            .terminal(["login", "--browser", option])
            .may_show_secrets();
        terminal.expect("Open this address in a browser and sign in:");
        terminal.expect("/o/authorize/?").expect("Address: ");
    }
}

#[test]
fn the_address_asks_for_a_code_with_a_challenge_and_a_state() {
    let site = site();
    let env = TestEnv::new(&site);
    let (terminal, address) = begin(&env);
    drop(terminal);
    let (_, other) = begin(&env);
    let value = |address: &str, name: &str| {
        let url = Url::parse(address).unwrap();
        let found = url.query_pairs().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    assert!(address.starts_with(&format!("{}/o/authorize/?", site.account_url())));
    assert_eq!(value(&address, "code_challenge_method"), "S256");
    assert_eq!(value(&address, "redirect_uri"), site.redirect_uri());
    for fresh in ["state", "code_challenge"] {
        assert!(value(&address, fresh).len() >= 22, "{fresh}");
        assert_ne!(value(&address, fresh), value(&other, fresh), "{fresh}");
    }
}

#[test]
fn an_address_a_query_or_a_bare_code_is_accepted() {
    let shapes: [fn(Url) -> String; 4] = [
        |end| end.to_string(),
        |end| format!("  \"{end}\""),
        |end| format!("?{}", end.query().unwrap()),
        |end| code_of(&end),
    ];
    for shape in shapes {
        let site = site();
        let env = TestEnv::new(&site);
        let (status, screen) = paste(&site, &env, shape);
        assert_eq!(status, 0, "{screen}");
        assert!(screen.contains("Signed in to profile prusa as ada@example.com"));
        assert_signed_in(&site, &env);
    }
}

/// Pastes what `change` makes of the address that the browser ended on, which is not accepted for this reason; then
/// that address itself, which is.
fn paste_twice(site: &Sandbox, env: &TestEnv, change: impl Fn(&Url) -> String, why: &str) {
    let (mut terminal, address) = begin(env);
    let end = Url::parse(&site.browse(&address)).unwrap();
    terminal.send_line(&change(&end));
    terminal.expect(&format!("error: {why}"));
    terminal.expect("Address: ");
    assert_eq!((site.sign_ins(), is_stored(env)), (0, false));
    terminal.send_line(end.as_str());
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_signed_in(site, env);
}

#[test]
fn an_answer_to_another_sign_in_is_told_and_asked_again() {
    let shapes: [fn(&Url) -> String; 3] = [
        |end| {
            let (address, _) = end.as_str().split_once('?').unwrap();
            format!("{address}?code={}&state=another", code_of(end))
        },
        |end| {
            let (address, _) = end.as_str().split_once('?').unwrap();
            format!("{address}?error=access_denied")
        },
        |end| format!("{end}&state=another"),
    ];
    for shape in shapes {
        let site = site();
        let env = TestEnv::new(&site);
        let why = "the response does not belong to this sign-in (its state differs)";
        paste_twice(&site, &env, shape, why);
    }
}

#[test]
fn an_address_of_another_page_is_told_and_asked_again() {
    let shapes: [fn(&Url) -> String; 4] = [
        |end| {
            format!(
                "https://evil.example/login/auth-callback?{}",
                end.query().unwrap()
            )
        },
        |end| end.as_str().replace("/login/auth-callback", "/dashboard"),
        |_| "a page that I closed".to_owned(),
        |end| end.as_str().replace("http:", "https:"),
    ];
    for shape in shapes {
        let site = site();
        let env = TestEnv::new(&site);
        let why = format!(
            "that is neither an address that begins with {} nor a code",
            site.redirect_uri()
        );
        paste_twice(&site, &env, shape, &why);
    }
}

#[test]
fn an_unknown_code_is_rejected_by_the_server() {
    let site = site();
    let env = TestEnv::new(&site);
    let (status, screen) = paste(&site, &env, |_| "made-up".to_owned());
    let told = format!(
        "prusa-cred: {}/o/token/ refused: invalid_grant\n  hint: run `prusa-cred login`\n",
        site.account_url()
    );
    assert!(screen.ends_with(&told), "{screen}");
    assert_eq!((status, site.callbacks(), is_stored(&env)), (1, 0, false));
}
