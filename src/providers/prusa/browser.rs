//! A sign-in in the person's own browser: single sign-on, passkeys, whatever the site offers there.
//!
//! The browser ends on the redirect URI, which belongs to another program: its address is pasted back.
//!
//! Secret: the verifier, and what is pasted.

use secrecy::SecretString;
use url::Url;

use super::PrusaSettings;
use super::redirect::{code_from, is_redirect_uri};
use crate::providers::SignInError;

/// A sign-in that a browser has to go on with.
pub(crate) struct BrowserSignIn {
    /// Where the person signs in.
    pub(crate) url: Url,
    pub(crate) state: String,
    pub(crate) verifier: SecretString,
}

impl BrowserSignIn {
    /// Returns the code in what was pasted: the whole address, its query, or the code alone.
    ///
    /// A code alone comes without a state to check. That is the person's word for it, and the verifier still is.
    pub(super) fn code_from(
        &self,
        pasted: &str,
        settings: &PrusaSettings,
    ) -> Result<SecretString, SignInError> {
        let wrong = || SignInError::WrongAddress {
            expected: settings.redirect_uri.to_string(),
        };
        let pasted = pasted.trim().trim_matches(['"', '\'', '<', '>']).trim();
        if is_bare_code(pasted) {
            return Ok(pasted.into());
        }
        let address = as_address(pasted, settings).ok_or_else(wrong)?;
        if !is_redirect_uri(&address, settings) {
            return Err(wrong());
        }
        code_from(&address, &self.state, settings)
    }
}

/// Returns whether the text is one word of the characters that codes are made of.
fn is_bare_code(text: &str) -> bool {
    let is_of_codes = |c: char| c.is_ascii_alphanumeric() || "-_.~+=".contains(c);
    let has_parameters = ["code=", "error=", "state="]
        .iter()
        .any(|name| text.contains(name));
    !text.is_empty() && text.chars().all(is_of_codes) && !has_parameters
}

/// Takes an address as browsers show it, which may be without its scheme, or only its query.
fn as_address(text: &str, settings: &PrusaSettings) -> Option<Url> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let before_query = text.split('?').next().unwrap_or(text);
    if before_query.contains("://") {
        Url::parse(text).ok()
    } else if before_query.is_empty() || before_query.contains('=') {
        let mut url = Url::clone(&settings.redirect_uri);
        url.set_query(Some(text.trim_start_matches('?')));
        Some(url)
    } else {
        Url::parse(&format!("{}://{text}", settings.redirect_uri.scheme())).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::settings;
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn what_a_person_pastes_is_an_address_a_query_or_a_code() {
        let settings = settings("https://account.example/");
        let started = BrowserSignIn {
            url: Url::clone(&settings.account_url),
            state: "s".into(),
            verifier: "v".into(),
        };
        let wrong = started
            .code_from("https://x.example/", &settings)
            .expect_err("another address")
            .to_string();
        assert!(
            wrong.contains("https://app.example/login/auth-callback"),
            "{wrong}"
        );
        let mismatch = SignInError::StateMismatch.to_string();
        let table: [(&str, Result<&str, &str>); 14] = [
            (
                "https://app.example/login/auth-callback?code=abc&state=s",
                Ok("abc"),
            ),
            (
                " \"https://app.example/login/auth-callback?state=s&code=abc#_=_\"\n",
                Ok("abc"),
            ),
            (
                "app.example/login/auth-callback?code=abc&state=s",
                Ok("abc"),
            ),
            ("?code=abc&state=s", Ok("abc")),
            ("code=abc&state=s", Ok("abc")),
            (" aBc-123_.~ \n", Ok("aBc-123_.~")),
            (
                "https://app.example/login/auth-callback?code=abc&state=t",
                Err(&mismatch),
            ),
            (
                "https://app.example/login/auth-callback?code=abc",
                Err(&mismatch),
            ),
            (
                "https://app.example/login/auth-callback?error=access_denied",
                Err("access was denied"),
            ),
            ("https://app.example/other?code=abc&state=s", Err(&wrong)),
            (
                "https://account.example/o/authorize/?state=s&code=abc",
                Err(&wrong),
            ),
            (
                "http://app.example/login/auth-callback?code=abc&state=s",
                Err(&wrong),
            ),
            ("", Err(&wrong)),
            ("what is this", Err(&wrong)),
        ];
        for (pasted, expected) in table {
            let read = started
                .code_from(pasted, &settings)
                .map(|code| code.expose_secret().to_owned())
                .map_err(|error| error.to_string());
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read, expected, "{pasted}");
        }
    }
}
