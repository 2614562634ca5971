//! The token endpoint (RFC 6749 §3.2, §5) and the revocation endpoint (RFC 7009).
//!
//! Every token in a success response is kept, whether it is JSON or a form, whatever its content type, its odd fields,
//! and even if it is truncated: it may hold the only refresh token there is.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::client_auth::AuthenticatedRequest;
use super::error::GrantError;
use super::lenient;
use super::refusal::{self, is_same_word};
use super::token_names;
use crate::deadline::Deadline;
use crate::escape::{excerpt, excerpt_without};
use crate::http::{Http, HttpRequest, HttpResponse, redacted};
use crate::protocol::format;
use crate::token::{AccessToken, TokenSet, UnixTime};

/// The codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and RFC 8628 §3.5. They count as refusals under any status
/// but 429 and 5xx; other codes do so under `REFUSING` only.
const KNOWN_ERRORS: [&str; 16] = [
    "access_denied",
    "authorization_pending",
    "bad_refresh_token",
    "expired_token",
    "invalid_client",
    "invalid_grant",
    "invalid_refresh_token",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// The statuses under which any error code counts as a refusal: 400 and 401 (RFC 6749 §5.2), for a refresh also 403
/// and 422.
const REFUSING: [u16; 2] = [400, 401];
const REFUSING_REFRESH: [u16; 4] = [400, 401, 403, 422];

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
    let without_token = error_without_token(endpoint, &object, request);
    let endpoint = redacted(endpoint);
    let mut set = TokenSet::from_response(object);
    if set.access_token.is_none() && set.refresh_token.is_none() {
        return Err(without_token);
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

/// Returns the error of a success response without a token: a refusal, as some servers have it with status 200, else
/// `NoToken`.
pub(crate) fn error_without_token(
    endpoint: &Url,
    object: &Map<String, Value>,
    request: &AuthenticatedRequest,
) -> GrantError {
    let endpoint = redacted(endpoint);
    if refusal::is_refusal_under_success(object) {
        return refusal_of_token(endpoint, object, request);
    }
    GrantError::NoToken { endpoint }
}

/// Returns whether the request's `grant_type` is `refresh_token`.
fn is_refresh(request: &AuthenticatedRequest) -> bool {
    field(request, "grant_type") == Some("refresh_token")
}

/// Returns a field of the request's form.
fn field<'r>(request: &'r AuthenticatedRequest, name: &str) -> Option<&'r str> {
    let mut fields = request.form.iter();
    fields.find_map(|(key, value)| (key == name).then(|| value.expose_secret()))
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
    let response = post(http, endpoint, request, now, deadline)?;
    success_object(endpoint, response, request, now)
}

/// Returns the object, JSON or a form, of a success response: whole, or cut off after a refresh token.
///
/// # Errors
///
/// `CutOff` if it is cut off, or `status_error` if there is no object.
pub(crate) fn success_object(
    endpoint: &Url,
    mut response: HttpResponse,
    request: &AuthenticatedRequest,
    now: UnixTime,
) -> Result<Map<String, Value>, GrantError> {
    let object = lenient::object(&response).map(|object| lenient::Object {
        fields: token_names::usual(object.fields),
        ..object
    });
    match object {
        Some(object) if object.is_complete || has_new_refresh_token(&object.fields, request) => {
            Ok(object.fields)
        }
        _ => Err(match response.truncated.take() {
            Some(error) => GrantError::CutOff(error),
            None => status_error(endpoint, &response, now),
        }),
    }
}

/// Returns whether the response has a refresh token, under the name that OAuth or that Practicus has for it: a text
/// that is not empty, and not the beginning of the one that was sent, as of a server that sends the same one again.
fn has_new_refresh_token(fields: &Map<String, Value>, request: &AuthenticatedRequest) -> bool {
    ["refresh_token", "refresh"].iter().any(|name| {
        let token = fields.get(*name).and_then(Value::as_str);
        let is_cut_copy = |token: &str| {
            field(request, name).is_some_and(|sent| sent != token && sent.starts_with(token))
        };
        token.is_some_and(|token| !token.is_empty() && !is_cut_copy(token))
    })
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

/// Returns the response if its status is a success, else its error: the refusal in its body, even a truncated one, if
/// that counts (see `KNOWN_ERRORS`), else that of a truncated body (not for 429 and 5xx), else `status_error`. For a
/// refresh as `refresh_error`.
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
    if is_refresh(request) {
        return Err(refresh_error(endpoint, response, request, now));
    }
    let object = lenient::object(&response);
    let refusal = object.and_then(|object| refusal(&redacted(endpoint), &object.fields, request));
    let refusal = refusal.filter(|error| counts(error, status, &REFUSING));
    let truncated = truncated_error(&mut response);
    Err(refusal
        .or(truncated)
        .unwrap_or_else(|| status_error(endpoint, &response, now)))
}

