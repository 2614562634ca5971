//! What the `<style>` elements of a page hide, by the simplest selectors: an element's name, classes and id, without
//! combinators (CSS Selectors, "compound selectors"). Of several rules for one element the last counts. Other rules,
//! and those for some screens only, are passed over: what they alone hide counts as shown.

use std::collections::BTreeMap;

use super::visibility::Style;

/// More rules than a page has that says itself what it hides: the time for an element is in proportion to them.
const MAX_RULES: usize = 200;

/// The rules that say whether something is shown, in their order.
#[derive(Default)]
pub(super) struct StyleSheet {
    rules: Vec<Rule>,
}

struct Rule {
    selector: Selector,
    hides: bool,
}

/// Which elements a rule is for. Nothing but a name is compared in lower case.
#[derive(Debug, PartialEq, Eq)]
struct Selector {
    name: Option<String>,
    classes: Vec<String>,
    ids: Vec<String>,
}

impl StyleSheet {
    /// Adds the rules of an element's text; never fails.
    pub(super) fn read(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some((selectors, behind)) = rest.split_once('{') {
            let end = end_of_block(behind);
            let (block, behind) = behind.split_at(end);
            rest = behind.strip_prefix('}').unwrap_or(behind);
            // What ends with a semicolon is a statement such as `@import`.
            let selectors = selectors.rsplit(';').next().unwrap_or_default().trim();
            let Some(hides) = hides(block).filter(|_| !selectors.starts_with('@')) else {
                continue;
            };
            let selectors = selectors.split(',').filter_map(Selector::parse);
            let room = MAX_RULES.saturating_sub(self.rules.len());
            let rules = selectors.map(|selector| Rule { selector, hides });
            self.rules.extend(rules.take(room));
        }
    }

    /// Returns whether the page hides an element with this name and these attributes.
    pub(super) fn hides(&self, name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let rule = self
            .rules
            .iter()
            .rfind(|rule| rule.selector.matches(name, attributes));
        rule.is_some_and(|rule| rule.hides)
    }
}

impl Selector {
    /// Returns a compound selector; `None` for any other.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let end = text.find(['.', '#']).unwrap_or(text.len());
        let (name, mut rest) = text.split_at(end);
        let mut selector = Self {
            name: (!matches!(name, "" | "*")).then(|| name.to_ascii_lowercase()),
            classes: Vec::new(),
            ids: Vec::new(),
        };
        if text.is_empty() || !(name == "*" || name.chars().all(is_name)) {
            return None;
        }
        while let Some(kind) = rest.chars().next() {
            let behind = rest.get(1..).unwrap_or_default();
            let end = behind.find(['.', '#']).unwrap_or(behind.len());
            let (word, next) = behind.split_at(end);
            if word.is_empty() || !word.chars().all(is_name) {
                return None;
            }
            let words = if kind == '.' {
                &mut selector.classes
            } else {
                &mut selector.ids
            };
            words.push(word.to_owned());
            rest = next;
        }
        Some(selector)
    }

    fn matches(&self, name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let value = |name: &str| attributes.get(name).map_or("", String::as_str);
        let has_class = |class: &String| {
            value("class")
                .split_ascii_whitespace()
                .any(|it| it == class)
        };
        self.name.as_ref().is_none_or(|it| it == name)
            && self.classes.iter().all(has_class)
            && self.ids.iter().all(|id| value("id") == id)
    }
}

/// Returns whether declarations hide an element or show it; `None` if they are about something else.
fn hides(block: &str) -> Option<bool> {
    let style = Style::parse(block);
    match style.display() {
        Some(display) => Some(display == "none"),
        None => style.is_invisible(),
    }
}

/// Returns the position of the brace that closes a block.
fn end_of_block(text: &str) -> usize {
    let mut depth = 0_usize;
    let end = text.find(|c| match c {
        '{' => {
            depth += 1;
            false
        }
        '}' if depth > 0 => {
            depth -= 1;
            false
        }
        c => c == '}',
    });
    end.unwrap_or(text.len())
}

fn without_comments(css: &str) -> String {
    let mut text = String::new();
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(css: &str, name: &str, attributes: &[(&str, &str)]) -> bool {
        let mut sheet = StyleSheet::default();
        sheet.read(css);
        let attributes = attributes.iter();
        let attributes = attributes.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        sheet.hides(name, &attributes.collect())
    }

    #[test]
    fn simple_rules_hide() {
        let x = [("class", "a x"), ("id", "i")];
        for css in [
            ".x{display:none}",
            "/* .y */ p , .x { color: red; display : none !important }",
            "@import 'y'; #i{visibility:hidden}",
            "div.x.a{display:none}",
            "DIV{display:none}",
            "*{display:none}",
            ".x{display:block}.x{display:none}",
            "@media print{p{color:red}} .x{display:none",
        ] {
            assert!(hides(css, "div", &x), "{css}");
        }
        for css in [
            "",
            ".y{display:none}",
            ".x{color:none}",
            ".x{display:none}.x{display:block}",
            "div .x, .x:hover, .x>p, .x[a], p.x, #x, .xx { display: none }",
            "@media print{.x{display:none}}",
            "/* .x{display:none} */",
            "} { } . { display:none }",
        ] {
            assert!(!hides(css, "div", &x), "{css}");
        }
    }
}
