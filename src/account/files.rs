//! Where logins are stored: the file of each profile, and what else may hold tokens of one.

use std::path::{Path, PathBuf};

use super::{kognic, pointers};
use crate::context::{ContextError, config_dir};
use crate::profile::{Issuer, Profile};
use crate::token::{Fingerprint, RefreshToken};

/// The directory and file that the Prusa token set is kept in, under the configuration directory.
const PRUSA_FILE: [&str; 2] = ["prusa-connect-sdk-client", "tokens.json"];
/// The Python SDK's own file (`reference/providers.md`), used in place where only that one exists.
const SDK_FILE: [&str; 2] = ["prusa-connect", "prusa_tokens.json"];
/// Where the token sets of other profiles are, and successors of sets from the environment.
pub(super) const TOKENS_DIR: [&str; 2] = ["prusa-cred", "tokens"];
/// What the name of such a successor begins with.
const SUCCESSOR: &str = "environment-";

/// Returns where a profile's token set is kept; Kognic's is elsewhere, by its client.
pub(super) fn token_path(profile: &Profile) -> Result<PathBuf, ContextError> {
    if let Some(path) = &profile.token_file {
        return Ok(path.clone());
    }
    let config_dir = config_dir()?;
    if !profile.is_prusa() {
        return Ok(under(&config_dir, TOKENS_DIR).join(format!("{}.json", profile.name)));
    }
    let ours = under(&config_dir, PRUSA_FILE);
    let theirs = sdk_token_file()?;
    Ok(if ours.symlink_metadata().is_err() && theirs.is_file() {
        theirs
    } else {
        ours
    })
}

/// Returns every file that may hold tokens of a profile.
pub(crate) fn files_of(profile: &Profile) -> Result<Vec<PathBuf>, ContextError> {
    if let Issuer::Kognic(_) = &profile.issuer {
        return kognic::token_files(profile);
    }
    let mut paths = vec![token_path(profile)?];
    if profile.is_prusa() {
        paths.extend(successors()?);
    }
    Ok(paths)
}

/// Returns the files that hold successors of token sets from the environment, whether or not that still has those.
pub(crate) fn successors() -> Result<Vec<PathBuf>, ContextError> {
    let Ok(entries) = std::fs::read_dir(under(&config_dir()?, TOKENS_DIR)) else {
        return Ok(Vec::new());
    };
    let is_chain = |path: &PathBuf| is_successor(path) && pointers::chain_behind(path).is_none();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(is_chain).collect();
    paths.sort();
    Ok(paths)
}

/// Returns whether a path ends in the name of such a file, or of a pointer to one.
pub(super) fn is_successor(path: &Path) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    let digest = name
        .and_then(|name| name.strip_prefix(SUCCESSOR))
        .and_then(|rest| rest.strip_suffix(".json"));
    // A profile may have such a name as well: only the length keeps them apart.
    digest.is_some_and(Fingerprint::is_fingerprint)
}

/// Returns where the Python SDK keeps its own token set, whether or not it has one.
pub(crate) fn sdk_token_file() -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, SDK_FILE))
}

/// Returns where a profile's client secret is kept, if a server gave one at registration.
pub(crate) fn client_secret_path(profile: &str) -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, TOKENS_DIR).join(format!("{profile}.client_secret")))
}

/// Returns where the successors of a token set from the environment are kept: under a name that its refresh token
/// gives, so that another process with the same environment goes on from there.
pub(super) fn successor_path(seed: &RefreshToken) -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, TOKENS_DIR).join(successor_name(seed)))
}

pub(super) fn successor_name(seed: &RefreshToken) -> String {
    format!(
        "{SUCCESSOR}{}.json",
        Fingerprint::of(seed.expose()).as_str()
    )
}

pub(super) fn under(directory: &Path, parts: [&str; 2]) -> PathBuf {
    let mut path = directory.to_owned();
    path.extend(parts);
    path
}
