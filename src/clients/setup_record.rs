//! What `setup --apply` did, written down so that `--undo` takes back that and nothing else.
//!
//! A line of JSON for each thing, in this program's data directory, readable by its owner only: paths, and the entries
//! that `setup` wrote, which hold no secret; nothing else of any file. It is written before the change that it tells
//! of, so that a killed run can be undone. A line that cannot be read tells of nothing, and stays; what is not in the
//! record was there before, and stays too. A record that cannot be read at all is an error, and nothing is done.
//!
//! An entry that stands for all hosts, as pip's setting, is there for every profile whose `setup` asked for it: a line
//! for each, and it is taken back with the last of them.
//!
//! An entry is written down whole: what `setup` would write now may be another, or for other hosts, once the
//! configuration has changed.
//!
//! Version 0.1 kept no record: what it wrote is for a person to remove, as it cannot be told from what another wrote.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    Entry {
        file: PathBuf,
        name: String,
        /// Missing in what a version wrote that kept names only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        written: Option<Box<Written>>,
    },
    /// A file that was not there.
    File { path: PathBuf },
    /// A file that is all this program's own, and what was written into it.
    OwnFile { path: PathBuf, text: String },
    /// A directory that was not there.
    Directory { path: PathBuf },
    /// A link to this program, and what it points to as it is written.
    Link { path: PathBuf, target: PathBuf },
}

/// What was written as an entry, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    /// The client, as on the command line.
    pub(crate) client: String,
    /// The profile that was to answer.
    pub(crate) profile: String,
    /// Whether that was named, and not the default.
    pub(crate) is_named: bool,
    /// The `Entry` as JSON.
    pub(crate) entry: Value,
}

impl Made {
    /// Returns whether both are the same thing, whatever was written there.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Entry { file, name, .. },
                Self::Entry {
                    file: other_file,
                    name: other_name,
                    ..
                },
            ) => file == other_file && name == other_name,
            (Self::OwnFile { path, .. }, Self::OwnFile { path: other, .. }) => path == other,
            _ => self == other,
        }
    }

    /// Returns whether both are the same entry, written for the same profile.
    fn is_for_same_profile(&self, other: &Self) -> bool {
        let profile = |made: &Self| match made {
            Self::Entry { written, .. } => written.as_ref().map(|it| it.profile.clone()),
            _ => None,
        };
        self.is_same(other) && profile(self) == profile(other)
    }

    /// Returns the thing with its path as this program has it now.
    fn with_real_path(self) -> Self {
        match self {
            Self::Entry {
                file,
                name,
                written,
            } => Self::Entry {
                file: absolute(&file),
                name,
                written,
            },
            Self::File { path } => Self::File {
                path: absolute(&path),
            },
            Self::OwnFile { path, text } => Self::OwnFile {
                path: absolute(&path),
                text,
            },
            Self::Directory { path } => Self::Directory {
                path: absolute(&path),
            },
            Self::Link { path, target } => Self::Link {
                path: absolute(&path),
                target,
            },
        }
    }
}

/// What `setup` has made on this machine and not taken back.
pub(crate) struct SetupRecord {
    made: Vec<Made>,
    /// Whether there is no record at all.
    is_missing: bool,
}

impl SetupRecord {
    /// Reads the record.
    ///
    /// # Errors
    ///
    /// When there is no data directory, or the record is there and cannot be read.
    pub(crate) fn read() -> Result<Self, SetupError> {
        let bytes = read_foreign(&path()?)?;
        let made = parsed(bytes.as_deref()).filter_map(|(_, made)| made);
        Ok(Self {
            made: made.collect(),
            is_missing: bytes.is_none(),
        })
    }

