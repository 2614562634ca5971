//! Imports the Prusa SDK's login, which is used in place: its refresh token can be used only once.

use anyhow::Result;

use super::importer::{Importer, is_usable};
use crate::account::{Account, TokenRequest, email_of, sdk_token_file};
use crate::broker::BrokerError;
use crate::commands::error::CommandError;
use crate::escape::excerpt;
use crate::profile::PRUSA;
use crate::token::UnixTime;

/// Reports whether the profile `prusa` uses the SDK's file; nothing is written. Does nothing if there is no such file
/// or profile. Fails with `LoginEnded` if the login in a file that is used can no longer be used.
pub(super) fn import(importer: &Importer<'_>) -> Result<()> {
    let sdk_file = sdk_token_file()?;
    let profile = importer.context.profiles()?.named(PRUSA);
    let Some(profile) = profile.filter(|_| sdk_file.is_file()) else {
        return Ok(());
    };
    let account = Account::open(importer.context, profile, TokenRequest::stored())?;
    let path = account.store().path();
    let is_used = path == sdk_file;
    let sdk_file = sdk_file.display();
    if !is_used {
        let path = path.display();
        importer.report(&format!(
            "Prusa SDK: {sdk_file} is not used; profile {PRUSA} has its login in {path}"
        ));
        return Ok(());
    }
    let stored = account.store().load();
    let stored = stored.map_err(|source| BrokerError::store(PRUSA, source))?;
    let now = UnixTime::now();
    match stored {
        Some(stored) if is_usable(&stored.set, stored.written_at, now) => {
            let email = email_of(&stored.set);
            let email = email.map_or_else(String::new, |email| format!(" ({})", excerpt(&email)));
            importer.report(&format!(
                "Prusa SDK: profile {PRUSA} uses the login{email} in {sdk_file}, together with the SDK; nothing is \
                 copied"
            ));
            Ok(())
        }
        _ => Err(CommandError::LoginEnded {
            target: sdk_file.to_string(),
            command: profile.login_command(),
        }
        .into()),
    }
}
