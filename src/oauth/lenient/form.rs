//! Answers as a form (`application/x-www-form-urlencoded`), as some servers send them whatever the request accepts.

use serde_json::{Map, Value};
use url::form_urlencoded;

/// By one of these fields a form is known: any text is a form of some kind. `access` and `refresh` are Practicus'
/// names.
const KNOWN_FIELDS: [&str; 6] = [
    "access_token",
    "refresh_token",
    "access",
    "refresh",
    "device_code",
    "error",
];

/// The fields that are kept even if their end may be missing: the token that they replace is spent.
const REFRESH_TOKENS: [&str; 2] = ["refresh_token", "refresh"];

/// The fields whose `+` is one: a token has no space (RFC 6750 §2.1), but not every server encodes what it has.
const TOKENS: [&str; 6] = [
    "access_token",
    "refresh_token",
    "id_token",
    "access",
    "refresh",
    "device_code",
];

/// Returns the fields of a form, each as a text; `None` if there is none of `KNOWN_FIELDS`, or for what may be a page.
/// An empty field counts as absent, and of fields with the same name the last counts. With `is_truncated` the last
/// field may be cut off, and is left out, unless it is the refresh token.
///
/// Fields may also be separated by `&amp;`, as in a page, by line breaks, and by `;` in a form without any of those.
pub(super) fn fields(text: &str, is_truncated: bool) -> Option<Map<String, Value>> {
    if text.contains('<') {
        return None;
    }
    let separator = if text.contains(['&', '\n']) {
        ['&', '\n']
    } else {
        [';', '\n']
    };
    let pairs = text
        .split(separator)
        .map(str::trim)
        .filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs.filter_map(pair).collect();
    if is_truncated {
        pairs.pop_if(|(name, _)| !REFRESH_TOKENS.contains(&name.as_str()));
    }
    let fields: Map<_, _> = pairs.into_iter().filter(|(_, value)| value != "").collect();
    KNOWN_FIELDS
        .iter()
        .any(|name| fields.contains_key(*name))
        .then_some(fields)
}

/// Returns the name and value of one field.
fn pair(text: &str) -> Option<(String, Value)> {
    let text = text.strip_prefix("amp;").unwrap_or(text);
    let (name, value) = form_urlencoded::parse(text.as_bytes()).next()?;
    let value = if TOKENS.contains(&&*name) {
        value.replace(' ', "+")
    } else {
        value.into_owned()
    };
    Some((name.into_owned(), Value::String(value)))
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
            "access_token=A%2B2&amp;refresh_token=R/+2&amp;expires_in=3600",
            "access_token=A%2B2;refresh_token=R/+2;expires_in=3600",
            "access_token=A%2B2\r\nrefresh_token=R%2F%2B2\r\nexpires_in=3600\r\n",
        ] {
            let expected =
                json!({"access_token": "A+2", "refresh_token": "R/+2", "expires_in": "3600"});
            assert_eq!(read(text), Some(expected), "{text}");
        }
        assert_eq!(
            read("access=A&refresh=R;2"),
            Some(json!({"access": "A", "refresh": "R;2"}))
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