    /// Returns whether there is no record at all.
    pub(crate) fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// Returns what was written as entries: each file, the entry's name in it, and the entry, in the order in which
    /// they were made.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&Path, &str, &Written)> {
        self.made.iter().filter_map(|made| match made {
            Made::Entry {
                file,
                name,
                written: Some(written),
            } => Some((file.as_path(), name.as_str(), &**written)),
            _ => None,
        })
    }

    /// Returns whether `setup` made this entry.
    pub(crate) fn has_entry(&self, file: &Path, name: &str) -> bool {
        let entry = entry(file, name, None);
        self.made.iter().any(|made| made.is_same(&entry))
    }

    /// Returns the JSON of an entry as it was first written; `None` if `setup` did not make it.
    pub(crate) fn written_as(&self, file: &Path, name: &str) -> Option<&Value> {
        let file = absolute(file);
        let mut written = self.written().filter(|it| (it.0, it.1) == (&*file, name));
        written.next().map(|(_, _, written)| &written.entry)
    }

    /// Returns whether `setup` made the file.
    pub(crate) fn has_file(&self, path: &Path) -> bool {
        let path = absolute(path);
        self.made.contains(&Made::File { path })
    }

    /// Returns the files that are all this program's own, with what was written into each.
    pub(crate) fn own_files(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.made.iter().filter_map(|made| match made {
            Made::OwnFile { path, text } => Some((path.as_path(), text.as_str())),
            _ => None,
        })
    }

    /// Returns what was written into a file that is all this program's own; `None` for another.
    pub(crate) fn own_file(&self, path: &Path) -> Option<&str> {
        let path = absolute(path);
        let mut found = self.own_files().filter(|(own, _)| *own == path);
        found.next().map(|(_, text)| text)
    }

    /// Removes the directories that `setup` made and that are empty now.
    pub(crate) fn remove_empty_directories(&self) {
        let directories = self.directories().into_iter();
        let gone = directories.filter(|path| std::fs::remove_dir(path).is_ok() || !path.exists());
        let gone: Vec<_> = gone.map(|path| Made::Directory { path }).collect();
        self.drop(&gone);
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
    fn directories(&self) -> Vec<PathBuf> {
        let directories = self.made.iter().filter_map(|made| match made {
            Made::Directory { path } => Some(path.clone()),
            _ => None,
        });
        let mut directories: Vec<_> = directories.collect();
        directories.sort();
        directories.reverse();
        directories
    }

    /// Returns the files with entries of clients for which `is_wanted` holds, and of those that are not known.
    pub(crate) fn files(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let files = self.made.iter().filter_map(|made| match made {
            Made::Entry { file, written, .. } => {
                let is_wanted = written.as_ref().is_none_or(|it| is_wanted(&it.client));
                is_wanted.then(|| file.clone())
            }
            _ => None,
        });
        files.collect()
    }

    /// Adds what is about to be made.
    ///
    /// # Errors
    ///
    /// When there is no data directory, or the record cannot be written.
    pub(crate) fn add(made: &[Made]) -> Result<(), SetupError> {
        change(|lines| {
            for made in made {
                lines.retain(|(_, old)| !old.as_ref().is_some_and(|old| old.is_same(made)));
                lines.extend(rendered(made).map(|line| (line, None)));
            }
        })
    }

    /// Adds a profile that has asked for an entry that `setup` made, beside those before it.
    ///
    /// # Errors
    ///
    /// When there is no data directory, or the record cannot be written.
    pub(crate) fn add_profile(made: &Made) -> Result<(), SetupError> {
        change(|lines| {
            lines.retain(|(_, old)| {
                !old.as_ref()
                    .is_some_and(|old| old.is_for_same_profile(made))
            });
            lines.extend(rendered(made).map(|line| (line, None)));
        })
    }

    /// Drops a profile that no longer asks for an entry; other profiles' lines for it stay.
    pub(crate) fn drop_profile(gone: &Made) {
        let _ = change(|lines| {
            lines.retain(|(_, made)| !made.as_ref().is_some_and(|it| it.is_for_same_profile(gone)));
        });
    }

    /// Drops what was taken back. What stays in the record although it is gone does no harm.
    pub(crate) fn drop(&self, gone: &[Made]) {
        let is_gone = |made: &Made| gone.iter().any(|gone| gone.is_same(made));
        if self.made.iter().any(is_gone) {
            let _ = change(|lines| lines.retain(|(_, made)| !made.as_ref().is_some_and(is_gone)));
        }
    }
}

/// Returns an entry of a file as it is written down.
pub(crate) fn entry(file: &Path, name: &str, written: Option<Written>) -> Made {
    Made::Entry {
        file: absolute(file),
        name: name.to_owned(),
        written: written.map(Box::new),
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
fn change(change: impl FnOnce(&mut Vec<(String, Option<Made>)>)) -> Result<(), SetupError> {
    edit(&path()?, Deadline::after(LOCK_WAIT), |old| {
        let mut lines: Vec<_> = parsed(old).collect();
        change(&mut lines);
        let lines = lines.into_iter().map(|(line, _)| line + "\n");
        Ok(lines.collect::<String>().into_bytes())
    })
}

fn path() -> Result<PathBuf, ContextError> {
    Ok(credentials_path()?.with_file_name("setup.jsonl"))
}

/// Returns the path as the record has it: with the real directory, as another link may lead to it later. A link in the
/// place of the file itself is not followed.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut above = path.ancestors().skip(1).filter(|_| !cfg!(windows));
    let real = above.find_map(|it| {
        let rest = path.strip_prefix(it).ok()?;
        Some(it.canonicalize().ok()?.join(rest))
    });
    real.unwrap_or(path)
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
            let made: Option<Made> = serde_json::from_str(&line).ok();
            (line, made.map(Made::with_real_path))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_that_can_be_read_counts() {
        let file = absolute(&std::env::temp_dir().join("ü \"f\""));
        let written = Written {
            client: "kubectl".to_owned(),
            profile: "corp".to_owned(),
            is_named: true,
            entry: Value::Null,
        };
        let all = [
            entry(&file, "credHelpers.h", None),
            entry(&file, "users.h", Some(written)),
            Made::File { path: file.clone() },
            Made::Directory { path: file.clone() },
            Made::Link {
                path: file.clone(),
                target: "prusa-cred".into(),
            },
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
            path: absolute(&directory.path().join(name)),
        });
        assert_eq!(missing_directories(&path), wanted);
        assert!(missing_directories(&directory.path().join("file")).is_empty());
    }
}
