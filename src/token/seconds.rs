//! Numbers of seconds as servers write them.

use serde_json::Value;

/// Returns whole seconds: from an integer, a number whose fraction is dropped, or a string that contains either (white
/// space around it is ignored). Too large a number gives the largest that fits. `None` for any other value, and for a
/// string with a number beyond `f64`.
pub(crate) fn whole_number(value: &Value) -> Option<i64> {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is right for a huge number"
    )]
    let cut = |number: f64| number.is_finite().then_some(number as i64);
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(cut)),
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .or_else(|| text.trim().parse().ok().and_then(cut)),
        _ => None,
    }
}
