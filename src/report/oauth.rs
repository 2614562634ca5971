//! Errors of the exchanges with OAuth servers.

use super::code::{Code, CodeAndHint};
use super::hint::{config_key, hint, login_again, retry_hint};
use super::http::classify_http;
use super::mix_up::classify_mix_up;
use super::store::classify_secret_file;
use crate::escape::shell_word_of;
use crate::oauth::GrantError;
use crate::oauth::authorization_code::AuthorizationResponseError;
use crate::oauth::client_auth::ClientAuthError;
use crate::oauth::discovery::DiscoveryError;
use crate::oauth::id_token::IdTokenError;
use crate::oauth::refusal::{INVALID_GRANT, Refusal, SLOW_DOWN, is_same_word};
use crate::oauth::registration::RegistrationError;
use crate::oauth::resource::ResourceError;
use crate::store::StoreError;

/// Returns code and hint of a failed request to one of the server's endpoints.
pub(super) fn classify_oauth(error: &GrantError, profile: Option<&str>) -> CodeAndHint {
    match error {
        GrantError::Http(error) | GrantError::CutOff(error) => classify_http(error, profile),
        GrantError::RateLimited { retry_after, .. } => {
            (Code::RateLimited, retry_hint(*retry_after))
        }
        GrantError::Refused { .. } if error.is_refusal(INVALID_GRANT) => {
            (Code::LoginRequired, Some(login_again(profile)))
        }
        GrantError::Refused { .. } if error.is_refusal(SLOW_DOWN) => {
            (Code::RateLimited, retry_hint(None))
        }
        GrantError::Refused { error, .. } => classify_refusal(error, profile),
        GrantError::RegisteredClientRefused(_) => (
            Code::InvalidCredentials,
            Some(format!(
                "{}, which registers this program anew there: the server no longer knows the client, or its secret",
                login_again(profile)
            )),
        ),
        GrantError::ProgramRefused(error) => (
            classify_oauth(error, profile).0,
            hint(
                "no setting is at fault: see whether there is a newer prusa-cred, or ask the server's operator why",
            ),
        ),
        GrantError::Forbidden { .. } => (
            Code::Denied,
            hint(
                "a firewall in front of the server may block the request: try from another network, or ask its operator",
            ),
        ),
        GrantError::InvalidToken { .. } => (
            Code::Server,
            hint("nothing was stored; ask the server's operator why it sends such a token"),
        ),
        GrantError::KeyBound { .. } => (
            Code::Server,
            hint("nothing was stored; ask the server's operator for bearer tokens for this client"),
        ),
        // Whatever is there, it is no token endpoint.
        GrantError::UnexpectedResponse {
            status: 300..400 | 404 | 405 | 410,
            ..
        } => (
            Code::Server,
            hint(
                "check that the server's address is right, on the command line, in the environment and in the configuration",
            ),
        ),
        GrantError::BothRevocations(errors) => {
            let [first, _] = &**errors;
            classify_oauth(first, profile)
        }
        GrantError::Server { retry_after, .. } => (Code::Server, retry_hint(*retry_after)),
        GrantError::UnexpectedResponse { .. } | GrantError::NoToken { .. } => {
            (Code::Server, retry_hint(None))
        }
        // The response may have held the only valid refresh token.
        GrantError::Compressed { .. } => (
            Code::Server,
            hint(
                "make sure that neither the server nor a proxy in front of it compresses responses, then sign in again",
            ),
        ),
        GrantError::Random(_) => (Code::Storage, None),
        GrantError::Discovery(error) => classify_discovery(error, profile),
        GrantError::ClientAuth(error) => classify_client_auth(error, profile),
        GrantError::MixUp(error) => classify_mix_up(error, profile),
        GrantError::NoEndpoint { .. } => (
            Code::Config,
            hint("set it in the profile, or sign in another way (--browser, --device)"),
        ),
    }
}

