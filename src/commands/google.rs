//! `google`: the executable of Google's external-account credentials (`reference/protocols.md` 8).
//!
//! The Python library reads stderr and stdout as one, so nothing is said on stderr. Only where a person sits before the
//! output is it the other way round: the answer goes into the file alone.

use std::path::PathBuf;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::account::Account;
use crate::answer::audit::{AuditEvent, By, note};
use crate::answer::choose::chosen_profile;
use crate::broker::{Granted, Need, Wanted};
use crate::cli::Verb;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, variable};
use crate::protocol::Protocol;
use crate::protocol::google::{self, TokenType};
use crate::store::write_private;
use crate::terminal::output::write_out;
use crate::token::{AccessToken, IdToken, Jwt, TokenSet, UnixTime};

/// Returns whether the output is a person's: then failures are for people as well.
pub(super) fn is_for_a_person() -> Result<bool, ContextError> {
    Ok(is_set(google::INTERACTIVE)? && !is_set(google::REVOKE)?)
}

fn is_set(name: &'static str) -> Result<bool, ContextError> {
    Ok(variable(name)?.as_deref() == Some("1"))
}

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        let text = "`prusa-cred google` takes no words after it";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let output_file = variable(google::OUTPUT_FILE)?.map(PathBuf::from);
    match (is_for_a_person()?, output_file) {
        (false, output_file) => {
            let quiet = context.with(|global| {
                global.quiet = true;
                global.verbose = false;
            });
            let (handed_out, answer) = answer(&quiet)?;
            note(&quiet, &[handed_out]);
            if let Some(path) = output_file {
                write_private(&path, &answer)?;
            }
            write_out(&answer)
        }
        (true, Some(path)) => {
            let (handed_out, answer) = answer(context)?;
            note(context, &[handed_out]);
            Ok(write_private(&path, &answer)?)
        }
        (true, None) => {
            let text = "an interactive run has no way to answer without an output_file";
            Err(CommandError::Usage(text.to_owned()).into())
        }
    }
}

fn answer(context: &Context) -> Result<(AuditEvent<'_>, Zeroizing<Vec<u8>>)> {
    let profile = chosen_profile(context)?;
    if is_set(google::REVOKE)? {
        let profile = profile.name.clone();
        return Err(CommandError::NeedsLogout { profile }.into());
    }
    let token_type = google::parse(variable(google::TOKEN_TYPE)?.as_deref())?;
    let account = Account::open(context, profile)?;
    let wanted = wanted(token_type, account.current()?.as_ref());
    let granted = account.token_set(Need {
        token: wanted,
        ..Need::access(account.min_ttl(None))
    })?;
    let (what, token) = told(&granted, wanted);
    let missing = || CommandError::TokenMissing {
        what,
        profile: profile.name.clone(),
    };
    let token = token.ok_or_else(missing)?;
    if Jwt::decode(token).is_none() {
        return Err(CommandError::NotAJwt { what }.into());
    }
    let answer = google::render(token_type, token, granted.expires_at, UnixTime::now())?;
    let handed_out = AuditEvent {
        profile: &profile.name,
        by: By::Protocol(Protocol::Google),
        host: None,
        token: wanted.name(),
    };
    Ok((handed_out, answer))
}

/// Returns which token is meant. What is stored decides between two that would do: a login that has no identity token
/// gets none from being renewed.
fn wanted(token_type: TokenType, stored: Option<&TokenSet>) -> Wanted {
    let has_access_token_alone = stored.is_some_and(|set| set.id_token.is_none());
    match token_type {
        TokenType::Jwt if has_access_token_alone => Wanted::Access,
        TokenType::Jwt | TokenType::IdToken => Wanted::Identity,
    }
}

fn told(granted: &Granted, wanted: Wanted) -> (&'static str, Option<&str>) {
    let set = &granted.set;
    match wanted {
        Wanted::Identity => (
            "the identity token",
            set.id_token.as_ref().map(IdToken::expose),
        ),
        Wanted::Access | Wanted::Refresh => (
            "the access token",
            set.access_token.as_ref().map(AccessToken::expose),
        ),
    }
}
