//! The authorize endpoint (RFC 6749 §4.1.1) with PKCE (RFC 7636), and the consent page.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;

use super::pages::{plain, redirect};
use super::{CLIENT_ID, Site, new_secret};
use crate::request::{Fields, Incoming};

/// What an authorization code was given for.
pub(crate) struct Grant {
    pub(crate) code_challenge: String,
    pub(crate) redirect_uri: String,
}

const PARAMETERS: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "state",
    "scope",
];

pub(crate) async fn ask(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    if let Some(refusal) = refusal(&site, &incoming.query) {
        return refusal;
    }
    let mut state = site.state();
    if !state.is_signed_in(&incoming) {
        let next: String =
            url::form_urlencoded::byte_serialize(incoming.address.as_bytes()).collect();
        return redirect(&format!("/login/?next={next}"));
    }
    if state.behaviour.consent {
        let parameters = PARAMETERS.map(|name| (name, incoming.query.get(name)));
        return state.page(&incoming, None, |page| page.consent(&parameters));
    }
    grant(&mut state, &site, &incoming.query)
}

/// Takes the consent form.
pub(crate) async fn decide(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let mut state = site.state();
    if let Some(refusal) = state.refusal_of_forgery(&site, &incoming) {
        return refusal;
    }
    if let Some(refusal) = refusal(&site, &incoming.form) {
        return refusal;
    }
    if !state.is_signed_in(&incoming) {
        return redirect("/login/");
    }
    if incoming.form.get("allow") != "Authorize" {
        return back(&site, &incoming.form, &[("error", "access_denied")]);
    }
    grant(&mut state, &site, &incoming.form)
}

/// Returns what is wrong with an authorization request: told to the client only where its redirect URI is its own.
fn refusal(site: &Site, request: &Fields) -> Option<Response> {
    let page = |why| Some(plain(StatusCode::BAD_REQUEST, why));
    if request.get("client_id") != CLIENT_ID {
        return page("Error: invalid_request. Invalid client_id parameter value.");
    }
    if request.get("redirect_uri") != site.redirect_uri() {
        return page("Error: invalid_request. Mismatching redirect URI.");
    }
    if request.get("response_type") != "code" {
        return Some(back(
            site,
            request,
            &[("error", "unsupported_response_type")],
        ));
    }
    let is_challenge = request.get("code_challenge").len() == 43;
    if !is_challenge || request.get("code_challenge_method") != "S256" {
        let description = ("error_description", "Code challenge required.");
        return Some(back(
            site,
            request,
            &[("error", "invalid_request"), description],
        ));
    }
    None
}

/// Returns where a browser ends whose user is signed in and opens this address.
pub(crate) fn browsed(site: &Site, address: &str) -> String {
    let url = Url::parse(address).expect("an address");
    let request = Fields::parse(url.query().unwrap_or_default().as_bytes());
    let response =
        refusal(site, &request).unwrap_or_else(|| grant(&mut site.state(), site, &request));
    let location = response.headers().get("location");
    let location = location.expect("the request is one that the site grants");
    location.to_str().expect("an address").to_owned()
}

fn grant(state: &mut super::State, site: &Site, request: &Fields) -> Response {
    if let Some(error) = state.behaviour.authorize_error {
        return back(site, request, &[("error", error)]);
    }
    let code = new_secret();
    state.visitors.codes.insert(
        code.clone(),
        Grant {
            code_challenge: request.get("code_challenge").to_owned(),
            redirect_uri: request.get("redirect_uri").to_owned(),
        },
    );
    if state.behaviour.wrong_state {
        let forged = Fields::parse(b"state=not-the-one-that-was-sent");
        return back(site, &forged, &[("code", &code)]);
    }
    back(site, request, &[("code", &code)])
}

/// Leads back to the client, with `state` if it sent one.
fn back(site: &Site, request: &Fields, parameters: &[(&str, &str)]) -> Response {
    let mut address = Url::parse(&site.redirect_uri()).expect("a URL");
    address.query_pairs_mut().extend_pairs(parameters);
    let state = request.get("state");
    if !state.is_empty() {
        address.query_pairs_mut().append_pair("state", state);
    }
    redirect(address.as_str())
}
