//! Imports the regions of the Practicus SDK: each becomes a profile, and its refresh token is copied, as a region lets
//! a refresh token be used many times. The SDK's password is not copied.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use super::super::shared::request_timeout;
use super::importer::{Importer, is_usable};
use crate::account::{Account, TokenRequest};
use crate::answer::choose::is_signed_in;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, read_trusted_text};
use crate::deadline::Deadline;
use crate::escape::shell_word_of;
use crate::profile::{
    Issuer, Kind, NewProfile, PRACTICUS, PracticusRegion, Profile, has_key, with_key,
};
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
    if region.is_default && may_set_default(importer.context)? {
        set_default(importer, name)?;
    }
    Ok(())
}

/// Returns whether the SDK's default region may become the default of all profiles: none is set, and there is no login
/// of another service, which a bare `get` means until then.
fn may_set_default(context: &Context) -> Result<bool> {
    let is_other = |profile: &Profile| {
        let is_used = profile.is_configured || is_signed_in(context, profile);
        profile.issuer.kind() != Kind::Practicus && is_used
    };
    let has_default = has_key(&context.config_text()?, None, "default")?;
    Ok(!has_default && !context.profiles()?.iter().any(is_other))
}

/// Makes a profile the default one, and reports that.
fn set_default(importer: &Importer<'_>, name: &str) -> Result<()> {
    let context = importer.context;
    context.change_config(|text| with_key(text, None, "default", name))?;
    importer.report(&format!(
        "Practicus: profile {name} is the default one, as its region is the SDK's"
    ));
    Ok(())
}

/// Returns the name of a new profile for a region: that of the provider for the SDK's default region, where the default
/// of all profiles is another one and the name is free; else one made of its address.
fn new_name(importer: &Importer<'_>, region: &PracticusRegion) -> Result<String> {
    let is_named_default = region.is_default && !may_set_default(importer.context)?;
    if is_named_default && importer.is_free(PRACTICUS)? {
        return Ok(PRACTICUS.to_owned());
    }
    importer.free_name(address_of(region))
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
    let new = NewProfile::new(new_name(importer, region)?, PRACTICUS)
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
