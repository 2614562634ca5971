//! The authorization code grant (RFC 6749 §4.1) with PKCE, for a program on a person's machine (RFC 8252).
//!
//! Secret: the code and the verifier. What comes back is believed only with the `state` that was sent, and only from
//! the issuer that was asked (RFC 9207), so that one server's code is never brought to another.

use secrecy::SecretString;
use url::Url;

use super::GrantError;
use super::pkce::{Pkce, new_state};
use crate::escape::excerpt;
use crate::http::redacted;

/// What an authorization request says beside what it always says.
#[derive(Default)]
pub(crate) struct AuthorizationRequest<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a [String],
    /// RFC 8707.
    pub(crate) resource: Option<&'a str>,
    pub(crate) audience: Option<&'a str>,
}

/// A sign-in that a browser goes on with.
pub(crate) struct Started {
    /// Where the person signs in.
    pub(crate) address: Url,
    pub(crate) redirect_uri: Url,
    pub(crate) verifier: SecretString,
    pub(crate) nonce: String,
    state: String,
    endpoint: String,
    /// The issuer that an answer has to name, and whether it must name one.
    issuer: Option<String>,
    must_name_issuer: bool,
}

/// Why a browser brought no code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizationResponseError {
    /// `access_denied`: the person, or the server for them, said no.
    #[error("access was denied{}", .description.as_ref().map_or_else(String::new, |text| format!(": {text}")))]
    Denied { description: Option<String> },
    #[error("the answer does not belong to this sign-in (its state differs)")]
    StateMismatch,
    /// RFC 9207: another server may have been asked in this one's place.
    #[error("the answer comes from {said}, and {expected} was asked")]
    OtherIssuer { said: String, expected: String },
    #[error("the answer holds no code")]
    NoCode,
    #[error("that is neither an address that begins with {expected} nor a code")]
    WrongAddress { expected: String },
    #[error(transparent)]
    Refused(#[from] GrantError),
}

