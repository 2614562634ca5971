//! Settings of any OAuth 2.0 or OpenID Connect server.

use std::path::PathBuf;

use url::Url;

use super::ConfigError;
use super::keys::Keys;

/// An authorization server, and how we are its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct OAuthSettings {
    /// Its metadata is looked up there (RFC 8414, OpenID Connect Discovery); endpoints given here win over it.
    pub(crate) issuer: Option<Url>,
    pub(crate) endpoints: OAuthEndpoints,
    pub(crate) client_id: String,
    pub(crate) client_auth: ClientAuth,
    /// `None`: whichever works here.
    pub(crate) flow: Option<Flow>,
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Option<String>,
    /// RFC 8707. As it was written: servers compare it to the letter.
    pub(crate) resource: Option<String>,
    /// The loopback redirect's port; any free one without.
    pub(crate) redirect_port: Option<u16>,
}

/// Endpoints that are given by hand, by their names in RFC 8414.
#[derive(Clone, Debug, Default)]
pub(crate) struct OAuthEndpoints {
    pub(crate) authorization_endpoint: Option<Url>,
    pub(crate) token_endpoint: Option<Url>,
    pub(crate) device_authorization_endpoint: Option<Url>,
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) jwks_uri: Option<Url>,
}

/// How a login begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Authorization code with PKCE and a loopback redirect (RFC 8252).
    Browser,
    /// RFC 8628.
    Device,
    /// RFC 6749 §4.4.
    ClientCredentials,
}

/// How the client shows who it is at the token endpoint (OpenID Connect Core §9).
#[derive(Clone, Debug, Default)]
pub(crate) enum ClientAuth {
    #[default]
    None,
    Basic(SecretFrom),
    Post(SecretFrom),
    /// RFC 7523: a JWT signed with the key in this PEM file.
    PrivateKeyJwt {
        key_file: PathBuf,
        key_id: Option<String>,
    },
}

/// Where a client secret is. It never stands in the configuration itself.
#[derive(Clone, Debug)]
pub(crate) enum SecretFrom {
    File(PathBuf),
    Command(String),
}

#[derive(Clone, Copy)]
enum Method {
    None,
    Basic,
    Post,
    PrivateKeyJwt,
}

/// Reads a profile's own keys. Such a profile answers for no host but those that its `hosts` names.
pub(super) fn read(keys: &mut Keys<'_>) -> Result<OAuthSettings, ConfigError> {
    let flows = [
        ("browser", Flow::Browser),
        ("device", Flow::Device),
        ("client-credentials", Flow::ClientCredentials),
    ];
    let settings = OAuthSettings {
        issuer: keys.endpoint("issuer")?,
        endpoints: OAuthEndpoints {
            authorization_endpoint: keys.endpoint("authorization_endpoint")?,
            token_endpoint: keys.endpoint("token_endpoint")?,
            device_authorization_endpoint: keys.endpoint("device_authorization_endpoint")?,
            revocation_endpoint: keys.endpoint("revocation_endpoint")?,
            jwks_uri: keys.endpoint("jwks_uri")?,
        },
        client_id: keys
            .line("client_id")?
            .ok_or_else(|| keys.missing("client_id", "as the server registered this client"))?,
        client_auth: client_auth(keys)?,
        flow: keys.word("flow", &flows)?,
        scopes: keys.lines("scopes")?.unwrap_or_default(),
        audience: keys.line("audience")?,
        resource: match keys.address("resource")? {
            Some(_) => keys.line("resource")?,
            None => None,
        },
        redirect_port: keys.port("redirect_port")?,
    };
    if settings.issuer.is_none() && settings.endpoints.token_endpoint.is_none() {
        return Err(keys.missing(
            "issuer",
            "the server's address, or its token_endpoint and others by hand",
        ));
    }
    Ok(settings)
}

fn client_auth(keys: &mut Keys<'_>) -> Result<ClientAuth, ConfigError> {
    let methods = [
        ("none", Method::None),
        ("client_secret_basic", Method::Basic),
        ("client_secret_post", Method::Post),
        ("private_key_jwt", Method::PrivateKeyJwt),
    ];
    let method = keys.word("client_auth", &methods)?;
    let secret_file = keys.path("client_secret_file")?;
    let secret_command = keys.string("client_secret_command")?;
    let key_file = keys.path("private_key")?;
    let key_id = keys.line("key_id")?;
    let secret = secret_file
        .map(SecretFrom::File)
        .or(secret_command.map(SecretFrom::Command));
    let method = method.unwrap_or(match (&secret, &key_file) {
        (Some(_), _) => Method::Basic,
        (None, Some(_)) => Method::PrivateKeyJwt,
        (None, None) => Method::None,
    });
    let missing_secret = || {
        keys.missing(
            "client_secret_file",
            "or client_secret_command, for this client_auth",
        )
    };
    Ok(match method {
        Method::None => ClientAuth::None,
        Method::Basic => ClientAuth::Basic(secret.ok_or_else(missing_secret)?),
        Method::Post => ClientAuth::Post(secret.ok_or_else(missing_secret)?),
        Method::PrivateKeyJwt => ClientAuth::PrivateKeyJwt {
            key_file: key_file
                .ok_or_else(|| keys.missing("private_key", "a PEM file, for this client_auth"))?,
            key_id,
        },
    })
}
