//! Where a redirect leads: on within the account's origin, to the end of the sign-in, or away.
//!
//! Secret: the code. It is read off the redirect URI's address (RFC 6749 §4.1.2), which nobody fetches.

use secrecy::SecretString;
use url::Url;

use super::PrusaSettings;
use crate::grants::GrantError;
use crate::http::{place, printable};
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
pub(super) fn is_redirect_uri(url: &Url, settings: &PrusaSettings) -> bool {
    let expected = &settings.redirect_uri;
    url.scheme() == expected.scheme()
        && url.host() == expected.host()
        && url.port_or_known_default() == expected.port_or_known_default()
        && url.path() == expected.path()
}

/// Returns the code that the server added to the redirect URI.
///
/// # Errors
///
/// When it added an error instead, or the state is not the one that was sent.
pub(super) fn code_from(
    end: &Url,
    state: &str,
    settings: &PrusaSettings,
) -> Result<SecretString, SignInError> {
    let parameter = |name: &str| {
        end.query_pairs()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let returned = parameter("state");
    let error = parameter("error");
    // An error may come without its state: nothing is done with it but to say so.
    if returned.as_deref() != Some(state) && (returned.is_some() || error.is_none()) {
        return Err(SignInError::StateMismatch);
    }
    match error.as_deref() {
        Some("access_denied") => Err(SignInError::Denied),
        Some(error) => Err(SignInError::Grant(GrantError::Refused {
            endpoint: place(&settings.endpoint("/o/authorize/")),
            error: printable(error),
            description: parameter("error_description").map(|text| printable(&text)),
        })),
        None => parameter("code")
            .map(SecretString::from)
            .ok_or(SignInError::NoCode),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::settings;
    use super::*;
    use secrecy::ExposeSecret;

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

    #[test]
    fn a_code_counts_only_with_the_state_that_was_sent() {
        let read = |query: &str| {
            let end = format!("https://app.example/login/auth-callback?{query}");
            let url = Url::parse(&end).expect("a URL");
            code_from(&url, "s", &settings("https://account.example/"))
                .map(|code| code.expose_secret().to_owned())
                .map_err(|error| error.to_string())
        };
        let mismatch = SignInError::StateMismatch.to_string();
        let table: [(&str, Result<&str, &str>); 10] = [
            ("code=a%2Fb&state=s", Ok("a/b")),
            ("code=a", Err(&mismatch)),
            ("code=a&state=", Err(&mismatch)),
            ("code=a&state=t", Err(&mismatch)),
            ("state=s", Err("the answer holds no code")),
            ("code=&state=s", Err("the answer holds no code")),
            (
                "error=access_denied&state=s&code=a",
                Err("access was denied"),
            ),
            ("error=access_denied", Err("access was denied")),
            ("error=access_denied&state=t", Err(&mismatch)),
            (
                "error=invalid_scope%1b&error_description=no+such%0Ascope&state=s",
                Err("https://account.example/o/authorize/ refused: invalid_scope (no such scope)"),
            ),
        ];
        for (query, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read(query), expected, "{query}");
        }
    }
}
