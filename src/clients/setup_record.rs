//! What `setup --apply` did, written down so that `--undo` takes back that and nothing else.
//!
//! A line of JSON for each thing, in this program's data directory, readable by its owner only: names and paths, and no
//! value of any file. It is written before the change that it tells of, so that a killed run can be undone. A line that
//! cannot be read tells of nothing, and stays; what is not in the record was there before, and stays too.
//!
//! Version 0.1 kept no record. Where it has changed files, which its lock shows, an entry that is exactly as `setup`
//! writes it may be its own and is taken back as that version did it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::SetupError;
use crate::context::{ContextError, credentials_path};
use crate::deadline::Deadline;
use crate::store::{edit, read_foreign};

/// How long to wait for another process that changes the record.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// One thing that `setup` made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "made", rename_all = "snake_case")]
pub(crate) enum Made {
    /// An entry of a client's file, by its name there.
    Entry { file: PathBuf, name: String },
    /// A file that was not there.
    File { path: PathBuf },
    /// A directory that was not there.
    Directory { path: PathBuf },
    /// A link to this program, and what it points to as it is written.
    Link { path: PathBuf, target: PathBuf },
    /// What a version without a record made, of which nothing is known.
    Unrecorded,
}

/// What `setup` has made on this machine and not taken back.
pub(crate) struct SetupRecord {
    made: Vec<Made>,
    /// Whether there is no record at all.
    is_missing: bool,
}

impl SetupRecord {
    /// Reads the record. `has_run` is whether any version of `setup` has changed files here.
    pub(crate) fn read(has_run: bool) -> Self {
        let bytes = path().map(|path| read_foreign(&path));
        let bytes = bytes.ok().and_then(Result::ok).flatten();
        let is_missing = bytes.is_none();
        let mut made: Vec<Made> = parsed(bytes.as_deref())
            .filter_map(|(_, made)| made)
            .collect();
        if is_missing && has_run {
            made.push(Made::Unrecorded);
        }
        Self { made, is_missing }
    }

    /// Returns whether `setup` made this entry, or may have, before there was a record.
    pub(crate) fn has_entry(&self, file: &Path, name: &str) -> bool {
        self.tells_of(file, name) || self.made.contains(&Made::Unrecorded)
    }

    /// Returns whether this entry is in the record.
    pub(crate) fn tells_of(&self, file: &Path, name: &str) -> bool {
        self.made.contains(&entry(file, name))
    }

    /// Returns whether any entry of a file is in the record.
    pub(crate) fn knows_file(&self, path: &Path) -> bool {
        let path = absolute(path);
        self.files().any(|file| *file == path)
    }

    /// Returns whether `setup` made the file, or may have, before there was a record.
    pub(crate) fn has_file(&self, path: &Path) -> bool {
        let path = absolute(path);
        self.made.contains(&Made::File { path }) || self.made.contains(&Made::Unrecorded)
    }

    /// Returns the links with this file name, each with its target.
    pub(crate) fn links(&self, file_name: &str) -> Vec<(PathBuf, PathBuf)> {
        let links = self.made.iter().filter_map(|made| match made {
            Made::Link { path, target } => Some((path.clone(), target.clone())),
            _ => None,
        });
        let has_name = |path: &Path| path.file_name().is_some_and(|it| it == file_name);
        links.filter(|(path, _)| has_name(path)).collect()
    }

    /// Returns the directories, those inside others first.
    pub(crate) fn directories(&self) -> Vec<PathBuf> {
        let directories = self.made.iter().filter_map(|made| match made {
            Made::Directory { path } => Some(path.clone()),
            _ => None,
        });
        let mut directories: Vec<_> = directories.collect();
        directories.sort();
        directories.reverse();
        directories
    }

