//! What a sign-in that did not work comes to.

use super::class::{Class, Code};
use super::grants::{of_grant, of_http};
use super::hint::{KEPT, hint, later};
use super::{kognic, oauth};
use crate::providers::CredentialsError;
use crate::providers::Needed;
use crate::providers::SignInError;

pub(super) fn of_sign_in(error: &SignInError) -> Class {
    const BROWSER: &str = "`prusa-cred login --browser` signs in with a browser instead";
    match error {
        SignInError::InvalidCredentials { .. } => (
            Code::InvalidCredentials,
            hint(
                "begin again; an account of Google or Apple signs in with `prusa-cred login --browser`",
            ),
        ),
        SignInError::InvalidCode { .. } => (
            Code::InvalidCredentials,
            hint(
                "see that this machine's clock is right; a code is accepted once, so wait for the next one",
            ),
        ),
        SignInError::Credentials(error) => of_credentials(error),
        SignInError::AccountLocked { .. } => (
            Code::Denied,
            hint("unlock it on the account's web page, or wait"),
        ),
        SignInError::RateLimited { retry_after, .. } => {
            at_sign_in((Code::RateLimited, later(*retry_after)))
        }
        SignInError::Server { retry_after, .. } => at_sign_in((Code::Server, later(*retry_after))),
        SignInError::Forbidden { .. }
        | SignInError::UnknownPage { .. }
        | SignInError::Endless { .. }
        | SignInError::LeftOrigin { .. } => (Code::Server, hint(BROWSER)),
        SignInError::Denied => (Code::Denied, None),
        SignInError::StateMismatch | SignInError::WrongAddress { .. } | SignInError::NoCode => (
            Code::Denied,
            hint(
                "begin again; with --browser, paste the address of the page that the browser ended on",
            ),
        ),
        error if error.is_refused_client() => (
            Code::InvalidCredentials,
            hint("see that the client's credentials are still good, and meant for this server"),
        ),
        // What it is about is the sign-in itself, which was going on just now.
        SignInError::Grant(error) if error.is_refusal("invalid_grant") => (
            Code::LoginRequired,
            hint("begin again; if it is refused again, the server's operator can say why"),
        ),
        SignInError::Grant(error) => at_sign_in(of_grant(error)),
        SignInError::Http(error) => at_sign_in(of_http(error)),
        SignInError::OAuth(error) => at_sign_in(oauth::of_sign_in(error)),
        SignInError::Kognic(error) => kognic::of_item(error),
    }
}

/// Whoever signs in has no login yet that could be kept.
fn at_sign_in((code, hint): Class) -> Class {
    let hint = hint.map(|hint| hint.trim_start_matches(KEPT).to_owned());
    (code, hint)
}

fn of_credentials(error: &CredentialsError) -> Class {
    let needed = match error {
        CredentialsError::Missing(needed) | CredentialsError::Failed { needed, .. } => {
            Some(*needed)
        }
        CredentialsError::NoMore => None,
    };
    match needed {
        Some(Needed::OneTimeCode) => (
            Code::OtpRequired,
            hint(
                "run `prusa-cred login` in a terminal, or set PRUSA_TOTP_SECRET or the profile's otp_command",
            ),
        ),
        Some(Needed::Email | Needed::Password) => (
            Code::LoginRequired,
            hint("run `prusa-cred login` in a terminal, or set PRUSA_EMAIL and PRUSA_PASSWORD"),
        ),
        None => (Code::InvalidCredentials, None),
    }
}
