//! Any OAuth 2.0 or OpenID Connect server: endpoints by discovery or configuration, three ways to sign in.
//!
//! Client credentials need no person (RFC 6749 §4.4). The others do, and tell the person through `Interaction` what to
//! do: sign in with a browser here (`person`), or with one on another device (RFC 8628).
//!
//! Secret: tokens, codes, verifiers, the client secret or key, which is read only just before a request.
//!
//! # By which documents
//!
//! - Metadata: `{issuer}/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §4), else
//!   `/.well-known/oauth-authorization-server` before the issuer's path (RFC 8414 §3). The document's `issuer` is the
//!   one that was asked.
//! - Authorization code with PKCE S256 (RFC 6749 §4.1, RFC 7636) on `http://127.0.0.1:PORT/` (RFC 8252 §7.3), `iss`
//!   checked (RFC 9207), and the ID token with its `nonce` (OpenID Connect Core §3.1.3.7).
//! - Device code (RFC 8628): `authorization_pending`, `slow_down` (5 s more), `expired_token`, `access_denied`.
//! - The client: none, `client_secret_basic`, `client_secret_post` (RFC 6749 §2.3.1), `private_key_jwt` (RFC 7523).
//! - `resource` (RFC 8707); a server found by a resource's metadata (RFC 9728), whose endpoints have to belong together
//!   (RFC 9700 §4.4), and a client that registers itself (RFC 7591).
//! - Refresh (RFC 6749 §6) and revocation (RFC 7009).

mod error;
mod person;
mod secrets;

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::causes::with_causes;
use crate::deadline::Deadline;
use crate::http::{LazyHttp, redacted};
use crate::oauth::GrantError;
use crate::oauth::client_auth::{AuthenticatedRequest, Authentication, Client};
use crate::oauth::discovery::{self, ServerMetadata, UnfitEndpoint};
use crate::oauth::form::{Form, form};
use crate::oauth::id_token::{self, ExpectedClaims, IdTokenError};
use crate::oauth::mix_up;
use crate::oauth::refusal::INVALID_GRANT;
use crate::oauth::token_endpoint;
use crate::profile::{ClientAuth, Flow, OAuthSettings};
use crate::providers::{Credentials, Provider, RefreshScope, SignInBy, SignInError, TimeoutPolicy};
use crate::token::{AccessToken, IdToken, RefreshToken, TokenSet, UnixTime};

pub(crate) use error::OAuthError;
pub(crate) use person::{Agreement, Interaction, SignInFlow, Timeouts};
pub(crate) use secrets::Unsealer;

/// How long metadata is waited for where the request can do without: the lock may be held.
const METADATA_PATIENCE: Duration = Duration::from_secs(2);

/// A client of an OAuth server.
pub(crate) struct OAuth {
    settings: OAuthSettings,
    http: LazyHttp,
    unseal: Unsealer,
    /// Empty until it is first needed.
    metadata: OnceCell<ServerMetadata>,
    /// Whether a server that needs none was asked for metadata, and had none.
    is_without_metadata: Cell<bool>,
}

/// An endpoint, by its name in RFC 8414.
#[derive(Clone, Copy)]
enum Endpoint {
    Authorization,
    Token,
    DeviceAuthorization,
    Revocation,
    Jwks,
}

impl Endpoint {
    /// Returns the endpoint's name in the server's metadata.
    fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization_endpoint",
            Self::Token => "token_endpoint",
            Self::DeviceAuthorization => "device_authorization_endpoint",
            Self::Revocation => "revocation_endpoint",
            Self::Jwks => "jwks_uri",
        }
    }
}

impl OAuth {
    /// Returns a client; nothing slow happens before its first request. Without `with_unsealer`, it uses the file of a
    /// client secret or key as it is.
    pub(crate) fn new(settings: OAuthSettings, ca_file: Option<PathBuf>) -> Self {
        Self {
            settings,
            http: LazyHttp::new(ca_file),
            unseal: Box::new(|_, content| Ok(content)),
            metadata: OnceCell::new(),
            is_without_metadata: Cell::new(false),
        }
    }

    /// Returns the client with the function that decrypts the file of a client secret or key if it is sealed.
    #[must_use]
    pub(crate) fn with_unsealer(self, unseal: Unsealer) -> Self {
        Self { unseal, ..self }
    }

