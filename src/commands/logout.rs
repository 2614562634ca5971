//! `logout`: revokes at the server where that can be done, then forgets here.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use crate::account::{Account, LoginSource, TokenRequest, successors, token_files};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli::Logout;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::profile::{PRUSA, Profile, TokenFiles};
use crate::providers::practicus::TokenUse;
use crate::store::{Store, StoreError};
use crate::terminal::output::print;
use crate::token::{AccessToken, RefreshToken, TokenSet};

/// What became of a login.
#[derive(Default)]
struct Ended {
    was_there: bool,
    /// Whether a server was told so, and agreed.
    is_revoked: bool,
}

pub(super) fn run(context: &Context, options: &Logout) -> Result<()> {
    if !options.all {
        let told = log_out(context, chosen_profile(context)?)?;
        return print_json(context, &told);
    }
    let mut has_failed = false;
    let mut told = Vec::new();
    for profile in profiles_in_use(context)? {
        match log_out(context, profile) {
            Ok(ended) => told.push(ended),
            Err(error) => {
                has_failed = true;
                context.warn(&format!("profile {}: {error:#}", profile.name));
            }
        }
    }
    for path in successors()? {
        match end_successor(context, path.clone()) {
            Ok(ended) => told.extend(ended),
            Err(error) => {
                has_failed = true;
                context.warn(&format!("{}: {error:#}", path.display()));
            }
        }
    }
    print_json(context, &Value::from(told))?;
    if has_failed {
        Err(CommandError::Partly("logout --all").into())
    } else {
        Ok(())
    }
}

fn print_json(context: &Context, told: &Value) -> Result<()> {
    if context.global.json {
        print(format!("{told}\n"))
    } else {
        Ok(())
    }
}

/// Ends the login of a profile, and returns what a program is told of it.
fn log_out(context: &Context, profile: &Profile) -> Result<Value> {
    let ended = if profile.issuer.spec().token_files == TokenFiles::OnePerRequest {
        Ended {
            was_there: forget_kept(context, profile)?,
            is_revoked: false,
        }
    } else {
        end_all(context, profile)?
    };
    context.say(&if ended.was_there {
        format!("Signed out of profile {}.", profile.name)
    } else {
        format!("Profile {} was not signed in.", profile.name)
    });
    Ok(json!({
        "profile": profile.name,
        "was_signed_in": ended.was_there,
        "revoked": ended.is_revoked,
    }))
}

fn end_all(context: &Context, profile: &Profile) -> Result<Ended> {
    let account = Account::open(context, profile, TokenRequest::default())?;
    let mut ended = end(context, &account)?;
    if account.is_from_environment() {
        context.warn(&format!(
            "the environment holds a login too ({}); unset it to be signed out",
            account.environment_variables()
        ));
        let stored = end(
            context,
            &Account::open(context, profile, TokenRequest::stored())?,
        )?;
        ended.was_there |= stored.was_there;
        ended.is_revoked |= stored.is_revoked;
    }
    Ok(ended)
}

/// Ends a login that the environment held once: what that left behind may still be renewed. Returns what a program is
/// told of it, if there is anything.
fn end_successor(context: &Context, path: PathBuf) -> Result<Option<Value>> {
    let Some(profile) = context.profiles()?.named(PRUSA) else {
        return Ok(None);
    };
    let account = Account::open(
        context,
        profile,
        TokenRequest {
            login: LoginSource::File(&path),
            ..TokenRequest::default()
        },
    )?;
    let Some(stored) = account.store().load()? else {
        return Ok(None);
    };
    // A token of a region is none of Prusa's business, and a region has no way to be told.
    let ended = if is_of_region(&stored.set) {
        let was_there = account.store().lock(context.deadline)?.forget()?;
        account.forget_pointers();
        Ended {
            was_there,
            is_revoked: false,
        }
    } else {
        end(context, &account)?
    };
    if !ended.was_there {
        return Ok(None);
    }
    let path = account.store().path().display().to_string();
    context.say(&format!(
        "Signed out of a login that the environment held before ({path})."
    ));
    Ok(Some(json!({
        "path": path,
        "was_signed_in": true,
        "revoked": ended.is_revoked,
    })))
}

fn is_of_region(set: &TokenSet) -> bool {
    let access_token = set.access_token.as_ref().map(AccessToken::expose);
    let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
    let mut tokens = access_token.into_iter().chain(refresh_token);
    tokens.any(|token| TokenUse::of(token) != TokenUse::Unknown)
}

/// Forgets every token that a client got, whatever it was asked for: the credentials are not ours to forget.
fn forget_kept(context: &Context, profile: &Profile) -> Result<bool> {
    let mut forgotten = false;
    for path in token_files(profile)? {
        let store = Store::new(path, None).with_sealing(context.sealing(profile.seal.clone())?);
        forgotten |= store.lock(context.deadline)?.forget()?;
    }
    Ok(forgotten)
}

/// Ends one stored login, under its lock so that no refresh brings it back, and returns whether there was one.
fn end(context: &Context, account: &Account<'_>) -> Result<Ended, StoreError> {
    if account.store().load()?.is_none() {
        return Ok(Ended::default());
    }
    let held = account.store().lock(context.deadline)?;
    let mut is_revoked = false;
    if let Some(stored) = held.load()? {
        match account.provider().revoke(&stored.set, context.deadline) {
            Ok(()) => is_revoked = account.profile().issuer.spec().can_revoke,
            Err(error) => context.warn(&format!(
                "forgotten here, but the server could not be told: {error}"
            )),
        }
    }
    held.forget()?;
    account.forget_pointers();
    Ok(Ended {
        was_there: true,
        is_revoked,
    })
}
