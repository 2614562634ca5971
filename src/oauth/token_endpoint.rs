//! The token endpoint (RFC 6749 §3.2, §5) and the revocation endpoint (RFC 7009).
//!
//! Every token in a success response is kept, whatever its content type, its odd fields, and even if it is truncated:
//! it may hold the only refresh token there is.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::client_auth::AuthenticatedRequest;
use super::error::{GrantError, SERVER_ERROR, TEMPORARILY_UNAVAILABLE};
use super::lenient;
use crate::deadline::Deadline;
use crate::escape::{excerpt, excerpt_without};
use crate::http::{Http, HttpRequest, HttpResponse, redacted};
use crate::protocol::format;
use crate::token::{AccessToken, TokenSet, UnixTime};

/// The codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and RFC 8628 §3.5. They count as refusals under any status
/// but 429 and 5xx; other codes do so under 400 and 401 only.
const KNOWN_ERRORS: [&str; 13] = [
    "access_denied",
    "authorization_pending",
    "expired_token",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    SERVER_ERROR,
    "slow_down",
    TEMPORARILY_UNAVAILABLE,
    "unauthorized_client",
    "unsupported_grant_type",
];

/// The fields of requests that are no secrets (RFC 6749, 7009, 7523, 8628, 8707): a server may name them in its texts.
const PUBLIC_FIELDS: [&str; 8] = [
    "audience",
    "client_assertion_type",
    "client_id",
    "grant_type",
    "redirect_uri",
    "resource",
    "scope",
    "token_type_hint",
];

/// In bytes. Shorter values are words that a server's text may contain by chance.
const MIN_SECRET_LENGTH: usize = 16;

/// Sends a token request (RFC 6749 §4.1.3, §4.4.2, §6) once and returns the tokens of the response. `expires_at` is
/// `expires_in` after `now`, the time before the request is sent; without `expires_in` it is what the response says.
///
/// A success with a refresh token and no access token is `Ok`: the old refresh token may be spent, so the new one has
/// to be stored. An error code beside a token is ignored.
///
/// # Errors
///
/// When the server refuses (be it with status 200), fails, sends something unreadable or neither an access nor a
/// refresh token, or does not respond; except for a refresh, also as [`check_usable`].
pub(crate) fn exchange(
    http: &Http,
    endpoint: &Url,
    request: &AuthenticatedRequest,
    now: UnixTime,
    deadline: Deadline,
) -> Result<TokenSet, GrantError> {
    let object = request_object(http, endpoint, request, now, deadline)?;
    let endpoint = redacted(endpoint);
    let refusal = refusal(&endpoint, &object, request);
    let mut set = TokenSet::from_response(object);
    if set.access_token.is_none() && set.refresh_token.is_none() {
        return Err(refusal.unwrap_or(GrantError::NoToken { endpoint }));
    }
    // A refresh keeps even such a token set: the old refresh token is spent. A new login with it would be useless.
    if !is_refresh(request) {
        check_usable(&set, endpoint)?;
    }
    if let Some(seconds) = set.expires_in {
        set.expires_at = Some(now.plus(Duration::from_secs(seconds)));
    }
    Ok(set)
}

/// Returns whether the request's `grant_type` is `refresh_token`.
fn is_refresh(request: &AuthenticatedRequest) -> bool {
    let mut fields = request.form.iter();
    fields.any(|(name, value)| name == "grant_type" && value.expose_secret() == "refresh_token")
}

