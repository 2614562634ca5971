//! What a sign-in that did not work comes to.

use super::class::{Class, Code};
use super::grants::{of_grant, of_http};
use super::hint::{again, hint, later, login_in_browser, set_variables};
use super::{kognic, oauth};
use crate::profile::{Holds, variable_of};
use crate::providers::{CredentialsError, Needed, SignInError};

pub(super) fn of_sign_in(error: &SignInError, profile: Option<&str>) -> Class {
    let in_browser = || login_in_browser(profile);
    match error {
        SignInError::InvalidCredentials { .. } => (
            Code::InvalidCredentials,
            Some(format!(
                "begin again; an account of Google or Apple signs in with {}",
                in_browser()
            )),
        ),
        SignInError::InvalidPassword { .. } => (Code::InvalidCredentials, hint("begin again")),
        SignInError::InvalidCode { .. } => (
            Code::InvalidCredentials,
            hint(
                "see that this machine's clock is right; a code is accepted once, so wait for the next one",
            ),
        ),
        SignInError::Credentials(error) => of_credentials(error, profile),
        SignInError::AccountLocked { .. } => (
            Code::Denied,
            hint("unlock it on the account's web page, or wait"),
        ),
        SignInError::RateLimited { retry_after, .. } => (Code::RateLimited, later(*retry_after)),
        SignInError::Server { retry_after, .. } => (Code::Server, later(*retry_after)),
        SignInError::Forbidden { .. }
        | SignInError::UnknownPage { .. }
        | SignInError::Endless { .. }
        | SignInError::LeftOrigin { .. } => (
            Code::Server,
            Some(format!("{} signs in with a browser instead", in_browser())),
        ),
        SignInError::Answer(error) => oauth::of_answer(error, profile),
        error if error.is_refused_client() => (
            Code::InvalidCredentials,
            hint("see that the client's credentials are still good, and meant for this server"),
        ),
        SignInError::Grant(error) => of_grant(error, profile),
        SignInError::Http(error) => of_http(error, profile),
        SignInError::OAuth(error) => oauth::of_sign_in(error, profile),
        SignInError::Kognic(error) => kognic::of_item(error),
    }
}

fn of_credentials(error: &CredentialsError, profile: Option<&str>) -> Class {
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
    let again = again(profile);
    (code, Some(format!("{again} in a terminal, or {otherwise}")))
}
