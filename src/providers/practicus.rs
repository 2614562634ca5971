//! A Practicus AI region: e-mail address, password and perhaps a one-time code are exchanged for two JWTs.
//!
//! Requests are forms, and JSON if the server accepts no forms. No endpoint is known that would revoke a login. Secret:
//! the password, the code, and both tokens.
//!
//! # On the wire
//!
//! As the public client practicuscore (24.8 and 25.5, on PyPI) behaves.
//!
//! - `POST {url}/console/api/auth/` with `email`, `password` and, where the account has a second factor, `otp_code`:
//!   `{"refresh":…,"access":…}`.
//! - `POST {url}/console/api/auth/refresh/` with `refresh`: `{"access":…}`, sometimes with a new `refresh`.
//! - The client sends forms, the documentation shows JSON: after a 415 JSON is tried once.
//! - 401 has `detail`, and for a refresh token that is not taken `"code":"token_not_valid"`. Other 4xx have `detail`,
//!   or an object of fields.
//! - Claims: `token_type` is `access` (minutes) or `refresh` (days), and tells a token apart that was given to sign in
//!   with; `exp`, `iat`, `email`, `username`. The e-mail address in the token wins over one that was given.
//! - A refresh token is not dead once it was used. A token of one region does not count in another.
//! - The client's file is `~/.practicus/core.conf`, an INI file: `[k8s]` with `default_region_key`, `[k8s_config_N]`
//!   with `host_url`, `email`, `refresh_token` and others. `PRT_URL` and `PRT_TOKEN` (of either kind) win over it.

mod complaint;

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use crate::deadline::Deadline;
use crate::http::{HttpError, HttpRequest, HttpResponse, LazyHttp, redacted};
use crate::oauth::GrantError;
use crate::oauth::client_auth::AuthenticatedRequest;
use crate::oauth::form::{Form, form};
use crate::oauth::token_endpoint::{
    check_usable, error_without_token, json_object, refresh_error, status_error, success_object,
};
use crate::profile::PracticusSettings;
use crate::providers::{
    Credentials, Provider, RefreshScope, SignInBy, SignInError, TimeoutPolicy,
    ask_email_and_password, ask_one_time_code,
};
use crate::token::{AccessToken, Jwt, RefreshToken, TokenSet, UnixTime};
use complaint::Complaint;

const SIGN_IN: &str = "/console/api/auth/";
const REFRESH: &str = "/console/api/auth/refresh/";
/// The server does not accept the request's content type (RFC 9110 §15.5.16).
const UNSUPPORTED_MEDIA_TYPE: u16 = 415;

/// What a token of a region is for, by its claim `token_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenUse {
    Access,
    Refresh,
    /// The token has no such claim, or another value in it: only trying to refresh with it shows what it is.
    Unknown,
}

impl TokenUse {
    /// Returns what the token is for, by its claim `token_type`; `Unknown` if it is no JWT or the claim is neither
    /// `access` nor `refresh`.
    pub(crate) fn of(token: &str) -> Self {
        let jwt = Jwt::decode(token);
        let claim = jwt.as_ref().and_then(|jwt| jwt.claims().get("token_type"));
        match claim.and_then(Value::as_str) {
            Some("access") => Self::Access,
            Some("refresh") => Self::Refresh,
            _ => Self::Unknown,
        }
    }

    /// Returns a token set with this one token: as access token if it is for access, else as refresh token.
    pub(crate) fn token_set(self, token: &str) -> TokenSet {
        let token = token.to_owned();
        match self {
            Self::Access => TokenSet::of_access_token(AccessToken::new(token)),
            Self::Refresh | Self::Unknown => TokenSet {
                refresh_token: Some(RefreshToken::new(token)),
                ..TokenSet::default()
            },
        }
    }
}

/// A client of a region.
pub(crate) struct Practicus {
    settings: PracticusSettings,
    http: LazyHttp,
}

/// The outcome of one request, with the server's message unless it was a success.
enum SignInResponse {
    SignedIn(TokenSet),
    CodeRequired(String),
    Refused(String),
}

impl Practicus {
    /// Returns a client; nothing slow happens before its first request.
    pub(crate) fn new(settings: PracticusSettings, ca_file: Option<PathBuf>) -> Self {
        Self {
            settings,
            http: LazyHttp::new(ca_file),
        }
    }

