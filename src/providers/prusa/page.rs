//! What a page of the account's site is: a form that a sign-in can go on with, or something to be told about.
//!
//! Pages hold other forms too (search, language, newsletter, registration): what counts is which fields a form has,
//! never where it stands. Text of a page is public but not trusted: it leaves here printable.

use url::Url;

use super::complaint::{complaint, is_about_a_lock, is_complaint, text_of};
use super::form::{Control, PageForm, controls};
use super::html::{Document, Element, outermost};
use crate::escape::excerpt;

/// A page longer than this is about more than one thing.
const SHORT_PAGE: usize = 600;

/// A page, as far as a sign-in can use it.
pub(super) enum Page {
    /// E-mail address and password.
    Login {
        form: PageForm,
        email_field: String,
        password_field: String,
        complaint: Option<String>,
    },
    /// A one-time code.
    Code {
        form: PageForm,
        code_field: String,
        complaint: Option<String>,
    },
    /// Whether the client may act for the account; the form says yes.
    Consent { form: PageForm },
    /// Anything else.
    Other {
        title: String,
        locked: Option<String>,
        /// Whether it has a field for a password or a one-time code that a person does not see.
        has_hidden_form: bool,
    },
}

impl Page {
    /// Parses the HTML of the page at `url`, and returns which kind of page it is: by its first login form, else its
    /// first form for a code, else for consent. Only a form with fields that a person sees is one. Never fails.
    pub(super) fn read(url: &Url, body: &[u8]) -> Self {
        let document = Document::parse(&String::from_utf8_lossy(body));
        let forms = || {
            document
                .elements()
                .filter(|element| element.name() == "form")
        };
        forms()
            .find_map(|form| login(&document, form, url))
            .or_else(|| forms().find_map(|form| code(&document, form, url)))
            .or_else(|| forms().find_map(|form| consent(form, url)))
            .unwrap_or_else(|| other(&document, forms().any(asks_unseen)))
    }
}

/// Returns whether a form has a field for a password or a one-time code that is not shown.
fn asks_unseen(form: Element<'_>) -> bool {
    controls(form).iter().any(|control| {
        let is_secret = control.kind == "password" || control.completes("one-time-code");
        is_secret && control.is_typed() && !control.is_shown()
    })
}

/// Returns the login page of a form with an e-mail field and one password field; `None` if it is another kind of form,
/// such as one with two of them or for a new password. Fields that are not shown do not count, nor does a password
/// field for a one-time code.
fn login(document: &Document, form: Element<'_>, url: &Url) -> Option<Page> {
    let controls = controls(form);
    let mut passwords = controls.iter().filter(|control| {
        let is_password = control.kind == "password" && !control.completes("one-time-code");
        is_password && control.is_shown()
    });
    let password = passwords.next()?;
    // Two of them, or a new one: a registration, or a change of the password.
    if passwords.next().is_some() || password.completes("new-password") {
        return None;
    }
    let email = email_field(&controls)?;
    Some(Page::Login {
        form: PageForm::read(form, url, &[email.name, password.name]),
        email_field: email.name.to_owned(),
        password_field: password.name.to_owned(),
        complaint: complaint(document, form),
    })
}

/// Returns the typed field for the e-mail address or user name, if it is shown; `None` if the form has none.
fn email_field<'c, 'a>(controls: &'c [Control<'a>]) -> Option<&'c Control<'a>> {
    let find = |fits: &dyn Fn(&Control<'_>) -> bool| {
        controls
            .iter()
            .filter(|control| control.is_typed() && control.is_shown())
            .find(|control| control.kind != "password" && fits(control))
    };
    find(&|control| control.name == "email")
        .or_else(|| find(&|control| control.kind == "email"))
        .or_else(|| find(&|control| control.name == "username" || control.name == "login"))
        .or_else(|| find(&|control| control.completes("username") || control.completes("email")))
}

/// Returns the page of a form with a typed field for a one-time code, by its `autocomplete`; `None` if it has none.
fn code(document: &Document, form: Element<'_>, url: &Url) -> Option<Page> {
    let controls = controls(form);
    let code = controls.iter().find(|control| {
        control.is_typed() && control.is_shown() && control.completes("one-time-code")
    })?;
    Some(Page::Code {
        form: PageForm::read(form, url, &[code.name]),
        code_field: code.name.to_owned(),
        complaint: complaint(document, form),
    })
}

