//! JSON as servers get it wrong: raw control characters in a text, `NaN`, `undefined`, numbers with leading zeros,
//! single quotes, values and commas that are missing or too many, comments.
//!
//! What is repaired is how an object is written; nothing that it says is changed or made up.
//!
//! Secret: all of it.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::CharIndices;

use zeroize::Zeroizing;

/// Returns the object that a text begins with as strict JSON (RFC 8259), as far as it goes: what is cut off stays cut
/// off. A text that is strict JSON up to the end of the object comes back with the same meaning.
pub(super) fn strict_json(text: &str) -> Zeroizing<String> {
    // Allocated for the worst case at once, a control character: growing would leave unwiped copies behind.
    let json = Zeroizing::new(String::with_capacity(ESCAPED_LENGTH * (text.len() + 1)));
    let mut writer = Writer {
        text,
        rest: text.char_indices().peekable(),
        json,
        open: Vec::new(),
        before: Before::Start,
    };
    writer.write_object();
    writer.json
}

/// In bytes: the length of `\u0001`, and more than that of `null`.
const ESCAPED_LENGTH: usize = 6;

/// What was written before the next token, in the object or list that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Its opening bracket, or nothing at all.
    Start,
    Comma,
    Colon,
    Value,
}

struct Writer<'t> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    json: Zeroizing<String>,
    /// The brackets that close what is open.
    open: Vec<char>,
    before: Before,
}

impl Writer<'_> {
    /// Writes until the first object or list that was opened is closed, or the text ends.
    fn write_object(&mut self) {
        while let Some((at, c)) = self.rest.next() {
            match c {
                '{' | '[' => {
                    self.begin_value();
                    self.json.push(c);
                    self.open.push(if c == '{' { '}' } else { ']' });
                    self.before = Before::Start;
                }
                '}' | ']' => {
                    self.end_value();
                    self.json.push(c);
                    self.before = Before::Value;
                    if self.open.pop() != Some(c) || self.open.is_empty() {
                        return;
                    }
                }
                ',' => self.end_value(),
                ':' => {
                    self.json.push(c);
                    self.before = Before::Colon;
                }
                '"' | '\'' => {
                    self.begin_value();
                    self.write_text(c);
                    self.before = Before::Value;
                }
                '/' if self.skip_comment() => {}
                c if c.is_whitespace() || c.is_control() => {}
                _ => {
                    self.begin_value();
                    self.write_word(at);
                    self.before = Before::Value;
                }
            }
        }
        // The value in front of it is whole.
        if self.before == Before::Comma {
            self.json.push(',');
        }
    }

    /// Writes the comma that separates a value, or a name, from the value before it.
    fn begin_value(&mut self) {
        if self.before == Before::Comma || (self.before == Before::Value && !self.open.is_empty()) {
            self.json.push(',');
        }
    }

    /// Writes the value that is missing in front of a comma or a closing bracket. The comma itself is written once
    /// something follows it.
    fn end_value(&mut self) {
        match self.before {
            Before::Colon => self.json.push_str("null"),
            Before::Start => return,
            Before::Comma | Before::Value => {}
        }
        self.before = Before::Comma;
    }

    /// Writes a text up to its closing quotation mark, if there is one.
    fn write_text(&mut self, quotation_mark: char) {
        self.json.push('"');
        while let Some((_, c)) = self.rest.next() {
            match c {
                '\\' => self.write_escaped(),
                '"' if quotation_mark != '"' => self.json.push_str("\\\""),
                c if c == quotation_mark => {
                    self.json.push('"');
                    return;
                }
                // Writing into a String cannot fail.
                c if c < ' ' => drop(write!(self.json, "\\u{:04x}", u32::from(c))),
                c => self.json.push(c),
            }
        }
    }

    /// Writes what is behind a backslash: an escape that JSON has, else the character alone.
    fn write_escaped(&mut self) {
        match self.rest.next() {
            Some((_, c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'))) => {
                self.json.push('\\');
                self.json.push(c);
            }
            Some((_, c)) if c >= ' ' => self.json.push(c),
            Some(_) => {}
            // Cut off: what is written must not look whole.
            None => self.json.push('\\'),
        }
    }

    /// Writes what has no quotation marks: a number or a literal of JSON, or of the languages that servers are written
    /// in; anything else becomes a text, as a name without quotation marks is.
    fn write_word(&mut self, start: usize) {
        const ENDS: [char; 9] = [',', ':', '{', '}', '[', ']', '"', '\'', '/'];
        let ends = |c: char| ENDS.contains(&c) || c.is_whitespace() || c.is_control();
        while self.rest.next_if(|(_, c)| !ends(*c)).is_some() {}
        let end = self.rest.peek().map(|(at, _)| *at);
        let word = self.text.get(start..end.unwrap_or(self.text.len()));
        let word = word.unwrap_or_default();
        match word {
            // It may be cut off, and is left as it is for the reader to see that.
            _ if end.is_none() => self.json.push_str(word),
            "True" => self.json.push_str("true"),
            "False" => self.json.push_str("false"),
            "None" | "nil" | "undefined" | "NaN" | "-NaN" | "Infinity" | "-Infinity" => {
                self.json.push_str("null");
            }
            _ if is_json(word) => self.json.push_str(word),
            _ if is_json(without_leading_zeros(word)) => {
                self.json.push_str(without_leading_zeros(word));
            }
            _ => {
                self.json.push('"');
                for c in word.chars() {
                    match c {
                        '\\' => self.json.push_str("\\\\"),
                        c => self.json.push(c),
                    }
                }
                self.json.push('"');
            }
        }
    }

    /// Skips a comment whose first slash was read; `false` if it is none.
    fn skip_comment(&mut self) -> bool {
        if self.rest.next_if(|(_, c)| *c == '/').is_some() {
            while self.rest.next_if(|(_, c)| *c != '\n').is_some() {}
            return true;
        }
        if self.rest.next_if(|(_, c)| *c == '*').is_none() {
            return false;
        }
        let mut previous = ' ';
        for (_, c) in self.rest.by_ref() {
            if previous == '*' && c == '/' {
                break;
            }
            previous = c;
        }
        true
    }
}