/// Returns the error of a refresh whose status is no success. By exclusion: whatever is neither for the server to
/// mend, nor about the client or a setting, nor a firewall's, refuses the token. That is an object with an error code
/// or without, or a body that cannot be read, under 400, 401 and 403, also if the connection ended before the body did:
/// the status is there.
pub(crate) fn refresh_error(
    endpoint: &Url,
    mut response: HttpResponse,
    request: &AuthenticatedRequest,
    now: UnixTime,
) -> GrantError {
    let status = response.status;
    let refusal = lenient::object(&response).map(|object| {
        let endpoint = redacted(endpoint);
        refusal_of_token(endpoint, &object.fields, request)
    });
    if let Some(refusal) = refusal.filter(|error| counts(error, status, &REFUSING_REFRESH)) {
        return refusal;
    }
    let is_denied = match status {
        400 | 401 => true,
        403 => !lenient::is_page(&response.body),
        _ => false,
    };
    if is_denied {
        return GrantError::refused_token(redacted(endpoint), None);
    }
    truncated_error(&mut response).unwrap_or_else(|| status_error(endpoint, &response, now))
}

/// Returns whether a refusal counts under this status: any under one of `refusing`, one of `KNOWN_ERRORS` under others
/// but 429 and 5xx.
fn counts(refusal: &GrantError, status: u16, refusing: &[u16]) -> bool {
    match status {
        429 | 500.. => false,
        _ if refusing.contains(&status) => true,
        _ => KNOWN_ERRORS.iter().any(|code| refusal.is_refusal(code)),
    }
}

