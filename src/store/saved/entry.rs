//! One saved credential, and the rules by which a request finds and erases one.
//!
//! The user that a request names must be present and equal, and may be anybody if it names none, as for git's own
//! helpers (git/git, `credential_match`). A credential that was saved with a path is for requests with that path and no
//! other, in whichever protocol; one without a path is for the whole host, unless the request's path decides. Paths are
//! compared as addresses, whether git decoded one before it was saved or not. A loopback host that was named without a
//! scheme stands for http and https. Secret: `password`, `header`'s value and `oauth_refresh_token`.

use secrecy::{ExposeSecret, SecretString};

use crate::credential::{
    Credential, Extent, Offered, Request, Secret, Target, comparable, without_end,
};
use crate::token::{OtherFields, UnixTime};

/// The scheme of an `Authorization` header, and the value that follows it.
type Header = (String, SecretString);

/// A credential that is saved by address.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) target: Target,
    pub(crate) path: Option<String>,
    /// An empty name is a name too.
    pub(crate) username: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) header: Option<Header>,
    pub(crate) expires_at: Option<UnixTime>,
    pub(super) oauth_refresh_token: Option<SecretString>,
    pub(super) other: OtherFields,
}

/// A saved credential that answers a request.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) credential: Credential,
    /// The path of the request, if it was saved with that.
    pub(crate) extent: Extent,
}

impl Entry {
    /// Returns the entry to save, if the offer is complete (a user name with a password, or a whole header), not
    /// expired and not ephemeral. A header without a scheme is left out, and slashes at the path's end.
    pub(super) fn from_offer(request: &Request, offered: &Offered, now: UnixTime) -> Option<Self> {
        let Offered {
            password,
            header,
            expires_at,
            oauth_refresh_token,
            is_ephemeral,
        } = offered.clone();
        let has_header = header
            .as_ref()
            .is_some_and(|(scheme, _)| !scheme.is_empty());
        let is_complete = has_header || (password.is_some() && request.username.is_some());
        let entry = Self {
            target: request.target.clone(),
            path: request
                .path
                .as_deref()
                .and_then(without_end)
                .map(str::to_owned),
            username: request.username.clone(),
            password,
            header: header.filter(|_| has_header),
            expires_at,
            oauth_refresh_token,
            other: OtherFields::default(),
        };
        (is_complete && !is_ephemeral && !entry.is_expired(now)).then_some(entry)
    }

    /// Returns whether the entry is for the target of the request, for its path or for the whole host, and for the user
    /// that it names.
    pub(super) fn matches(&self, request: &Request) -> bool {
        self.matches_path(request) || (self.path.is_none() && self.is_for_host_of(request))
    }

    /// Returns whether the entry matches the request and has exactly its path, or none as the request.
    pub(super) fn matches_path(&self, request: &Request) -> bool {
        self.matches_target_and_user(request) && self.has_path(request.path.as_deref())
    }

    /// Returns whether the entry has this path, or none if that is `None`, however either is escaped. What an earlier
    /// version saved of git's has no escapes.
    pub(super) fn has_path(&self, path: Option<&str>) -> bool {
        self.path.as_deref().and_then(comparable) == path.and_then(comparable)
    }

    /// Returns whether a request to erase is about the entry: as [`Entry::matches`] or, if the request names no path,
    /// as git's own helpers erase, whatever path the entry has.
    pub(super) fn is_erased_by(&self, request: &Request) -> bool {
        self.matches(request) || (request.path.is_none() && self.matches_target_and_user(request))
    }

    /// Returns whether the entry, if it is for the whole host, matches the request.
    fn is_for_host_of(&self, request: &Request) -> bool {
        let is_enough = request.path.is_none() || !request.path_decides;
        is_enough && self.matches_target_and_user(request)
    }

    /// Returns whether the entry is for the target of the request and for the user that it names, whatever path it has.
    fn matches_target_and_user(&self, request: &Request) -> bool {
        self.target.is_same(&request.target)
            && equals_if_given(self.username.as_deref(), request.username.as_deref())
    }

