//! The authorization code grant (RFC 6749 §4.1) with PKCE, for a program on a person's machine (RFC 8252).
//!
//! Secret: the code and the verifier. An authorization response is accepted only with the `state` of its request, an
//! error included, and only from the issuer that the request went to (RFC 9207), so that one server's code is never
//! sent to another.

use std::borrow::Cow;

use secrecy::SecretString;
use url::Url;
use zeroize::Zeroizing;

use super::pkce::Pkce;
use super::random::random_text;
use super::{GrantError, sign_in_page};
use crate::escape::excerpt;
use crate::http::{UnfitAddress, WebAddress, redacted};

/// The parameters of an authorization request (RFC 6749 §4.1.1) that differ from one client to the next.
#[derive(Default)]
pub(crate) struct AuthorizationRequest<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a [String],
    /// RFC 8707.
    pub(crate) resource: Option<&'a str>,
    pub(crate) audience: Option<&'a str>,
    /// What the server is to ask the person for in any case (OpenID Connect Core §3.1.2.1), such as `consent`.
    pub(crate) prompt: Option<&'static str>,
    /// Parameters to add, in place of those of the same name; an empty value takes them away.
    pub(crate) params: &'a [(String, String)],
}

/// An authorization request that waits for its response.
pub(crate) struct PendingAuthorization {
    /// The authorization endpoint with the request's parameters: where the person signs in. For programs and people
    /// there is `address`.
    pub(crate) authorization_url: Url,
    /// As it is registered, letter by letter.
    pub(crate) redirect_uri: String,
    pub(crate) code_verifier: SecretString,
    pub(crate) nonce: String,
    state: String,
    /// For errors.
    endpoint: String,
    /// The value that `iss` in the response must have, if known.
    issuer: Option<String>,
    /// Whether a response without `iss` is refused.
    requires_iss: bool,
    /// Whether a pasted code without an address is refused.
    requires_address: bool,
}

/// Why an authorization response gave no code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizationResponseError {
    /// `access_denied`: the person, or the server for them, said no.
    #[error("access was denied{}", .description.as_ref().map_or_else(String::new, |text| format!(": {text}")))]
    Denied { description: Option<String> },
    #[error("the response does not belong to this sign-in (its state differs)")]
    StateMismatch,
    /// A person pasted only a code where `iss` has to come with it.
    #[error("a code alone does not say which server it is from; the whole address does")]
    CodeAlone,
    /// RFC 9207: the response may come from another server, in a mix-up attack.
    #[error("the response comes from {issuer}, but the sign-in is at {expected}")]
    IssuerMismatch { issuer: String, expected: String },
    #[error("the response contains no code")]
    NoCode,
    /// A person pasted something else.
    #[error("that is neither an address that begins with {expected} nor a code")]
    WrongAddress { expected: String },
    /// A person pasted the address of a page that the browser has not been sent on from. An error in it is the
    /// server's, but has no `state`.
    #[error("that is a page of {origin} itself, which has not sent the browser back yet{}", .error.as_ref().map_or_else(String::new, |error| format!("; it says {error}")))]
    ServerPage {
        origin: String,
        error: Option<String>,
        /// If that is about the client.
        client_refusal: Option<Box<GrantError>>,
    },
    /// An error response (RFC 6749 §4.1.2.1) other than `access_denied`.
    #[error(transparent)]
    Refused(#[from] GrantError),
}

impl AuthorizationResponseError {
    /// Returns whether the request is still open: what came says nothing about it, or not enough, so that the response
    /// may still come.
    pub(crate) fn allows_another_try(&self) -> bool {
        match self {
            Self::StateMismatch
            | Self::WrongAddress { .. }
            | Self::ServerPage { .. }
            | Self::CodeAlone => true,
            Self::Denied { .. } | Self::IssuerMismatch { .. } | Self::NoCode | Self::Refused(_) => {
                false
            }
        }
    }
}

