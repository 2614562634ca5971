//! `login`: signs in and stores the token set. The only command that talks with a person.

mod agree_to_origins;
mod client_document;
mod client_secret;
mod device_code;
mod find;
mod import;
mod moved;
mod new_client;
mod password;
mod provider_login;
mod providers;
mod qr;
mod questions;
mod replaced;
mod resource;
mod scopes;
mod sdk;
mod shared;
mod target;
mod unwritten;

use std::cell::{Cell, OnceCell};

use anyhow::Result;
use serde_json::json;

use crate::account::{Account, LoginSource, TokenRequest, email_of};
use crate::answer::audit::{AuditEvent, Channel};
use crate::answer::emit;
use crate::cli::Login;
use crate::commands::error::{CommandError, LoginFailure};
use crate::context::Context;
use crate::deadline::{Deadline, limit_work};
use crate::escape::excerpt;
use crate::profile::{Profile, Profiles};
use crate::providers::oauth::OAuthError;
use crate::providers::{SignInBy, SignInError};
use crate::store::{Locked, RejectionState, SavedPassword, StoreError};
use crate::terminal::output::print;
use crate::terminal::relative_time;
use crate::token::{TokenKind, TokenSet, UnixTime};
use shared::{request_timeout, total_timeout};
use target::LoginTarget;

/// What a person does after a login.
const NEXT_STEP: &str = "Next: `prusa-cred setup` shows how git, Docker and other programs use it.";

/// Signs in and stores the login, or with `--import` imports logins of other tools. A failure of the sign-in itself is
/// a `LoginFailure`, with the profile's name if that profile exists.
pub(super) fn run(context: &Context, options: &Login) -> Result<()> {
    match &options.kognic.environments_file {
        Some(_) => run_in(&context.with_environments_of(&options.kognic), options),
        None => run_in(context, options),
    }
}

/// As [`run`], in a context that knows the file of Kognic's environments.
fn run_in(context: &Context, options: &Login) -> Result<()> {
    limit_work(total_timeout(context));
    if options.import.is_some()
        || options.address.is_some()
        || providers::requested_kind(options)?.is_some()
    {
        context.begin_config();
    }
    if let Some(tool) = options.import {
        return import::run(context, tool);
    }
    if options.print_client_document {
        return client_document::run(context, options);
    }
    let options = &*questions::ask_for_missing(context, options)?;
    let target = find::find(context, options)?;
    let options = &target.with_its_scopes(options);
    let name = target.profile().name.clone();
    // What a hint says of the profile is not about a client that it does not have yet.
    let names_its_client = !target.has_new_client();
    sign_in_with_living_client(context, target, options).map_err(|error| {
        let is_known = |profiles: &Profiles| names_its_client && profiles.named(&name).is_some();
        let profile = context.profiles().is_ok_and(is_known).then_some(name);
        LoginFailure { profile, error }.into()
    })
}

/// As `sign_in_to`, with another client if that of the target registered itself and is of no more use: at once if a
/// person says so, if it is known, or if the server says so before a person has done anything; else the next login
/// registers it.
fn sign_in_with_living_client(
    context: &Context,
    mut target: LoginTarget<'_>,
    options: &Login,
) -> Result<()> {
    let may_register = !options.no_store && options.client_id.is_none();
    if options.new_client && !target.is_new() {
        new_client::check_registered(target.profile())?;
    }
    if may_register && (options.new_client || new_client::is_due(context, target.profile())?) {
        target = target.with_new_client(context)?;
    }
    let error = match sign_in_to(context, &target, options) {
        Err(error) if may_register && !target.is_new() => error,
        result => return result,
    };
    let refused = match error.downcast_ref::<SignInError>() {
        Some(refused) if refused.is_refused_registered_client() => refused,
        _ => return Err(error),
    };
    if target.has_new_client() {
        return Err(error);
    }
    new_client::note_refusal(context, target.profile(), &error);
    if !matches!(refused, SignInError::OAuth(OAuthError::RefusedClient(_))) {
        return Err(error);
    }
    sign_in_to(context, &target.with_new_client(context)?, options)
}