    /// Returns whether this entry takes the place of the other: same target, path and user. A missing path or user is
    /// the same only as a missing one.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        self.target.is_same(&other.target)
            && self.username == other.username
            && self.has_path(other.path.as_deref())
    }

    /// Returns whether the password and the header's value are those that a server refused, as far as the client named
    /// them; `true` if it named neither. The header's scheme and the refresh token are not compared.
    pub(super) fn has_secret(&self, refused: &Offered) -> bool {
        equals_if_given(
            exposed(self.password.as_ref()),
            exposed(refused.password.as_ref()),
        ) && equals_if_given(
            header_value(self.header.as_ref()),
            header_value(refused.header.as_ref()),
        )
    }

    /// Returns whether the credential has expired, as it has at `expires_at` itself; `false` if it has no expiry.
    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Returns the credential for a client, expired or not: the header if there is one and the client can send it, else
    /// the password; `None` if there is no password.
    pub(super) fn credential(&self, takes_header: bool) -> Option<Credential> {
        let secret = match (&self.header, &self.password) {
            (Some((scheme, value)), _) if takes_header => Secret::Header {
                scheme: scheme.clone(),
                value: value.clone(),
            },
            (_, Some(password)) => Secret::Password(password.clone()),
            (_, None) => return None,
        };
        Some(Credential {
            username: self.username.clone(),
            secret,
            expires_at: self.expires_at,
            oauth_refresh_token: self.oauth_refresh_token.clone(),
        })
    }

    /// As `credential`, with what it is for.
    pub(super) fn found(&self, takes_header: bool) -> Option<Found> {
        let extent = match self.path {
            None => Extent::WholeHost,
            Some(_) => Extent::WholePath,
        };
        let credential = self.credential(takes_header)?;
        Some(Found { credential, extent })
    }

    /// As `credential`, but `None` if it has expired.
    pub(super) fn unexpired_credential(
        &self,
        now: UnixTime,
        takes_header: bool,
    ) -> Option<Credential> {
        if self.is_expired(now) {
            return None;
        }
        self.credential(takes_header)
    }

    /// Returns the address that it is for, as `list` shows it: the target, and the path if there is one, without the
    /// user.
    pub(crate) fn address(&self) -> String {
        let path = self.path.as_ref().map(|path| format!("/{path}"));
        format!("{}{}", self.target, path.unwrap_or_default())
    }

    /// Returns the kind of secret, as `list` shows it: the scheme of a header if there is no password, else `password`.
    pub(crate) fn kind(&self) -> &str {
        match (&self.password, &self.header) {
            (None, Some((scheme, _))) => scheme,
            _ => "password",
        }
    }
}

/// Compares everything but unknown fields.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            target,
            path,
            username,
            password,
            header,
            expires_at,
            oauth_refresh_token,
            // No client sends it.
            other: _,
        } = self;
        let scheme = |header: &Option<Header>| header.as_ref().map(|(scheme, _)| scheme.clone());
        *target == other.target
            && *path == other.path
            && *username == other.username
            && exposed(password.as_ref()) == exposed(other.password.as_ref())
            && scheme(header) == scheme(&other.header)
            && header_value(header.as_ref()) == header_value(other.header.as_ref())
            && *expires_at == other.expires_at
            && exposed(oauth_refresh_token.as_ref()) == exposed(other.oauth_refresh_token.as_ref())
    }
}

/// Returns whether a value is equal to the wanted one; if none is wanted, any value will do, and so will none.
pub(super) fn equals_if_given(value: Option<&str>, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| value == Some(wanted))
}

/// Returns the text of a secret, if there is one.
fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

/// Returns the secret value of a header, without its scheme, if there is a header.
fn header_value(header: Option<&Header>) -> Option<&str> {
    header.map(|(_, value)| value.expose_secret())
}
