//! The error responses of a region: `detail`, `code`, or texts by field (Django REST framework's errors).
//!
//! Nothing here is secret: a text that repeats a secret of the request is left out.

use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use crate::escape::{excerpt, excerpt_without};
use crate::oauth::form::Form;

/// In bytes. Shorter values are words that a text may contain by chance.
const MIN_SECRET_LENGTH: usize = 4;
/// Words in a text about the second factor.
const CODE_WORDS: [&str; 6] = ["otp", "totp", "mfa", "2fa", "authenticator", "one-time"];
/// Phrases in such a text.
const CODE_PHRASES: [&str; 5] = [
    "one time",
    "two-factor",
    "two factor",
    "multi-factor",
    "verification code",
];

/// A parsed error response.
#[derive(Debug)]
pub(super) struct Complaint {
    text: String,
    is_about_code: bool,
}

impl Complaint {
    /// Parses the response's object; `fields` are those of the request, all of them secret but `email`. A part that
    /// repeats a secret is left out; without any text, the message is the status.
    pub(super) fn parse(object: &Map<String, Value>, status: u16, fields: &Form) -> Self {
        let secrets = fields
            .iter()
            .filter(|(name, _)| name != "email")
            .map(|(_, value)| value.expose_secret())
            .filter(|value| value.len() >= MIN_SECRET_LENGTH);
        let joined = |value: &Value| {
            let text = texts(value).join(" ");
            excerpt_without(&text, secrets.clone()).unwrap_or_default()
        };
        let mut parts = Vec::new();
        if let Some(detail) = object.get("detail") {
            parts.push(joined(detail));
        }
        for (field, value) in object {
            let text = joined(value);
            match field.as_str() {
                "detail" | "code" | "messages" => {}
                "non_field_errors" => parts.push(text),
                _ if text.is_empty() => {}
                field => {
                    let name = excerpt_without(field, secrets.clone());
                    parts.extend(name.map(|name| format!("{name}: {text}")));
                }
            }
        }
        parts.retain(|part| !part.is_empty());
        let text = match excerpt(&parts.join("; ")) {
            text if text.is_empty() => format!("status {status}"),
            text => text,
        };
        let code = object.get("code").map(joined).unwrap_or_default();
        let is_code_field = |(name, value): (&String, &Value)| {
            !matches!(value, Value::Null | Value::Bool(false)) && mentions_code(name)
        };
        Self {
            is_about_code: object.iter().any(is_code_field)
                || mentions_code(&code)
                || mentions_code(&text),
            text,
        }
    }

    /// Returns the server's message, in one line of at most 200 characters; `status N` if it has none.
    pub(super) fn message(&self) -> String {
        self.text.clone()
    }

    /// Returns whether the response speaks of a one-time code, as it is required or the one that was sent was refused.
    pub(super) fn is_about_code(&self) -> bool {
        self.is_about_code
    }

    /// Returns whether the message says that something is locked, or that there was too much of something, such as
    /// attempts.
    pub(super) fn is_locked(&self) -> bool {
        let text = self.text.to_lowercase();
        ["locked", "too many"]
            .iter()
            .any(|word| text.contains(word))
    }
}

/// Returns whether the text has a word or phrase for a one-time code, in upper or lower case.
fn mentions_code(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| CODE_WORDS.contains(&word))
        || CODE_PHRASES.iter().any(|phrase| text.contains(phrase))
}

/// Returns the texts in a value: one, or those of a list; anything else is left out.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oauth::form::form;

    fn complaint(object: &Value) -> Complaint {
        let fields = form([
            ("email", "a@x.tld"),
            ("password", "a sekret"),
            ("otp_code", "123456"),
        ]);
        Complaint::parse(object.as_object().expect("an object"), 400, &fields)
    }

    #[test]
    fn every_form_of_error_gives_a_one_line_message() {
        let table = [
            (json!({}), "status 400"),
            (json!({"detail": "No such\naccount"}), "No such account"),
            (
                json!({"detail": "Token is invalid", "code": "token_not_valid", "messages": [{"x": 1}]}),
                "Token is invalid",
            ),
            (
                json!({"email": ["Enter a valid email address."], "password": ["Too short.", "Too common."]}),
                "email: Enter a valid email address.; password: Too short. Too common.",
            ),
            (
                json!({"non_field_errors": ["No a@x.tld here"]}),
                "No a@x.tld here",
            ),
            (json!({"detail": "a sekret is wrong"}), "status 400"),
            (json!({"detail": "123456 is wrong", "x": "y"}), "x: y"),
            (
                json!({"detail": format!("{}a sekret", "x".repeat(193))}),
                "status 400",
            ),
            (json!({"a sekret": "is wrong"}), "status 400"),
        ];
        for (object, wanted) in table {
            assert_eq!(complaint(&object).message(), wanted, "{object}");
            assert!(!complaint(&object).is_about_code(), "{object}");
        }
    }

    #[test]
    fn texts_about_the_second_factor_are_recognized() {
        for object in [
            json!({"otp_code": ["This field is required."]}),
            json!({"detail": "OTP code required."}),
            json!({"detail": "Please enter your verification code"}),
            json!({"detail": "no", "code": "otp_required"}),
            json!({"mfa_required": true}),
            json!({"non_field_errors": ["Two-factor authentication is on"]}),
        ] {
            assert!(complaint(&object).is_about_code(), "{object}");
        }
        for object in [
            json!({"detail": "not an option"}),
            json!({"mfa_required": false, "detail": "wrong password"}),
            json!({"code": "no_active_account", "detail": "No active account found"}),
        ] {
            assert!(!complaint(&object).is_about_code(), "{object}");
        }
    }

    #[test]
    fn a_locked_account_differs_from_a_wrong_password() {
        assert!(complaint(&json!({"detail": "Account locked: too many attempts"})).is_locked());
        assert!(!complaint(&json!({"detail": "Wrong"})).is_locked());
    }
}
