//! Each environment of Kognic's own tools becomes a profile that refers to the credentials; nothing secret is copied.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Taking;
use crate::account::{KognicError, check_credentials, given_credentials};
use crate::context::{Context, variable};
use crate::escape::excerpt;
use crate::profile::{Issuer, KOGNIC, KognicCredentials, KognicEnvironment, NewProfile, Profile};
use crate::providers::kognic::DEFAULT_ITEM;

pub(super) fn take(taking: &Taking<'_>) -> Result<()> {
    for environment in taking.context.kognic_environments()?.iter() {
        let taken = take_one(taking, environment);
        if let Err(error) = taken.with_context(|| {
            let name = excerpt(&environment.name);
            format!("cannot take over the environment {name}")
        }) {
            taking.failed(error);
        }
    }
    for path in unnamed_credentials(taking.context)? {
        let path = path.display();
        taking.found(&format!(
            "Kognic: {path} holds credentials that no environment names; `prusa-cred login --profile NAME \
             --credentials {path}` makes a profile of them"
        ));
    }
    Ok(())
}

fn take_one(taking: &Taking<'_>, environment: &KognicEnvironment) -> Result<()> {
    let name = excerpt(&environment.name);
    let credentials = match &environment.credentials {
        Some(credentials) => credentials.clone(),
        None => default_credentials()?,
    };
    if let Some(profile) = existing(taking.context, environment, &credentials)? {
        let profile = &profile.name;
        taking.found(&format!(
            "Kognic: environment {name} is profile {profile} already"
        ));
        return Ok(());
    }
    check_credentials(&credentials)?;
    let reference = match &credentials {
        KognicCredentials::File(path) => path.to_string_lossy().into_owned(),
        KognicCredentials::Keyring(item) => format!("keyring://{item}"),
    };
    let new = new_profile(taking, environment, &reference)?;
    taking.add(&new)?;
    taking.found(&format!(
        "Kognic: environment {name} is profile {} now, for {}; it refers to {reference}, nothing is copied",
        new.name(),
        environment.host
    ));
    Ok(())
}

/// Returns the profile that says what the environment does.
fn existing<'a>(
    context: &'a Context,
    environment: &KognicEnvironment,
    credentials: &KognicCredentials,
) -> Result<Option<&'a Profile>> {
    let is_same = |profile: &&Profile| match &profile.issuer {
        Issuer::Kognic(settings) => {
            profile.is_configured
                && profile.hosts.contains(&environment.host)
                && *settings.server == environment.server
                && settings.credentials.as_ref() == Some(credentials)
                && settings.scopes == environment.scopes
        }
        _ => false,
    };
    Ok(context.profiles()?.iter().find(is_same))
}

fn new_profile(
    taking: &Taking<'_>,
    environment: &KognicEnvironment,
    reference: &str,
) -> Result<NewProfile> {
    let name = excerpt(&environment.name);
    let name = if name.to_lowercase().starts_with(KOGNIC) {
        taking.name_for(&name)?
    } else {
        taking.name_for(&format!("{KOGNIC}-{name}"))?
    };
    let new = NewProfile::new(&name, KOGNIC)
        .text("server", environment.server.as_str().trim_end_matches('/'))
        .text("credentials", reference)
        .texts("hosts", [environment.host.to_string()]);
    Ok(match environment.scopes.as_slice() {
        [] => new,
        scopes => new.texts("scopes", scopes),
    })
}

/// Returns what Kognic's own tools use for an environment that names no credentials.
fn default_credentials() -> Result<KognicCredentials> {
    const VARIABLE: &str = "KOGNIC_CREDENTIALS";
    Ok(match variable(VARIABLE)? {
        Some(text) => given_credentials(&text).map_err(|why| KognicError::Option {
            option: VARIABLE,
            why,
        })?,
        None => KognicCredentials::Keyring(DEFAULT_ITEM.to_owned()),
    })
}

/// Returns the credentials files beside environments.json that neither an environment nor a profile refers to.
fn unnamed_credentials(context: &Context) -> Result<Vec<PathBuf>> {
    let environments = context.kognic_environments()?.iter();
    let named = environments.filter_map(|environment| environment.credentials.as_ref());
    let profiles = context.profiles()?.iter();
    let used = profiles.filter_map(|profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.credentials.as_ref(),
        _ => None,
    });
    let known: Vec<_> = named.chain(used).collect();
    let environments = Context::kognic_environments_path()?;
    let Some(Ok(entries)) = environments.parent().map(fs::read_dir) else {
        return Ok(Vec::new());
    };
    let is_unnamed = |path: &PathBuf| {
        let credentials = KognicCredentials::File(path.clone());
        path.extension()
            .is_some_and(|extension| extension == "json")
            && *path != environments
            && !known.contains(&&credentials)
            && check_credentials(&credentials).is_ok()
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(is_unnamed).collect();
    paths.sort();
    Ok(paths)
}
