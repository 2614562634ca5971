//! Settings of any OAuth 2.0 or OpenID Connect server.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::keys::{Keys, line};
use super::redirect_uri::RedirectUri;
use super::spec::{BuiltIn, ProviderSpec, TokenFiles};
use crate::credential::HostPattern;
use crate::token::UnixTime;

/// The provider. A profile of this name is like any other.
pub(super) static SPEC: ProviderSpec = ProviderSpec {
    name: "oauth",
    help: "Any OAuth 2.0 or OpenID Connect server",
    menu_item: "Another server (OAuth 2.0 or OpenID Connect)",
    built_in: BuiltIn::Never,
    variables: &[],
    exec_variable: "ACCESS_TOKEN",
    no_profile: "no profile of provider oauth is built in: name yours with --profile, or make one with `prusa-cred login \
                 --issuer ADDRESS --client-id ID`",
    sealed_note: "",
    has_browser_sign_in: true,
    can_revoke: true,
    token_files: TokenFiles::OnePerProfile,
    token_decides_email: false,
};

/// An authorization server, and this program as its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct OAuthSettings {
    /// Where the server's metadata is (RFC 8414, OpenID Connect Discovery); `endpoints` win over it.
    pub(crate) issuer: Option<Url>,
    /// `Some`: a resource named the issuer, not a person, and these are the origins of its endpoints that were checked,
    /// or that a person agreed to.
    pub(crate) endpoint_origins: Option<Vec<String>>,
    pub(crate) endpoints: OAuthEndpoints,
    pub(crate) client_id: String,
    pub(crate) client_auth: ClientAuth,
    /// Whether the client registered itself (RFC 7591), so that another may be registered in its place.
    pub(crate) is_registered: bool,
    /// Whether it did so in this very run.
    pub(crate) is_fresh_client: bool,
    /// When the secret of such a client runs out, if the server said so.
    pub(crate) client_secret_expires_at: Option<UnixTime>,
    /// `None`: whichever works on this machine.
    pub(crate) flow: Option<Flow>,
    pub(crate) scopes: Vec<String>,
    pub(crate) audience: Option<String>,
    /// Resource indicator (RFC 8707), byte for byte as it was written, since servers compare it so.
    pub(crate) resource: Option<String>,
    /// The same as an entry of `hosts`; `None` if there is no resource, or it is no address to which a token can be
    /// sent.
    pub(crate) resource_place: Option<HostPattern>,
    /// Where a browser is sent back to.
    pub(crate) redirect_uri: RedirectUri,
    /// Parameters of the authorization request to add or replace, or with an empty value to take away.
    pub(crate) authorize_params: Vec<(String, String)>,
}

/// The parameters that a sign-in is safe by, or that a key of its own sets: neither is changed by `authorize_params`.
const RESERVED_PARAMS: [&str; 13] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// Endpoints from the configuration, by their names in RFC 8414.
#[derive(Clone, Debug, Default)]
pub(crate) struct OAuthEndpoints {
    pub(crate) authorization_endpoint: Option<Url>,
    pub(crate) token_endpoint: Option<Url>,
    pub(crate) device_authorization_endpoint: Option<Url>,
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) jwks_uri: Option<Url>,
}

/// The grant that a login uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Authorization code with PKCE and a loopback redirect (RFC 8252).
    Browser,
    /// Device authorization grant (RFC 8628).
    Device,
    /// Client credentials grant (RFC 6749 §4.4).
    ClientCredentials,
}

/// How the client authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Clone, Debug, Default)]
pub(crate) enum ClientAuth {
    #[default]
    None,
    /// With a secret, in the way that the server's metadata names.
    Secret(SecretFrom),
    Basic(SecretFrom),
    Post(SecretFrom),
    /// A JWT signed with the key in this PEM file (RFC 7523).
    PrivateKeyJwt {
        key_file: PathBuf,
        key_id: Option<String>,
    },
}

/// Where a client secret is. The configuration itself never holds one.
#[derive(Clone, Debug)]
pub(crate) enum SecretFrom {
    File(PathBuf),
    Command(String),
    /// A server has just given it, and it is in no file yet.
    Given(SecretString),
}

impl ClientAuth {
    /// Returns the way of this name, in which a client that has registered itself sends the secret that it was given.
    pub(crate) fn of_registered(method: &str, secret: Option<SecretString>) -> Self {
        match (method, secret.map(SecretFrom::Given)) {
            ("client_secret_basic", Some(secret)) => Self::Basic(secret),
            ("client_secret_post", Some(secret)) => Self::Post(secret),
            _ => Self::None,
        }
    }
}

/// A value of `client_auth`.
#[derive(Clone, Copy)]
enum Method {
    None,
    Secret,
    Basic,
    Post,
    PrivateKeyJwt,
}

