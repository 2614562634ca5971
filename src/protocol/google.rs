//! Executable-sourced credentials of Google's authentication libraries (workload identity federation): variables in,
//! one JSON object out, on stdout or in a file.
//!
//! The token is traded at Google's token service, which must be able to read it. Failures are answers too: the
//! libraries do not look at the output of a program that fails. Secret: every answer that is no failure.
//!
//! # What the libraries do
//!
//! Sources: AIP-4117; golang/oauth2 (`google/externalaccount`), googleapis/google-auth-library-python
//! (`google/auth/pluggable.py`).
//!
//! - They run `credential_source.executable.command` only with `GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1`, for 5 to
//!   120 s, and set `GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE`, `…_TOKEN_TYPE`, `…_INTERACTIVE` and, if configured,
//!   `…_OUTPUT_FILE`. stdin is not used.
//! - Success: `{"version":1,"success":true,"token_type":T,"id_token":…,"expiration_time":SECONDS}`, with T
//!   `urn:ietf:params:oauth:token-type:id_token` or `…:jwt`. `expiration_time` is needed with an output file, in which
//!   the same object goes and which is read before the program is run again.
//! - Failure: `{"version":1,"success":false,"code":"401","message":"…"}`, both texts not empty, with status 0.
//! - Python takes stdout and stderr for one, so nothing is said on stderr; where it lets the program talk to a person
//!   (`…_INTERACTIVE=1`) it reads the file alone.

use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::{ProtocolError, check_printable, early_expiry, json_line, malformed};
use crate::token::UnixTime;

/// The variable that says which type of token the configuration wants.
pub(crate) const TOKEN_TYPE: &str = "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE";
/// The variable that is `1` if a person sees the output; the answer then goes into the file only.
pub(crate) const INTERACTIVE: &str = "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE";
/// The variable that is `1` if the login is to be revoked.
pub(crate) const REVOKE: &str = "GOOGLE_EXTERNAL_ACCOUNT_REVOKE";
/// The variable that names a file for the answer.
pub(crate) const OUTPUT_FILE: &str = "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE";

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A type of token (RFC 8693 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// The identity token.
    IdToken,
    /// The identity token, or an access token that is a JWT.
    Jwt,
}

impl TokenType {
    /// Returns the URN that stands for this type of token.
    fn urn(self) -> &'static str {
        match self {
            Self::IdToken => ID_TOKEN,
            Self::Jwt => JWT,
        }
    }
}

/// Reads the variable's value. Without one, as when a person runs the command by hand, it is `Jwt`.
///
/// # Errors
///
/// When the configuration wants another type, such as SAML.
pub(crate) fn parse(token_type: Option<&str>) -> Result<TokenType, ProtocolError> {
    match token_type {
        None | Some(JWT) => Ok(TokenType::Jwt),
        Some(ID_TOKEN) => Ok(TokenType::IdToken),
        Some(_) => malformed("its subject token type is neither …:jwt nor …:id_token"),
    }
}

/// Renders a token, with an expiry a little before its own, if that is known: a client needs it to cache the answer.
///
/// # Errors
///
/// When it contains a control character.
pub(crate) fn render(
    token_type: TokenType,
    token: &str,
    expires_at: Option<UnixTime>,
    now: UnixTime,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    struct Response<'a> {
        version: u32,
        success: bool,
        token_type: &'a str,
        id_token: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        expiration_time: Option<i64>,
    }

    let token = check_printable("token", token)?;
    let response = Response {
        version: 1,
        success: true,
        token_type: token_type.urn(),
        id_token: token,
        expiration_time: expires_at.map(|end| early_expiry(end, now).as_secs()),
    };
    json_line(&response, 256 + 2 * token.len())
}

/// Renders why there is no token.
pub(crate) fn render_failure(code: &str, message: &str) -> String {
    let response = json!({ "version": 1, "success": false, "code": code, "message": message });
    format!("{response}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_893_452_400);

    #[test]
    fn the_worked_example_holds_byte_for_byte() {
        let token_type = parse(Some(JWT)).expect("a type");
        let end = Some(UnixTime::from_secs(1_893_456_030));
        let answer = render(token_type, "T0K3N", end, NOW);
        assert_eq!(
            String::from_utf8(answer.expect("an answer").to_vec()).as_deref(),
            Ok(
                "{\"version\":1,\"success\":true,\"token_type\":\"urn:ietf:params:oauth:token-type:jwt\",\
                 \"id_token\":\"T0K3N\",\"expiration_time\":1893456000}\n"
            )
        );
    }

    #[test]
    fn a_failure_is_an_answer_with_a_code_and_a_message() {
        let response = render_failure("login_required", "sign in again\n\"now\"");
        assert_eq!(response.lines().count(), 1);
        let response: Value = serde_json::from_str(&response).expect("JSON");
        assert_eq!(
            response,
            json!({ "version": 1, "success": false, "code": "login_required", "message": "sign in again\n\"now\"" })
        );
    }

    #[test]
    fn only_supported_token_types_are_accepted() {
        assert_eq!(parse(None), Ok(TokenType::Jwt));
        assert_eq!(parse(Some(ID_TOKEN)), Ok(TokenType::IdToken));
        for other in ["", "jwt", "urn:ietf:params:oauth:token-type:saml2"] {
            let read = parse(Some(other));
            assert!(
                matches!(read, Err(ProtocolError::Malformed { .. })),
                "{other}"
            );
        }
    }

    proptest! {
        #[test]
        fn an_answer_is_one_line_that_reads_back(token in ".{0,20}|[a-z\n\u{7f}]{0,9}", end: Option<i64>) {
            match render(TokenType::IdToken, &token, end.map(UnixTime::from_secs), NOW) {
                Ok(answer) => {
                    prop_assert_eq!(answer.iter().filter(|byte| byte.is_ascii_control()).count(), 1);
                    let response: Value = serde_json::from_slice(&answer).expect("JSON");
                    prop_assert_eq!(&response["id_token"], &json!(token));
                    let response = response["expiration_time"].as_i64();
                    prop_assert!(response.is_some() == end.is_some() && response <= end);
                }
                Err(_) => prop_assert!(token.bytes().any(|byte| byte.is_ascii_control())),
            }
        }
    }
}
