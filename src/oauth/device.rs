//! Device authorization grant (RFC 8628), for machines without a browser.
//!
//! One request for a code (§3.1), then polling of the token endpoint (§3.4) until somebody approves, refuses, or
//! `expires_in` runs out. Nothing is printed here and nothing sleeps here: the caller passes `sleep`.
//!
//! Secret: `device_code`. Public but not trusted: `user_code`, whose control characters are removed, and the addresses,
//! which are kept as [`WebAddress`].

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::client_auth::AuthenticatedRequest;
use super::refusal::SLOW_DOWN;
use super::{GrantError, token_endpoint};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, WebAddress, redacted};
use crate::token::{TokenSet, UnixTime, whole_number};

/// The `grant_type` of the polling request.
pub(crate) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// §3.2: the interval if the server names none.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
/// §3.5: how much longer the interval becomes with each `slow_down`.
const SLOW_DOWN_INCREASE: Duration = Duration::from_secs(5);
const MAX_INTERVAL: Duration = Duration::from_secs(60);
/// How long a code is waited for if the server does not say, or says that it is over at once: as long as many servers
/// do.
const DEFAULT_EXPIRES_IN: Duration = Duration::from_secs(10 * 60);
/// How long a code is waited for at most, whatever the server says.
const MAX_EXPIRES_IN: Duration = Duration::from_secs(30 * 60);

/// §3.5, and Microsoft's word for it.
const DENIED: [&str; 2] = ["access_denied", "authorization_declined"];
const EXPIRED: [&str; 2] = ["expired_token", "code_expired"];

/// A device authorization response (§3.2).
pub(crate) struct DeviceAuthorization {
    pub(crate) device_code: SecretString,
    pub(crate) user_code: String,
    pub(crate) verification_uri: WebAddress,
    /// The verification URI with the user code in it.
    pub(crate) verification_uri_complete: Option<WebAddress>,
    /// How long the codes are valid, 30 minutes at most.
    pub(crate) expires_in: Duration,
    interval: Duration,
}