    /// Returns the server's metadata, requested once and then kept (a failure is not); empty if no issuer is
    /// configured.
    fn metadata(&self, deadline: Deadline) -> Result<&ServerMetadata, GrantError> {
        if let Some(metadata) = self.metadata.get() {
            return Ok(metadata);
        }
        let metadata = match &self.settings.issuer {
            Some(issuer) => discovery::discover(self.http.get()?, issuer, deadline)?,
            None => ServerMetadata::default(),
        };
        Ok(self.metadata.get_or_init(|| metadata))
    }

    /// Returns an endpoint from the configuration, else from the server's metadata, which is requested only then;
    /// `None` if neither has one that can be used.
    fn endpoint(&self, endpoint: Endpoint, deadline: Deadline) -> Result<Option<&Url>, GrantError> {
        let configured = &self.settings.endpoints;
        let configured = match endpoint {
            Endpoint::Authorization => &configured.authorization_endpoint,
            Endpoint::Token => &configured.token_endpoint,
            Endpoint::DeviceAuthorization => &configured.device_authorization_endpoint,
            Endpoint::Revocation => &configured.revocation_endpoint,
            Endpoint::Jwks => &configured.jwks_uri,
        };
        if let Some(url) = configured {
            return Ok(Some(url));
        }
        let metadata = self.metadata(deadline)?;
        let published = match endpoint {
            Endpoint::Authorization => &metadata.authorization_endpoint,
            Endpoint::Token => &metadata.token_endpoint,
            Endpoint::DeviceAuthorization => &metadata.device_authorization_endpoint,
            Endpoint::Revocation => &metadata.revocation_endpoint,
            Endpoint::Jwks => &metadata.jwks_uri,
        };
        Ok(published.as_ref())
    }

    /// Returns an endpoint from the configuration, else from the server's metadata; fails if neither has it.
    fn required_endpoint(
        &self,
        endpoint: Endpoint,
        deadline: Deadline,
    ) -> Result<&Url, GrantError> {
        self.endpoint(endpoint, deadline)?.ok_or_else(|| {
            let metadata = self.metadata.get();
            match metadata.and_then(|metadata| metadata.unfit_error(endpoint.name())) {
                Some(error) => error.into(),
                None => GrantError::NoEndpoint {
                    issuer: match &self.settings.issuer {
                        Some(issuer) => redacted(issuer),
                        None => "the server".to_owned(),
                    },
                    endpoint: endpoint.name(),
                },
            }
        })
    }

    /// Returns the client's ID and its means of authentication at this endpoint. Each call runs the secret's command or
    /// reads its file; fails if the secret or key cannot be read or used, or the server's metadata is needed and cannot
    /// be had.
    fn client_for(&self, endpoint: Endpoint, deadline: Deadline) -> Result<Client, GrantError> {
        let client_auth = &self.settings.client_auth;
        // First, so that a secret that cannot be read is told wherever the server is.
        let read = secrets::authentication(client_auth, &self.unseal, deadline)?;
        let authentication = match (client_auth, read) {
            (ClientAuth::Secret(_), Authentication::Basic(secret))
                if self.wants_secret_in_form(endpoint, deadline)? =>
            {
                Authentication::Post(secret)
            }
            (_, read) => read,
        };
        Ok(Client {
            id: self.settings.client_id.clone(),
            authentication,
        })
    }

    /// As `client_for`, at the token endpoint and those that are as that one.
    fn client(&self, deadline: Deadline) -> Result<Client, GrantError> {
        self.client_for(Endpoint::Token, deadline)
    }

    /// Returns whether the server's metadata wants a client's secret in the form. A server whose token endpoint is
    /// configured may publish none: then the answer is the default, and it is asked once, for a moment. Fails if the
    /// metadata cannot be had otherwise.
    fn wants_secret_in_form(
        &self,
        endpoint: Endpoint,
        deadline: Deadline,
    ) -> Result<bool, GrantError> {
        let is_needed = self.settings.endpoints.token_endpoint.is_none();
        let metadata = if is_needed {
            self.metadata(deadline)?
        } else if self.is_without_metadata.get() {
            return Ok(false);
        } else {
            let patience = METADATA_PATIENCE.min(deadline.remaining() / 3);
            let Ok(metadata) = self.metadata(Deadline::after(patience)) else {
                self.is_without_metadata.set(true);
                return Ok(false);
            };
            metadata
        };
        Ok(match endpoint {
            Endpoint::Revocation => metadata.wants_secret_in_form_to_revoke(),
            _ => metadata.wants_secret_in_form(),
        })
    }

