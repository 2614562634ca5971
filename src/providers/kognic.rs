//! Kognic: client credentials (RFC 6749 §4.4), sent in the body of the request (§2.3.1).
//!
//! A refresh token is used while the server takes it; where it is refused, whatever the reason, the client asks anew.
//! There is no address for revoking anything. Secret: the client secret and every token.

mod credentials;
mod item;

use std::path::PathBuf;
use std::rc::Rc;

use secrecy::ExposeSecret;
use url::Url;

use crate::deadline::Deadline;
use crate::http::LazyHttp;
use crate::oauth::GrantError;
use crate::oauth::form::{Form, form};
use crate::oauth::retry::Backoff;
use crate::oauth::token_endpoint;
use crate::providers::{Credentials, Provider, SignInBy, SignInError, TimeoutPolicy};
use crate::token::{Fingerprint, RefreshToken, TokenSet, UnixTime};

pub(crate) use credentials::{CredentialsFile, CredentialsFileError};
pub(crate) use item::{DEFAULT_ITEM, Item, ItemError};

const TOKEN_PATH: &str = "/v1/auth/oauth/token";

/// A client, the server that knows it, and what it asks for.
#[derive(Debug)]
pub(crate) struct KognicClient {
    /// The authentication server's base address.
    pub(crate) server: Url,
    pub(crate) who: Who,
    /// Empty: what the credentials say, and then whatever the server gives.
    pub(crate) scopes: Vec<String>,
}

/// Who asks.
#[derive(Debug)]
pub(crate) enum Who {
    Known(CredentialsFile),
    Item(Item),
}

impl KognicClient {
    /// Returns who asks; an item of the keyring is read for that, once.
    pub(crate) fn credentials(&self) -> Result<&CredentialsFile, ItemError> {
        match &self.who {
            Who::Known(credentials) => Ok(credentials),
            Who::Item(item) => item.credentials(),
        }
    }

    /// Returns whether somebody has said who asks; no item of the keyring is read for that.
    pub(crate) fn is_known(&self) -> bool {
        match &self.who {
            Who::Known(_) => true,
            Who::Item(item) => item.is_named(),
        }
    }

    /// Returns a name for what is asked of whom by whom: tokens of another server, client or set of scopes are others'.
    ///
    /// An item of the keyring stands for itself, so that a token that is kept is found without reading the item.
    pub(crate) fn cache_name(&self) -> Fingerprint {
        let (kind, who, own_scopes) = match &self.who {
            Who::Known(credentials) => (
                "kognic",
                credentials.client_id.as_str(),
                &*credentials.scopes,
            ),
            Who::Item(item) => ("kognic keyring", item.name(), [].as_slice()),
        };
        let mut scopes: Vec<&str> = self.wanted(own_scopes).iter().map(String::as_str).collect();
        scopes.sort_unstable();
        scopes.dedup();
        let server = self.server.as_str().trim_end_matches('/');
        Fingerprint::of(&format!("{kind}\n{server}\n{who}\n{}", scopes.join(" ")))
    }

    fn wanted<'a>(&'a self, own_scopes: &'a [String]) -> &'a [String] {
        if self.scopes.is_empty() {
            own_scopes
        } else {
            &self.scopes
        }
    }

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
    /// Certificates trusted beside the platform's.
    http: LazyHttp,
}

impl Kognic {
    /// Returns a client, which makes nothing that costs time before its first request.
    pub(crate) fn new(client: Rc<KognicClient>, ca_file: Option<PathBuf>) -> Self {
        Self {
            client,
            http: LazyHttp::new(ca_file),
        }
    }

    fn ask(
        &self,
        who: &CredentialsFile,
        grant: Form,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let endpoint = self.client.token_endpoint();
        let client = form([
            ("client_id", &who.client_id),
            ("client_secret", who.client_secret.expose_secret()),
        ]);
        let fields = grant.into_iter().chain(client).collect();
        token_endpoint::exchange(
            self.http.get()?,
            &endpoint,
            &fields,
            UnixTime::now(),
            deadline,
        )
    }

