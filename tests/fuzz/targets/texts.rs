//! What is in no request and in no file: addresses, headers, pages, and what people paste.

use std::cell::OnceCell;

use secrecy::ExposeSecret;
use url::Url;

use super::{assert_printable, text};
use crate::clients::git::helper_program;
use crate::credential::{
    Address, HostPattern, Origin, OriginAndPath, Target, challenge as challenges,
};
use crate::oauth::authorization_code::{AuthorizationRequest, PendingAuthorization};
use crate::oauth::sign_in_page;
use crate::token::{Jwt, UnixTime};
use crate::totp::Totp;

/// Addresses and patterns of hosts: what is written is read back, and names one host.
pub(super) fn address(data: &[u8]) {
    let Some(text) = text(data) else {
        return;
    };
    if let Ok(origin) = Origin::parse(text) {
        let host = origin.host();
        assert!(!host.is_empty() && host.is_ascii());
        assert!(
            !host.contains(['/', '?', '#', '@', '%', '\\', ' ']),
            "{host}"
        );
        assert_eq!(host, host.to_ascii_lowercase());
        assert_printable("an origin", &origin.to_string());
        assert_eq!(Origin::parse(&origin.to_string()), Ok(origin.clone()));
        assert!(origin.is_same(&origin));
        let pattern = HostPattern::parse(&origin.to_string());
        assert!(pattern.map_or(true, |pattern| pattern.matches_host(&origin)));
        // A parser of URLs as in browsers finds the same host, or none.
        if let Ok(url) = Url::parse(&origin.complete_url(text)) {
            assert_eq!(url.host_str(), Some(host), "{text:?}");
        }
    }
    if let Ok(pattern) = HostPattern::parse(text) {
        assert_eq!(
            HostPattern::parse(&pattern.to_string()),
            Ok(pattern.clone())
        );
        if let Some(origin) = pattern.exact_origin() {
            let place = OriginAndPath::new(origin, pattern.path_text());
            assert!(place.is_clear() && place.depth_in(&pattern).is_some());
            assert!(origin.may_receive_token());
        }
    }
    if let Ok(target) = Target::parse(text) {
        assert_printable("a target", &target.to_string());
        assert_eq!(Target::parse(&target.to_string()), Ok(target.clone()));
        assert!(target.is_same(&target));
    }
    if let Ok(address) = Address::parse(text) {
        assert_eq!(
            Target::parse(&address.text).as_ref(),
            Ok(&address.target),
            "{text:?}"
        );
    }
}

/// `WWW-Authenticate`: whatever stands in quotes is the value of its parameter and nothing else.
pub(super) fn challenge(data: &[u8]) {
    for scheme in ["bearer", "basic"] {
        for name in ["realm", "resource_metadata", "scope", "error"] {
            let _ = challenges::parameter(data, scheme, name);
        }
    }
    let Some(text) = text(data) else {
        return;
    };
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let header =
        format!("Basic realm=\"a, b\", Bearer realm=\"x\", scope=\"{escaped}\", error=none");
    let parameter = |name| challenges::parameter(header.as_bytes(), "bearer", name);
    assert_eq!(parameter("scope").as_deref(), Some(text));
    assert_eq!(parameter("error").as_deref(), Some("none"));
    assert_eq!(parameter("realm").as_deref(), Some("x"));
}

/// A value of git's `credential.helper`: ours by name or path, whatever options follow.
pub(super) fn git_helper(data: &[u8]) {
    if let Some(text) = text(data)
        && helper_program::runs_prusa_cred(text)
    {
        assert!(text.to_ascii_lowercase().contains("prusa-cred"), "{text:?}");
        assert!(
            helper_program::runs_prusa_cred(&format!("{text} --more"))
                || text.contains(['"', '\''])
        );
    }
}

/// A page of the account's site: what is shown of it is fit for a terminal. Or one of any server that refuses a client.
pub(super) fn login_page(data: &[u8]) {
    let url =
        Url::parse("https://account.example.com/login/?next=/o/authorize/").expect("an address");
    for text in crate::prusa_pages::shown(&url, data) {
        assert_printable("a text of the page", &text);
    }
    let page = String::from_utf8_lossy(data);
    let in_comment = format!("<!--{}-->", page.replace("--", ""));
    assert!(!sign_in_page::tells_unknown_client(&in_comment));
    let _ = sign_in_page::tells_unknown_client(&page);
}

/// A secret for one-time codes, in base32 or as an address.
pub(super) fn otpauth(data: &[u8]) {
    let Some(totp) = text(data).and_then(|text| Totp::parse(text).ok()) else {
        return;
    };
    for seconds in [i64::MIN, 0, 59, 1_800_000_000, i64::MAX] {
        let time = UnixTime::from_secs(seconds);
        let code = totp.code_at(time);
        let code = code.expose_secret();
        assert!((6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()));
        assert!((1..=3600).contains(&totp.seconds_to_next_window(time)));
    }
}

thread_local! {
    static PENDING: OnceCell<(PendingAuthorization, String)> = const { OnceCell::new() };
}

/// What a person pastes after a sign-in in a browser; `STATE` in it is the state that was sent. And tokens, which may
/// be JWTs.
pub(super) fn pasted(data: &[u8]) {
    let Some(text) = text(data) else {
        return;
    };
    let start = || {
        let url = |text| Url::parse(text).expect("an address");
        let endpoint = url("https://account.example.com/o/authorize/");
        let redirect_uri = url("https://connect.example.com/login");
        let request = AuthorizationRequest::default();
        let pending =
            PendingAuthorization::new(&endpoint, &request, redirect_uri).expect("random bytes");
        let pending = pending.with_issuer(Some("https://account.example.com".to_owned()), false);
        let state = pending
            .authorization_url
            .query_pairs()
            .find(|(name, _)| name == "state");
        let state = state.expect("a state").1.into_owned();
        (pending, state)
    };
    PENDING.with(|cell| {
        let (pending, state) = cell.get_or_init(start);
        let pasted = text.replace("STATE", state);
        if let Ok(code) = pending.code_from_pasted(&pasted) {
            assert!(!code.expose_secret().is_empty());
        }
        if let Ok(code) = pending.code_from_query(&pasted) {
            assert!(!code.expose_secret().is_empty());
            assert!(pasted.contains(state.as_str()), "without the state");
        }
    });
    if let Some(jwt) = Jwt::decode(text) {
        let _ = (jwt.expires_at(), jwt.issued_at());
    }
    let _ = Jwt::decode_header(text);
}
