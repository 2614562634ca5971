//! Errors of files that cannot be read or replaced.

use std::path::{Path, PathBuf};

use super::code::{Code, CodeAndHint};
use super::hint::{foreign_hint, hint, login_command};
use super::sealed::{Anew, classify_key, classify_not_sealed, classify_seal};
use crate::context::{ContextError, config_dir, credentials_path, is_set};
use crate::profile::PRUSA;
use crate::store::StoreError;

/// The variable that names the token file of Prusa Account's built-in profile.
const TOKENS_FILE: &str = "PRUSA_TOKENS_FILE";

/// Returns code and hint of a profile's client secret that cannot be read: as for a login, but a new login does not
/// replace it.
pub(super) fn classify_secret_file(error: &StoreError, profile: Option<&str>) -> CodeAndHint {
    classify(error, profile, Anew::DoesNotHelp)
}

/// Returns code and hint of a file that cannot be read or replaced.
pub(super) fn classify_store(error: &StoreError, profile: Option<&str>) -> CodeAndHint {
    classify(error, profile, Anew::Helps)
}

/// As `classify_store`; `anew` is about sealed files.
fn classify(error: &StoreError, profile: Option<&str>, anew: Anew) -> CodeAndHint {
    match error {
        StoreError::Locked { pid: Some(pid), .. } => (
            Code::Locked,
            Some(format!(
                "try again in a moment; if process {pid} hangs, end it"
            )),
        ),
        StoreError::Locked { pid: None, .. } => (Code::Locked, hint("try again in a moment")),
        StoreError::Foreign { foreign, .. } => (
            Code::LoginRequired,
            Some(foreign_hint(foreign, profile.unwrap_or(PRUSA))),
        ),
        StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. } => (
            Code::Storage,
            Some(format!(
                "{} starts a new login and keeps that file under another name",
                login_command(profile.unwrap_or(PRUSA))
            )),
        ),
        StoreError::Untrusted(_) => (Code::Storage, None),
        StoreError::NotCredentials { .. } => (
            Code::Storage,
            hint(
                "repair that file, or move it elsewhere: the next credential that is saved starts a new one",
            ),
        ),
        StoreError::CannotUnseal { source, .. } => classify_seal(source, profile, anew),
        StoreError::NotSealed { path } => classify_not_sealed(path, profile, anew),
        StoreError::CannotSeal { source, .. } => classify_key(source, profile, anew),
        StoreError::Full { .. } => (
            Code::Storage,
            hint("`prusa-cred list` shows what is saved, `prusa-cred forget URL` removes one"),
        ),
        StoreError::NotAFile { .. } => (
            Code::Storage,
            hint("nothing was sent to the server; move it elsewhere, or name another token file"),
        ),
        StoreError::NotInPlace { .. } => (
            Code::Storage,
            hint(
                "check that the file can be replaced: the next run puts the new token set in place",
            ),
        ),
        StoreError::AnswerLost { .. } => (
            Code::Storage,
            Some(format!(
                "free some space there and try again; if the server no longer accepts the stored login, run {}",
                login_command(profile.unwrap_or(PRUSA))
            )),
        ),
        StoreError::Io { path, .. } if is_new_place(path) => {
            (Code::Storage, Some(other_place_hint(path, profile)))
        }
        StoreError::Io { .. } => (
            Code::Storage,
            hint(
                "nothing was sent to the server; check that the directory can be written, then try again",
            ),
        ),
    }
}

/// Returns whether a path is that of a directory, or in one that does not exist: nothing is stored there yet, and
/// another place serves as well.
fn is_new_place(path: &Path) -> bool {
    path.is_dir()
        || path.extension().is_none()
        || path.parent().is_some_and(|parent| !parent.is_dir())
}

/// Returns the hint for a directory that cannot be made or written: the variable that names another place.
fn other_place_hint(path: &Path, profile: Option<&str>) -> String {
    let check = "check that the directory can be written";
    let is_in = |directory: Result<PathBuf, ContextError>| {
        directory.is_ok_and(|directory| path.starts_with(directory))
    };
    let names_token_file = profile == Some(PRUSA) && is_set(TOKENS_FILE);
    if names_token_file {
        return format!(
            "nothing was sent to the server; {check}, or set {TOKENS_FILE} to a file in one that can be"
        );
    }
    let data = credentials_path().map(|path| path.parent().unwrap_or(&path).to_owned());
    let (beginning, variable) = if is_in(data) {
        ("nothing was saved", "XDG_DATA_HOME")
    } else if is_in(config_dir()) {
        let beginning = if profile.is_some() {
            "nothing was sent to the server"
        } else {
            "nothing was changed"
        };
        (beginning, "XDG_CONFIG_HOME")
    } else {
        return format!("nothing was sent to the server; {check}, then try again");
    };
    // Elsewhere the system itself names these directories.
    let variables = match (cfg!(windows), cfg!(target_os = "macos")) {
        (true, _) => return format!("{beginning}; {check}, then try again"),
        (_, true) => "HOME".to_owned(),
        _ => format!("HOME or {variable}"),
    };
    format!("{beginning}; {check}, or set {variables} to one that can be")
}