/// Returns code and hint of a refusal with this word of the server's: for those of RFC 6749 §5.2 and RFC 8707 §2 the
/// hint names the setting that it is about.
fn classify_refusal(error: &str, profile: Option<&str>) -> CodeAndHint {
    let key = |key| config_key(profile, key);
    let client = || {
        format!(
            "check that the server still accepts this client and its secret: {}",
            key("client_id")
        )
    };
    match Refusal::of(error) {
        Refusal::ForNow => (Code::Server, retry_hint(None)),
        Refusal::Client => (Code::InvalidCredentials, Some(client())),
        Refusal::Setting(setting) => (Code::Denied, Some(setting_hint(setting, profile))),
        Refusal::Grant if is_same_word(error, "unauthorized_client") => {
            (Code::Denied, Some(client()))
        }
        Refusal::Grant => (Code::Denied, hint("ask the server's operator why")),
    }
}

/// Returns the hint of a refusal that is about this key of the profile.
fn setting_hint(key: &str, profile: Option<&str>) -> String {
    let what = match key {
        "scopes" => "request only scopes that the server grants this client: --scopes, or",
        "resource" => "set a resource that the server issues tokens for:",
        "flow" => "choose a way to sign in that the server allows this client:",
        _ => {
            let key = config_key(profile, key);
            return format!(
                "check that the profile's settings are those that this server requires, {key} first, or sign in again"
            );
        }
    };
    format!("{what} {}", config_key(profile, key))
}

/// Returns code and hint of an authorization response without a code.
pub(super) fn classify_authorization_response(
    error: &AuthorizationResponseError,
    profile: Option<&str>,
) -> CodeAndHint {
    match error {
        AuthorizationResponseError::Denied { .. } => (Code::Denied, None),
        AuthorizationResponseError::Refused(error) => classify_oauth(error, profile),
        AuthorizationResponseError::StateMismatch
        | AuthorizationResponseError::NoCode
        | AuthorizationResponseError::CodeAlone
        | AuthorizationResponseError::ServerPage { .. }
        | AuthorizationResponseError::WrongAddress { .. } => (
            Code::Denied,
            hint(
                "start again; only the address that the browser ends on in the same sign-in is accepted",
            ),
        ),
        AuthorizationResponseError::IssuerMismatch { .. } => (
            Code::Denied,
            hint("another server may be posing as this one: tell the server's operator"),
        ),
    }
}

/// Returns code and hint of an ID token that is not valid.
pub(super) fn classify_id_token(error: &IdTokenError, profile: Option<&str>) -> CodeAndHint {
    match error {
        IdTokenError::Expired { .. }
        | IdTokenError::NotYetValid { .. }
        | IdTokenError::IssuedInFuture { .. } => (
            Code::Denied,
            hint("check that this machine's clock is right"),
        ),
        IdTokenError::Keys(error) => classify_discovery(error, profile),
        IdTokenError::NonceMismatch => (Code::Denied, hint("start again")),
        IdTokenError::NotAJwt | IdTokenError::Algorithm { .. } => (
            Code::Denied,
            Some(format!(
                "the login was not stored; ask the server's operator for ID tokens that are signed with a key of its own, \
                 or take \"openid\" out of {} if you need none",
                config_key(profile, "scopes")
            )),
        ),
        _ => (
            Code::Denied,
            hint("the login was not stored; ask the server's operator why it sends such a token"),
        ),
    }
}

