//! `logout`: revokes at the server where that can be done, then forgets here.

use anyhow::Result;

use super::{Problem, chosen_profile, profiles_in_use};
use crate::account::Account;
use crate::account::token_files;
use crate::cli::Logout;
use crate::context::Context;
use crate::profile::Issuer;
use crate::profile::Profile;
use crate::store::Store;
use crate::store::StoreError;

pub(super) fn run(context: &Context, options: &Logout) -> Result<()> {
    if !options.all {
        return log_out(context, chosen_profile(context)?);
    }
    let mut has_failed = false;
    for profile in profiles_in_use(context)? {
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
    let forgotten = if let Issuer::Kognic(_) = &profile.issuer {
        forget_kept(context, profile)?
    } else {
        end_all(context, profile)?
    };
    context.say(&if forgotten {
        format!("Signed out of profile {}.", profile.name)
    } else {
        format!("Profile {} was not signed in.", profile.name)
    });
    Ok(())
}

fn end_all(context: &Context, profile: &Profile) -> Result<bool> {
    let account = Account::open(context, profile)?;
    let mut forgotten = end(context, &account)?;
    if account.is_from_environment() {
        context.warn(&format!(
            "the environment holds a login too ({}); unset it to be signed out",
            account.environment_variables()
        ));
        forgotten |= end(context, &Account::stored(context, profile)?)?;
    }
    Ok(forgotten)
}

/// Forgets every token that a client got, whatever it was asked for: the credentials are not ours to forget.
fn forget_kept(context: &Context, profile: &Profile) -> Result<bool> {
    let mut forgotten = false;
    for path in token_files(profile)? {
        let store = Store::new(path, None).with(context.sealing(profile.seal.clone())?);
        forgotten |= store.lock(context.deadline)?.forget()?;
    }
    Ok(forgotten)
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
    account.forget_pointers();
    Ok(true)
}
