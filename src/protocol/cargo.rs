//! Cargo's credential providers (the Cargo book, "Credential Provider Protocol"): one line of JSON in, one out.
//!
//! The provider speaks first. A token is the whole value of an `Authorization` header. Secret: the token that `login`
//! carries, and every answer that is no error.
//!
//! # What cargo does
//!
//! Sources: the Cargo book ("Registry Authentication", "Credential Provider Protocol"),
//! rust-lang/cargo (`credential/cargo-credential`, `src/util/credential/`, `src/util/auth/`).
//!
//! - The one argument is `--cargo-plugin`. The provider writes `{"v":[1]}` and a line end before anything is asked; one
//!   that waits for stdin first hangs. Then a line is answered by a line until stdin ends. The status is 0 after an
//!   `Err` too, or it is lost.
//! - A request has `v`, `registry` (`index-url`, and perhaps `name` and `headers`), `kind` (`get`, `login`, `logout`),
//!   perhaps `args`: what stands after the program in cargo's configuration. `get` has an `operation`; `login` perhaps
//!   a `token`. Fields, kinds and operations that are not known are let be.
//! - `headers` are the header lines of the registry's answer 401, as text.
//! - `index-url` is an address, with `sparse+` before it for a sparse index.
//! - `Ok` for `get`: `token`, `cache` (`session`, or `expires` with `expiration` in Unix seconds),
//!   `operation_independent`, the one name with an underscore. cargo takes a token for expired a minute early.
//! - `Err`: after `url-not-supported` and `not-found` cargo asks the next provider; `operation-not-supported` and
//!   `other`, with its `message` and `caused-by`, end the command.
//!
//! ```text
//! {"v":[1]}
//! {"v":1,"registry":{"index-url":"sparse+https://reg.example.com/index/"},"kind":"get","operation":"read"}
//! {"Ok":{"kind":"get","token":"Bearer T0K3N","cache":"expires","expiration":1893456000,"operation_independent":true}}
//! ```

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_printable, check_values, json_line, json_object};
use crate::credential::{Credential, Offered, Origin, Request, Secret, challenge};
use crate::token::UnixTime;

/// The first line of the provider, before any request: the versions of the protocol that it supports.
pub(crate) const HELLO: &str = "{\"v\":[1]}\n";

const VERSION: u32 = 1;

/// One request.
#[derive(Debug)]
pub(crate) struct CargoRequest {
    pub(crate) request: Request,
    pub(crate) action: Action,
    /// The words that stand after the executable in cargo's configuration.
    pub(crate) arguments: Vec<String>,
}

