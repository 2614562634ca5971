//! What the tokens of a login were asked for with: scopes (RFC 6749 §3.3), audience and resource (RFC 8707). A field of
//! the stored token set says so; it is ours, as those of the binding are, and a server's answer has no say in it.
//!
//! What the server granted is another thing (`scope`): one that grants less than it was asked for is not asked again.

use std::fmt;

use serde_json::{Map, Value};

use super::set::TokenSet;
use crate::escape::excerpt;

/// The key of the field, an object, and the keys in it.
const KEY: &str = "requested";
const SCOPE: &str = "scope";
const AUDIENCE: &str = "audience";
const RESOURCE: &str = "resource";
/// Whether a refresh asked for it, and not the sign-in, whose grant the server remembers.
const BY_REFRESH: &str = "by_refresh";

/// What a profile asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requested {
    /// Sorted, each once: their order means nothing.
    scopes: Vec<String>,
    audience: Option<String>,
    resource: Option<String>,
}

/// What differs between what a login was asked for with and what its profile asks for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestChange {
    /// Each with what it is, what it was and what it is now.
    parts: Vec<(&'static str, Option<String>, Option<String>)>,
    /// All that is asked for now, to tell one change from another.
    now: String,
}

impl Requested {
    /// Returns what is asked for with these.
    pub(crate) fn new(scopes: &[String], audience: Option<&str>, resource: Option<&str>) -> Self {
        let words = scopes.iter().flat_map(|text| text.split_ascii_whitespace());
        Self {
            scopes: sorted(words),
            audience: audience.map(str::to_owned),
            resource: resource.map(str::to_owned),
        }
    }

    /// Returns what a token set says that it was asked for with; `None` if it does not say.
    fn of(set: &TokenSet) -> Option<Self> {
        let fields = fields_of(set)?;
        let text = |key| fields.get(key).and_then(Value::as_str);
        Some(Self {
            scopes: sorted(text(SCOPE).unwrap_or_default().split_ascii_whitespace()),
            audience: text(AUDIENCE).map(str::to_owned),
            resource: text(RESOURCE).map(str::to_owned),
        })
    }

    /// Returns what has changed since a token set was asked for; `None` if nothing has, or it does not say with what.
    pub(crate) fn change_since(&self, set: &TokenSet) -> Option<RequestChange> {
        let was = Self::of(set)?;
        if was == *self {
            return None;
        }
        let scopes = |of: &Self| (!of.scopes.is_empty()).then(|| of.scopes.join(" "));
        let parts = [
            ("scopes", scopes(&was), scopes(self)),
            (AUDIENCE, was.audience, self.audience.clone()),
            (RESOURCE, was.resource, self.resource.clone()),
        ];
        let differs = |(_, was, now): &(_, Option<String>, Option<String>)| was != now;
        Some(RequestChange {
            parts: parts.into_iter().filter(differs).collect(),
            now: Value::Object(self.fields()).to_string(),
        })
    }

    /// Writes it into a token set, in place of what that says. That a refresh asked for the same stays.
    pub(crate) fn write_into(&self, set: &mut TokenSet) {
        if Self::of(set).as_ref() != Some(self) {
            set.set_other_field(KEY, Some(Value::Object(self.fields())));
        }
    }

    /// As `write_into`, for an answer to a refresh that asked for it.
    pub(crate) fn write_by_refresh(&self, set: &mut TokenSet) {
        let mut fields = self.fields();
        fields.insert(BY_REFRESH.to_owned(), true.into());
        set.set_other_field(KEY, Some(Value::Object(fields)));
    }

    /// Returns whether a refresh asked for what a token set says: then the next has to ask again, as the server's grant
    /// is still the one of the sign-in.
    pub(crate) fn is_by_refresh(set: &TokenSet) -> bool {
        fields_of(set).and_then(|fields| fields.get(BY_REFRESH)) == Some(&Value::Bool(true))
    }

    /// Returns the fields of the object that is stored, without those that are absent.
    fn fields(&self) -> Map<String, Value> {
        let scope = (!self.scopes.is_empty()).then(|| self.scopes.join(" "));
        let fields = [
            (SCOPE, scope),
            (AUDIENCE, self.audience.clone()),
            (RESOURCE, self.resource.clone()),
        ];
        let known = fields
            .into_iter()
            .filter_map(|(key, text)| Some((key.to_owned(), text?.into())));
        known.collect()
    }
}

impl RequestChange {
    /// Returns a text for a digest that differs for another profile's request.
    pub(crate) fn request(&self) -> &str {
        &self.now
    }
}

/// Says what it was and what the profile says now, without a control character.
impl fmt::Display for RequestChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |value: &Option<String>| value.as_deref().map(excerpt);
        for (number, (what, was, now)) in self.parts.iter().enumerate() {
            let and = if number == 0 { "" } else { ", and " };
            match told(was) {
                Some(was) => write!(f, "{and}it was asked for with the {what} {was}")?,
                None => write!(f, "{and}it was asked for without {what}")?,
            }
            match told(now) {
                Some(now) => write!(f, ", and the profile says {now}")?,
                None => write!(f, ", and the profile says none")?,
            }
        }
        Ok(())
    }
}

/// Returns the stored object; `None` if there is none.
fn fields_of(set: &TokenSet) -> Option<&Map<String, Value>> {
    set.other_field(KEY)?.as_object()
}

/// Returns the words, sorted, each once.
fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<_> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(scopes: &[&str], resource: Option<&str>) -> Requested {
        let scopes: Vec<_> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        Requested::new(&scopes, None, resource)
    }

    fn told(now: &Requested, json: &str) -> Option<String> {
        let set = TokenSet::parse(json.as_bytes()).expect("a token set");
        now.change_since(&set).map(|change| change.to_string())
    }

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let now = asked(&["b", "a"], None);
        for (json, wanted) in [
            ("{}", None),
            (r#"{"scope":"x"}"#, None),
            (r#"{"requested":"a"}"#, None),
            (r#"{"requested":{"scope":"a b"}}"#, None),
            (
                r#"{"requested":{"scope":" b  a a","by_refresh":true},"scope":"a"}"#,
                None,
            ),
            (
                r#"{"requested":{}}"#,
                Some("it was asked for without scopes, and the profile says a b"),
            ),
            (
                r#"{"requested":{"scope":"a","resource":"https://r.example"}}"#,
                Some(
                    "it was asked for with the scopes a, and the profile says a b, and it was asked for with the \
                     resource https://r.example, and the profile says none",
                ),
            ),
        ] {
            assert_eq!(told(&now, json).as_deref(), wanted, "{json}");
        }
    }

    #[test]
    fn what_is_written_is_no_change() {
        for requested in [
            asked(&[], None),
            asked(&["a b", "c"], Some("https://r.example")),
            Requested::new(&[], Some("x"), None),
        ] {
            let mut set = TokenSet::default();
            requested.write_into(&mut set);
            assert_eq!(requested.change_since(&set), None);
            assert!(!Requested::is_by_refresh(&set));
            requested.write_by_refresh(&mut set);
            requested.write_into(&mut set);
            assert_eq!(requested.change_since(&set), None);
            assert!(Requested::is_by_refresh(&set));
            asked(&["other"], None).write_into(&mut set);
            assert!(!Requested::is_by_refresh(&set));
        }
    }
}
