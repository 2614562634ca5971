//! What the errors of OAuth sign-ins mean to a program and to a person.

use super::class::{Class, Code};
use super::grants::{of_grant, of_http};
use super::hint::{hint, key_of};
use crate::oauth::authorization_code::AuthorizationResponseError;
use crate::oauth::client_auth::ClientAuthError;
use crate::oauth::device::DeviceError;
use crate::oauth::discovery::DiscoveryError;
use crate::oauth::id_token::IdTokenError;
use crate::oauth::loopback::LoopbackError;
use crate::oauth::registration::RegistrationError;
use crate::oauth::resource::ResourceError;
use crate::providers::oauth::OAuthError;

/// Returns the class of an error that only these sign-ins have.
pub(super) fn class_of(
    cause: &(dyn std::error::Error + 'static),
    profile: Option<&str>,
) -> Option<Class> {
    if let Some(error) = cause.downcast_ref() {
        return Some(of_registration(error, profile));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_resource(error, profile));
    }
    cause.downcast_ref().map(|error| of_sign_in(error, profile))
}

pub(super) fn of_sign_in(error: &OAuthError, profile: Option<&str>) -> Class {
    match error {
        OAuthError::Device(DeviceError::Denied) => (Code::Denied, None),
        OAuthError::Device(DeviceError::Expired) | OAuthError::NobodyCame { .. } => (
            Code::LoginRequired,
            hint("nothing was changed; begin again when the browser is at hand"),
        ),
        OAuthError::Device(DeviceError::InvalidResponse { .. }) => (Code::Server, None),
        OAuthError::Device(DeviceError::Grant(error)) => of_grant(error, profile),
        OAuthError::Loopback(LoopbackError::PortInUse { .. }) => (
            Code::Config,
            hint(
                "end the other program, or set another `redirect_port` in the profile (none: any free port)",
            ),
        ),
        OAuthError::Loopback(LoopbackError::Io(_)) => (
            Code::Config,
            hint("`--device` signs in without it, where the server can do that"),
        ),
        OAuthError::IdToken(error) => of_id_token(error, profile),
        OAuthError::NeedsPerson => (Code::LoginRequired, None),
    }
}

pub(super) fn of_answer(error: &AuthorizationResponseError, profile: Option<&str>) -> Class {
    match error {
        AuthorizationResponseError::Denied { .. } => (Code::Denied, None),
        AuthorizationResponseError::Refused(error) => of_grant(error, profile),
        AuthorizationResponseError::StateMismatch
        | AuthorizationResponseError::NoCode
        | AuthorizationResponseError::WrongAddress { .. } => (
            Code::Denied,
            hint(
                "begin again; only the address that the browser ends on in this very sign-in will do",
            ),
        ),
        AuthorizationResponseError::IssuerMismatch { .. } => (
            Code::Denied,
            hint("somebody may have put one server in another's place: tell the server's operator"),
        ),
    }
}

fn of_id_token(error: &IdTokenError, profile: Option<&str>) -> Class {
    match error {
        IdTokenError::Expired { .. } => {
            (Code::Denied, hint("see that this machine's clock is right"))
        }
        IdTokenError::Keys(error) => of_discovery(error, profile),
        IdTokenError::NonceMismatch => (Code::Denied, hint("begin again")),
        _ => (
            Code::Denied,
            hint(
                "the login was not stored; the server's operator can say why it sends such a token",
            ),
        ),
    }
}

pub(super) fn of_discovery(error: &DiscoveryError, profile: Option<&str>) -> Class {
    match error {
        DiscoveryError::Http(error) => of_http(error, profile),
        DiscoveryError::NotFound { .. } => (
            Code::Config,
            hint(
                "see that `issuer` is right, or give authorization_endpoint and token_endpoint in the profile",
            ),
        ),
        DiscoveryError::IssuerMismatch { .. } => (
            Code::Denied,
            hint("`issuer` has to be what the server itself calls its issuer"),
        ),
        DiscoveryError::BadEndpoint { .. } => (Code::Denied, None),
        DiscoveryError::Redirect { .. } | DiscoveryError::NotMetadata { .. } => (
            Code::Server,
            hint("see that the address is the authorization server's own, without any detour"),
        ),
        DiscoveryError::Status { .. } => (Code::Server, hint("try again later")),
    }
}

pub(super) fn of_client(error: &ClientAuthError, profile: Option<&str>) -> Class {
    let text = match error {
        ClientAuthError::ReadableByOthers { file } => Some(format!("run `chmod 600 {file}`")),
        ClientAuthError::BadKey { file, .. } => Some(format!(
            "`openssl pkcs8 -topk8 -nocrypt -in {file}` prints a key in the form that is needed"
        )),
        ClientAuthError::Unreadable { key, .. } | ClientAuthError::NoSecret { key, .. } => {
            Some(format!("correct {}", key_of(profile, key)))
        }
        ClientAuthError::CannotSign => Some(format!("correct {}", key_of(profile, "private_key"))),
    };
    (Code::Config, text)
}

fn of_registration(error: &RegistrationError, profile: Option<&str>) -> Class {
    const BY_HAND: &str = "register a client at the server, with the redirect URI http://127.0.0.1/, and name it with --client-id";
    match error {
        RegistrationError::NotSupported { .. } => (Code::Config, hint(BY_HAND)),
        RegistrationError::Refused { source, .. } if source.is_transient() => {
            of_grant(source, profile)
        }
        RegistrationError::Refused { .. } => (Code::Denied, hint(BY_HAND)),
        RegistrationError::Unusable { .. } => (Code::Server, hint(BY_HAND)),
    }
}

fn of_resource(error: &ResourceError, profile: Option<&str>) -> Class {
    match error {
        ResourceError::Metadata(error) => of_discovery(error, profile),
        ResourceError::NotProtected { .. } => (
            Code::Config,
            hint("see that the address is the one that the client will use, path included"),
        ),
        ResourceError::ResourceMismatch { .. } | ResourceError::InsecureMetadataUrl { .. } => {
            (Code::Denied, None)
        }
        ResourceError::NoServer { .. } => (Code::Server, None),
    }
}
