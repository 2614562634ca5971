//! The Connect site: what an access token opens there (RFC 6750).
//!
//! Beside the API it has what other programs ask for a credential with: a git repository (files, as git's "dumb" HTTP
//! protocol reads them), the one address of a container registry that `docker login` asks, and an MCP server's.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{EMAIL, Site, pages};
use crate::request::Incoming;

/// Tells whose access token this is.
pub(crate) async fn me(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let answer = json!({ "name": "Ada", "email": EMAIL });
    bearer(&site, &incoming).unwrap_or_else(|| Json(answer).into_response())
}

/// The one printer of the user.
pub(crate) async fn printers(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let printer =
        json!({ "name": "Workshop MK4", "printer_state": "PRINTING", "job": "gear.bgcode" });
    let answer = json!({ "printers": [printer] });
    bearer(&site, &incoming).unwrap_or_else(|| Json(answer).into_response())
}

/// Answers an MCP client's first message, whichever it is.
pub(crate) async fn mcp(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let result = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "serverInfo": { "name": "printers", "version": "1" },
    });
    let answer = json!({ "jsonrpc": "2.0", "id": 1, "result": result });
    bearer(&site, &incoming).unwrap_or_else(|| Json(answer).into_response())
}

/// Says that this is a registry, and that the user may come in.
pub(crate) async fn registry(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    basic(&site, &incoming).unwrap_or_else(|| Json(json!({})).into_response())
}

/// Hands out a file of the repositories in `Behaviour::repositories`.
pub(crate) async fn repository(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    if let Some(refusal) = basic(&site, &incoming) {
        return refusal;
    }
    let directory = site.state().behaviour.repositories.clone();
    let path = incoming.path.strip_prefix("/git/").unwrap_or_default();
    let is_inside = path.split('/').all(|part| !part.starts_with('.'));
    let file = directory.filter(|_| is_inside).map(|it| it.join(path));
    match file.and_then(|file| std::fs::read(file).ok()) {
        Some(content) => content.into_response(),
        None => pages::plain(StatusCode::NOT_FOUND, "Page not found"),
    }
}

/// Returns a refusal, unless a valid access token is in the header.
fn bearer(site: &Site, incoming: &Incoming) -> Option<Response> {
    let token = incoming.header("authorization").strip_prefix("Bearer ");
    refusal(
        site,
        token,
        r#"Bearer realm="connect", error="invalid_token""#,
    )
}

/// Returns a refusal, unless a valid access token is the password (RFC 7617), whoever the user.
fn basic(site: &Site, incoming: &Incoming) -> Option<Response> {
    let sent = incoming.header("authorization").strip_prefix("Basic ");
    let sent = sent.and_then(|sent| STANDARD.decode(sent).ok());
    let sent = sent.and_then(|sent| String::from_utf8(sent).ok());
    let password = sent.as_deref().and_then(|sent| sent.split_once(':'));
    refusal(
        site,
        password.map(|(_, password)| password),
        r#"Basic realm="connect""#,
    )
}

fn refusal(site: &Site, token: Option<&str>, challenge: &'static str) -> Option<Response> {
    if token.is_some_and(|token| site.state().ledger.honours_access(token)) {
        return None;
    }
    let challenge = [(header::WWW_AUTHENTICATE, challenge)];
    Some((StatusCode::UNAUTHORIZED, challenge).into_response())
}
