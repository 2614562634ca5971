//! What an error response means (RFC 6749 §5.2): by exclusion, as servers have many words for a login that is over.
//!
//! Words are compared by their letters alone: `Invalid_Grant` and `invalid grant` are the same.

use serde_json::{Map, Value};

/// The word of RFC 6749 for a refresh token that is not accepted, also for a refusal without a word of its own.
pub(crate) const INVALID_GRANT: &str = "invalid_grant";
/// What RFC 6749 §4.1.2.1 has in place of the status 500. Some token endpoints send this code too.
pub(super) const SERVER_ERROR: &str = "server_error";
/// RFC 8628 §3.5, and some servers' word for too many requests.
pub(crate) const SLOW_DOWN: &str = "slow_down";

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing that was sent: it may be accepted later.
    ForNow,
    /// The client or its secret.
    Client,
    /// What the profile asks for: the key of the configuration.
    Setting(&'static str),
    /// Whatever else it says: the grant, which after a refresh means that the login is over.
    Grant,
}

/// `temporarily_unavailable` and the like, of RFC 6749 §4.1.2.1 and of servers that have a word for a status.
const FOR_NOW: [&str; 9] = [
    SERVER_ERROR,
    "temporarily_unavailable",
    SLOW_DOWN,
    "rate_limited",
    "rate_limit_exceeded",
    "too_many_requests",
    "internal_error",
    "internal_server_error",
    "service_unavailable",
];

/// RFC 6749 §5.2, GitHub, Slack.
const CLIENT: [&str; 5] = [
    "invalid_client",
    "incorrect_client_credentials",
    "invalid_client_id",
    "invalid_client_secret",
    "bad_client_secret",
];

/// RFC 6749 §5.2 and RFC 8707 §2, with the key that each is about.
const SETTINGS: [(&str, &str); 4] = [
    ("invalid_request", "client_id"),
    ("invalid_scope", "scopes"),
    ("invalid_target", "resource"),
    ("unsupported_grant_type", "flow"),
];

impl Refusal {
    /// Returns what a refusal with this word is about.
    pub(crate) fn of(word: &str) -> Self {
        let is_among = |words: &[&str]| words.iter().any(|known| is_same_word(word, known));
        if is_among(&FOR_NOW) {
            return Self::ForNow;
        }
        if is_among(&CLIENT) {
            return Self::Client;
        }
        let setting = SETTINGS.iter().find(|(known, _)| is_same_word(word, known));
        setting.map_or(Self::Grant, |(_, key)| Self::Setting(key))
    }
}

