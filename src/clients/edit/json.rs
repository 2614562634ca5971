//! A member of a JSON object, in JSON with or without comments. What stands around it keeps every byte.

use jsonc_parser::cst::{CstNode, CstObject, CstRootNode};
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::entry_state::{Found, Why};
use super::lines::inserted;
use super::shape::Shape;
use crate::clients::programs::OURS;

/// Which JSON a program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Strict,
    /// With comments and commas after the last member.
    WithComments,
}

/// A member, by the names that lead to it.
pub(crate) struct Member {
    pub(crate) dialect: Dialect,
    /// From the outermost object in; the last is its own.
    pub(crate) names: Vec<String>,
    pub(crate) shape: Shape,
}

impl Member {
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

    fn parse(&self, text: &str) -> Result<(CstRootNode, Option<CstObject>), Why> {
        if self.dialect == Dialect::Strict && !text.trim().is_empty() {
            serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
                let (line, column) = (error.line(), error.column());
                format!("it is not JSON from line {line}, column {column} on")
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
                None => Err("it is no JSON object".to_owned()),
            },
        }
    }

    /// Returns the objects that lead to the member, as far as they are there, and whether all are.
    fn way(&self, outermost: Option<CstObject>) -> Result<(Vec<CstObject>, bool), Why> {
        let Some(mut object) = outermost else {
            return Ok((Vec::new(), false));
        };
        let mut way = vec![object.clone()];
        for name in self.names.iter().take(self.names.len().saturating_sub(1)) {
            match one(&object, name)? {
                None => return Ok((way, false)),
                Some(value) => match value.as_object() {
                    Some(inner) => object = inner,
                    None => return Err(format!("{name} is no object")),
                },
            }
            way.push(object.clone());
        }
        Ok((way, true))
    }

    fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let (_, object) = self.parse(text)?;
        let (way, is_whole) = self.way(object)?;
        let (Some(holder), true) = (way.last(), is_whole) else {
            return Ok(Found::Absent);
        };
        let Some(node) = one(holder, self.name())? else {
            return Ok(Found::Absent);
        };
        let value = node.to_serde_value().unwrap_or_default();
        // Whatever else stands in such an object may be secret.
        let shown = match &value {
            Value::String(text) => text.clone(),
            _ => format!("another entry {}", self.name()),
        };
        Ok(if value == self.shape.value() {
            Found::Ours
        } else if value.to_string().contains(OURS) || self.shape.is_part_of(&value) {
            Found::Changed(shown)
        } else {
            Found::Theirs(match value {
                Value::String(_) => format!("{}: {shown}", self.name()),
                _ => shown,
            })
        })
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let (root, object) = self.parse(text)?;
        let (way, is_whole) = self.way(object)?;
        if let (Some(holder), true) = (way.last(), is_whole)
            && let Some(old) = holder.get(self.name())
        {
            self.shape.put_into(&old);
            return self.checked(text, root.to_string());
        }
        if let Some(holder) = way.last()
            && let Some(at) = self.end_of_one_line(text, way.len(), holder)
        {
            let mut new = self.shape.compact();
            for name in self.names.iter().skip(way.len()).rev() {
                new = format!("{{{}: {new}}}", Value::from(name.as_str()));
            }
            let name = self.names.get(way.len() - 1).map_or("", String::as_str);
            let new = format!(", {}: {new}", Value::from(name));
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

    /// Returns the new text, if nothing in it differs from the old one but this member.
    fn checked(&self, old: &str, new: String) -> Result<String, Why> {
        let mut wanted = self.value(old)?;
        let mut place = &mut wanted;
        for name in &self.names {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let Some(object) = place.as_object_mut() else {
                return Err("it is no JSON object".to_owned());
            };
            place = object.entry(name).or_insert(Value::Null);
        }
        match (&self.shape, place.as_object_mut(), self.shape.value()) {
            (Shape::Object(_), Some(object), Value::Object(members)) => object.extend(members),
            (_, _, value) => *place = value,
        }
        if self.value(&new)? == wanted {
            Ok(new)
        } else {
            Err(format!("there is no place for {} in it", self.name()))
        }
    }

    fn value(&self, text: &str) -> Result<Value, Why> {
        let (root, _) = self.parse(text)?;
        Ok(root.to_serde_value().unwrap_or_default())
    }

    /// Returns where the last member ends of an object on one line, which is to stay on one.
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

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let (root, object) = self.parse(text)?;
        let (mut way, _) = self.way(object)?;
        if let Some(member) = way.last().and_then(|holder| holder.get(self.name())) {
            member.remove();
        }
        // What held nothing else goes too, but the outermost braces.
        while let Some(holder) = way.pop() {
            let is_bare = !holder.children().iter().any(CstNode::is_comment);
            let names = self.names.get(way.len().wrapping_sub(1));
            if let (true, true, Some(outer), Some(name)) =
                (holder.properties().is_empty(), is_bare, way.last(), names)
                && let Some(member) = outer.get(name)
            {
                member.remove();
            }
        }
        Ok(root.to_string())
    }
}

