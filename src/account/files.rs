//! The files that logins are stored in: a profile's token file, and others that may hold its tokens.

use std::path::{Path, PathBuf};

use super::paths::{PRUSA_FILE, SDK_FILE, TOKENS_DIR, is_successor, sdk_token_file, under};
use super::shared_file::shared_label;
use super::{kognic, successor_links};
use crate::context::{Context, ContextError, config_dir};
use crate::platform;
use crate::profile::{Profile, TokenFiles};
use crate::program;
use crate::store::Label;

/// Returns the path of a profile's token file, which need not exist: its `token_file`, else one in the configuration
/// directory; for profile `prusa` that of the Python SDK, if only that one exists, or neither and the SDK is used here:
/// then both find a new login, unless it is sealed, which the SDK cannot read. Not for Kognic, which has one for
/// each client: [`kognic::token_path`].
///
/// # Errors
///
/// When there is no configuration directory.
pub(super) fn token_path(profile: &Profile) -> Result<PathBuf, ContextError> {
    if let Some(path) = &profile.token_file {
        return Ok(path.clone());
    }
    let config_dir = config_dir()?;
    if !profile.is_prusa() {
        return Ok(under(&config_dir, TOKENS_DIR).join(format!("{}.json", profile.name)));
    }
    let own_file = under(&config_dir, PRUSA_FILE);
    let sdk_file = sdk_token_file()?;
    let is_free = own_file.symlink_metadata().is_err();
    let is_shared = || sdk_file.is_file() || (!is_sealed(profile) && is_sdk_here(&sdk_file));
    Ok(if is_free && is_shared() {
        sdk_file
    } else {
        own_file
    })
}

/// Returns whether new logins of a profile are sealed.
fn is_sealed(profile: &Profile) -> bool {
    profile
        .seal
        .as_ref()
        .is_some_and(|seal| seal.place().is_some())
}

/// Returns whether the Python SDK is used on this machine: it makes the directory of its file when it is run for the
/// first time, and its command is `prusactl`.
pub(crate) fn is_sdk_here(sdk_file: &Path) -> bool {
    platform::directory_of(sdk_file).is_dir() || program::find("prusactl").is_some()
}

/// Returns whether a path leads to the built-in profile's token file or the Python SDK's, however it is spelled and
/// through any link. A profile of another name may have it as its `token_file`.
///
/// # Errors
///
/// When there is no configuration directory.
pub(super) fn is_built_in_file(path: &Path) -> Result<bool, ContextError> {
    let config_dir = config_dir()?;
    let files = [PRUSA_FILE, SDK_FILE].map(|parts| under(&config_dir, parts));
    Ok(files.iter().any(|file| is_same_file(file, path)))
}

/// Returns whether two paths lead to one file; for files that do not exist, whether they are spelled alike.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let (Ok(known), Ok(metadata)) = (one.metadata(), other.metadata()) else {
        return one == other;
    };
    let is_same_path = || one.canonicalize().ok() == other.canonicalize().ok();
    // The metadata of Windows does not tell.
    platform::is_same_file(&known, &metadata) || (cfg!(windows) && is_same_path())
}

/// Returns the path of every file that may hold tokens of a profile: its token file, which need not exist, and for
/// profile `prusa` also all `successors`. For Kognic those of `token_files`, of which there may be none.
///
/// # Errors
///
/// When there is no configuration directory.
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

/// Returns whether a profile has a token file: a login, which may have ended. Nothing is read. `false` without a
/// configuration directory.
pub(crate) fn has_token_file(profile: &Profile) -> bool {
    let paths = match profile.issuer.spec().token_files {
        TokenFiles::OnePerProfile => token_path(profile).map(|path| vec![path]),
        TokenFiles::OnePerRequest => kognic::token_files(profile),
    };
    paths.is_ok_and(|paths| paths.iter().any(|path| path.exists()))
}

/// Returns the label of a file with tokens of a profile, one of `files_with_tokens` or a link to one: what it is when
/// it is sealed. Several profiles may have one file ([`shared_label`]).
///
/// # Errors
///
/// When there is no configuration directory.
pub(crate) fn login_label(
    context: &Context,
    profile: &Profile,
    path: &Path,
) -> Result<Label, ContextError> {
    if profile.issuer.spec().token_files == TokenFiles::OnePerRequest {
        return Ok(Label::login_in(&profile.name, path));
    }
    // A token file that a person named may look like a successor.
    if is_successor(path) && path != token_path(profile)? {
        return Ok(successor_label(path));
    }
    shared_label(context, profile, path)
}

/// Returns the label of a successor's file, or of the one that a link leads to.
pub(super) fn successor_label(path: &Path) -> Label {
    Label::environment_login(&successor_links::resolve_link(path))
}

/// Returns the files that hold successors of token sets from the environment, sorted, without the links to them; none
/// if their directory cannot be read. The environment need not hold those token sets any more.
///
/// # Errors
///
/// When there is no configuration directory.
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
