//! `logout`: revokes at the server where that can be done, then forgets here.

use anyhow::Result;

use super::{Problem, chosen_profile};
use crate::account::Account;
use crate::cli::Logout;
use crate::context::Context;
use crate::profile::Profile;
use crate::store::StoreError;

pub(super) fn run(context: &Context, options: &Logout) -> Result<()> {
    if !options.all {
        return log_out(context, chosen_profile(context)?);
    }
    let mut has_failed = false;
    for profile in context.profiles()?.iter() {
        if let Err(error) = log_out(context, profile) {
            has_failed = true;
            context.warn(&format!("profile {}: {error:#}", profile.name));
        }
    }
    if has_failed {
        Err(Problem::Partly("logout --all").into())
    } else {
        Ok(())
    }
}

fn log_out(context: &Context, profile: &Profile) -> Result<()> {
    let account = Account::open(context, profile)?;
    if account.is_from_environment() {
        context.warn("the environment holds a login too (PRUSA_TOKENS_JSON or PRUSA_TOKEN); unset it to be signed out");
    }
    let mut forgotten = end(context, &account)?;
    if account.is_from_environment() {
        forgotten |= end(context, &Account::stored(context, profile)?)?;
    }
    context.say(&if forgotten {
        format!("Signed out of profile {}.", profile.name)
    } else {
        format!("Profile {} was not signed in.", profile.name)
    });
    Ok(())
}

/// Ends one stored login, under its lock so that no refresh brings it back, and returns whether there was one.
fn end(context: &Context, account: &Account<'_>) -> Result<bool, StoreError> {
    if account.store().load()?.is_none() {
        return Ok(false);
    }
    let held = account.store().lock(context.deadline)?;
    if let Some(stored) = held.load()?
        && let Err(error) = account.provider().revoke(&stored.set, context.deadline)
    {
        context.warn(&format!(
            "forgotten here, but the server could not be told: {error}"
        ));
    }
    held.forget()?;
    Ok(true)
}