/// Signs in to the target's profile. Then stores the login, after adding a new profile to the configuration, or with
/// `--no-store` only prints the token set.
fn sign_in_to(context: &Context, target: &LoginTarget<'_>, options: &Login) -> Result<()> {
    let profile = target.profile();
    let request = TokenRequest {
        kognic: Some(&options.kognic),
        ..TokenRequest::stored()
    };
    let account = Account::open(context, profile, request)?;
    if !options.no_store {
        check_storable(context, &account, options)?;
    }
    let provider = providers::of(profile.issuer.kind());
    let is_agreed = Cell::new(false);
    let agree = |set: &TokenSet| {
        if is_agreed.replace(true) {
            return Ok(());
        }
        replaced::agree(context, &account, set)
    };
    let added = OnceCell::new();
    let add = |set: &TokenSet| -> Result<&Profile> {
        if let Some(profile) = added.get() {
            return Ok(profile);
        }
        let kept = || store(context, &account, set, None, UnixTime::now()).map(drop);
        let profile = target
            .add_to_config(context, set)
            .map_err(|error| unwritten::keep_login(context, target, &account, set, error, kept))?;
        Ok(added.get_or_init(|| profile))
    };
    let keep = |set: &TokenSet| {
        if options.no_store {
            return Ok(());
        }
        agree(set)?;
        let renamed = renamed(context, &account, add(set)?, request)?;
        let account = renamed.as_ref().unwrap_or(&account);
        store(context, account, set, None, UnixTime::now()).map(drop)
    };
    let (set, password) = provider.sign_in(context, &account, options, &keep)?;
    if options.no_store {
        return print_set(context, profile, &account.marked(&set));
    }
    agree(&set)?;
    let profile = add(&set)?;
    let renamed = renamed(context, &account, profile, request)?;
    let account = renamed.as_ref().unwrap_or(&account);
    store_and_report(context, account, &set, password)?;
    let request = TokenRequest {
        login: LoginSource::EnvironmentOrStore,
        ..request
    };
    let opened = Account::open(context, profile, request)?;
    if opened.is_from_environment() {
        context.warn(&format!(
            "the environment holds a token too ({}), which is used before the stored login",
            opened.environment_variables()
        ));
    }
    Ok(())
}

/// Returns the account of the profile that was added, if it has got another name than the one that was signed in to.
fn renamed<'a>(
    context: &'a Context,
    account: &Account<'_>,
    added: &'a Profile,
    request: TokenRequest<'a>,
) -> Result<Option<Account<'a>>> {
    if added.name == account.profile().name {
        return Ok(None);
    }
    Ok(Some(Account::open(context, added, request)?))
}

/// Checks that a login can be stored, before a password is typed for nothing. Leaves nothing behind. Fails with `NotSealed` if
/// `--save-password` is given and the store is not sealed.
fn check_storable(context: &Context, account: &Account<'_>, options: &Login) -> Result<()> {
    let deadline = Deadline::after(request_timeout(context));
    let is_sealed = account.store().check_storable(deadline, UnixTime::now())?;
    if options.save_password && !is_sealed {
        return Err(not_sealed(context, account.profile()));
    }
    Ok(())
}

/// Prints the token set instead of storing it, and records that in the audit log.
fn print_set(context: &Context, profile: &Profile, set: &TokenSet) -> Result<()> {
    let handed_out: Vec<_> = tokens_in(set)
        .map(|token| AuditEvent {
            profile: &profile.name,
            channel: Channel::Login,
            host: None,
            token: token.name(),
        })
        .collect();
    emit(context, &handed_out, set.render())
}

/// Returns the kinds of token that the set has, in the order access, identity, refresh.
fn tokens_in(set: &TokenSet) -> impl Iterator<Item = TokenKind> {
    let kinds = [TokenKind::Access, TokenKind::Identity, TokenKind::Refresh];
    kinds.into_iter().filter(|kind| set.token(*kind).is_some())
}