/// Reads the keys of a profile of this provider, which answers only for its `resource` and the hosts in its `hosts`. What
/// is not valid is noted in `keys`, and so is that `client_id`, the secret or key of `client_auth`, or both `issuer` and
/// `token_endpoint` are missing; then it may be `None`.
pub(super) fn read(keys: &mut Keys<'_>) -> Option<OAuthSettings> {
    let flows = [
        ("browser", Flow::Browser),
        ("device", Flow::Device),
        ("client-credentials", Flow::ClientCredentials),
    ];
    // Before there was the key, `login ADDRESS` wrote these, and nobody else all of them.
    let seems_registered = ["resource", "redirect_port", "client_auth"];
    let seems_registered = seems_registered.iter().all(|key| keys.has(key));
    let registration = keys.word("client_registration", &[("dynamic", ())]);
    let resource = keys.address("resource").and_then(|_| keys.line("resource"));
    let issuer = keys.endpoint("issuer");
    let endpoint_origins = keys.origins("endpoint_origins");
    let endpoints = OAuthEndpoints {
        authorization_endpoint: keys.endpoint("authorization_endpoint"),
        token_endpoint: keys.endpoint("token_endpoint"),
        device_authorization_endpoint: keys.endpoint("device_authorization_endpoint"),
        revocation_endpoint: keys.endpoint("revocation_endpoint"),
        jwks_uri: keys.endpoint("jwks_uri"),
    };
    let client_id = keys.line("client_id");
    let client_id = keys.required(
        "client_id",
        client_id,
        "as the server registered this client",
    );
    if issuer.is_none() && endpoints.token_endpoint.is_none() && !keys.has("token_endpoint") {
        let why = "the server's address, or its token_endpoint and others by hand";
        keys.required("issuer", issuer.as_ref(), why);
    }
    let settings = OAuthSettings {
        issuer,
        endpoint_origins,
        endpoints,
        client_auth: client_auth(keys).unwrap_or_default(),
        is_fresh_client: false,
        is_registered: registration.is_some() || seems_registered,
        client_secret_expires_at: keys
            .seconds("client_secret_expires_at")
            .map(UnixTime::from_secs),
        flow: keys.word("flow", &flows),
        scopes: keys.lines("scopes").unwrap_or_default(),
        audience: keys.line("audience"),
        resource_place: resource.as_deref().and_then(HostPattern::of_resource),
        resource,
        redirect_uri: redirect_uri(keys),
        authorize_params: keys
            .texts("authorize_params", authorize_param)
            .unwrap_or_default(),
        client_id: client_id?,
    };
    Some(settings)
}

/// Returns the redirect URI: `redirect_uri` as it is registered, else one on `redirect_port`, else on any free port. One
/// that is not valid, and that both are there, is noted in `keys`.
fn redirect_uri(keys: &mut Keys<'_>) -> RedirectUri {
    let port = keys.port("redirect_port");
    let registered = keys.read("redirect_uri", |value| match port {
        Some(_) => Err("redirect_port is set too, and the redirect URI has the port".to_owned()),
        None => RedirectUri::parse(&line(value)?),
    });
    let any = RedirectUri::default();
    registered.unwrap_or_else(|| port.map_or(any.clone(), |port| any.with_port(port)))
}

/// Checks a parameter of the authorization request. Fails with the reason if its value is decided elsewhere.
fn authorize_param(name: &str) -> Result<(), String> {
    let is_reserved = |reserved: &&&str| reserved.eq_ignore_ascii_case(name);
    match RESERVED_PARAMS.iter().find(is_reserved) {
        Some(&"scope") => Err("scope cannot be set here, but by the key scopes".to_owned()),
        Some(&"resource") => {
            Err("resource cannot be set here, but by the key of that name".to_owned())
        }
        Some(&"client_id") => {
            Err("client_id cannot be set here, but by the key of that name".to_owned())
        }
        Some(reserved) => Err(format!(
            "{reserved} cannot be set: each sign-in has its own"
        )),
        None => Ok(()),
    }
}

/// Returns how the client authenticates. Without `client_auth` a secret is sent as the server says, else a private key
/// means `private_key_jwt`, else there is no authentication. A secret's file takes precedence over its command; neither
/// is read or run. `None`, noted in `keys`, if the method's secret or key is missing or not valid.
fn client_auth(keys: &mut Keys<'_>) -> Option<ClientAuth> {
    let methods = [
        ("none", Method::None),
        ("client_secret_basic", Method::Basic),
        ("client_secret_post", Method::Post),
        ("private_key_jwt", Method::PrivateKeyJwt),
    ];
    let method = keys.word("client_auth", &methods);
    let secret_file = keys.path("client_secret_file");
    let secret_command = keys.string("client_secret_command");
    let key_file = keys.path("private_key");
    let key_id = keys.line("key_id");
    let secret = secret_file
        .map(SecretFrom::File)
        .or(secret_command.map(SecretFrom::Command));
    let method = method.unwrap_or(match (&secret, &key_file) {
        (Some(_), _) => Method::Secret,
        (None, Some(_)) => Method::PrivateKeyJwt,
        (None, None) => Method::None,
    });
    let needs_secret = matches!(method, Method::Secret | Method::Basic | Method::Post);
    if needs_secret && secret.is_none() && !keys.has("client_secret_command") {
        let why = "or client_secret_command, for this client_auth";
        keys.required("client_secret_file", secret.as_ref(), why)?;
    }
    Some(match method {
        Method::None => ClientAuth::None,
        Method::Secret => ClientAuth::Secret(secret?),
        Method::Basic => ClientAuth::Basic(secret?),
        Method::Post => ClientAuth::Post(secret?),
        Method::PrivateKeyJwt => ClientAuth::PrivateKeyJwt {
            key_file: keys.required("private_key", key_file, "a PEM file, for this client_auth")?,
            key_id,
        },
    })
}