    /// Leaves a refresh token out where the next token is asked for by an item of the keyring: that takes no more than
    /// using it would, and follows the item when it becomes another client's or says other scopes.
    fn kept_of(&self, set: TokenSet) -> TokenSet {
        match &self.client.who {
            Who::Known(_) => set,
            Who::Item(_) => TokenSet {
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

    fn refresh(
        &self,
        refresh_token: &RefreshToken,
        deadline: Deadline,
    ) -> Result<TokenSet, GrantError> {
        let endpoint = || self.client.token_endpoint().to_string();
        // Signing in anew says what is wrong with the credentials.
        let who = self.client.credentials();
        let who = who.map_err(|_| end_of_it(endpoint()))?;
        let grant = form([
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ]);
        self.ask(who, grant, deadline).map_err(as_invalid_grant)
    }

    fn revoke(&self, _set: &TokenSet, _deadline: Deadline) -> Result<(), GrantError> {
        Ok(())
    }

    fn sign_in(
        &self,
        _credentials: &mut dyn Credentials,
        timeout_policy: TimeoutPolicy,
    ) -> Result<TokenSet, SignInError> {
        let deadline = timeout_policy.deadline();
        let mut backoff = Backoff::new();
        let who = self.client.credentials()?;
        let scope = self.client.wanted(&who.scopes).join(" ");
        loop {
            let mut grant = form([("grant_type", "client_credentials")]);
            if !scope.is_empty() {
                grant.extend(form([("scope", &scope)]));
            }
            match self.ask(who, grant, deadline) {
                Ok(set) if set.access_token.is_some() => return Ok(self.kept_of(set)),
                Ok(_) => {
                    return Err(GrantError::NoToken {
                        endpoint: self.client.token_endpoint().to_string(),
                    }
                    .into());
                }
                Err(error) => backoff.wait_after(error, deadline)?,
            }
        }
    }
}

/// Whatever the server has against a refresh token (it says 401 `invalid_token`), the client can ask anew.
fn as_invalid_grant(error: GrantError) -> GrantError {
    let endpoint = match &error {
        GrantError::Refused { endpoint, .. }
        | GrantError::Forbidden { endpoint }
        | GrantError::UnexpectedResponse {
            endpoint,
            status: 400..500,
        } => endpoint.clone(),
        _ => return error,
    };
    end_of_it(endpoint)
}

fn end_of_it(endpoint: String) -> GrantError {
    GrantError::Refused {
        endpoint,
        error: "invalid_grant".to_owned(),
        description: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(server: &str, client_id: &str, scopes: &[&str]) -> KognicClient {
        KognicClient {
            server: Url::parse(server).expect("a URL"),
            who: Who::Known(CredentialsFile {
                client_id: client_id.to_owned(),
                client_secret: "sekret".into(),
                scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            }),
            scopes: Vec::new(),
        }
    }

    #[test]
    fn an_item_of_the_keyring_has_a_token_of_its_own_which_is_found_without_it() {
        let of_item = |name: &str| KognicClient {
            who: Who::Item(Item::named(name.to_owned())),
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
                who: Who::Item(Item::last_resort()),
                ..client("https://a.tld", "", &[])
            }
            .cache_name()
        );
    }

    #[test]
    fn a_token_is_kept_per_server_client_and_set_of_scopes() {
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
    fn the_token_endpoint_is_below_whatever_path_the_server_has() {
        let endpoint = |server| client(server, "me", &[]).token_endpoint().to_string();
        let path = "/v1/auth/oauth/token";
        assert_eq!(endpoint("https://a.tld"), format!("https://a.tld{path}"));
        assert_eq!(
            endpoint("https://a.tld/x/?q#f"),
            format!("https://a.tld/x{path}")
        );
    }

    #[test]
    fn a_refused_refresh_token_ends_and_a_tired_server_does_not_end_it() {
        let endpoint = || "e".to_owned();
        let refused = |error: &str| GrantError::Refused {
            endpoint: endpoint(),
            error: error.to_owned(),
            description: None,
        };
        let not_json = |status| GrantError::UnexpectedResponse {
            endpoint: endpoint(),
            status,
        };
        for error in [refused("invalid_token"), not_json(401), not_json(400)] {
            assert!(as_invalid_grant(error).is_refusal("invalid_grant"));
        }
        let tired = GrantError::Server {
            endpoint: endpoint(),
            status: 503,
            retry_after: None,
        };
        assert!(as_invalid_grant(tired).is_transient());
        assert!(!as_invalid_grant(not_json(200)).is_refusal("invalid_grant"));
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let text = format!("{:?}", client("https://a.tld", "me", &[]));
        assert!(!text.contains("sekret"), "{text}");
    }
}
