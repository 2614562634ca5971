//! The value that a member of a JSON object is to have.

use std::borrow::Cow;

use jsonc_parser::cst::{CstInputValue, CstNode, CstObjectProp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON value; the members of an object are written in this order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Shape {
    Text(String),
    List(Vec<String>),
    Object(Vec<(Cow<'static, str>, Shape)>),
}

impl Shape {
    /// Returns the value as a parser reads it.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::List(texts) => Value::from(texts.clone()),
            Self::Object(members) => members
                .iter()
                .map(|(name, shape)| (name.clone().into_owned(), shape.value()))
                .collect(),
        }
    }

    /// Returns the value for the editor, which lays it out like the text around it.
    pub(super) fn input(&self) -> CstInputValue {
        match self {
            Self::Text(text) => CstInputValue::String(text.clone()),
            Self::List(texts) => {
                CstInputValue::Array(texts.iter().cloned().map(CstInputValue::String).collect())
            }
            Self::Object(members) => CstInputValue::Object(
                members
                    .iter()
                    .map(|(name, shape)| (name.clone().into_owned(), shape.input()))
                    .collect(),
            ),
        }
    }

    /// Returns the JSON on one line.
    pub(super) fn compact(&self) -> String {
        match self {
            Self::Object(members) => {
                let members = members.iter().map(|(name, shape)| {
                    format!("{}: {}", Value::from(name.as_ref()), shape.compact())
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Self::Text(_) | Self::List(_) => self.value().to_string(),
        }
    }
}

impl Shape {
    /// Sets an existing member to the value. Other members of an object stay.
    pub(super) fn write_into(&self, member: &CstObjectProp) {
        let object = member.value().as_ref().and_then(CstNode::as_object);
        let (Self::Object(members), Some(object)) = (self, object) else {
            return member.set_value(self.input());
        };
        for (name, shape) in members {
            let old = object.get(name);
            let value = old.as_ref().and_then(CstObjectProp::value);
            match old {
                Some(_) if value.and_then(|it| it.to_serde_value()) == Some(shape.value()) => {}
                Some(old) => old.set_value(shape.input()),
                None => drop(object.append(name, shape.input())),
            }
        }
    }

    /// Returns whether a value is equal, or an object with these members and others.
    pub(super) fn is_part_of(&self, value: &Value) -> bool {
        match self {
            Self::Object(members) => members
                .iter()
                .all(|(name, shape)| value.get(name.as_ref()) == Some(&shape.value())),
            Self::Text(_) | Self::List(_) => self.value() == *value,
        }
    }
}
