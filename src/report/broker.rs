//! What a profile without a token that is good comes to.

use super::class::{Class, Code};
use super::grants::of_grant;
use super::hint::{KEPT, MAY_BE_RETIRED, hint, login_command, login_hint};
use super::sign_in::of_sign_in;
use super::store::of_store;
use crate::broker::{BrokerError, LoginEnd};
use crate::oauth::GrantError;

pub(super) fn of_broker(error: &BrokerError) -> Class {
    match error {
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::ClientRefusedBefore) =>
        {
            let again = login_command(profile);
            let hint = format!("give it other credentials; {again} tries the profile's own again");
            (Code::InvalidCredentials, Some(hint))
        }
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::PasswordRefusedBefore) =>
        {
            (Code::InvalidCredentials, login_hint(profile))
        }
        BrokerError::IdentityNotRenewed { profile, .. } => {
            let again = login_command(profile);
            let hint = format!("not every server renews ID tokens; {again} brings a new one");
            (Code::LoginRequired, Some(hint))
        }
        BrokerError::NotSignedIn { profile }
        | BrokerError::LoginEnded { profile, .. }
        | BrokerError::Unrenewable { profile, .. }
        | BrokerError::NoSuchToken { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        BrokerError::NoTimeLeft { .. } => (
            Code::Locked,
            hint("nothing was sent to the server; try again, or give it more time with --timeout"),
        ),
        BrokerError::Refresh { profile, source } => {
            let (code, hint) = of_grant(source, Some(profile));
            let is_no_end = matches!(
                code,
                Code::Network | Code::RateLimited | Code::Server | Code::Denied
            );
            let beginning = match **source {
                GrantError::UnexpectedResponse {
                    status: 200..300, ..
                }
                | GrantError::Compressed { .. } => MAY_BE_RETIRED,
                _ => KEPT,
            };
            let whole = |hint| format!("{beginning}{hint}");
            (code, if is_no_end { hint.map(whole) } else { hint })
        }
        BrokerError::SignIn { profile, source } => {
            let (code, hint) = of_sign_in(source, Some(profile));
            // Nobody typed what was refused, so there is nothing to begin again with.
            let hint = hint.filter(|_| !source.is_refused_password());
            (code, hint.or_else(|| login_hint(profile)))
        }
        BrokerError::Store { profile, source } => of_store(source, Some(profile)),
    }
}
