//! Device authorization grant (RFC 8628), for machines without a browser.
//!
//! One request for a code (§3.1), then polling of the token endpoint (§3.4) until somebody approves, refuses, or
//! `expires_in` runs out. Nothing is printed here and nobody sleeps here: `wait` is handed in.
//!
//! Secret: `device_code`. Public but not trusted: `user_code` and the addresses, which are made fit for a terminal.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::client_auth::Authenticated;
use super::discovery::is_safe;
use super::{GrantError, token_endpoint};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, redacted};
use crate::token::{TokenSet, UnixTime};

/// The `grant_type` of the polling request.
pub(crate) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// §3.2: what holds where the server names no interval.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
/// §3.5: how much longer to wait after each `slow_down`.
const SLOWER: Duration = Duration::from_secs(5);
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// No code is waited for longer, whatever the server says.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 60);

/// What a person needs to go on with on another device (§3.2).
pub(crate) struct DeviceAuthorization {
    pub(crate) device_code: SecretString,
    pub(crate) user_code: String,
    pub(crate) verification_uri: Url,
    /// The same with the code in it.
    pub(crate) verification_uri_complete: Option<Url>,
    pub(crate) life: Duration,
    interval: Duration,
}

/// Why a device sign-in came to nothing (§3.5).
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeviceError {
    /// `access_denied`.
    #[error("access was denied")]
    Denied,
    /// `expired_token`, or our own patience.
    #[error("nobody entered the code in time")]
    Expired,
    /// An answer that lacks what a person needs.
    #[error("{endpoint} sent no device code that can be used: its {field} will not do")]
    BadAnswer {
        endpoint: String,
        field: &'static str,
    },
    #[error(transparent)]
    Grant(#[from] GrantError),
}

/// Asks for a code.
pub(crate) fn begin(
    http: &Http,
    endpoint: &Url,
    request: &Authenticated,
    now: UnixTime,
    deadline: Deadline,
) -> Result<DeviceAuthorization, DeviceError> {
    let answer = token_endpoint::ask(http, endpoint, request, now, deadline)?;
    let endpoint = redacted(endpoint);
    read(&answer).map_err(|field| {
        match token_endpoint::refusal(&endpoint, &answer, request) {
            // Some servers say no with a status that says yes.
            Some(refusal) => refusal.into(),
            None => DeviceError::BadAnswer { endpoint, field },
        }
    })
}

fn read(answer: &Map<String, Value>) -> Result<DeviceAuthorization, &'static str> {
    let text = |field: &'static str| {
        let text = answer.get(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let address = |field| {
        let url = text(field).and_then(|text| Url::parse(text).ok());
        url.filter(is_safe)
    };
    // Some servers write numbers as text.
    let seconds = |field: &str| match answer.get(field) {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
        None => None,
    };
    // Some servers still have the name that a draft gave it.
    let verification_uri = address("verification_uri").or_else(|| address("verification_url"));
    let user_code = excerpt(text("user_code").ok_or("user_code")?);
    Ok(DeviceAuthorization {
        device_code: text("device_code").ok_or("device_code")?.into(),
        user_code,
        verification_uri: verification_uri.ok_or("verification_uri")?,
        verification_uri_complete: address("verification_uri_complete"),
        life: seconds("expires_in")
            .map_or(LONGEST_LIFE, Duration::from_secs)
            .min(LONGEST_LIFE),
        interval: seconds("interval")
            .map_or(DEFAULT_INTERVAL, Duration::from_secs)
            .clamp(Duration::from_secs(1), LONGEST_INTERVAL),
    })
}

impl DeviceAuthorization {
    /// Polls until somebody has decided. `poll` asks the token endpoint once; `wait` pauses for so long, and returns
    /// whether there is still time.
    pub(crate) fn wait(
        &self,
        poll: &mut dyn FnMut(&str) -> Result<TokenSet, GrantError>,
        wait: &mut dyn FnMut(Duration) -> bool,
    ) -> Result<TokenSet, DeviceError> {
        let mut interval = self.interval;
        loop {
            if !wait(interval) {
                return Err(DeviceError::Expired);
            }
            let error = match poll(self.device_code.expose_secret()) {
                Ok(set) => return Ok(set),
                Err(error) => error,
            };
            let code = match &error {
                GrantError::Refused { error, .. } => error.as_str(),
                _ => "",
            };
            interval = match code {
                "authorization_pending" => interval,
                "slow_down" => (interval + SLOWER).min(LONGEST_INTERVAL),
                "access_denied" => return Err(DeviceError::Denied),
                "expired_token" => return Err(DeviceError::Expired),
                // §3.5: after a connection that failed, less often.
                _ if error.is_transient() => error
                    .retry_after()
                    .unwrap_or(interval * 2)
                    .clamp(interval, LONGEST_INTERVAL),
                _ => return Err(error.into()),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::token::AccessToken;

    fn code(answer: &Value) -> Result<DeviceAuthorization, &'static str> {
        read(answer.as_object().expect("an object"))
    }

    fn usual() -> Value {
        json!({
            "device_code": "d", "user_code": "AB\u{1b}CD", "verification_uri": "https://a.example/d",
            "expires_in": 600, "interval": 1,
        })
    }

    #[test]
    fn an_answer_is_read_with_its_oddities() {
        let read = code(&usual()).expect("a code");
        assert_eq!(
            (read.user_code.as_str(), read.life.as_secs()),
            ("ABCD", 600)
        );
        let mut odd = usual();
        odd["verification_url"] = odd["verification_uri"].take();
        odd["expires_in"] = json!("99999999");
        odd["interval"] = Value::Null;
        let read = code(&odd).expect("a code");
        assert_eq!((read.life, read.interval), (LONGEST_LIFE, DEFAULT_INTERVAL));
        for (field, value) in [
            ("device_code", json!("")),
            ("user_code", json!(7)),
            ("verification_uri", json!("http://evil.example")),
            ("verification_uri", json!("javascript:alert(1)")),
        ] {
            let mut wrong = usual();
            wrong[field] = value;
            assert_eq!(code(&wrong).map(|_| ()), Err(field));
        }
    }

    fn refused(error: &str) -> GrantError {
        GrantError::Refused {
            endpoint: "e".into(),
            error: error.into(),
            description: None,
        }
    }

    /// Polls against these answers, and returns the pauses and how it ended.
    fn polled(answers: Vec<Option<GrantError>>) -> (Vec<u64>, String) {
        let mut answers = answers.into_iter();
        let mut pauses = Vec::new();
        let ended = code(&usual()).expect("a code").wait(
            &mut |device_code| {
                assert_eq!(device_code, "d");
                match answers.next().expect("no more polls") {
                    Some(error) => Err(error),
                    None => Ok(TokenSet::of_access_token(AccessToken::new("a".into()))),
                }
            },
            &mut |pause| {
                pauses.push(pause.as_secs());
                pauses.len() < 8
            },
        );
        let ended = ended.map_or_else(|error| error.to_string(), |_| "signed in".to_owned());
        (pauses, ended)
    }

    #[test]
    fn each_answer_of_the_server_has_its_meaning() {
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
            (vec![busy(), busy(), None], vec![1, 2, 4], "signed in"),
            (
                vec![Some(refused("access_denied"))],
                vec![1],
                "access was denied",
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
        for (answers, pauses, ended) in table {
            assert_eq!(polled(answers), (pauses, ended.to_owned()));
        }
    }
}