    /// Returns the URL of a path on the server, below the path that the server's URL has.
    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.settings.url.clone();
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        url
    }

    /// Sends the fields as a form, and once more as JSON if the server accepts no forms. The response may be
    /// truncated.
    fn post(
        &self,
        url: &Url,
        fields: &Form,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let http = self.http.get()?;
        let request = HttpRequest::post(url.clone(), fields.clone());
        let response =
            http.send_allow_truncated(request.header("accept", "application/json"), deadline)?;
        if response.status != UNSUPPORTED_MEDIA_TYPE {
            return Ok(response);
        }
        let request = HttpRequest::post_json(url.clone(), to_json(fields));
        http.send_allow_truncated(request.header("accept", "application/json"), deadline)
    }

    /// Sends the credentials once. `CodeRequired` if the server's message is about a one-time code: it is missing or
    /// wrong.
    ///
    /// # Errors
    ///
    /// When the account is locked, access is denied (403), the server fails, or the response has neither tokens nor a
    /// refusal.
    fn send_credentials(
        &self,
        email: &str,
        password: &SecretString,
        code: Option<&SecretString>,
        deadline: Deadline,
    ) -> Result<SignInResponse, SignInError> {
        let url = self.endpoint(SIGN_IN);
        let mut fields = form([("email", email), ("password", password.expose_secret())]);
        if let Some(code) = code {
            fields.push(("otp_code".to_owned(), code.clone()));
        }
        let mut response = self.post(&url, &fields, deadline)?;
        let status = response.status;
        let object = json_object(&response).filter(|_| status < 300 || is_refusal_status(status));
        let Some(object) = object else {
            if let Some(error) = response.truncated.take() {
                return Err(error.into());
            }
            return Err(status_error(&url, &response, UnixTime::now()).into());
        };
        let complaint = Complaint::parse(&object, status, &fields);
        if (200..300).contains(&status)
            && let Some(set) = parse_tokens(object)
        {
            check_usable(&set, redacted(&url))?;
            return Ok(SignInResponse::SignedIn(set));
        }
        match status {
            200..300 if !complaint.is_about_code() => Err(GrantError::NoToken {
                endpoint: redacted(&url),
            }
            .into()),
            _ if complaint.is_locked() => Err(SignInError::AccountLocked {
                message: complaint.message(),
            }),
            _ if complaint.is_about_code() => Ok(SignInResponse::CodeRequired(complaint.message())),
            403 => Err(GrantError::Forbidden {
                endpoint: redacted(&url),
            }
            .into()),
            _ => Ok(SignInResponse::Refused(complaint.message())),
        }
    }

    /// Finishes a sign-in whose password was accepted and that requires a code. A refusal (400, 401,
    /// 422, or any about a code) counts as one of the code, which is asked for again until `credentials` has no other;
    /// then fails with `InvalidCode`. A locked account and other errors end it at once.
    fn sign_in_with_code(
        &self,
        email: &str,
        password: &SecretString,
        credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        let mut refusal: Option<String> = None;
        loop {
            let code = ask_one_time_code(credentials, refusal)?;
            let deadline = timeout_policy.deadline();
            match self.send_credentials(email, password, Some(&code), deadline)? {
                SignInResponse::SignedIn(set) => return Ok(set),
                SignInResponse::CodeRequired(message) | SignInResponse::Refused(message) => {
                    refusal = Some(message);
                }
            }
        }
    }
}