/// Returns whether a word is a value of JSON by itself.
fn is_json(word: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(word).is_ok()
}

/// Returns a number as JSON has it, without `+` and leading zeros.
fn without_leading_zeros(word: &str) -> &str {
    let word = word.strip_prefix('+').unwrap_or(word);
    let zeros = word.len() - word.trim_start_matches('0').len();
    let rest = word.get(zeros..).unwrap_or_default();
    // The last zero is the number itself.
    let kept = if rest.starts_with(|c: char| c.is_ascii_digit()) {
        zeros
    } else {
        zeros.saturating_sub(1)
    };
    word.get(kept..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_servers_get_wrong_is_repaired() {
        for (text, wanted) in [
            ("{\"a\":\"x\ty\r\nz\"}", json!({"a": "x\ty\r\nz"})),
            (
                r#"{"a":NaN,"b":undefined,"c":None,"d":-Infinity}"#,
                json!({"a": null, "b": null, "c": null, "d": null}),
            ),
            (
                r#"{"a":03600,"b":+7,"c":000,"d":00.5}"#,
                json!({"a": 3600, "b": 7, "c": 0, "d": 0.5}),
            ),
            (r#"{"a":,"b":}"#, json!({"a": null, "b": null})),
            (r#"{,"a":1,,"b":[1,,2,],}"#, json!({"a": 1, "b": [1, 2]})),
            (r#"{"a":1 "b":[1 2]}"#, json!({"a": 1, "b": [1, 2]})),
            (
                r"{'a':'b\'c','d':'say \x22e\x22','f':'\u0041'}",
                json!({"a": "b'c", "d": "say x22ex22", "f": "A"}),
            ),
            (r#"{"a":"it\'s"}"#, json!({"a": "it's"})),
            (r#"{'a':'"'}"#, json!({"a": "\""})),
            (
                r"{a:b,c-d:True,e:False}",
                json!({"a": "b", "c-d": true, "e": false}),
            ),
            ("{/* x */\"a\":1,// y\n\"b\":2}", json!({"a": 1, "b": 2})),
            (
                r#"{"a":"/* x */","b":"//"}"#,
                json!({"a": "/* x */", "b": "//"}),
            ),
            ("{\"a\"\0:\0\"b\"}", json!({"a": "b"})),
            (r#"{"a":1}} and more"#, json!({"a": 1})),
            (r#"{"a":w\x}"#, json!({"a": "w\\x"})),
        ] {
            let json = strict_json(text);
            assert_eq!(
                serde_json::from_str::<Value>(&json).ok(),
                Some(wanted),
                "{text} {}",
                *json
            );
        }
    }

    #[test]
    fn what_is_cut_off_stays_cut_off() {
        for text in [
            r#"{"a":"b"#,
            r#"{"a":"b\"#,
            r#"{"a":t"#,
            r#"{"a":12"#,
            r#"{"a":"#,
            r#"{"a":"b","#,
            "{",
            "",
            r#"{"a":[1"#,
        ] {
            let json = strict_json(text);
            assert!(
                serde_json::from_str::<Value>(&json).is_err(),
                "{text} {}",
                *json
            );
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn strict_json_keeps_its_meaning(value in any_json(), is_indented: bool) {
            let value = json!({ "x": value });
            let text = if is_indented {
                serde_json::to_string_pretty(&value)
            } else {
                serde_json::to_string(&value)
            };
            let text = text.expect("JSON");
            let repaired = strict_json(&text);
            let read = |text: &str| serde_json::from_str::<Value>(text).ok();
            prop_assert_eq!(read(&repaired), read(&text));
        }

        #[test]
        fn no_text_makes_it_grow_beyond_its_room(text in any::<String>(), odd in r#"[\[\]{}:,"'\\a0\n /*]{0,30}"#) {
            for text in [text, odd] {
                let room = ESCAPED_LENGTH * (text.len() + 1);
                prop_assert!(strict_json(&text).len() <= room, "{}", text);
            }
        }
    }
}
