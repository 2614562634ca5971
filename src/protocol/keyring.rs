//! The `keyring` command as pip and uv run it (jaraco/keyring, `keyring.cli`): a service and a user name as arguments,
//! a password on stdout, or on stdin to be kept.
//!
//! The service is an index's address or its host. Secret: what `set` reads, and every answer.
//!
//! # What pip and uv do
//!
//! Sources: pypa/pip (`_internal/network/auth.py`), astral-sh/uv (`uv-auth`), jaraco/keyring (`keyring/cli.py`). Both
//! run a program that is called `keyring` and nothing else, once they are told to (`--keyring-provider subprocess`).
//!
//! | who | arguments | stdout |
//! | --- | --- | --- |
//! | pip before 26.2 | `get SERVICE USERNAME` | the password |
//! | pip 26.2 | `--mode=creds --output=json get SERVICE [USERNAME]` | `{"username":"u","password":"p"}` |
//! | uv | `get SERVICE USERNAME` | the password |
//! | uv without a name | `get SERVICE --mode creds` | two lines: user name, password |
//! | pip, to save | `set SERVICE USERNAME`, the password on stdin | nothing |
//!
//! - Options stand before or after the verb. pip asks for the index's address, then its host; uv for the address, then
//!   the host with its port, then `scheme://host` where that is not https. So an index at plain http leads to a
//!   question that names its host alone, and that is answered for this machine only; an index at https was answered
//!   before it. pip saves a password under the host alone, which then is for https.
//! - Nothing found is status 1 and no output; any failure counts as that. Status 2 with "unrecognized arguments" on
//!   stderr would make both of them say that keyring is too old.
//! - What they get is sent as Basic. There is no expiry.

use serde::Serialize;
use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_single_line, check_values, json_line, malformed};
use crate::credential::{Credential, Offered, RenderError, Request};

/// How `get` prints a credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutputFormat {
    /// `--mode creds`: the user name as well.
    pub(crate) has_username: bool,
    /// `--output json`.
    pub(crate) is_json: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum KeyringError {
    /// Not reported: the caller tries the next name of the same index.
    #[error("there is no credential for that service")]
    NotFound,
}

/// Reads the service of `get`, an address or a host of this machine, and the user name, if there is one.
///
/// # Errors
///
/// When the service is no https or http address and no loopback host, or the user name contains a line break or a NUL.
pub(crate) fn parse_get(service: &str, username: Option<&str>) -> Result<Request, ProtocolError> {
    with_username(Request::for_url_with_scheme(service)?, username)
}

/// Reads the service and the user name of `set` and `del`. A service without a scheme is for https; for both if it is a
/// loopback host.
///
/// # Errors
///
/// When the service is no https or http address and no host, or the user name contains a line break or a NUL.
pub(crate) fn parse(service: &str, username: &str) -> Result<Request, ProtocolError> {
    with_username(Request::for_url(service)?, Some(username))
}

/// Returns the request with the user name. Fails if that contains a line break or a NUL.
fn with_username(request: Request, username: Option<&str>) -> Result<Request, ProtocolError> {
    if let Some(username) = username {
        check_single_line("user name", username)?;
    }
    Ok(Request {
        username: username.map(str::to_owned),
        ..request
    })
}

/// Reads the password that `set` saves: the whole input without one line end; it may be empty.
///
/// # Errors
///
/// When it is too long, not UTF-8, or contains another line break or a NUL.
pub(crate) fn parse_password(input: &[u8]) -> Result<Offered, ProtocolError> {
    let Ok(password) = std::str::from_utf8(check_length(input)?) else {
        return malformed("the password is not UTF-8");
    };
    let password = password.strip_suffix('\n').unwrap_or(password);
    let password = password.strip_suffix('\r').unwrap_or(password);
    let password = check_single_line("password", password)?;
    Ok(Offered {
        password: Some(password.to_owned().into()),
        ..Offered::default()
    })
}