/// Returns code and hint of metadata that is missing or not valid.
pub(super) fn classify_discovery(error: &DiscoveryError, profile: Option<&str>) -> CodeAndHint {
    match error {
        DiscoveryError::Http(error) => classify_http(error, profile),
        DiscoveryError::NotFound { .. } => (
            Code::Config,
            hint(
                "check that `issuer` is right, or set authorization_endpoint and token_endpoint in the profile",
            ),
        ),
        DiscoveryError::IssuerMismatch { .. } => (
            Code::Denied,
            hint("`issuer` has to be exactly what the server's metadata names as its issuer"),
        ),
        DiscoveryError::Placeholder { placeholder, .. } => (
            Code::Config,
            Some(format!(
                "name the address of your own tenant as `issuer`, with what {placeholder} stands for filled in; or take \
                 `issuer` out of the profile and set authorization_endpoint and token_endpoint in it"
            )),
        ),
        DiscoveryError::BadEndpoint { field, .. } => (
            Code::Denied,
            Some(format!(
                "if you know the right address, set {}",
                config_key(profile, field)
            )),
        ),
        DiscoveryError::Redirect { .. } | DiscoveryError::NotMetadata { .. } => (
            Code::Server,
            hint(
                "check that the address is the authorization server's own, and not one that redirects to it",
            ),
        ),
        DiscoveryError::Status { .. } => (Code::Server, hint("try again later")),
    }
}

/// Returns code and hint of a client that cannot authenticate.
pub(super) fn classify_client_auth(error: &ClientAuthError, profile: Option<&str>) -> CodeAndHint {
    let text = match error {
        ClientAuthError::ReadableByOthers { file } => {
            Some(format!("run `chmod 600 {}`", shell_word_of(file)))
        }
        ClientAuthError::Untrusted(_) => None,
        ClientAuthError::BadKey { file, .. } => Some(format!(
            "`openssl pkcs8 -topk8 -nocrypt -in {}` prints the key in the required format",
            shell_word_of(file)
        )),
        ClientAuthError::Unreadable { source, .. } if source.is::<StoreError>() => {
            return source
                .downcast_ref()
                .map_or((Code::Storage, None), |error| {
                    classify_secret_file(error, profile)
                });
        }
        ClientAuthError::Unreadable { key, .. } | ClientAuthError::NoSecret { key, .. } => {
            Some(format!("correct {}", config_key(profile, key)))
        }
        ClientAuthError::CannotSign => {
            Some(format!("correct {}", config_key(profile, "private_key")))
        }
    };
    (Code::Config, text)
}

/// Returns code and hint of a client that could not be registered.
pub(super) fn classify_registration(
    error: &RegistrationError,
    profile: Option<&str>,
) -> CodeAndHint {
    const BY_HAND: &str = "register a client at the server by hand, with the redirect URI http://127.0.0.1/, and name it with \
                           --client-id ID, and its redirect URI with --redirect-uri if the server wants another";
    const BY_DOCUMENT: &str = "the server takes client ID metadata documents: publish the one that --print-client-document prints with \
                               the same address, and name where it is with --client-id https://…";
    match error {
        RegistrationError::NotSupported {
            takes_documents: true,
            ..
        } => (Code::Config, hint(BY_DOCUMENT)),
        RegistrationError::NotSupported { .. } => (Code::Config, hint(BY_HAND)),
        RegistrationError::Refused { source, .. } if source.is_transient() => {
            classify_oauth(source, profile)
        }
        RegistrationError::Refused { .. } => (Code::Denied, hint(BY_HAND)),
        RegistrationError::Unusable { .. } => (Code::Server, hint(BY_HAND)),
    }
}

const MEND_METADATA: &str = "ask who runs that server to have its metadata corrected";

/// Returns code and hint of a resource whose authorization server is not known.
pub(super) fn classify_resource(error: &ResourceError, profile: Option<&str>) -> CodeAndHint {
    match error {
        ResourceError::Metadata(error) => classify_discovery(error, profile),
        ResourceError::NotProtected { .. } => (
            Code::Config,
            hint(
                "check that the address is exactly the one that the client will use, including the path",
            ),
        ),
        ResourceError::ResourceMismatch { .. } => (
            Code::Denied,
            hint("give the address that the metadata names, if that is the one you mean"),
        ),
        ResourceError::InsecureMetadataUrl { .. } => (Code::Denied, hint(MEND_METADATA)),
        ResourceError::NoServer { .. } => (Code::Server, hint(MEND_METADATA)),
    }
}
