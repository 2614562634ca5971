//! Goes through the account's pages, from the authorization URL to the redirect URI.
//!
//! `step` decides what to do on a page; here it is done. Redirects are followed one by one, within the account's
//! origin, and forms are sent nowhere else.
//!
//! Secret: the values that are filled in, and the address at the end.

use secrecy::ExposeSecret;
use url::Url;

use super::form::PageForm;
use super::redirect::{self, Redirect};
use super::step::{Received, Sent, Step, decide, receive};
use crate::http::{Http, HttpRequest, redacted};
use crate::profile::PrusaSettings;
use crate::providers::{
    Credentials, Needed, SignInError, TimeoutPolicy, ask_email_and_password, ask_one_time_code,
};

/// Between one page and the next.
const MAX_REDIRECTS: usize = 10;

/// In one sign-in, wrong passwords and codes included.
const MAX_PAGES: usize = 30;

/// Signs in, starting at the authorization URL, and returns the redirect URI with the authorization response, which may
/// be an error. Credentials that are refused are asked for again, and consent is given.
///
/// # Errors
///
/// When there are no credentials or no others after a refusal, or the server leads to another site, shows a page that
/// is no part of a sign-in or too many pages, reports an error, or does not respond.
pub(super) fn walk(
    http: &Http,
    settings: &PrusaSettings,
    authorization_url: &Url,
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
    let mut request = page_request(authorization_url.clone());
    for _ in 0..MAX_PAGES {
        let page = match walk.fetch(request)? {
            Fetched::RedirectUri(url) => return Ok(url),
            Fetched::Page(page) => page,
        };
        request = walk.next_request(page, authorization_url)?;
    }
    Err(SignInError::TooManySteps {
        url: redacted(authorization_url),
    })
}

enum Fetched {
    Page(Received),
    RedirectUri(Url),
}

struct Walk<'a> {
    http: &'a Http,
    settings: &'a PrusaSettings,
    credentials: &'a mut dyn Credentials,
    timeout_policy: TimeoutPolicy,
    sent: Sent,
}

impl Walk<'_> {
    /// Sends the request and follows redirects, up to a page or the redirect URI. Fails where one leads to another
    /// site, after more than 10 of them, and as `receive`.
    fn fetch(&self, mut request: HttpRequest) -> Result<Fetched, SignInError> {
        let start = redacted(request.url());
        for redirects in 0..=MAX_REDIRECTS {
            let response = self
                .http
                .send(request.clone(), self.timeout_policy.deadline())?;
            let location = match response.status {
                301 | 302 | 303 | 307 | 308 => response.header("location"),
                _ => None,
            };
            let Some(location) = location else {
                return receive(&response, redirects > 0).map(Fetched::Page);
            };
            let url = match redirect::resolve(&response.url, location, self.settings)? {
                Redirect::RedirectUri(url) => return Ok(Fetched::RedirectUri(url)),
                Redirect::Page(url) => url,
            };
            request = match response.status {
                307 | 308 => request.to(url),
                _ => page_request(url),
            };
        }
        Err(SignInError::TooManySteps { url: start })
    }

    /// Returns the request that continues from the page, with what the person enters. Fails without asking if the form
    /// goes to another site.
    fn next_request(
        &mut self,
        received: Received,
        authorization_url: &Url,
    ) -> Result<HttpRequest, SignInError> {
        let page = received.url.clone();
        let step = decide(received, self.sent).map_err(|error| match error {
            SignInError::InvalidCode { message, .. } => SignInError::InvalidCode {
                message,
                given_by: self.credentials.given_by(Needed::OneTimeCode),
                next_in: None,
            },
            error => error,
        });
        match step? {
            Step::SignIn {
                mut form,
                email_field,
                password_field,
                refused,
            } => {
                redirect::check_origin(&form.action, self.settings)?;
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
                redirect::check_origin(&form.action, self.settings)?;
                let code = ask_one_time_code(self.credentials, refused)?;
                // Codes are shown, and therefore copied, in groups.
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
                Ok(page_request(authorization_url.clone()))
            }
        }
    }

    /// Returns the POST request that sends the form, as a browser on `page` would; fails if the form goes to another
    /// site.
    fn submit(&self, form: PageForm, page: &Url) -> Result<HttpRequest, SignInError> {
        let PageForm { action, fields } = form;
        redirect::check_origin(&action, self.settings)?;
        let mut referer = page.clone();
        referer.set_fragment(None);
        let origin = self.settings.account_url.origin().ascii_serialization();
        Ok(as_page(HttpRequest::post(action, fields))
            .header("referer", String::from(referer))
            .header("origin", origin))
    }
}

/// Returns the GET request for a page, with the headers of one.
fn page_request(url: Url) -> HttpRequest {
    as_page(HttpRequest::get(url))
}

/// Adds the headers for a page, in the language in which its error texts are understood here.
fn as_page(request: HttpRequest) -> HttpRequest {
    request
        .header("accept", "text/html,application/xhtml+xml".to_owned())
        .header("accept-language", "en".to_owned())
}
