//! The list of the backups that `setup` has written, so that each is found again when the profile, the client's entries
//! or the variables that led to its file are gone.
//!
//! A line for each: its absolute path, as a JSON string. It lies in this program's data directory, readable by its
//! owner only. A path that is not UTF-8 is not in it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::SetupError;
use crate::context::{ContextError, credentials_path};
use crate::deadline::Deadline;
use crate::store::{edit, read_foreign};

/// How long to wait for another process that changes the list.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Returns the paths in the list; none if it cannot be read. Whether they are backups is not checked.
pub(super) fn listed() -> Vec<PathBuf> {
    let bytes = path().map(|path| read_foreign(&path).unwrap_or_default());
    bytes.map_or_else(|_| Vec::new(), |bytes| parse(bytes.as_deref()))
}

/// Returns whether a backup is in the list.
pub(super) fn has(backup: &Path) -> bool {
    listed().contains(&absolute(backup))
}

/// Adds a backup that exists to the list, and drops those that are gone.
///
/// # Errors
///
/// When there is no data directory, or the list cannot be written.
pub(super) fn add(backup: &Path) -> Result<(), SetupError> {
    let absolute = absolute(backup);
    if listed().contains(&absolute) {
        return Ok(());
    }
    change(|paths| {
        paths.retain(|path| path.symlink_metadata().is_ok());
        paths.push(absolute);
    })
}

/// Drops a backup that was removed from the list. One that stays there although it is gone does no harm.
pub(super) fn drop(backup: &Path) {
    let absolute = absolute(backup);
    if listed().contains(&absolute) {
        let _ = change(|paths| paths.retain(|path| *path != absolute));
    }
}

/// Changes the list while holding its lock.
fn change(change: impl FnOnce(&mut Vec<PathBuf>)) -> Result<(), SetupError> {
    edit(&path()?, Deadline::after(LOCK_WAIT), |old| {
        let mut paths = parse(old);
        change(&mut paths);
        Ok(render(&paths))
    })
}

fn path() -> Result<PathBuf, ContextError> {
    Ok(credentials_path()?.with_file_name("backups.jsonl"))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the absolute paths in the lines that hold one.
fn parse(list: Option<&[u8]>) -> Vec<PathBuf> {
    let lines = list.unwrap_or_default().split(|byte| *byte == b'\n');
    let paths = lines.filter_map(|line| serde_json::from_slice::<String>(line).ok());
    let paths = paths.map(PathBuf::from);
    paths.filter(|path| path.is_absolute()).collect()
}

fn render(paths: &[PathBuf]) -> Vec<u8> {
    let texts = paths.iter().filter_map(|path| path.to_str());
    let lines = texts.map(|text| format!("{}\n", serde_json::Value::from(text)));
    lines.collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_that_holds_an_absolute_path_counts() {
        let root = std::env::temp_dir();
        let paths = ["a", "with\nline end", "ü \"b\""].map(|name| root.join(name));
        let mut bytes = render(&paths);
        assert_eq!(parse(Some(&bytes)), paths);
        bytes.extend_from_slice(b"\"relative\"\n[]\n\xff\n\n\"cut");
        assert_eq!(parse(Some(&bytes)), paths);
        assert!(parse(None).is_empty());
    }
}
