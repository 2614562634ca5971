//! The site's own pages: login form, one-time code, profile; CSRF and sessions as Django has them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use totp_rs::{Secret, Totp};

use super::pages::{Page, plain, redirect, with_cookie};
use super::{EMAIL, Site, TOTP_SECRET, unix_now};
use crate::request::Incoming;

const CSRF_COOKIE: &str = "csrftoken";
const SESSION_COOKIE: &str = "sessionid";

/// Whoever has been to the site: sessions, forms handed out, codes used.
#[derive(Default)]
pub(crate) struct Visitors {
    csrf_tokens: HashSet<String>,
    /// Values of the hidden `request_id`, each good for one submission.
    request_ids: HashSet<String>,
    sessions: HashMap<String, Stage>,
    /// Names of the code field that have been handed out.
    code_fields: HashSet<String>,
    last_code_step: u64,
    /// Authorization codes: what each was given for.
    pub(crate) codes: HashMap<String, super::authorize::Grant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    NeedsCode,
    SignedIn,
}

impl super::State {
    fn totp(&self) -> Totp {
        totp_rs::Builder::new()
            .with_secret(Secret::try_from_base32(TOTP_SECRET).expect("base32"))
            .with_step_duration(self.behaviour.totp_period)
            .build_noncompliant()
    }

    fn current_step(&self) -> u64 {
        unix_now().unsigned_abs() / self.behaviour.totp_period
    }

    /// Returns the first code that is neither spent nor over.
    pub(crate) fn next_code(&self) -> String {
        let step = self.current_step().max(self.visitors.last_code_step + 1);
        self.totp()
            .generate(step * self.behaviour.totp_period)
            .to_string()
    }

    /// Accepts a code of this step or its neighbours, each step once and none before the last.
    fn accepts_code(&mut self, code: &str) -> bool {
        let step = self.totp().check_current(code);
        let Some(step) = step.filter(|step| *step > self.visitors.last_code_step) else {
            return false;
        };
        self.visitors.last_code_step = step;
        let used_before = self.behaviour.codes_already_used > 0;
        self.behaviour.codes_already_used = self.behaviour.codes_already_used.saturating_sub(1);
        !used_before
    }

    pub(crate) fn is_signed_in(&self, incoming: &Incoming) -> bool {
        self.stage(incoming) == Some(Stage::SignedIn)
    }

    fn stage(&self, incoming: &Incoming) -> Option<Stage> {
        let session = incoming.cookie(SESSION_COOKIE);
        self.visitors.sessions.get(session).copied()
    }

