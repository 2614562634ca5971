//! A member of a JSON object, in JSON with or without comments. Every byte around it stays as it is.

use std::path::Path;

use jsonc_parser::cst::{CstNode, CstObject, CstRootNode};
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::entry_state::{EditError, EntryState};
use super::shape::Shape;
use crate::clients::command_words::command_words;
use crate::clients::programs::{PROGRAM_NAME, is_prusa_cred};
use crate::lines::inserted;
use crate::store::read_foreign;

/// Which JSON a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dialect {
    /// RFC 8259.
    Strict,
    /// With comments and commas after the last member.
    WithComments,
}

/// A member, by the names of the objects around it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) dialect: Dialect,
    /// From the outermost object inwards; the last is the member's own.
    pub(crate) names: Vec<String>,
    /// Its value.
    pub(crate) shape: Shape,
    /// The value in its place before, which removing the member brings back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<Shape>,
}

impl Member {
    /// Returns the parser's options: comments and trailing commas are allowed only in the dialect with comments.
    fn options(&self) -> ParseOptions {
        let is_relaxed = self.dialect == Dialect::WithComments;
        ParseOptions {
            allow_comments: is_relaxed,
            allow_trailing_commas: is_relaxed,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            ..ParseOptions::default()
        }
    }

    /// Parses the text; returns its root and outermost object (`None` if empty). Fails if it is not valid in the
    /// dialect, or not an object.
    fn parse(&self, text: &str) -> Result<(CstRootNode, Option<CstObject>), EditError> {
        if self.dialect == Dialect::Strict && !text.trim().is_empty() {
            serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
                let (line, column) = (error.line(), error.column());
                format!("it is not valid JSON: line {line}, column {column}")
            })?;
        }
        let root = CstRootNode::parse(text, &self.options()).map_err(|error| {
            let (line, column) = (error.line_display(), error.column_display());
            format!("line {line}, column {column}: {}", error.kind())
        })?;
        match root.value() {
            None => Ok((root, None)),
            Some(value) => match value.as_object() {
                Some(object) => Ok((root, Some(object))),
                None => Err("it is not a JSON object".to_owned()),
            },
        }
    }

    /// Returns the objects around the member, from the outermost inwards, as far as they exist, and whether all do.
    /// Fails if one is not an object or occurs twice.
    fn path(&self, outermost: Option<CstObject>) -> Result<(Vec<CstObject>, bool), EditError> {
        let Some(mut object) = outermost else {
            return Ok((Vec::new(), false));
        };
        let mut path = vec![object.clone()];
        for name in self.names.iter().take(self.names.len().saturating_sub(1)) {
            match only_member(&object, name)? {
                None => return Ok((path, false)),
                // A client reads it as if there were none.
                Some(value) if is_null(&value) => return Ok((path, false)),
                Some(value) => match value.as_object() {
                    Some(inner) => object = inner,
                    None => return Err(format!("{name} is not an object")),
                },
            }
            path.push(object.clone());
        }
        Ok((path, true))
    }

    /// Returns the member's value; `None` if there is none, or the text is not valid.
    fn found(&self, text: &str) -> Option<Value> {
        let (_, object) = self.parse(text).ok()?;
        let (path, is_whole) = self.path(object).ok()?;
        let holder = path.last().filter(|_| is_whole)?;
        only_member(holder, self.name()).ok()??.to_serde_value()
    }

    /// Returns the words of the command that a server of the Model Context Protocol has as the member, if it names
    /// prusa-cred: for its headers, or to start it. `None` if there is none, or only a shell knows the words.
    pub(super) fn command(&self, text: &str) -> Option<Vec<String>> {
        let server = self.found(text)?;
        let text = |key| server.get(key).and_then(Value::as_str);
        if let Some(command) = text("headersHelper") {
            return command_words(command);
        }
        let arguments = server.get("args").and_then(Value::as_array);
        let arguments = arguments.into_iter().flatten().filter_map(Value::as_str);
        let words = [text("command")?].into_iter().chain(arguments);
        Some(words.map(str::to_owned).collect())
    }

    /// Returns the name of the member: the last name of its path.
    fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// Returns what the text has as the member: `AsWritten` if the value is equal, `Modified` if it names prusa-cred or
    /// has other members besides, else `OtherProgram`. Fails if the text cannot be parsed, has the member or an object
    /// around it twice, or has another value in the place of such an object.
    pub(super) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let (_, object) = self.parse(text)?;
        let (path, is_whole) = self.path(object)?;
        let (Some(holder), true) = (path.last(), is_whole) else {
            return Ok(EntryState::Absent);
        };
        let node = only_member(holder, self.name())?;
        let Some(node) = node.filter(|node| !is_null(node)) else {
            return Ok(EntryState::Absent);
        };
        let value = node.to_serde_value().unwrap_or_default();
        // Other members of such an object may be secret.
        let shown = match &value {
            Value::String(text) => text.clone(),
            _ => format!("another entry {}", self.name()),
        };
        let is_to_be_replaced = || self.replaces.as_ref().map(Shape::value) == Some(value.clone());
        Ok(if value == self.shape.value() {
            EntryState::AsWritten
        } else if is_to_be_replaced() {
            EntryState::Absent
        } else if value.to_string().contains(PROGRAM_NAME) || self.shape.is_part_of(&value) {
            EntryState::Modified(shown)
        } else {
            EntryState::OtherProgram(match value {
                Value::String(_) => format!("{}: {shown}", self.name()),
                _ => shown,
            })
        })
    }

    /// Returns the text with the member set or added; where both values are objects, the old one's other members stay.
    /// Fails if the text is invalid or other parts would change.
    pub(super) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let (root, object) = self.parse(text)?;
        let (path, is_whole) = self.path(object)?;
        if let (Some(holder), true) = (path.last(), is_whole)
            && let Some(old) = holder.get(self.name())
        {
            self.shape.write_into(&old);
            return self.checked(text, root.to_string());
        }
        let next = self.names.get(path.len().saturating_sub(1));
        if let (Some(holder), Some(next)) = (path.last(), next)
            && holder.get(next).is_none()
            && let Some(at) = self.end_of_one_line(text, path.len(), holder)
        {
            let mut new = self.shape.compact();
            for name in self.names.iter().skip(path.len()).rev() {
                new = format!("{{{}: {new}}}", Value::from(name.as_str()));
            }
            let new = format!(", {}: {new}", Value::from(next.as_str()));
            let new = inserted(text, at, &new).unwrap_or_default();
            return self.checked(text, new);
        }
        let mut holder = root.object_value_or_set();
        for name in self.names.iter().take(self.names.len().saturating_sub(1)) {
            holder = holder.object_value_or_set(name);
        }
        holder.append(self.name(), self.shape.input());
        self.checked(text, root.to_string())
    }

    /// Returns the new text; fails if it differs from the old one in more than this member.
    fn checked(&self, old: &str, new: String) -> Result<String, EditError> {
        let mut wanted = self.value(old)?;
        let mut value = &mut wanted;
        for name in &self.names {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            let Some(object) = value.as_object_mut() else {
                return Err("it is not a JSON object".to_owned());
            };
            value = object.entry(name).or_insert(Value::Null);
        }
        match (&self.shape, value.as_object_mut(), self.shape.value()) {
            (Shape::Object(_), Some(object), Value::Object(members)) => object.extend(members),
            (_, _, new) => *value = new,
        }
        if self.value(&new)? == wanted {
            Ok(new)
        } else {
            Err(format!("{} cannot be added to it", self.name()))
        }
    }

    /// Returns the whole text as a JSON value, `null` if it is empty; fails if it cannot be parsed.
    fn value(&self, text: &str) -> Result<Value, EditError> {
        let (root, _) = self.parse(text)?;
        Ok(root.to_serde_value().unwrap_or_default())
    }

    /// Returns the byte after the last member of an object that is all on one line, where a member is added to that
    /// line; `None` for an object that is empty or on several lines.
    fn end_of_one_line(&self, text: &str, depth: usize, holder: &CstObject) -> Option<usize> {
        if holder.properties().is_empty() || holder.to_string().contains('\n') {
            return None;
        }
        let parsed = parse_to_ast(text, &CollectOptions::default(), &self.options()).ok()?;
        let ast::Value::Object(mut object) = parsed.value? else {
            return None;
        };
        for name in self.names.iter().take(depth - 1) {
            object = object.take_object(name)?;
        }
        Some(object.properties.last()?.range.end)
    }

    /// Returns the text without the member and the objects that are then empty, except the outermost and those with a
    /// comment, or with what the member replaced; fails if it cannot be parsed.
    pub(super) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let (root, object) = self.parse(text)?;
        let (mut path, _) = self.path(object)?;
        if let Some(member) = path.last().and_then(|holder| holder.get(self.name())) {
            if let Some(before) = &self.replaces {
                member.set_value(before.input());
                return Ok(root.to_string());
            }
            member.remove();
        }
        // An object that held nothing else is removed too, except the outermost.
        while let Some(holder) = path.pop() {
            let has_no_comment = !holder.children().iter().any(CstNode::is_comment);
            let names = self.names.get(path.len().wrapping_sub(1));
            if let (true, true, Some(outer), Some(name)) = (
                holder.properties().is_empty(),
                has_no_comment,
                path.last(),
                names,
            ) && let Some(member) = outer.get(name)
            {
                member.remove();
            }
        }
        Ok(root.to_string())
    }
}