/// Renames a token file whose content cannot be used, with a warning, so that a new login can be stored. Does nothing
/// if it can be used, is a login of another server, which the new one replaces, or there is none; another failure to
/// read it is returned.
fn set_aside_unreadable(context: &Context, locked: &Locked<'_>, now: UnixTime) -> Result<()> {
    match locked.load() {
        Ok(_) | Err(StoreError::Foreign { .. }) => Ok(()),
        Err(
            StoreError::NotATokenSet { .. }
            | StoreError::Untrusted(_)
            | StoreError::TooLarge { .. }
            | StoreError::NotSealed { .. }
            | StoreError::CannotUnseal { .. },
        ) => {
            let aside = locked.set_aside(now)?;
            context.warn(&format!(
                "the file of the login before could not be read; it is kept as {}",
                aside.display()
            ));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Stores a new login in place of the one before, and runs the profile's `on_rotate` command. A file whose content
/// cannot be used is kept under another name. Returns whether the password is stored too.
fn store(
    context: &Context,
    account: &Account<'_>,
    set: &TokenSet,
    password: Option<SavedPassword>,
    now: UnixTime,
) -> Result<bool> {
    let locked = account
        .store()
        .lock(Deadline::after(request_timeout(context)))?;
    // Before anything else, as it also decides whether the new file is sealed.
    let slot = locked.reserve(None, now)?;
    let stores_password = password.is_some() && slot.is_sealed();
    set_aside_unreadable(context, &locked, now)?;
    slot.with_password(password)
        .commit(set, RejectionState::None)?;
    // A deadline of its own: typing a password may have taken longer than any that began with the program.
    account.run_on_rotate(set, Deadline::after(request_timeout(context)));
    Ok(stores_password)
}

/// Stores a new login, and reports it, with `--json` on stdout too.
fn store_and_report(
    context: &Context,
    account: &Account<'_>,
    set: &TokenSet,
    password: Option<SavedPassword>,
) -> Result<()> {
    let now = UnixTime::now();
    let stores_password = store(context, account, set, password, now)?;
    report(context, account, set, now);
    sdk::tell(context, account);
    if stores_password {
        context.say("The password is stored there too, sealed, to sign in again without asking.");
    }
    context.say(NEXT_STEP);
    if context.global.json {
        return print_json(account, set, now);
    }
    Ok(())
}

/// Says who is signed in, until when, and where the login is stored.
fn report(context: &Context, account: &Account<'_>, set: &TokenSet, now: UnixTime) {
    let email = email_of(set).or_else(|| account.profile().email.clone());
    let user = email
        .as_deref()
        .map_or_else(String::new, |email| format!(" as {}", excerpt(email)));
    let access_token = set.access_token.as_ref();
    let expires_at = access_token.and_then(|_| set.access_expires_at(Some(now), now));
    let expiry = expires_at.map_or_else(String::new, |at| {
        format!(
            "; the access token expires {}",
            relative_time::relative(at, now)
        )
    });
    let is_client = account.provider().sign_in_by() == SignInBy::Client;
    let renewal = if set.refresh_token.is_some() || is_client {
        " and is renewed automatically"
    } else {
        ""
    };
    context.say(&format!(
        "Signed in to profile {}{user}{expiry}{renewal}.",
        account.profile().name
    ));
    context.say(&format!("Stored in {}", account.store().path().display()));
}

/// Prints what has been stored as JSON, without a token.
fn print_json(account: &Account<'_>, set: &TokenSet, now: UnixTime) -> Result<()> {
    let profile = account.profile();
    let expires_at = set.access_expires_at(Some(now), now);
    let object = json!({
        "profile": profile.name,
        "provider": profile.issuer.kind().word(),
        "email": email_of(set).or_else(|| profile.email.clone()),
        "expires_at": expires_at.and_then(UnixTime::rfc3339),
        "has_refresh_token": set.refresh_token.is_some(),
        "path": account.store().path().display().to_string(),
    });
    print(format!("{object}\n"))
}

/// Returns the error of a store that is not sealed, and so may hold no password.
fn not_sealed(context: &Context, profile: &Profile) -> anyhow::Error {
    let is_known = |profiles: &Profiles| profiles.named(&profile.name).is_some();
    CommandError::NotSealed {
        profile: profile.name.clone(),
        is_known: context.profiles().is_ok_and(is_known),
    }
    .into()
}
