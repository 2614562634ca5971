//! `logout`: revokes a login at the server, where the server can do that (RFC 7009), then deletes it here.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::account::{Account, LoginSource, TokenRequest, login_label, successors, token_files};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::causes::with_causes;
use crate::cli::{Kind, Logout};
use crate::commands::error::{CommandError, LoginFailure};
use crate::context::Context;
use crate::profile::{PRUSA, Profile, TokenFiles};
use crate::providers::practicus::TokenUse;
use crate::store::{Damage, Store, StoreError, Stored, UnsealError};
use crate::terminal::output::print;
use crate::token::{AccessToken, RefreshToken, TokenSet};

/// How a logout went.
#[derive(Default)]
struct Outcome {
    /// Whether there was a login.
    was_signed_in: bool,
    /// Whether the server confirmed that it revoked the login.
    is_revoked: bool,
}

/// Signs out of the chosen profile. With `--all` or `--provider` signs out of every profile in use, or every one of
/// that kind, and of earlier logins from the environment: each failure is a warning, and after all of them the error is
/// `PartlyFailed`.
pub(super) fn run(context: &Context, options: &Logout) -> Result<()> {
    match options.provider {
        Some(kind) => log_out_of_all(context, Some(kind), "`logout --provider`"),
        None if options.all => log_out_of_all(context, None, "logout --all"),
        None => log_out_of_one(context),
    }
}

/// Signs out of the profile that is named, else the default one.
fn log_out_of_one(context: &Context) -> Result<()> {
    let profile = chosen_profile(context)?;
    let report = log_out(context, profile).map_err(|error| LoginFailure {
        profile: Some(profile.name.clone()),
        error,
    })?;
    print_json(context, &report)
}

/// Signs out of every profile in use, of the kind if there is one, and of earlier logins from the environment.
/// `command` is what failed, if any of them did.
fn log_out_of_all(context: &Context, kind: Option<Kind>, command: &'static str) -> Result<()> {
    let mut has_failed = false;
    let mut reports = Vec::new();
    let is_wanted = |it: &&Profile| kind.is_none_or(|kind| it.issuer.kind() == kind);
    for profile in profiles_in_use(context)?.into_iter().filter(is_wanted) {
        match log_out(context, profile) {
            Ok(report) => reports.push(report),
            Err(error) => {
                has_failed = true;
                context.warn(&format!("profile {}: {error:#}", profile.name));
            }
        }
    }
    for path in successors()? {
        match log_out_successor(context, &path, kind) {
            Ok(report) => reports.extend(report),
            Err(error) => {
                has_failed = true;
                context.warn(&format!("{}: {error:#}", path.display()));
            }
        }
    }
    if let Some(kind) = kind.filter(|_| reports.is_empty() && !has_failed) {
        context.say(&format!("No profile is of provider {}.", kind.word()));
    }
    print_json(context, &Value::from(reports))?;
    if has_failed {
        Err(CommandError::PartlyFailed(command).into())
    } else {
        Ok(())
    }
}

/// Prints the report and a newline with `--json`, else nothing.
fn print_json(context: &Context, report: &Value) -> Result<()> {
    if context.global.json {
        print(format!("{report}\n"))
    } else {
        Ok(())
    }
}

/// Signs out of a profile, tells the person, and returns the report for `--json`. That there was no login is no error.
fn log_out(context: &Context, profile: &Profile) -> Result<Value> {
    let outcome = if profile.issuer.spec().token_files == TokenFiles::OnePerRequest {
        Outcome {
            was_signed_in: delete_client_tokens(context, profile)?,
            is_revoked: false,
        }
    } else {
        end_logins(context, profile)?
    };
    context.say(&if outcome.was_signed_in {
        format!("Signed out of profile {}.", profile.name)
    } else {
        format!("Profile {} was not signed in.", profile.name)
    });
    Ok(json!({
        "profile": profile.name,
        "was_signed_in": outcome.was_signed_in,
        "revoked": outcome.is_revoked,
    }))
}

/// Ends the stored login and, if the environment holds one that can be renewed, that one too. Warns if the environment
/// holds any login: it stays there, and an access token in it is not revoked.
fn end_logins(context: &Context, profile: &Profile) -> Result<Outcome> {
    let account = Account::open(context, profile, TokenRequest::default())?;
    let mut outcome = end_login(context, &account)?;
    if account.is_from_environment() {
        context.warn(&format!(
            "the environment holds a login too ({}); unset it to sign out completely",
            account.environment_variables()
        ));
        let stored = end_login(
            context,
            &Account::open(context, profile, TokenRequest::stored())?,
        )?;
        outcome.was_signed_in |= stored.was_signed_in;
        outcome.is_revoked |= stored.is_revoked;
    }
    Ok(outcome)
}