/// Returns the value of the one member of this name: of two, programs disagree which counts.
fn one(object: &CstObject, name: &str) -> Result<Option<CstNode>, Why> {
    let is_meant =
        |it: &jsonc_parser::cst::CstObjectProp| it.decoded_name().is_some_and(|it| it == name);
    let mut members = object.properties().into_iter().filter(is_meant);
    let first = members.next();
    if members.next().is_some() {
        return Err(format!("{name} stands there twice"));
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
        }
    }

    #[test]
    fn a_member_comes_and_goes_and_nothing_else_moves() {
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
        assert!(member.found(&deep).is_err());
        for text in table {
            assert_eq!(member.found(text), Ok(Found::Absent), "{text}");
            let with = member.put(text).expect("JSON");
            assert_eq!(member.found(&with), Ok(Found::Ours), "{with}");
            assert_eq!(member.take(&with).as_deref(), Ok(text), "{with}");
        }
        let one_line = "{\"a\":1,\"credHelpers\":{\"x\":\"y\"}}";
        assert_eq!(
            member.put(one_line).as_deref(),
            Ok("{\"a\":1,\"credHelpers\":{\"x\":\"y\", \"h:5000\": \"prusa-cred\"}}")
        );
        assert_eq!(
            member.put("{\"a\":1}").as_deref(),
            Ok("{\"a\":1, \"credHelpers\": {\"h:5000\": \"prusa-cred\"}}")
        );
    }

    #[test]
    fn an_object_is_begun_where_there_is_none() {
        let member = member(Dialect::Strict);
        let begun = "{\n  \"credHelpers\": {\n    \"h:5000\": \"prusa-cred\"\n  }\n}\n";
        assert_eq!(member.put("").as_deref(), Ok(begun));
        assert_eq!(member.put("{}\n").as_deref(), Ok(begun));
        assert_eq!(member.take(begun).as_deref(), Ok("{}\n"));
    }

    #[test]
    fn what_is_no_such_json_is_refused() {
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
            assert!(member(Dialect::Strict).found(text).is_err(), "{text}");
            assert!(member(Dialect::Strict).put(text).is_err(), "{text}");
        }
    }

    #[test]
    fn another_helper_is_theirs_and_an_old_one_of_ours_is_replaced() {
        let member = member(Dialect::Strict);
        let of = |value: &str| format!("{{\"credHelpers\":{{\"h:5000\":\"{value}\"}}}}");
        assert!(matches!(
            member.found(&of("ecr-login")),
            Ok(Found::Theirs(_))
        ));
        let changed = of("prusa-cred-2");
        assert!(matches!(member.found(&changed), Ok(Found::Changed(_))));
        assert_eq!(member.put(&changed), Ok(of("prusa-cred")));
    }

    #[test]
    fn what_a_person_added_to_our_object_stays() {
        let member = Member {
            dialect: Dialect::Strict,
            names: vec!["servers".to_owned(), "corp".to_owned()],
            shape: Shape::Object(vec![
                ("url", Shape::Text("u".to_owned())),
                ("run", Shape::Text("prusa-cred get".to_owned())),
            ]),
        };
        let of = |more: &str| format!("{{\"servers\": {{\"corp\": {{{more}}}}}}}");
        let whole = of("\"url\": \"u\", \"timeout\": 3, \"run\": \"prusa-cred get\"");
        assert!(matches!(member.found(&whole), Ok(Found::Changed(_))));
        assert_eq!(member.put(&whole), Ok(whole));
        let old = of("\"url\": \"u\", \"timeout\": 3, \"run\": \"prusa-cred old\"");
        let new = old.replace("old", "get");
        assert_eq!(member.put(&old), Ok(new));
    }

    /// Writes a value with spaces and newlines of all kinds, which never run out.
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
        fn nothing_else_changes_in_any_json(
            value in value(),
            spaces in proptest::collection::vec(
                prop_oneof![Just(""), Just(" "), Just("\n"), Just("\r\n\t"), Just("\n   ")], 1..6),
        ) {
            let text = written(&value, &mut spaces.into_iter().cycle());
            let member = member(Dialect::Strict);
            // `put` itself compares the rest, and refuses where it differs.
            let has_place = value.as_object().is_some_and(|object| {
                object.get("credHelpers").is_none_or(Value::is_object)
            });
            let with = member.put(&text);
            prop_assert_eq!(with.is_ok(), has_place, "{:?} {:?}", text, with);
            if let Ok(with) = with {
                prop_assert_eq!(member.found(&with), Ok(Found::Ours));
                let without = member.take(&with).expect("JSON");
                prop_assert_eq!(member.found(&without), Ok(Found::Absent));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}:,\"/* \n]{0,20}|.{0,20}") {
            for dialect in [Dialect::Strict, Dialect::WithComments] {
                let member = member(dialect);
                let _ = member.found(&text);
                let _ = member.put(&text);
                let _ = member.take(&text);
            }
        }
    }
}
