//! Errors of files that cannot be read or replaced.

use super::code::{Code, CodeAndHint};
use super::hint::{foreign_hint, hint, login_command};
use super::sealed::{Anew, classify_key, classify_not_sealed, classify_seal};
use crate::profile::PRUSA;
use crate::store::StoreError;

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
            hint("`prusa-cred list` shows what is saved, `prusa-cred forget` removes it"),
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
        StoreError::Io { .. } => (
            Code::Storage,
            hint(
                "nothing was sent to the server; check that the directory can be written, then try again",
            ),
        ),
    }
}
