//! The door: every request is logged, held if refreshes are held, and given the scripted answer if one is in line.

use std::net::TcpListener;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::behaviour::{Answer, Edit};
use super::request::{Incoming, LONGEST_BODY};
use super::{EMAIL, Site, authorize, faults, login, pages, token_endpoint, unix_now};

/// The path of the redirect URI.
pub(crate) const CALLBACK: &str = "/login/auth-callback";
/// Serves one site until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, site: Router) {
    listener.set_nonblocking(true).expect("a socket option");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    axum::serve(listener, site).await.expect("a server");
}

pub(crate) fn account_site(site: &Arc<Site>) -> Router {
    let router = Router::new()
        .route("/", get(login::profile))
        .route("/profile/", get(login::profile))
        .route("/login/", get(login::page).post(login::submit))
        .route(
            "/login/totp/",
            get(login::code_page).post(login::submit_code),
        )
        .route("/i18n/setlang/", post(login::wrong_form))
        .route("/newsletter/", post(login::wrong_form))
        .route("/o/authorize/", get(authorize::ask).post(authorize::decide))
        .route("/o/token/", post(token_endpoint::token))
        .route("/o/revoke_token/", post(token_endpoint::revoke));
    finish(router, site)
}

pub(crate) fn connect_site(site: &Arc<Site>) -> Router {
    let router = Router::new()
        .route(CALLBACK, get(async || "this page would have seen the code"))
        .route("/app/me", get(me));
    finish(router, site)
}

fn finish(router: Router<Arc<Site>>, site: &Arc<Site>) -> Router {
    router
        .fallback(async || pages::plain(StatusCode::NOT_FOUND, "Page not found"))
        .layer(from_fn_with_state(Arc::clone(site), front_door))
        .with_state(Arc::clone(site))
}

/// The protected resource: tells whose access token this is (RFC 6750).
async fn me(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let token = incoming.header("authorization").strip_prefix("Bearer ");
    if token.is_some_and(|token| site.state().ledger.honours_access(token)) {
        return Json(json!({ "name": "Ada", "email": EMAIL })).into_response();
    }
    let challenge = r#"Bearer realm="connect", error="invalid_token""#;
    (
        StatusCode::UNAUTHORIZED,
        [(header::WWW_AUTHENTICATE, challenge)],
    )
        .into_response()
}

async fn front_door(
    State(site): State<Arc<Site>>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let (uri, method) = (request.uri().clone(), request.method().clone());
    let incoming = Incoming::read(request).await;
    let mut request = axum::extract::Request::new(Body::empty());
    *request.uri_mut() = uri;
    *request.method_mut() = method;
    request.extensions_mut().insert(incoming.clone());
    // A client that hangs up has still sent its request: what it asked for happens all the same.
    tokio::spawn(async move { admit(&site, &incoming, request, next).await })
        .await
        .unwrap_or_else(|_| faults::closed())
}

async fn admit(
    site: &Site,
    incoming: &Incoming,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let logged = incoming.logged();
    let is_refresh = logged.grant_type.as_deref() == Some("refresh_token");
    let endpoint = format!("{} {}", incoming.method, incoming.path);
    // The next in line is whoever came first, however long each is held.
    let answer = {
        let mut state = site.state();
        state.log.push(logged);
        state.refreshes += usize::from(is_refresh);
        site.changed.notify_all();
        state.answers.next(&endpoint)
    };
    if is_refresh {
        let mut held = site.refreshes_held.subscribe();
        let _ = held.wait_for(|held| !held).await;
    }
    let mut response = match answer {
        Answer::Usual => next.run(request).await,
        Answer::Instead {
            status,
            headers,
            body,
        } => instead(status, &headers, body),
        Answer::Hang => std::future::pending().await,
        Answer::Drip => faults::drip(),
        Answer::Endless => faults::endless(),
        Answer::Close => faults::closed(),
        Answer::LostOnTheWay => {
            drop(next.run(request).await);
            faults::closed()
        }
        Answer::Edited(edit) => edited(next.run(request).await, &edit).await,
        Answer::Typed(content_type) => {
            let mut response = next.run(request).await;
            let value = header::HeaderValue::from_static(content_type);
            response.headers_mut().insert(header::CONTENT_TYPE, value);
            response
        }
        Answer::Rewritten { write, header, end } => {
            let (mut parts, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
            let (name, value) = header;
            parts
                .headers
                .insert(name, header::HeaderValue::from_static(value));
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, faults::ending(write.apply(&body), end))
        }
    };
    let ahead = site.state().behaviour.clock_ahead;
    if ahead != 0 {
        response.headers_mut().insert(header::DATE, date(ahead));
    }
    site.changed.notify_all();
    response
}

/// Returns the time, so many seconds from now, as a header has it (RFC 9110 §5.6.7).
fn date(ahead: i64) -> header::HeaderValue {
    let time = jiff::Timestamp::from_second(unix_now() + ahead).expect("a time");
    let text = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    header::HeaderValue::from_str(&text).expect("a date")
}

fn instead(status: u16, headers: &[(&'static str, String)], body: String) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(body)).expect("a valid answer")
}

async fn edited(response: Response, edit: &Edit) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
    let mut object: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    edit.apply(&mut object);
    (parts.status, Json(object)).into_response()
}
