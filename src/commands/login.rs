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

use super::audit::{By, HandOut, hand_out};
use super::{Problem, human, print};
use crate::account::Account;
use crate::account::Wish;
use crate::account::email_of;
use crate::broker::Wanted;
use crate::cli::Login;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::http::printable;
use crate::profile::Issuer;
use crate::profile::Profile;
use crate::profile::Profiles;
use crate::protocol::MAX_INPUT;
use crate::providers::SignInBy;
use crate::stdin::Stdin;
use crate::store::Evidence;
use crate::store::SavedPassword;
use crate::store::StoreError;
use crate::token::TokenSet;
use crate::token::UnixTime;

/// How long one request may take while a person waits.
const REQUEST: Duration = Duration::from_secs(30);

pub(super) fn run(context: &Context, options: &Login) -> Result<()> {
    if let Some(tool) = options.import {
        return import::run(context, tool);
    }
    let options = &*questions::completed(context, options)?;
    let target = target::find(context, options)?;
    let profile = target.profile();
    let wish = Wish {
        options: Some(&options.kognic),
        origin: None,
    };
    let account = Account::stored_for(context, profile, wish)?;
    if !options.no_store {
        // Better to know now than after the password has been typed.
        let held = account
            .store()
            .lock(Deadline::after(request_timeout(context)))?;
        let slot = held.reserve(None, UnixTime::now())?;
        if options.save_password && !slot.is_sealed() {
            return Err(not_sealed(context, profile));
        }
    }
    let (set, password) = match &profile.issuer {
        Issuer::Prusa(settings) => (prusa::sign_in(context, &account, settings, options)?, None),
        Issuer::Kognic(_) => (kognic::sign_in(context, &account)?, None),
        Issuer::Practicus(_) => practicus::sign_in(context, &account, options)?,
        Issuer::OAuth(settings) => (oauth::sign_in(context, &account, settings, options)?, None),
    };
    if options.no_store {
        let handed_out: Vec<_> = tokens_in(&set)
            .map(|token| HandOut {
                profile: &profile.name,
                by: By::Login,
                host: None,
                token: token.name(),
            })
            .collect();
        return hand_out(context, &handed_out, set.render());
    }
    target.keep(context, &set)?;
    keep(context, &account, &set, password)?;
    let opened = Account::open_for(context, profile, wish)?;
    if opened.is_from_environment() {
        context.warn(&format!(
            "the environment holds a token too ({}), and that one is used first",
            opened.environment_variables()
        ));
    }
    Ok(())
}

fn tokens_in(set: &TokenSet) -> impl Iterator<Item = Wanted> {
    let tokens = [
        (Wanted::Access, set.access_token.is_some()),
        (Wanted::Identity, set.id_token.is_some()),
        (Wanted::Refresh, set.refresh_token.is_some()),
    ];
    tokens
        .into_iter()
        .filter_map(|(token, is_there)| is_there.then_some(token))
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
    match held.load() {
        Ok(_) => {}
        Err(
            StoreError::NotATokenSet { .. }
            | StoreError::TooLarge { .. }
            | StoreError::Sealed { .. },
        ) => {
            let aside = held.set_aside(now)?;
            context.warn(&format!(
                "what was stored could not be read; it is kept as {}",
                aside.display()
            ));
        }
        Err(error) => return Err(error.into()),
    }
    slot.with_password(password).commit(set, Evidence::None)?;
    account.tell_rotation(set);
    drop(held);
    let who = email_of(set).or_else(|| account.profile().email.clone());
    let who = who
        .as_deref()
        .map_or_else(String::new, |email| format!(" as {}", printable(email)));
    let ends = set.access_expires_at(Some(now), now);
    let ends = ends.map_or_else(String::new, |at| {
        format!("; the access token ends {}", human::relative(at, now))
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
    if is_saved {
        context.say("The password is sealed there too, for signing in again by itself.");
    }
    if context.global.json {
        return told(account, set, now);
    }
    Ok(())
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
    Problem::NotSealed {
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
        None | Some("") => Err(Problem::Usage(format!("{option}: stdin holds no {what}")).into()),
        Some(line) => Ok(line.into()),
    }
}

fn request_timeout(context: &Context) -> Duration {
    context.global.timeout.unwrap_or(REQUEST)
}
