//! The walk through the account's pages, from the authorize address to the redirect URI.
//!
//! `step` says what a page means after what was sent last; here it is done. Redirects are followed one by one, within
//! the account's origin, and a form goes nowhere else.
//!
//! Secret: whatever is filled in, and the address at the end.

use secrecy::ExposeSecret;
use url::Url;

use super::PrusaSettings;
use super::form::PageForm;
use super::redirect::{self, Redirect};
use super::step::{Sent, Step, View, decide, view};
use crate::http::{Http, HttpRequest, redacted};
use crate::providers::{
    Credentials, SignInError, TimeoutPolicy, ask_email_and_password, ask_one_time_code,
};

/// The most redirects from one page to the next.
const MOST_REDIRECTS: usize = 10;

/// The most pages of one sign-in, wrong passwords and codes included.
const MOST_PAGES: usize = 30;

/// Walks from `authorize` to the redirect URI and returns the address there.
///
/// # Errors
///
/// When the server refuses what it got, shows something that is no part of a sign-in, or does not answer.
pub(super) fn walk(
    http: &Http,
    settings: &PrusaSettings,
    authorize: &Url,
    credentials: &mut dyn Credentials,
    timeout_policy: TimeoutPolicy,
) -> Result<Url, SignInError> {
    let mut walk = Walk {
        http,
        settings,
        credentials,
        timeout_policy,
        sent: Sent::Nothing,
    };
    let mut request = page_request(authorize.clone());
    for _ in 0..MOST_PAGES {
        let view = match walk.fetch(request)? {
            Landing::End(url) => return Ok(url),
            Landing::Page(view) => view,
        };
        request = walk.answer(view, authorize)?;
    }
    Err(SignInError::Endless {
        url: redacted(authorize),
    })
}

enum Landing {
    Page(View),
    End(Url),
}

struct Walk<'a> {
    http: &'a Http,
    settings: &'a PrusaSettings,
    credentials: &'a mut dyn Credentials,
    timeout_policy: TimeoutPolicy,
    sent: Sent,
}

impl Walk<'_> {
    /// Sends the request and follows where its answer leads.
    fn fetch(&self, mut request: HttpRequest) -> Result<Landing, SignInError> {
        let start = redacted(request.url());
        for redirects in 0..=MOST_REDIRECTS {
            let response = self
                .http
                .send(request.clone(), self.timeout_policy.deadline())?;
            let location = match response.status {
                301 | 302 | 303 | 307 | 308 => response.header("location"),
                _ => None,
            };
            let Some(location) = location else {
                return view(&response, redirects > 0).map(Landing::Page);
            };
            let url = match redirect::resolve(&response.url, location, self.settings)? {
                Redirect::End(url) => return Ok(Landing::End(url)),
                Redirect::Inside(url) => url,
            };
            request = match response.status {
                307 | 308 => request.to(url),
                _ => page_request(url),
            };
        }
        Err(SignInError::Endless { url: start })
    }

    /// Returns the request that goes on from the page.
    fn answer(&mut self, view: View, authorize: &Url) -> Result<HttpRequest, SignInError> {
        let page = view.url.clone();
        match decide(view, self.sent)? {
            Step::SignIn {
                mut form,
                email_field,
                password_field,
                refused,
            } => {
                redirect::stay(&form.action, self.settings)?;
                let (email, password) = ask_email_and_password(self.credentials, refused)?;
                form.fields.push((email_field, email.into()));
                form.fields.push((password_field, password));
                self.sent = Sent::Password;
                self.submit(form, &page)
            }
            Step::EnterCode {
                mut form,
                code_field,
                refused,
            } => {
                redirect::stay(&form.action, self.settings)?;
                let code = ask_one_time_code(self.credentials, refused)?;
                // Codes are shown, and so copied, in groups.
                let code: String = code.expose_secret().split_whitespace().collect();
                form.fields.push((code_field, code.into()));
                self.sent = Sent::Code;
                self.submit(form, &page)
            }
            Step::Allow(form) => {
                self.sent = Sent::Consent;
                self.submit(form, &page)
            }
            Step::AuthorizeAgain => {
                self.sent = Sent::AuthorizeAgain;
                Ok(page_request(authorize.clone()))
            }
        }
    }

    /// Returns the request that sends the form, as a browser on `page` would.
    fn submit(&self, form: PageForm, page: &Url) -> Result<HttpRequest, SignInError> {
        let PageForm { action, fields } = form;
        redirect::stay(&action, self.settings)?;
        let mut referer = page.clone();
        referer.set_fragment(None);
        let origin = self.settings.account_url.origin().ascii_serialization();
        Ok(as_page(HttpRequest::post(action, fields))
            .header("referer", String::from(referer))
            .header("origin", origin))
    }
}

fn page_request(url: Url) -> HttpRequest {
    as_page(HttpRequest::get(url))
}

/// Asks for a page, in the language in which its complaints are understood here.
fn as_page(request: HttpRequest) -> HttpRequest {
    request
        .header("accept", "text/html,application/xhtml+xml".to_owned())
        .header("accept-language", "en".to_owned())
}
