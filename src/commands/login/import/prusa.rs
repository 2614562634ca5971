//! The Prusa SDK's login is used in place: its refresh token is spent at every use.

use anyhow::Result;

use super::Taking;
use crate::account::{Account, TokenRequest, email_of, sdk_token_file};
use crate::commands::error::CommandError;
use crate::escape::excerpt;
use crate::profile::PRUSA;
use crate::token::{TokenSet, UnixTime};

pub(super) fn take(taking: &Taking<'_>) -> Result<()> {
    let theirs = sdk_token_file()?;
    let profile = taking.context.profiles()?.named(PRUSA);
    let Some(profile) = profile.filter(|_| theirs.is_file()) else {
        return Ok(());
    };
    let account = Account::open(taking.context, profile, TokenRequest::stored())?;
    let (path, theirs) = (account.store().path(), theirs.display());
    if path != sdk_token_file()? {
        let path = path.display();
        taking.found(&format!(
            "Prusa SDK: {theirs} is left alone; profile {PRUSA} has its login in {path}"
        ));
        return Ok(());
    }
    let stored = account.store().load()?;
    let now = UnixTime::now();
    match stored {
        Some(stored) if is_alive(&stored.set, stored.written_at, now) => {
            let who = email_of(&stored.set);
            let who = who.map_or_else(String::new, |email| format!(" ({})", excerpt(&email)));
            taking.found(&format!(
                "Prusa SDK: profile {PRUSA} uses the login{who} in {theirs}, together with the SDK; nothing is copied"
            ));
            Ok(())
        }
        _ => Err(CommandError::DeadLogin {
            target: theirs.to_string(),
            command: profile.login_command(),
        }
        .into()),
    }
}

/// Returns whether a token set is good for anything, as far as that can be told without asking the server.
pub(super) fn is_alive(set: &TokenSet, written_at: Option<UnixTime>, now: UnixTime) -> bool {
    let lasts = |end: Option<UnixTime>| end.is_none_or(|at| at > now);
    let access = set.access_token.is_some() && lasts(set.access_expires_at(written_at, now));
    access || (set.refresh_token.is_some() && lasts(set.refresh_expires_at()))
}
