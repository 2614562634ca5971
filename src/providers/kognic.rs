//! Kognic: client credentials (RFC 6749 §4.4), sent in the body of the request (§2.3.1).
//!
//! A refresh token is used while the server accepts it; when it is refused, for whatever reason, the client requests a
//! new token with its credentials. The server has no revocation endpoint. Secret: the client secret and every token.
//!
//! # On the wire
//!
//! As the public client kognic-auth 4.5.2 (on PyPI) behaves.
//!
//! - `POST {server}/v1/auth/oauth/token`, `https://auth.app.kognic.com` unless set: `grant_type=client_credentials`,
//!   `client_id`, `client_secret`, and `scope` if there are any. The answer has `access_token`, `expires_in`, perhaps
//!   `expires_at` and a `refresh_token`. A 401 `invalid_token` to a refresh means: ask anew with the client
//!   credentials.
//! - 429 with `Retry-After`, 502, 503, 504 and faults of the connection pass.
//! - Credentials, in this order: `--credentials`, the profile, `KOGNIC_CREDENTIALS` (a file), `KOGNIC_CLIENT_ID` with
//!   `KOGNIC_CLIENT_SECRET`, the keyring's service `kognic-credentials` with user `default`, or `NAME` of
//!   `keyring://NAME`.
//! - The credentials file is a JSON object with `clientId`, `clientSecret`, `email`, `userId`, `issuer`, and perhaps
//!   `name`, `created`, `expires` (ISO 8601, with up to nanoseconds) and `scopes`.
//! - Scopes: the option, the environment, the file. A token is kept for its server, client and set of scopes, and no
//!   other is handed out in its place.
//! - Environments are in `$XDG_CONFIG_HOME/kognic/environments.json`: `default_environment`, and `environments.NAME`
//!   with `host`, `auth_server`, `credentials` and `scopes`. Its own client gives a token to any host that no
//!   environment names; here such a host gets none.

mod credentials;
mod item;

use std::path::PathBuf;
use std::rc::Rc;

use secrecy::ExposeSecret;
use url::Url;

use crate::deadline::Deadline;
use crate::http::{LazyHttp, redacted};
use crate::oauth::GrantError;
use crate::oauth::client_auth::AuthenticatedRequest;
use crate::oauth::form::{Form, form};
use crate::oauth::retry::Backoff;
use crate::oauth::token_endpoint;
use crate::providers::{
    Credentials, GivenBy, Provider, RefreshScope, SignInBy, SignInError, TimeoutPolicy,
};
use crate::token::{Binding, Fingerprint, RefreshToken, TokenSet, UnixTime};

pub(crate) use credentials::{CredentialsFile, CredentialsFileError};
pub(crate) use item::{DEFAULT_ITEM, KeyringItem, KeyringItemError};

const TOKEN_PATH: &str = "/v1/auth/oauth/token";

/// A client, its authentication server, and the scopes it requests.
#[derive(Debug)]
pub(crate) struct KognicClient {
    /// The authentication server's base address.
    pub(crate) server: Url,
    pub(crate) credentials: ClientCredentials,
    /// Empty: the scopes in the credentials, and if there are none, the server's default.
    pub(crate) scopes: Vec<String>,
    /// What named the credentials; empty if that has no word of its own.
    pub(crate) given_by: Vec<GivenBy>,
}

/// The client's ID and secret, or where they are.
#[derive(Debug)]
pub(crate) enum ClientCredentials {
    /// Read from a file or the environment.
    Known(CredentialsFile),
    /// In the keyring, and read when they are needed.
    InKeyring(KeyringItem),
}

impl KognicClient {
    /// Returns the credentials. An item of the keyring is read by the first call.
    ///
    /// # Errors
    ///
    /// When the keyring has no usable item.
    pub(crate) fn credentials(&self) -> Result<&CredentialsFile, KeyringItemError> {
        match &self.credentials {
            ClientCredentials::Known(credentials) => Ok(credentials),
            ClientCredentials::InKeyring(item) => item.credentials(),
        }
    }

