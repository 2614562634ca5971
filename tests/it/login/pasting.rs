//! What a person pastes while a sign-in in a browser waits: of any length and shape, and the terminal as it was
//! afterwards.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::TcpStream;

use rustix::process::Signal;
use serde_json::json;
use url::{Position, Url};

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::pty::Terminal;

/// A sign-in that waits for a paste.
struct Waiting {
    site: OAuthSite,
    terminal: Terminal,
    redirect_uri: String,
    state: String,
    _env: TestEnv,
}

impl Waiting {
    fn begin() -> Self {
        Self::begin_with(|env| env.terminal(["login", "--browser"]))
    }

    fn begin_with(start: impl FnOnce(&TestEnv) -> Terminal) -> Self {
        let site = OAuthSite::start();
        let env = TestEnv::offline().config(&format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n",
            site.origin()
        ));
        let mut terminal = start(&env);
        terminal.expect("sign in:\r\n\r\n  ");
        let address = Url::parse(&terminal.word()).unwrap();
        terminal.expect("press Enter");
        let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
        Self {
            site,
            terminal,
            redirect_uri: asked["redirect_uri"].clone(),
            state: asked["state"].clone(),
            _env: env,
        }
    }

    fn address(&self, code: &str) -> String {
        format!("{}?code={code}&state={}", self.redirect_uri, self.state)
    }

    /// Waits for the end of a sign-in that has worked, and returns the code that the server was sent.
    fn code(self) -> String {
        let (status, screen, is_as_usual) = self.terminal.wait_and_look();
        assert_eq!((status, is_as_usual), (0, true), "{screen}");
        self.site.forms("/token")[0]["code"].clone()
    }
}

#[test]
fn a_code_longer_than_a_line_of_the_terminal_is_read_whole() {
    for length in [1_000, 4_095, 4_096, 12_000, 30_000] {
        let mut waiting = Waiting::begin();
        let code: String = ('a'..='z').cycle().take(length).collect();
        let line = waiting.address(&code) + "\r";
        for part in line.as_bytes().chunks(512) {
            waiting.terminal.send(std::str::from_utf8(part).unwrap());
            // What is shown has to be taken, as a window does.
            waiting.terminal.look();
        }
        assert_eq!(waiting.code(), code, "{length}");
    }
}

#[test]
fn whatever_stands_around_or_within_an_address_is_no_part_of_it() {
    for (typed, code) in [
        ("  'ADDRESS'  \r", "abcdef"),
        ("<ADDRESS>\r", "abcdef"),
        ("The last page was\rADDRESS\rand it is empty\r", "abcdef"),
        ("BROKEN\r", "abcdef"),
        ("\u{1b}[200~BROKEN\u{1b}[201~\r", "abcdef"),
        ("\u{1b}[200~ADDRESS\r\u{1b}[201~", "abcdef"),
        ("wrong\u{15}ADDRESS\r", "abcdef"),
        ("ADDRESS 12\u{7f}\u{7f}\r", "abcdef"),
        ("\u{1b}[AADDRESS\u{1b}[D\r", "abcdef"),
        ("\r\r\rADDRESS\r", "abcdef"),
        ("abcdef wrong\u{17}\u{7f}\r", "abcdef"),
    ] {
        let mut waiting = Waiting::begin();
        let address = waiting.address("abcdef");
        let (first, rest) = address.split_at(address.find("def").unwrap());
        let broken = format!("{first}\r  {rest}");
        let keys = typed
            .replace("ADDRESS", &address)
            .replace("BROKEN", &broken);
        waiting.terminal.send(&keys);
        assert_eq!(waiting.code(), code, "{typed:?}");
    }
}

#[test]
fn a_page_of_the_server_itself_is_told_with_its_error() {
    let mut waiting = Waiting::begin();
    let origin = waiting.site.origin().to_owned();
    waiting.terminal.send_line(&format!(
        "{origin}/error?error=invalid_client&error_description=no+such+client"
    ));
    waiting.terminal.expect(&format!(
        "Not accepted: that is a page of {origin} itself, which has not sent the browser back yet; it says \
         invalid_client (no such client). Still waiting."
    ));
    waiting.terminal.send_line(&format!("{origin}/login"));
    waiting.terminal.expect(&format!(
        "Not accepted: that is a page of {origin} itself, which has not sent the browser back yet. Still waiting."
    ));
    let address = waiting.address("good");
    waiting.terminal.send_line(&address);
    assert_eq!(waiting.code(), "good");
}

#[test]
fn the_end_of_the_input_ends_no_sign_in() {
    let mut waiting = Waiting::begin();
    waiting.terminal.send("\u{4}");
    let page = crate::support::oauth::visit(&waiting.address("good"));
    assert!(page.contains("You are signed in"), "{page}");
    assert_eq!(waiting.code(), "good");
}

#[test]
fn the_terminal_is_as_it_was_however_the_sign_in_ends() {
    for (keys, signal, status) in [
        ("\u{3}", None, -2),
        ("\u{1c}", None, -3),
        ("half a line\u{3}", None, -2),
        ("", Some(Signal::TERM), -15),
        ("", Some(Signal::HUP), -1),
        ("", Some(Signal::ABORT), -6),
    ] {
        let mut waiting = Waiting::begin();
        assert!(!waiting.terminal.is_as_usual());
        waiting.terminal.send(keys);
        if let Some(signal) = signal {
            waiting.terminal.signal(signal);
        }
        let (ended, screen, is_as_usual) = waiting.terminal.wait_and_look();
        assert_eq!(
            (ended, is_as_usual),
            (status, true),
            "{keys:?} {signal:?} {screen}"
        );
    }
    let mut waiting = Waiting::begin();
    waiting.site.can(
        "/token",
        400,
        json!({ "error": "invalid_grant" }).to_string(),
    );
    let address = waiting.address("bad");
    waiting.terminal.send_line(&address);
    let (status, screen, is_as_usual) = waiting.terminal.wait_and_look();
    assert_eq!((status, is_as_usual), (1, true), "{screen}");
}

#[test]
fn a_sign_in_that_was_stopped_goes_on() {
    let mut waiting = Waiting::begin();
    waiting.terminal.signal(Signal::TSTP);
    waiting.terminal.wait_until_as_usual(true);
    waiting.terminal.signal(Signal::CONT);
    waiting.terminal.wait_until_as_usual(false);
    let address = waiting.address(&"c".repeat(6_000));
    for part in address.as_bytes().chunks(512) {
        waiting.terminal.send(std::str::from_utf8(part).unwrap());
        waiting.terminal.look();
    }
    waiting.terminal.send("\r");
    assert_eq!(waiting.code().len(), 6_000);
}

#[test]
fn a_sign_in_that_goes_on_in_the_background_is_not_stopped() {
    let script = "set -m; prusa-cred login --browser; bg; wait; echo \"ended with $?\"";
    let mut waiting = Waiting::begin_with(|env| env.terminal_for("bash", ["-c", script]));
    waiting.terminal.send("\u{1a}");
    waiting.terminal.expect("&\r\n");
    let address = Url::parse(&waiting.address("c0de")).unwrap();
    let port = address.port().unwrap();
    let mut browser = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let path = &address[Position::BeforePath..];
    write!(
        browser,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    )
    .unwrap();
    waiting.terminal.expect("ended with 0");
    assert_eq!(waiting.code(), "c0de");
}