/// Takes the error of a truncated body out of the response: the missing part may have been a refusal. `None` for 429
/// and 5xx, for which the status alone decides.
fn truncated_error(response: &mut HttpResponse) -> Option<GrantError> {
    match response.status {
        429 | 500.. => None,
        _ => response.truncated.take().map(GrantError::from),
    }
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

/// Returns the object that the response's body begins with, JSON or a form, without fields that cannot be read; `None`
/// if there is none, or an incomplete one.
pub(crate) fn json_object(response: &HttpResponse) -> Option<Map<String, Value>> {
    lenient::whole_object(response)
}

/// Returns the refusal of an error response (RFC 6749 §5.2), its texts as `excerpt` shortens them; `None` if it has no
/// error code. A text that repeats a secret of the request, of 16 bytes or more, counts as absent.
pub(super) fn refusal(
    endpoint: &str,
    object: &Map<String, Value>,
    request: &AuthenticatedRequest,
) -> Option<GrantError> {
    let text = |text| public_text(text, request);
    let error = refusal::word(object).and_then(text)?;
    let description = refusal::description(object).and_then(text);
    Some(GrantError::Refused {
        endpoint: endpoint.to_owned(),
        description: description.filter(|description| !is_same_word(description, &error)),
        error,
    })
}

/// As `refusal`, of a token: without an error code it is `invalid_grant`, with what the response says.
fn refusal_of_token(
    endpoint: String,
    object: &Map<String, Value>,
    request: &AuthenticatedRequest,
) -> GrantError {
    refusal(&endpoint, object, request).unwrap_or_else(|| {
        let description = refusal::description(object);
        let description = description.and_then(|text| public_text(text, request));
        GrantError::refused_token(endpoint, description)
    })
}

/// Returns a server's text as `excerpt` shortens it; `None` if nothing is left, or if it repeats a secret of the
/// request of `MIN_SECRET_LENGTH` or more.
fn public_text(text: &str, request: &AuthenticatedRequest) -> Option<String> {
    let is_public = |name: &str| PUBLIC_FIELDS.contains(&name);
    let fields = request.form.iter().filter(|(name, _)| !is_public(name));
    let secrets = fields
        .map(|(_, value)| value)
        .chain(&request.header_secret)
        .map(SecretString::expose_secret)
        .filter(|value| value.len() >= MIN_SECRET_LENGTH);
    excerpt_without(text, secrets).filter(|text| !text.is_empty())
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
    const WITHOUT_TOKENS: [(u16, &str, &str, &str); 41] = [
        (200, "", "{}", "sent no token"),
        (200, "", r#"{"access_token":[]}"#, "sent no token"),
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
        (400, "", r#"{"detail":"x"}"#, "refused: invalid_grant (x)"),
        (400, "", "<html>", "refused: invalid_grant"),
        (400, "", "", "refused: invalid_grant"),
        (
            400,
            "",
            r#"{"error":{"code":"X_Y","message":"z"}}"#,
            "refused: X_Y (z)",
        ),
        (
            401,
            "",
            r#"{"error":"invalid_client"}"#,
            "refused: invalid_client",
        ),
        (401, "", "", "refused: invalid_grant"),
        (403, "", "", "refused: invalid_grant"),
        (403, "", "[]", "refused: invalid_grant"),
        (403, "", "\u{feff}[]", "refused: invalid_grant"),
        (403, "", "<html>", "denied access (status 403)"),
        (
            403,
            "",
            "<script>var x = {\"a\":\"b\"}</script>",
            "denied access (status 403)",
        ),
        (
            400,
            "",
            "[{\"error\":\"invalid_scope\",\"error_description\":\"a\tb\"}]",
            "refused: invalid_scope (a b)",
        ),
        (403, "", "error code: 1020", "denied access (status 403)"),
        (403, "", r#"{"error":"Forbidden"}"#, "refused: Forbidden"),
        (
            403,
            "",
            r#"{"message":"no"}"#,
            "refused: invalid_grant (no)",
        ),
        (
            404,
            "",
            r#"{"error":"Not Found"}"#,
            "sent no valid token response (status 404)",
        ),
        (
            404,
            "",
            r#"{"error":"invalid_grant"}"#,
            "refused: invalid_grant",
        ),
        (422, "", r#"{"error":"odd"}"#, "refused: odd"),
        (
            200,
            "",
            r#"{"ok":false,"error":"invalid_refresh_token"}"#,
            "refused: invalid_refresh_token",
        ),
        (200, "", r#"{"ok":false}"#, "refused: invalid_grant"),
        (200, "", r#"{"message":"x"}"#, "sent no token"),
        (
            200,
            "",
            "error=invalid_grant&error_description=old",
            "refused: invalid_grant (old)",
        ),
        (400, "", "error=Invalid_Grant", "refused: Invalid_Grant"),
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
    fn a_form_is_read_as_json_is() {
        for kind in ["application/x-www-form-urlencoded", "text/html"] {
            let header: &'static str = match kind {
                "text/html" => "Content-Type: text/html\r\n",
                _ => "Content-Type: application/x-www-form-urlencoded\r\n",
            };
            let body = "access_token=A%2B2&refresh_token=R2&expires_in=3600&scope=";
            let set = refresh_with_response(200, header, body).expect("tokens");
            assert_eq!(
                set.access_token.as_ref().map(AccessToken::expose),
                Some("A+2")
            );
            assert_eq!(
                set.refresh_token.as_ref().map(RefreshToken::expose),
                Some("R2")
            );
            assert_eq!(set.expires_at.map(UnixTime::as_secs), Some(1_800_003_600));
            assert_eq!(set.scope, None);
        }
    }

    #[test]
    fn the_beginning_of_the_token_that_was_sent_is_no_new_one() {
        let has_new = |token: &str| {
            let request = AuthenticatedRequest::form_only(form([("refresh_token", SECRET)]));
            let fields = serde_json::json!({ "refresh_token": token });
            has_new_refresh_token(fields.as_object().expect("an object"), &request)
        };
        assert!(has_new("another") && has_new(SECRET));
        assert!(!has_new(&SECRET[..5]) && !has_new(""));
    }

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
