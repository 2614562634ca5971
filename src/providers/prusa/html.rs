//! A page of HTML, as far as a sign-in looks at it: its elements, which form they belong to, and what they say.
//!
//! Tokens are told apart by the rules of the WHATWG ("Tokenization"), so what stands in a comment, a script or a text
//! field is no element. Of its rules for a tree ("Tree construction") those are followed that a sign-in depends on: how
//! far a form reaches, what is never shown (`<template>`, `<noscript>`, as where scripts run), and which end tags may
//! be left out.
//!
//! A page takes time in proportion to its length, however deep its elements are nested: a server chooses both.

mod style_sheet;
mod tokenizer;
mod visibility;

use std::collections::{BTreeMap, HashMap};

use style_sheet::StyleSheet;
use tokenizer::{StartTag, State, Token, Tokenizer};
use visibility::{Style, Visibility};

/// A page's elements and texts, in the order of the page.
pub(super) struct Document {
    nodes: Vec<Node>,
}

enum Node {
    Element(Parts),
    /// A text, and the element that it stands in.
    Text {
        parent: usize,
        text: String,
    },
}

struct Parts {
    name: String,
    attributes: BTreeMap<String, String>,
    is_in_form: bool,
    visibility: Visibility,
    /// The first node after it: of a form, after all that it reaches, even out of the element that it stands in.
    end: usize,
}

/// How many elements may stand in one another. Browsers nest no more than 512.
const MAX_DEPTH: usize = 1024;

impl Document {
    /// Parses a page; malformed HTML is accepted too, and a byte order mark is skipped. Takes time in proportion to its
    /// length; where elements stand deeper in one another than `MAX_DEPTH`, the rest is not read.
    pub(super) fn parse(html: &str) -> Self {
        let html = html.strip_prefix('\u{feff}').unwrap_or(html);
        let html = tokenizer::normalize_newlines(html);
        let mut tokens = Tokenizer::new(&html);
        let mut builder = Builder::default();
        while builder.open.len() <= MAX_DEPTH
            && let Some(token) = tokens.next()
        {
            match token {
                Token::StartTag(tag) => {
                    if let Some(state) = builder.start(tag) {
                        tokens.set_state(state);
                    }
                }
                Token::EndTag(name) => builder.end(&name),
                Token::Text(text) => builder.text(&text),
            }
        }
        builder.finish()
    }

    /// Returns all elements of the page, in the order in which they begin.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        self.elements_in(0, self.nodes.len())
    }

    /// Returns the elements among the nodes from `start` to before `end`, in order.
    fn elements_in(&self, start: usize, end: usize) -> impl Iterator<Item = Element<'_>> {
        let nodes = self.nodes.iter().enumerate().take(end).skip(start);
        nodes.filter_map(|(index, node)| match node {
            Node::Element(parts) => Some(Element {
                document: self,
                index,
                parts,
            }),
            Node::Text { .. } => None,
        })
    }

    /// Returns the name of the element with this index; empty if that node is a text or does not exist.
    fn name(&self, index: usize) -> &str {
        match self.nodes.get(index) {
            Some(Node::Element(parts)) => &parts.name,
            _ => "",
        }
    }
}

/// An element of a page.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    document: &'a Document,
    index: usize,
    parts: &'a Parts,
}

