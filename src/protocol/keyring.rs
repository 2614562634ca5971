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
//!   the host with its port, then `scheme://host` where that is not https.
//! - Nothing found is status 1 and no output; any failure counts as that. Status 2 with "unrecognized arguments" on
//!   stderr would make both of them say that keyring is too old.
//! - What they get is sent as Basic. There is no expiry.

use serde::Serialize;
use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_single_line, json_line, malformed};
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

/// Reads a service, an address or a host, and the user name, if there is one.
///
/// # Errors
///
/// When the service is no https or http address and no host.
pub(crate) fn parse(service: &str, username: Option<&str>) -> Result<Request, ProtocolError> {
    Ok(Request {
        username: username.map(str::to_owned),
        ..Request::for_url(service)?
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
/// When only a whole header was saved, or a value that is printed as a line contains a line break or a NUL.
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
    let username = form.has_username.then(|| credential.username());
    let room = 64 + 6 * (password.len() + username.map_or(0, str::len));
    if form.is_json {
        return json_line(&JsonOutput { username, password }, room);
    }
    let mut lines = Zeroizing::new(Vec::with_capacity(room));
    if let Some(username) = username {
        lines.extend(
            [check_single_line("user name", username)?, "\n"]
                .concat()
                .bytes(),
        );
    }
    lines.extend_from_slice(check_single_line("password", password)?.as_bytes());
    lines.push(b'\n');
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;
    use serde_json::Value;

    use super::*;

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
    fn a_service_is_an_address_or_a_host() {
        for (service, expected) in [
            (
                "https://Index.example.com/simple/",
                "https://index.example.com",
            ),
            ("index.example.com:8443", "https://index.example.com:8443"),
            ("http://index.example.com", "http://index.example.com"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
        ] {
            let request = parse(service, Some("")).expect(service);
            assert_eq!(request.target.to_string(), expected);
            assert_eq!(request.username.as_deref(), Some(""));
        }
        for service in ["", "my service", "https://u:p@h/", "https://h.", "h\n"] {
            assert!(parse(service, None).is_err(), "{service}");
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
            let _ = parse(&service, None);
        }

        #[test]
        fn rendered_output_reads_back(username in ".{0,9}|[a\n]{0,3}", password in ".{0,20}|[a\n]{0,9}") {
            for form in FORMATS {
                let Ok(text) = answered(&username, &password, form) else {
                    prop_assert!(!form.is_json);
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
