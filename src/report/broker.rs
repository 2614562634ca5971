//! Errors of profiles that have no valid token.

use super::code::{Code, CodeAndHint};
use super::hint::{
    LOGIN_KEPT, LOGIN_MAY_BE_INVALID, foreign_hint, hint, login_command, login_hint,
};
use super::oauth::classify_oauth;
use super::sign_in::classify_sign_in;
use super::store::classify_store;
use crate::broker::{BrokerError, LoginEnd};
use crate::http::HttpError;
use crate::oauth::GrantError;

/// Returns code and hint of a profile without a valid token.
pub(super) fn classify_broker(error: &BrokerError) -> CodeAndHint {
    match error {
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::ClientRefusedBefore) =>
        {
            let login_again = login_command(profile);
            let hint =
                format!("use other credentials; {login_again} tries the profile's own again");
            (Code::InvalidCredentials, Some(hint))
        }
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::PasswordRefusedBefore) =>
        {
            (Code::InvalidCredentials, login_hint(profile))
        }
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
        | BrokerError::LoginEnded { profile, .. }
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
        BrokerError::SignIn { profile, source } => {
            let (code, hint) = classify_sign_in(source, Some(profile));
            // Nobody typed the refused password, so "start again" does not help.
            let hint = hint.filter(|_| !source.is_refused_password());
            (code, hint.or_else(|| login_hint(profile)))
        }
        BrokerError::Store { profile, source } => classify_store(source, Some(profile)),
    }
}
