//! Where a redirect leads: on within the account's origin, to the end of the sign-in, or away.
//!
//! Secret: the code in the redirect URI's address, which nobody fetches.

use url::Url;

use super::PrusaSettings;
use crate::providers::SignInError;

/// What a `Location` is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    /// One more page of the account.
    Inside(Url),
    /// The redirect URI: the sign-in is over.
    End(Url),
}

/// Returns where `location`, seen on `page`, leads.
///
/// # Errors
///
/// When that is neither the account nor the redirect URI.
pub(super) fn resolve(
    page: &Url,
    location: &str,
    settings: &PrusaSettings,
) -> Result<Redirect, SignInError> {
    let away = |to: String| SignInError::LeftOrigin { to };
    let url = page
        .join(location)
        .map_err(|_| away("an address that is none".to_owned()))?;
    if is_redirect_uri(&url, settings) {
        return Ok(Redirect::End(url));
    }
    stay(&url, settings)?;
    Ok(Redirect::Inside(url))
}

/// Returns an error that names the other server if the address is not one of the account's own.
pub(super) fn stay(url: &Url, settings: &PrusaSettings) -> Result<(), SignInError> {
    if url.origin() == settings.account_url.origin() {
        return Ok(());
    }
    let to = match url.host_str() {
        Some(_) => url.origin().ascii_serialization(),
        None => format!("{}:", url.scheme()),
    };
    Err(SignInError::LeftOrigin { to })
}

/// Returns whether the address is the redirect URI, whatever was added to it.
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

    fn led(location: &str) -> Result<Redirect, String> {
        let page = Url::parse(PAGE).expect("a URL");
        resolve(&page, location, &settings("https://account.example/"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_redirect_stays_ends_or_is_refused() {
        for inside in [
            "/o/authorize/?a=b",
            "totp/",
            "?x",
            "https://ACCOUNT.example:443/",
        ] {
            assert!(matches!(led(inside), Ok(Redirect::Inside(_))), "{inside}");
        }
        for end in [
            "https://app.example/login/auth-callback?code=c",
            "https://app.example:443/login/auth-callback#x",
        ] {
            assert!(matches!(led(end), Ok(Redirect::End(_))), "{end}");
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
            ("https://", "an address that is none"),
        ] {
            assert_eq!(
                led(away),
                Err(format!("the sign-in leads away, to {host}")),
                "{away}"
            );
        }
    }
}
