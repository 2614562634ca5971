//! Signing in with e-mail address, password and perhaps a one-time code, from whichever source has them.

use anyhow::Result;

use super::shared::{first_line, request_timeout};
use crate::account::sources::{Options, Sources};
use crate::account::{Account, email_of};
use crate::cli::Login;
use crate::context::Context;
use crate::providers::{SignInError, TimeoutPolicy};
use crate::store::SavedPassword;
use crate::token::TokenSet;

/// Signs in, after calling `announce` if everything is there, or a person is. Returns the password that was used too,
/// whether or not it is to be stored: that is up to the caller.
pub(super) fn sign_in(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
    announce: impl FnOnce(),
) -> Result<(TokenSet, Option<SavedPassword>)> {
    let password = if options.password_stdin {
        Some(first_line(context, "--password-stdin", "password")?)
    } else {
        None
    };
    let options = Options {
        email: options.email.clone(),
        likely_email: stored_email(account),
        password,
        otp_command: options.otp_command.clone(),
    };
    let timeout_policy = TimeoutPolicy::EachRequest(request_timeout(context));
    let sources = Sources::find(context, account.profile(), options, timeout_policy);
    let mut sources = sources.map_err(SignInError::from)?;
    sources.check_complete().map_err(SignInError::from)?;
    let _hidden = sources.hide_what_is_typed_ahead();
    announce();
    let set = account.provider().sign_in(&mut sources, timeout_policy)?;
    Ok((set, sources.into_credentials_used()))
}

/// Returns the address of the account that the profile is signed in to now; `None` if nobody is, or it is not known.
fn stored_email(account: &Account<'_>) -> Option<String> {
    let stored = account.store().load().ok()??;
    email_of(&stored.set)
}