impl<'a> Element<'a> {
    /// Returns the element's name, in lower case.
    pub(super) fn name(self) -> &'a str {
        &self.parts.name
    }

    /// Returns an attribute's value, with its character references replaced; `None` if the element does not have it.
    /// `name` is in lower case.
    pub(super) fn attr(self, name: &str) -> Option<&'a str> {
        self.parts.attributes.get(name).map(String::as_str)
    }

    /// Returns the words of the element's `class`.
    pub(super) fn classes(self) -> impl Iterator<Item = &'a str> {
        self.attr("class")
            .unwrap_or_default()
            .split_ascii_whitespace()
    }

    /// Returns whether the element belongs to a form or is one.
    pub(super) fn is_in_form(self) -> bool {
        self.parts.is_in_form
    }

    /// Returns whether the page hides the element, or one around it.
    pub(super) fn is_hidden(self) -> bool {
        self.parts.visibility.is_hidden()
    }

    /// Returns whether the element is a control that is disabled, by itself or by a group around it.
    pub(super) fn is_disabled(self) -> bool {
        self.parts.visibility.is_disabled()
    }

    /// Returns the elements inside; of a form, those that it reaches.
    pub(super) fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        self.document.elements_in(self.index + 1, self.parts.end)
    }

    /// Returns the texts inside, in order and at any depth, each with the name of the element that it stands in. Those
    /// of hidden elements are among them.
    pub(super) fn texts(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let document = self.document;
        let nodes = document
            .nodes
            .iter()
            .take(self.parts.end)
            .skip(self.index + 1);
        nodes.filter_map(|node| match node {
            Node::Text { parent, text } => Some((document.name(*parent), text.as_str())),
            Node::Element(_) => None,
        })
    }
}

/// Returns the elements for which `is_wanted` holds, without those inside another such element.
pub(super) fn outermost<'a>(
    elements: impl Iterator<Item = Element<'a>>,
    is_wanted: impl Fn(Element<'a>) -> bool,
) -> impl Iterator<Item = Element<'a>> {
    let mut end = 0;
    elements.filter(move |element| {
        let is_outermost = element.index >= end && is_wanted(*element);
        if is_outermost {
            end = element.parts.end;
        }
        is_outermost
    })
}

/// Makes a document of the tags and texts of a page.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    style_sheet: StyleSheet,
    /// The elements whose end is still to come, the innermost last.
    open: Vec<usize>,
    /// How many of those have a name, so that an end tag without a start takes no search.
    open_names: HashMap<String, usize>,
    /// The same for each open table, cell or object alone: how many elements of a name are open in it and no inner one.
    scopes: Vec<HashMap<String, usize>>,
    /// The form that the next element belongs to.
    form: Option<usize>,
    /// How many templates the input is in: nothing in them is part of the page, or in `open`.
    templates: usize,
    has_body: bool,
    /// The hidden elements for parts of a text that were ended by another element's end, each with how many tables,
    /// cells and objects it was in. A browser opens them again in what follows (HTML, "reconstruct the active
    /// formatting elements"), until their own end tag.
    hidden_formats: Vec<(String, usize)>,
}

impl Builder {
    /// Handles a start tag: ends the elements that end where this one begins, and adds it, unless it is a template or
    /// in one, a second `html`, `head` or `body`, or a form in a form. Returns the state in which the tokenizer reads
    /// what follows it, `None` if unchanged.
    fn start(&mut self, tag: StartTag) -> Option<State> {
        let StartTag {
            name,
            attributes,
            is_self_closing,
        } = tag;
        // SVG and MathML have no elements of text alone.
        let is_foreign = self.is_open("svg") || self.is_open("math");
        let state = if is_foreign {
            None
        } else {
            State::inside(&name)
        };
        if name == "template" && !is_foreign {
            self.templates += 1;
        }
        let is_ignored = match name.as_str() {
            "html" | "head" => self.has_body || self.is_open(&name),
            "body" => self.has_body,
            "form" => self.form.is_some(),
            _ => false,
        };
        if self.templates > 0 || is_ignored {
            return state;
        }
        while self.innermost().is_some_and(|open| ends_at(open, &name)) {
            self.close_early();
        }
        if !stands_in_head(&name) {
            self.begin_body();
        }
        if name != "body" {
            // Only SVG and MathML have elements that end with their start tag, `<svg/>` itself among them.
            let may_self_close = is_foreign || matches!(name.as_str(), "svg" | "math");
            let is_empty = is_void(&name) || may_self_close && is_self_closing;
            self.add(name, attributes, is_empty);
        } else if let Some(Node::Element(body)) =
            self.open.last().and_then(|body| self.nodes.get_mut(*body))
        {
            body.attributes = attributes;
            body.visibility = body.visibility.of_child(&name, &body.attributes);
        }
        state
    }

