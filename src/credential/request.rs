//! What a client requests.

use secrecy::{ExposeSecret, SecretString};

use super::path::path_in;
use super::{Origin, OriginAndPath, OriginError, Target};
use crate::token::{AccessToken, Fingerprint};

/// What a client wants a credential for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) target: Target,
    /// What follows the slash after the host, with the escapes that it has in an address and without a query; `None` if
    /// the client names only a host.
    pub(crate) path: Option<String>,
    /// Whether a credential that is saved for the whole host is no answer to a request with a path, as in git, which
    /// sends a path only where it is to decide.
    pub(crate) path_decides: bool,
    /// An empty name is a name too.
    pub(crate) username: Option<String>,
    /// The authentication schemes that the server offers, in lower case and its order; empty if unknown.
    pub(crate) challenges: Vec<String>,
    /// The scopes that the server says a token lacks.
    pub(crate) missing_scopes: Vec<String>,
    /// Whether the client can send a bearer token, or any other `Authorization` header.
    pub(crate) takes_bearer: bool,
}

impl Request {
    /// Returns a request that names only a target, of a client that does not take a bearer token.
    pub(crate) fn new(target: impl Into<Target>) -> Self {
        Self {
            target: target.into(),
            path: None,
            path_decides: false,
            username: None,
            challenges: Vec::new(),
            missing_scopes: Vec::new(),
            takes_bearer: false,
        }
    }

    /// Returns the request for a URL, with its path, or for a host; of a client that does not take a bearer token.
    /// Fails as [`Origin::parse`].
    pub(crate) fn for_url(url_or_host: &str) -> Result<Self, OriginError> {
        Ok(Self::at(Origin::parse(url_or_host)?, url_or_host))
    }

    /// As `for_url`, for a client that uses the answer with whichever scheme it has in mind. Fails as
    /// [`Origin::parse_with_scheme`].
    pub(crate) fn for_url_with_scheme(url_or_host: &str) -> Result<Self, OriginError> {
        let origin = Origin::parse_with_scheme(url_or_host)?;
        Ok(Self::at(origin, url_or_host))
    }

    /// Returns the request for the path in a URL or host whose origin this is.
    fn at(origin: Origin, url_or_host: &str) -> Self {
        Self {
            path: path_in(url_or_host).map(str::to_owned),
            ..Self::new(origin)
        }
    }

    /// Returns where the credential goes, if the target is on the web: profiles answer for nothing else.
    pub(crate) fn place(&self) -> Option<OriginAndPath<'_>> {
        let path = self.path.as_deref();
        self.origin().map(|origin| OriginAndPath::new(origin, path))
    }

    /// Returns the origin, if the target is on the web: profiles answer for nothing else.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.target.origin()
    }
}

/// A secret that a server refused, as reported by `erase`.
#[derive(Clone, Debug)]
pub(crate) struct Rejected(SecretString);

impl Rejected {
    /// Wraps the secret that came with `erase`, without the `Bearer ` that some clients put before it.
    pub(crate) fn new(secret: SecretString) -> Self {
        match secret.expose_secret().strip_prefix("Bearer ") {
            Some(token) => Self(token.into()),
            None => Self(secret),
        }
    }

    /// Returns the refused secret, to be compared with what is stored.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }

    /// Returns whether the refused secret is exactly this token.
    pub(crate) fn is_token(&self, token: &AccessToken) -> bool {
        // Digests are compared, so that the time of the comparison reveals nothing about the token.
        Fingerprint::of(self.0.expose_secret()) == Fingerprint::of(token.expose())
    }
}
