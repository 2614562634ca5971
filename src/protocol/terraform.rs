//! Credentials helpers of Terraform and OpenTofu (hashicorp/terraform-svchost): a host as an argument, `{"token":…}` in
//! or out.
//!
//! The token is sent as bearer to that host. Secret: what `store` carries, and every answer.
//!
//! # What Terraform does
//!
//! Sources: Terraform's documentation, "Credentials Helpers"; hashicorp/terraform (`internal/command/cliconfig`,
//! `internal/plugin/discovery`), hashicorp/terraform-svchost (`auth/helper_program.go`).
//!
//! - The block `credentials_helper "NAME" { args = […] }` of the CLI configuration, of which there may be one, runs
//!   `terraform-credentials-NAME` from the user's plugin folder, never from the search path.
//! - Arguments: those of the block, the verb, the host in punycode, with a port if it was given.
//! - `get`: `{"token":"T0K3N"}`, or `{}` where nothing is known; status 0 for both. `store`: the same object on stdin,
//!   read to its end even if refused, and nothing out; properties that cannot be kept are refused. `forget`: nothing in
//!   or out, and a success where there was nothing.
//! - A failure is a text on stderr, without which Terraform makes one up, and a status other than 0. An unknown verb
//!   fails so.
//! - An answer is kept for one run. `TF_TOKEN_…` and `credentials` blocks win over the helper. There is no expiry.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_printable, json_line, json_object, malformed};
use crate::credential::{Credential, Offered, Origin, RenderError, Request};

/// The answer if there is no token for a host.
pub(crate) const NOTHING: &str = "{}\n";

/// Reads the host name of any verb: in punycode, with a port if the user gave one.
///
/// # Errors
///
/// When it is not a host, or has more than a host and port.
pub(crate) fn parse_host(host: &str) -> Result<Request, ProtocolError> {
    if host.contains(['/', '?', '#']) {
        return malformed("it names more than a host");
    }
    Ok(Request {
        takes_bearer: true,
        ..Request::new(Origin::parse(host)?)
    })
}

/// Reads the token that `store` saves, as a `Bearer` header.
///
/// # Errors
///
/// When it is not a JSON object with a token, or has other properties or a control character, which could not be
/// returned later.
pub(crate) fn parse_store(input: &[u8]) -> Result<Offered, ProtocolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Store {
        token: String,
    }

    let Some(Store { token }) = json_object(check_length(input)?) else {
        return malformed("it is not a JSON object with a \"token\" and nothing else");
    };
    if token.is_empty() {
        return malformed("its token is empty");
    }
    check_printable("token", &token)?;
    let token = SecretString::from(token);
    Ok(Offered {
        header: Some(("Bearer".to_owned(), token)),
        ..Offered::default()
    })
}

/// Renders the token.
///
/// # Errors
///
/// When the credential is not a bearer token, or contains a control character.
pub(crate) fn render(credential: &Credential) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    struct Response<'a> {
        token: &'a str,
    }

    let token = credential.as_bearer().ok_or(RenderError::NoBearer)?;
    let token = check_printable("access token", token)?;
    json_line(&Response { token }, 16 + 2 * token.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::credential::GitAuth;
    use crate::credential::OriginError;
    use crate::token::AccessToken;

    fn answered(token: &str) -> Result<String, ProtocolError> {
        let credential = crate::testing::token_credential(
            AccessToken::new(token.to_owned()),
            GitAuth::Auto,
            "oauth2".to_owned(),
            None,
        );
        render(&credential).map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    #[test]
    fn the_worked_examples_hold_byte_for_byte() {
        assert_eq!(answered("T0K3N").as_deref(), Ok("{\"token\":\"T0K3N\"}\n"));
        let offered = parse_store(b"{\"token\":\"T0K3N\"}").expect("a token");
        assert_eq!(
            offered.secret().map(ExposeSecret::expose_secret),
            Some("T0K3N")
        );
    }

    #[test]
    fn only_a_host_is_accepted() {
        for (host, expected) in [
            ("app.example.com", "https://app.example.com"),
            ("APP.example.com:8443", "https://app.example.com:8443"),
            ("xn--exmple-cua.com", "https://xn--exmple-cua.com"),
            ("localhost:8080", "localhost:8080"),
        ] {
            let request = parse_host(host).expect(host);
            assert_eq!(request.target.to_string(), expected);
        }
        for (host, error) in [
            ("", OriginError::NoHost),
            ("u@h", OriginError::UserInfo),
            ("exämple.com", OriginError::Host),
            ("h:0", OriginError::Port),
        ] {
            assert_eq!(parse_host(host), Err(error.into()), "{host}");
        }
        assert!(matches!(
            parse_host("https://h"),
            Err(ProtocolError::Malformed { .. })
        ));
    }

    #[test]
    fn a_store_request_is_exactly_one_token() {
        for input in [
            "",
            "{}",
            "[\"T\"]",
            "\"T\"",
            r#"{"token":null}"#,
            r#"{"token":["T"]}"#,
            r#"{"token":""}"#,
            r#"{"token":"T","username":"u"}"#,
            r#"{"token":"T","token":"U"}"#,
            r#"{"token":"T"} x"#,
        ] {
            let read = parse_store(input.as_bytes());
            let Err(ProtocolError::Malformed { .. }) = read else {
                panic!("{input}");
            };
        }
        let broken = parse_store(br#"{"token":"a\nb"}"#);
        assert!(matches!(
            broken,
            Err(ProtocolError::Render(RenderError::Unrenderable { .. }))
        ));
        let deep = format!("{{\"token\":{}", "[".repeat(100_000));
        assert!(parse_store(deep.as_bytes()).is_err());
        assert!(matches!(
            parse_store(&vec![b' '; (1 << 20) + 1]),
            Err(ProtocolError::TooLong)
        ));
        let shown = format!("{:?}", parse_store(b"{\"token\":\"T0K3N\"}"));
        assert!(!shown.contains("T0K3N"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_input_makes_the_readers_panic(input: Vec<u8>, text in "\\{(\"token\"|[:,\"{}]|.){0,9}", host in ".*") {
            let _ = parse_store(&input);
            let _ = parse_store(text.as_bytes());
            let _ = parse_host(&host);
        }

        #[test]
        fn a_rendered_token_is_accepted_by_store(token in ".{1,20}") {
            match answered(&token) {
                Ok(text) => {
                    let offered = parse_store(text.as_bytes()).expect("a token");
                    prop_assert_eq!(offered.secret().map(ExposeSecret::expose_secret), Some(token.as_str()));
                }
                Err(_) => prop_assert!(token.bytes().any(|byte| byte.is_ascii_control())),
            }
        }
    }
}