    /// Handles an end tag: ends the innermost open element of this name and those in it, but of a form only the form.
    /// Ignores it if none is open, in a template, and if it is that of `html` or `body`: what follows is in these too.
    fn end(&mut self, name: &str) {
        if self.templates > 0 {
            if name == "template" {
                self.templates -= 1;
            }
            return;
        }
        match name {
            // More may follow, and belongs to them all the same.
            "html" | "body" => {}
            "form" => self.end_form(),
            _ if !self.is_in_scope(name) => {
                if let Some(last) = self.hidden_formats.iter().rposition(|(it, _)| it == name) {
                    self.hidden_formats.remove(last);
                }
            }
            _ => {
                while self.innermost().is_some_and(|open| open != name) {
                    self.close_early();
                }
                self.close_innermost();
            }
        }
    }

    /// Ends the innermost element, not by its own end tag.
    fn close_early(&mut self) {
        if let Some(Node::Element(parts)) = self.open.last().and_then(|it| self.nodes.get(*it))
            && is_format(&parts.name)
            && Visibility::default()
                .of_child(&parts.name, &parts.attributes)
                .is_hidden()
        {
            let is_same = |it: &&(String, usize)| it.0 == parts.name;
            // A browser keeps three alike at most.
            if self.hidden_formats.iter().filter(is_same).count() < 3 {
                let format = (parts.name.clone(), self.scopes.len());
                self.hidden_formats.push(format);
            }
        }
        self.close_innermost();
    }

    /// Ends the form that is open, but not the elements that began in it.
    fn end_form(&mut self) {
        let Some(form) = self.form.take() else {
            return;
        };
        self.set_end(form);
        if self.is_open("form")
            && let Some(place) = self.open.iter().rposition(|open| *open == form)
        {
            self.open.remove(place);
            self.count_closed("form");
        }
    }

    /// Adds a text to the innermost element, unless it is in a template, a script or another element whose content no
    /// browser shows; texts of hidden elements are added. Begins the body with the first text that is not blank.
    fn text(&mut self, text: &str) {
        if self.templates == 0 && self.innermost() == Some("style") {
            self.style_sheet.read(text);
        }
        let is_shown = match self.innermost() {
            Some("script" | "style" | "noscript" | "iframe" | "noembed" | "noframes") => false,
            None | Some("html" | "head") => !text.trim_ascii().is_empty(),
            _ => true,
        };
        if self.templates > 0 || !is_shown {
            return;
        }
        if matches!(self.innermost(), None | Some("html" | "head")) {
            self.begin_body();
        }
        let Some(&parent) = self.open.last() else {
            return;
        };
        match self.nodes.last_mut() {
            // Nothing but a comment or a stray tag stands between them.
            Some(Node::Text {
                parent: before,
                text: begun,
            }) if *before == parent => begun.push_str(text),
            _ => self.nodes.push(Node::Text {
                parent,
                text: text.to_owned(),
            }),
        }
    }

    /// Begins the body, whose tag may be left out, if it has not begun: ends the head and adds a `body`.
    fn begin_body(&mut self) {
        if self.has_body {
            return;
        }
        self.has_body = true;
        while self.innermost() == Some("head") {
            self.close_innermost();
        }
        self.add("body".to_owned(), BTreeMap::new(), false);
    }

