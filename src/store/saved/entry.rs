//! One saved credential, and the rules by which git's own helpers find and forget (git/git, `credential_match`).
//!
//! What a request names must be there and equal; what it leaves out may be anything. Secret: `password`, `header`'s value
//! and `oauth_refresh_token`.

use secrecy::{ExposeSecret, SecretString};

use crate::credential::{Credential, Offered, Request, Secret, Target};
use crate::token::{OtherFields, UnixTime};

/// The scheme of an `Authorization` header and what follows it.
type Header = (String, SecretString);

/// A credential that is saved by address.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) target: Target,
    pub(crate) path: Option<String>,
    /// An empty one is a name too.
    pub(crate) username: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) header: Option<Header>,
    pub(crate) expires_at: Option<UnixTime>,
    pub(super) oauth_refresh_token: Option<SecretString>,
    pub(super) other: OtherFields,
}

impl Entry {
    /// Returns what there is to save: a user name with a password, or a whole header, that is not over and not for its
    /// maker alone.
    pub(super) fn of(request: &Request, offered: &Offered, now: UnixTime) -> Option<Self> {
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
            path: request.path.clone(),
            username: request.username.clone(),
            password,
            header: header.filter(|_| has_header),
            expires_at,
            oauth_refresh_token,
            other: OtherFields::default(),
        };
        (is_complete && !is_ephemeral && !entry.has_run_out(now)).then_some(entry)
    }

    /// Returns whether it has everything that the request names.
    pub(super) fn matches(&self, request: &Request) -> bool {
        self.target.is_same(&request.target)
            && has(self.path.as_deref(), request.path.as_deref())
            && has(self.username.as_deref(), request.username.as_deref())
    }

    /// Returns whether one takes the other's place.
    pub(super) fn is_for_the_same(&self, other: &Self) -> bool {
        self.target.is_same(&other.target)
            && self.path == other.path
            && self.username == other.username
    }

    /// Returns whether its secrets are those that a server refused, as far as those were told.
    pub(super) fn has_secret(&self, refused: &Offered) -> bool {
        has(
            exposed(self.password.as_ref()),
            exposed(refused.password.as_ref()),
        ) && has(value(self.header.as_ref()), value(refused.header.as_ref()))
    }

    /// Returns whether its time is over.
    pub(super) fn has_run_out(&self, now: UnixTime) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Returns what a client is told, if it can take it: a header where it can send one, else the password.
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

    /// Returns what a client is told that names nothing but an address, unless its time is over.
    pub(super) fn credential_at(&self, now: UnixTime, takes_header: bool) -> Option<Credential> {
        if self.has_run_out(now) {
            return None;
        }
        self.credential(takes_header)
    }

    /// Returns the address that it is for, as a list shows it.
    pub(crate) fn address(&self) -> String {
        let path = self.path.as_ref().map(|path| format!("/{path}"));
        format!("{}{}", self.target, path.unwrap_or_default())
    }

    /// Returns what it proves itself by, for a list: `password`, or the scheme of a header.
    pub(crate) fn kind(&self) -> &str {
        match (&self.password, &self.header) {
            (None, Some((scheme, _))) => scheme,
            _ => "password",
        }
    }
}

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
            // No client tells it.
            other: _,
        } = self;
        let scheme = |header: &Option<Header>| header.as_ref().map(|(scheme, _)| scheme.clone());
        *target == other.target
            && *path == other.path
            && *username == other.username
            && exposed(password.as_ref()) == exposed(other.password.as_ref())
            && scheme(header) == scheme(&other.header)
            && value(header.as_ref()) == value(other.header.as_ref())
            && *expires_at == other.expires_at
            && exposed(oauth_refresh_token.as_ref()) == exposed(other.oauth_refresh_token.as_ref())
    }
}

/// Returns whether a value is what was asked for; where nothing was, any value is, and none.
pub(super) fn has(value: Option<&str>, asked: Option<&str>) -> bool {
    asked.is_none_or(|asked| value == Some(asked))
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

fn value(header: Option<&Header>) -> Option<&str> {
    header.map(|(_, value)| value.expose_secret())
}