/// Returns the address of a server of the Model Context Protocol that runs prusa-cred in a file, by the names around
/// it: its
/// `url`, or the address among its arguments.
pub(crate) fn server_address(file: &Path, dialect: Dialect, names: &[String]) -> Option<String> {
    let text = String::from_utf8(read_foreign(file).ok()??).ok()?;
    let shape = Shape::Object(Vec::new());
    let names = names.to_owned();
    let member = Member {
        dialect,
        names,
        shape,
        replaces: None,
    };
    let words = member.command(&text)?;
    words.first().filter(|it| is_prusa_cred(it))?;
    let server = member.found(&text)?;
    let url = server.get("url").and_then(Value::as_str);
    let is_address = |word: &&String| word.starts_with("https://") || word.starts_with("http://");
    let argument = || words.iter().find(is_address).cloned();
    url.map(str::to_owned).or_else(argument)
}

/// Returns whether a value is `null`.
fn is_null(node: &CstNode) -> bool {
    node.to_serde_value().is_some_and(|value| value.is_null())
}

/// Returns the value of the only member of this name, `None` if there is none; fails if there are two, as programs
/// disagree about which one counts.
fn only_member(object: &CstObject, name: &str) -> Result<Option<CstNode>, EditError> {
    let has_name =
        |it: &jsonc_parser::cst::CstObjectProp| it.decoded_name().is_some_and(|it| it == name);
    let mut members = object.properties().into_iter().filter(has_name);
    let first = members.next();
    if members.next().is_some() {
        return Err(format!("{name} occurs twice"));
    }
    Ok(first.and_then(|member| member.value()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(dialect: Dialect) -> Member {
        Member {
            dialect,
            names: vec!["credHelpers".to_owned(), "h:5000".to_owned()],
            shape: Shape::Text("prusa-cred".to_owned()),
            replaces: None,
        }
    }

    #[test]
    fn removing_the_inserted_member_restores_the_text() {
        let table = [
            "{\r\n\t\"auths\": {},\r\n\t\"x\": 1.0e2\r\n}\r\n",
            "{\n   \"credHelpers\": {\n      \"a\": \"b\"\n   }\n}",
            "{\"a\":1,\"credHelpers\":{\"x\":\"y\"}}",
            "{ \"a\": \"\\u00e9\" }",
            "{\n  \"a\": 1 // no newline at the end\n}",
            "// first\n{\n  \"a\": 1, // with a comma\n}\n",
        ];
        let member = member(Dialect::WithComments);
        let deep = format!("{{\"a\":{}", "[".repeat(200_000));
        assert!(member.state(&deep).is_err());
        for text in table {
            assert_eq!(member.state(text), Ok(EntryState::Absent), "{text}");
            let with = member.insert_into(text).expect("JSON");
            assert_eq!(member.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(member.remove_from(&with).as_deref(), Ok(text), "{with}");
        }
        let one_line = "{\"a\":1,\"credHelpers\":{\"x\":\"y\"}}";
        assert_eq!(
            member.insert_into(one_line).as_deref(),
            Ok("{\"a\":1,\"credHelpers\":{\"x\":\"y\", \"h:5000\": \"prusa-cred\"}}")
        );
        assert_eq!(
            member.insert_into("{\"a\":1}").as_deref(),
            Ok("{\"a\":1, \"credHelpers\": {\"h:5000\": \"prusa-cred\"}}")
        );
    }

    #[test]
    fn missing_objects_are_created() {
        let member = member(Dialect::Strict);
        let new_file = "{\n  \"credHelpers\": {\n    \"h:5000\": \"prusa-cred\"\n  }\n}\n";
        assert_eq!(member.insert_into("").as_deref(), Ok(new_file));
        assert_eq!(member.insert_into("{}\n").as_deref(), Ok(new_file));
        assert_eq!(member.remove_from(new_file).as_deref(), Ok("{}\n"));
    }

    #[test]
    fn json_of_another_dialect_is_refused() {
        for text in [
            "[]",
            "{\"a\":1",
            "{\"a\":1} x",
            "{\"credHelpers\": []}",
            "// x\n{}",
            "{\"a\":1,}",
            "{'a':1}",
            "{a:1}",
            "\u{feff}{}",
            "{\"credHelpers\":{},\"credHelpers\":{}}",
            &"[".repeat(100_000),
        ] {
            assert!(member(Dialect::Strict).state(text).is_err(), "{text}");
            assert!(member(Dialect::Strict).insert_into(text).is_err(), "{text}");
        }
    }

    #[test]
    fn other_helpers_stay_and_an_old_one_of_ours_is_replaced() {
        let member = member(Dialect::Strict);
        let of = |value: &str| format!("{{\"credHelpers\":{{\"h:5000\":\"{value}\"}}}}");
        assert!(matches!(
            member.state(&of("ecr-login")),
            Ok(EntryState::OtherProgram(_))
        ));
        let changed = of("prusa-cred-2");
        assert!(matches!(
            member.state(&changed),
            Ok(EntryState::Modified(_))
        ));
        assert_eq!(member.insert_into(&changed), Ok(of("prusa-cred")));
    }

    #[test]
    fn a_value_that_was_replaced_comes_back() {
        let store = Member {
            dialect: Dialect::Strict,
            names: vec!["credsStore".to_owned()],
            shape: Shape::Text("prusa-cred".to_owned()),
            replaces: Some(Shape::Text("desktop".to_owned())),
        };
        for text in [
            "{\r\n\t\"credsStore\" : \"desktop\",\r\n\t\"auths\": {}\r\n}",
            "{\"a\":1,\"credsStore\":\"desktop\"}",
        ] {
            assert_eq!(store.state(text), Ok(EntryState::Absent), "{text}");
            let with = store.insert_into(text).expect("JSON");
            assert_eq!(store.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(store.remove_from(&with).as_deref(), Ok(text), "{with}");
        }
        let other = "{\"credsStore\": \"pass\"}";
        assert!(matches!(
            store.state(other),
            Ok(EntryState::OtherProgram(_))
        ));
    }

    #[test]
    fn members_added_to_our_object_stay() {
        let member = Member {
            dialect: Dialect::Strict,
            names: vec!["servers".to_owned(), "corp".to_owned()],
            shape: Shape::Object(vec![
                ("url".into(), Shape::Text("u".to_owned())),
                ("run".into(), Shape::Text("prusa-cred get".to_owned())),
            ]),
            replaces: None,
        };
        let of = |more: &str| format!("{{\"servers\": {{\"corp\": {{{more}}}}}}}");
        let whole = of("\"url\": \"u\", \"timeout\": 3, \"run\": \"prusa-cred get\"");
        assert!(matches!(member.state(&whole), Ok(EntryState::Modified(_))));
        assert_eq!(member.insert_into(&whole), Ok(whole));
        let old = of("\"url\": \"u\", \"timeout\": 3, \"run\": \"prusa-cred old\"");
        let new = old.replace("old", "get");
        assert_eq!(member.insert_into(&old), Ok(new));
    }

    /// Writes a value with white space of all kinds, from an endless iterator.
    fn written(value: &Value, spaces: &mut dyn Iterator<Item = &str>) -> String {
        let Value::Object(members) = value else {
            return value.to_string();
        };
        let mut text = format!("{{{}", spaces.next().unwrap_or_default());
        let mut parts = members.iter().peekable();
        while let Some((name, value)) = parts.next() {
            text += &Value::from(name.as_str()).to_string();
            text += spaces.next().unwrap_or_default();
            text.push(':');
            text += &written(value, spaces);
            text += spaces.next().unwrap_or_default();
            text += if parts.peek().is_some() { "," } else { "" };
        }
        text + "}"
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
            Just(serde_json::json!([1, {"x": "}"}])),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            let name = prop_oneof![Just("credHelpers".to_owned()), ".{0,4}".boxed()];
            proptest::collection::btree_map(name, inner, 0..4)
                .prop_map(|members| members.into_iter().collect())
        })
    }

    proptest! {
        #[test]
        fn only_the_member_changes_in_any_json(
            value in value(),
            spaces in proptest::collection::vec(
                prop_oneof![Just(""), Just(" "), Just("\n"), Just("\r\n\t"), Just("\n   ")], 1..6),
        ) {
            let text = written(&value, &mut spaces.into_iter().cycle());
            let member = member(Dialect::Strict);
            // `insert_into` itself compares the rest, and refuses where it differs.
            let has_room = value.as_object().is_some_and(|object| {
                let helpers = object.get("credHelpers");
                helpers.is_none_or(|it| it.is_object() || it.is_null())
            });
            let with = member.insert_into(&text);
            prop_assert_eq!(with.is_ok(), has_room, "{:?} {:?}", text, with);
            if let Ok(with) = with {
                prop_assert_eq!(member.state(&with), Ok(EntryState::AsWritten));
                let without = member.remove_from(&with).expect("JSON");
                prop_assert_eq!(member.state(&without), Ok(EntryState::Absent));
            }
        }

        #[test]
        fn any_text_is_handled_without_a_panic(text in "[\\[\\]{}:,\"/* \n]{0,20}|.{0,20}") {
            for dialect in [Dialect::Strict, Dialect::WithComments] {
                let member = member(dialect);
                let _ = member.state(&text);
                let _ = member.insert_into(&text);
                let _ = member.remove_from(&text);
            }
        }
    }
}
