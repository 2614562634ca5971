//! The token endpoint (RFC 6749 §3.2, §5) and its neighbour for revocation (RFC 7009).
//!
//! Whatever a success carries is kept, content type and odd fields aside, and also where it stops in the middle: it may
//! hold the only refresh token there is.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::client_auth::Authenticated;
use super::{GrantError, SERVER_ERROR, UNAVAILABLE, lenient};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpRequest, HttpResponse, redacted};
use crate::protocol::plain;
use crate::token::{AccessToken, TokenSet, UnixTime};

/// The fields of a request, in order.
pub(crate) type Form = Vec<(String, SecretString)>;

/// The codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1 and RFC 8628 §3.5: refusals also under a status that says less.
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
    UNAVAILABLE,
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Shorter fields are words that a server's text may hold by chance.
const SHORTEST_SECRET: usize = 16;

/// Returns a request's fields.
pub(crate) fn form<const N: usize>(fields: [(&str, &str); N]) -> Form {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// Asks for tokens and returns what came, `expires_at` counted from `now`, the time before the request leaves.
///
/// A success that carries a refresh token and no access token is `Ok`: the old refresh token may be spent, so the new
/// one has to be stored.
///
/// # Errors
///
/// When the server refuses, cannot, says nothing that can be understood, or nothing at all.
pub(crate) fn exchange(
    http: &Http,
    endpoint: &Url,
    form: &Form,
    now: UnixTime,
    deadline: Deadline,
) -> Result<TokenSet, GrantError> {
    exchange_as(http, endpoint, &Authenticated::plain(form), now, deadline)
}

/// As `exchange`, for a client that shows who it is.
pub(crate) fn exchange_as(
    http: &Http,
    endpoint: &Url,
    request: &Authenticated,
    now: UnixTime,
    deadline: Deadline,
) -> Result<TokenSet, GrantError> {
    let object = ask(http, endpoint, request, now, deadline)?;
    let endpoint = redacted(endpoint);
    let refusal = refusal(&endpoint, &object, request);
    let mut set = TokenSet::from_response(object);
    if set.access_token.is_none() && set.refresh_token.is_none() {
        return Err(refusal.unwrap_or(GrantError::NoAccessToken { endpoint }));
    }
    // Of a refresh everything is kept: the old refresh token is spent. A new login would be stored in vain.
    if !is_refresh(request)
        && set
            .access_token
            .as_ref()
            .is_some_and(|token| !is_token(token))
    {
        return Err(GrantError::InvalidToken { endpoint });
    }
    if let Some(seconds) = set.expires_in {
        set.expires_at = Some(now.plus(Duration::from_secs(seconds)));
    }
    Ok(set)
}

fn is_refresh(request: &Authenticated) -> bool {
    let mut fields = request.form.iter();
    fields.any(|(name, value)| name == "grant_type" && value.expose_secret() == "refresh_token")
}

fn is_token(token: &AccessToken) -> bool {
    plain::checked(token.expose()).is_ok()
}

/// Asks an endpoint that answers with a JSON object, and returns that of a success.
pub(super) fn ask(
    http: &Http,
    endpoint: &Url,
    request: &Authenticated,
    now: UnixTime,
    deadline: Deadline,
) -> Result<Map<String, Value>, GrantError> {
    let mut response = post(http, endpoint, request, now, deadline)?;
    match (
        lenient::leading_object(&response.body),
        response.cut_short.take(),
    ) {
        (Some(object), _) if object.is_whole || has_refresh_token(&object.fields) => {
            Ok(object.fields)
        }
        (_, Some(error)) => Err(error.into()),
        (_, None) => Err(trouble(endpoint, &response, now)),
    }
}

/// Returns whether an answer has to be kept although it stops in the middle.
fn has_refresh_token(fields: &Map<String, Value>) -> bool {
    let token = fields.get("refresh_token").and_then(Value::as_str);
    token.is_some_and(|token| !token.is_empty())
}

/// Revokes a token (RFC 7009 §2): any success is one, also for a token that was dead before.
///
/// # Errors
///
/// As `exchange`.
pub(crate) fn revoke(
    http: &Http,
    endpoint: &Url,
    form: &Form,
    now: UnixTime,
    deadline: Deadline,
) -> Result<(), GrantError> {
    revoke_as(http, endpoint, &Authenticated::plain(form), now, deadline)
}

/// As `revoke`, for a client that shows who it is.
pub(crate) fn revoke_as(
    http: &Http,
    endpoint: &Url,
    request: &Authenticated,
    now: UnixTime,
    deadline: Deadline,
) -> Result<(), GrantError> {
    post(http, endpoint, request, now, deadline).map(|_| ())
}

/// Sends the form and returns the answer if it is a success.
fn post(
    http: &Http,
    endpoint: &Url,
    request: &Authenticated,
    now: UnixTime,
    deadline: Deadline,
) -> Result<HttpResponse, GrantError> {
    let mut post = HttpRequest::post(endpoint.clone(), request.form.clone())
        .header("accept", "application/json");
    if let Some(authorization) = &request.authorization {
        post = post.header("authorization", authorization.clone());
    }
    let response = http.send_allow_truncated(post, deadline)?;
    success(endpoint, response, request, now)
}

/// Returns the answer if it is a success, and what else it says as an error.
pub(super) fn success(
    endpoint: &Url,
    mut response: HttpResponse,
    request: &Authenticated,
    now: UnixTime,
) -> Result<HttpResponse, GrantError> {
    let status = response.status;
    if (200..300).contains(&status) {
        return Ok(response);
    }
    let object = json_object(&response);
    let refusal = object.and_then(|object| refusal(&redacted(endpoint), &object, request));
    let is_known = |error: &GrantError| KNOWN_ERRORS.iter().any(|code| error.is_refusal(code));
    let counts = |error: &GrantError| match status {
        400 | 401 => true,
        429 | 500.. => false,
        _ => is_known(error),
    };
    let refusal = refusal.filter(counts);
    // What did not come may have been a refusal; these are told by their status.
    let cut_short = match status {
        429 | 500.. => None,
        _ => response.cut_short.take(),
    };
    let cut_short = cut_short.map(GrantError::from);
    Err(refusal
        .or(cut_short)
        .unwrap_or_else(|| trouble(endpoint, &response, now)))
}

/// Returns the error of an answer that tells nothing else: trouble, or something before the server.
pub(crate) fn trouble(endpoint: &Url, response: &HttpResponse, now: UnixTime) -> GrantError {
    let (endpoint, status) = (redacted(endpoint), response.status);
    let retry_after = response.retry_after(now);
    match (status, response.coding()) {
        (200..300, Some(coding)) => GrantError::Coded { endpoint, coding },
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
        _ => GrantError::NotJson { endpoint, status },
    }
}

/// Returns the object that an answer is, if it is one.
pub(crate) fn json_object(response: &HttpResponse) -> Option<Map<String, Value>> {
    let object = lenient::leading_object(&response.body)?;
    object.is_whole.then_some(object.fields)
}

/// Returns what an error response (RFC 6749 §5.2) says, unless it repeats a secret of the request.
pub(super) fn refusal(
    endpoint: &str,
    object: &Map<String, Value>,
    request: &Authenticated,
) -> Option<GrantError> {
    let repeats_a_secret = |text: &str| {
        let fields = request.form.iter().map(|(_, value)| value);
        let mut values = fields
            .chain(&request.unspoken)
            .map(SecretString::expose_secret);
        values.any(|value| value.len() >= SHORTEST_SECRET && text.contains(value))
    };
    let text = |key: &str| {
        let text = object.get(key)?.as_str()?;
        (!repeats_a_secret(text)).then(|| excerpt(text))
    };
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
    use crate::token::RefreshToken;

    const SECRET: &str = "a-sekret-of-some-length";

    fn now() -> UnixTime {
        UnixTime::from_secs(1_800_000_000)
    }

    fn answered(
        status: u16,
        headers: &'static str,
        body: &'static str,
    ) -> Result<TokenSet, GrantError> {
        let server = Server::start(move |_| reply(status, headers, body));
        let http = Http::new(HttpSettings::default()).expect("a client");
        let fields = form([("grant_type", "refresh_token"), ("refresh_token", SECRET)]);
        let deadline = Deadline::after(Duration::from_secs(60));
        let result = exchange(&http, &server.url, &fields, now(), deadline);
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
    fn a_success_counts_its_life_from_before_the_request() {
        let set = answered(
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
    fn a_refresh_token_alone_is_not_lost() {
        let set = answered(200, "", r#"{"refresh_token":"r","error":"odd"}"#).expect("a token");
        assert_eq!(
            set.refresh_token.as_ref().map(RefreshToken::expose),
            Some("r")
        );
        assert!(set.access_token.is_none());
    }

    /// Status, headers, body, and how the error ends.
    const WITHOUT_TOKENS: [(u16, &str, &str, &str); 21] = [
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
            "did not answer as a token endpoint does (status 200)",
        ),
        (
            200,
            "",
            "[]",
            "did not answer as a token endpoint does (status 200)",
        ),
        (
            200,
            "",
            "",
            "did not answer as a token endpoint does (status 200)",
        ),
        (
            302,
            "Location: /x?sekret\r\n",
            "",
            "did not answer as a token endpoint does (status 302)",
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
            r#"{"detail":"x"}"#,
            "did not answer as a token endpoint does (status 400)",
        ),
        (
            400,
            "",
            "<html>",
            "did not answer as a token endpoint does (status 400)",
        ),
        (
            401,
            "",
            r#"{"error":"invalid_client"}"#,
            "refused: invalid_client",
        ),
        (
            401,
            "",
            "",
            "did not answer as a token endpoint does (status 401)",
        ),
        (
            403,
            "",
            r#"{"error":"Forbidden"}"#,
            "forbids it (status 403)",
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
            "did not answer as a token endpoint does (status 404)",
        ),
        (
            429,
            "Retry-After: 5\r\n",
            "",
            "wants fewer requests (status 429, again in 5 s)",
        ),
        (
            429,
            "",
            r#"{"error":"slow_down"}"#,
            "wants fewer requests (status 429)",
        ),
        (
            500,
            "",
            r#"{"error":"invalid_grant"}"#,
            "is out of order (status 500)",
        ),
        (
            503,
            "Retry-After: 9\r\n",
            "",
            "is out of order (status 503)",
        ),
    ];

    #[test]
    fn every_answer_without_tokens_is_its_own_error() {
        for (status, headers, body, expected) in WITHOUT_TOKENS {
            let error = answered(status, headers, body).expect_err("no tokens");
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
    fn what_the_server_wants_waited_is_told() {
        for status in [429, 503] {
            let error = answered(status, "Retry-After: 5\r\n", "").expect_err("no tokens");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
        }
    }
}
