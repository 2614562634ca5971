//! A configuration that cannot be changed any more when a sign-in has worked, because somebody has edited it meanwhile:
//! the login is stored all the same, and the person is told what to add by hand.

use anyhow::Result;

use super::target::LoginTarget;
use crate::account::Account;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::token::TokenSet;

/// Calls `store` for a login whose profile could not be written because of `error`, and returns the error that says where
/// it is and what to do. A login that only a new client of the profile could use is not stored: the one before stays.
pub(super) fn keep_login(
    context: &Context,
    target: &LoginTarget<'_>,
    account: &Account<'_>,
    set: &TokenSet,
    error: anyhow::Error,
    store: impl FnOnce() -> Result<()>,
) -> anyhow::Error {
    if target.has_new_client() {
        return error;
    }
    let kept = store().and_then(|()| target.lines_to_add(context, set));
    let lines = match kept {
        Ok(lines) => lines,
        Err(error) => return error,
    };
    if let (Some(lines), Ok(path)) = (&lines, context.config_path()) {
        let path = path.display();
        context.say(&format!("These lines belong in {path}:\n\n{lines}"));
    }
    CommandError::ProfileNotWritten {
        profile: account.profile().name.clone(),
        stored_in: account.store().path().to_owned(),
        is_new: lines.is_some(),
        source: error.into(),
    }
    .into()
}