/// The operation on the registry.
#[derive(Debug)]
pub(crate) enum Action {
    /// A token for any operation: a login has no token that may read but not publish.
    Get,
    /// Save a token, which is present only if it was given on cargo's command line.
    Login(Option<Offered>),
    Logout,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum CargoError {
    /// Another provider may have a token for the registry.
    #[error("the registry is not one that is served")]
    UrlNotSupported,
    #[error("there is no token for the registry")]
    NotFound,
    #[error("cargo requests an operation that this version does not support")]
    OperationNotSupported,
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

#[derive(Deserialize)]
struct Line {
    v: u32,
    registry: Map<String, Value>,
    kind: String,
    token: Option<String>,
    #[serde(default)]
    args: Vec<String>,
}

/// Reads one request. Unknown fields are ignored.
///
/// # Errors
///
/// When it is too long, not the protocol's JSON or not its version 1, has an unknown `kind`, names a registry that
/// `index` refuses, or carries a token that `offered` refuses. Any `operation` is accepted.
pub(crate) fn parse(line: &[u8]) -> Result<CargoRequest, CargoError> {
    let Some(line) = json_object::<Line>(check_length(line)?) else {
        return Err(not_readable("it is not cargo's JSON object"));
    };
    if line.v != VERSION {
        return Err(not_readable("its version is not 1"));
    }
    let Some(Value::String(url)) = line.registry.get("index-url") else {
        return Err(not_readable("its registry has no index-url"));
    };
    let action = match line.kind.as_str() {
        "get" => Action::Get,
        "login" => Action::Login(line.token.map(|token| offered(&token.into())).transpose()?),
        "logout" => Action::Logout,
        _ => return Err(CargoError::OperationNotSupported),
    };
    Ok(CargoRequest {
        request: Request {
            takes_bearer: true,
            missing_scopes: missing_scopes(line.registry.get("headers")),
            ..index(url)?
        },
        action,
        arguments: line.args,
    })
}

/// Returns the scopes that the registry says a token lacks, by the headers of its refusal; none if these are not a list
/// of lines, as they are not needed.
fn missing_scopes(headers: Option<&Value>) -> Vec<String> {
    let lines = headers.and_then(Value::as_array).into_iter().flatten();
    let challenges = lines.filter_map(|line| {
        let (name, value) = line.as_str()?.split_once(':')?;
        let is_challenge = name.trim().eq_ignore_ascii_case("www-authenticate");
        is_challenge.then(|| challenge::missing_scopes(value.as_bytes()))
    });
    challenges.flatten().collect()
}

/// Returns the error for a request of cargo that cannot be read, with the reason.
fn not_readable(why: &'static str) -> CargoError {
    CargoError::Protocol(ProtocolError::Malformed { why })
}

/// Returns the request for an index.
///
/// # Errors
///
/// `UrlNotSupported` if it has no scheme, is not on the web, or no token may be sent there.
pub(crate) fn index(url: &str) -> Result<Request, CargoError> {
    let url = url.strip_prefix("sparse+").unwrap_or(url);
    let is_url = url.contains("://");
    let may_receive_token = |request: &Request| {
        let origin = request.origin();
        origin.is_some_and(Origin::may_receive_token)
    };
    Request::for_url(url)
        .ok()
        .filter(|request| is_url && may_receive_token(request))
        .ok_or(CargoError::UrlNotSupported)
}

/// Returns the token to save, as a password, without the white space around it.
///
/// # Errors
///
/// When it is empty or contains a control character.
pub(crate) fn offered(token: &SecretString) -> Result<Offered, CargoError> {
    let text = token.expose_secret().trim();
    if text.is_empty() {
        return Err(not_readable("its token is empty"));
    }
    check_printable("token", text).map_err(ProtocolError::from)?;
    Ok(Offered {
        password: Some(text.to_owned().into()),
        ..Offered::default()
    })
}

/// Renders a token: a profile's as a bearer token, a saved password unchanged and without its user name, a saved header
/// whole. Without an expiry, cargo is to keep it for its session.
///
/// # Errors
///
/// When it contains a control character.
pub(crate) fn render(credential: &Credential) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Response<'a> {
        ok: Granted<'a>,
    }
    #[derive(Serialize)]
    struct Granted<'a> {
        kind: &'a str,
        token: &'a str,
        cache: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        expiration: Option<i64>,
        operation_independent: bool,
    }

    check_values(credential)?;
    let token = match &credential.secret {
        Secret::Password(token) => Zeroizing::new(token.expose_secret().to_owned()),
        _ => credential.authorization()?,
    };
    let token = check_printable("token", &token)?;
    let expiration = credential.expires_at.map(UnixTime::as_secs);
    let response = Response {
        ok: Granted {
            kind: "get",
            token,
            cache: if expiration.is_some() {
                "expires"
            } else {
                "session"
            },
            expiration,
            operation_independent: true,
        },
    };
    json_line(&response, 128 + 2 * token.len())
}

/// Renders the answer that a token was saved or removed.
pub(crate) fn render_done(action: &Action) -> String {
    let kind = match action {
        Action::Get => "get",
        Action::Login(_) => "login",
        Action::Logout => "logout",
    };
    format!("{}\n", json!({ "Ok": { "kind": kind } }))
}

/// Renders why there is no token.
pub(crate) fn render_error(error: &CargoError) -> String {
    let kind = match error {
        CargoError::UrlNotSupported => "url-not-supported",
        CargoError::NotFound => "not-found",
        CargoError::OperationNotSupported => "operation-not-supported",
        CargoError::Protocol(error) => return render_failure(&error.to_string(), &[]),
    };
    format!("{}\n", json!({ "Err": { "kind": kind } }))
}

