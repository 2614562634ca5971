//! Credentials: what clients receive, and what they want saved. Secret: everything but names and times.

mod address;
pub(crate) mod challenge;
mod error;
mod extent;
mod host_entry;
mod origin;
mod origin_and_path;
mod path;
mod placeholder;
mod request;
mod target;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::token::{AccessToken, TokenKind, UnixTime};

pub(crate) use address::Address;
pub(crate) use error::{RenderError, check_printable};
pub(crate) use extent::Extent;
pub(crate) use host_entry::host_entry;
pub(crate) use origin::{HostPattern, Origin, OriginError, Scheme};
pub(crate) use origin_and_path::OriginAndPath;
pub(crate) use path::{UrlPath, comparable, encoded, without_end, without_end_slashes};
pub(crate) use placeholder::{placeholder, without_percent};
pub(crate) use request::{Rejected, Request};
pub(crate) use target::Target;

/// How git authenticates: the `git_auth` of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum GitAuth {
    /// With a scheme that the server offers.
    #[default]
    Auto,
    /// With Bearer, whatever the server offers, if this version of git can.
    Bearer,
    /// With user name and password, whatever the server offers.
    Basic,
}

/// What a client receives: a profile's token, or a saved credential.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    /// The user name for clients that send one and a password; of a saved credential it may be empty or absent.
    pub(crate) username: Option<String>,
    pub(crate) secret: Secret,
    pub(crate) expires_at: Option<UnixTime>,
    /// The refresh token that git saved beside a password, for git only. The one of a profile is never handed out.
    pub(crate) oauth_refresh_token: Option<SecretString>,
}

/// The secret of a credential.
#[derive(Clone, Debug)]
pub(crate) enum Secret {
    /// A profile's token, good as bearer or in place of a password.
    Token(IssuedToken),
    /// A password, or whatever somebody saved as one.
    Password(SecretString),
    /// The scheme of an `Authorization` header and the value that follows it: git's `authtype` and `credential`.
    Header { scheme: String, value: SecretString },
}

impl Secret {
    /// Returns whether both are of the same kind, for a header with the same scheme, and have the same value.
    fn is_same(&self, other: &Self) -> bool {
        let (one, other) = match (self, other) {
            (Self::Token(one), Self::Token(other)) => (&one.value, &other.value),
            (Self::Password(one), Self::Password(other)) => (one, other),
            (
                Self::Header { scheme, value },
                Self::Header {
                    scheme: other_scheme,
                    value: other,
                },
            ) if scheme == other_scheme => (value, other),
            _ => return false,
        };
        one.expose_secret() == other.expose_secret()
    }
}

/// One of a profile's tokens, and what its server and its profile say of it.
#[derive(Clone, Debug)]
pub(crate) struct IssuedToken {
    pub(crate) kind: TokenKind,
    pub(crate) value: SecretString,
    /// `token_type` of the token response (RFC 6749 §7.1).
    pub(crate) token_type: Option<String>,
    pub(crate) scope: Option<String>,
    /// The name of the profile.
    pub(crate) profile: String,
    pub(crate) git_auth: GitAuth,
}

impl Credential {
    /// Returns a profile's token as a credential.
    pub(crate) fn issued(
        token: IssuedToken,
        username: String,
        expires_at: Option<UnixTime>,
    ) -> Self {
        Self {
            username: Some(username),
            secret: Secret::Token(token),
            expires_at,
            oauth_refresh_token: None,
        }
    }

    /// Returns a credential with a saved user name and password.
    pub(crate) fn password(username: Option<String>, password: SecretString) -> Self {
        Self {
            username,
            secret: Secret::Password(password),
            expires_at: None,
            oauth_refresh_token: None,
        }
    }

