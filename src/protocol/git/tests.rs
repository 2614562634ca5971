use proptest::prelude::*;

use super::*;
use crate::credential::Origin;
use crate::protocol::MAX_INPUT;
use crate::token::AccessToken;

const FETCH: &[u8] = b"capability[]=authtype\n\
    capability[]=state\n\
    protocol=https\n\
    host=code.example.com:8443\n\
    wwwauth[]=Bearer realm=\"x\"\n";
const ERASE: &[u8] = b"capability[]=authtype\n\
    authtype=Bearer\n\
    credential=T0K3N\n\
    ephemeral=1\n\
    protocol=https\n\
    host=code.example.com:8443\n\
    password_expiry_utc=1893456000\n\
    wwwauth[]=Bearer realm=\"x\"\n";
const BEARER: &str = "capability[]=authtype\n\
    authtype=Bearer\n\
    credential=T0K3N\n\
    ephemeral=1\n\
    password_expiry_utc=1893456000\n";
const BASIC: &str = "username=oauth2\npassword=T0K3N\npassword_expiry_utc=1893456000\n";

fn request(input: impl AsRef<[u8]>) -> Request {
    let input = parse(input.as_ref()).expect("well-formed");
    input.request.expect("a request")
}

fn answered(
    request: &Request,
    auth: GitAuth,
    token: &str,
    username: &str,
    expires_at: Option<i64>,
) -> Result<String, ProtocolError> {
    let credential = crate::testing::token_credential(
        AccessToken::new(token.to_owned()),
        auth,
        username.to_owned(),
        expires_at.map(UnixTime::from_secs),
    );
    render(request, &credential).map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

fn usual(request: &Request, auth: GitAuth) -> String {
    answered(request, auth, "T0K3N", "oauth2", Some(1_893_456_000)).expect("an answer")
}

fn why(input: &[u8]) -> String {
    parse(input).expect_err("refused").to_string()
}

#[test]
fn a_fetch_is_answered_byte_for_byte() {
    let asked = request(FETCH);
    assert_eq!(asked.target.to_string(), "https://code.example.com:8443");
    assert_eq!(
        (asked.path.as_deref(), asked.username.as_deref()),
        (None, None)
    );
    assert_eq!(asked.challenges, ["bearer"]);
    assert!(asked.takes_bearer);
    assert_eq!(usual(&asked, GitAuth::Auto), BEARER);
    let from_old_git = request("protocol=https\nhost=code.example.com:8443\n");
    assert_eq!(usual(&from_old_git, GitAuth::Auto), BASIC);
}

#[test]
fn the_refused_secret_is_parsed() {
    let secret = |input: &[u8]| {
        let offered = parse(input).expect("well-formed").offered;
        Some(offered.secret()?.expose_secret().to_owned())
    };
    assert_eq!(secret(ERASE).as_deref(), Some("T0K3N"));
    assert_eq!(secret(b"password=a=b \n").as_deref(), Some("a=b "));
    assert_eq!(secret(b"password=\n").as_deref(), Some(""));
    assert_eq!(secret(b"password=p\ncredential=c\n").as_deref(), Some("c"));
    assert_eq!(secret(FETCH), None);
    let shown = format!("{:?}", parse(ERASE));
    assert!(!shown.contains("T0K3N"), "{shown}");
}

#[test]
fn ambiguous_input_is_refused() {
    for (input, reason) in [
        (b"protocol=https\nhost=a\rb\n".as_slice(), "carriage return"),
        (b"username=\rhost=evil\nprotocol=https\n", "carriage return"),
        (b"host=a\r\r\n", "carriage return"),
        (b"\rhost=a\n", "carriage return"),
        (b"host=a\0b\n", "NUL"),
        (b"ho\0st=a\n", "NUL"),
        (b"protocol=https\nhost\n", "no \"=\""),
        (b"protocol=https\n \nhost=a\n", "no \"=\""),
        (b"=https\n", "no key"),
        (b"host=a\nhost=b\n", "twice"),
        (b"host=\nhost=b\n", "twice"),
        (b"password=a\npassword=b\n", "twice"),
        (b"host=\xff\nprotocol=https\n", "UTF-8"),
        (b"protocol=\xff\nhost=a\n", "UTF-8"),
        (b"username=\xff\nprotocol=https\nhost=a\n", "UTF-8"),
        (b"username=\xff\n", "UTF-8"),
        (b"password=\xff\n", "UTF-8"),
        (b"credential=\xff\n", "UTF-8"),
        (b"url=https://a\nhost=b\n", "URL beside"),
        (b"protocol=\nurl=https://a\n", "URL beside"),
    ] {
        let said = why(input);
        assert!(
            said.contains(reason),
            "{:?}: {said}",
            input.escape_ascii().to_string()
        );
    }
}

#[test]
fn harmless_variations_are_accepted() {
    let plain = request("protocol=https\nhost=h\n");
    for input in [
        "protocol=https\nhost=h",
        "protocol=https\r\nhost=h\r\n",
        "protocol=https\r\nhost=h\r\n\r\nhost=evil\r\n",
        "protocol=https\nhost=h\n\nrubbish\r\0",
        "protocol=https\nhost=h\nhost=h\n",
        "host=h\nfuture=1\nfuture[]=2\nfuture[]=\nprotocol=https\n",
        "HOST=evil\nhost=h\nprotocol=HTTPS\n",
        "host=H:443\nprotocol=https\n",
        "url=https://h\n",
        "url=https://h/?x\n",
        "capability[]=authtype\ncapability[]=\nprotocol=https\nhost=h\npath=\n",
        "wwwauth[]=Basic\nwwwauth[]=\nprotocol=https\nhost=h\n",
    ] {
        assert_eq!(request(input), plain, "{input:?}");
    }
    let full = request("path=team/app.git\nprotocol=http\nhost=h:8080\nusername=ann@x\n");
    assert_eq!(full.target.to_string(), "http://h:8080");
    assert_eq!(full.path.as_deref(), Some("team/app.git"));
    assert_eq!(full.username.as_deref(), Some("ann@x"));
    let by_url = request("url=https://h/team/app.git?x\n");
    assert_eq!(by_url.path.as_deref(), Some("team/app.git"));
    assert!(full.path_decides && !by_url.path_decides && !plain.path_decides);
    let long = format!("wwwauth[]=Basic realm=\"{}\"\n", "x".repeat(100_000));
    assert_eq!(
        request(format!("{long}protocol=https\nhost=h\n")).challenges,
        ["basic"]
    );
}

#[test]
fn a_request_without_scheme_or_host_matches_nothing() {
    for input in [
        "",
        "\n",
        "\nprotocol=https\nhost=h\n",
        "protocol=https\n",
        "host=h\n",
        "protocol=https\nhost=\n",
        "protocol=\nhost=h\n",
        "protocol=smtp\nhost=\n",
        "protocol=smtp\nhost=h.\n",
        "protocol=s mtp\nhost=h\n",
        "protocol=+\nhost=h\n",
        "protocol=https\nhost=h.\n",
        "protocol=https\nhost=u@h\n",
        "protocol=https\nhost=h/x\n",
        "protocol=https\nhost=h%0a\n",
        "protocol=https\nhost= h\n",
        "protocol=https\nhost=h\u{2028}host=evil\n",
        "protocol =https\nhost=h\n",
        "url=https://h\\@evil.tld/\n",
        "url=h\n",
        "url=h/team/app.git\n",
    ] {
        let read = parse(input.as_bytes()).expect("well-formed");
        assert_eq!(read.request, None, "{input:?}");
    }
}

#[test]
fn too_long_input_is_refused() {
    let mut input = b"protocol=https\nhost=h\nx=".to_vec();
    input.resize(MAX_INPUT, b'x');
    assert!(parse(&input).is_ok());
    input.push(b'x');
    assert_eq!(parse(&input).expect_err("refused"), ProtocolError::TooLong);
}

#[test]
fn bearer_or_basic_is_chosen_by_client_server_and_profile() {
    use GitAuth::{Auto, Basic, Bearer};
    for (capable, offered, auth, expected) in [
        (true, "", Auto, BEARER),
        (true, "Bearer", Auto, BEARER),
        (true, "Basic realm=\"Bearer, x\"", Auto, BASIC),
        (true, "Basic realm=\"a, b\", bearer", Auto, BEARER),
        (true, "Negotiate, Basic", Auto, BASIC),
        (true, "Negotiate", Auto, ""),
        (true, "Negotiate", Bearer, BEARER),
        (true, "Negotiate", Basic, BASIC),
        (true, "Basic", Bearer, BEARER),
        (true, "Bearer", Basic, BASIC),
        (false, "", Auto, BASIC),
        (false, "Basic", Auto, BASIC),
        (false, "Bearer", Auto, BASIC),
        (false, "Digest realm=\"x\"", Auto, ""),
        (false, "Bearer", Bearer, BASIC),
        (false, "Negotiate", Basic, BASIC),
    ] {
        let capability = if capable {
            "capability[]=authtype\n"
        } else {
            "capability[]=state\n"
        };
        let asked = request(format!(
            "{capability}protocol=https\nhost=h\nwwwauth[]={offered}\n"
        ));
        assert_eq!(
            usual(&asked, auth),
            expected,
            "{capable} {offered} {auth:?}"
        );
    }
}

#[test]
fn the_requested_user_name_is_repeated() {
    let name = |line: &str| {
        let asked = request(format!("protocol=https\nhost=h\n{line}"));
        answered(&asked, GitAuth::Auto, "t", "oauth2", None).expect("an answer")
    };
    assert_eq!(name("username=ann\n"), "username=ann\npassword=t\n");
    assert_eq!(name("username=\n"), "username=oauth2\npassword=t\n");
    assert_eq!(name(""), "username=oauth2\npassword=t\n");
}

#[test]
fn an_expiry_is_never_rendered_as_zero() {
    let asked = request("protocol=https\nhost=h\n");
    let expiry = |at| {
        let text = answered(&asked, GitAuth::Auto, "t", "u", at).expect("an answer");
        text.split_once("password_expiry_utc=")
            .map(|(_, value)| value.to_owned())
    };
    assert_eq!(expiry(None), None);
    assert_eq!(expiry(Some(1_893_456_000)).as_deref(), Some("1893456000\n"));
    assert_eq!(expiry(Some(0)).as_deref(), Some("1\n"));
    assert_eq!(expiry(Some(-5)).as_deref(), Some("1\n"));
}

#[test]
fn a_control_character_is_never_rendered() {
    let asked = request(FETCH);
    for bad in ["a\nquit=1", "a\rb", "a\0", "\u{1b}[m", "a\u{7f}", "\t"] {
        for (token, username) in [(bad, "u"), ("t", bad)] {
            for auth in [GitAuth::Auto, GitAuth::Basic] {
                assert!(
                    answered(&asked, auth, token, username, None).is_err(),
                    "{bad:?}"
                );
            }
        }
    }
    let escape = request("protocol=https\nhost=h\nusername=\u{1b}]0;x\n");
    assert!(answered(&escape, GitAuth::Auto, "t", "u", None).is_err());
}

#[test]
fn a_request_is_recognized_as_early_as_possible() {
    for key in FIRST_KEYS {
        for cut in 0..key.len() {
            assert_eq!(
                looks_like(&key.as_bytes()[..cut]),
                Recognition::NeedsMore,
                "{key} {cut}"
            );
        }
        assert_eq!(looks_like(key.as_bytes()), Recognition::Yes, "{key}");
        assert_eq!(
            looks_like(format!("{key}x\n").as_bytes()),
            Recognition::Yes,
            "{key}"
        );
    }
    for input in [FETCH, ERASE] {
        assert_eq!(looks_like(input), Recognition::Yes);
    }
    for other in [
        "\n",
        "hosts=",
        "host =",
        "Host=",
        "hostname",
        "https://h",
        "protocol\n",
        "{",
        "=",
        "state=",
        "capability=",
    ] {
        assert_eq!(looks_like(other.as_bytes()), Recognition::No, "{other:?}");
    }
}

proptest! {
    #[test]
    fn no_input_makes_the_reader_panic(input: Vec<u8>) {
        let _ = parse(&input);
        let _ = looks_like(&input);
    }

    #[test]
    fn no_lines_make_the_reader_panic(input in "((host|protocol|url|wwwauth\\[\\]|username|)=?[a-z:/.\r\"\\\\, ]{0,8}\n){0,6}") {
        let _ = parse(input.as_bytes());
    }

    #[test]
    fn what_git_writes_reads_back(
        host in "([a-z][a-z0-9-]{0,8}\\.){0,2}[a-z]{1,5}",
        port in proptest::option::of(1024_u16..),
        path in proptest::option::of("[^\n\r\0]{1,30}"),
        username in proptest::option::of("[^\n\r\0]{0,30}"),
        password in proptest::option::of("[^\n\r\0]{0,30}"),
        capable: bool,
    ) {
        let host = port.map_or(host.clone(), |port| format!("{host}:{port}"));
        let capabilities = if capable { "capability[]=authtype\ncapability[]=state\n" } else { "" };
        let line = |key: &str, value: &Option<String>| {
            value.as_ref().map_or(String::new(), |value| format!("{key}={value}\n"))
        };
        let input = [
            capabilities,
            &format!("protocol=https\nhost={host}\n"),
            &line("path", &path),
            &line("username", &username),
            &line("password", &password),
        ]
        .concat();
        let read = parse(input.as_bytes()).expect("well-formed");
        let asked = read.request.expect("a request");
        let origin = Origin::from_parts("https", &host).expect("an origin");
        prop_assert_eq!(asked.target, Target::Web(origin));
        prop_assert_eq!(asked.path, path.as_deref().map(encoded));
        prop_assert_eq!(asked.username, username);
        prop_assert_eq!(asked.takes_bearer, capable);
        let secret = read.offered.secret().map(|secret| secret.expose_secret().to_owned());
        prop_assert_eq!(secret, password);
    }

    #[test]
    fn an_answer_has_the_lines_that_it_should(
        token in ".{0,20}|[a-z\n\r]{0,9}",
        username in ".{0,20}|[a-z\n\r]{0,9}",
        asked in proptest::option::of(".{0,20}"),
        expires_at in proptest::option::of(any::<i64>()),
        auth in prop::sample::select(vec![GitAuth::Auto, GitAuth::Bearer, GitAuth::Basic]),
        capable: bool,
    ) {
        let mut request = request("protocol=https\nhost=h\n");
        request.username = asked;
        request.takes_bearer = capable;
        if let Ok(text) = answered(&request, auth, &token, &username, expires_at) {
            prop_assert!(text.bytes().all(|byte| byte == b'\n' || !byte.is_ascii_control()));
            let keys: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
            let mut expected = if capable && auth != GitAuth::Basic {
                vec!["capability[]", "authtype", "credential", "ephemeral"]
            } else {
                vec!["username", "password"]
            };
            expected.extend(expires_at.map(|_| "password_expiry_utc"));
            prop_assert_eq!(keys, expected);
            prop_assert!(text.ends_with('\n'));
        }
    }
}

#[test]
fn a_url_is_taken_apart_as_git_does() {
    for (lines, username, password) in [
        ("url=https://ada@h/x\n", Some("ada"), None),
        ("url=https://ada:p%40w@h/x\n", Some("ada"), Some("p@w")),
        ("url=https://a%64a@h/x\n", Some("ada"), None),
        ("url=https://@h/x\n", None, None),
        ("url=https://:pw@h/x\n", None, Some("pw")),
        (
            "url=https://ada@h/x\nusername=bob\npassword=q\n",
            Some("bob"),
            Some("q"),
        ),
        ("username=bob\nurl=https://ada@h/x\n", Some("ada"), None),
        ("username=bob\nurl=https://h/x\n", Some("bob"), None),
        ("url=https://h/x@y\n", None, None),
    ] {
        let input = parse(lines.as_bytes()).expect("well-formed");
        let request = input.request.expect(lines);
        assert_eq!(request.target.to_string(), "https://h", "{lines}");
        assert_eq!(request.username.as_deref(), username, "{lines}");
        let offered = input
            .offered
            .password
            .as_ref()
            .map(ExposeSecret::expose_secret);
        assert_eq!(offered, password, "{lines}");
    }
    for odd in ["evil\\", "a b", "a@b", "a%", "a%zz", "\u{fc}"] {
        let input = parse(format!("url=https://{odd}@h/x\n").as_bytes()).expect(odd);
        assert!(input.request.is_none(), "{odd}");
    }
}

#[test]
fn an_encoded_line_break_in_a_url_is_refused_as_a_raw_one() {
    for code in ["%0a", "%0A", "%0d", "%0D", "%00"] {
        for url in [
            "https://h{}/x",
            "https://h/x{}y",
            "https://h/x?q={}",
            "https://a{}@h/x",
            "https://a:b{}@h/x",
            "{}",
        ] {
            let url = url.replace("{}", code);
            let refused = why(format!("url={url}\n").as_bytes());
            assert!(
                refused.contains("an encoded line break, carriage return or NUL"),
                "{url}"
            );
        }
    }
    // Encoded twice, it is text.
    assert!(
        parse(b"url=https://h/x%250a\n")
            .expect("well-formed")
            .request
            .is_some()
    );
}
