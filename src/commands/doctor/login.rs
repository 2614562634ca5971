//! A login: whether there is one, when its tokens expire, and whether it can be refreshed.

use super::check::{About, Check};
use super::context::CheckContext;
use super::files::login_fix;
use crate::account::{Account, LoginState};
use crate::broker::KeyBound;
use crate::commands::status::{Login, NO_TOKEN_YET, Refresh};
use crate::providers::SignInBy;

/// Reports a profile's login, the environment's before the stored one: ok if it can be renewed, or if a client requests
/// its tokens without one; a warning without a login or a means to renew it; broken if it has ended or cannot be read.
pub(super) fn check(ctx: &CheckContext<'_>, account: &Account<'_>) -> Check {
    let (profile, now) = (account.profile(), ctx.now);
    let about = About::new("login", &profile.name);
    match account.state() {
        LoginState::Foreign(foreign) => {
            return about.broken(format!("not used: {foreign}"), fix_unusable(account, None));
        }
        LoginState::Changed(changed) => {
            return about.broken(
                format!("cannot be used: {changed}"),
                profile.login_command(),
            );
        }
        LoginState::KeyBound(bound) => {
            let fix = fix_unusable(account, Some(&bound));
            return about.broken(format!("cannot be used: {bound}"), fix);
        }
        _ => {}
    }
    let by_client = account.provider().sign_in_by() == SignInBy::Client;
    let (login, is_rejected) = match (account.environment_set(), account.store().load()) {
        (Some(set), _) => (Login::new(set, None, profile, now), false),
        (None, Ok(Some(stored))) => (
            Login::new(&stored.set, stored.written_at, profile, now),
            stored.is_rejected(),
        ),
        (None, Ok(None)) if by_client => {
            return about.ok(NO_TOKEN_YET);
        }
        (None, Ok(None)) => return about.warning("not signed in", profile.login_command()),
        (None, Err(error)) => {
            let fix = login_fix(&error, account.store().path(), profile);
            return about.broken("the token file cannot be read", fix);
        }
    };
    let email = login
        .email()
        .map_or_else(String::new, |it| format!("{it}: "));
    let refresh = match login.refresh {
        Refresh::None if by_client => "the client requests a new one by itself".to_owned(),
        Refresh::None => "there is no refresh token".to_owned(),
        Refresh::UntilUnknown => "there is a refresh token".to_owned(),
        Refresh::Until(_) => format!("the refresh token {}", login.describe_refresh(profile, now)),
    };
    let access = match login.access_until {
        Some(_) => login.describe_access(now),
        None => "gives no expiry".to_owned(),
    };
    let message = format!("{email}the access token {access}; {refresh}");
    let has_access = !is_rejected && login.has_valid_access_token(now);
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

/// Returns the command that gets another login in place of one that is not used: without the variable that holds it, or
/// by a new sign-in. See [`Account::is_unusable_in_environment`].
fn fix_unusable(account: &Account<'_>, key_bound: Option<&KeyBound>) -> String {
    if account.is_unusable_in_environment(key_bound) {
        format!("unset {}", account.seed_variable())
    } else {
        account.profile().login_command()
    }
}
