//! Any OAuth 2.0 or OpenID Connect server: endpoints by discovery or by hand, three ways to sign in.
//!
//! Client credentials need nobody (RFC 6749 §4.4). The others need a person, who is told by `Interaction` what to do:
//! with a browser here (`person`), or with one on another device (RFC 8628).
//!
//! Secret: tokens, codes, verifiers, the client secret or key, which is read only when a request is near.

mod error;
mod person;
mod secrets;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use url::Url;
use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::http::{LazyHttp, redacted};
use crate::oauth::GrantError;
use crate::oauth::client_auth::{AuthenticatedRequest, Client};
use crate::oauth::discovery::{self, ServerMetadata};
use crate::oauth::form::{Form, form};
use crate::oauth::id_token::{self, ExpectedClaims};
use crate::oauth::token_endpoint;
use crate::profile::{Flow, OAuthSettings};
use crate::providers::{Credentials, Provider, SignInBy, SignInError, TimeoutPolicy};
use crate::token::{AccessToken, RefreshToken, TokenSet, UnixTime};

pub(crate) use error::OAuthError;
pub(crate) use person::{Interaction, SignInFlow, Waits};

/// Returns what the file at a path holds, its bytes being these: what is sealed is opened.
pub(crate) type Opener =
    Box<dyn Fn(&Path, Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, OpenError>>;

/// Why a sealed file could not be opened.
pub(crate) type OpenError = Box<dyn std::error::Error + Send + Sync>;

/// A client of an OAuth server.
pub(crate) struct OAuth {
    settings: OAuthSettings,
    http: LazyHttp,
    open: Opener,
    server: OnceCell<ServerMetadata>,
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
    /// Returns a client, which makes nothing that costs time before its first request.
    pub(crate) fn new(settings: OAuthSettings, ca_file: Option<PathBuf>) -> Self {
        Self {
            settings,
            http: LazyHttp::new(ca_file),
            open: Box::new(|_, bytes| Ok(bytes)),
            server: OnceCell::new(),
        }
    }

    /// Says how the file of a client secret is opened where it is a sealed one.
    #[must_use]
    pub(crate) fn opening(self, open: Opener) -> Self {
        Self { open, ..self }
    }

    /// Returns what the server publishes: nothing where no issuer is named.
    fn server(&self, deadline: Deadline) -> Result<&ServerMetadata, GrantError> {
        if let Some(server) = self.server.get() {
            return Ok(server);
        }
        let server = match &self.settings.issuer {
            Some(issuer) => discovery::discover(self.http.get()?, issuer, deadline)?,
            None => ServerMetadata::default(),
        };
        Ok(self.server.get_or_init(|| server))
    }

    /// Returns an endpoint: given by hand, else published, else none.
    fn endpoint(&self, endpoint: Endpoint, deadline: Deadline) -> Result<Option<&Url>, GrantError> {
        let by_hand = &self.settings.endpoints;
        let by_hand = match endpoint {
            Endpoint::Authorization => &by_hand.authorization_endpoint,
            Endpoint::Token => &by_hand.token_endpoint,
            Endpoint::DeviceAuthorization => &by_hand.device_authorization_endpoint,
            Endpoint::Revocation => &by_hand.revocation_endpoint,
            Endpoint::Jwks => &by_hand.jwks_uri,
        };
        if let Some(url) = by_hand {
            return Ok(Some(url));
        }
        let server = self.server(deadline)?;
        let published = match endpoint {
            Endpoint::Authorization => &server.authorization_endpoint,
            Endpoint::Token => &server.token_endpoint,
            Endpoint::DeviceAuthorization => &server.device_authorization_endpoint,
            Endpoint::Revocation => &server.revocation_endpoint,
            Endpoint::Jwks => &server.jwks_uri,
        };
        Ok(published.as_ref())
    }

    fn needed(&self, endpoint: Endpoint, deadline: Deadline) -> Result<&Url, GrantError> {
        self.endpoint(endpoint, deadline)?
            .ok_or_else(|| GrantError::NoEndpoint {
                issuer: match &self.settings.issuer {
                    Some(issuer) => redacted(issuer),
                    None => "the server".to_owned(),
                },
                endpoint: endpoint.name(),
            })
    }

    fn client(&self, deadline: Deadline) -> Result<Client, GrantError> {
        Ok(Client {
            id: self.settings.client_id.clone(),
            authentication: secrets::authentication(
                &self.settings.client_auth,
                &self.open,
                deadline,
            )?,
        })
    }

    /// Asks the token endpoint, with what shows who the client is.
    fn token_request(
        &self,
        client: &Client,
        fields: Form,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let endpoint = self.needed(Endpoint::Token, deadline)?;
        let now = UnixTime::now();
        let request = client.authenticate(fields, endpoint.as_str(), now)?;
        token_endpoint::exchange_authenticated(self.http.get()?, endpoint, &request, now, deadline)
    }

    /// Authenticates at another endpoint than the token endpoint: an assertion is for the server as a whole.
    fn with_endpoint(
        &self,
        client: &Client,
        fields: Form,
        deadline: Deadline,
    ) -> Result<AuthenticatedRequest, GrantError> {
        let audience = match &self.server(deadline)?.issuer {
            Some(issuer) => issuer.clone(),
            None => self.needed(Endpoint::Token, deadline)?.to_string(),
        };
        Ok(client.authenticate(fields, &audience, UnixTime::now())?)
    }

    /// Adds what is asked for beside the grant itself.
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

    /// Returns the set if its ID token, where there is one, is to be believed.
    fn verify_id_token(
        &self,
        set: TokenSet,
        nonce: Option<&str>,
        deadline: Deadline,
    ) -> Result<TokenSet, SignInError> {
        let Some(token) = &set.id_token else {
            return Ok(set);
        };
        let jwks_uri = self.endpoint(Endpoint::Jwks, deadline)?;
        let server = self.server(deadline)?;
        let expected = ExpectedClaims {
            issuer: server.issuer.as_deref(),
            client_id: &self.settings.client_id,
            nonce,
        };
        id_token::check_claims(token, &expected, UnixTime::now()).map_err(OAuthError::from)?;
        // Without keys the TLS connection that it came over stands for it (OpenID Connect Core §3.1.3.7, 6).
        if let Some(jwks_uri) = jwks_uri {
            let keys = id_token::fetch_keys(self.http.get()?, jwks_uri, deadline)
                .map_err(OAuthError::from)?;
            id_token::verify_signature(token, &keys, jwks_uri).map_err(OAuthError::from)?;
        }
        Ok(set)
    }

    fn revoke_one(
        &self,
        client: &Client,
        token: &str,
        hint: &str,
        deadline: Deadline,
    ) -> Result<(), GrantError> {
        let endpoint = self.needed(Endpoint::Revocation, deadline)?;
        let fields = form([("token", token), ("token_type_hint", hint)]);
        let request = self.with_endpoint(client, fields, deadline)?;
        token_endpoint::revoke_authenticated(
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
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let client = self.client(deadline)?;
        let fields = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ]);
        // Without a scope the server grants what it granted before (RFC 6749 §6).
        self.token_request(&client, self.add_optional_params(fields, false), deadline)
    }

    /// Checked without the keys: they are not worth another request at each refresh, as the token came over TLS.
    fn check_refreshed_id_token(&self, current: &TokenSet, newer: &TokenSet) -> Option<String> {
        let server = self.server.get();
        let expected = ExpectedClaims {
            issuer: server.and_then(|server| server.issuer.as_deref()),
            client_id: &self.settings.client_id,
            nonce: None,
        };
        let (renewed, earlier) = (newer.id_token.as_ref()?, current.id_token.as_ref());
        let checked = id_token::check_refreshed(renewed, earlier, &expected, UnixTime::now());
        checked.err().map(|error| error.to_string())
    }

    /// A server that revokes a refresh token may leave the access token alive, and the other way round (RFC 7009 §2.1).
    fn revoke(&self, set: &TokenSet, deadline: Deadline) -> Result<(), GrantError> {
        let client = self.client(deadline)?;
        let revoke = |token: &str, hint| self.revoke_one(&client, token, hint, deadline);
        let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
        let refreshing = refresh_token.map_or(Ok(()), |token| revoke(token, "refresh_token"));
        let access_token = set.access_token.as_ref().map(AccessToken::expose);
        let access = match access_token.map_or(Ok(()), |token| revoke(token, "access_token")) {
            // Some servers revoke none that are JWTs; the refresh token is what matters.
            Err(error) if error.is_refusal("unsupported_token_type") && refresh_token.is_some() => {
                Ok(())
            }
            result => result,
        };
        match (refreshing, access) {
            (Err(one), Err(other)) if one.to_string() != other.to_string() => {
                Err(GrantError::BothRevocations(Box::new([one, other])))
            }
            (refreshing, access) => refreshing.and(access),
        }
    }

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
        Ok(self.token_request(&client, self.add_optional_params(fields, true), deadline)?)
    }
}
