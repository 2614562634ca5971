//! The two sites: which path is whose.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::{get, post};

use super::{Site, authorize, connect, login, pages, token_endpoint, unix_now};

/// The path of the redirect URI.
pub(crate) const CALLBACK: &str = "/login/auth-callback";

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
        .route("/app/me", get(connect::me))
        .route("/app/printers", get(connect::printers))
        .route("/git/{*path}", get(connect::repository))
        .route("/mcp", post(connect::mcp))
        .route("/v2/", get(connect::registry));
    finish(router, site)
}

fn finish(router: Router<Arc<Site>>, site: &Arc<Site>) -> Router {
    let router = router.fallback(async || pages::plain(StatusCode::NOT_FOUND, "Page not found"));
    site.finish(router)
        .layer(map_response_with_state(Arc::clone(site), dated))
}

/// Gives an answer the time of the site's clock, where that is not this machine's (RFC 9110 §5.6.7).
async fn dated(State(site): State<Arc<Site>>, mut response: Response) -> Response {
    let ahead = site.state().behaviour.clock_ahead;
    if ahead != 0 {
        let time = jiff::Timestamp::from_second(unix_now() + ahead).expect("a time");
        let date = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let date = HeaderValue::from_str(&date).expect("a date");
        response.headers_mut().insert(header::DATE, date);
    }
    response
}
