//! Refreshes that a server refuses: which words end a login, who signs in anew alone, and that a refused refresh token
//! is not sent again.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::process::Output;
use crate::support::sandbox::{Answer, Sandbox, unix_now};
use crate::support::{kognic, practicus};

const TOKEN: &str = "POST /o/token/";

/// Refusals that mean that the login is over: status and body.
const ENDING: [(u16, &str); 28] = [
    (400, r#"{"error":"invalid_grant"}"#),
    (400, r#"{"error":"Invalid_Grant"}"#),
    (
        400,
        r#"{"error":"unauthorized_client","error_description":"token was already used"}"#,
    ),
    (401, r#"{"error":"INVALID_TOKEN"}"#),
    (400, r#"{"error":"expired_token"}"#),
    (
        403,
        r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#,
    ),
    (403, r#"{"error":"access_denied"}"#),
    (
        200,
        r#"{"error":"bad_refresh_token","error_uri":"https://docs.example/"}"#,
    ),
    (200, r#"{"ok":false,"error":"invalid_refresh_token"}"#),
    (200, r#"{"ok":false}"#),
    (
        200,
        r#"{"error":{"code":"revoked","message":"it is gone"}}"#,
    ),
    (
        400,
        r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"bad token"}}"#,
    ),
    (401, r#"{"message":"Unauthorized"}"#),
    (403, r#"{"message":"no"}"#),
    (400, "{}"),
    (400, "[]"),
    (400, ""),
    (401, "<html>Unauthorized</html>"),
    (403, ""),
    (422, r#"{"error":"odd"}"#),
    (400, "error=invalid_grant&error_description=revoked"),
    (
        400,
        "[{\"error\":\"invalid_grant\",\"error_description\":\"a\tb\"}]",
    ),
    (403, "\u{feff}{\"error\":\"revoked\"}"),
    (403, "\u{feff}"),
    (
        200,
        r#"{"status":"error","message":"refresh token expired"}"#,
    ),
    (200, r#"{"errcode":40029,"errmsg":"invalid code"}"#),
    (200, r#"{"ok":0}"#),
    (200, r#"{"detail":"Token is blacklisted"}"#),
];

/// Those that mean something else: status, body, code, and what the hint has.
const KEEPING: [(u16, &str, &str, &str); 12] = [
    (
        401,
        r#"{"error":"invalid_client"}"#,
        "invalid_credentials",
        "client_id",
    ),
    (
        400,
        r#"{"error":"Invalid_Client"}"#,
        "invalid_credentials",
        "client_id",
    ),
    (
        200,
        r#"{"error":"incorrect_client_credentials"}"#,
        "invalid_credentials",
        "client_id",
    ),
    (
        400,
        r#"{"error":{"code":"invalid_client"}}"#,
        "invalid_credentials",
        "client_id",
    ),
    (
        400,
        r#"{"error":"unsupported_grant_type"}"#,
        "denied",
        "flow",
    ),
    (400, r#"{"error":"invalid_scope"}"#, "denied", "scopes"),
    (403, r#"{"error":"INVALID_TARGET"}"#, "denied", "resource"),
    (200, r#"{"error":"invalid_request"}"#, "denied", "client_id"),
    (403, "<html>Attention required</html>", "denied", "firewall"),
    (403, "error code: 1020", "denied", "firewall"),
    (
        403,
        "<script>var page = {\"code\": 1020}</script>",
        "denied",
        "firewall",
    ),
    (404, "<html>", "server", "address"),
];

/// Those that pass.
const PASSING: [(u16, &str, &str); 7] = [
    (400, r#"{"error":"Temporarily_Unavailable"}"#, "server"),
    (
        400,
        "{\"error_description\":\"a\tb\r\n\",'error':'temporarily_unavailable',}",
        "server",
    ),
    (
        400,
        r#"[{"error":{"code":"temporarily_unavailable"}}]"#,
        "server",
    ),
    (200, r#"{"error":"server_error"}"#, "server"),
    (403, r#"{"error":"slow_down"}"#, "rate_limited"),
    (429, r#"{"error":"invalid_grant"}"#, "rate_limited"),
    (500, r#"{"error":"invalid_grant"}"#, "server"),
];

/// Takes a status and a body.
type AnswerWith = dyn Fn(u16, &str);

/// A provider with a stored login whose access token has run out.
struct Provider {
    name: &'static str,
    env: TestEnv,
    /// Makes its server answer every refresh like this.
    answer: Box<AnswerWith>,
    /// Counts the refreshes.
    refreshes: Box<dyn Fn() -> usize>,
    /// The keys of its profiles that a refusal may be about.
    keys: &'static [&'static str],
}

impl Provider {
    fn get(&self, more: &[&str]) -> Output {
        let args = [&["get", "--profile", self.name], more].concat();
        let run = self.env.run(args).env("PRUSA_CRED_ERRORS", "json");
        run.any_stdout().any_stderr().outcome()
    }
}

fn expired(access_token: &str, refresh_token: &str) -> Value {
    json!({
        "access_token": access_token, "refresh_token": refresh_token, "expires_in": 3600,
        "expires_at": unix_now() - 10,
    })
}

fn body(status: u16, body: &str) -> Answer {
    Answer::Instead {
        status,
        headers: Vec::new(),
        body: body.to_owned(),
    }
}

fn stored_at(env: &TestEnv, profile: &str, set: &Value) {
    let file = format!("prusa-cred/tokens/{profile}.json");
    env.write(&env.config_dir().join(file), set.to_string());
}

fn prusa() -> Provider {
    let site = Arc::new(Sandbox::start());
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let counted = Arc::clone(&site);
    Provider {
        name: "prusa",
        env,
        answer: Box::new(move |status, text| site.always(TOKEN, body(status, text))),
        refreshes: Box::new(move || counted.refreshes()),
        keys: &["client_id", "scopes"],
    }
}

fn oauth(keys: &str) -> Provider {
    let site = Arc::new(OAuthSite::start());
    let env = TestEnv::offline().config(&format!(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n{keys}\n",
        site.origin()
    ));
    stored_at(&env, "corp", &expired("old", "refresh-1"));
    let counted = Arc::clone(&site);
    Provider {
        name: "corp",
        env,
        answer: Box::new(move |status, text| site.can("/token", status, text)),
        refreshes: Box::new(move || {
            let forms = counted.forms("/token");
            let is_refresh = |form: &&std::collections::BTreeMap<String, String>| {
                form["grant_type"] == "refresh_token"
            };
            forms.iter().filter(is_refresh).count()
        }),
        keys: &["client_id", "scopes", "resource", "flow"],
    }
}

fn region() -> Provider {
    let site = Arc::new(practicus::start());
    let env = TestEnv::offline().var("PRT_URL", site.url());
    stored_at(&env, "practicus", &expired("old", "refresh-1"));
    let counted = Arc::clone(&site);
    Provider {
        name: "practicus",
        env,
        answer: Box::new(move |status, text| site.answers(vec![body(status, text); 50])),
        refreshes: Box::new(move || counted.count(|asked| asked.path.ends_with("/refresh/"))),
        keys: &[],
    }
}

fn told(output: &Output) -> Value {
    let line = output.stderr.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {output}"))
}

#[test]
fn a_refusal_ends_the_login_and_its_token_is_not_sent_again() {
    for make in [prusa as fn() -> Provider, || oauth(""), region] {
        for (status, body) in ENDING {
            let provider = make();
            (provider.answer)(status, body);
            let about = format!("{} {status} {body}", provider.name);
            let first = told(&provider.get(&[]));
            assert_eq!(first["error"], "login_required", "{about}: {first}");
            let hint = first["hint"].as_str().unwrap_or_default();
            assert!(hint.starts_with("run `prusa-cred login"), "{about}: {hint}");
            assert_eq!((provider.refreshes)(), 1, "{about}");
            let again = told(&provider.get(&[]));
            assert_eq!(again["error"], "login_required", "{about}: {again}");
            assert_eq!(again["hint"], first["hint"], "{about}");
            let message = again["message"].as_str().unwrap_or_default();
            let begins = first["message"].as_str().unwrap_or_default();
            assert!(message.starts_with(begins), "{about}: {message}");
            let ends = "and the same refresh token is not sent again";
            assert!(message.ends_with(ends), "{about}: {message}");
            assert_eq!((provider.refreshes)(), 1, "{about}");
            told(&provider.get(&["--refresh"]));
            assert_eq!((provider.refreshes)(), 2, "{about}");
        }
    }
}

#[test]
fn a_refusal_of_something_else_keeps_the_login_and_tries_again() {
    for make in [prusa as fn() -> Provider, || oauth(""), region] {
        for (status, body, code, hint) in KEEPING {
            let provider = make();
            (provider.answer)(status, body);
            let about = format!("{} {status} {body}", provider.name);
            for _ in 0..2 {
                let error = told(&provider.get(&[]));
                assert_eq!(error["error"], code, "{about}: {error}");
                let text = error["hint"].as_str().unwrap_or_default();
                assert!(text.starts_with("the login is kept; "), "{about}: {text}");
                let is_key = ["client_id", "scopes", "resource", "flow"].contains(&hint);
                let hint = if is_key && !provider.keys.contains(&hint) {
                    assert!(!text.contains("profiles."), "{about}: {text}");
                    "no setting is at fault"
                } else {
                    hint
                };
                assert!(text.contains(hint), "{about}: {text}");
            }
            assert_eq!((provider.refreshes)(), 2, "{about}");
        }
    }
}

#[test]
fn what_passes_is_tried_again_within_the_deadline() {
    for make in [prusa as fn() -> Provider, || oauth(""), region] {
        for (status, body, code) in PASSING {
            let provider = make();
            (provider.answer)(status, body);
            let about = format!("{} {status} {body}", provider.name);
            let error = told(&provider.get(&["--timeout", "2s"]));
            assert_eq!(error["error"], code, "{about}: {error}");
            assert!((provider.refreshes)() > 1, "{about}");
        }
    }
}

#[test]
fn another_refresh_token_in_the_file_is_sent() {
    let provider = oauth("");
    (provider.answer)(400, "");
    told(&provider.get(&[]));
    stored_at(&provider.env, "corp", &expired("old", "refresh-2"));
    let status = provider.env.run(["status", "--profile", "corp"]);
    let status = status.any_stdout().success().stdout;
    assert!(!status.contains("refused"), "{status}");
    told(&provider.get(&[]));
    assert_eq!((provider.refreshes)(), 2);
}

#[test]
fn a_refused_token_stays_refused_whatever_happens_in_between() {
    let provider = oauth("");
    (provider.answer)(400, r#"{"error":"invalid_grant"}"#);
    let first = told(&provider.get(&[]));
    for (status, code) in [(503, "server"), (429, "rate_limited"), (500, "server")] {
        (provider.answer)(status, "");
        let tried = told(&provider.get(&["--refresh", "--timeout", "2s"]));
        assert_eq!(tried["error"], code, "{tried}");
        let count = (provider.refreshes)();
        let again = told(&provider.get(&[]));
        assert_eq!(again["error"], "login_required", "{status}: {again}");
        assert_eq!(again["hint"], first["hint"], "{status}");
        assert_eq!((provider.refreshes)(), count, "{status}");
    }
    let status = provider.env.run(["status", "--profile", "corp"]);
    status.stdout_contains("refused: invalid_grant\n").status(1);
}

#[test]
fn an_answer_without_a_token_is_no_interruption() {
    let provider = oauth("");
    (provider.answer)(200, "{}");
    for _ in 0..2 {
        let output = provider.get(&[]);
        assert!(!output.stderr.contains("interrupted"), "{output}");
        assert_eq!(told(&output)["error"], "server");
    }
    let status = provider.env.run(["status", "--profile", "corp", "--json"]);
    let rows: Value = serde_json::from_str(&status.any_stdout().success().stdout).expect("JSON");
    let message = rows[0]["failed"]["message"].as_str().unwrap_or_default();
    assert!(message.ends_with("/token sent no token"), "{rows}");
}

#[test]
fn an_answer_that_cannot_be_used_is_told_with_its_address() {
    let answer = r#"{"access_token":"x y","refresh_token":"refresh-2"}"#;
    let of_region = r#"{"access":"x y","refresh":"refresh-2"}"#;
    for (make, answer, address) in [
        (prusa as fn() -> Provider, answer, "/o/token/ sent "),
        (|| oauth(""), answer, "/token sent "),
        (region, of_region, "/refresh/ sent "),
    ] {
        let provider = make();
        (provider.answer)(200, answer);
        let error = told(&provider.get(&[])).to_string();
        assert!(error.contains(address), "{}: {error}", provider.name);
    }
}

#[test]
fn a_client_requests_a_new_token_whatever_the_word_was() {
    let words = ENDING.iter().map(|&(status, body)| (status, body));
    let others = KEEPING.iter().map(|&(status, body, ..)| (status, body));
    for (status, body_text) in words.chain(others) {
        let site = kognic::start();
        let env = TestEnv::offline();
        env.json_file("credentials.json", &kognic::credentials());
        site.state().gives_refresh_tokens = true;
        let line = format!(
            "get --provider kognic --server {} --credentials credentials.json",
            site.url()
        );
        let get = || env.run(line.split_whitespace());
        get().any_stdout().success();
        env.let_tokens_run_out();
        site.answers([body(status, body_text)]);
        let output = get().any_stdout().outcome();
        let about = format!("{status} {body_text}: {output}");
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{about}");
        let grants = site.count(|asked| asked.get("grant_type") == "client_credentials");
        assert_eq!(grants, 2, "{about}");
    }
}

#[test]
fn a_password_at_hand_signs_in_whatever_the_word_was() {
    for (status, text) in [
        (400, r#"{"error":"unauthorized_client"}"#),
        (200, r#"{"error":"bad_refresh_token"}"#),
        (403, r#"{"message":"no"}"#),
        (400, ""),
    ] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site)
            .with_credentials()
            .var("PRUSA_TOTP_SECRET", site.totp_url())
            .stored(&site.stored(-10));
        site.answers(TOKEN, [body(status, text)]);
        let token = env.run(["get"]).any_stdout().success().stdout;
        assert_eq!(token.trim(), env.token("access_token"), "{status} {text}");
        assert_eq!((site.refreshes(), site.sign_ins()), (1, 1));
        assert_eq!(env.leftovers(), [""; 0], "what was refused is forgotten");
    }
}

#[test]
fn a_refused_token_of_the_environment_is_not_sent_again() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", set.to_string());
    site.always(TOKEN, body(200, r#"{"error":"bad_refresh_token"}"#));
    for _ in 0..3 {
        env.run(["get"])
            .stderr_contains("refused: bad_refresh_token")
            .stderr_contains("hint: set PRUSA_TOKENS_JSON to another login, or unset it\n")
            .status(1);
    }
    assert_eq!(site.refreshes(), 1);
    // Another login in the variable is another file.
    site.always(TOKEN, Answer::Usual);
    let other = site.stored(-10).to_string();
    let run = env.run(["get"]).env("PRUSA_TOKENS_JSON", &other);
    run.any_stdout().success();

    let region = practicus::start();
    let env = TestEnv::offline()
        .var("PRT_URL", region.url())
        .var("PRT_TOKEN", "an-opaque-refresh-token");
    for _ in 0..3 {
        env.run(["get", "--profile", "practicus"])
            .stderr_contains("refused: invalid_grant (Token is invalid)")
            .status(1);
    }
    assert_eq!(region.count(|_| true), 1);
}

#[test]
fn a_refusal_is_shown_also_while_the_access_token_lives() {
    for life in [-10, 3000] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(life));
        site.always(TOKEN, body(200, r#"{"error":"bad_refresh_token"}"#));
        env.run(["get", "--refresh"]).any_stderr().status(1);
        let shows = |args: &[&str], text: &str| {
            let output = env.run(args).any_stdout().any_stderr().outcome();
            assert!(output.stdout.contains(text), "{life}: {output}");
        };
        let refused = "/o/token/ refused: bad_refresh_token";
        shows(&["status"], refused);
        shows(&["status"], "`prusa-cred login`");
        shows(&["status", "--json"], refused);
        shows(&["which"], refused);
        shows(&["which"], "none: the server refused the refresh token");
        shows(&["doctor"], refused);
        // A token that lives is handed out as ever.
        let status = env.run(["get"]).any_stdout().any_stderr().outcome().status;
        assert_eq!(status, i32::from(life < 0));
        assert_eq!(site.refreshes(), 1);
    }
}

#[test]
fn a_login_ends_the_memory_of_a_refusal() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [body(400, "")]);
    env.run(["get"]).any_stderr().status(1);
    assert_eq!(env.leftovers().len(), 1);
    let login = env
        .run(["login"])
        .env("PRUSA_EMAIL", crate::support::sandbox::EMAIL);
    let login = login.env("PRUSA_PASSWORD", crate::support::sandbox::PASSWORD);
    let login = login.env("PRUSA_TOTP_SECRET", site.totp_url());
    login.any_stdout().any_stderr().success();
    assert_eq!(env.leftovers(), [""; 0]);
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!(site.refreshes(), 2);
}

/// Answers every request with these bytes, and returns the address and the bodies of the requests.
fn raw_server(answer: &'static [u8]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = read_request(&mut stream);
            log.lock().expect("no panic").push(request);
            let _ = stream.write_all(answer);
        }
    });
    (url, seen)
}

/// Reads a request whose body, a form, ends with its refresh token.
fn read_request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains("refresh_token=refresh-1") {
        match stream.read(&mut bytes) {
            Ok(0) | Err(_) => break,
            Ok(read) => text += &String::from_utf8_lossy(&bytes[..read]),
        }
    }
    text
}

/// A home whose profile `corp` has this token endpoint, and a login that has run out.
fn at_endpoint(url: &str) -> TestEnv {
    let env = TestEnv::offline().config(&format!(
        "[profiles.corp]\nprovider = 'oauth'\ntoken_endpoint = '{url}/token'\n\
         authorization_endpoint = '{url}/authorize'\nclient_id = 'me'\n"
    ));
    stored_at(&env, "corp", &expired("old", "refresh-1"));
    env
}

#[test]
fn odd_header_lines_lose_no_login() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x01b; path=/\r\nConnection: close\r\n\r\n\
          {\"access_token\":\"new\",\"refresh_token\":\"refresh-2\",\"expires_in\":3600}",
        b"HTTP/1.1 200 OK\r\nX-Odd Header: 1\r\n: 2\r\nX-Folded: 3\r\n 4\r\nConnection: close\r\n\r\n\
          {\"access_token\":\"new\",\"refresh_token\":\"refresh-2\",\"expires_in\":3600}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n\
          access_token=new&expires_in=3600&refresh_token=refresh-2",
    ];
    for answer in answers {
        let (url, seen) = raw_server(answer);
        let env = at_endpoint(&url);
        let get = env.run(["get", "--profile", "corp"]);
        get.stdout("new\n").success();
        let file = env.config_dir().join("prusa-cred/tokens/corp.json");
        let text = std::fs::read_to_string(file).expect("a token file");
        assert!(text.contains("refresh-2"), "{text}");
        assert_eq!(seen.lock().expect("no panic").len(), 1);
    }
}

#[test]
fn after_an_answer_that_is_no_http_the_token_is_not_sent_again_at_once() {
    let (url, seen) = raw_server(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n{}");
    let env = at_endpoint(&url);
    env.run(["get", "--profile", "corp"])
        .stderr(format!(
            "prusa-cred: could not refresh the token of profile corp\n  because: the response of {url}/token cannot be \
             read: invalid HTTP header parsed\n  hint: the server may have invalidated the stored login; try again later\n"
        ))
        .status(1);
    assert_eq!(seen.lock().expect("no panic").len(), 1);
    let next = env.run(["get", "--profile", "corp"]).any_stderr().status(1);
    let is_told = next.stderr.contains(" was interrupted; trying again\n");
    assert!(is_told, "{next}");
    assert_eq!(seen.lock().expect("no panic").len(), 2);
}

#[test]
fn a_refusal_whose_body_is_cut_off_is_one() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n{\"error\":\"invalid_grant\",\"error_desc",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n{\"error\":\"inval",
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 99\r\n\r\n",
    ];
    for answer in answers {
        let (url, seen) = raw_server(answer);
        let env = at_endpoint(&url);
        for _ in 0..2 {
            let output = env.run(["get", "--profile", "corp"]).any_stderr().status(1);
            let is_told = output.stderr.contains("refused: invalid_grant");
            assert!(is_told, "{output}");
        }
        assert_eq!(seen.lock().expect("no panic").len(), 1);
    }
}
