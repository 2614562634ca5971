//! The HTML: pages with more on them than a sign-in needs, as real ones have.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// What the login and code pages share.
pub(crate) struct Page<'a> {
    /// The token of the form that counts.
    pub(crate) csrf: &'a str,
    /// The token of the language form: another one, which the login form's handler refuses.
    pub(crate) other_csrf: &'a str,
    /// A hidden field besides the token, which must come back.
    pub(crate) request_id: &'a str,
    pub(crate) error: Option<&'a str>,
}

impl Page<'_> {
    pub(crate) fn login(&self, next: &str, email: &str) -> String {
        let (next, email) = (escaped(next), escaped(email));
        self.around(&format!(
            r#"<p>Sign in to go to the next step. Type "next" nowhere.</p>
<form class="form" method="post" action="." novalidate>
  {}
  <input type="hidden" name="next" value="{next}">
  <label for="id_email">E-mail</label>
  <input type="email" name="email" value="{email}" class="form-control" maxlength="254" required id="id_email">
  <label for="id_password">Password</label>
  <input type="password" name="password" class="form-control" autocomplete="current-password" required id="id_password">
  {}
  <input type="checkbox" name="remember" id="id_remember"><label for="id_remember">Remember me</label>
  <button type="submit" class="btn btn-primary">Next</button>
</form>
<a href="/login/google/?next={next}">Continue with Google</a>"#,
            self.hidden(),
            self.feedback(),
        ))
    }

    pub(crate) fn one_time_code(&self, field: &str) -> String {
        self.around(&format!(
            r#"<h1>Two-factor authentication</h1>
<form class="form" method="post">
  {}
  <label for="id_code">Code from your application</label>
  <input type="text" name="{field}" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required id="id_code">
  {}
  <button type="submit">Verify</button>
</form>"#,
            self.hidden(),
            self.feedback(),
        ))
    }

    /// `parameters`: the authorization request, to be sent again.
    pub(crate) fn consent(&self, parameters: &[(&str, &str)]) -> String {
        let inputs: String = parameters
            .iter()
            .map(|(name, value)| hidden_input(name, value))
            .collect();
        self.around(&format!(
            r#"<form id="authorizationForm" method="post">
  <h3>Authorize Prusa Connect?</h3>
  {}{inputs}
  <input type="submit" class="btn btn-large" value="Cancel">
  <input type="submit" class="btn btn-large btn-primary" name="allow" value="Authorize">
</form>"#,
            self.hidden(),
        ))
    }

    fn hidden(&self) -> String {
        hidden_input("csrfmiddlewaretoken", self.csrf)
            + &hidden_input("request_id", self.request_id)
    }

    fn feedback(&self) -> String {
        self.error.map_or_else(String::new, |error| {
            format!(
                r#"<div class="invalid-feedback d-block"> <strong>{}</strong> </div>"#,
                escaped(error)
            )
        })
    }

    fn around(&self, main: &str) -> String {
        let other = hidden_input("csrfmiddlewaretoken", self.other_csrf);
        format!(
            r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Prusa Account</title>
<script>var next = "/not/this/"; var csrf = "not this either";</script></head>
<body>
<header>
<form action="/search/" method="get"><input type="search" name="q"><input type="hidden" name="next" value="/search/"></form>
<form action="/i18n/setlang/" method="post">{other}<input name="next" type="hidden" value="/language/">
<select name="language"><option value="en" selected>English</option><option value="cs">Čeština</option></select></form>
</header>
<main>
{main}
</main>
<footer>
<form action="/newsletter/" method="post">{other}<input type="email" name="email" placeholder="Newsletter">
<button name="next" value="subscribe">Subscribe</button></form>
</footer>
</body></html>
"#
        )
    }
}

fn hidden_input(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
        escaped(value)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}

/// Returns a page that says one thing.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response {
    let text = escaped(text);
    let page = format!("<!doctype html><title>{text}</title><h1>{text}</h1>");
    (status, Html(page)).into_response()
}

/// Returns a redirect as Django answers it (302).
pub(crate) fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

/// Adds a cookie to a response.
pub(crate) fn with_cookie(mut response: Response, name: &str, value: &str) -> Response {
    let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=1209600; HttpOnly");
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
