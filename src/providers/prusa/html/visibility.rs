//! Whether a page shows an element, and whether a person could use it: by its attributes and its own style.
//!
//! Style sheets are not looked at here, and scripts are not run: what those alone hide counts as shown. What a person
//! can open without a script (`<details>`), and what is hidden from screen readers alone (`aria-hidden`), is shown too.

use std::collections::BTreeMap;

/// What an element's attributes say about itself and what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Visibility {
    /// Neither it nor anything in it is shown, or can be used by a person.
    is_absent: bool,
    /// It keeps its place and is not seen, by `visibility`; something in it can be visible again.
    is_invisible: bool,
    /// Its controls can neither be filled in nor sent.
    is_disabled: bool,
}

impl Visibility {
    /// Returns the visibility of an element of this name inside one that has this visibility.
    pub(super) fn of_child(self, name: &str, attributes: &BTreeMap<String, String>) -> Self {
        let style = Style::parse(attributes.get("style").map_or("", String::as_str));
        Self {
            is_absent: self.is_absent || is_absent(name, attributes, &style),
            is_invisible: style.is_invisible().unwrap_or(self.is_invisible),
            // Only some elements have the attribute, and of these only a group has controls in it.
            is_disabled: attributes.contains_key("disabled")
                && matches!(name, "fieldset" | "input" | "button")
                || self.is_disabled,
        }
    }

    /// Returns the visibility, not shown at all if `is_absent`.
    pub(super) fn hidden_if(self, is_absent: bool) -> Self {
        Self {
            is_absent: self.is_absent || is_absent,
            ..self
        }
    }

    /// Returns whether a person does not see the element.
    pub(super) fn is_hidden(self) -> bool {
        self.is_absent || self.is_invisible
    }

    /// Returns whether a control is disabled, or in a disabled group.
    pub(super) fn is_disabled(self) -> bool {
        self.is_disabled
    }
}

/// Returns whether an element is not shown at all, or can be used by nobody, with all that is in it.
fn is_absent(name: &str, attributes: &BTreeMap<String, String>, style: &Style<'_>) -> bool {
    let has = |attribute| attributes.contains_key(attribute);
    // `display` in the style wins over what the browser's own sheet says about these attributes.
    let by_attribute = has("hidden") || has("popover") || name == "dialog" && !has("open");
    let by_display = match style.display() {
        Some(display) => display == "none",
        None => by_attribute || is_absent_by_class(attributes),
    };
    let is_skipped = style.value("content-visibility").as_deref() == Some("hidden");
    by_display || is_skipped || has("inert") || style.is_out_of_sight()
}

/// Returns whether Bootstrap's class `d-none` hides an element on every screen: `d-md-block` beside it does not.
fn is_absent_by_class(attributes: &BTreeMap<String, String>) -> bool {
    let classes = || {
        let classes = attributes.get("class").map_or("", String::as_str);
        classes.split_ascii_whitespace()
    };
    let is_for_some_screens = |class: &str| {
        let sizes = ["d-sm-", "d-md-", "d-lg-", "d-xl-", "d-xxl-"];
        sizes
            .iter()
            .any(|size| class.strip_prefix(size).is_some_and(|it| it != "none"))
    };
    classes().any(|class| class == "d-none") && !classes().any(is_for_some_screens)
}

/// The declarations of a `style` attribute, in its order (CSS Style Attributes), without comments.
pub(super) struct Style<'a> {
    declarations: Vec<Declaration<'a>>,
}

/// A property and its value, as they are written.
struct Declaration<'a> {
    property: &'a str,
    value: &'a str,
}

impl<'a> Style<'a> {
    /// Parses an attribute's value; never fails. A declaration without a colon is left out.
    pub(super) fn parse(text: &'a str) -> Self {
        let declarations = split_outside_quotes(text).filter_map(|declaration| {
            let (property, value) = declaration.split_once(':')?;
            Some(Declaration { property, value })
        });
        Self {
            declarations: declarations.collect(),
        }
    }

    /// Returns the value of `display` that counts; `None` if there is none.
    pub(super) fn display(&self) -> Option<String> {
        self.value("display")
    }

    /// Returns whether `visibility` makes the element invisible; `None` if it says nothing, or to inherit that.
    pub(super) fn is_invisible(&self) -> Option<bool> {
        match self.value("visibility")?.as_str() {
            "hidden" | "collapse" => Some(true),
            "visible" | "initial" => Some(false),
            _ => None,
        }
    }

    /// Returns whether it makes the element transparent, or puts it far outside of the page.
    fn is_out_of_sight(&self) -> bool {
        /// In whatever unit: more than a screen is wide, in pixels, and far more in the others.
        const FAR: f64 = -900.0;
        let number = |property| {
            let value = self.value(property)?;
            let end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+'));
            value.get(..end.unwrap_or(value.len()))?.parse::<f64>().ok()
        };
        let position = self.value("position");
        let is_placed = matches!(position.as_deref(), Some("absolute" | "fixed"));
        let is_far = |property| number(property).is_some_and(|number| number <= FAR);
        number("opacity") == Some(0.0)
            || is_placed && ["left", "top", "right", "bottom"].into_iter().any(is_far)
    }

    /// Returns a property's value in lower case: of several the last one that is `!important`, else the last. `None` if
    /// there is none.
    fn value(&self, property: &str) -> Option<String> {
        let mut found: Option<(String, bool)> = None;
        for declaration in &self.declarations {
            if plain(declaration.property) != property {
                continue;
            }
            let value = plain(declaration.value);
            let (value, is_important) = match value.rsplit_once('!') {
                Some((value, "important")) => (value.to_owned(), true),
                Some(_) => continue,
                None => (value, false),
            };
            if is_important || !found.as_ref().is_some_and(|(_, important)| *important) {
                found = Some((value, is_important));
            }
        }
        found.map(|(value, _)| value)
    }
}

