//! A form on a page: what a browser would send of it, and where to (HTML, "form submission").
//!
//! Secret: the fields, which hold the check against forged requests.

use secrecy::SecretString;
use url::{Url, form_urlencoded};

use super::html::Element;
use crate::oauth::form::Form;

/// A form that is ready to be sent, but for what a person adds.
pub(super) struct PageForm {
    pub(super) action: Url,
    pub(super) fields: Form,
}

impl PageForm {
    /// Reads what the form sends by itself, without the controls that are filled in later, which are given by name. It
    /// is sent to `page` if its `action` is missing, empty or invalid. Whether that is another site is not checked.
    pub(super) fn read(form: Element<'_>, page: &Url, filled_in_later: &[&str]) -> Self {
        let fields = controls(form)
            .iter()
            .filter(|control| !filled_in_later.contains(&control.name))
            .filter_map(|control| Some((control.name.to_owned(), control.preset()?)))
            .collect();
        let mut action = match form.attr("action").map(str::trim) {
            None | Some("") => page.clone(),
            Some(action) => page.join(action).unwrap_or_else(|_| page.clone()),
        };
        action.set_fragment(None);
        Self { action, fields }
    }
}

/// A named control of a form.
pub(super) struct Control<'a> {
    pub(super) name: &'a str,
    /// `type`, in lower case, as HTML fills it in where it is missing.
    pub(super) kind: String,
    element: Element<'a>,
}

impl Control<'_> {
    /// Returns whether one of the words of its `autocomplete` is this one, in upper or lower case.
    pub(super) fn completes(&self, word: &str) -> bool {
        let words = self.element.attr("autocomplete").unwrap_or_default();
        words
            .split_ascii_whitespace()
            .any(|one| one.eq_ignore_ascii_case(word))
    }

    /// Returns whether a person sees the control.
    pub(super) fn is_shown(&self) -> bool {
        !self.element.is_hidden()
    }

    /// Returns whether the control is one that a person types into, if it is shown: text, e-mail, telephone, number or
    /// password.
    pub(super) fn is_typed(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "text" | "email" | "tel" | "number" | "password"
        )
    }

    /// Returns the value that the page gave it, or `default`.
    pub(super) fn value_or(&self, default: &str) -> SecretString {
        self.element.attr("value").unwrap_or(default).into()
    }

    /// Returns what the control sends if it is not touched: hidden and typed fields, and checked boxes and radio
    /// buttons; `None` for any other. A hidden `next` is decoded where the site encoded it once too often.
    fn preset(&self) -> Option<SecretString> {
        match self.kind.as_str() {
            "hidden" if self.name == "next" => {
                Some(decoded(self.element.attr("value").unwrap_or_default()).into())
            }
            "checkbox" | "radio" => {
                let is_checked = self.element.attr("checked").is_some();
                is_checked.then(|| self.value_or("on"))
            }
            "hidden" => Some(self.value_or("")),
            _ => self.is_typed().then(|| self.value_or("")),
        }
    }
}

/// Returns the form's inputs and buttons that have a name and are not disabled, in the order of the page, those that
/// are not shown among them. Other controls, such as `<select>`, are left out.
pub(super) fn controls(form: Element<'_>) -> Vec<Control<'_>> {
    form.descendants()
        .filter(|element| !element.is_disabled())
        .filter_map(|element| {
            let default = match element.name() {
                "input" => "text",
                "button" => "submit",
                _ => return None,
            };
            let kind = element.attr("type").unwrap_or(default);
            let name = element.attr("name").filter(|name| !name.is_empty())?;
            Some(Control {
                name,
                kind: kind.trim().to_ascii_lowercase(),
                element,
            })
        })
        .collect()
}

/// Returns a `next` that begins with `%2F`, so was percent-encoded once too often, decoded once; any other text as it
/// is.
fn decoded(next: &str) -> String {
    let is_encoded = next
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("%2f"));
    if !is_encoded {
        return next.to_owned();
    }
    // Decoding a form's value undoes percent-encoding, and more: what else it would undo is protected from it.
    let value = next
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    form_urlencoded::parse(value.as_bytes())
        .map(|(path, _)| path.into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::providers::prusa::html::Document;
    use secrecy::ExposeSecret;

    use super::*;

    fn read(html: &str) -> (String, Vec<(String, String)>) {
        let document = Document::parse(html);
        let is_form = |element: &Element<'_>| element.name() == "form";
        let form = document.elements().find(is_form).expect("a form");
        let page = Url::parse("https://a.example/login/?next=/x#y").expect("a URL");
        let PageForm { action, fields } = PageForm::read(form, &page, &["email"]);
        let shown =
            |(name, value): (String, SecretString)| (name, value.expose_secret().to_owned());
        (action.to_string(), fields.into_iter().map(shown).collect())
    }

    #[test]
    fn a_form_sends_what_a_browser_would() {
        let (action, fields) = read(
            r#"<form action="totp/?a=1"><input type=hidden name=csrfmiddlewaretoken value="a&amp;b">
            <input type=HIDDEN name=empty><input type=hidden value=nameless><input name=email value=x>
            <input type=hidden name=off value=1 disabled><input type=checkbox name=keep checked>
            <input type=checkbox name=not><input type=submit name=go value=1><button name=b>B</button>
            <input name=extra><input type=file name=f></form>"#,
        );
        assert_eq!(action, "https://a.example/login/totp/?a=1");
        let fields: Vec<_> = fields
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            fields,
            [
                ("csrfmiddlewaretoken", "a&b"),
                ("empty", ""),
                ("keep", "on"),
                ("extra", "")
            ]
        );
    }

    #[test]
    fn a_form_without_an_action_goes_to_its_page() {
        assert_eq!(read("<form></form>").0, "https://a.example/login/?next=/x");
        assert_eq!(
            read("<form action=' '></form>").0,
            "https://a.example/login/?next=/x"
        );
        assert_eq!(
            read("<form action='//b.example/'></form>").0,
            "https://b.example/"
        );
    }

    #[test]
    fn next_is_decoded_once_and_only_if_it_is_encoded() {
        for (value, sent) in [
            (
                "/o/authorize/?a=b%2Fc&amp;d=e+f",
                "/o/authorize/?a=b%2Fc&d=e+f",
            ),
            (
                "%2Fo%2Fauthorize%2F%3Fa%3Db%252Fc%26d=e+f&amp;g",
                "/o/authorize/?a=b%2Fc&d=e+f&g",
            ),
            ("%2fx", "/x"),
            ("", ""),
            ("ž%2F", "ž%2F"),
        ] {
            let (_, fields) = read(&format!(
                "<form><input type=hidden name=next value='{value}'></form>"
            ));
            assert_eq!(fields[0].1, sent, "{value}");
        }
    }
}
