//! Prusa Account: a Django site with Django OAuth Toolkit, and a public client of it (RFC 6749 §2.1).
//!
//! Refresh tokens are accepted once. There is no password grant: signing in goes through the site's pages as a browser
//! would (`walk`), or lets a person do that in a real one with single sign-on, passkeys, or whatever else the site
//! offers. Both end with a redirect to the redirect URI, which belongs to another program and is never fetched: the
//! address is read, or pasted back by the person.
//!
//! Secret: tokens, codes, verifiers, and everything that a person is asked for.
//!
//! # On the wire
//!
//! As the public client prusa-connect-sdk-client 1.0.0 and the site behave; Django OAuth Toolkit is documented at
//! <https://django-oauth-toolkit.readthedocs.io>.
//!
//! - `https://account.prusa3d.com` has `/o/authorize/`, `/o/token/` and `/o/revoke_token/` (RFC 7009). The client is
//!   Connect's web client, which takes no loopback redirect. PKCE with S256 and 32 random bytes. No scope is sent
//!   unless one is configured: `openid` alone gives an access token without `connect_id`.
//! - The access token is a JWT of about an hour, the refresh token lasts about 30 days, may be opaque, and is dead once
//!   it was used. The answer also has `id_token`, `scope` and `shared_session_key`.
//! - Sign-in: `GET` of the authorization endpoint leads to `/login/?next=…`. The form is known by its password field;
//!   its hidden fields are all sent, to its `action`, with the session's cookies, the page as `Referer` and the
//!   account's origin as `Origin`.
//! - Then: a redirect to the redirect URI with `code` and `state`; or one to a page of the account, after which the
//!   authorization endpoint is asked again with the same challenge; or a form whose field has
//!   `autocomplete="one-time-code"`, under whatever name; or the same form with an element of class `invalid-feedback`,
//!   `errorlist` or `alert-danger`; or a consent form (`allow`). 403 and 429 are told as such, and any other page as
//!   one that is not known.
//! - A one-time code is accepted once: a second sign-in within 30 s needs the next.
//! - Refresh: 400 `invalid_grant` (or a 400 or 401 that says something else, or nothing) ends the login; 401
//!   `invalid_client` is the client's fault; 429 and 5xx pass. With the toolkit's reuse protection a dead refresh
//!   token that is sent once more ends its whole family, so the store is read again right before.

mod complaint;
mod form;
mod html;
mod page;
mod redirect;
mod step;
mod walk;

use std::path::PathBuf;
use std::rc::Rc;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::deadline::Deadline;
use crate::http::{Http, LazyHttp, redacted};
use crate::oauth::GrantError;
use crate::oauth::authorization_code::{AuthorizationRequest, PendingAuthorization};
use crate::oauth::client_auth::AuthenticatedRequest;
use crate::oauth::form::form;
use crate::oauth::token_endpoint;
use crate::profile::PrusaSettings;
use crate::providers::{Credentials, Provider, RefreshScope, SignInBy, SignInError, TimeoutPolicy};
use crate::token::{AccessToken, RefreshToken, TokenSet, UnixTime};

impl PrusaSettings {
    /// Returns the address of a path on the account server, below the path that its own address may have.
    fn endpoint(&self, path: &str) -> Url {
        let mut url = Url::clone(&self.account_url);
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        url
    }

    /// Returns the URL of the account server's token endpoint.
    fn token_endpoint(&self) -> Url {
        self.endpoint("/o/token/")
    }
}

/// A client of a Prusa Account.
pub(crate) struct Prusa {
    settings: Rc<PrusaSettings>,
    http: LazyHttp,
}

impl Prusa {
    /// Returns a client; nothing slow happens before its first request.
    pub(crate) fn new(settings: Rc<PrusaSettings>, ca_file: Option<PathBuf>) -> Self {
        Self {
            settings,
            http: LazyHttp::new(ca_file),
        }
    }

