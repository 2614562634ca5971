//! Errors of profiles that have no valid token.

use super::code::{Code, CodeAndHint};
use super::hint::{
    LOGIN_KEPT, LOGIN_MAY_BE_INVALID, foreign_hint, hint, login_command, login_hint,
};
use super::oauth::classify_oauth;
use super::sign_in::{classify_sign_in, correct};
use super::store::classify_store;
use crate::broker::{BrokerError, LoginEnd};
use crate::http::HttpError;
use crate::oauth::GrantError;

/// Returns code and hint of a profile without a valid token.
pub(super) fn classify_broker(error: &BrokerError) -> CodeAndHint {
    match error {
        BrokerError::LoginEnded { profile, source } => classify_login_end(source, profile),
        BrokerError::IdentityNotRenewed { profile, .. } => {
            let login_again = login_command(profile);
            let hint = format!("not every server renews ID tokens; {login_again} gets a new one");
            (Code::LoginRequired, Some(hint))
        }
        BrokerError::Foreign { profile, source } => {
            (Code::LoginRequired, Some(foreign_hint(source, profile)))
        }
        BrokerError::KeyBound { profile, .. } => {
            let login_again = login_command(profile);
            let hint = format!(
                "ask the server's operator for bearer tokens for this client; then {login_again} gets one"
            );
            (Code::Server, Some(hint))
        }
        BrokerError::NotSignedIn { profile }
        | BrokerError::Changed { profile, .. }
        | BrokerError::Unrenewable { profile, .. }
        | BrokerError::NoSuchToken { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        BrokerError::NoTimeLeft { .. } => (
            Code::Locked,
            hint("nothing was sent to the server; try again, or give it more time with --timeout"),
        ),
        // Another answer may be better, and what else was in this one is stored.
        BrokerError::Refresh { source, .. }
            if matches!(**source, GrantError::InvalidToken { .. }) =>
        {
            let text = "the login is kept; try again later, and ask the server's operator why it sends such a token";
            (Code::Server, hint(text))
        }
        BrokerError::Refresh { profile, source } => {
            let (code, hint) = classify_oauth(source, Some(profile));
            let is_login_kept = matches!(
                code,
                Code::Network
                    | Code::RateLimited
                    | Code::Server
                    | Code::Denied
                    | Code::InvalidCredentials
            );
            let beginning = match **source {
                GrantError::UnexpectedResponse {
                    status: 200..300, ..
                }
                | GrantError::Compressed { .. }
                | GrantError::Http(HttpError::Malformed { .. }) => LOGIN_MAY_BE_INVALID,
                _ => LOGIN_KEPT,
            };
            let with_beginning = |hint| format!("{beginning}{hint}");
            let hint = if is_login_kept {
                hint.map(with_beginning)
            } else {
                hint
            };
            (code, hint)
        }
        BrokerError::SignIn { profile, source }
        | BrokerError::UnattendedFailed { profile, source } => {
            let (code, hint) = classify_sign_in(source, Some(profile));
            (code, hint.or_else(|| login_hint(profile)))
        }
        BrokerError::Store { profile, source } => classify_store(source, Some(profile)),
    }
}

/// Returns code and hint of a login that has ended.
fn classify_login_end(end: &LoginEnd, profile: &str) -> CodeAndHint {
    match end {
        LoginEnd::ClientRefusedBefore { given_by } => {
            let login_again = login_command(profile);
            let first = if given_by.is_empty() {
                "use other credentials".to_owned()
            } else {
                correct(given_by, Some(profile))
            };
            let hint = format!("{first}; {login_again} tries the profile's own again");
            (Code::InvalidCredentials, Some(hint))
        }
        LoginEnd::PasswordRefusedBefore { given_by } if !given_by.is_empty() => (
            Code::InvalidCredentials,
            Some(correct(given_by, Some(profile))),
        ),
        LoginEnd::PasswordRefusedBefore { .. } => (Code::InvalidCredentials, login_hint(profile)),
        LoginEnd::Refused(_)
        | LoginEnd::CutOff { .. }
        | LoginEnd::RefusedBefore { .. }
        | LoginEnd::NoRefreshToken => (Code::LoginRequired, login_hint(profile)),
    }
}
