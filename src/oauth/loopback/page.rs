//! The page that the browser shows at the end: plain HTML that loads nothing and runs nothing.

use std::fmt;

/// Nothing may be loaded, run, sent or framed; the only style sheet is inline.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                                 frame-ancestors 'none'";

const STYLE: &str = "
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 90vh; margin: 0; padding: 0 1rem; }
main { max-width: 32rem; text-align: center; }
.mark { display: inline-block; width: 4rem; line-height: 4rem; border-radius: 50%; font-size: 2rem; color: #fff; }
.good { background: #1a7f37; }
.bad { background: #b42318; }
h1 { font-size: 1.6rem; margin: 1rem 0 .5rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
code { font: .95em ui-monospace, monospace; }
";

/// A page; `Display` writes its HTML.
pub(crate) struct Page {
    is_success: bool,
    title: &'static str,
    body_html: String,
}

impl Page {
    /// Returns the page for a login that succeeded, with the profile's name, which is escaped.
    pub(crate) fn signed_in(profile: &str) -> Self {
        Self {
            is_success: true,
            title: "You are signed in",
            body_html: format!(
                "<p>prusa-cred has received the login for profile <code>{}</code>.</p>\
                 <p>You can close this tab and go back to the terminal.</p>",
                escaped(profile)
            ),
        }
    }

    /// Returns the page for a sign-in that failed; `reason` is escaped and gets a full stop. It says that nothing was
    /// changed.
    pub(crate) fn failed(reason: &str) -> Self {
        Self {
            is_success: false,
            title: "The sign-in did not work",
            body_html: format!(
                "<p>{}.</p><p>Nothing was changed. The terminal says more; you can close this tab and try again \
                 from there.</p>",
                escaped(reason)
            ),
        }
    }

    /// Returns the page for an authorization response that is not the one that is waited for. It says nothing of what
    /// that held.
    pub(super) fn ignored() -> Self {
        Self {
            is_success: false,
            title: "This is not the answer to the sign-in",
            body_html:
                "<p>prusa-cred waits for the answer to a sign-in, and what your browser brought belongs to another one. \
                 It was ignored, and the sign-in goes on: finish it on its own page, or look at the terminal.</p>"
                    .to_owned(),
        }
    }

    /// Returns the page for every request that is no authorization response.
    pub(super) fn not_found() -> Self {
        Self {
            is_success: false,
            title: "There is nothing here",
            body_html:
                "<p>prusa-cred uses this address only to finish a sign-in that it started.</p>"
                    .to_owned(),
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, mark) = if self.is_success {
            ("good", "✓")
        } else {
            ("bad", "!")
        };
        writeln!(
            f,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} - prusa-cred</title>\n\
             <style>{STYLE}</style>\n<main>\n<div class=\"mark {class}\" aria-hidden=\"true\">{mark}</div>\n\
             <h1>{title}</h1>\n{}\n</main>\n</html>",
            self.body_html,
            title = self.title,
        )
    }
}

/// Returns the text escaped for HTML.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&#39;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_an_error_text_is_escaped() {
        let page = Page::failed("<script>alert('x')</script> & \"y\"").to_string();
        assert!(!page.contains("<script"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;.")
        );
    }

    #[test]
    fn the_page_loads_nothing() {
        for page in [
            Page::signed_in("corp"),
            Page::failed("no"),
            Page::ignored(),
            Page::not_found(),
        ] {
            let page = page.to_string();
            for outside in ["http", "src=", "href=", "url(", "<script", "@import"] {
                assert!(!page.contains(outside), "{outside}: {page}");
            }
        }
    }
}