impl Provider for Practicus {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Password
    }

    /// A refusal of the token is `invalid_grant`, whatever it says.
    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        _scope: RefreshScope,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let url = self.endpoint(REFRESH);
        let fields = form([("refresh", refresh_token.expose())]);
        let response = self.post(&url, &fields, deadline)?;
        let (status, now) = (response.status, UnixTime::now());
        let request = AuthenticatedRequest::form_only(fields.clone());
        if (200..300).contains(&status) {
            let object = success_object(&url, response, &request, now)?;
            let error = error_without_token(&url, &object, &request).of_profile_with(&[]);
            return parse_tokens(object).ok_or(error);
        }
        let complaint =
            json_object(&response).map(|object| Complaint::parse(&object, status, &fields));
        // A region has no client, and no settings of one.
        let error = refresh_error(&url, response, &request, now).of_profile_with(&[]);
        Err(match complaint {
            Some(complaint) if error.ends_login() => {
                GrantError::refused_token(redacted(&url), Some(complaint.message()))
            }
            _ => error,
        })
    }

    fn refresh_endpoint(&self) -> String {
        redacted(&self.endpoint(REFRESH))
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        Ok(())
    }

    fn sign_in(
        &self,
        credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        let mut refusal: Option<String> = None;
        loop {
            let (email, password) =
                ask_email_and_password(credentials, refusal).map_err(without_browser)?;
            match self.send_credentials(&email, &password, None, timeout_policy.deadline())? {
                SignInResponse::SignedIn(set) => return Ok(set),
                SignInResponse::CodeRequired(_) => {
                    return self.sign_in_with_code(&email, &password, credentials, timeout_policy);
                }
                SignInResponse::Refused(message) => refusal = Some(message),
            }
        }
    }
}

/// Converts the refusal of a password, so that its hint suggests no browser: a region has no sign-in in a browser.
fn without_browser(error: SignInError) -> SignInError {
    match error {
        SignInError::InvalidCredentials { message, given_by } => {
            SignInError::InvalidPassword { message, given_by }
        }
        error => error,
    }
}

/// Returns whether an HTTP status is a refusal of what was sent: 400, 401, 403 or 422.
fn is_refusal_status(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 422)
}

/// Returns the tokens `access` and `refresh` of a response, of type `Bearer` unless it says that they are bound to a
/// key, and no other field; `None` if it has neither as a string that is not empty.
fn parse_tokens(mut object: Map<String, Value>) -> Option<TokenSet> {
    let mut token = |key: &str| match object.remove(key) {
        Some(Value::String(token)) if !token.is_empty() => Some(token),
        _ => None,
    };
    let set = TokenSet {
        access_token: token("access").map(AccessToken::new),
        refresh_token: token("refresh").map(RefreshToken::new),
        token_type: token("token_type"),
        ..TokenSet::default()
    };
    let bound = set.key_bound_type().map(str::to_owned);
    let set = TokenSet {
        token_type: bound.or_else(|| Some("Bearer".to_owned())),
        ..set
    };
    (set.access_token.is_some() || set.refresh_token.is_some()).then_some(set)
}

/// Returns the fields as a JSON object of strings, in bytes that are zeroized when dropped. Of fields with the same
/// name the last stays.
fn to_json(fields: &Form) -> Zeroizing<Vec<u8>> {
    let pair =
        |(name, value): &(String, SecretString)| (name.clone(), Value::from(value.expose_secret()));
    let mut object: Map<String, Value> = fields.iter().map(pair).collect();
    // Writing a map of strings into memory cannot fail.
    let bytes = Zeroizing::new(serde_json::to_vec(&object).unwrap_or_default());
    for value in object.values_mut() {
        if let Value::String(text) = value {
            text.zeroize();
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jwt;

    #[test]
    fn a_tokens_claim_says_what_it_is_for() {
        let table = [
            (jwt(r#"{"token_type":"access"}"#), TokenUse::Access),
            (jwt(r#"{"token_type":"refresh"}"#), TokenUse::Refresh),
            (jwt(r#"{"token_type":"sliding"}"#), TokenUse::Unknown),
            (jwt("{}"), TokenUse::Unknown),
            ("opaque".to_owned(), TokenUse::Unknown),
        ];
        for (token, wanted) in table {
            assert_eq!(TokenUse::of(&token), wanted, "{token}");
            assert_eq!(
                wanted.token_set(&token).access_token.is_some(),
                wanted == TokenUse::Access
            );
        }
    }

    #[test]
    fn endpoints_are_below_the_regions_address() {
        for url in ["https://r.tld", "https://r.tld/", "https://r.tld?x#y"] {
            let url = Url::parse(url).expect("a URL");
            let region = Practicus::new(
                PracticusSettings {
                    url,
                    variable: None,
                },
                None,
            );
            assert_eq!(
                region.endpoint(REFRESH).as_str(),
                "https://r.tld/console/api/auth/refresh/"
            );
        }
    }
}