impl Started {
    /// Begins a sign-in at this endpoint.
    pub(crate) fn new(
        endpoint: &Url,
        request: &AuthorizationRequest<'_>,
        redirect_uri: Url,
    ) -> Result<Self, GrantError> {
        let pkce = Pkce::generate()?;
        let (state, nonce) = (new_state()?, new_state()?);
        let mut address = endpoint.clone();
        let scope = request.scopes.join(" ");
        let is_openid = request.scopes.iter().any(|scope| scope == "openid");
        let is_offline = request.scopes.iter().any(|scope| scope == "offline_access");
        let optional = [
            (
                "scope",
                Some(scope.as_str()).filter(|scope| !scope.is_empty()),
            ),
            ("nonce", is_openid.then_some(nonce.as_str())),
            // OpenID Connect Core §11: without it no refresh token may be given.
            ("prompt", is_offline.then_some("consent")),
            ("resource", request.resource),
            ("audience", request.audience),
        ];
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", request.client_id)
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("code_challenge_method", "S256")
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("state", &state)
            .extend_pairs(
                optional
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| (name, value))),
            );
        Ok(Self {
            address,
            redirect_uri,
            verifier: pkce.verifier,
            nonce,
            state,
            endpoint: redacted(endpoint),
            issuer: None,
            must_name_issuer: false,
        })
    }

    /// Has answers checked against the issuer that was asked (RFC 9207 §2.4).
    #[must_use]
    pub(crate) fn of_issuer(mut self, issuer: Option<String>, must_name: bool) -> Self {
        self.must_name_issuer = must_name && issuer.is_some();
        self.issuer = issuer;
        self
    }

    /// Returns the code in the query that the browser came back with.
    pub(crate) fn code_from_query(
        &self,
        query: &str,
    ) -> Result<SecretString, AuthorizationResponseError> {
        let parameter = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| value.into_owned())
        };
        let (state, error) = (parameter("state"), parameter("error"));
        // An error may come without its state: nothing is done with it but to say so.
        if state.as_deref() != Some(&self.state) && (state.is_some() || error.is_none()) {
            return Err(AuthorizationResponseError::StateMismatch);
        }
        self.check_issuer(parameter("iss"), error.is_some())?;
        let description = || parameter("error_description").map(|text| excerpt(&text));
        match error.as_deref() {
            Some("access_denied") => Err(AuthorizationResponseError::Denied {
                description: description(),
            }),
            Some(error) => Err(AuthorizationResponseError::Refused(GrantError::Refused {
                endpoint: self.endpoint.clone(),
                error: excerpt(error),
                description: description(),
            })),
            None => parameter("code")
                .map(SecretString::from)
                .ok_or(AuthorizationResponseError::NoCode),
        }
    }

    fn check_issuer(
        &self,
        said: Option<String>,
        is_error: bool,
    ) -> Result<(), AuthorizationResponseError> {
        let Some(expected) = &self.issuer else {
            return Ok(());
        };
        match said {
            Some(said) if said == *expected => Ok(()),
            None if !self.must_name_issuer || is_error => Ok(()),
            said => Err(AuthorizationResponseError::OtherIssuer {
                said: said.map_or_else(|| "nobody who says so".to_owned(), |said| excerpt(&said)),
                expected: excerpt(expected),
            }),
        }
    }

    /// Returns the code in what a person pasted: the whole address, its query, or the code alone.
    ///
    /// A code alone comes without a state to check. That is the person's word for it, and the verifier still is.
    pub(crate) fn code_from_pasted(
        &self,
        pasted: &str,
    ) -> Result<SecretString, AuthorizationResponseError> {
        let wrong = || AuthorizationResponseError::WrongAddress {
            expected: self.redirect_uri.to_string(),
        };
        let pasted = pasted.trim().trim_matches(['"', '\'', '<', '>']).trim();
        let host = self.redirect_uri.host_str().unwrap_or_default();
        // An address without its scheme can look like a code.
        if is_bare_code(pasted) && !pasted.starts_with(host) {
            return Ok(pasted.into());
        }
        if pasted.is_empty() || pasted.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let (before, query) = pasted.split_once('?').unwrap_or(("", pasted));
        let query = query.split('#').next().unwrap_or(query);
        let ours = self.redirect_uri.as_str();
        let without_scheme = ours.split_once("://").map_or(ours, |(_, rest)| rest);
        let is_ours = |redacted: &str| {
            let redacted = redacted.trim_end_matches('/');
            redacted.is_empty()
                || [ours, without_scheme]
                    .iter()
                    .any(|ours| ours.trim_end_matches('/') == redacted)
        };
        if !is_ours(before) || !query.contains('=') {
            return Err(wrong());
        }
        self.code_from_query(query)
    }
}

