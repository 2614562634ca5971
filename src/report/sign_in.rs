//! Errors of sign-ins.

use super::code::{Code, CodeAndHint};
use super::hint::{
    config_key, hint, login_again, login_in_browser, login_with_new_client, retry_hint,
    set_variables,
};
use super::http::classify_http;
use super::kognic::classify_keyring_item;
use super::mix_up::classify_mix_up;
use super::oauth::{classify_authorization_response, classify_id_token, classify_oauth};
use crate::oauth::GrantError;
use crate::oauth::device::DeviceError;
use crate::oauth::loopback::LoopbackError;
use crate::profile::{Holds, variable_of};
use crate::providers::oauth::OAuthError;
use crate::providers::{CredentialsError, Needed, SignInError};

/// Returns code and hint of a failed sign-in.
pub(super) fn classify_sign_in(error: &SignInError, profile: Option<&str>) -> CodeAndHint {
    let in_browser = || login_in_browser(profile);
    match error {
        SignInError::InvalidCredentials { .. } => (
            Code::InvalidCredentials,
            Some(format!(
                "start again; an account of Google or Apple signs in with {}",
                in_browser()
            )),
        ),
        SignInError::InvalidPassword { .. } => (Code::InvalidCredentials, hint("start again")),
        SignInError::InvalidCode { .. } => (
            Code::InvalidCredentials,
            hint(
                "check that this machine's clock is right; a code is accepted once, so wait for the next one",
            ),
        ),
        SignInError::Credentials(error) => classify_credentials(error, profile),
        SignInError::AccountLocked { .. } => (
            Code::Denied,
            hint("unlock it on the account's web page, or wait"),
        ),
        SignInError::RateLimited { retry_after, .. } => {
            (Code::RateLimited, retry_hint(*retry_after))
        }
        SignInError::Server { retry_after, .. } => (Code::Server, retry_hint(*retry_after)),
        SignInError::Forbidden { .. }
        | SignInError::UnknownPage { .. }
        | SignInError::HiddenForm { .. }
        | SignInError::TooManySteps { .. }
        | SignInError::LeftOrigin { .. } => (
            Code::Server,
            Some(format!("{} signs in with a browser instead", in_browser())),
        ),
        SignInError::Answer(error) => classify_authorization_response(error, profile),
        SignInError::Grant(error @ GrantError::RegisteredClientRefused(_)) => {
            classify_oauth(error, profile)
        }
        error if error.is_refused_client() => (
            Code::InvalidCredentials,
            hint("check that the client's credentials are still valid, and for this server"),
        ),
        SignInError::Grant(error) => classify_oauth(error, profile),
        SignInError::Http(error) => classify_http(error, profile),
        SignInError::OAuth(error) => classify_interactive(error, profile),
        SignInError::Kognic(error) => classify_keyring_item(error),
    }
}

/// Returns code and hint of a failed sign-in by a person at an OAuth server.
pub(super) fn classify_interactive(error: &OAuthError, profile: Option<&str>) -> CodeAndHint {
    match error {
        OAuthError::Device(DeviceError::Denied) | OAuthError::UnfitEndpoint { .. } => {
            (Code::Denied, None)
        }
        OAuthError::TimedOut {
            is_registered: true,
            ..
        } => (
            Code::LoginRequired,
            Some(format!(
                "nothing was changed; if the server's page said that it does not know the client, sign in with {}; else \
                 start again when you can use a browser",
                login_with_new_client(profile)
            )),
        ),
        OAuthError::Device(DeviceError::Expired) | OAuthError::TimedOut { .. } => (
            Code::LoginRequired,
            hint("nothing was changed; start again when you can use a browser"),
        ),
        OAuthError::Device(DeviceError::InvalidResponse { .. }) => (Code::Server, None),
        OAuthError::Device(DeviceError::Grant(error)) => classify_oauth(error, profile),
        OAuthError::Loopback(LoopbackError::PortInUse { .. }) => (
            Code::Config,
            hint(
                "stop the other program, set another `redirect_port` or `redirect_uri` in the profile, or none to use any free port",
            ),
        ),
        OAuthError::Loopback(LoopbackError::Io(_)) => (
            Code::Config,
            hint("`--device` signs in without a port of this machine, if the server supports that"),
        ),
        OAuthError::RefusedClient(error) => classify_oauth(error, profile),
        OAuthError::ClientGrant(_) => (
            Code::Denied,
            Some(format!(
                "check that the server lets this client sign in by itself (flow = \"client-credentials\"), first {}",
                config_key(profile, "client_id")
            )),
        ),
        OAuthError::IdToken(error) => classify_id_token(error, profile),
        OAuthError::MixUp(error) => classify_mix_up(error, profile),
        OAuthError::NeedsPerson => (Code::LoginRequired, None),
    }
}

/// Returns the code and hint for credentials that are missing, cannot be got or were all refused.
fn classify_credentials(error: &CredentialsError, profile: Option<&str>) -> CodeAndHint {
    let needed = match error {
        CredentialsError::Missing(needed) | CredentialsError::Failed { needed, .. } => *needed,
        CredentialsError::NoMore => return (Code::InvalidCredentials, None),
    };
    let (code, otherwise) = match needed {
        Needed::OneTimeCode => (
            Code::OtpRequired,
            match profile.and_then(|profile| variable_of(profile, Holds::TotpSecret)) {
                Some(variable) => format!("set {variable} or the profile's otp_command"),
                None => "set the profile's otp_command".to_owned(),
            },
        ),
        Needed::Email | Needed::Password => (
            Code::LoginRequired,
            profile
                .and_then(set_variables)
                .unwrap_or_else(|| "set the profile's email and password_command".to_owned()),
        ),
    };
    let login_again = login_again(profile);
    (
        code,
        Some(format!("{login_again} in a terminal, or {otherwise}")),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_saw_the_client_refused_is_told_how_to_replace_it() {
        let hint = |is_registered, profile| {
            let after = Duration::from_secs(300);
            let error = OAuthError::TimedOut {
                after,
                is_registered,
            };
            classify_interactive(&error, profile).1.unwrap_or_default()
        };
        let of_profile = hint(true, Some("corp"));
        assert!(
            of_profile.contains("`prusa-cred login --profile corp --new-client`"),
            "{of_profile}"
        );
        assert!(!hint(false, Some("corp")).contains("--new-client"));
    }
}