    /// Returns the files with entries.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.made.iter().filter_map(|made| match made {
            Made::Entry { file, .. } => Some(file),
            _ => None,
        })
    }

    /// Adds what is about to be made.
    ///
    /// # Errors
    ///
    /// When there is no data directory, or the record cannot be written.
    pub(crate) fn add(&self, made: &[Made]) -> Result<(), SetupError> {
        let first = self.is_missing && self.made.contains(&Made::Unrecorded);
        let first = first.then_some(Made::Unrecorded);
        change(|lines| {
            for made in first.iter().chain(made) {
                if let Some(line) = rendered(made).filter(|line| !lines.contains(line)) {
                    lines.push(line);
                }
            }
        })
    }

    /// Drops what was taken back. What stays in the record although it is gone does no harm.
    pub(crate) fn drop(&self, gone: &[Made]) {
        if gone.iter().any(|it| self.made.contains(it)) {
            let lines_of_gone: Vec<_> = gone.iter().filter_map(rendered).collect();
            let _ = change(|lines| lines.retain(|line| !lines_of_gone.contains(line)));
        }
    }
}

/// Returns an entry of a file as it is written down.
pub(crate) fn entry(file: &Path, name: &str) -> Made {
    Made::Entry {
        file: absolute(file),
        name: name.to_owned(),
    }
}

/// Returns a file, and the directories above it that are not there.
pub(crate) fn file_with_directories(path: &Path) -> Vec<Made> {
    let mut made = missing_directories(path);
    let path = absolute(path);
    made.push(Made::File { path });
    made
}

/// Returns the directories above a path that are not there.
pub(crate) fn missing_directories(path: &Path) -> Vec<Made> {
    let path = absolute(path);
    let above = path.ancestors().skip(1);
    let missing = above.take_while(|it| it.symlink_metadata().is_err());
    let missing = missing.map(|it| Made::Directory {
        path: it.to_owned(),
    });
    missing.collect()
}

/// Changes the lines of the record while holding its lock.
fn change(change: impl FnOnce(&mut Vec<String>)) -> Result<(), SetupError> {
    edit(&path()?, Deadline::after(LOCK_WAIT), |old| {
        let mut lines: Vec<_> = parsed(old).map(|(line, _)| line).collect();
        change(&mut lines);
        let lines = lines.into_iter().map(|line| line + "\n");
        Ok(lines.collect::<String>().into_bytes())
    })
}

fn path() -> Result<PathBuf, ContextError> {
    Ok(credentials_path()?.with_file_name("setup.jsonl"))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the line for a thing; `None` for a path that is not UTF-8, which stays after `--undo`.
fn rendered(made: &Made) -> Option<String> {
    serde_json::to_string(made).ok()
}

/// Returns the lines of the record, each with what it tells of; `None` for one that cannot be read.
fn parsed(bytes: Option<&[u8]>) -> impl Iterator<Item = (String, Option<Made>)> {
    let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let lines: Vec<_> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::to_owned)
        .collect();
    lines
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let made = serde_json::from_str(&line).ok();
            (line, made)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_that_can_be_read_counts() {
        let file = std::env::temp_dir().join("ü \"f\"");
        let all = [
            entry(&file, "credHelpers.h"),
            Made::File { path: file.clone() },
            Made::Directory { path: file.clone() },
            Made::Link {
                path: file.clone(),
                target: "prusa-cred".into(),
            },
            Made::Unrecorded,
        ];
        let lines: Vec<_> = all.iter().filter_map(rendered).collect();
        let text = format!(
            "\u{feff}{}\r\n{{\"made\":\"x\"}}\n\n\u{0}[1]\n{{\"made\":",
            lines.join("\r\n")
        );
        let made: Vec<_> = parsed(Some(text.as_bytes())).collect();
        assert_eq!(made.len(), 8);
        let read: Vec<_> = made.into_iter().filter_map(|(_, made)| made).collect();
        assert_eq!(read, all);
        assert_eq!(parsed(None).count(), 0);
    }

    #[test]
    fn directories_that_are_missing_are_told_up_to_the_first_that_is_there() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a/b/file");
        let wanted = ["a/b", "a"].map(|name| Made::Directory {
            path: directory.path().join(name),
        });
        assert_eq!(missing_directories(&path), wanted);
        assert!(missing_directories(&directory.path().join("file")).is_empty());
    }
}
