//! `login`: signs in and stores the token set. The only command that talks with a person.

mod import;
mod kognic;
mod oauth;
mod password;
mod practicus;
mod prusa;
mod qr;
mod questions;
mod resource;
mod target;

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::account::{Account, LoginSource, TokenRequest, email_of};
use crate::answer::audit::{AuditEvent, Channel};
use crate::answer::emit;
use crate::cli::Login;
use crate::commands::error::{CommandError, LoginFailure};
use crate::context::Context;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::profile::{Issuer, Profile, Profiles};
use crate::protocol::MAX_INPUT;
use crate::providers::SignInBy;
use crate::stdin::Stdin;
use crate::store::{Locked, RejectionState, SavedPassword, StoreError};
use crate::terminal::output::print;
use crate::terminal::relative_time;
use crate::token::{TokenKind, TokenSet, UnixTime};
use target::Target;

/// How long one request may take while a person waits.
const REQUEST: Duration = Duration::from_secs(30);

pub(super) fn run(context: &Context, options: &Login) -> Result<()> {
    if options.import.is_some()
        || options.address.is_some()
        || target::kind_meant(options)?.is_some()
    {
        context.begin_config();
    }
    if let Some(tool) = options.import {
        return import::run(context, tool);
    }
    let options = &*questions::completed(context, options)?;
    let target = target::find(context, options)?;
    sign_in_to(context, &target, options).map_err(|error| {
        let name = &target.profile().name;
        let is_known = |profiles: &Profiles| profiles.named(name).is_some();
        let profile = context.profiles().is_ok_and(is_known).then(|| name.clone());
        LoginFailure { profile, error }.into()
    })
}

fn sign_in_to(context: &Context, target: &Target<'_>, options: &Login) -> Result<()> {
    let profile = target.profile();
    let request = TokenRequest {
        kognic: Some(&options.kognic),
        ..TokenRequest::stored()
    };
    let account = Account::open(context, profile, request)?;
    if !options.no_store {
        check_storable(context, &account, options)?;
    }
    let (set, password) = sign_in(context, &account, options)?;
    if options.no_store {
        return print_set(context, profile, &set);
    }
    target.keep(context, &set)?;
    keep(context, &account, &set, password)?;
    let request = TokenRequest {
        login: LoginSource::EnvironmentOrStore,
        ..request
    };
    let opened = Account::open(context, profile, request)?;
    if opened.is_from_environment() {
        context.warn(&format!(
            "the environment holds a token too ({}), and that one is used first",
            opened.environment_variables()
        ));
    }
    Ok(())
}

/// Looks whether a login can be stored: better to know before the password has been typed.
fn check_storable(context: &Context, account: &Account<'_>, options: &Login) -> Result<()> {
    let held = account
        .store()
        .lock(Deadline::after(request_timeout(context)))?;
    let slot = held.reserve(None, UnixTime::now())?;
    if options.save_password && !slot.is_sealed() {
        return Err(not_sealed(context, account.profile()));
    }
    Ok(())
}

/// Signs in as the provider has it, and returns the password too if that is to be kept.
fn sign_in(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
) -> Result<(TokenSet, Option<SavedPassword>)> {
    let set = match &account.profile().issuer {
        Issuer::Practicus(_) => return practicus::sign_in(context, account, options),
        Issuer::Prusa(settings) => prusa::sign_in(context, account, settings, options),
        Issuer::Kognic(_) => kognic::sign_in(context, account),
        Issuer::OAuth(settings) => oauth::sign_in(context, account, settings, options),
    };
    Ok((set?, None))
}

/// Prints the set in place of storing it.
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

fn tokens_in(set: &TokenSet) -> impl Iterator<Item = TokenKind> {
    let kinds = [TokenKind::Access, TokenKind::Identity, TokenKind::Refresh];
    kinds.into_iter().filter(|kind| set.token(*kind).is_some())
}

