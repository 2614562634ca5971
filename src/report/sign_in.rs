//! Errors of sign-ins.

use std::time::Duration;

use super::code::{Code, CodeAndHint};
use super::hint::{
    config_key, has_password_variables, hint, is_partly_set, login_again, login_in_browser,
    login_with_new_client, login_with_option, retry_hint, set_missing_variables,
};
use super::http::classify_http;
use super::kognic::classify_keyring_item;
use super::mix_up::classify_mix_up;
use super::oauth::{classify_authorization_response, classify_id_token, classify_oauth};
use crate::account::sources::SourceError;
use crate::oauth::GrantError;
use crate::oauth::device::DeviceError;
use crate::oauth::loopback::LoopbackError;
use crate::profile::{Holds, variable_of};
use crate::providers::oauth::OAuthError;
use crate::providers::{CredentialsError, GivenBy, Needed, SignInError};
use crate::shell::ShellError;

/// Returns code and hint of a failed sign-in.
pub(super) fn classify_sign_in(error: &SignInError, profile: Option<&str>) -> CodeAndHint {
    let in_browser = || login_in_browser(profile);
    match error {
        SignInError::InvalidCredentials { given_by, .. } => {
            let correct = correct_or_retype(given_by, profile);
            (
                Code::InvalidCredentials,
                Some(format!(
                    "{correct}; an account of Google or Apple signs in with {}",
                    in_browser()
                )),
            )
        }
        SignInError::InvalidPassword { given_by, .. } => (
            Code::InvalidCredentials,
            Some(correct_or_retype(given_by, profile)),
        ),
        SignInError::InvalidCode {
            given_by, next_in, ..
        } => (
            Code::InvalidCredentials,
            Some(code_hint(given_by, *next_in, profile)),
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
        SignInError::InvalidClient { given_by, .. } if !given_by.is_empty() => (
            Code::InvalidCredentials,
            Some(format!(
                "{}, and check that they are for this server",
                correct(given_by, profile)
            )),
        ),
        error if error.is_refused_client() => (
            Code::InvalidCredentials,
            hint("check that the client's credentials are still valid, and for this server"),
        ),
        SignInError::Grant(error) | SignInError::InvalidClient { error, .. } => {
            classify_oauth(error, profile)
        }
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

/// Returns the hint for credentials that were refused: what gave them, or for those that were typed to start again.
fn correct_or_retype(given_by: &[GivenBy], profile: Option<&str>) -> String {
    if given_by.is_empty() {
        "start again".to_owned()
    } else {
        correct(given_by, profile)
    }
}

/// Returns the hint to correct what gave a credential that was refused; `given_by` is not empty.
pub(super) fn correct(given_by: &[GivenBy], profile: Option<&str>) -> String {
    if given_by.contains(&GivenBy::Saved) {
        let login = login_with_option(profile, "--save-password");
        return format!("save the new password with {login}");
    }
    let names = given_by.iter().map(|given_by| match (given_by, profile) {
        (GivenBy::Option(name) | GivenBy::Variable(name), _) => (*name).to_owned(),
        (GivenBy::Key(key), Some(profile)) => format!("profiles.{profile}.{key}"),
        (GivenBy::Key(key), None) => format!("`{key}` of the profile"),
        (GivenBy::Saved, _) => "the saved password".to_owned(),
    });
    let names: Vec<String> = names.collect();
    let place = match (given_by.last(), profile) {
        (Some(GivenBy::Key(_)), Some(_)) => " in the configuration",
        _ => "",
    };
    format!("correct {}{place}", names.join(" or "))
}

/// How much longer than the wait for a one-time code the sign-in with it may take, in seconds.
const TIME_TO_USE_CODE: u64 = 15;
/// The period of one-time codes, in seconds (RFC 6238 §5.2).
const CODE_PERIOD: u64 = 30;

/// Returns the hint for a one-time code that was refused. `next_in` is the time until the next one, which came too late.
fn code_hint(given_by: &[GivenBy], next_in: Option<Duration>, profile: Option<&str>) -> String {
    let source = if given_by.is_empty() {
        String::new()
    } else {
        format!("{}, and ", correct(given_by, profile))
    };
    match next_in.map(|wait| wait.as_secs()) {
        Some(wait) => format!(
            "a code is accepted once, and the next one comes in {wait} s: try again then, or wait for it with --timeout \
             {}s",
            wait.max(CODE_PERIOD) + TIME_TO_USE_CODE
        ),
        None => format!(
            "{source}check that this machine's clock is right; a code is accepted once, so wait for the next one"
        ),
    }
}

/// Returns the code and hint for credentials that are missing, cannot be got or were all refused.
fn classify_credentials(error: &CredentialsError, profile: Option<&str>) -> CodeAndHint {
    let needed = match error {
        CredentialsError::Missing(needed) => *needed,
        CredentialsError::Failed { needed, source } => {
            if let Some(hint) = broken_source_hint(&**source, profile) {
                let code = match needed {
                    Needed::OneTimeCode => Code::OtpRequired,
                    Needed::Email | Needed::Password => Code::LoginRequired,
                };
                return (code, Some(hint));
            }
            *needed
        }
        CredentialsError::NoMore => return (Code::InvalidCredentials, None),
        CredentialsError::TooLate { wait } => {
            let hint = code_hint(&[], Some(*wait), profile);
            return (Code::OtpRequired, Some(hint));
        }
        CredentialsError::Cancelled => return (Code::Denied, None),
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
                .and_then(set_missing_variables)
                .unwrap_or_else(|| "set the profile's email and password_command".to_owned()),
        ),
    };
    let sets_variables = match needed {
        Needed::OneTimeCode => profile.is_some_and(has_password_variables),
        Needed::Email | Needed::Password => is_partly_set(profile),
    };
    let hint = if sets_variables {
        // Whoever sets variables has no terminal in mind.
        otherwise
    } else {
        format!("{} in a terminal, or {otherwise}", login_again(profile))
    };
    (code, Some(hint))
}

/// Returns the hint for a source that is configured and cannot be used: to correct just that.
fn broken_source_hint(
    source: &(dyn std::error::Error + 'static),
    profile: Option<&str>,
) -> Option<String> {
    if let Some(SourceError::Totp { variable, .. }) = source.downcast_ref() {
        return Some(format!(
            "set {variable} to the base32 secret or the otpauth:// address that the account shows for authenticator \
             apps"
        ));
    }
    let command = source.downcast_ref::<ShellError>()?.name();
    Some(match command {
        "--otp-command" => "correct --otp-command".to_owned(),
        key => format!("correct {}", config_key(profile, key)),
    })
}

#[cfg(test)]
mod tests {
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
