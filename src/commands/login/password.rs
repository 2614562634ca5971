//! Signing in with e-mail address, password and perhaps a one-time code, from whichever source has them.

use anyhow::Result;

use super::shared::{first_line, request_timeout};
use crate::account::Account;
use crate::account::sources::{Options, Sources};
use crate::cli::Login;
use crate::context::Context;
use crate::providers::TimeoutPolicy;
use crate::store::SavedPassword;
use crate::token::TokenSet;

/// Signs in. Returns the password that was used too, whether or not it is to be stored: that is up to the caller.
pub(super) fn sign_in(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
) -> Result<(TokenSet, Option<SavedPassword>)> {
    let password = if options.password_stdin {
        Some(first_line(context, "--password-stdin", "password")?)
    } else {
        None
    };
    let options = Options {
        email: options.email.clone(),
        password,
        otp_command: options.otp_command.clone(),
    };
    let timeout_policy = TimeoutPolicy::EachRequest(request_timeout(context));
    let mut sources = Sources::find(context, account.profile(), options, timeout_policy)?;
    let set = account.provider().sign_in(&mut sources, timeout_policy)?;
    Ok((set, sources.into_credentials_used()))
}
