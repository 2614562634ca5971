//! The names of a token response's fields (RFC 6749 §5.1) where a server has its own: `accessToken`, or all of them
//! inside another object.

use serde_json::{Map, Value};

use super::refusal::is_same_word;

/// What a token response is known by; `access` and `refresh` are Practicus' names.
const TOKENS: [&str; 4] = ["access_token", "refresh_token", "access", "refresh"];

/// The other fields that are read.
const OTHERS: [&str; 4] = ["id_token", "token_type", "expires_in", "expires_at"];

/// Returns the fields of a success response under the names that they usually have. Those that have one of `TOKENS`
/// come back as they are.
pub(super) fn usual(fields: Map<String, Value>) -> Map<String, Value> {
    if has_token(&fields) {
        return fields;
    }
    let renamed = renamed(fields);
    if has_token(&renamed) {
        return renamed;
    }
    let inner = renamed.values().filter_map(Value::as_object);
    let inner = inner
        .map(|inner| self::renamed(inner.clone()))
        .find(has_token);
    inner.unwrap_or(renamed)
}

fn has_token(fields: &Map<String, Value>) -> bool {
    let is_text =
        |name: &&str| matches!(fields.get(*name), Some(Value::String(text)) if !text.is_empty());
    TOKENS.iter().any(is_text)
}

/// Returns the fields, those that differ from a usual name in case and separators alone under that name.
fn renamed(fields: Map<String, Value>) -> Map<String, Value> {
    let usual_name = |name: String| {
        let known = TOKENS
            .iter()
            .chain(&OTHERS)
            .find(|known| is_same_word(known, &name));
        known.map_or(name, |known| (*known).to_owned())
    };
    fields
        .into_iter()
        .map(|(name, value)| (usual_name(name), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn usual_of(value: Value) -> Value {
        let Value::Object(fields) = value else {
            panic!("an object");
        };
        Value::Object(usual(fields))
    }

    #[test]
    fn tokens_are_found_under_other_names_and_in_other_objects() {
        let expected = json!({"access_token": "A", "refresh_token": "R", "expires_in": 60});
        for answer in [
            json!({"accessToken": "A", "refreshToken": "R", "expiresIn": 60}),
            json!({"Access-Token": "A", "REFRESH_TOKEN": "R", "expires_in": 60}),
            json!({"ok": true, "data": {"access_token": "A", "refresh_token": "R", "expires_in": 60}}),
            json!({"code": 0, "user": {}, "result": {"accessToken": "A", "refreshToken": "R", "expiresIn": 60}}),
        ] {
            assert_eq!(usual_of(answer.clone()), expected, "{answer}");
        }
    }

    #[test]
    fn what_has_a_usual_name_stays_as_it_is() {
        for answer in [
            json!({"access_token": "A", "accessToken": "B"}),
            json!({"access_token": "A", "authed_user": {"refresh_token": "R"}}),
            json!({"access": "A"}),
            json!({"error": {"code": "x"}}),
            json!({"data": {"id": 7}, "message": "x"}),
        ] {
            assert_eq!(usual_of(answer.clone()), answer, "{answer}");
        }
    }
}
