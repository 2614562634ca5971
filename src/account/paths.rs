//! Where each login's file is: names and directories alone, nothing is read.

use std::path::{Path, PathBuf};

use crate::context::{ContextError, config_dir};
use crate::token::{Fingerprint, RefreshToken};

/// The directory and file that the Prusa token set is kept in, under the configuration directory.
pub(super) const PRUSA_FILE: [&str; 2] = ["prusa-connect-sdk-client", "tokens.json"];
/// The Python SDK's own file, used in place where only that one exists.
const SDK_FILE: [&str; 2] = ["prusa-connect", "prusa_tokens.json"];
/// Where the token sets of other profiles are, and successors of sets from the environment.
pub(super) const TOKENS_DIR: [&str; 2] = ["prusa-cred", "tokens"];
/// What the name of such a successor begins with.
const SUCCESSOR: &str = "environment-";

/// Returns whether a path ends in the name of a successor's file, or of a pointer to one.
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

/// Returns the name of that file.
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