    /// Returns whether both have the same user name and a secret of the same kind and value, whatever else is known of
    /// them.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.username == other.username && self.secret.is_same(&other.secret)
    }

    /// Returns the user name; empty where there is none.
    pub(crate) fn username(&self) -> &str {
        self.username.as_deref().unwrap_or_default()
    }

    /// Returns the value for a password field: the token or password. `None` if only a whole header was saved.
    pub(crate) fn as_password(&self) -> Option<&str> {
        match &self.secret {
            Secret::Token(token) => Some(token.value.expose_secret()),
            Secret::Password(password) => Some(password.expose_secret()),
            Secret::Header { .. } => None,
        }
    }

    /// Returns the bearer token: that of a profile, or one that was saved as a `Bearer` header.
    pub(crate) fn as_bearer(&self) -> Option<&str> {
        match &self.secret {
            Secret::Token(token) => Some(token.value.expose_secret()),
            Secret::Header { scheme, value } if scheme.eq_ignore_ascii_case("bearer") => {
                Some(value.expose_secret())
            }
            Secret::Header { .. } | Secret::Password(_) => None,
        }
    }

    /// Returns the whole value of an `Authorization` header: `Bearer` (RFC 6750), `Basic` (RFC 7617) or as saved.
    ///
    /// # Errors
    ///
    /// When a token or a saved header contains a control character, or the user name of a `Basic` header a colon.
    pub(crate) fn authorization(&self) -> Result<Zeroizing<String>, RenderError> {
        let value = match &self.secret {
            Secret::Token(token) => ["Bearer ", token.value.expose_secret()].concat(),
            Secret::Header { scheme, value } => [scheme, " ", value.expose_secret()].concat(),
            Secret::Password(_) => return self.basic(),
        };
        let value = Zeroizing::new(value);
        check_printable("credential", &value)?;
        Ok(value)
    }

    /// Returns the whole value of an `Authorization` header, `Basic` and the encoded user name and password (RFC 7617),
    /// with a token in place of the password.
    ///
    /// # Errors
    ///
    /// When the user name contains a colon, or only a whole header was saved.
    pub(crate) fn basic(&self) -> Result<Zeroizing<String>, RenderError> {
        let username = self.username();
        if username.contains(':') {
            return Err(RenderError::Colon);
        }
        let password = self.as_password().ok_or(RenderError::NoPassword)?;
        let pair = Zeroizing::new([username, ":", password].concat());
        let encoded = Zeroizing::new(STANDARD.encode(&*pair));
        Ok(Zeroizing::new(["Basic ", &encoded].concat()))
    }
}

/// The secrets that a client sends: to be saved, or because a server refused them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offered {
    pub(crate) password: Option<SecretString>,
    /// git's `authtype` and `credential`.
    pub(crate) header: Option<(String, SecretString)>,
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) oauth_refresh_token: Option<SecretString>,
    /// Whether the credential is for its creator only and must not be saved.
    pub(crate) is_ephemeral: bool,
}

impl Offered {
    /// Returns the secret that was sent to the server: the header's, else the password.
    pub(crate) fn secret(&self) -> Option<&SecretString> {
        let header = self.header.as_ref().map(|(_, value)| value);
        header.or(self.password.as_ref())
    }

    /// Returns whether the secret is this token, with or without `Bearer `, which some clients put before it.
    pub(crate) fn is_token(&self, token: &AccessToken) -> bool {
        let secret = self.secret().map_or("", |it| it.expose_secret());
        secret.strip_prefix("Bearer ").unwrap_or(secret) == token.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[test]
    fn each_kind_of_secret_makes_its_own_header() {
        let token = crate::testing::token_credential(
            AccessToken::new("T0K3N".into()),
            GitAuth::Basic,
            "oauth2".into(),
            None,
        );
        assert_eq!(token.authorization().expect("it").as_str(), "Bearer T0K3N");
        assert_eq!(token.as_bearer(), Some("T0K3N"));
        assert_eq!(token.as_password(), Some("T0K3N"));

        // RFC 7617 §2.
        let password = Credential::password(Some("Aladdin".into()), secret("open sesame"));
        assert_eq!(
            password.authorization().expect("it").as_str(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(password.as_bearer(), None);
        let nobody = Credential::password(None, secret(""));
        assert_eq!(nobody.authorization().expect("it").as_str(), "Basic Og==");
        let split = Credential::password(Some("a:b".into()), secret("c"));
        assert_eq!(split.authorization(), Err(RenderError::Colon));

        let mut header = nobody;
        header.secret = Secret::Header {
            scheme: "bearer".into(),
            value: secret("abc"),
        };
        assert_eq!(header.authorization().expect("it").as_str(), "bearer abc");
        assert_eq!(
            (header.as_bearer(), header.as_password()),
            (Some("abc"), None)
        );
        header.secret = Secret::Header {
            scheme: "Negotiate".into(),
            value: secret("abc\r\nX: y"),
        };
        assert!(header.authorization().is_err());
        assert_eq!(header.as_bearer(), None);
        assert!(!format!("{header:?} {token:?}").contains("T0K3N"));
    }
}