    /// Returns the page that `render` makes, and sets the CSRF cookie.
    pub(crate) fn page(
        &mut self,
        incoming: &Incoming,
        error: Option<&str>,
        render: impl FnOnce(&Page<'_>) -> String,
    ) -> Response {
        let visitors = &mut self.visitors;
        let mut csrf = incoming.cookie(CSRF_COOKIE).to_owned();
        if !visitors.csrf_tokens.contains(&csrf) {
            csrf = super::new_secret();
            visitors.csrf_tokens.insert(csrf.clone());
        }
        let request_id = super::new_secret();
        visitors.request_ids.insert(request_id.clone());
        let html = render(&Page {
            csrf: &csrf,
            other_csrf: &super::new_secret(),
            request_id: &request_id,
            error,
        });
        with_cookie(Html(html).into_response(), CSRF_COOKIE, &csrf)
    }

    /// Returns a refusal, unless the form is as Django wants it and the hidden `request_id` came back.
    pub(crate) fn refusal_of_forgery(
        &mut self,
        site: &Site,
        incoming: &Incoming,
    ) -> Option<Response> {
        let csrf = incoming.cookie(CSRF_COOKIE);
        let page = format!("{}{}", site.account_origin(), incoming.path);
        let is_genuine = self.visitors.csrf_tokens.contains(csrf)
            && incoming.form.get("csrfmiddlewaretoken") == csrf
            && incoming.header("origin") == site.account_origin()
            && incoming.header("referer").starts_with(&page);
        if !is_genuine {
            let text = "CSRF verification failed. Request aborted.";
            return Some(plain(StatusCode::FORBIDDEN, text));
        }
        let request_id = incoming.form.get("request_id");
        if !self.visitors.request_ids.remove(request_id) {
            return Some(plain(StatusCode::BAD_REQUEST, "Bad Request"));
        }
        None
    }

    /// Gives the visitor a new session and leads on.
    fn begin_session(&mut self, incoming: &Incoming, stage: Stage, location: &str) -> Response {
        self.visitors
            .sessions
            .remove(incoming.cookie(SESSION_COOKIE));
        let session = super::new_secret();
        self.visitors.sessions.insert(session.clone(), stage);
        with_cookie(redirect(location), SESSION_COOKIE, &session)
    }

    /// Returns where a completed sign-in leads.
    fn landing(&self, next: &str) -> String {
        if let Some(address) = &self.behaviour.sends_away_to {
            return address.clone();
        }
        let is_local = next.starts_with('/') && !next.starts_with("//");
        if self.behaviour.lands_on_profile || !is_local {
            return "/profile/".to_owned();
        }
        next.to_owned()
    }
}

pub(crate) async fn profile(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    if site.state().is_signed_in(&incoming) {
        return plain(StatusCode::OK, "Your profile");
    }
    redirect("/login/?next=%2Fprofile%2F")
}

/// The other forms of a page, posted by a client that mistook one for the login form.
pub(crate) async fn wrong_form() -> Response {
    plain(StatusCode::FORBIDDEN, "This is not the form you look for")
}

pub(crate) async fn page(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let mut state = site.state();
    let next = incoming.query.get("next").to_owned();
    login_page(&mut state, &incoming, &next, None)
}

fn login_page(
    state: &mut super::State,
    incoming: &Incoming,
    next: &str,
    error: Option<&str>,
) -> Response {
    let next = if state.behaviour.encoded_next {
        encoded(next)
    } else {
        next.to_owned()
    };
    let email = incoming.form.get("email").to_owned();
    state.page(incoming, error, |page| page.login(&next, &email))
}

pub(crate) async fn submit(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let mut state = site.state();
    if let Some(refusal) = state.refusal_of_forgery(&site, &incoming) {
        return refusal;
    }
    let next = decoded(incoming.form.get("next"));
    let password = state.behaviour.password;
    if incoming.form.get("email") != EMAIL || incoming.form.get("password") != password {
        let error = "Please enter a correct e-mail and password.";
        return login_page(&mut state, &incoming, &next, Some(error));
    }
    if state.behaviour.totp {
        let location = format!("/login/totp/?next={}", encoded(&next));
        return state.begin_session(&incoming, Stage::NeedsCode, &location);
    }
    let location = state.landing(&next);
    state.begin_session(&incoming, Stage::SignedIn, &location)
}

pub(crate) async fn code_page(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let mut state = site.state();
    if state.stage(&incoming) != Some(Stage::NeedsCode) {
        return redirect("/login/");
    }
    show_code_page(&mut state, &incoming, None)
}

fn show_code_page(state: &mut super::State, incoming: &Incoming, error: Option<&str>) -> Response {
    let field = format!("code-{}", super::new_secret());
    state.visitors.code_fields.insert(field.clone());
    state.page(incoming, error, |page| page.one_time_code(&field))
}

pub(crate) async fn submit_code(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let mut state = site.state();
    if let Some(refusal) = state.refusal_of_forgery(&site, &incoming) {
        return refusal;
    }
    // The next address stands in this page's own address only, which the client must keep.
    let next = incoming.query.get("next");
    if state.stage(&incoming) != Some(Stage::NeedsCode) || next.is_empty() {
        return redirect("/login/");
    }
    let fields = &state.visitors.code_fields;
    let code = fields
        .iter()
        .map(|field| incoming.form.get(field))
        .find(|code| !code.is_empty())
        .unwrap_or_default();
    if state.accepts_code(code) {
        let location = state.landing(next);
        return state.begin_session(&incoming, Stage::SignedIn, &location);
    }
    let error = "Invalid token. Please make sure you have entered it correctly.";
    show_code_page(&mut state, &incoming, Some(error))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Undoes the needless encoding of the login form's `next`, for clients that send it as it stands.
fn decoded(next: &str) -> String {
    if next.starts_with('/') {
        return next.to_owned();
    }
    let query = format!("next={next}");
    crate::request::Fields::parse(query.as_bytes())
        .get("next")
        .to_owned()
}