    /// Adds an element inside the innermost one, and opens it unless `is_empty`.
    fn add(&mut self, name: String, attributes: BTreeMap<String, String>, is_empty: bool) {
        let index = self.nodes.len();
        let around = match self.open.last().and_then(|around| self.nodes.get(*around)) {
            // Of HTML, a drawing or a list of options shows nothing as a form.
            Some(Node::Element(parts)) => parts
                .visibility
                .hidden_if(matches!(&*parts.name, "svg" | "math" | "select")),
            _ => Visibility::default(),
        };
        if name == "form" {
            self.form = Some(index);
        }
        if !is_empty {
            *self.open_names.entry(name.clone()).or_default() += 1;
            if let Some(scope) = self.scopes.last_mut() {
                *scope.entry(name.clone()).or_default() += 1;
            }
            if is_scope(&name) {
                self.scopes.push(HashMap::new());
            }
            self.open.push(index);
        }
        let has_display = attributes
            .get("style")
            .is_some_and(|style| Style::parse(style).display().is_some());
        let is_hidden_by_sheet = !has_display && self.style_sheet.hides(&name, &attributes);
        self.nodes.push(Node::Element(Parts {
            is_in_form: self.form.is_some(),
            visibility: around
                .of_child(&name, &attributes)
                .hidden_if(!self.hidden_formats.is_empty() || is_hidden_by_sheet),
            end: index + 1,
            name,
            attributes,
        }));
    }

    /// Returns whether an end tag of this name ends an element: one that is open, and not around an open table, cell or
    /// object that this would cut short (HTML, "has an element in scope").
    fn is_in_scope(&self, name: &str) -> bool {
        if is_scope(name) || matches!(name, "tr" | "tbody" | "thead" | "tfoot") {
            return self.is_open(name);
        }
        let open = match self.scopes.last() {
            Some(scope) => scope.get(name),
            None => self.open_names.get(name),
        };
        open.is_some_and(|count| *count > 0)
    }

    /// Returns whether an element of this name is open.
    fn is_open(&self, name: &str) -> bool {
        self.open_names.get(name).is_some_and(|count| *count > 0)
    }

    /// Returns the name of the innermost open element; `None` if none is open.
    fn innermost(&self) -> Option<&str> {
        match self.nodes.get(*self.open.last()?)? {
            Node::Element(parts) => Some(&parts.name),
            Node::Text { .. } => None,
        }
    }

    /// Takes the innermost element off `open`, sets where it ends, and returns its name; `None` if none is open. Where
    /// the current form ends is set by `end_form` alone.
    fn close_innermost(&mut self) -> Option<String> {
        let name = self.innermost()?.to_owned();
        let index = self.open.pop()?;
        if is_scope(&name) {
            self.scopes.pop();
            let depth = self.scopes.len();
            self.hidden_formats.retain(|(_, inside)| *inside <= depth);
        }
        self.count_closed(&name);
        if let Some(count) = self.scopes.last_mut().and_then(|it| it.get_mut(&name)) {
            *count = count.saturating_sub(1);
        }
        if self.form != Some(index) {
            self.set_end(index);
        }
        Some(name)
    }