/// Returns whether the text is one word of the characters that codes are made of.
fn is_bare_code(text: &str) -> bool {
    let is_of_codes = |c: char| c.is_ascii_alphanumeric() || "-_.~+=/|".contains(c);
    let has_parameters = ["code=", "error=", "state="]
        .iter()
        .any(|name| text.contains(name));
    !text.is_empty() && text.chars().all(is_of_codes) && !has_parameters && !text.contains("//")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn started(must_name: bool) -> Started {
        let url = |text| Url::parse(text).expect("a URL");
        let scopes = ["openid".to_owned(), "offline_access".to_owned()];
        let request = AuthorizationRequest {
            client_id: "me",
            scopes: &scopes,
            resource: Some("https://mcp.example/mcp"),
            audience: None,
        };
        let endpoint = url("https://a.example/authorize?tenant=1");
        let mut started = Started::new(&endpoint, &request, url("http://127.0.0.1:9/"))
            .expect("random bytes")
            .of_issuer(Some("https://a.example".into()), must_name);
        started.state = "s".to_owned();
        started
    }

    fn read(result: Result<SecretString, AuthorizationResponseError>) -> Result<String, String> {
        result
            .map(|code| code.expose_secret().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_address_says_what_the_standards_want() {
        let started = started(false);
        let said: Vec<(String, String)> = started.address.query_pairs().into_owned().collect();
        let names: Vec<&str> = said.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names.join(" "),
            "tenant response_type client_id redirect_uri code_challenge_method code_challenge state \
             scope nonce prompt resource"
        );
        assert_eq!(said[3].1, "http://127.0.0.1:9/");
        assert_eq!(said[10].1, "https://mcp.example/mcp");
    }

    #[test]
    fn a_code_counts_only_with_its_state_and_from_its_issuer() {
        let mismatch = "the answer does not belong to this sign-in (its state differs)";
        let table: [(&str, Result<&str, &str>); 11] = [
            ("code=a%2Fb&state=s", Ok("a/b")),
            ("code=a&state=s&iss=https%3A%2F%2Fa.example", Ok("a")),
            ("code=a", Err(mismatch)),
            ("code=a&state=t", Err(mismatch)),
            ("state=s", Err("the answer holds no code")),
            (
                "error=access_denied&state=s&code=a",
                Err("access was denied"),
            ),
            ("error=access_denied", Err("access was denied")),
            (
                "error=access_denied&error_description=no%1b+way",
                Err("access was denied: no way"),
            ),
            ("error=access_denied&state=t", Err(mismatch)),
            (
                "error=invalid_scope%1b&error_description=no+such%0Ascope&state=s",
                Err("https://a.example/authorize refused: invalid_scope (no such scope)"),
            ),
            (
                "code=a&state=s&iss=https%3A%2F%2Fevil.example",
                Err("the answer comes from https://evil.example, and https://a.example was asked"),
            ),
        ];
        for (query, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(
                read(started(false).code_from_query(query)),
                expected,
                "{query}"
            );
        }
        let silent = read(started(true).code_from_query("code=a&state=s"));
        assert!(silent.expect_err("it must").contains("nobody who says so"));
    }

    #[test]
    fn what_a_person_pastes_is_an_address_a_query_or_a_code() {
        let wrong = "that is neither an address that begins with http://127.0.0.1:9/ nor a code";
        for (pasted, expected) in [
            ("http://127.0.0.1:9/?code=abc&state=s", Ok("abc")),
            (" \"http://127.0.0.1:9/?state=s&code=abc#_=_\"\n", Ok("abc")),
            ("127.0.0.1:9/?code=abc&state=s", Ok("abc")),
            ("?code=abc&state=s", Ok("abc")),
            ("code=abc&state=s", Ok("abc")),
            (" aBc-123_.~ \n", Ok("aBc-123_.~")),
            ("4/0AbC|d", Ok("4/0AbC|d")),
            ("http://127.0.0.1:8/?code=abc&state=s", Err(wrong)),
            ("http://127.0.0.1:9/other?code=abc&state=s", Err(wrong)),
            ("https://evil.example/?code=abc&state=s", Err(wrong)),
            ("https://a.example/x", Err(wrong)),
            ("what is this", Err(wrong)),
            ("4711", Ok("4711")),
            ("", Err(wrong)),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(
                read(started(false).code_from_pasted(pasted)),
                expected,
                "{pasted}"
            );
        }
    }

    #[test]
    fn an_address_of_another_program_has_a_path() {
        let mut started = started(false);
        started.redirect_uri = Url::parse("https://app.example/login/done").expect("a URL");
        let wrong =
            "that is neither an address that begins with https://app.example/login/done nor a code";
        for (pasted, expected) in [
            ("https://app.example/login/done?code=abc&state=s", Ok("abc")),
            ("app.example/login/done/?code=abc&state=s#_=_", Ok("abc")),
            ("https://app.example/other?code=abc&state=s", Err(wrong)),
            ("http://app.example/login/done?code=abc&state=s", Err(wrong)),
            ("https://a.example/authorize?state=s&code=abc", Err(wrong)),
            ("app.example/login/done", Err(wrong)),
            ("app.example", Err(wrong)),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read(started.code_from_pasted(pasted)), expected, "{pasted}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble_or_gives_a_code_of_another_state(text in ".*") {
            let _ = started(true).code_from_pasted(&text);
            let query = format!("code=abc&state=t{text}");
            prop_assert!(started(false).code_from_query(&query).is_err());
        }
    }
}