    /// Returns whether the credentials, or the keyring item that holds them, are named somewhere. Reads no keyring.
    pub(crate) fn is_configured(&self) -> bool {
        match &self.credentials {
            ClientCredentials::Known(_) => true,
            ClientCredentials::InKeyring(item) => item.is_named(),
        }
    }

    /// Returns the name under which this client's token is stored: another server, client or set of scopes has another.
    ///
    /// A keyring item counts by its name alone, without the client and scopes in it, so that a stored token is found
    /// without reading the item. The secret does not count.
    pub(crate) fn cache_name(&self) -> Fingerprint {
        let (kind, client, own_scopes) = match &self.credentials {
            ClientCredentials::Known(credentials) => (
                "kognic",
                credentials.client_id.as_str(),
                &*credentials.scopes,
            ),
            ClientCredentials::InKeyring(item) => ("kognic keyring", item.name(), [].as_slice()),
        };
        let scopes = self.requested_scopes(own_scopes);
        let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        scopes.sort_unstable();
        scopes.dedup();
        let server = self.server.as_str().trim_end_matches('/');
        Fingerprint::of(&format!("{kind}\n{server}\n{client}\n{}", scopes.join(" ")))
    }

    /// Returns what the client's tokens are bound to. The client of a keyring item is left out, so that a stored token
    /// is found without reading the item.
    pub(crate) fn binding(&self) -> Binding {
        let client_id = match &self.credentials {
            ClientCredentials::Known(credentials) => Some(credentials.client_id.as_str()),
            ClientCredentials::InKeyring(_) => None,
        };
        Binding::new(self.server.as_str(), client_id)
    }

    /// Returns the configured scopes, or `own_scopes` (those of the credentials) if none are configured.
    fn requested_scopes<'a>(&'a self, own_scopes: &'a [String]) -> &'a [String] {
        if self.scopes.is_empty() {
            own_scopes
        } else {
            &self.scopes
        }
    }

