//! Answers as a form (`application/x-www-form-urlencoded`), as some servers send them whatever the request accepts.

use serde_json::{Map, Value};
use url::form_urlencoded;

/// By one of these a form is known: any text is a form of some kind.
const KNOWN_FIELDS: [&str; 4] = ["access_token", "refresh_token", "device_code", "error"];

/// The field that is kept even if its end may be missing: the token that it replaces is spent.
const REFRESH_TOKEN: &str = "refresh_token";

/// Returns the fields of a form, each as a text; `None` if there is none of `KNOWN_FIELDS`. An empty field counts as
/// absent, and of fields with the same name the last counts. With `is_truncated` the last field may be cut off, and is
/// left out, unless it is the refresh token.
pub(super) fn fields(text: &str, is_truncated: bool) -> Option<Map<String, Value>> {
    let mut pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    if is_truncated {
        pairs.pop_if(|(name, _)| name != REFRESH_TOKEN);
    }
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let fields: Map<_, _> = pairs
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    KNOWN_FIELDS
        .iter()
        .any(|name| fields.contains_key(*name))
        .then_some(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_known_by_its_fields() {
        let read = |text| fields(text, false).map(Value::Object);
        assert_eq!(
            read("access_token=A%2B2&refresh_token=R&scope=&expires_in=3600"),
            Some(json!({"access_token": "A+2", "refresh_token": "R", "expires_in": "3600"}))
        );
        assert_eq!(
            read("error=invalid_grant&error_description=it+is+spent"),
            Some(json!({"error": "invalid_grant", "error_description": "it is spent"}))
        );
        for text in [
            "",
            "a=b",
            "Welcome",
            "error",
            "<a href=\"?error=x\">",
            "{\"error\":1}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_field_of_a_truncated_form_is_kept_if_it_is_the_refresh_token() {
        let read = |text| fields(text, true).map(Value::Object);
        assert_eq!(
            read("access_token=A&refresh_token=R"),
            Some(json!({"access_token": "A", "refresh_token": "R"}))
        );
        assert_eq!(
            read("refresh_token=R&access_token=A"),
            Some(json!({"refresh_token": "R"}))
        );
        assert_eq!(read("access_token=A"), None);
    }
}