/// Renders a password, or a user name and a password.
///
/// # Errors
///
/// When only a whole header was saved, or a value contains a line break or a NUL, or a token any control character.
pub(crate) fn render(
    credential: &Credential,
    form: OutputFormat,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    struct JsonOutput<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
        password: &'a str,
    }

    let password = credential.as_password().ok_or(RenderError::NoPassword)?;
    check_values(credential)?;
    let username = form.has_username.then(|| credential.username());
    let room = 64 + 6 * (password.len() + username.map_or(0, str::len));
    if form.is_json {
        return json_line(&JsonOutput { username, password }, room);
    }
    let mut lines = Zeroizing::new(Vec::with_capacity(room));
    if let Some(username) = username {
        lines.extend([username, "\n"].concat().bytes());
    }
    lines.extend_from_slice(password.as_bytes());
    lines.push(b'\n');
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;
    use serde_json::Value;

    use super::*;
    use crate::credential::OriginError;

    const fn form(has_username: bool, is_json: bool) -> OutputFormat {
        OutputFormat {
            has_username,
            is_json,
        }
    }

    const FORMATS: [OutputFormat; 4] = [
        form(false, false),
        form(false, true),
        form(true, false),
        form(true, true),
    ];

    fn answered(
        username: &str,
        password: &str,
        form: OutputFormat,
    ) -> Result<String, ProtocolError> {
        let credential =
            Credential::password(Some(username.to_owned()), password.to_owned().into());
        render(&credential, form).map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    #[test]
    fn each_output_format_is_rendered() {
        let answers = FORMATS.map(|form| answered("__token__", "T0K3N", form).expect("an answer"));
        assert_eq!(
            answers,
            [
                "T0K3N\n",
                "{\"password\":\"T0K3N\"}\n",
                "__token__\nT0K3N\n",
                "{\"username\":\"__token__\",\"password\":\"T0K3N\"}\n",
            ]
        );
    }

    #[test]
    fn a_service_without_a_scheme_is_for_https_and_asked_for_on_this_machine_only() {
        for (service, expected, may_ask) in [
            (
                "https://Index.example.com/simple/",
                "https://index.example.com",
                true,
            ),
            (
                "index.example.com:8443",
                "https://index.example.com:8443",
                false,
            ),
            ("index.example.com", "https://index.example.com", false),
            ("192.0.2.7", "https://192.0.2.7", false),
            ("http://index.example.com", "http://index.example.com", true),
            ("127.0.0.1:8080", "127.0.0.1:8080", true),
            ("[::1]", "[::1]", true),
            ("localhost:80/simple", "localhost:80", true),
        ] {
            let request = parse(service, "").expect(service);
            assert_eq!(request.target.to_string(), expected);
            assert_eq!(request.username.as_deref(), Some(""));
            let asked = parse_get(service, Some(""));
            assert_eq!(
                asked,
                if may_ask {
                    Ok(request)
                } else {
                    Err(OriginError::NoScheme.into())
                },
                "{service}"
            );
        }
        for service in ["", "my service", "https://u:p@h/", "https://h.", "h\n"] {
            assert!(parse_get(service, None).is_err(), "{service}");
            assert!(parse(service, "u").is_err(), "{service}");
        }
        for username in ["a\nb", "a\r", "\0"] {
            assert!(parse("https://h", username).is_err(), "{username:?}");
            assert!(parse_get("https://h", Some(username)).is_err());
        }
    }

    #[test]
    fn one_line_end_is_not_part_of_a_password() {
        let read = |input: &[u8]| {
            let offered = parse_password(input).ok()?;
            Some(offered.password?.expose_secret().to_owned())
        };
        for (input, expected) in [
            (&b"p"[..], Some("p")),
            (b"p\n", Some("p")),
            (b" p \r\n", Some(" p ")),
            (b"", Some("")),
            (b"p\n\n", None),
            (b"p\nq\n", None),
            (b"p\0\n", None),
            (b"\xff\n", None),
        ] {
            assert_eq!(read(input).as_deref(), expected, "{input:?}");
        }
        let long = parse_password(&vec![b'p'; (1 << 20) + 1]);
        assert!(matches!(long, Err(ProtocolError::TooLong)));
    }

    proptest! {
        #[test]
        fn no_input_makes_the_readers_panic(input: Vec<u8>, service in ".*") {
            let _ = parse_password(&input);
            let _ = parse_get(&service, None);
            let _ = parse(&service, &service);
        }

        #[test]
        fn rendered_output_reads_back(username in ".{0,9}|[a\n]{0,3}", password in ".{0,20}|[a\n]{0,9}") {
            for form in FORMATS {
                let Ok(text) = answered(&username, &password, form) else {
                    prop_assert!([&username, &password].iter().any(|it| it.contains(['\n', '\r', '\0'])));
                    continue;
                };
                let line = text.strip_suffix('\n').expect("a line");
                if form.is_json {
                    let told: Value = serde_json::from_str(line).expect("JSON");
                    prop_assert_eq!(told["password"].as_str(), Some(password.as_str()));
                } else if form.has_username {
                    prop_assert_eq!(line.split_once('\n'), Some((username.as_str(), password.as_str())));
                } else {
                    prop_assert_eq!(line, password.as_str());
                }
            }
        }
    }
}