/// Makes way for a new login where what is stored cannot be read.
fn set_aside_unreadable(context: &Context, held: &Locked<'_>, now: UnixTime) -> Result<()> {
    match held.load() {
        Ok(_) => Ok(()),
        Err(
            StoreError::NotATokenSet { .. }
            | StoreError::TooLarge { .. }
            | StoreError::CannotUnseal { .. },
        ) => {
            let aside = held.set_aside(now)?;
            context.warn(&format!(
                "what was stored could not be read; it is kept as {}",
                aside.display()
            ));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Stores a new login over whatever was there; a file that cannot be read is kept beside it.
fn keep(
    context: &Context,
    account: &Account<'_>,
    set: &TokenSet,
    password: Option<SavedPassword>,
) -> Result<()> {
    let held = account
        .store()
        .lock(Deadline::after(request_timeout(context)))?;
    let now = UnixTime::now();
    // First of all, as it also says whether the new file is to be sealed.
    let slot = held.reserve(None, now)?;
    let is_saved = password.is_some() && slot.is_sealed();
    set_aside_unreadable(context, &held, now)?;
    slot.with_password(password)
        .commit(set, RejectionState::None)?;
    // Whoever signed in may have taken longer over it than any deadline since the start.
    account.run_on_rotate(set, Deadline::after(request_timeout(context)));
    drop(held);
    say_signed_in(context, account, set, now);
    if is_saved {
        context.say("The password is sealed there too, for signing in again by itself.");
    }
    if context.global.json {
        return told(account, set, now);
    }
    Ok(())
}

fn say_signed_in(context: &Context, account: &Account<'_>, set: &TokenSet, now: UnixTime) {
    let who = email_of(set).or_else(|| account.profile().email.clone());
    let who = who
        .as_deref()
        .map_or_else(String::new, |email| format!(" as {}", excerpt(email)));
    let access_token = set.access_token.as_ref();
    let ends = access_token.and_then(|_| set.access_expires_at(Some(now), now));
    let ends = ends.map_or_else(String::new, |at| {
        format!(
            "; the access token ends {}",
            relative_time::relative(at, now)
        )
    });
    let renews_alone = account.provider().sign_in_by() == SignInBy::Client;
    let renews = if set.refresh_token.is_some() || renews_alone {
        " and is renewed by itself"
    } else {
        ""
    };
    context.say(&format!(
        "Signed in to profile {}{who}{ends}{renews}.",
        account.profile().name
    ));
    context.say(&format!("Stored in {}", account.store().path().display()));
}

/// Tells a program what has been stored, and no token.
fn told(account: &Account<'_>, set: &TokenSet, now: UnixTime) -> Result<()> {
    let profile = account.profile();
    let ends = set.access_expires_at(Some(now), now);
    let object = json!({
        "profile": profile.name,
        "provider": profile.issuer.kind(),
        "email": email_of(set).or_else(|| profile.email.clone()),
        "expires_at": ends.and_then(UnixTime::rfc3339),
        "has_refresh_token": set.refresh_token.is_some(),
        "path": account.store().path().display().to_string(),
    });
    print(format!("{object}\n"))
}

/// Returns why a password cannot be kept.
fn not_sealed(context: &Context, profile: &Profile) -> anyhow::Error {
    let is_known = |profiles: &Profiles| profiles.named(&profile.name).is_some();
    CommandError::NotSealed {
        profile: profile.name.clone(),
        is_known: context.profiles().is_ok_and(is_known),
    }
    .into()
}

/// Returns the first line of stdin, which holds a secret.
fn first_line(context: &Context, option: &str, what: &str) -> Result<secrecy::SecretString> {
    let input = Stdin::open().read_all(MAX_INPUT, Deadline::after(request_timeout(context)))?;
    let text = std::str::from_utf8(&input).unwrap_or_default();
    match text.lines().next() {
        None | Some("") => {
            Err(CommandError::Usage(format!("{option}: stdin holds no {what}")).into())
        }
        Some(line) => Ok(line.into()),
    }
}

fn request_timeout(context: &Context) -> Duration {
    context.global.timeout.unwrap_or(REQUEST)
}
