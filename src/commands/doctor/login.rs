//! A login: whether there is one, what is left of it, and whether it renews itself.

use super::CheckContext;
use super::check::{About, Check};
use crate::account::Account;
use crate::commands::status::{Login, Refresh};
use crate::providers::SignInBy;

pub(super) fn check(patient: &CheckContext<'_>, account: &Account<'_>) -> Check {
    let (profile, now) = (account.profile(), patient.now);
    let about = About::new("login", &profile.name);
    let by_client = account.provider().sign_in_by() == SignInBy::Client;
    let (login, is_rejected) = match (account.environment_set(), account.store().load()) {
        (Some(set), _) => (Login::of(set, None, profile, now), false),
        (None, Ok(Some(stored))) => (
            Login::of(&stored.set, stored.written_at, profile, now),
            stored.is_rejected(),
        ),
        (None, Ok(None)) if by_client => {
            return about.ok("no token yet: the client asks when one is needed");
        }
        (None, Ok(None)) => return about.warning("signed out", profile.login_command()),
        (None, Err(_)) => {
            return about.broken("the token file cannot be read", profile.login_command());
        }
    };
    let who = login
        .email()
        .map_or_else(String::new, |it| format!("{it}: "));
    let refresh = match login.refresh {
        Refresh::None if by_client => "the client asks anew by itself".to_owned(),
        Refresh::None => "there is no refresh token".to_owned(),
        Refresh::UntilUnknown => "there is a refresh token".to_owned(),
        Refresh::Until(_) => format!("the refresh token {}", login.refresh(profile, now)),
    };
    let access = match login.access_until {
        Some(_) => login.access(now),
        None => "does not tell its end".to_owned(),
    };
    let message = format!("{who}the access token {access}; {refresh}");
    let has_access = !is_rejected && login.has_access(now);
    let has_refresh = match login.refresh {
        Refresh::None => by_client,
        Refresh::UntilUnknown => true,
        Refresh::Until(at) => at > now,
    };
    match (has_access, has_refresh) {
        (_, true) => about.ok(message),
        (true, false) => about.warning(message, profile.login_command()),
        (false, false) => about.broken(format!("expired: {message}"), profile.login_command()),
    }
}
