//! The token endpoint (RFC 6749 §4.1.3 and §6) and the revocation endpoint (RFC 7009), as Django OAuth Toolkit has them
//! with rotation switched on.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{CLIENT_ID, Site};
use crate::request::{Fields, Incoming};

pub(crate) async fn token(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    let form = &incoming.form;
    if form.get("client_id") != CLIENT_ID {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let mut state = site.state();
    let family = match form.get("grant_type") {
        "authorization_code" => redeem(&mut state, form),
        "refresh_token" if form.get("refresh_token").is_empty() => Err("invalid_request"),
        "refresh_token" => {
            let protected = state.behaviour.reuse_protection;
            state
                .ledger
                .spend(form.get("refresh_token"), protected)
                .ok_or("invalid_grant")
        }
        _ => Err("unsupported_grant_type"),
    };
    match family {
        Ok(family) => {
            let (life, opaque) = (state.behaviour.access_life, state.behaviour.opaque_tokens);
            let issuer = site.account_origin();
            Json(state.ledger.issue(family, life, opaque, issuer)).into_response()
        }
        Err(error) => refused(StatusCode::BAD_REQUEST, error),
    }
}

/// Exchanges an authorization code, once, for a new family.
fn redeem(state: &mut super::State, form: &Fields) -> Result<u64, &'static str> {
    let grant = state.visitors.codes.remove(form.get("code"));
    let grant = grant.ok_or("invalid_grant")?;
    let digest = Sha256::digest(form.get("code_verifier").as_bytes());
    let is_verified = URL_SAFE_NO_PAD.encode(digest) == grant.code_challenge;
    if !is_verified || form.get("redirect_uri") != grant.redirect_uri {
        return Err("invalid_grant");
    }
    state.sign_ins += 1;
    Ok(state.ledger.new_family())
}

pub(crate) async fn revoke(State(site): State<Arc<Site>>, incoming: Incoming) -> Response {
    if incoming.form.get("client_id") != CLIENT_ID {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if incoming.form.get("token").is_empty() {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    }
    site.state().ledger.revoke(incoming.form.get("token"));
    StatusCode::OK.into_response()
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
