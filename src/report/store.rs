//! What a file that cannot be read or replaced comes to.

use super::class::{Class, Code};
use super::hint::{hint, login_command};
use super::sealed::{of_key, of_seal};
use crate::profile::PRUSA;
use crate::store::StoreError;

pub(super) fn of_store(error: &StoreError, profile: Option<&str>) -> Class {
    match error {
        StoreError::Locked { pid: Some(pid), .. } => (
            Code::Locked,
            Some(format!(
                "try again in a moment; if process {pid} hangs, end it"
            )),
        ),
        StoreError::Locked { pid: None, .. } => (Code::Locked, hint("try again in a moment")),
        StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. } => (
            Code::Storage,
            Some(format!(
                "{} begins a new login and keeps that file under another name",
                login_command(profile.unwrap_or(PRUSA))
            )),
        ),
        StoreError::NotCredentials { .. } => (
            Code::Storage,
            hint(
                "mend that file, or move it elsewhere: the next credential that is saved begins a new one",
            ),
        ),
        StoreError::CannotUnseal { source, .. } => of_seal(source, profile),
        StoreError::CannotSeal { source, .. } => of_key(source, profile),
        StoreError::Full { .. } => (
            Code::Storage,
            hint("`prusa-cred list` shows what is saved, `prusa-cred forget` removes it"),
        ),
        StoreError::NotAFile { .. } => (
            Code::Storage,
            hint("nothing was sent to the server; put that away, or name another token file"),
        ),
        StoreError::NotInPlace { .. } => (
            Code::Storage,
            hint("see that the file can be replaced: the next run puts the new token set in place"),
        ),
        StoreError::AnswerLost { .. } => (
            Code::Storage,
            Some(format!(
                "make room there and try again; if the server no longer takes the stored login, run {}",
                login_command(profile.unwrap_or(PRUSA))
            )),
        ),
        StoreError::Io { .. } => (
            Code::Storage,
            hint(
                "nothing was sent to the server; see that the directory can be written, then try again",
            ),
        ),
    }
}
