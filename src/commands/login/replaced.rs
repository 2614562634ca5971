//! A login that takes the place of another account's: who signs in is asked, or told, before that.

use anyhow::Result;

use super::shared::request_timeout;
use crate::account::{Account, email_of};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::terminal::prompt::Person;
use crate::token::TokenSet;

/// Asks whether the stored login of another account may be replaced by this one; says so if no person is there. Accounts
/// whose e-mail addresses are not known count as the same.
///
/// # Errors
///
/// `OtherAccountKept` if the person does not agree. The new login is revoked then, where that is possible.
pub(super) fn agree(context: &Context, account: &Account<'_>, set: &TokenSet) -> Result<()> {
    let stored = account.store().load().ok().flatten();
    let before = stored.and_then(|stored| email_of(&stored.set));
    let (Some(before), Some(now)) = (before, email_of(set)) else {
        return Ok(());
    };
    if before.eq_ignore_ascii_case(&now) {
        return Ok(());
    }
    let profile = &account.profile().name;
    let (before, now) = (excerpt(&before), excerpt(&now));
    let person = Person::detect(context.may_ask());
    if !person.is_there() {
        context.say(&format!(
            "Profile {profile} was signed in as {before}; that login is replaced."
        ));
        return Ok(());
    }
    let question = format!("Profile {profile} is signed in as {before}. Replace that by {now}?");
    if person.agrees(&question).is_ok_and(|agrees| agrees) {
        return Ok(());
    }
    // Nobody keeps it.
    let _ = account
        .provider()
        .revoke(set, Deadline::after(request_timeout(context)));
    Err(CommandError::OtherAccountKept {
        profile: profile.clone(),
        provider: account.profile().issuer.kind().word(),
        email: before,
    }
    .into())
}