/// Why a sign-in on another device failed (§3.5).
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeviceError {
    /// `access_denied`.
    #[error("access was denied")]
    Denied,
    /// `expired_token`, or `expires_in` has passed.
    #[error("nobody entered the code in time")]
    Expired,
    /// A field of the response is missing or not valid.
    #[error("{endpoint} sent no usable device code: its {field} is missing or not valid")]
    InvalidResponse {
        endpoint: String,
        field: &'static str,
    },
    #[error(transparent)]
    Grant(#[from] GrantError),
}

/// Sends a device authorization request (§3.1) and returns the codes of its response.
///
/// # Errors
///
/// When the server refuses, fails, does not respond, or its response lacks a required field.
pub(crate) fn request_authorization(
    http: &Http,
    endpoint: &Url,
    request: &AuthenticatedRequest,
    now: UnixTime,
    deadline: Deadline,
) -> Result<DeviceAuthorization, DeviceError> {
    let object = token_endpoint::request_object(http, endpoint, request, now, deadline)?;
    let parsed = parse_response(&object, endpoint);
    let endpoint = redacted(endpoint);
    parsed.map_err(|field| {
        match token_endpoint::refusal(&endpoint, &object, request) {
            // Some servers send an error response with a success status.
            Some(refusal) => refusal.into(),
            None => DeviceError::InvalidResponse { endpoint, field },
        }
    })
}

/// Reads a response of `endpoint`, or returns the field that is missing or not valid.
///
/// `expires_in` is 30 minutes at most, and 10 minutes by default or if it is 0; `interval` is 1 to 60 s, and 5 s by
/// default; both may be written as text. `verification_url`, an old name, is read too. A `verification_uri_complete`
/// that cannot be used counts as missing: the code can be typed.
fn parse_response(
    object: &Map<String, Value>,
    endpoint: &Url,
) -> Result<DeviceAuthorization, &'static str> {
    let text = |field: &'static str| {
        let text = object.get(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let url = |field| text(field).and_then(|text| Url::parse(text).ok());
    let seconds = |field: &str| {
        let number = object.get(field).and_then(whole_number)?;
        u64::try_from(number).ok().map(Duration::from_secs)
    };
    // Some servers still use the name of an early draft.
    let verification_uri = url("verification_uri").or_else(|| url("verification_url"));
    let verification_uri = verification_uri.ok_or("verification_uri")?;
    let complete = url("verification_uri_complete");
    let user_code = excerpt(text("user_code").ok_or("user_code")?);
    Ok(DeviceAuthorization {
        device_code: text("device_code").ok_or("device_code")?.into(),
        user_code,
        verification_uri: page_address(&verification_uri, endpoint).ok_or("verification_uri")?,
        verification_uri_complete: complete.and_then(|url| page_address(&url, endpoint)),
        expires_in: seconds("expires_in")
            .filter(|expires_in| !expires_in.is_zero())
            .unwrap_or(DEFAULT_EXPIRES_IN)
            .min(MAX_EXPIRES_IN),
        interval: seconds("interval")
            .unwrap_or(DEFAULT_INTERVAL)
            .clamp(Duration::from_secs(1), MAX_INTERVAL),
    })
}

/// Returns the address of a page that `endpoint` names; `None` if that may not be handed to a person or a program, or
/// is one of this machine named by another.
fn page_address(url: &Url, endpoint: &Url) -> Option<WebAddress> {
    let is_allowed = url.scheme() == "https" || endpoint.scheme() == "http";
    WebAddress::new(url).ok().filter(|_| is_allowed)
}

impl DeviceAuthorization {
    /// Polls until somebody approves or refuses, and returns the tokens. `request_token` sends one token request with
    /// the device code; `sleep`, called before each of them, pauses for a time, and returns whether the code is still
    /// valid after it.
    ///
    /// # Errors
    ///
    /// When somebody refuses, the code expires, or the token endpoint fails for good. A transient failure does not end
    /// the polling.
    pub(crate) fn poll(
        &self,
        request_token: &mut dyn FnMut(&str) -> Result<TokenSet, GrantError>,
        sleep: &mut dyn FnMut(Duration) -> bool,
    ) -> Result<TokenSet, DeviceError> {
        let mut interval = self.interval;
        loop {
            if !sleep(interval) {
                return Err(DeviceError::Expired);
            }
            let error = match request_token(self.device_code.expose_secret()) {
                Ok(set) => return Ok(set),
                Err(error) => error,
            };
            if DENIED.iter().any(|word| error.is_refusal(word)) {
                return Err(DeviceError::Denied);
            }
            if EXPIRED.iter().any(|word| error.is_refusal(word)) {
                return Err(DeviceError::Expired);
            }
            if error.is_refusal(SLOW_DOWN) {
                interval = (interval + SLOW_DOWN_INCREASE).min(MAX_INTERVAL);
            } else if error.is_transient() {
                // §3.5: after a connection failure, poll less often.
                interval = error
                    .retry_after()
                    .unwrap_or(interval * 2)
                    .clamp(interval, MAX_INTERVAL);
            } else if !error.is_refusal("authorization_pending") {
                return Err(error.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::token::AccessToken;

    fn parsed(response: &Value) -> Result<DeviceAuthorization, &'static str> {
        parsed_from(response, "https://a.example/device")
    }

    fn parsed_from(response: &Value, endpoint: &str) -> Result<DeviceAuthorization, &'static str> {
        let endpoint = Url::parse(endpoint).expect("a URL");
        parse_response(response.as_object().expect("an object"), &endpoint)
    }

    fn usual_response() -> Value {
        json!({
            "device_code": "d", "user_code": "AB\u{1b}CD", "verification_uri": "https://a.example/d",
            "expires_in": 600, "interval": 1,
        })
    }

    #[test]
    fn a_usual_and_an_odd_response_are_read() {
        let codes = parsed(&usual_response()).expect("a code");
        assert_eq!(
            (codes.user_code.as_str(), codes.expires_in.as_secs()),
            ("ABCD", 600)
        );
        let mut odd = usual_response();
        odd["verification_url"] = odd["verification_uri"].take();
        odd["expires_in"] = json!("99999999");
        odd["interval"] = Value::Null;
        let codes = parsed(&odd).expect("a code");
        assert_eq!(
            (codes.expires_in, codes.interval),
            (MAX_EXPIRES_IN, DEFAULT_INTERVAL)
        );
        for (field, value) in [
            ("device_code", json!("")),
            ("user_code", json!(7)),
            ("verification_uri", json!("http://evil.example")),
            ("verification_uri", json!("javascript:alert(1)")),
            ("verification_uri", json!("https://me@a.example/d")),
            ("verification_uri", json!("http://127.0.0.1/d")),
        ] {
            let mut wrong = usual_response();
            wrong[field] = value;
            assert_eq!(parsed(&wrong).map(|_| ()), Err(field));
        }
    }

    #[test]
    fn addresses_are_encoded_and_may_be_of_this_machine_for_a_server_on_it() {
        let mut response = usual_response();
        response["verification_uri"] = json!("http://127.0.0.1:1/$(id)");
        response["verification_uri_complete"] = json!("http://127.0.0.1:1/?code=`id`");
        let codes = parsed_from(&response, "http://127.0.0.1:2/device").expect("a code");
        let complete = codes.verification_uri_complete.expect("an address");
        assert_eq!(
            (codes.verification_uri.as_str(), complete.as_str()),
            (
                "http://127.0.0.1:1/%24%28id%29",
                "http://127.0.0.1:1/?code=%60id%60"
            )
        );
    }

    #[test]
    fn a_complete_address_that_cannot_be_used_counts_as_missing() {
        for complete in [
            json!(""),
            json!("not an address"),
            json!("/d?code=ABCD"),
            json!("file:///d?code"),
            json!("http://a.example/d?code"),
            json!("http://127.0.0.1/d?code"),
            json!("https://a$(id).example/"),
            json!(7),
        ] {
            let mut response = usual_response();
            response["verification_uri_complete"] = complete.clone();
            let codes = parsed(&response).expect("a code");
            assert_eq!(codes.verification_uri_complete, None, "{complete}");
            assert_eq!(codes.verification_uri.as_str(), "https://a.example/d");
        }
    }

    #[test]
    fn a_code_whose_time_is_missing_or_none_is_waited_for() {
        for (expires_in, seconds) in [
            (Value::Null, 600),
            (json!(0), 600),
            (json!("0"), 600),
            (json!(-1), 600),
            (json!("soon"), 600),
            (json!(1), 1),
            (json!(299.9), 299),
            (json!(" 300 "), 300),
            (json!(1801), 1800),
        ] {
            let mut response = usual_response();
            response["expires_in"] = expires_in.clone();
            let codes = parsed(&response).expect("a code");
            assert_eq!(codes.expires_in.as_secs(), seconds, "{expires_in}");
        }
    }

    fn refused(error: &str) -> GrantError {
        GrantError::Refused {
            endpoint: "e".into(),
            error: error.into(),
            description: None,
        }
    }

    /// Polls against these responses, and returns the pauses and the outcome.
    fn polled(responses: Vec<Option<GrantError>>) -> (Vec<u64>, String) {
        let mut responses = responses.into_iter();
        let mut pauses = Vec::new();
        let outcome = parsed(&usual_response()).expect("a code").poll(
            &mut |device_code| {
                assert_eq!(device_code, "d");
                match responses.next().expect("no more polls") {
                    Some(error) => Err(error),
                    None => Ok(TokenSet::of_access_token(AccessToken::new("a".into()))),
                }
            },
            &mut |pause| {
                pauses.push(pause.as_secs());
                pauses.len() < 8
            },
        );
        let outcome = outcome.map_or_else(|error| error.to_string(), |_| "signed in".to_owned());
        (pauses, outcome)
    }

    #[test]
    fn polling_follows_each_error_code_of_the_server() {
        let pending = || Some(refused("authorization_pending"));
        let slow = || Some(refused("slow_down"));
        let busy = || {
            Some(GrantError::Server {
                endpoint: "e".into(),
                status: 503,
                retry_after: None,
            })
        };
        let table = [
            (vec![None], vec![1], "signed in"),
            (
                vec![pending(), slow(), slow(), pending(), None],
                vec![1, 1, 6, 11, 11],
                "signed in",
            ),
            (
                vec![
                    Some(refused("Authorization-Pending")),
                    Some(refused("SlowDown")),
                    None,
                ],
                vec![1, 1, 6],
                "signed in",
            ),
            (
                vec![Some(refused("Access Denied"))],
                vec![1],
                "access was denied",
            ),
            (
                vec![Some(refused("EXPIRED_TOKEN"))],
                vec![1],
                "nobody entered the code in time",
            ),
            (vec![busy(), busy(), None], vec![1, 2, 4], "signed in"),
            (
                vec![Some(refused("access_denied"))],
                vec![1],
                "access was denied",
            ),
            (
                vec![Some(refused("authorization_declined"))],
                vec![1],
                "access was denied",
            ),
            (
                vec![Some(refused("code_expired"))],
                vec![1],
                "nobody entered the code in time",
            ),
            (
                vec![Some(refused("expired_token"))],
                vec![1],
                "nobody entered the code in time",
            ),
            (
                vec![Some(refused("invalid_client"))],
                vec![1],
                "e refused: invalid_client",
            ),
            (
                std::iter::repeat_with(pending).take(7).collect(),
                vec![1; 8],
                "nobody entered the code in time",
            ),
        ];
        for (responses, pauses, outcome) in table {
            assert_eq!(polled(responses), (pauses, outcome.to_owned()));
        }
    }
}