    /// Starts a sign-in, which the person continues at its authorization URL. Nothing is sent; fails if there are no
    /// random bytes.
    pub(crate) fn start(&self) -> Result<PendingAuthorization, GrantError> {
        let request = AuthorizationRequest {
            client_id: &self.settings.client_id,
            scopes: &self.settings.scopes,
            ..AuthorizationRequest::default()
        };
        let redirect_uri = self.settings.redirect_uri.as_str();
        PendingAuthorization::new(
            &self.settings.endpoint("/o/authorize/"),
            &request,
            redirect_uri,
        )
    }

    /// Finishes a sign-in in a browser with what the person pasted: the address that the browser was redirected to, its
    /// query, or the code in it. The tokens are not stored.
    ///
    /// # Errors
    ///
    /// `Answer`, without a request, when that has no code of this sign-in (`WrongAddress`: it is something else); when
    /// the server refuses the code or fails.
    pub(crate) fn finish(
        &self,
        pending: &PendingAuthorization,
        pasted: &str,
        deadline: Deadline,
    ) -> Result<TokenSet, SignInError> {
        let code = pending.code_from_pasted(pasted)?;
        Ok(self.exchange_code(self.http.get()?, pending, &code, deadline)?)
    }

    /// Exchanges the authorization code of a pending sign-in for tokens.
    fn exchange_code(
        &self,
        http: &Http,
        pending: &PendingAuthorization,
        code: &SecretString,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let fields = form([
            ("grant_type", "authorization_code"),
            ("client_id", &self.settings.client_id),
            ("code", code.expose_secret()),
            ("code_verifier", pending.code_verifier.expose_secret()),
            ("redirect_uri", pending.redirect_uri.as_str()),
        ]);
        let endpoint = self.settings.token_endpoint();
        let request = AuthenticatedRequest::form_only(fields);
        let set = token_endpoint::exchange(http, &endpoint, &request, UnixTime::now(), deadline);
        set.map_err(|error| error.of_profile_with(&KEYS))
    }
}

/// What a profile says of its own that a refusal may be about.
const KEYS: [&str; 2] = ["client_id", "scopes"];

impl Provider for Prusa {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Password
    }

    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        scope: RefreshScope,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let mut fields = form([
            ("grant_type", "refresh_token"),
            ("client_id", &self.settings.client_id),
            ("refresh_token", refresh_token.expose()),
        ]);
        let scopes = &self.settings.scopes;
        if scope == RefreshScope::AsConfigured && !scopes.is_empty() {
            fields.push(("scope".to_owned(), scopes.join(" ").into()));
        }
        let endpoint = self.settings.token_endpoint();
        let set = token_endpoint::exchange(
            self.http.get()?,
            &endpoint,
            &AuthenticatedRequest::form_only(fields),
            UnixTime::now(),
            deadline,
        );
        set.map_err(|error| error.of_profile_with(&KEYS))
    }

    fn refresh_endpoint(&self) -> String {
        redacted(&self.settings.token_endpoint())
    }

    /// Revokes the refresh token, or the access token if there is no refresh token; without either sends nothing.
    fn revoke(&self, set: &TokenSet, deadline: Deadline) -> Result<(), GrantError> {
        let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
        let access_token = set.access_token.as_ref().map(AccessToken::expose);
        let (token, hint) = match (refresh_token, access_token) {
            (Some(token), _) => (token, "refresh_token"),
            (None, Some(token)) => (token, "access_token"),
            (None, None) => return Ok(()),
        };
        let fields = form([
            ("token", token),
            ("token_type_hint", hint),
            ("client_id", &self.settings.client_id),
        ]);
        let endpoint = self.settings.endpoint("/o/revoke_token/");
        token_endpoint::revoke(
            self.http.get()?,
            &endpoint,
            &AuthenticatedRequest::form_only(fields),
            UnixTime::now(),
            deadline,
        )
    }

    fn sign_in(
        &self,
        credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        // A cookie jar of its own: no sign-in starts with the cookies of an earlier one.
        let http = self.http.with_cookies()?;
        let pending = self.start()?;
        let address = &pending.authorization_url;
        let end = walk::walk(&http, &self.settings, address, credentials, timeout_policy)?;
        let code = pending.code_from_redirect(end.query().unwrap_or_default())?;
        Ok(self.exchange_code(&http, &pending, &code, timeout_policy.deadline())?)
    }
}

#[cfg(test)]
mod tests;
