//! Backups of other programs' files, which may hold secrets: written only where `setup --undo` needs one, removed by
//! it, and after a month by any run of `setup`.
//!
//! They are found by the list of those that were written, and in the places where earlier versions wrote them, which
//! kept no list. A file is a backup only if it has the name of one, is a regular file and belongs to this user: no
//! other one is named or removed, whatever the list says.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum as _;

use super::backup_list;
use super::client_files::client_files;
use super::env::SetupEnv;
use super::error::SetupError;
use crate::cli::Client;
use crate::context::Context;
use crate::platform;
use crate::store::{read_foreign, write_durably};
use crate::token::UnixTime;

/// How long a backup is kept.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The end of a backup's name.
const SUFFIX: &str = ".before-prusa-cred";

/// Returns the path of the backup of a client's file, `FILE.before-prusa-cred` beside it, whether or not it exists.
pub(crate) fn backup_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(SUFFIX);
    file.with_file_name(name)
}

/// Returns the file that has a backup at this path; `None` if that is not the name of a backup.
fn file_of(backup: &Path) -> Option<PathBuf> {
    let name = backup.file_name().and_then(OsStr::to_str)?;
    let name = name.strip_suffix(SUFFIX).filter(|name| !name.is_empty())?;
    Some(backup.with_file_name(name))
}

/// Returns whether a client's file has a backup now: a regular file of this user.
fn has_backup(file: &Path) -> bool {
    let metadata = backup_of(file).symlink_metadata();
    metadata.is_ok_and(|it| it.is_file() && platform::is_owned_by_user(&it))
}

/// Returns the clients' files that have a backup now, each once. Runs no command.
pub(crate) fn files_with_backup(context: &Context) -> Vec<PathBuf> {
    let env = SetupEnv::from_context(context).ok();
    let places = env.iter().flat_map(|env| {
        let clients = Client::value_variants().iter();
        clients.flat_map(|client| client_files(*client, env))
    });
    let mut files: Vec<PathBuf> = Vec::new();
    let listed = backup_list::listed();
    for file in listed.iter().filter_map(|path| file_of(path)).chain(places) {
        if has_backup(&file) && !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// Writes the backup of a client's file, readable by this user only, and adds it to the list.
///
/// # Errors
///
/// When either cannot be written, or another file has the name already. There is no new backup then.
pub(crate) fn write_backup(file: &Path, content: &[u8]) -> Result<(), SetupError> {
    let path = backup_of(file);
    if path.symlink_metadata().is_ok() && !backup_list::has(&path) {
        return Err(SetupError::BackupInTheWay(path));
    }
    write_durably(&path, content)?;
    backup_list::add(&path).inspect_err(|_| {
        let _ = platform::remove_if_exists(&path);
    })
}

/// Removes the backup of a client's file, if there is one, and returns whether there was.
///
/// # Errors
///
/// When it cannot be removed.
pub(crate) fn remove_backup(file: &Path) -> Result<bool, SetupError> {
    let path = backup_of(file);
    match platform::remove_if_exists(&path) {
        Ok(was_there) => {
            backup_list::drop(&path);
            Ok(was_there)
        }
        Err(source) => Err(SetupError::ChangeFailed { path, source }),
    }
}

/// Removes the backup of a file if it is older than a month, and returns its path then; `None` also if it cannot be
/// removed.
pub(crate) fn remove_if_old(file: &Path) -> Option<PathBuf> {
    let path = backup_of(file);
    let written_at = path.symlink_metadata().ok()?.modified().ok()?;
    let age = UnixTime::from(written_at).until(UnixTime::now());
    let is_removed = age > MAX_AGE && remove_backup(file).ok()?;
    is_removed.then_some(path)
}

/// Removes the backups of those files of a client that do not name prusa-cred any more, so that there is nothing left
/// to take back in them, and returns their paths.
///
/// # Errors
///
/// When one cannot be removed, or there is no home directory.
pub(crate) fn remove_useless(context: &Context, client: Client) -> anyhow::Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for file in client_files(client, &SetupEnv::from_context(context)?) {
        let names_prusa_cred = read_foreign(&file).map(|text| {
            let text = text.unwrap_or_default();
            String::from_utf8_lossy(&text).contains(env!("CARGO_PKG_NAME"))
        });
        if has_backup(&file) && !names_prusa_cred.unwrap_or(true) && remove_backup(&file)? {
            removed.push(backup_of(&file));
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_known_by_its_name() {
        let file = Path::new("/a/.claude.json");
        assert_eq!(file_of(&backup_of(file)).as_deref(), Some(file));
        for other in [
            "/a/.claude.json",
            "/a/.before-prusa-cred",
            "/",
            "/a/x.before-prusa-cred.new",
        ] {
            assert_eq!(file_of(Path::new(other)), None, "{other}");
        }
    }
}