/// Splits a style at the semicolons that are in no quotes and no comment.
fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = end_of_declaration(text);
        rest = text.get(end + 1..);
        text.get(..end)
    })
}

/// Returns the position of the first semicolon in no quotes and no comment, else the text's length.
fn end_of_declaration(text: &str) -> usize {
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (_, '\\') => {
                characters.next();
            }
            (Some(open), _) => quote = quote.filter(|_| open != character),
            (None, '"' | '\'') => quote = Some(character),
            (None, '/') if text.get(at..).is_some_and(|tail| tail.starts_with("/*")) => {
                let length = comment_length(text.get(at..).unwrap_or_default());
                while characters.offset() < at + length && characters.next().is_some() {}
            }
            (None, ';') => return at,
            (None, _) => {}
        }
    }
    text.len()
}

/// Returns the length of the comment that a text begins with, its end included.
fn comment_length(text: &str) -> usize {
    let end = text.get(2..).and_then(|inside| inside.find("*/"));
    end.map_or(text.len(), |end| end + 4)
}

/// Returns a property or value without white space and comments, escapes decoded, in lower case: enough to compare
/// keywords, which hold neither.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.get(comment_length(rest)..).unwrap_or_default();
            continue;
        }
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        if next == '\\' {
            let (character, after) = escaped(rest);
            plain.extend(character);
            rest = after;
        } else if !next.is_whitespace() {
            plain.push(next);
        }
    }
    plain.to_ascii_lowercase()
}

/// Returns the character of the escape after a backslash (CSS Syntax, "Consume an escaped code point"), and the text
/// after it.
fn escaped(text: &str) -> (Option<char>, &str) {
    let is_hex = |character: &char| character.is_ascii_hexdigit();
    let digits = text.chars().take(6).take_while(is_hex).count();
    let Some((digits, after)) = text.split_at_checked(digits).filter(|_| digits > 0) else {
        let mut characters = text.chars();
        return (characters.next(), characters.as_str());
    };
    let after = after.strip_prefix([' ', '\t', '\n']).unwrap_or(after);
    let number = u32::from_str_radix(digits, 16).unwrap_or_default();
    (Some(char::from_u32(number).unwrap_or('\u{fffd}')), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visibility(name: &str, attributes: &[(&str, &str)]) -> Visibility {
        let attributes = attributes.iter();
        let attributes = attributes.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Visibility::default().of_child(name, &attributes.collect())
    }

    #[test]
    fn a_style_hides_in_every_spelling() {
        for style in [
            "display:none",
            "opacity: 0.0",
            "position:fixed; top:-1000em",
            " DISPLAY : None ",
            "color:red;display:none!important;",
            "display: none ! IMPORTANT; display: block",
            "display:block;display:none",
            "display:\tnone\n",
            "display/**/:/* x; */none",
            "/*;*/display:none",
            "content:';display:block';display:none",
            "d\\69splay:n\\00006F ne",
            "visibility:hidden",
            "Visibility: Collapse",
            "content-visibility: hidden",
            "display:none;display:block !x",
        ] {
            assert!(
                visibility("div", &[("style", style)]).is_hidden(),
                "{style}"
            );
        }
    }

    #[test]
    fn a_style_that_only_looks_like_it_hides_nothing() {
        for style in [
            "",
            "display:none;display:block",
            "display:block!important;display:none",
            "display:block",
            "--display:none",
            "display none",
            "/* display:none",
            "content:'display:none'",
            "content:';display:none;'",
            "visibility:hidden;visibility:visible",
            "opacity:0.5",
            "left:-9999px",
            "é;\\",
        ] {
            assert!(
                !visibility("div", &[("style", style)]).is_hidden(),
                "{style}"
            );
        }
    }

    #[test]
    fn attributes_hide_what_a_person_cannot_use() {
        for (name, attributes, expected) in [
            ("div", &[("hidden", "")][..], true),
            ("div", &[("hidden", "until-found")], true),
            ("div", &[("hidden", ""), ("style", "display: block")], false),
            ("div", &[("inert", "")], true),
            ("div", &[("popover", "")], true),
            ("dialog", &[], true),
            ("dialog", &[("open", "")], false),
            ("details", &[], false),
            ("div", &[("aria-hidden", "true")], false),
            ("div", &[("class", "x d-none")], true),
            ("div", &[("class", "d-none d-md-block")], false),
            ("div", &[("class", "d-none d-md-none")], true),
        ] {
            let visibility = visibility(name, attributes);
            assert_eq!(visibility.is_hidden(), expected, "{name} {attributes:?}");
        }
    }

    #[test]
    fn what_is_in_something_hidden_is_hidden_too() {
        let style = |text: &str| BTreeMap::from([("style".to_owned(), text.to_owned())]);
        let absent = visibility("div", &[("hidden", "")]);
        assert!(
            absent
                .of_child("b", &style("display:block; visibility:visible"))
                .is_hidden()
        );
        let invisible = visibility("div", &[("style", "visibility:hidden")]);
        assert!(invisible.of_child("b", &BTreeMap::new()).is_hidden());
        assert!(
            !invisible
                .of_child("b", &style("visibility:visible"))
                .is_hidden()
        );
        let group = visibility("fieldset", &[("disabled", "")]);
        assert!(group.of_child("input", &BTreeMap::new()).is_disabled());
        assert!(!visibility("div", &[("disabled", "")]).is_disabled());
    }
}