/// Renders an error message for people: cargo shows it and fails.
pub(crate) fn render_failure(message: &str, caused_by: &[String]) -> String {
    let error = json!({ "kind": "other", "message": message, "caused-by": caused_by });
    format!("{}\n", json!({ "Err": error }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credential::GitAuth;
    use crate::token::AccessToken;

    const GET: &str = "{\"v\":1,\"registry\":{\"index-url\":\"sparse+https://reg.example.com/index/\",\"name\":\"reg\"},\"kind\":\"get\",\"operation\":\"read\"}\n";

    fn credential(token: &str, expires_at: Option<i64>) -> Credential {
        crate::testing::token_credential(
            AccessToken::new(token.to_owned()),
            GitAuth::Auto,
            "oauth2".to_owned(),
            expires_at.map(UnixTime::from_secs),
        )
    }

    fn answered(credential: &Credential) -> String {
        String::from_utf8(render(credential).expect("an answer").to_vec()).expect("UTF-8")
    }

    fn line(fields: &Value) -> String {
        let mut line = json!({ "v": 1, "kind": "get", "registry": { "index-url": "https://h" } });
        for (name, value) in fields.as_object().expect("fields") {
            line[name] = value.clone();
        }
        line.to_string()
    }

    fn refused(fields: &Value) -> CargoError {
        parse(line(fields).as_bytes()).expect_err("refused")
    }

    #[test]
    fn the_worked_example_holds_byte_for_byte() {
        let parsed = parse(GET.as_bytes()).expect("a request");
        assert_eq!(parsed.request.target.to_string(), "https://reg.example.com");
        assert!(matches!(parsed.action, Action::Get) && parsed.arguments.is_empty());
        assert_eq!(
            answered(&credential("T0K3N", Some(1_893_456_000))),
            "{\"Ok\":{\"kind\":\"get\",\"token\":\"Bearer T0K3N\",\"cache\":\"expires\",\"expiration\":1893456000,\"operation_independent\":true}}\n"
        );
    }

    #[test]
    fn a_saved_token_is_unchanged_and_cached_for_the_session() {
        let saved = Credential::password(Some(String::new()), "raw token".into());
        assert_eq!(
            answered(&saved),
            "{\"Ok\":{\"kind\":\"get\",\"token\":\"raw token\",\"cache\":\"session\",\"operation_independent\":true}}\n"
        );
    }

    #[test]
    fn only_an_index_on_the_web_is_accepted() {
        for (url, expected) in [
            (
                "sparse+https://Reg.example.com:8443/i/",
                Ok("https://reg.example.com:8443"),
            ),
            (
                "https://github.com/rust-lang/crates.io-index",
                Ok("https://github.com"),
            ),
            ("sparse+http://127.0.0.1:8080/", Ok("http://127.0.0.1:8080")),
            ("sparse+http://reg.example.com/", Err(())),
            ("ssh://git@h/index", Err(())),
            ("file:///index", Err(())),
            ("sparse+https://u:p@h/", Err(())),
            ("reg.example.com", Err(())),
            ("", Err(())),
        ] {
            let read = parse(line(&json!({ "registry": { "index-url": url } })).as_bytes());
            let read = read.map(|parsed| parsed.request.target.to_string());
            let expected = expected
                .map(str::to_owned)
                .map_err(|()| CargoError::UrlNotSupported);
            assert_eq!(read, expected, "{url}");
        }
    }

    #[test]
    fn unknown_fields_are_ignored() {
        for fields in [
            json!({ "operation": "unheard-of", "more": [1] }),
            json!({ "operation": 7 }),
            json!({ "registry": { "index-url": "https://h", "headers": ["x: y"], "new": {} } }),
            json!({ "args": ["--profile", "reg"] }),
        ] {
            parse(line(&fields).as_bytes()).expect("a request");
        }
        assert_eq!(
            refused(&json!({ "kind": "rotate" })),
            CargoError::OperationNotSupported
        );
    }

    #[test]
    fn an_invalid_request_is_an_error() {
        let deep = format!("{{\"v\":1,\"registry\":{}", "{\"a\":".repeat(100_000));
        let lone = "\"get\"".to_owned();
        let malformed = |error: &CargoError| {
            matches!(error, CargoError::Protocol(ProtocolError::Malformed { .. }))
        };
        for input in [
            String::new(),
            "[]".into(),
            "{}".into(),
            "\u{fffd}".into(),
            deep,
            lone,
        ] {
            let error = parse(input.as_bytes()).expect_err("refused");
            assert!(malformed(&error), "{error}");
        }
        for fields in [
            json!({ "v": 2 }),
            json!({ "v": "1" }),
            json!({ "kind": null }),
            json!({ "registry": [] }),
            json!({ "registry": {} }),
            json!({ "registry": { "index-url": ["https://h"] } }),
            json!({ "args": "x" }),
            json!({ "args": [1] }),
            json!({ "kind": "login", "token": 7 }),
            json!({ "kind": "login", "token": " " }),
        ] {
            assert!(malformed(&refused(&fields)), "{fields}");
        }
        assert!(parse(b"{\"v\":1,\"kind\":\"get\xff\"}").is_err());
        let too_long = parse(&vec![b' '; (1 << 20) + 1]).expect_err("refused");
        assert_eq!(too_long, CargoError::Protocol(ProtocolError::TooLong));
    }

    #[test]
    fn login_and_logout_are_parsed_and_answered() {
        let login = line(&json!({ "kind": "login", "token": "T0K3N\n", "login-url": "https://x" }));
        let parsed = parse(login.as_bytes()).expect("a request");
        assert!(!format!("{parsed:?}").contains("T0K3N"));
        assert_eq!(
            render_done(&parsed.action),
            "{\"Ok\":{\"kind\":\"login\"}}\n"
        );
        let Action::Login(Some(offered)) = parsed.action else {
            panic!("no token");
        };
        assert_eq!(
            offered.secret().map(ExposeSecret::expose_secret),
            Some("T0K3N")
        );
        let parsed = parse(line(&json!({ "kind": "login" })).as_bytes()).expect("a request");
        assert!(matches!(parsed.action, Action::Login(None)));
        assert_eq!(
            render_done(&Action::Logout),
            "{\"Ok\":{\"kind\":\"logout\"}}\n"
        );
    }

    #[test]
    fn errors_have_the_kinds_that_cargo_knows() {
        for (error, expected) in [
            (
                CargoError::UrlNotSupported,
                "{\"Err\":{\"kind\":\"url-not-supported\"}}\n",
            ),
            (CargoError::NotFound, "{\"Err\":{\"kind\":\"not-found\"}}\n"),
            (
                CargoError::OperationNotSupported,
                "{\"Err\":{\"kind\":\"operation-not-supported\"}}\n",
            ),
        ] {
            assert_eq!(render_error(&error), expected);
        }
        let failure = render_failure("a\nb", &["c".to_owned()]);
        let response: Value = serde_json::from_str(&failure).expect("JSON");
        let expected = json!({ "kind": "other", "message": "a\nb", "caused-by": ["c"] });
        assert_eq!(response, json!({ "Err": expected }));
        assert_eq!(failure.lines().count(), 1);
    }

    proptest! {
        #[test]
        fn no_input_makes_the_reader_panic(input: Vec<u8>, text in "\\{(\"(v|kind|registry|index-url)\"|[:,\"{}1]|.){0,15}", url in ".*") {
            let _ = parse(&input);
            let _ = parse(text.as_bytes());
            let _ = parse(line(&json!({ "registry": { "index-url": url } })).as_bytes());
        }

        #[test]
        fn an_answer_is_one_line_that_reads_back(token in ".{0,20}|[a-z\n\u{7f}]{0,9}", expires_at: Option<i64>) {
            match render(&credential(&token, expires_at)) {
                Ok(answer) => {
                    prop_assert_eq!(answer.iter().filter(|byte| byte.is_ascii_control()).count(), 1);
                    let response: Value = serde_json::from_slice(&answer).expect("JSON");
                    prop_assert_eq!(&response["Ok"]["token"], &json!(format!("Bearer {token}")));
                    prop_assert_eq!(response["Ok"]["expiration"].as_i64(), expires_at);
                }
                Err(_) => prop_assert!(token.bytes().any(|byte| byte.is_ascii_control())),
            }
        }
    }
}
