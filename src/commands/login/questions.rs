//! Questions about what a login needs and no option says, if there is a person at the terminal.

use std::borrow::Cow;

use anyhow::Result;

use super::providers::{self, requested_kind};
use super::shared::has_variable;
use crate::account::{Account, TokenRequest};
use crate::broker::BrokerError;
use crate::cli::{Kind, Login};
use crate::context::{Context, ContextError};
use crate::profile::PRUSA;
use crate::terminal::prompt::{Person, PromptError};

/// Returns the options, completed by the person's answers; unchanged if there is no person, if an address is given, or
/// if they say nothing about a new profile and this is not the first login.
pub(super) fn ask_for_missing<'o>(context: &Context, options: &'o Login) -> Result<Cow<'o, Login>> {
    let person = Person::detect(context.may_ask());
    if !person.is_there() || options.address.is_some() {
        return Ok(Cow::Borrowed(options));
    }
    let kind = match requested_kind(options)? {
        Some(kind) => Some(kind),
        None if is_first_login(context, options)? => Some(ask_service(person)?),
        None => None,
    };
    let Some(kind) = kind else {
        return Ok(Cow::Borrowed(options));
    };
    let mut options = options.clone();
    options.provider = Some(kind);
    // A configuration that cannot be read is an error before anything is typed.
    context.profiles()?;
    providers::of(kind).ask_for_missing(context, person, &mut options)?;
    Ok(Cow::Owned(options))
}

/// Returns whether nothing says which service to sign in to: no profile, no login, no option, no variable. What only
/// one kind has is not among these options: it has named the kind already.
fn is_first_login(context: &Context, options: &Login) -> Result<bool, ContextError> {
    let Login {
        email,
        password_stdin,
        otp_command,
        browser,
        device,
        ..
    } = options;
    let has_option = email.is_some()
        || *password_stdin
        || otp_command.is_some()
        || *browser
        || *device
        || context.global.profile.is_some()
        || Context::profile_variable()?.is_some()
        || has_variable(PRUSA)?;
    let mut profiles = context.profiles()?.iter();
    // A login of another server than a variable names now is one too: who has it needs no list of services.
    let has_login = |profile| {
        Account::open(context, profile, TokenRequest::default()).is_ok_and(|account| {
            matches!(
                account.current(),
                Ok(Some(_)) | Err(BrokerError::Foreign { .. })
            )
        })
    };
    Ok(!has_option && !profiles.any(|profile| profile.is_configured || has_login(profile)))
}

/// Asks which kind of service to sign in to, and returns the chosen one.
fn ask_service(person: Person) -> Result<Kind, PromptError> {
    let items = Kind::ALL.map(|kind| kind.spec().menu_item);
    let index = person.choose("service", "Sign in to", &items)?;
    let kind = Kind::ALL.get(index).copied();
    kind.ok_or(PromptError::Cancelled { what: "service" })
}
