//! Where logins are stored: the file of each profile, and what else may hold tokens of one.

use std::path::PathBuf;

use super::paths::{PRUSA_FILE, TOKENS_DIR, is_successor, sdk_token_file, under};
use super::{kognic, successor_links};
use crate::context::{ContextError, config_dir};
use crate::profile::{Profile, TokenFiles};

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
pub(crate) fn files_with_tokens(profile: &Profile) -> Result<Vec<PathBuf>, ContextError> {
    if profile.issuer.spec().token_files == TokenFiles::OnePerRequest {
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
    let is_token_file =
        |path: &PathBuf| is_successor(path) && successor_links::link_target(path).is_none();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(is_token_file).collect();
    paths.sort();
    Ok(paths)
}
