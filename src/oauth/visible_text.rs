//! The text of an HTML page that a person would see: without tags, comments, scripts and what is hidden.
//!
//! Not a browser's rules: an element that is not shown ends at the end tag of its name. It takes linear time.

/// Elements whose text nobody sees. In those of `RAW` there are no tags but the one that ends them.
const UNSEEN: [&str; 5] = ["script", "style", "template", "svg", "noscript"];
const RAW: [&str; 2] = ["script", "style"];
/// Elements that stand within a line of text.
const INLINE: [&str; 10] = [
    "a", "b", "code", "em", "font", "i", "span", "strong", "tt", "u",
];
/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// An element that is not shown, while its end is looked for.
struct Unseen {
    name: String,
    /// How many elements of its name are open.
    depth: usize,
}

/// Returns the visible text of a page. Tags other than those of words within a line are line
/// feeds in it, and the page's own line feeds are spaces.
pub(super) fn visible_text(page: &str) -> String {
    let mut text = String::new();
    let mut unseen: Option<Unseen> = None;
    let mut rest = page;
    while let Some((before, from_tag)) = rest.split_once('<') {
        if unseen.is_none() {
            push_text(&mut text, before);
        }
        if let Some(comment) = from_tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = split_tag(from_tag) else {
            // No tag: the sign itself.
            rest = from_tag;
            continue;
        };
        rest = after;
        let name = name_of(tag);
        let is_end = tag.starts_with('/');
        unseen = match unseen {
            None => {
                if !INLINE.contains(&name.as_str()) {
                    text.push('\n');
                }
                let begins = !is_end && is_unseen(&name, tag);
                if begins && RAW.contains(&name.as_str()) {
                    rest = from_end_tag(after, &name);
                }
                begins.then_some(Unseen { name, depth: 1 })
            }
            Some(element) if element.name != name => Some(element),
            Some(element) if is_end && element.depth == 1 => None,
            Some(element) if is_end => Some(Unseen {
                depth: element.depth.saturating_sub(1),
                ..element
            }),
            Some(element) => Some(Unseen {
                depth: element.depth.saturating_add(1),
                ..element
            }),
        };
    }
    if unseen.is_none() {
        push_text(&mut text, rest);
    }
    text
}

/// Returns the tag at the start of the text, without its brackets, and what comes after it; `None` if there is none.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let begins = text.trim_start_matches(['/', '!', '?']);
    if !begins.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(begun) if c == begun => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '>' => {
                let (tag, after) = text.split_at_checked(at)?;
                return Some((tag, after.strip_prefix('>')?));
            }
            Some(_) | None => {}
        }
    }
    // It never ends.
    Some((text, ""))
}

/// Returns the text from this element's end tag on; empty if it has none.
fn from_end_tag<'t>(text: &'t str, name: &str) -> &'t str {
    let is_end = |(at, _): &(usize, _)| {
        let rest = text.get(at.saturating_add(2)..).unwrap_or_default();
        let found = rest.get(..name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let end = text.match_indices("</").find(is_end);
    end.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// Returns the element's name in a tag without its brackets.
fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    let name = end.and_then(|end| name.get(..end)).unwrap_or(name);
    name.to_ascii_lowercase()
}

/// Returns whether the element that this tag begins is not shown.
fn is_unseen(name: &str, tag: &str) -> bool {
    if VOID.contains(&name) || tag.ends_with('/') {
        return false;
    }
    let tag: String = tag.to_ascii_lowercase();
    let without_spaces: String = tag.split_whitespace().collect();
    let mut attributes = tag.split_whitespace();
    UNSEEN.contains(&name)
        || without_spaces.contains("display:none")
        || attributes.any(|attribute| attribute == "hidden" || attribute.starts_with("hidden="))
}

/// Adds text between tags, in one line, with a space in place of each character reference.
fn push_text(text: &mut String, between: &str) {
    let between = between.replace(['\n', '\r'], " ");
    let mut rest = between.as_str();
    while let Some((before, reference)) = rest.split_once('&') {
        text.push_str(before);
        let end = reference.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        rest = match end.and_then(|end| reference.split_at_checked(end)) {
            Some((name, after)) if !name.is_empty() && after.starts_with(';') => {
                text.push_str(match name {
                    "apos" | "#39" | "#x27" | "rsquo" => "'",
                    _ => " ",
                });
                after.strip_prefix(';').unwrap_or_default()
            }
            _ => reference,
        };
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_a_person_sees_is_left() {
        for (page, expected) in [
            ("plain <3 text", "plain 3 text"),
            (
                "<h1>Sorry</h1><p>Client <b>not</b>\tfound.",
                "Sorry Client not found.",
            ),
            ("a<!-- <p>b --> c", "a c"),
            ("<script>if (a < b) { '<script>' }</script>c", "c"),
            ("<script>x = a<b+\"; '</script>d", "d"),
            ("<SCRIPT src='>'>a</SCRIPT\n>b<style>c</style>", "b"),
            ("<p title=\"a>b\" data-x='c'>d</p>", "d"),
            ("<div hidden><div>a</div>b</div>c", "c"),
            ("<p style='color: red; display : none'>a</p>b", "b"),
            ("<input hidden>a<template><p>b</p></template>c", "a c"),
            ("isn&#39;t it&nbsp;&unknown", "isn't it unknown"),
            ("a<p", "a"),
            ("a<!-- b", "a"),
            ("<script>a", ""),
        ] {
            let text = visible_text(page);
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(words.join(" "), expected, "{page}");
        }
    }

    proptest! {
        #[test]
        fn no_page_panics(page in "([<>/!&;#'\"-]|div|script|hidden|é|.){0,60}") {
            let _ = visible_text(&page);
        }
    }
}
