//! Imports the environments of Kognic's own tools: each becomes a profile that refers to its credentials. Nothing
//! secret is copied.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::importer::Importer;
use crate::account::{KognicError, check_credentials, parse_credentials};
use crate::context::{Context, variable};
use crate::escape::excerpt;
use crate::profile::{Issuer, KOGNIC, KognicCredentials, KognicEnvironment, NewProfile, Profile};
use crate::providers::kognic::DEFAULT_ITEM;

/// Imports every environment, and reports credentials files that neither an environment nor a profile names.
pub(super) fn import(importer: &Importer<'_>) -> Result<()> {
    for environment in importer.context.kognic_environments()?.iter() {
        let outcome = import_one(importer, environment);
        if let Err(error) = outcome.with_context(|| {
            let name = excerpt(&environment.name);
            format!("cannot import the environment {name}")
        }) {
            importer.add_failure(error);
        }
    }
    for unusable in importer.context.kognic_environments()?.unusable() {
        let name = excerpt(&unusable.name);
        let error = anyhow::Error::from(unusable.error.clone());
        importer.add_failure(error.context(format!("cannot import the environment {name}")));
    }
    for path in unnamed_credentials(importer.context)? {
        let path = path.display();
        importer.report(&format!(
            "Kognic: {path} holds credentials that no environment names; run `prusa-cred login --profile NAME \
             --credentials {path}` to make a profile for them"
        ));
    }
    Ok(())
}

/// Adds a profile for an environment and reports it, or reports the profile that has the same settings already. Fails
/// if the credentials are not valid or the profile cannot be added.
fn import_one(importer: &Importer<'_>, environment: &KognicEnvironment) -> Result<()> {
    let name = excerpt(&environment.name);
    let credentials = match &environment.credentials {
        Some(credentials) => credentials.clone(),
        None => default_credentials()?,
    };
    if let Some(profile) = existing(importer.context, environment, &credentials)? {
        let profile = &profile.name;
        importer.report(&format!(
            "Kognic: environment {name} is already profile {profile}"
        ));
        return Ok(());
    }
    check_credentials(&credentials)?;
    let reference = match &credentials {
        KognicCredentials::File(path) => path.to_string_lossy().into_owned(),
        KognicCredentials::Keyring(item) => format!("keyring://{item}"),
    };
    let new = new_profile(importer, environment, &reference)?;
    importer.add_profile(&new)?;
    importer.report(&format!(
        "Kognic: environment {name} is now profile {}, for {}; it refers to {reference}, nothing is copied",
        new.name(),
        environment.host
    ));
    Ok(())
}

/// Returns the configured profile with the settings of the environment, if there is one.
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

/// Returns a new profile with the environment's settings, under a free name that begins with `kognic`; `reference` is
/// the value of its `credentials` key. Fails if the configuration cannot be read.
fn new_profile(
    importer: &Importer<'_>,
    environment: &KognicEnvironment,
    reference: &str,
) -> Result<NewProfile> {
    let name = excerpt(&environment.name);
    let name = if name.to_lowercase().starts_with(KOGNIC) {
        importer.free_name(&name)?
    } else {
        importer.free_name(&format!("{KOGNIC}-{name}"))?
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

/// Returns the credentials that Kognic's own tools use for an environment that names none: those of
/// `KOGNIC_CREDENTIALS`, else the default item of the keyring.
fn default_credentials() -> Result<KognicCredentials> {
    const VARIABLE: &str = "KOGNIC_CREDENTIALS";
    Ok(match variable(VARIABLE)? {
        Some(text) => parse_credentials(&text).map_err(|why| KognicError::Option {
            option: VARIABLE,
            why,
        })?,
        None => KognicCredentials::Keyring(DEFAULT_ITEM.to_owned()),
    })
}

/// Returns the credentials files beside environments.json that neither an environment nor a profile refers to.
fn unnamed_credentials(context: &Context) -> Result<Vec<PathBuf>> {
    let environments = context.kognic_environments()?.iter();
    let of_environments = environments.filter_map(|environment| environment.credentials.as_ref());
    let profiles = context.profiles()?.iter();
    let of_profiles = profiles.filter_map(|profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.credentials.as_ref(),
        _ => None,
    });
    let named: Vec<_> = of_environments.chain(of_profiles).collect();
    let environments = Context::kognic_environments_path()?;
    let Some(Ok(entries)) = environments.parent().map(fs::read_dir) else {
        return Ok(Vec::new());
    };
    let is_unnamed = |path: &PathBuf| {
        let credentials = KognicCredentials::File(path.clone());
        path.extension()
            .is_some_and(|extension| extension == "json")
            && *path != environments
            && !named.contains(&&credentials)
            && check_credentials(&credentials).is_ok()
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(is_unnamed).collect();
    paths.sort();
    Ok(paths)
}