/// Ends the successor of a login that was in the environment once, as it can still be renewed; one of Practicus is only
/// deleted. Returns the report for `--json`, or `None` if there was no login, or one of another kind than `wanted`.
fn log_out_successor(
    context: &Context,
    path: &Path,
    wanted: Option<Kind>,
) -> Result<Option<Value>> {
    let Some(profile) = context.profiles()?.named(PRUSA) else {
        return Ok(None);
    };
    let account = Account::open(
        context,
        profile,
        TokenRequest {
            login: LoginSource::File(path),
            ..TokenRequest::default()
        },
    )?;
    // Without an owner: whose login it is is found out here.
    let sealing = context.sealing(profile.seal.clone(), login_label(context, profile, path)?);
    let store = Store::new(path.to_owned(), None).with_sealing(sealing);
    let held = held(store.load())?;
    let is_of_practicus = matches!(&held, Held::Login(stored) if is_of_practicus(&stored.set));
    let kind = if is_of_practicus {
        Kind::Practicus
    } else {
        Kind::Prusa
    };
    if wanted.is_some_and(|wanted| wanted != kind) {
        return Ok(None);
    }
    // A Practicus token must not be sent to Prusa, and a Practicus region has no revocation endpoint.
    let outcome = if is_of_practicus {
        let was_signed_in = account.store().lock(context.deadline)?.forget()?;
        account.remove_successor_links();
        Outcome {
            was_signed_in,
            is_revoked: false,
        }
    } else {
        end_login(context, &account)?
    };
    if !outcome.was_signed_in {
        return Ok(None);
    }
    let path = account.store().path().display().to_string();
    context.say(&format!(
        "Signed out of an earlier login from the environment ({path})."
    ));
    Ok(Some(json!({
        "path": path,
        "was_signed_in": true,
        "revoked": outcome.is_revoked,
    })))
}

/// Returns whether the access or refresh token of the set is one that a Practicus region issues.
fn is_of_practicus(set: &TokenSet) -> bool {
    let access_token = set.access_token.as_ref().map(AccessToken::expose);
    let refresh_token = set.refresh_token.as_ref().map(RefreshToken::expose);
    let mut tokens = access_token.into_iter().chain(refresh_token);
    tokens.any(|token| TokenUse::of(token) != TokenUse::Unknown)
}

/// What a store holds.
enum Held {
    Nothing,
    Login(Box<Stored>),
    /// A login that is not used here, and so is not sent to the server either: why.
    Unused(String),
}

/// Returns what a store holds. A login of another server or client is not used, nor is a plain file where a sealed one
/// is configured, or a sealed one of another file or an older version. Fails if the file cannot be read for another
/// reason: with its key, a newer version of this program, or a copy of it, the login may still be revoked.
fn held(loaded: Result<Option<Stored>, StoreError>) -> Result<Held, StoreError> {
    match loaded {
        Ok(None) => Ok(Held::Nothing),
        Ok(Some(stored)) => Ok(Held::Login(Box::new(stored))),
        Err(StoreError::Foreign { foreign, .. }) => Ok(Held::Unused(foreign.to_string())),
        Err(error) if is_not_accepted(&error) => Ok(Held::Unused(with_causes(&error))),
        Err(error) => Err(error),
    }
}

/// Returns whether a file could be read, but is not accepted as the profile's.
fn is_not_accepted(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NotSealed { .. }
            | StoreError::CannotUnseal {
                source: UnsealError::Damage(Damage::OtherFile { .. } | Damage::OldVersion),
                ..
            }
    )
}

/// Deletes every token that a client requested, for any scopes, and returns whether there was one. The client's
/// credentials belong to another program and stay.
fn delete_client_tokens(context: &Context, profile: &Profile) -> Result<bool> {
    let mut was_there = false;
    for path in token_files(profile)? {
        let label = login_label(context, profile, &path)?;
        let sealing = context.sealing(profile.seal.clone(), label);
        let store = Store::new(path, None).with_sealing(sealing);
        was_there |= store.lock(context.deadline)?.forget()?;
    }
    Ok(was_there)
}

/// Ends one stored login, under its lock so that no refresh restores it. A failure to revoke it at the server is only a
/// warning, and so is that it is not used here, so that no server is asked; fails if the store cannot be read, locked
/// or changed.
fn end_login(context: &Context, account: &Account<'_>) -> Result<Outcome, StoreError> {
    if let Held::Nothing = held(account.store().load())? {
        return Ok(Outcome::default());
    }
    let locked = account.store().lock(context.deadline)?;
    let mut is_revoked = false;
    let warning = match held(locked.load())? {
        Held::Nothing => None,
        Held::Login(stored) => match account.provider().revoke(&stored.set, context.deadline) {
            // Nothing was sent to a server without a revocation endpoint.
            Ok(()) => {
                is_revoked = account.profile().issuer.spec().can_revoke;
                None
            }
            Err(error) => Some(format!("could not be revoked at the server: {error}")),
        },
        Held::Unused(why) => Some(format!("was not revoked: {why}")),
    };
    if let Some(warning) = warning {
        context.warn(&format!("the login is deleted here, but {warning}"));
    }
    locked.forget()?;
    account.remove_successor_links();
    Ok(Outcome {
        was_signed_in: true,
        is_revoked,
    })
}
