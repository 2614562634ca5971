//! The paths of token files. Nothing is read here.

use std::path::{Path, PathBuf};

use crate::context::{ContextError, config_dir};
use crate::token::{Fingerprint, RefreshToken};

/// The directory and file of the Prusa token set, under the configuration directory.
pub(super) const PRUSA_FILE: [&str; 2] = ["prusa-connect-sdk-client", "tokens.json"];
/// The Python SDK's own file, which is used instead if only that one exists.
pub(super) const SDK_FILE: [&str; 2] = ["prusa-connect", "prusa_tokens.json"];
/// The directory of the token sets of other profiles, and of successors of token sets from the environment.
pub(super) const TOKENS_DIR: [&str; 2] = ["prusa-cred", "tokens"];
/// The prefix of the name of such a successor's file.
const SUCCESSOR: &str = "environment-";

/// Returns whether a path ends in the name of a successor's file, or of a link to one.
pub(crate) fn is_successor(path: &Path) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    let digest = name
        .and_then(|name| name.strip_prefix(SUCCESSOR))
        .and_then(|rest| rest.strip_suffix(".json"));
    // A profile's name may begin like this too: only the length of the digest tells them apart.
    digest.is_some_and(Fingerprint::is_fingerprint)
}

/// Returns the path of the Python SDK's own token file, which need not exist.
///
/// # Errors
///
/// When there is no configuration directory.
pub(crate) fn sdk_token_file() -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, SDK_FILE))
}

/// Returns the path of a profile's client secret, which a server may have issued at registration (RFC 7591).
///
/// # Errors
///
/// When there is no configuration directory.
pub(crate) fn client_secret_path(profile: &str) -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, TOKENS_DIR).join(format!("{profile}.client_secret")))
}

/// Returns the path of the file for the successors of a token set from the environment. Its name is a digest of the
/// refresh token, so that another process with the same environment finds it.
pub(super) fn successor_path(seed: &RefreshToken) -> Result<PathBuf, ContextError> {
    Ok(under(&config_dir()?, TOKENS_DIR).join(successor_name(seed)))
}

/// Returns the name of the file for the successors of this refresh token.
pub(super) fn successor_name(seed: &RefreshToken) -> String {
    format!(
        "{SUCCESSOR}{}.json",
        Fingerprint::of(seed.expose()).as_str()
    )
}

/// Returns the path of a file or directory two levels below `directory`.
pub(super) fn under(directory: &Path, parts: [&str; 2]) -> PathBuf {
    let mut path = directory.to_owned();
    path.extend(parts);
    path
}
