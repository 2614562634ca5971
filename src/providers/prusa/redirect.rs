//! Where a redirect goes: to another page of the account's origin, to the redirect URI, or to another site.
//!
//! Secret: the code in the redirect URI's query; that address is never fetched.

use url::Url;

use crate::profile::PrusaSettings;
use crate::providers::SignInError;

/// The target of a redirect.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    /// Another page of the account.
    Page(Url),
    /// The redirect URI, with the authorization response in its query: the sign-in is over.
    RedirectUri(Url),
}

/// Returns the target of `location`, which `page` sent and which may be relative to it.
///
/// # Errors
///
/// `LeftOrigin` when it is not valid, or neither on the account's origin nor the redirect URI.
pub(super) fn resolve(
    page: &Url,
    location: &str,
    settings: &PrusaSettings,
) -> Result<Redirect, SignInError> {
    let url = page.join(location).map_err(|_| SignInError::LeftOrigin {
        to: "an invalid address".to_owned(),
    })?;
    if is_redirect_uri(&url, settings) {
        return Ok(Redirect::RedirectUri(url));
    }
    check_origin(&url, settings)?;
    Ok(Redirect::Page(url))
}

/// Checks that the address is on the account's origin: scheme, host and port.
///
/// # Errors
///
/// When it is not: `LeftOrigin`, with the other origin and no more of the address.
pub(super) fn check_origin(url: &Url, settings: &PrusaSettings) -> Result<(), SignInError> {
    if url.origin() == settings.account_url.origin() {
        return Ok(());
    }
    let to = match url.host_str() {
        Some(_) => url.origin().ascii_serialization(),
        None => format!("{}:", url.scheme()),
    };
    Err(SignInError::LeftOrigin { to })
}

/// Returns whether the address is the redirect URI, with any query and fragment.
fn is_redirect_uri(url: &Url, settings: &PrusaSettings) -> bool {
    let expected = &settings.redirect_uri;
    url.scheme() == expected.scheme()
        && url.host() == expected.host()
        && url.port_or_known_default() == expected.port_or_known_default()
        && url.path() == expected.path()
}

#[cfg(test)]
mod tests {
    use super::super::tests::settings;
    use super::*;

    const PAGE: &str = "https://account.example/login/?next=x";

    fn resolved(location: &str) -> Result<Redirect, String> {
        let page = Url::parse(PAGE).expect("a URL");
        resolve(&page, location, &settings("https://account.example/"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_redirect_to_another_site_is_refused() {
        for inside in [
            "/o/authorize/?a=b",
            "totp/",
            "?x",
            "https://ACCOUNT.example:443/",
        ] {
            assert!(
                matches!(resolved(inside), Ok(Redirect::Page(_))),
                "{inside}"
            );
        }
        for end in [
            "https://app.example/login/auth-callback?code=c",
            "https://app.example:443/login/auth-callback#x",
        ] {
            assert!(
                matches!(resolved(end), Ok(Redirect::RedirectUri(_))),
                "{end}"
            );
        }
        for (away, host) in [
            ("http://account.example/", "http://account.example"),
            (
                "https://account.example:8443/",
                "https://account.example:8443",
            ),
            ("//evil.example/login/?code=sekret", "https://evil.example"),
            (
                "https://account.example.evil.example/",
                "https://account.example.evil.example",
            ),
            (
                "https://account.example@evil.example/",
                "https://evil.example",
            ),
            (
                "https://app.example/login/auth-callback/?code=sekret",
                "https://app.example",
            ),
            (
                "http://app.example/login/auth-callback?code=sekret",
                "http://app.example",
            ),
            ("javascript:alert(1)", "javascript:"),
            ("https://", "an invalid address"),
        ] {
            assert_eq!(
                resolved(away),
                Err(format!("the sign-in redirects to another site, {host}")),
                "{away}"
            );
        }
    }
}