    /// Returns the token endpoint.
    ///
    /// # Errors
    ///
    /// When there is none, or a resource named the server and it is neither one that a person wrote into the profile
    /// nor on an origin that the profile was made for.
    fn token_endpoint(&self, deadline: Deadline) -> Result<&Url, GrantError> {
        let endpoint = self.required_endpoint(Endpoint::Token, deadline)?;
        let is_configured = self.settings.endpoints.token_endpoint.is_some();
        match &self.settings.endpoint_origins {
            Some(agreed) if !is_configured => mix_up::check_token_endpoint(endpoint, agreed)?,
            _ => {}
        }
        Ok(endpoint)
    }

    /// Returns the revocation endpoint.
    ///
    /// # Errors
    ///
    /// When there is none, or a resource named the server and it is neither one that a person wrote into the profile
    /// nor on the origin of the token endpoint.
    fn revocation_endpoint(&self, deadline: Deadline) -> Result<&Url, GrantError> {
        let endpoint = self.required_endpoint(Endpoint::Revocation, deadline)?;
        let is_configured = self.settings.endpoints.revocation_endpoint.is_some();
        if self.settings.endpoint_origins.is_some() && !is_configured {
            mix_up::check_revocation_endpoint(endpoint, self.token_endpoint(deadline)?)?;
        }
        Ok(endpoint)
    }

    /// Returns the error as it is, or that the client was refused, if it was and had registered itself.
    fn of_registered_client(&self, error: GrantError) -> GrantError {
        self.of_registered_client_if(error, GrantError::refuses_client)
    }

    /// As `of_registered_client`, of a sign-in, which more errors end because of the client.
    fn of_registered_client_at_sign_in(&self, error: GrantError) -> GrantError {
        self.of_registered_client_if(error, GrantError::refuses_client_of_sign_in)
    }

    /// Returns the error as it is, or that a client which had registered itself was refused, if this says so.
    fn of_registered_client_if(
        &self,
        error: GrantError,
        is_refusal: fn(&GrantError) -> bool,
    ) -> GrantError {
        if self.settings.is_registered && is_refusal(&error) {
            GrantError::RegisteredClientRefused(Box::new(error))
        } else {
            error
        }
    }

    /// Sends an authenticated token request; fails as [`Self::token_endpoint`]. The response's ID token is not checked.
    fn request_token(
        &self,
        client: &Client,
        fields: Form,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let endpoint = self.token_endpoint(deadline)?;
        let now = UnixTime::now();
        let request = client.authenticate(fields, endpoint.as_str(), now)?;
        let set = token_endpoint::exchange(self.http.get()?, endpoint, &request, now, deadline);
        set.map_err(|error| self.of_registered_client(error))
    }

    /// Authenticates a request to an endpoint other than the token endpoint: an assertion's audience is then the
    /// issuer, or without one the token endpoint. Does not send it.
    fn authenticate_for_issuer(
        &self,
        client: &Client,
        fields: Form,
        deadline: Deadline,
    ) -> Result<AuthenticatedRequest, GrantError> {
        let audience = match &client.authentication {
            Authentication::PrivateKeyJwt(_) => match &self.metadata(deadline)?.issuer {
                Some(issuer) => issuer.clone(),
                None => self
                    .required_endpoint(Endpoint::Token, deadline)?
                    .to_string(),
            },
            // Nothing else has one, so that no metadata is needed for it.
            Authentication::None | Authentication::Basic(_) | Authentication::Post(_) => {
                String::new()
            }
        };
        Ok(client.authenticate(fields, &audience, UnixTime::now())?)
    }

