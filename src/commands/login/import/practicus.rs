//! Each region of the Practicus SDK becomes a profile, and its refresh token is copied: a region does not retire one at
//! its use. The SDK's password stays where it is.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use super::super::request_timeout;
use super::Taking;
use super::prusa::is_alive;
use crate::account::{Account, TokenRequest};
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, read_text};
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::{Issuer, NewProfile, PracticusRegion, Profile};
use crate::store::RejectionState;
use crate::token::{RefreshToken, TokenSet, UnixTime};

const FILE: [&str; 2] = [".practicus", "core.conf"];

pub(super) fn take(taking: &Taking<'_>) -> Result<()> {
    let mut path = dirs::home_dir().ok_or(ContextError::NoHome)?;
    path.extend(FILE);
    let text = match read_text(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if platform::is_not_found(&error) => return Ok(()),
        Err(error) => return Err(ContextError::Unreadable(path, error).into()),
    };
    let cannot_use = || format!("cannot use {}", path.display());
    for region in PracticusRegion::parse_all(&text).with_context(cannot_use)? {
        let region = match region.with_context(cannot_use) {
            Ok(region) => region,
            Err(error) => {
                taking.failed(error);
                continue;
            }
        };
        let region = &region;
        let address = address_of(region);
        let Some(token) = &region.refresh_token else {
            taking.found(&format!(
                "Practicus: the SDK is not signed in to {address}, so there is nothing to take over"
            ));
            continue;
        };
        let outcome = take_one(taking, &path, region, token);
        if let Err(error) =
            outcome.with_context(|| format!("cannot take over the login at {address}"))
        {
            taking.failed(error);
        }
    }
    Ok(())
}

fn take_one(
    taking: &Taking<'_>,
    file: &Path,
    region: &PracticusRegion,
    token: &RefreshToken,
) -> Result<()> {
    let address = address_of(region);
    let (profile, new) = profile_for(taking, region)?;
    let name = &profile.name;
    let account = Account::open(taking.context, &profile, TokenRequest::stored())?;
    let held = account
        .store()
        .lock(Deadline::after(request_timeout(taking.context)))?;
    if held.load()?.is_some() {
        taking.found(&format!(
            "Practicus: profile {name} is signed in to {address} already; its login is left as it is"
        ));
        return Ok(());
    }
    let now = UnixTime::now();
    let set = TokenSet {
        refresh_token: Some(token.clone()),
        ..TokenSet::default()
    };
    if !is_alive(&set, None, now) {
        let target = file.display().to_string();
        let command = match new {
            Some(_) => format!("prusa-cred login --url {address}"),
            None => profile.login_command(),
        };
        return Err(CommandError::DeadLogin { target, command }.into());
    }
    if let Some(new) = &new {
        taking.add(new)?;
    }
    held.reserve(None, now)?
        .commit(&set, RejectionState::None)?;
    taking.found(&format!(
        "Practicus: profile {name} is signed in to {address}; the refresh token was copied from {}",
        file.display()
    ));
    Ok(())
}

/// Returns the profile that is there for the region, or one that can be added.
fn profile_for<'a>(
    taking: &Taking<'a>,
    region: &PracticusRegion,
) -> Result<(Cow<'a, Profile>, Option<NewProfile>)> {
    if let Some(profile) = existing(taking.context, region)? {
        return Ok((Cow::Borrowed(profile), None));
    }
    let address = address_of(region);
    let new = NewProfile::new(taking.name_for(address)?, "practicus")
        .text("url", address)
        .maybe("email", region.email.as_deref());
    Ok((Cow::Owned(taking.context.preview(&new)?), Some(new)))
}

/// Returns the profile of this region and, as far as that is known, this account.
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

fn address_of(region: &PracticusRegion) -> &str {
    region.url.as_str().trim_end_matches('/')
}