/// Returns whether two words have the same letters and digits, in upper or lower case.
pub(crate) fn is_same_word(one: &str, other: &str) -> bool {
    let letters = |word: &str| {
        let letters = word.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    letters(one) == letters(other)
}

/// Returns whether a success response without a token says by its fields that it is none: `error` (RFC 6749 §5.2),
/// Slack's `ok`, WeChat's `errcode`, JSend's `status`, the `detail` of Django REST framework.
pub(super) fn is_refusal_under_success(object: &Map<String, Value>) -> bool {
    const ERRORS: [&str; 8] = [
        "error",
        "errors",
        "error_code",
        "errorCode",
        "errcode",
        "errno",
        "error_description",
        "detail",
    ];
    const FAILURES: [&str; 4] = ["error", "fail", "failed", "failure"];
    let is_denied = |key| match object.get(key) {
        Some(Value::String(text)) => text == "false",
        Some(value @ (Value::Bool(_) | Value::Number(_))) => !is_something(value),
        _ => false,
    };
    let status = object.get("status").and_then(Value::as_str);
    let is_failure = |status| FAILURES.iter().any(|known| is_same_word(status, known));
    ERRORS
        .iter()
        .any(|key| object.get(*key).is_some_and(is_something))
        || is_denied("ok")
        || is_denied("success")
        || status.is_some_and(is_failure)
}

/// Returns whether a value is more than the absence of one.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Returns the word of an error response: `error`, which may be a text or an object that holds one, or one of the
/// names that other servers have for it.
pub(super) fn word(object: &Map<String, Value>) -> Option<&str> {
    const KEYS: [&str; 5] = ["error", "errors", "error_code", "errorCode", "code"];
    KEYS.iter().find_map(|key| word_in(object.get(*key)?))
}

/// Returns the first word in a value, which may be an object or a list.
fn word_in(value: &Value) -> Option<&str> {
    const KEYS: [&str; 6] = ["error", "code", "type", "status", "name", "reason"];
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Value::Array(items) => items.iter().find_map(word_in),
        Value::Object(fields) => KEYS.iter().find_map(|key| word_in(fields.get(*key)?)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Returns what an error response says in words: `error_description`, or what other servers have in its place, also
/// inside `error`.
pub(super) fn description(object: &Map<String, Value>) -> Option<&str> {
    const KEYS: [&str; 9] = [
        "error_description",
        "errmsg",
        "errorMessage",
        "message",
        "detail",
        "description",
        "errorSummary",
        "error_message",
        "msg",
    ];
    let in_object = |object| first_text(object, &KEYS);
    in_object(object).or_else(|| match object.get("error")? {
        Value::Object(inner) => in_object(inner),
        _ => None,
    })
}

/// Returns the first of these fields that is a text with something in it.
fn first_text<'o>(object: &'o Map<String, Value>, keys: &[&str]) -> Option<&'o str> {
    let texts = keys.iter().filter_map(|key| object.get(*key)?.as_str());
    texts.map(str::trim).find(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_about_something_else_is_about_the_grant() {
        for (word, expected) in [
            ("server_error", Refusal::ForNow),
            ("Temporarily_Unavailable", Refusal::ForNow),
            ("SLOW_DOWN", Refusal::ForNow),
            ("Internal Server Error", Refusal::ForNow),
            ("invalid_client", Refusal::Client),
            ("Invalid Client", Refusal::Client),
            ("incorrect_client_credentials", Refusal::Client),
            ("invalid_scope", Refusal::Setting("scopes")),
            ("InvalidTarget", Refusal::Setting("resource")),
            ("invalid_request", Refusal::Setting("client_id")),
            ("unsupported_grant_type", Refusal::Setting("flow")),
            ("invalid_grant", Refusal::Grant),
            ("Invalid_Grant", Refusal::Grant),
            ("unauthorized_client", Refusal::Grant),
            ("bad_refresh_token", Refusal::Grant),
            ("invalid_refresh_token", Refusal::Grant),
            ("invalid_token", Refusal::Grant),
            ("expired_token", Refusal::Grant),
            ("interaction_required", Refusal::Grant),
            ("token was already used", Refusal::Grant),
            ("", Refusal::Grant),
        ] {
            assert_eq!(Refusal::of(word), expected, "{word}");
        }
    }

    /// An error response, its word and its description.
    const RESPONSES: [(&str, Option<&str>, Option<&str>); 10] = [
        (
            r#"{"error":"x","error_description":"y"}"#,
            Some("x"),
            Some("y"),
        ),
        (
            r#"{"error":{"code":"x","message":"y"}}"#,
            Some("x"),
            Some("y"),
        ),
        (
            r#"{"error":{"code":401,"status":"X","message":"y"}}"#,
            Some("X"),
            Some("y"),
        ),
        (r#"{"error":{"error":{"type":"x"}}}"#, Some("x"), None),
        (
            r#"{"errors":[{"code":"x"}],"detail":"y"}"#,
            Some("x"),
            Some("y"),
        ),
        (
            r#"{"errorCode":"x","errorSummary":"y"}"#,
            Some("x"),
            Some("y"),
        ),
        (r#"{"code":"x","detail":"y"}"#, Some("x"), Some("y")),
        (r#"{"message":"y"}"#, None, Some("y")),
        (r#"{"error":"","message":"y"}"#, None, Some("y")),
        (r#"{"error":7}"#, None, None),
    ];

    #[test]
    fn the_word_is_found_wherever_servers_put_it() {
        for (json, expected_word, expected_description) in RESPONSES {
            let object: Map<String, Value> = serde_json::from_str(json).expect("an object");
            assert_eq!(word(&object), expected_word, "{json}");
            assert_eq!(description(&object), expected_description, "{json}");
        }
    }

    #[test]
    fn a_success_that_says_it_is_none_is_a_refusal() {
        let is_refusal = |value: Value| is_refusal_under_success(value.as_object().expect("it"));
        for value in [
            json!({"error": "x"}),
            json!({"error": {"code": "x"}}),
            json!({"error": true, "message": "y"}),
            json!({"ok": false}),
            json!({"ok": "false"}),
            json!({"ok": 0}),
            json!({"errcode": 40029, "errmsg": "invalid code"}),
            json!({"status": "error", "message": "refresh token expired"}),
            json!({"detail": "Token is blacklisted"}),
            json!({"success": false}),
            json!({"errors": ["x"]}),
        ] {
            assert!(is_refusal(value.clone()), "{value}");
        }
        for value in [
            json!({}),
            json!({"error": null}),
            json!({"error": ""}),
            json!({"error": false, "errors": []}),
            json!({"ok": true}),
            json!({"ok": 1, "errcode": 0, "status": "success"}),
            json!({"message": "hello", "code": "x"}),
        ] {
            assert!(!is_refusal(value.clone()), "{value}");
        }
    }
}