impl PendingAuthorization {
    /// Returns a request to this authorization endpoint, with a new `state`, `nonce` and code verifier. The `nonce` is
    /// sent only with the scope `openid`. The request's own parameters come last.
    ///
    /// # Errors
    ///
    /// When there are no random bytes.
    pub(crate) fn new(
        endpoint: &Url,
        request: &AuthorizationRequest<'_>,
        redirect_uri: impl Into<String>,
    ) -> Result<Self, GrantError> {
        let redirect_uri = redirect_uri.into();
        let pkce = Pkce::generate()?;
        let (state, nonce) = (random_text()?, random_text()?);
        let mut authorization_url = endpoint.clone();
        let scope = request.scopes.join(" ");
        let is_openid = request.scopes.iter().any(|scope| scope == "openid");
        let optional = [
            (
                "scope",
                Some(scope.as_str()).filter(|scope| !scope.is_empty()),
            ),
            ("nonce", is_openid.then_some(nonce.as_str())),
            ("prompt", request.prompt),
            ("resource", request.resource),
            ("audience", request.audience),
        ];
        authorization_url
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", request.client_id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("code_challenge_method", "S256")
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("state", &state)
            .extend_pairs(
                optional
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| (name, value))),
            );
        set_parameters(&mut authorization_url, request.params);
        Ok(Self {
            authorization_url,
            redirect_uri,
            code_verifier: pkce.verifier,
            nonce,
            state,
            endpoint: redacted(endpoint),
            issuer: None,
            requires_iss: false,
            requires_address: false,
        })
    }

    /// Returns the authorization URL as programs and people get it.
    ///
    /// # Errors
    ///
    /// When the authorization endpoint is no page that may be opened.
    pub(crate) fn address(&self) -> Result<WebAddress, UnfitAddress> {
        WebAddress::new(&self.authorization_url)
    }

    /// Sets the issuer that the response's `iss` has to be (RFC 9207 §2.4); with `None` it is not checked. With
    /// `requires_iss` a response without it is refused, unless it is an error or `issuer` is `None`.
    #[must_use]
    pub(crate) fn with_issuer(mut self, issuer: Option<String>, requires_iss: bool) -> Self {
        self.requires_iss = requires_iss && issuer.is_some();
        self.issuer = issuer;
        self
    }

    /// As `with_issuer`, where `iss` alone tells whose code it is: a person cannot paste a code without it.
    #[must_use]
    pub(crate) fn requiring_address(mut self) -> Self {
        self.requires_address = true;
        self
    }

    /// Returns a function that tells whether a query of the redirect URI is the response to this request: whether it
    /// has its `state`, and no other. Anybody on this machine, and every web page, can send one without.
    pub(crate) fn is_response(&self) -> impl Fn(&str) -> bool + Send + Sync + 'static {
        let state = self.state.clone();
        move |query| values(query, "state").eq([state.as_str()])
    }

    /// Returns the code in the authorization response, which is the query of the redirect URI (RFC 6749 §4.1.2),
    /// without its `?`. An error is reported even beside a code. Empty parameters count as absent.
    ///
    /// # Errors
    ///
    /// When the response is an error, has no code, or is not the response to this request.
    pub(crate) fn code_from_query(
        &self,
        query: &str,
    ) -> Result<SecretString, AuthorizationResponseError> {
        if !self.is_response()(query) {
            return Err(AuthorizationResponseError::StateMismatch);
        }
        self.code_or_error(query)
    }

    /// As `code_from_query`, of a redirect that the authorization server itself sent to a request of this program: an
    /// error in it may lack the `state`.
    pub(crate) fn code_from_redirect(
        &self,
        query: &str,
    ) -> Result<SecretString, AuthorizationResponseError> {
        let has = |name| values(query, name).next().is_some();
        if has("error") && !has("state") {
            return self.code_or_error(query);
        }
        self.code_from_query(query)
    }

    /// Returns the code in an authorization response whose `state` has been checked.
    fn code_or_error(&self, query: &str) -> Result<SecretString, AuthorizationResponseError> {
        let parameter = |name| values(query, name).next().map(Cow::into_owned);
        let error = parameter("error");
        let iss: Vec<_> = values(query, "iss").collect();
        self.check_issuer(&iss, error.is_some())?;
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

    /// Checks each `iss` of the response (RFC 9207) against the expected issuer, if one is known. It may be absent in
    /// an error, or if the server need not send it; otherwise fails with `IssuerMismatch`.
    fn check_issuer(
        &self,
        iss: &[Cow<'_, str>],
        is_error: bool,
    ) -> Result<(), AuthorizationResponseError> {
        let Some(expected) = &self.issuer else {
            return Ok(());
        };
        let may_be_absent = !self.requires_iss || is_error;
        // Two may be there where the redirect URI had one already, which somebody else wrote.
        let other = iss.iter().find(|iss| *iss != expected);
        if other.is_none() && (may_be_absent || !iss.is_empty()) {
            return Ok(());
        }
        Err(AuthorizationResponseError::IssuerMismatch {
            issuer: other.map_or_else(|| "an unnamed issuer".to_owned(), |iss| excerpt(iss)),
            expected: excerpt(expected),
        })
    }

    /// Returns the code in what a person pasted: the whole address, with or without its scheme, its query, or the code
    /// alone. White space, quotes and angle brackets around it are left out, and so is a fragment. An address has to be
    /// the redirect URI, apart from slashes at the end of its path. It may have been broken into lines, or stand on a
    /// line between others.
    ///
    /// A code alone has no state to check: the person vouches for it, and PKCE still protects it. It is not accepted
    /// after `requiring_address`.
    ///
    /// # Errors
    ///
    /// As `code_from_query`, and when the text is none of the three.
    pub(crate) fn code_from_pasted(
        &self,
        pasted: &str,
    ) -> Result<SecretString, AuthorizationResponseError> {
        let lines = || {
            let lines = pasted.split(['\n', '\r']).map(str::trim);
            lines.filter(|line| !line.is_empty())
        };
        let whole = Zeroizing::new(lines().collect::<String>());
        let of_whole = self.code_from_line(&whole);
        if of_whole.is_ok() || lines().count() < 2 {
            return of_whole;
        }
        // A word on a line of its own is no code where there are other lines. The address of this sign-in counts,
        // whatever others stand before it.
        let addresses = lines().filter(|line| !is_bare_code(line));
        let mut results: Vec<_> = addresses.map(|line| self.code_from_line(line)).collect();
        let is_final = |result: &Result<_, AuthorizationResponseError>| !matches!(result, Err(error) if error.allows_another_try());
        let is_about_it = |result: &Result<_, _>| {
            !matches!(result, Err(AuthorizationResponseError::WrongAddress { .. }))
        };
        let best = results.iter().position(is_final);
        match best.or_else(|| results.iter().position(is_about_it)) {
            Some(best) => results.swap_remove(best),
            None => of_whole,
        }
    }

    /// As `code_from_pasted`, of one line.
    fn code_from_line(&self, pasted: &str) -> Result<SecretString, AuthorizationResponseError> {
        let wrong = || AuthorizationResponseError::WrongAddress {
            expected: self.redirect_uri.clone(),
        };
        let is_around =
            |c: char| QUOTES.contains(&c) || INVISIBLE.contains(&c) || c.is_whitespace();
        let pasted = pasted.trim_matches(is_around);
        let expected = self.redirect_uri.split('?').next().unwrap_or_default();
        let without_scheme = expected
            .split_once("://")
            .map_or(expected, |(_, rest)| rest);
        let host = without_scheme.split(['/', ':']).next().unwrap_or_default();
        // An address without its scheme can look like a code.
        if is_bare_code(pasted) && !pasted.starts_with(host) {
            return if self.requires_address {
                Err(AuthorizationResponseError::CodeAlone)
            } else {
                Ok(pasted.into())
            };
        }
        if pasted.is_empty() || pasted.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let (before, query) = pasted.split_once('?').unwrap_or(("", pasted));
        let query = query.split('#').next().unwrap_or(query);
        let is_redirect_uri = |address: &str| {
            let address = address.trim_end_matches('/');
            address.is_empty()
                || [expected, without_scheme]
                    .iter()
                    .any(|expected| expected.trim_end_matches('/') == address)
        };
        if !is_redirect_uri(before) || !query.contains('=') {
            return Err(self.server_page(pasted).unwrap_or_else(wrong));
        }
        self.code_from_query(query)
    }

    /// Returns the error for the address of a page of the authorization server, which a browser ends on that is not
    /// sent back; `None` for any other address.
    fn server_page(&self, pasted: &str) -> Option<AuthorizationResponseError> {
        let page = Url::parse(pasted).ok()?;
        if page.origin() != self.authorization_url.origin() {
            return None;
        }
        let parameter = |name: &str| {
            let parts = [page.query(), page.fragment()].into_iter().flatten();
            let value = parts.flat_map(|part| values(part, name)).next();
            value.map(|value| excerpt(&value))
        };
        let error = parameter("error").map(|error| match parameter("error_description") {
            Some(description) => format!("{error} ({description})"),
            None => error,
        });
        Some(AuthorizationResponseError::ServerPage {
            origin: page.origin().ascii_serialization(),
            error,
            client_refusal: sign_in_page::refusal_in_address(&page).map(Box::new),
        })
    }
}

/// What comes along when an address is copied from a chat or a document: marks of byte order and of directions, and
/// spaces without width.
const INVISIBLE: [char; 8] = [
    '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{ad}',
];

/// What an address may stand between when it is pasted.
const QUOTES: [char; 10] = ['"', '\'', '`', '<', '>', '“', '”', '„', '‘', '’'];

/// Replaces the parameters of an address that these have the names of: by the value, or by nothing where that is empty.
/// Without any the address stays as it is.
fn set_parameters(url: &mut Url, params: &[(String, String)]) {
    if params.is_empty() {
        return;
    }
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| params.iter().all(|(other, _)| name != other))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let set = params.iter().filter(|(_, value)| !value.is_empty());
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept.iter().chain(set));
}