    /// Adds `scope` (only `with_scope`), `resource` (RFC 8707) and `audience`, those of them that are configured.
    fn add_optional_params(&self, mut fields: Form, with_scope: bool) -> Form {
        let mut add = |name: &str, value: &str| {
            fields.push((name.to_owned(), SecretString::from(value)));
        };
        if with_scope && !self.settings.scopes.is_empty() {
            add("scope", &self.settings.scopes.join(" "));
        }
        if let Some(resource) = &self.settings.resource {
            add("resource", resource);
        }
        if let Some(audience) = &self.settings.audience {
            add("audience", audience);
        }
        fields
    }

    /// Returns whether the scopes ask for an ID token (OpenID Connect Core §3.1.2.1).
    fn asks_for_id_token(&self) -> bool {
        self.settings.scopes.iter().any(|scope| scope == "openid")
    }

    /// Checks an ID token. The signature is checked only if the server names its keys (`jwks_uri`), which are then
    /// requested; the nonce only if one is given, the issuer only if one is configured.
    fn verify_id_token(
        &self,
        token: &IdToken,
        nonce: Option<&str>,
        deadline: Deadline,
    ) -> Result<(), SignInError> {
        let metadata = match self.metadata(deadline) {
            Ok(metadata) => metadata,
            // Nothing needed it before: every endpoint is configured.
            Err(GrantError::Discovery(error)) => {
                return Err(OAuthError::from(IdTokenError::Keys(error)).into());
            }
            Err(error) => return Err(error.into()),
        };
        let jwks_uri = self.endpoint(Endpoint::Jwks, deadline)?;
        let expected = ExpectedClaims {
            issuer: metadata.issuer.as_deref(),
            client_id: &self.settings.client_id,
            nonce,
        };
        id_token::check_claims(token, &expected, UnixTime::now()).map_err(OAuthError::from)?;
        let Some(jwks_uri) = jwks_uri else {
            let name = Endpoint::Jwks.name();
            return match metadata.unfit(name) {
                // Without keys the TLS connection to the token endpoint vouches for it (OpenID Connect Core §3.1.3.7,
                // 6).
                None | Some(UnfitEndpoint::Empty) => Ok(()),
                Some(_) => {
                    let error = metadata.unfit_error(name).map(IdTokenError::Keys);
                    error.map_or(Ok(()), |error| Err(OAuthError::from(error).into()))
                }
            };
        };
        let keys =
            id_token::fetch_keys(self.http.get()?, jwks_uri, deadline).map_err(OAuthError::from)?;
        let verified = id_token::verify_signature(token, &keys, jwks_uri);
        Ok(verified.map_err(OAuthError::from)?)
    }

    /// Returns the tokens of a new login, without an ID token that is not valid if nobody has asked for one, or that
    /// cannot be checked as the server's keys are not to be had, or none is the token's: what the sign-in was for is
    /// spent, and the other tokens are good. The second value says why it was left out.
    ///
    /// # Errors
    ///
    /// When the scopes ask for an ID token, and this one is provably not valid.
    fn with_checked_id_token(
        &self,
        set: TokenSet,
        nonce: Option<&str>,
        deadline: Deadline,
    ) -> Result<(TokenSet, Option<String>), SignInError> {
        let Some(token) = &set.id_token else {
            return Ok((set, None));
        };
        let error = match self.verify_id_token(token, nonce, deadline) {
            Ok(()) => return Ok((set, None)),
            Err(error) => error,
        };
        let is_unproven = matches!(
            &error,
            SignInError::OAuth(OAuthError::IdToken(
                IdTokenError::Keys(_) | IdTokenError::UnknownKey { .. }
            ))
        );
        if self.asks_for_id_token() && !is_unproven {
            return Err(error);
        }
        let without = TokenSet {
            id_token: None,
            ..set
        };
        Ok((without, Some(with_causes(&error))))
    }

    /// Revokes one token at the server; `hint` is its `token_type_hint`. Fails as [`Self::revocation_endpoint`].
    fn revoke_token(
        &self,
        client: &Client,
        token: &str,
        hint: &str,
        deadline: Deadline,
    ) -> Result<(), GrantError> {
        let endpoint = self.revocation_endpoint(deadline)?;
        let fields = form([("token", token), ("token_type_hint", hint)]);
        let request = self.authenticate_for_issuer(client, fields, deadline)?;
        token_endpoint::revoke(
            self.http.get()?,
            endpoint,
            &request,
            UnixTime::now(),
            deadline,
        )
    }
}

