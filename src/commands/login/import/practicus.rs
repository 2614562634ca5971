//! Imports the regions of the Practicus SDK: each becomes a profile, and its refresh token is copied, as a region lets
//! a refresh token be used many times. The SDK's password is not copied.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use super::super::shared::request_timeout;
use super::importer::{Importer, is_usable};
use crate::account::{Account, TokenRequest};
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, read_trusted_text};
use crate::deadline::Deadline;
use crate::escape::shell_word_of;
use crate::profile::{Issuer, NewProfile, PracticusRegion, Profile};
use crate::store::{RejectionState, StoreError};
use crate::token::{RefreshToken, TokenSet, UnixTime};

const FILE: [&str; 2] = [".practicus", "core.conf"];

/// Imports the login of every region in the SDK's file.
pub(super) fn import(importer: &Importer<'_>) -> Result<()> {
    let mut path = dirs::home_dir().ok_or(ContextError::NoHome)?;
    path.extend(FILE);
    let text = match read_trusted_text(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let cannot_use = || format!("cannot use {}", path.display());
    for region in PracticusRegion::parse_all(&text).with_context(cannot_use)? {
        let region = match region.with_context(cannot_use) {
            Ok(region) => region,
            Err(error) => {
                importer.add_failure(error);
                continue;
            }
        };
        let region = &region;
        let address = address_of(region);
        let Some(token) = &region.refresh_token else {
            importer.report(&format!(
                "Practicus: the SDK is not signed in to {address}, so there is nothing to import"
            ));
            continue;
        };
        let outcome = import_one(importer, &path, region, token);
        if let Err(error) = outcome.with_context(|| format!("cannot import the login at {address}"))
        {
            importer.add_failure(error);
        }
    }
    Ok(())
}

/// Stores the region's refresh token in a profile, adding a new one if there is none for it, and reports that. A login
/// that is stored already is kept, unless it is of another region. Fails with `LoginEnded` if the token has expired.
fn import_one(
    importer: &Importer<'_>,
    file: &Path,
    region: &PracticusRegion,
    token: &RefreshToken,
) -> Result<()> {
    let address = address_of(region);
    let (profile, new) = profile_for(importer, region)?;
    let name = &profile.name;
    let account = Account::open(importer.context, &profile, TokenRequest::stored())?;
    let locked = account
        .store()
        .lock(Deadline::after(request_timeout(importer.context)))?;
    let stored = match locked.load() {
        Err(StoreError::Foreign { .. }) => None,
        stored => stored?,
    };
    if stored.is_some() {
        importer.report(&format!(
            "Practicus: profile {name} is already signed in to {address}; its login is not changed"
        ));
        return Ok(());
    }
    let now = UnixTime::now();
    let set = TokenSet {
        refresh_token: Some(token.clone()),
        ..TokenSet::default()
    };
    if !is_usable(&set, None, now) {
        let target = file.display().to_string();
        let command = match new {
            Some(_) => format!("prusa-cred login --url {}", shell_word_of(address)),
            None => profile.login_command(),
        };
        return Err(CommandError::LoginEnded { target, command }.into());
    }
    if let Some(new) = &new {
        importer.add_profile(new)?;
    }
    locked
        .reserve(None, now)?
        .commit(&set, RejectionState::None)?;
    importer.report(&format!(
        "Practicus: profile {name} is signed in to {address}; the refresh token was copied from {}",
        file.display()
    ));
    Ok(())
}

/// Returns the existing profile for the region, or a new one that can be added.
fn profile_for<'a>(
    importer: &Importer<'a>,
    region: &PracticusRegion,
) -> Result<(Cow<'a, Profile>, Option<NewProfile>)> {
    if let Some(profile) = existing(importer.context, region)? {
        return Ok((Cow::Borrowed(profile), None));
    }
    let address = address_of(region);
    let new = NewProfile::new(importer.free_name(address)?, "practicus")
        .text("url", address)
        .optional_text("email", region.email.as_deref());
    Ok((Cow::Owned(importer.context.preview(&new)?), Some(new)))
}

/// Returns the existing profile for this region, unless both e-mail addresses are known and differ.
fn existing<'a>(context: &'a Context, region: &PracticusRegion) -> Result<Option<&'a Profile>> {
    let is_same = |profile: &&Profile| match &profile.issuer {
        Issuer::Practicus(settings) => {
            let email = profile
                .email
                .clone()
                .or_else(|| Account::email(context, profile));
            let is_other = match (&email, &region.email) {
                (Some(one), Some(other)) => !one.eq_ignore_ascii_case(other),
                _ => false,
            };
            settings.url.as_str().trim_end_matches('/') == address_of(region) && !is_other
        }
        _ => false,
    };
    Ok(context.profiles()?.iter().find(is_same))
}

/// Returns the region's address without a slash at the end.
fn address_of(region: &PracticusRegion) -> &str {
    region.url.as_str().trim_end_matches('/')
}