    /// Returns the URL of the server's token endpoint, below the path that the server's URL has.
    fn token_endpoint(&self) -> Url {
        let mut url = self.server.clone();
        url.set_path(&format!("{}{TOKEN_PATH}", url.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}

/// A client of Kognic.
pub(crate) struct Kognic {
    client: Rc<KognicClient>,
    http: LazyHttp,
}

impl Kognic {
    /// Returns a client; nothing slow happens before its first request.
    pub(crate) fn new(client: Rc<KognicClient>, ca_file: Option<PathBuf>) -> Self {
        Self {
            client,
            http: LazyHttp::new(ca_file),
        }
    }

    /// Requests a token from the server with this grant and the client's ID and secret.
    fn request_token(
        &self,
        credentials: &CredentialsFile,
        grant: Form,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let endpoint = self.client.token_endpoint();
        let client = form([
            ("client_id", &credentials.client_id),
            ("client_secret", credentials.client_secret.expose_secret()),
        ]);
        let fields = grant.into_iter().chain(client).collect();
        token_endpoint::exchange(
            self.http.get()?,
            &endpoint,
            &AuthenticatedRequest::form_only(fields),
            UnixTime::now(),
            deadline,
        )
    }

    /// Returns the error of a sign-in: with what named the credentials, if they were refused.
    fn sign_in_error(&self, error: GrantError) -> SignInError {
        let error = SignInError::from(error);
        match error {
            SignInError::Grant(error) if SignInError::is_refusal_of_client(&error) => {
                SignInError::InvalidClient {
                    error,
                    given_by: self.client.given_by.clone(),
                }
            }
            error => error,
        }
    }

    /// Removes the refresh token if the credentials are in the keyring. The next token is then requested with the item,
    /// which takes no longer, and notices when the item changes to another client or other scopes.
    fn without_refresh_token_for_keyring(&self, set: TokenSet) -> TokenSet {
        match &self.client.credentials {
            ClientCredentials::Known(_) => set,
            ClientCredentials::InKeyring(_) => TokenSet {
                refresh_token: None,
                ..set
            },
        }
    }
}

impl Provider for Kognic {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Client
    }

    /// Fails with `invalid_grant` if the credentials cannot be read: `sign_in` is to follow, and reports what is
    /// wrong.
    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        _scope: RefreshScope,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        // The new sign-in that follows reports what is wrong with the credentials.
        let credentials = self.client.credentials().map_err(|_| {
            let endpoint = self.client.token_endpoint().to_string();
            GrantError::refused_token(endpoint, None)
        })?;
        let grant = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ]);
        self.request_token(credentials, grant, deadline)
    }

    fn refresh_endpoint(&self) -> String {
        redacted(&self.client.token_endpoint())
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        Ok(())
    }

    /// Requests a token with the client's credentials; transient failures are retried until the deadline of the first
    /// request. Fails if the response has no access token.
    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        let deadline = timeout_policy.deadline();
        let mut backoff = Backoff::new();
        let credentials = self.client.credentials()?;
        let scope = self.client.requested_scopes(&credentials.scopes).join(" ");
        loop {
            let mut grant = form([("grant_type", "client_credentials")]);
            if !scope.is_empty() {
                grant.extend(form([("scope", &scope)]));
            }
            match self.request_token(credentials, grant, deadline) {
                Ok(set) if set.access_token.is_some() => {
                    return Ok(self.without_refresh_token_for_keyring(set));
                }
                Ok(_) => {
                    return Err(GrantError::NoToken {
                        endpoint: self.client.token_endpoint().to_string(),
                    }
                    .into());
                }
                Err(error) => backoff
                    .wait_after(error, deadline)
                    .map_err(|error| self.sign_in_error(error))?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(server: &str, client_id: &str, scopes: &[&str]) -> KognicClient {
        KognicClient {
            server: Url::parse(server).expect("a URL"),
            credentials: ClientCredentials::Known(CredentialsFile {
                client_id: client_id.to_owned(),
                client_secret: "sekret".into(),
                scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            }),
            scopes: Vec::new(),
            given_by: Vec::new(),
        }
    }

    #[test]
    fn the_cache_name_of_a_keyring_item_depends_on_its_name() {
        let of_item = |name: &str| KognicClient {
            credentials: ClientCredentials::InKeyring(KeyringItem::named(name.to_owned())),
            ..client("https://a.tld", "", &[])
        };
        let name = of_item("work").cache_name();
        assert_eq!(name, of_item("work").cache_name());
        assert_ne!(name, of_item("default").cache_name());
        assert_ne!(name, client("https://a.tld", "work", &[]).cache_name());
        let mut scoped = of_item("work");
        scoped.scopes = vec!["x".to_owned()];
        assert_ne!(name, scoped.cache_name());
        assert_eq!(
            of_item(DEFAULT_ITEM).cache_name(),
            KognicClient {
                credentials: ClientCredentials::InKeyring(KeyringItem::fallback()),
                ..client("https://a.tld", "", &[])
            }
            .cache_name()
        );
    }

    #[test]
    fn the_cache_name_depends_on_server_client_and_scopes() {
        let name = |server, id, scopes: &[&str]| client(server, id, scopes).cache_name();
        let base = name("https://a.tld", "me", &["x", "y"]);
        assert_eq!(base, name("https://a.tld/", "me", &["y", "x", "y"]));
        for other in [
            name("https://b.tld", "me", &["x", "y"]),
            name("https://a.tld", "you", &["x", "y"]),
            name("https://a.tld", "me", &["x"]),
            name("https://a.tld", "me", &[]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn the_token_endpoint_is_below_the_servers_path() {
        let endpoint = |server| client(server, "me", &[]).token_endpoint().to_string();
        let path = "/v1/auth/oauth/token";
        assert_eq!(endpoint("https://a.tld"), format!("https://a.tld{path}"));
        assert_eq!(
            endpoint("https://a.tld/x/?q#f"),
            format!("https://a.tld/x{path}")
        );
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let text = format!("{:?}", client("https://a.tld", "me", &[]));
        assert!(!text.contains("sekret"), "{text}");
    }
}