/// Checks the access token of a new login, if it has one.
///
/// # Errors
///
/// When it is bound to a key, or no token as `format::check_token` decides.
pub(crate) fn check_usable(set: &TokenSet, endpoint: String) -> Result<(), GrantError> {
    if let Some(token_type) = set.key_bound_type() {
        let token_type = excerpt(token_type);
        return Err(GrantError::KeyBound {
            endpoint,
            token_type,
        });
    }
    let access_token = set.access_token.as_ref().map(AccessToken::expose);
    match access_token.map(format::check_token) {
        Some(Err(_)) => Err(GrantError::InvalidToken { endpoint }),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// Sends the request and returns the JSON object of a success response, whatever its fields, even if they are an
/// error's.
///
/// A truncated object is returned if it has a refresh token.
///
/// # Errors
///
/// When the server refuses with a status other than success, fails, sends no JSON object, or does not respond.
pub(super) fn request_object(
    http: &Http,
    endpoint: &Url,
    request: &AuthenticatedRequest,
    now: UnixTime,
    deadline: Deadline,
) -> Result<Map<String, Value>, GrantError> {
    let mut response = post(http, endpoint, request, now, deadline)?;
    match (
        lenient::leading_object(&response.body),
        response.truncated.take(),
    ) {
        (Some(object), _) if object.is_complete || has_refresh_token(&object.fields) => {
            Ok(object.fields)
        }
        (_, Some(error)) => Err(error.into()),
        (_, None) => Err(status_error(endpoint, &response, now)),
    }
}

/// Returns whether the response has a `refresh_token` that is a string and not empty.
fn has_refresh_token(fields: &Map<String, Value>) -> bool {
    let token = fields.get("refresh_token").and_then(Value::as_str);
    token.is_some_and(|token| !token.is_empty())
}

/// Revokes a token (RFC 7009 §2). A server also reports success for a token that was not valid any more. Only the
/// status of a success counts, not its body.
///
/// # Errors
///
/// When the server refuses, fails, or does not respond.
pub(crate) fn revoke(
    http: &Http,
    endpoint: &Url,
    request: &AuthenticatedRequest,
    now: UnixTime,
    deadline: Deadline,
) -> Result<(), GrantError> {
    post(http, endpoint, request, now, deadline).map(|_| ())
}

/// Sends the form and returns the response, which may be truncated, if its status is a success. Fails as
/// `check_status`, and if not even the head of a response arrives.
fn post(
    http: &Http,
    endpoint: &Url,
    request: &AuthenticatedRequest,
    now: UnixTime,
    deadline: Deadline,
) -> Result<HttpResponse, GrantError> {
    let mut post = HttpRequest::post(endpoint.clone(), request.form.clone())
        .header("accept", "application/json");
    if let Some(authorization) = &request.authorization {
        post = post.header("authorization", authorization.clone());
    }
    let response = http.send_allow_truncated(post, deadline)?;
    check_status(endpoint, response, request, now)
}

/// Returns the response if its status is a success, else its error: the refusal in its body, if that counts (see
/// `KNOWN_ERRORS`), else that of a truncated body (not for 429 and 5xx), else `status_error`.
pub(super) fn check_status(
    endpoint: &Url,
    mut response: HttpResponse,
    request: &AuthenticatedRequest,
    now: UnixTime,
) -> Result<HttpResponse, GrantError> {
    let status = response.status;
    if (200..300).contains(&status) {
        return Ok(response);
    }
    let object = json_object(&response);
    let refusal = object.and_then(|object| refusal(&redacted(endpoint), &object, request));
    let is_known = |error: &GrantError| KNOWN_ERRORS.iter().any(|code| error.is_refusal(code));
    let is_valid = |error: &GrantError| match status {
        400 | 401 => true,
        429 | 500.. => false,
        _ => is_known(error),
    };
    let refusal = refusal.filter(is_valid);
    // The missing part may have been a refusal. For these the status alone decides.
    let truncated = match status {
        429 | 500.. => None,
        _ => response.truncated.take(),
    };
    let truncated = truncated.map(GrantError::from);
    Err(refusal
        .or(truncated)
        .unwrap_or_else(|| status_error(endpoint, &response, now)))
}

/// Returns the error that the status alone stands for; the body is not looked at. For a success, whose body the caller
/// could not read, `Compressed` if it is encoded, else `UnexpectedResponse`, as for a status without an error of its
/// own.
pub(crate) fn status_error(endpoint: &Url, response: &HttpResponse, now: UnixTime) -> GrantError {
    let (endpoint, status) = (redacted(endpoint), response.status);
    let retry_after = response.retry_after(now);
    match (status, response.content_coding()) {
        (200..300, Some(coding)) => GrantError::Compressed { endpoint, coding },
        (403, _) => GrantError::Forbidden { endpoint },
        (429, _) => GrantError::RateLimited {
            endpoint,
            retry_after,
        },
        (500.., _) => GrantError::Server {
            endpoint,
            status,
            retry_after,
        },
        _ => GrantError::UnexpectedResponse { endpoint, status },
    }
}

/// Returns the JSON object that the response's body begins with, without fields that cannot be read; `None` if there is
/// none, or an incomplete one.
pub(crate) fn json_object(response: &HttpResponse) -> Option<Map<String, Value>> {
    let object = lenient::leading_object(&response.body)?;
    object.is_complete.then_some(object.fields)
}

/// Returns the refusal of an error response (RFC 6749 §5.2), its texts as `excerpt` shortens them; `None` if it has no
/// error code. A text that repeats a secret of the request, of 16 bytes or more, counts as absent.
pub(super) fn refusal(
    endpoint: &str,
    object: &Map<String, Value>,
    request: &AuthenticatedRequest,
) -> Option<GrantError> {
    let is_public = |name: &str| PUBLIC_FIELDS.contains(&name);
    let fields = request.form.iter().filter(|(name, _)| !is_public(name));
    let secrets = fields
        .map(|(_, value)| value)
        .chain(&request.header_secret)
        .map(SecretString::expose_secret)
        .filter(|value| value.len() >= MIN_SECRET_LENGTH);
    let text = |key: &str| excerpt_without(object.get(key)?.as_str()?, secrets.clone());
    Some(GrantError::Refused {
        endpoint: endpoint.to_owned(),
        error: text("error").filter(|error| !error.is_empty())?,
        description: text("error_description").filter(|text| !text.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpSettings;
    use crate::http::tests::{Server, reply};
    use crate::oauth::form::form;
    use crate::token::RefreshToken;

    const SECRET: &str = "a-sekret-of-some-length";

    fn now() -> UnixTime {
        UnixTime::from_secs(1_800_000_000)
    }

    fn refresh_with_response(
        status: u16,
        headers: &'static str,
        body: &'static str,
    ) -> Result<TokenSet, GrantError> {
        let server = Server::start(move |_| reply(status, headers, body));
        let http = Http::new(HttpSettings::default()).expect("a client");
        let fields = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", SECRET),
            ("client_id", "a-client-of-some-length"),
        ]);
        let deadline = Deadline::after(Duration::from_secs(60));
        let request = AuthenticatedRequest::form_only(fields);
        let result = exchange(&http, &server.url, &request, now(), deadline);
        let seen = server.seen().remove(0);
        assert_eq!(seen.headers["accept"], "application/json");
        assert_eq!(seen.field("refresh_token"), Some(SECRET));
        if let Err(error) = &result {
            let text = format!("{error} {error:?}");
            assert!(!text.contains("sekret"), "{text}");
        }
        result
    }

    #[test]
    fn expires_at_counts_from_before_the_request() {
        let set = refresh_with_response(
            200,
            "Content-Type: text/html\r\n",
            r#"{"access_token":"a","refresh_token":"r","expires_in":3600,"expires_at":1}"#,
        )
        .expect("tokens");
        assert_eq!(set.expires_at.map(UnixTime::as_secs), Some(1_800_003_600));
        assert_eq!(
            set.access_token.as_ref().map(AccessToken::expose),
            Some("a")
        );
    }

    #[test]
    fn a_response_with_a_refresh_token_alone_is_kept() {
        let body = r#"{"refresh_token":"r","error":"odd"}"#;
        let set = refresh_with_response(200, "", body).expect("a token");
        assert_eq!(
            set.refresh_token.as_ref().map(RefreshToken::expose),
            Some("r")
        );
        assert!(set.access_token.is_none());
    }

    /// Status, headers, body, and how the error ends.
    const WITHOUT_TOKENS: [(u16, &str, &str, &str); 23] = [
        (200, "", "{}", "sent no token"),
        (200, "", r#"{"access_token":7}"#, "sent no token"),
        (
            200,
            "",
            r#"{"error":"bad_refresh_token"}"#,
            "refused: bad_refresh_token",
        ),
        (
            200,
            "",
            "<html>",
            "sent no valid token response (status 200)",
        ),
        (200, "", "[]", "sent no valid token response (status 200)"),
        (200, "", "", "sent no valid token response (status 200)"),
        (
            302,
            "Location: /x?sekret\r\n",
            "",
            "sent no valid token response (status 302)",
        ),
        (
            400,
            "",
            r#"{"error":"invalid_grant"}"#,
            "refused: invalid_grant",
        ),
        (
            400,
            "",
            r#"{"error":"x\u001b[1m","error_description":"a\nb"}"#,
            "refused: x[1m (a b)",
        ),
        (
            400,
            "",
            r#"{"error":"x","error_description":"not a-sekret-of-some-length"}"#,
            "refused: x",
        ),
        (
            400,
            "",
            r#"{"error":"x","error_description":"not a-sek\u200bret-of\u001b-some-length"}"#,
            "refused: x",
        ),
        (
            400,
            "",
            r#"{"error":"x","error_description":"no a-client-of-some-length"}"#,
            "refused: x (no a-client-of-some-length)",
        ),
        (
            400,
            "",
            r#"{"detail":"x"}"#,
            "sent no valid token response (status 400)",
        ),
        (
            400,
            "",
            "<html>",
            "sent no valid token response (status 400)",
        ),
        (
            401,
            "",
            r#"{"error":"invalid_client"}"#,
            "refused: invalid_client",
        ),
        (401, "", "", "sent no valid token response (status 401)"),
        (
            403,
            "",
            r#"{"error":"Forbidden"}"#,
            "denied access (status 403)",
        ),
        (
            403,
            "",
            r#"{"error":"access_denied"}"#,
            "refused: access_denied",
        ),
        (
            404,
            "",
            "<html>",
            "sent no valid token response (status 404)",
        ),
        (
            429,
            "Retry-After: 5\r\n",
            "",
            "received too many requests (status 429, retry in 5 s)",
        ),
        (
            429,
            "",
            r#"{"error":"slow_down"}"#,
            "received too many requests (status 429)",
        ),
        (
            500,
            "",
            r#"{"error":"invalid_grant"}"#,
            "reports a server error (status 500)",
        ),
        (
            503,
            "Retry-After: 9\r\n",
            "",
            "reports a server error (status 503)",
        ),
    ];

    #[test]
    fn each_response_without_tokens_has_its_own_error() {
        for (status, headers, body, expected) in WITHOUT_TOKENS {
            let error = refresh_with_response(status, headers, body).expect_err("no tokens");
            assert!(
                error.to_string().ends_with(expected),
                "{status} {body}: {error}"
            );
            assert_eq!(
                error.is_transient(),
                status == 429 || status >= 500,
                "{error}"
            );
        }
    }

    #[test]
    fn retry_after_of_429_and_503_is_in_the_error() {
        for status in [429, 503] {
            let headers = "Retry-After: 5\r\n";
            let error = refresh_with_response(status, headers, "").expect_err("no tokens");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
        }
    }
}