    /// Counts one open element of this name less.
    fn count_closed(&mut self, name: &str) {
        if let Some(count) = self.open_names.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    /// Sets the end of the element with this index to the number of nodes so far.
    fn set_end(&mut self, index: usize) {
        let end = self.nodes.len();
        if let Some(Node::Element(parts)) = self.nodes.get_mut(index) {
            parts.end = end;
        }
    }

    /// Ends all open elements and returns the document.
    fn finish(mut self) -> Document {
        self.end_form();
        while self.close_innermost().is_some() {}
        Document { nodes: self.nodes }
    }
}

/// Returns whether an element of this name is one for a part of a text, which a browser opens again where another
/// element's end has ended it (HTML, "formatting").
fn is_format(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// Returns whether an element of this name can stand before the body.
fn stands_in_head(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "title"
            | "meta"
            | "link"
            | "base"
            | "style"
            | "script"
            | "noscript"
            | "noframes"
    )
}

/// Returns whether an element of this name is ended by its own end tag, not by that of an element around it.
fn is_scope(name: &str) -> bool {
    matches!(
        name,
        "table" | "caption" | "td" | "th" | "object" | "marquee" | "applet"
    )
}

/// Returns whether an element of this name has no content and no end tag.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Returns whether an element ends, without an end tag, where another begins in it (HTML, "Optional tags").
fn ends_at(open: &str, next: &str) -> bool {
    match open {
        "p" => is_block(next),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "option" => matches!(next, "option" | "optgroup" | "hr"),
        "optgroup" => matches!(next, "optgroup" | "hr"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" => matches!(next, "tbody" | "tfoot"),
        _ => false,
    }
}

/// Returns whether the start of an element of this name ends an open paragraph.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dd"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
            | "xmp"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names in each form, in order.
    fn forms(html: &str) -> Vec<String> {
        let document = Document::parse(html);
        let forms = document.elements().filter(|one| one.name() == "form");
        let names = forms.map(|form| {
            let names: Vec<_> = form
                .descendants()
                .filter_map(|one| one.attr("name"))
                .collect();
            names.join(" ")
        });
        names.collect()
    }

    #[test]
    fn what_stands_too_deep_is_not_read() {
        let page = |depth: usize| "<div>".repeat(depth) + "<form><input name=a></form>";
        assert_eq!(forms(&page(1000)), ["a"]);
        assert!(forms(&page(2000)).is_empty());
        let first = "<form><input name=a></form>".to_owned() + &page(100_000);
        assert_eq!(forms(&first), ["a"]);
    }

    /// Returns an attribute of the first element after the body's tag.
    fn value(tag: &str, name: &str) -> Option<String> {
        let document = Document::parse(tag);
        let element = document.elements().nth(1).expect("an element");
        element.attr(name).map(str::to_owned)
    }

    #[test]
    fn a_form_in_text_or_in_what_is_never_shown_is_none() {
        for (before, after) in [
            ("<!--", "-->"),
            ("<!-- > -- ", "--!>"),
            ("<!-- <!-- ", "-->"),
            ("<script>", "</script>"),
            ("<SCRIPT>'</scripts>'", "</Script >"),
            ("<script><!-- <script>", "</script> --> </script>"),
            ("<style>", "</style>"),
            ("<textarea>", "</textarea>"),
            ("<title>", "</title>"),
            ("<noscript>", "</noscript>"),
            ("<iframe>", "</iframe>"),
            ("<xmp>", "</xmp>"),
            ("<template>", "</template>"),
            ("<template><template></template>", "</template>"),
            ("<template><script></template>", "</script></template>"),
            ("<p title=\"", "\">"),
            ("<p title='", "'>"),
        ] {
            let html = format!("{before}<form><input name=a></form>{after}<form><i name=b></form>");
            assert_eq!(forms(&html), ["b"], "{html}");
        }
    }

    #[test]
    fn what_is_begun_and_never_ended_hides_the_rest() {
        for before in [
            "<!--",
            "<script>",
            "<textarea>",
            "<template>",
            "<noscript>",
            "<plaintext>",
            "<p title='",
        ] {
            let html = format!("<form><i name=a></form>{before}<form><i name=b></form>");
            assert_eq!(forms(&html), ["a"], "{html}");
        }
    }

    #[test]
    fn what_only_looks_like_text_hides_nothing() {
        for before in [
            "<!-->",
            "<!--->",
            "<? x ?>",
            "<!doctype html>",
            "</script>",
            "</template>",
            "<p title=<!-- >",
            "<scripts>",
            "<svg><title/><script/><style/></svg>",
            "<svg><title></svg>",
            "<svg/>",
            "<math hidden/><p>",
            "<svg/><script><form><i name=b></form></script>",
        ] {
            let html = format!("{before}<form><i name=a></form>");
            assert_eq!(forms(&html), ["a"], "{html}");
        }
    }

    #[test]
    fn a_form_reaches_to_its_end_tag() {
        for (html, expected) in [
            ("<form><i name=a>", &["a"][..]),
            ("<form><form><i name=a></form><i name=b>", &["a"]),
            ("<form><div></form><i name=a></div>", &[""]),
            ("<div><form></div><i name=a></form><i name=b>", &["a"]),
            ("<table><form><tr><td><i name=a></table></form>", &["a"]),
            ("<form></body></html><i name=a></form>", &["a"]),
            ("<template><form></template><i name=a>", &[]),
            ("<form><template></form></template><i name=a>", &["a"]),
            ("<form><i name=a></form><form><i name=b>", &["a", "b"]),
        ] {
            assert_eq!(forms(html), expected, "{html}");
        }
    }

    #[test]
    fn attributes_are_read_as_browsers_do() {
        for (tag, expected) in [
            ("<i v=a/b?c=d&amp;e>", Some("a/b?c=d&e")),
            ("<i v=a v=b>", Some("a")),
            ("<i V = 'a' v=b>", Some("a")),
            ("<i v>", Some("")),
            ("<i v=>", Some("")),
            ("<i x=1/v=a>", None),
            ("<i/v=a/>", Some("a/")),
            ("<i v='a\">b'>", Some("a\">b")),
            ("<i v='&lt;&quot;&#39;&#x27;&#X2F;'>", Some("<\"''/")),
            (
                "<i v='?a=1&copy=2&amp=3&ampx'>",
                Some("?a=1&copy=2&amp=3&ampx"),
            ),
            (
                "<i v='&nosuch; &#0;&#xD800;&'>",
                Some("&nosuch; \u{fffd}\u{fffd}&"),
            ),
            ("<i v='&#x80;'>", Some("€")),
        ] {
            assert_eq!(value(tag, "v").as_deref(), expected, "{tag}");
        }
    }

    #[test]
    fn what_is_hidden_hides_what_is_in_it_and_no_more() {
        let hidden = |html: &str| {
            let document = Document::parse(html);
            let named = document.elements().find(|one| one.attr("name").is_some());
            named.expect("an element with a name").is_hidden()
        };
        for (html, expected) in [
            ("<div hidden><p><b name=a>", true),
            ("<body class='x d-none'><b name=a>", true),
            ("<p style='color: red; display : none'><b name=a>", true),
            ("<p hidden>x<div name=a>", false),
            ("<ul><li hidden>x<li name=a>", false),
            ("<div hidden></div><b name=a>", false),
            ("<input hidden><b name=a>", false),
            ("<p hidden></form></i></p><b name=a>", false),
            (
                "<style>.x{display:none}</style><div class=x><b name=a>",
                true,
            ),
            (
                "<style>.x{display:none}</style><div class=x style='display:block'><b name=a>",
                false,
            ),
            (
                "<template><style>.x{display:none}</style></template><div class=x><b name=a>",
                false,
            ),
            (
                "<div style='position:absolute;left:-9999px'><b name=a>",
                true,
            ),
            ("<div style='position:absolute;left:-5px'><b name=a>", false),
            ("<div style='opacity:0'><b name=a>", true),
            ("<div style='opacity:.9'><b name=a>", false),
            ("<svg><desc><b name=a>", true),
            ("<select><option><b name=a>", true),
            ("<select></select><b name=a>", false),
            // A browser opens these again in what follows, until their own end.
            ("<p><b hidden></p><form><i name=a>", true),
            ("<p><b hidden><p>x<i name=a>", true),
            ("<div><b style='display:none'>x</div><i name=a>", true),
            ("<p><b hidden></p>x</b><i name=a>", false),
            ("<p><b hidden></b></p><i name=a>", false),
            ("<p hidden><b></p><i name=a>", false),
            ("<p><span hidden></p><i name=a>", false),
            ("<table><td><b hidden>x</td><td><i name=a>", false),
        ] {
            assert_eq!(hidden(html), expected, "{html}");
        }
    }

    #[test]
    fn a_page_without_tags_for_head_and_body_has_a_body() {
        for html in [
            "<title>t</title> x",
            "\u{feff}<html><head><title>t</title>x",
            "<head><title>t</title></head><body>x</body>",
            "x<body><head></html>",
            "x<!-- y --></z>",
        ] {
            let document = Document::parse(html);
            let bodies = document.elements().filter(|one| one.name() == "body");
            let texts: Vec<_> = bodies.flat_map(Element::texts).collect();
            let trimmed = texts.iter().map(|(around, text)| (*around, text.trim()));
            assert!(trimmed.eq([("body", "x")]), "{html}: {texts:?}");
        }
    }
}
