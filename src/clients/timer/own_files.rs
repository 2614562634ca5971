//! Files that are all this program's own: written as a whole, and removed if nobody has changed them since.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::scheduler::{Planned, Removal};
use crate::clients::error::SetupError;
use crate::clients::path::{display_path, setup_lock};
use crate::clients::setup_record::{self, Made, SetupRecord};
use crate::deadline::Deadline;
use crate::store::{Change, edit_foreign, read_foreign};

/// How long to wait for another run of `setup` that holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Returns a file's text, whatever bytes it has; `None` where there is none. Fails if it cannot be read.
pub(super) fn text_of(path: &Path) -> Result<Option<String>, SetupError> {
    let bytes = read_foreign(path)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Returns the plan to write a file. Fails if what is there cannot be read.
pub(super) fn planned(path: PathBuf, new: String) -> Result<Planned, SetupError> {
    Ok(Planned {
        place: display_path(&path),
        old: text_of(&path)?,
        path: Some(path),
        new,
    })
}

/// Fails if a file that would be written is there and is not as `setup` wrote it.
pub(crate) fn refuse_others(planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError> {
    for (path, it) in files_to_write(planned) {
        let is_ours = it.old.is_none() || it.old.as_deref() == record.own_file(path);
        if !is_ours {
            return Err(SetupError::NotOwnFile(path.to_owned()));
        }
    }
    Ok(())
}

/// Writes the files that differ from what is planned, each after it was written into the record.
///
/// # Errors
///
/// When there is another file than `setup` wrote, which is found before anything is written, or one cannot be written.
pub(super) fn write(planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError> {
    refuse_others(planned, record)?;
    for (path, it) in files_to_write(planned) {
        let mut made = setup_record::missing_directories(path);
        made.push(Made::OwnFile {
            path: setup_record::absolute(path),
            text: it.new.clone(),
        });
        SetupRecord::add(&made)?;
        edit(path, |_| Change::Replace(it.new.clone().into_bytes()))?;
    }
    Ok(())
}

/// Returns the files whose text is to be another one.
fn files_to_write(planned: &[Planned]) -> impl Iterator<Item = (&Path, &Planned)> {
    let to_write = planned.iter().filter(|it| !it.is_there());
    to_write.filter_map(|it| Some((it.path.as_deref()?, it)))
}

/// Returns whether the record has one of these files, and it is there.
pub(super) fn has_any(paths: &[PathBuf], record: &SetupRecord) -> bool {
    paths
        .iter()
        .any(|path| record.own_file(path).is_some() && path.symlink_metadata().is_ok())
}

/// Removes those of the files that are in the record and hold what was written there, and drops those that are gone.
///
/// # Errors
///
/// When one cannot be removed.
pub(super) fn remove(paths: &[PathBuf], record: &SetupRecord) -> Result<Vec<Removal>, SetupError> {
    let mut removals = Vec::new();
    for path in paths {
        let Some(text) = record.own_file(path) else {
            continue;
        };
        let mut is_changed = false;
        let mut was_there = false;
        edit(path, |old| {
            was_there = old.is_some();
            is_changed = old.is_some_and(|old| old != text.as_bytes());
            if was_there && !is_changed {
                Change::Remove
            } else {
                Change::Keep
            }
        })?;
        let place = display_path(path);
        if is_changed {
            removals.push(Removal::Left(place));
            continue;
        }
        if was_there {
            removals.push(Removal::Removed(format!("Removed {place}")));
        }
        record.drop(&[Made::OwnFile {
            path: setup_record::absolute(path),
            text: text.to_owned(),
        }]);
    }
    record.remove_empty_directories();
    Ok(removals)
}

/// Changes a file while holding the lock of all runs of `setup`.
fn edit(path: &Path, change: impl FnOnce(Option<&[u8]>) -> Change) -> Result<(), SetupError> {
    let lock = setup_lock()?;
    edit_foreign(path, &lock, Deadline::after(LOCK_WAIT), |old| {
        Ok(change(old))
    })
}