/// Returns the values of a parameter in a query, without empty ones.
fn values<'q>(query: &'q str, name: &str) -> impl Iterator<Item = Cow<'q, str>> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(move |(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// Returns whether pasted text can be a code alone, not an address or a query: whether it consists of ASCII letters,
/// digits and `-_.~+=/|` only, and has none of `//`, `code=`, `error=` and `state=` in it. `false` if it is empty.
fn is_bare_code(text: &str) -> bool {
    let is_code_char = |c: char| c.is_ascii_alphanumeric() || "-_.~+=/|".contains(c);
    let has_parameters = ["code=", "error=", "state="]
        .iter()
        .any(|name| text.contains(name));
    !text.is_empty() && text.chars().all(is_code_char) && !has_parameters && !text.contains("//")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn pending(requires_iss: bool) -> PendingAuthorization {
        let url = |text| Url::parse(text).expect("a URL");
        let scopes = ["openid".to_owned(), "offline_access".to_owned()];
        let request = AuthorizationRequest {
            client_id: "me",
            scopes: &scopes,
            resource: Some("https://mcp.example/mcp"),
            audience: None,
            prompt: Some("consent"),
            params: &[],
        };
        let endpoint = url("https://a.example/authorize?tenant=1");
        let redirect_uri = "http://127.0.0.1:9/";
        let mut pending = PendingAuthorization::new(&endpoint, &request, redirect_uri)
            .expect("random bytes")
            .with_issuer(Some("https://a.example".into()), requires_iss);
        pending.state = "s".to_owned();
        pending
    }

    fn read(result: Result<SecretString, AuthorizationResponseError>) -> Result<String, String> {
        result
            .map(|code| code.expose_secret().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_authorization_url_has_every_parameter() {
        let url = pending(false).authorization_url;
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names.join(" "),
            "tenant response_type client_id redirect_uri code_challenge_method code_challenge state \
             scope nonce prompt resource"
        );
        assert_eq!(parameters[3].1, "http://127.0.0.1:9/");
        assert_eq!(parameters[10].1, "https://mcp.example/mcp");
    }

    #[test]
    fn own_parameters_are_added_replaced_and_taken_away() {
        let with = |params: &[(&str, &str)]| {
            let params: Vec<_> = params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let scopes = ["offline_access".to_owned()];
            let request = AuthorizationRequest {
                prompt: Some("consent"),
                client_id: "me",
                scopes: &scopes,
                params: &params,
                ..AuthorizationRequest::default()
            };
            let endpoint = Url::parse("https://a.example/authorize?tenant=1&a=%2F").expect("a URL");
            let redirect_uri = Url::parse("http://127.0.0.1:9/").expect("a URL");
            let pending = PendingAuthorization::new(&endpoint, &request, redirect_uri);
            let url = pending.expect("random bytes").authorization_url;
            let is_fixed = |name: &str| {
                let fixed = [
                    "response_type",
                    "client_id",
                    "redirect_uri",
                    "state",
                    "scope",
                ];
                fixed.contains(&name) || name.starts_with("code_")
            };
            let pairs = url.query_pairs();
            let pairs = pairs.filter(|(name, _)| !is_fixed(name));
            let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join(" ")
        };
        for (params, expected) in [
            (&[][..], "tenant=1 a=/ prompt=consent"),
            (&[("prompt", "")], "tenant=1 a=/"),
            (&[("prompt", "login")], "tenant=1 a=/ prompt=login"),
            (
                &[("access_type", "offline"), ("prompt", "")],
                "tenant=1 a=/ access_type=offline",
            ),
            (&[("tenant", "2 &")], "a=/ prompt=consent tenant=2 &"),
            (&[("tenant", ""), ("other", "")], "a=/ prompt=consent"),
        ] {
            assert_eq!(with(params), expected, "{params:?}");
        }
    }

    #[test]
    fn a_code_needs_the_right_state_and_issuer() {
        let mismatch = "the response does not belong to this sign-in (its state differs)";
        let table: [(&str, Result<&str, &str>); 14] = [
            ("code=a%2Fb&state=s", Ok("a/b")),
            ("code=a&state=s&iss=https%3A%2F%2Fa.example", Ok("a")),
            ("code=a", Err(mismatch)),
            ("code=a&state=t", Err(mismatch)),
            ("state=s", Err("the response contains no code")),
            (
                "error=access_denied&state=s&code=a",
                Err("access was denied"),
            ),
            ("error=access_denied", Err(mismatch)),
            (
                "error=access_denied&error_description=no%1b+way&state=s",
                Err("access was denied: no way"),
            ),
            ("error=access_denied&state=t", Err(mismatch)),
            ("code=a&state=s&state=t", Err(mismatch)),
            ("code=a&state=t&state=s", Err(mismatch)),
            (
                "code=a&state=s&iss=https%3A%2F%2Fa.example&iss=https%3A%2F%2Fevil.example",
                Err(
                    "the response comes from https://evil.example, but the sign-in is at https://a.example",
                ),
            ),
            (
                "error=invalid_scope%1b&error_description=no+such%0Ascope&state=s",
                Err("https://a.example/authorize refused: invalid_scope (no such scope)"),
            ),
            (
                "code=a&state=s&iss=https%3A%2F%2Fevil.example",
                Err(
                    "the response comes from https://evil.example, but the sign-in is at https://a.example",
                ),
            ),
        ];
        for (query, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(
                read(pending(false).code_from_query(query)),
                expected,
                "{query}"
            );
        }
        let without_iss = read(pending(true).code_from_query("code=a&state=s"));
        let error = without_iss.expect_err("iss is required");
        assert!(error.contains("an unnamed issuer"), "{error}");
    }

    #[test]
    fn an_error_that_the_server_sent_us_itself_may_lack_the_state() {
        let pending = pending(false);
        for (query, expected) in [
            ("error=access_denied", "access was denied"),
            (
                "error=access_denied&state=t",
                "the response does not belong to this sign-in (its state differs)",
            ),
            (
                "code=a",
                "the response does not belong to this sign-in (its state differs)",
            ),
        ] {
            let error = read(pending.code_from_redirect(query)).expect_err(query);
            assert_eq!(error, expected, "{query}");
        }
        assert_eq!(
            read(pending.code_from_redirect("code=a&state=s")),
            Ok("a".to_owned())
        );
    }

    #[test]
    fn a_code_alone_is_not_enough_where_the_issuer_has_to_come_with_it() {
        let pending = pending(true).requiring_address();
        let error = pending.code_from_pasted("4711").expect_err("a code alone");
        assert!(error.allows_another_try(), "{error}");
        let whole = "http://127.0.0.1:9/?code=abc&state=s&iss=https%3A%2F%2Fa.example";
        assert_eq!(read(pending.code_from_pasted(whole)), Ok("abc".to_owned()));
    }

    #[test]
    fn a_pasted_address_query_or_code_gives_the_code() {
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
            ("https://b.example/x", Err(wrong)),
            ("what is this", Err(wrong)),
            ("“http://127.0.0.1:9/?code=abc&state=s”", Ok("abc")),
            ("` http://127.0.0.1:9/?code=abc&state=s `", Ok("abc")),
            ("http://127.0.0.1:9/?co\n  de=ab\r\nc&state=s\n", Ok("abc")),
            ("http://127.0.0.1:9/?state=s&code=ab\nc\n", Ok("abc")),
            (
                "It says\nhttp://127.0.0.1:9/?code=abc&state=s\nbye",
                Ok("abc"),
            ),
            (
                "http://127.0.0.1:9/?code=abc&state=s\nhttp://127.0.0.1:9/?code=d&state=s",
                Ok("abc"),
            ),
            (
                "http://127.0.0.1:9/?code=x&state=old\nhttp://127.0.0.1:9/?error=access_denied\n\
                 http://127.0.0.1:9/?code=abc&state=s",
                Ok("abc"),
            ),
            (
                "\u{feff}http://127.0.0.1:9/?code=abc&state=s\u{200b}",
                Ok("abc"),
            ),
            ("ab\nc", Ok("abc")),
            ("It\nsays: nothing", Err(wrong)),
            (
                "https://a.example/error?error=invalid_client",
                Err(
                    "that is a page of https://a.example itself, which has not sent the browser back yet; it says \
                     invalid_client",
                ),
            ),
            (
                "https://a.example/#error=x%1b&error_description=no+such+client",
                Err(
                    "that is a page of https://a.example itself, which has not sent the browser back yet; it says x \
                     (no such client)",
                ),
            ),
            (
                "https://a.example/login?code=abc&state=s",
                Err(
                    "that is a page of https://a.example itself, which has not sent the browser back yet",
                ),
            ),
            ("4711", Ok("4711")),
            ("", Err(wrong)),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(
                read(pending(false).code_from_pasted(pasted)),
                expected,
                "{pasted}"
            );
        }
    }

    #[test]
    fn a_pasted_redirect_uri_with_a_path_has_to_match_it() {
        let mut pending = pending(false);
        pending.redirect_uri = "https://app.example/login/done".to_owned();
        let wrong =
            "that is neither an address that begins with https://app.example/login/done nor a code";
        for (pasted, expected) in [
            ("https://app.example/login/done?code=abc&state=s", Ok("abc")),
            ("app.example/login/done/?code=abc&state=s#_=_", Ok("abc")),
            ("https://app.example/other?code=abc&state=s", Err(wrong)),
            ("http://app.example/login/done?code=abc&state=s", Err(wrong)),
            ("https://b.example/authorize?state=s&code=abc", Err(wrong)),
            ("app.example/login/done", Err(wrong)),
            ("app.example", Err(wrong)),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read(pending.code_from_pasted(pasted)), expected, "{pasted}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_or_gives_a_code_with_a_wrong_state(text in ".*") {
            let _ = pending(true).code_from_pasted(&text);
            let query = format!("code=abc&state=t{text}");
            prop_assert!(pending(false).code_from_query(&query).is_err());
        }
    }
}
