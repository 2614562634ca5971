//! Other programs and web pages on the port that a sign-in in a browser waits at.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;
use url::Url;

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::pty::Terminal;

const IGNORED: &str = "Something else than the answer to this sign-in came to http://127.0.0.1:";

/// A sign-in that waits for its browser.
struct Waiting {
    site: OAuthSite,
    terminal: Terminal,
    address: String,
    port: u16,
    state: String,
    _env: TestEnv,
}

/// The ways to begin one: a profile, options that make a profile, the address of a resource.
const WAYS: [&str; 3] = ["profile", "issuer", "resource"];

impl Waiting {
    fn begin(way: &str) -> Self {
        let site = OAuthSite::start();
        let issuer = site.origin().to_owned();
        let resource = format!("{issuer}/mcp");
        let (env, args) = match way {
            "profile" => (
                TestEnv::offline().config(&format!(
                    "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{issuer}'\nclient_id = 'me'\n"
                )),
                vec!["login"],
            ),
            "issuer" => (
                TestEnv::offline(),
                vec!["login", "--issuer", &issuer, "--client-id", "me", "--host", "git.example.com"],
            ),
            _ => {
                site.edit_claims(|claims| claims["aud"] = json!("registered"));
                (TestEnv::offline(), vec!["login", &resource])
            }
        };
        let mut terminal = env.terminal(args);
        terminal.expect("sign in:\r\n\r\n  ");
        let address = terminal.word();
        terminal.expect("press Enter");
        let url = Url::parse(&address).unwrap();
        let asked: HashMap<_, _> = url.query_pairs().into_owned().collect();
        let port = Url::parse(&asked["redirect_uri"]).unwrap().port().unwrap();
        let state = asked["state"].clone();
        Self {
            site,
            terminal,
            address,
            port,
            state,
            _env: env,
        }
    }

    /// Sends these bytes to the port, and returns what comes back.
    fn send(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    fn get(&self, target: &str) -> String {
        let port = self.port;
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        ))
    }

    /// Lets the browser come back, and returns what was on the screen.
    fn finish(self) -> String {
        let page = visit(&self.address);
        assert!(page.contains("You are signed in"), "{page}");
        let (status, screen) = self.terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(self.site.forms("/token").len(), 1);
        screen
    }
}

#[test]
fn a_stranger_s_answer_gets_a_page_and_ends_nothing() {
    for way in WAYS {
        let waiting = Waiting::begin(way);
        let (state, port) = (&waiting.state, waiting.port);
        for query in [
            "error=access_denied&error_description=Call+0800-SCAM".to_owned(),
            "error=access_denied&error_description=Call+0800-SCAM&state=".to_owned(),
            "error=access_denied&error_description=Call+0800-SCAM&state=x".to_owned(),
            "code=SCAM&state=x".to_owned(),
            "code=SCAM".to_owned(),
            format!("code=SCAM&state={state}x"),
            format!("code=SCAM&state={}", &state[1..]),
            format!("error=SCAM&state=x&state={state}"),
            format!("error=SCAM&state={state}&state=x"),
            format!("error=SCAM&State={state}"),
        ] {
            let page = waiting.get(&format!("/?{query}"));
            assert!(page.starts_with("HTTP/1.1 400 "), "{page}");
            assert!(
                page.contains("This is not the answer to the sign-in"),
                "{page}"
            );
            assert!(!page.contains("SCAM"), "{page}");
        }
        for (bytes, status) in [
            (
                format!(
                    "POST /?error=SCAM&state={state} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                ),
                "405",
            ),
            (
                format!(
                    "HEAD /?error=SCAM&state={state} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                ),
                "405",
            ),
            (
                format!(
                    "GET /?error=SCAM&state={state} HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"
                ),
                "400",
            ),
            (
                format!("GET /?error=SCAM&state={state} HTTP/1.1\r\n\r\n"),
                "400",
            ),
            (
                format!(
                    "GET /x?error=SCAM&state={state} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                ),
                "404",
            ),
            (
                format!("GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
                "404",
            ),
            (
                format!(
                    "GET /?error=SCAM&state=x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n\
                     GET /?error=SCAM&state={state} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                ),
                "400",
            ),
            // Half of a request.
            (format!("GET /?error=SCAM&state={state} HT"), ""),
            (
                format!("GET /?error=SCAM&state={state} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"),
                "",
            ),
            ("\u{0}\u{1}\u{2}".to_owned(), ""),
            (String::new(), ""),
        ] {
            let page = waiting.send(&bytes);
            assert!(
                page.starts_with(&format!("HTTP/1.1 {status}")) || status.is_empty(),
                "{page}"
            );
            assert!(!page.contains("SCAM"), "{page}");
        }
        let screen = waiting.finish();
        assert_eq!(screen.matches(IGNORED).count(), 1, "{screen}");
        assert!(
            screen.contains("/ and was ignored. Still waiting.\n"),
            "{screen}"
        );
        assert!(!screen.contains("SCAM"), "{screen}");
    }
}

#[test]
fn idle_connections_do_not_keep_the_browser_out() {
    for way in WAYS {
        let waiting = Waiting::begin(way);
        let idle: Vec<_> = (0..200)
            .map(|number| {
                let mut stream = waiting.connect();
                if number % 3 == 0 {
                    // It may have been dropped already.
                    let _ = stream.write_all(b"GET /?code=x");
                }
                stream
            })
            .collect();
        let screen = waiting.finish();
        assert!(!screen.contains(IGNORED), "{screen}");
        drop(idle);
    }
}

#[test]
fn an_error_with_the_state_of_the_sign_in_ends_it() {
    for way in WAYS {
        let waiting = Waiting::begin(way);
        let page = waiting.get(&format!(
            "/?error=access_denied&error_description=Not+you&state={}",
            waiting.state
        ));
        assert!(page.contains("access was denied: Not you."), "{page}");
        let (status, screen) = waiting.terminal.wait();
        assert_eq!(status, 1, "{screen}");
        assert!(
            screen.contains("prusa-cred: access was denied: Not you\n"),
            "{screen}"
        );
    }
}

#[test]
fn the_first_of_two_answers_counts() {
    let waiting = Waiting::begin("profile");
    let port = waiting.port;
    let one = |what: &str| {
        format!(
            "GET /?{what}&state={} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n",
            waiting.state
        )
    };
    let page = waiting.send(&(one("code=first") + &one("error=access_denied")));
    assert!(page.contains("You are signed in"), "{page}");
    let (status, screen) = waiting.terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(waiting.site.forms("/token")[0]["code"], "first");
}

#[test]
fn a_pasted_answer_of_another_sign_in_is_told_and_waited_on() {
    for way in WAYS {
        let mut waiting = Waiting::begin(way);
        let redirect_uri = format!("http://127.0.0.1:{}/", waiting.port);
        for query in ["code=abc&state=another", "error=access_denied", "code=abc"] {
            waiting
                .terminal
                .send_line(&format!("{redirect_uri}?{query}"));
            waiting
                .terminal
                .expect("Not accepted: the response does not belong to this sign-in (its state differs)")
                .expect("Still waiting.");
        }
        let screen = waiting.finish();
        assert!(!screen.contains(IGNORED), "{screen}");
    }
}