/// Returns the page of a form with a button or box `allow`, which is added to its fields; `None` if it has none.
fn consent(form: Element<'_>, url: &Url) -> Option<Page> {
    let controls = controls(form);
    let allow = controls.iter().find(|control| {
        let is_choice = matches!(control.kind.as_str(), "submit" | "checkbox");
        control.name == "allow" && is_choice && control.is_shown()
    })?;
    let default = if allow.kind == "checkbox" { "on" } else { "" };
    let mut form = PageForm::read(form, url, &["allow"]);
    form.fields
        .push(("allow".to_owned(), allow.value_or(default)));
    Some(Page::Consent { form })
}

/// Returns a page without a known form: its title (else its first heading, else an empty one), and its text about a
/// locked account if it has one, in a complaint, a heading, the title or a short page as a whole.
fn other(document: &Document, has_hidden_form: bool) -> Page {
    let texts_of = |names: &'static [&'static str]| {
        outermost(document.elements(), |element| {
            names.contains(&element.name())
        })
        .map(text_of)
        .filter(|text| !text.is_empty())
    };
    let title = texts_of(&["title"])
        .chain(texts_of(&["h1", "h2"]))
        .next()
        .unwrap_or_default();
    let whole = texts_of(&["body"]).filter(|text| text.len() <= SHORT_PAGE);
    let complaints = outermost(document.elements(), is_complaint).map(text_of);
    let locked = complaints
        .chain(texts_of(&["h1", "h2"]))
        .chain(texts_of(&["title"]))
        .chain(whole)
        .find(|text| is_about_a_lock(text))
        .map(|text| excerpt(&text));
    Page::Other {
        title: excerpt(&title),
        locked,
        has_hidden_form,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn page(html: &str) -> Page {
        Page::read(
            &Url::parse("https://a.example/login/?next=/x").expect("a URL"),
            html.as_bytes(),
        )
    }

    /// Returns the page in one line: what it is, its fields, its complaint.
    fn shown(page: &Page) -> String {
        let fields = |form: &PageForm| {
            let field = |(name, value): &(String, _)| format!("{name}={}", SecretExpose(value));
            form.fields.iter().map(field).collect::<Vec<_>>().join("&")
        };
        match page {
            Page::Login {
                form,
                email_field,
                password_field,
                complaint,
            } => format!(
                "login {} {} {email_field}+{password_field} {complaint:?}",
                form.action.path(),
                fields(form)
            ),
            Page::Code {
                form,
                code_field,
                complaint,
            } => {
                format!(
                    "code {} {} {code_field} {complaint:?}",
                    form.action.path(),
                    fields(form)
                )
            }
            Page::Consent { form } => format!("consent {} {}", form.action.path(), fields(form)),
            Page::Other {
                title,
                locked,
                has_hidden_form,
            } => {
                let hidden = if *has_hidden_form { " hidden" } else { "" };
                format!("other {title:?} {locked:?}{hidden}")
            }
        }
    }

    struct SecretExpose<'a>(&'a secrecy::SecretString);

    impl std::fmt::Display for SecretExpose<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0.expose_secret())
        }
    }

    const AROUND: &str = r#"<!doctype html><title>Prusa Account</title>
        <form action="/search/"><input name=q><input type=hidden name=next value=wrong></form>
        <form action="/i18n/setlang/" method=post><input type=hidden name=csrfmiddlewaretoken value=c1>
            <input type=hidden name=next value="/"><select name=language><option>en</select></form>
        <form action="https://news.example/" method=post><input type=email name=email>
            <div class=invalid-feedback>Subscribe to what?</div><button>Join</button></form>
        <form action="/register/" method=post><input name=email><input type=password name=password1>
            <input type=password name=password2></form>
        <p>What to do next?</p>"#;

    const LOGIN: &str = r#"<form method=post action="/login/?next=%2Fx">
        <input type=hidden name=csrfmiddlewaretoken value=c2><input type=hidden name=next value="%2Fx%3Fa">
        <input type=email name=email value="old@example.com"><input type=password name=password>
        <input type=checkbox name=remember> COMPLAINT <button type=submit>Log in</button></form>"#;

    fn login_with(complaint: &str) -> String {
        shown(&page(&format!(
            "{AROUND}{}",
            LOGIN.replace("COMPLAINT", complaint)
        )))
    }

    #[test]
    fn the_login_form_is_found_among_others_by_its_fields() {
        assert_eq!(
            login_with(""),
            "login /login/ csrfmiddlewaretoken=c2&next=/x?a email+password None"
        );
    }

    #[test]
    fn a_complaint_is_what_the_form_says_visibly() {
        for (html, said) in [
            (
                "<div class='invalid-feedback'>Wrong\n <b>password</b>\u{1b}.</div>",
                Some("Wrong password."),
            ),
            (
                "<div class='alert alert-danger'><ul class=errorlist><li>No.</ul></div>",
                Some("No."),
            ),
            ("<div class=invalid-feedback></div>", None),
            ("<div class=invalid-feedback hidden>Enter it</div>", None),
            (
                "<p style='display: none'><b class=errorlist>Enter it</b></p>",
                None,
            ),
            (
                "</form><div class=alert-danger>Outside.</div><form>",
                Some("Outside."),
            ),
        ] {
            let shown = login_with(html);
            assert!(shown.ends_with(&format!(" {said:?}")), "{html}: {shown}");
        }
    }

    #[test]
    fn a_field_for_the_user_is_found_under_many_names() {
        for (input, name) in [
            ("<input name=username>", "username"),
            ("<input type=email name=auth-x>", "auth-x"),
            ("<input name=x1 autocomplete='section-a USERNAME'>", "x1"),
            ("<input name=username><input name=email>", "email"),
        ] {
            let shown = shown(&page(&format!(
                "<form>{input}<input type=password name=p></form>"
            )));
            assert!(shown.contains(&format!(" {name}+p ")), "{shown}");
        }
    }

    #[test]
    fn other_forms_with_a_password_are_no_login() {
        for html in [
            "<form><input type=password name=old></form>",
            "<form><input name=email><input type=password name=p autocomplete=new-password></form>",
            "<form><input name=email><input type=password name=a><input type=password name=b></form>",
            "<input name=email><input type=password name=p>",
        ] {
            assert_eq!(shown(&page(html)), "other \"\" None", "{html}");
        }
    }

    #[test]
    fn a_code_form_is_found_by_what_it_completes() {
        let html = r#"<form method=post><input type=hidden name=csrfmiddlewaretoken value=c>
            <input name="x-9f" autocomplete="one-time-code" inputmode=numeric><input name=label>
            <div class=invalid-feedback>Wrong code.</div></form>"#;
        assert_eq!(
            shown(&page(&format!("{AROUND}{html}"))),
            "code /login/ csrfmiddlewaretoken=c&label= x-9f Some(\"Wrong code.\")"
        );
        let hidden = "<form><input type=password name=otp_token autocomplete=one-time-code></form>";
        assert_eq!(shown(&page(hidden)), "code /login/  otp_token None");
    }

    #[test]
    fn consent_is_given_by_the_button_that_allows() {
        let html = r#"<form id=authorizationForm method=post action="/o/authorize/"><input type=hidden name=scope value="a b">
            <input type=submit value=Cancel><input type=submit name=allow value=Authorize></form>"#;
        assert_eq!(
            shown(&page(html)),
            "consent /o/authorize/ scope=a b&allow=Authorize"
        );
        let button = "<form><button name=allow value=1>Yes</button></form>";
        assert_eq!(shown(&page(button)), "consent /login/ allow=1");
    }

    #[test]
    fn what_is_neither_is_told_by_its_title() {
        assert_eq!(
            shown(&page("<title> Maintenance\n</title><h1>x</h1>")),
            "other \"Maintenance\" None"
        );
        assert_eq!(shown(&page("<h1>Oops</h1>")), "other \"Oops\" None");
        assert_eq!(shown(&page("")), "other \"\" None");
        assert_eq!(
            shown(&page("\u{0}\u{fffd}<<>&#xD800;<form><form>")),
            "other \"\" None"
        );
        assert_eq!(
            shown(&page("Account locked: too many login attempts.")),
            "other \"\" Some(\"Account locked: too many login attempts.\")"
        );
    }

    #[test]
    fn a_login_form_that_no_browser_would_show_gets_nothing() {
        for (before, after) in [
            ("<!--", "-->"),
            ("<script type=text/x-template>", "</script>"),
            ("<template>", "</template>"),
            ("<textarea>", "</textarea>"),
            ("<noscript>", "</noscript>"),
            ("<div hidden>", "</div>"),
            (
                "<div><p hidden></div></p><section HIDDEN=''><div>",
                "</div></section>",
            ),
            ("<div style='DISPLAY&#58;none'>", "</div>"),
            ("<div style='display&colon;&Tab;none&semi;'>", "</div>"),
            ("<main style='visibility: hidden'><div>", "</div></main>"),
            ("<div hidden><table><tr><td></div>", "</table></div>"),
            ("<div hidden><object></div></p>", "</object></div>"),
            ("<dialog>", "</dialog>"),
            ("<div popover>", "</div>"),
            ("<div inert>", "</div>"),
            ("<fieldset disabled>", "</fieldset>"),
        ] {
            let html = format!("{before}{LOGIN}{after}");
            assert!(shown(&page(&html)).starts_with("other "), "{html}");
            let html =
                format!("{html}<form action=/real/><input name=email><input type=password name=p>");
            assert!(shown(&page(&html)).starts_with("login /real/ "), "{html}");
        }
    }

    #[test]
    fn fields_that_are_not_shown_are_not_filled_in() {
        for (html, expected) in [
            (
                "<form><input name=email><input type=password name=p hidden>",
                "other \"\" None hidden",
            ),
            (
                "<form hidden><input name=c autocomplete=one-time-code>",
                "other \"\" None hidden",
            ),
            ("<form hidden><button name=allow>", "other \"\" None"),
            (
                "<form><input name=email style='display:none'><input name=username><input type=password name=p>",
                "login /login/ email= username+p None",
            ),
            (
                "<form><input name=email><input type=password name=a style='display:none'><input type=password name=p>",
                "login /login/ a= email+p None",
            ),
            (
                "<form style='visibility:hidden'><div style='visibility:visible'><input name=email>\
                 <input type=password name=p></div>",
                "login /login/  email+p None",
            ),
            (
                "<details><form aria-hidden=true><input name=email><input type=password name=p>",
                "login /login/  email+p None",
            ),
        ] {
            assert_eq!(shown(&page(html)), expected, "{html}");
        }
    }

    /// Would one of these take the square of the time, this test would not end within the hour.
    #[test]
    fn a_megabyte_of_nested_elements_is_read() {
        let is_login = |html: &str| {
            shown(&page(html)).starts_with("login /login/ csrfmiddlewaretoken=c2&next=/x?a ")
        };
        let nested = "<div class=errorlist>".repeat(1024 * 1024 / 21);
        assert!(is_login(&format!("{LOGIN}{nested}")));
        // Deeper than a page stands: what comes then is not read.
        assert!(!is_login(&format!("{nested}{LOGIN}")));
        for (start, end) in [
            ("<a>", "</b>"),
            ("<h1>", ""),
            ("<div><form></div>", "</form>"),
            ("<form><input name=email></form>", ""),
            ("<template>", "</template>"),
            ("<svg>", "</svg>"),
            ("<p class=errorlist>x</p>", ""),
            ("<!--", "-->"),
            ("<b x=", ">"),
            ("&", ""),
        ] {
            let times = 256 * 1024 / (start.len() + end.len());
            let html = format!("{}{}", start.repeat(times), end.repeat(times));
            assert!(is_login(&format!("{LOGIN}{html}")), "{start}");
        }
        let texts = "<p class=errorlist>".repeat(1024 * 1024 / 19);
        let locked = format!("{texts}Your account is locked.");
        assert_eq!(
            shown(&page(&locked)),
            "other \"\" Some(\"Your account is locked.\")"
        );
    }
}
