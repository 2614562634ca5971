//! What a page says about what went wrong, as its reader sees it.
//!
//! Public but not trusted: it leaves here printable, or goes into a comparison only.

use super::html::{Document, Element, outermost};
use crate::escape::excerpt;

/// Where the site says what was wrong.
const COMPLAINT_CLASSES: [&str; 3] = ["invalid-feedback", "errorlist", "alert-danger"];

/// More than fit into what a person is shown.
const MOST_COMPLAINTS: usize = 50;

/// What stands within a line: no space before or after it but the text's own.
const INLINE: [&str; 9] = [
    "a", "abbr", "b", "code", "em", "i", "small", "span", "strong",
];

/// Words for an account that is locked.
const LOCKED: [&str; 4] = ["locked", "blocked", "suspended", "too many"];

/// What those words have to be about.
const SIGNING_IN: [&str; 8] = [
    "account",
    "attempt",
    "log in",
    "login",
    "sign",
    "tries",
    "try again",
    "access",
];

/// Words for an account that may yet come to that.
const THREATENED: [&str; 9] = [
    "will be",
    "attempt left",
    "attempts left",
    "tries left",
    "attempts remaining",
    "remaining attempt",
    "before your account",
    "before the account",
    "before it",
];

/// Returns whether the text says that the account is locked, rather than that it may come to that.
pub(super) fn is_about_a_lock(text: &str) -> bool {
    let text = text.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    holds(&LOCKED) && holds(&SIGNING_IN) && !holds(&THREATENED)
}

/// Returns the complaints in the form, else those on the page outside of any form, in one line of at most 200
/// characters; `None` if there are none, or only empty ones.
pub(super) fn complaint(document: &Document, form: Element<'_>) -> Option<String> {
    let inside = outermost(form.descendants(), is_complaint);
    let is_outside = |element: Element<'_>| is_complaint(element) && !element.is_in_form();
    let outside = outermost(document.elements(), is_outside);
    joined(inside).or_else(|| joined(outside))
}

/// Returns in one line what the complaints say, without one that an earlier one contains; `None` if they say nothing.
fn joined<'a>(complaints: impl Iterator<Item = Element<'a>>) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in complaints.map(text_of).take(MOST_COMPLAINTS) {
        if !texts.iter().any(|said| said.contains(&text)) {
            texts.push(text);
        }
    }
    Some(excerpt(&texts.join(" "))).filter(|text| !text.is_empty())
}

/// Returns whether the element is a complaint, by its class, and not hidden.
pub(super) fn is_complaint(element: Element<'_>) -> bool {
    !element.is_hidden()
        && element
            .classes()
            .any(|class| COMPLAINT_CLASSES.contains(&class))
}

/// Returns the text in the element, as a reader would see it, with white space folded. Hidden elements in it count,
/// too.
pub(super) fn text_of(element: Element<'_>) -> String {
    let mut text = String::new();
    let mut was_inline = false;
    for (around, piece) in element.texts() {
        let is_inline = INLINE.contains(&around);
        if !is_inline && !was_inline {
            text.push(' ');
        }
        text.push_str(piece);
        was_inline = is_inline;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_told_from_the_threat_of_one() {
        for locked in [
            "Your account has been locked.",
            "Too many failed login attempts, try again later",
            "This account is temporarily blocked",
            "Account locked: too many login attempts. Please wait before trying again.",
        ] {
            assert!(is_about_a_lock(locked), "{locked}");
        }
        for not in [
            "Wrong password. 2 attempts left before your account is locked.",
            "After 3 attempts the account will be locked.",
            "Blocked users",
            "Too many cooks",
            "Wrong password",
        ] {
            assert!(!is_about_a_lock(not), "{not}");
        }
    }
}