impl Provider for OAuth {
    fn sign_in_by(&self) -> SignInBy {
        match self.settings.flow {
            Some(Flow::ClientCredentials) => SignInBy::Client,
            Some(Flow::Browser | Flow::Device) | None => SignInBy::Person,
        }
    }

    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        scope: RefreshScope,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let client = self.client(deadline)?;
        let fields = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ]);
        let with_scope = scope == RefreshScope::AsConfigured;
        let fields = self.add_optional_params(fields, with_scope);
        self.request_token(&client, fields, deadline)
    }

    fn refresh_endpoint(&self) -> String {
        let published = || self.metadata.get()?.token_endpoint.as_ref();
        let configured = self.settings.endpoints.token_endpoint.as_ref();
        configured
            .or_else(published)
            .map_or_else(|| "the token endpoint".to_owned(), redacted)
    }

    /// Checks the claims, and that `iss` and `sub` are those of the current ID token, without a request: the signature
    /// is not checked, as the token came over TLS, and a configured issuer only if the metadata was requested before.
    fn check_refreshed_id_token(&self, current: &TokenSet, newer: &TokenSet) -> Option<String> {
        let metadata = self.metadata.get();
        let expected = ExpectedClaims {
            issuer: metadata.and_then(|metadata| metadata.issuer.as_deref()),
            client_id: &self.settings.client_id,
            nonce: None,
        };
        let (refreshed, earlier) = (newer.id_token.as_ref()?, current.id_token.as_ref());
        let result = id_token::check_refreshed(refreshed, earlier, &expected, UnixTime::now());
        result.err().map(|error| error.to_string())
    }

    /// Revokes both tokens, the second even if the first fails: a server that revokes one may leave the other valid
    /// (RFC 7009 §2.1). It is no failure if the server cannot revoke access tokens (`unsupported_token_type`) and there
    /// is a refresh token; it is one (`NoEndpoint`) if there is a token but no revocation endpoint. If both fail for
    /// different reasons, the error is `BothRevocations`.
    fn revoke(&self, set: &TokenSet, deadline: Deadline) -> Result<(), GrantError> {
        let client = self.client_for(Endpoint::Revocation, deadline)?;
        let revoke = |token: &str, hint| self.revoke_token(&client, token, hint, deadline);
        let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
        let of_refresh_token = refresh_token.map_or(Ok(()), |token| revoke(token, "refresh_token"));
        let access_token = set.access_token.as_ref().map(AccessToken::expose);
        let of_access_token = match access_token
            .map_or(Ok(()), |token| revoke(token, "access_token"))
        {
            // Some servers cannot revoke access tokens that are JWTs; the refresh token is what matters.
            Err(error) if error.is_refusal("unsupported_token_type") && refresh_token.is_some() => {
                Ok(())
            }
            result => result,
        };
        match (of_refresh_token, of_access_token) {
            (Err(one), Err(other)) if one.to_string() != other.to_string() => {
                Err(GrantError::BothRevocations(Box::new([one, other])))
            }
            (of_refresh_token, of_access_token) => of_refresh_token.and(of_access_token),
        }
    }

    /// Requests a token with the client credentials. The response may lack an access token, and its ID token is not
    /// checked. Any other flow fails with `NeedsPerson`, without a request.
    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        if self.sign_in_by() != SignInBy::Client {
            return Err(OAuthError::NeedsPerson.into());
        }
        let deadline = timeout_policy.deadline();
        let client = self.client(deadline)?;
        let fields = form([("grant_type", "client_credentials")]);
        let fields = self.add_optional_params(fields, true);
        let requested = self.request_token(&client, fields, deadline);
        let set = requested.map_err(|error| match error {
            GrantError::Refused { .. } if error.is_refusal(INVALID_GRANT) => {
                OAuthError::ClientGrant(Box::new(error)).into()
            }
            error => SignInError::from(error),
        })?;
        // A client is nobody with an identity (OpenID Connect Core §2): an ID token in the answer is not checked, nor
        // kept.
        Ok(TokenSet {
            id_token: None,
            ..set
        })
    }
}
