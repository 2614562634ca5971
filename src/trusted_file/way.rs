//! The directories and symbolic links on the way to a file, each checked as the system would follow it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};

use super::fault::{Fault, Place, PlaceKind};
use crate::platform;

/// Systems follow at most this many symbolic links in one path.
const MAX_LINKS: usize = 40;

/// Checks the directories on the path of a file, and the symbolic links. Nothing is checked where files have no owners.
/// The file may be missing, and with it what is on its way: there the check ends.
///
/// `opened` is the metadata of the file if it is open. Then all of the path was there when it was opened: if others can
/// change what one of its names means, it still has to lead to that very file. Where nobody else can, this user has
/// replaced it meanwhile, as an editor does.
pub(super) fn check_way(path: &Path, opened: Option<&Metadata>) -> Result<(), Fault> {
    if platform::user_id().is_none() {
        return Ok(());
    }
    let mut way = Way::to(path);
    let found = way.follow()?;
    let Some(opened) = opened.filter(|_| way.is_open_to_others) else {
        return Ok(());
    };
    if found.is_some_and(|found| platform::is_same_file(&found, opened)) {
        return Ok(());
    }
    Err(Fault::Replaced {
        path: path.to_owned(),
    })
}

/// A path that is followed name by name.
struct Way {
    /// The directory that was reached, without links; at the end the file.
    at: PathBuf,
    /// What is at `at`, where it is known already.
    here: Option<Metadata>,
    /// What is still to be followed, the next step last.
    rest: Vec<Step>,
    links: usize,
    /// Whether others can change, or have just removed, what a name on the way means.
    is_open_to_others: bool,
}

impl Way {
    /// Returns the way to `path` from the root. For a relative path without a current directory nothing is followed.
    fn to(path: &Path) -> Self {
        let absolute = std::path::absolute(path).ok().filter(|it| it.is_absolute());
        Self {
            at: PathBuf::from("/"),
            here: None,
            is_open_to_others: absolute.is_none(),
            rest: absolute.map_or_else(Vec::new, |path| steps(&path)),
            links: 0,
        }
    }

    /// Follows the path to its end, and returns what is there; `None` if it leads nowhere. Fails if another user may
    /// change where it leads.
    fn follow(&mut self) -> Result<Option<Metadata>, Fault> {
        while let Some(step) = self.rest.pop() {
            match step {
                Step::Root => {
                    self.at = PathBuf::from("/");
                    self.here = None;
                }
                Step::Up => {
                    self.at.pop();
                    self.here = None;
                }
                Step::Name(name) => {
                    if !self.enter(&name)? {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(self.here.take())
    }

    /// Goes on to a name in the directory that was reached, or to the target of a link of that name, and returns
    /// whether it can be followed. Fails if another user may change what the name means.
    fn enter(&mut self, name: &OsStr) -> Result<bool, Fault> {
        let here = self.here.take();
        let here = here.or_else(|| fs::symlink_metadata(&self.at).ok());
        let Some(directory) = here.filter(Metadata::is_dir) else {
            self.is_open_to_others = true;
            return Ok(false);
        };
        let kind = if self.rest.is_empty() {
            PlaceKind::Directory
        } else {
            PlaceKind::DirectoryAbove
        };
        check_directory(&self.at, &directory, kind)?;
        self.is_open_to_others |= is_renamed_by_others(&self.at, &directory);
        let entry = self.at.join(name);
        let Ok(metadata) = fs::symlink_metadata(&entry) else {
            // Also in a sticky directory its owner can remove it.
            self.is_open_to_others |= is_shared(&directory);
            return Ok(false);
        };
        if metadata.is_symlink() {
            return self.follow_link(&entry, &metadata, directory);
        }
        self.at = entry;
        self.here = Some(metadata);
        Ok(true)
    }

    /// Puts the target of a link in `directory` before the rest of the way, and returns whether it can be followed.
    /// Fails if another user may have made the link.
    fn follow_link(
        &mut self,
        link: &Path,
        metadata: &Metadata,
        directory: Metadata,
    ) -> Result<bool, Fault> {
        if is_shared(&directory) || self.is_open_to_others {
            check_owner_at(link, metadata, PlaceKind::Link)?;
        }
        self.links += 1;
        self.here = Some(directory);
        let Ok(target) = fs::read_link(link) else {
            self.is_open_to_others = true;
            return Ok(false);
        };
        self.rest.extend(steps(&target));
        // Nor does the system follow more.
        Ok(self.links <= MAX_LINKS)
    }
}

/// A part of a path.
enum Step {
    Root,
    Up,
    Name(OsString),
}

/// Returns the parts of a path, the last one first.
fn steps(path: &Path) -> Vec<Step> {
    let steps = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(Step::Name(name.to_owned())),
        Component::ParentDir => Some(Step::Up),
        Component::RootDir => Some(Step::Root),
        Component::CurDir | Component::Prefix(_) => None,
    });
    let mut steps: Vec<_> = steps.collect();
    steps.reverse();
    steps
}

/// Checks a directory in which a name is looked up. Fails if another user may change what the name means.
fn check_directory(path: &Path, metadata: &Metadata, kind: PlaceKind) -> Result<(), Fault> {
    check_owner_at(path, metadata, kind)?;
    let is_writable = match kind {
        PlaceKind::DirectoryAbove => platform::is_writable_by_anybody(metadata),
        _ => platform::is_writable_by_others(metadata),
    };
    if is_writable && !platform::is_sticky(metadata) && !platform::is_read_only_directory(path) {
        return Err(writable(path, metadata, kind));
    }
    Ok(())
}

/// Returns whether others can make names in a directory: a link may lead to any file.
fn is_shared(directory: &Metadata) -> bool {
    platform::is_writable_by_others(directory) || !platform::is_owned_by_user_or_root(directory)
}

/// Returns whether others can rename what is ours in a directory that was checked, and so let a name mean different
/// things in turn. Another owner is that of the home, who has all of it anyway.
fn is_renamed_by_others(path: &Path, directory: &Metadata) -> bool {
    platform::is_writable_by_others(directory)
        && !platform::is_sticky(directory)
        && !platform::is_read_only_directory(path)
}

/// Fails if the owner is neither this user nor root, unless it is a directory above the file that is the home directory
/// or above that.
pub(super) fn check_owner_at(
    path: &Path,
    metadata: &Metadata,
    kind: PlaceKind,
) -> Result<(), Fault> {
    let is_above = kind == PlaceKind::DirectoryAbove;
    if platform::is_owned_by_user_or_root(metadata) || (is_above && holds_home(path)) {
        return Ok(());
    }
    Err(Fault::OwnedByOther {
        place: Place {
            path: path.to_owned(),
            kind,
        },
        owner: platform::owner_id(metadata),
    })
}

/// Returns whether a directory, whose path is without links, is the home directory or above it.
fn holds_home(path: &Path) -> bool {
    let home = dirs::home_dir().and_then(|home| home.canonicalize().ok());
    home.is_some_and(|home| home.starts_with(path))
}

/// Returns the fault of a file or directory that others may write to.
pub(super) fn writable(path: &Path, metadata: &Metadata, kind: PlaceKind) -> Fault {
    Fault::Writable {
        place: Place {
            path: path.to_owned(),
            kind,
        },
        mode: platform::mode(metadata),
        is_own: platform::is_owned_by_user(metadata),
    }
}
