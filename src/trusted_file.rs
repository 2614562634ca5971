//! Whether a file may be used: nobody but this user and root can have written it or put it there.
//!
//! What names a command, an endpoint, a host or a key decides what runs here and where a login goes. So the open file
//! and the directory that holds it have to belong to this user or root, with no write permission for group or others.
//! Where symbolic links lead to the file, that is so for the directory of each link too. The directories above may be
//! writable by their group, as home directories are where every user has a group of their own; they have to belong to
//! this user or root too, and not everybody may write to them. To whom the home directory and those above it belong
//! does not matter: in many containers that is a user of the host, and whoever can replace a home has all that is in it.
//!
//! A sticky directory such as `/tmp` is no fault: what lies in it can be replaced by its owner alone. Nor is one on a
//! file system that is mounted read-only, as a Kubernetes volume, whose directories seem to be writable by everybody.
//!
//! An access list (`acl(5)`) that lets another user write shows as write permission of the group, so it is found where
//! that counts. NFSv4 and macOS have lists that do not show. On Windows nothing is checked.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::path::{Component, Path, PathBuf};

use crate::escape::shell_word;
use crate::platform;

/// Systems follow at most this many symbolic links in one path.
const MAX_LINKS: usize = 40;
const ROOT: u32 = 0;

/// A file that another user may have changed or put there, or may do so later if it is missing.
#[derive(Debug, thiserror::Error)]
#[error("{} is not used, as it may be another user's", path.display())]
pub(crate) struct UntrustedFile {
    path: PathBuf,
    #[source]
    pub(crate) fault: Box<Fault>,
}

impl UntrustedFile {
    /// Returns a closure for `map_err` that makes the error about the file at `path`.
    fn at(path: &Path) -> impl FnOnce(Fault) -> Self {
        |fault| Self {
            path: path.to_owned(),
            fault: Box::new(fault),
        }
    }
}

/// Why a file is not used: how another user may have changed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// For a directory: the names in it.
    #[error("others may change {place}{}", in_octal(*mode))]
    Writable {
        place: Place,
        mode: Option<u32>,
        /// Whether this user can take the permission away.
        is_own: bool,
    },
    #[error("{place} belongs to {}, not to you", owner_name(*owner))]
    OwnedByOther { place: Place, owner: Option<u32> },
}

/// Where the fault is: at the file, or at a directory or link on the way to it.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    kind: PlaceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlaceKind {
    File,
    /// The directory that holds the file, or a link to it.
    Directory,
    /// A directory above.
    DirectoryAbove,
    Link,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PlaceKind::File => f.write_str("it"),
            PlaceKind::Directory | PlaceKind::DirectoryAbove => self.path.display().fmt(f),
            PlaceKind::Link => write!(f, "the link {}", self.path.display()),
        }
    }
}

/// Returns the fault of an untrusted file that an error or one of its causes is about.
pub(crate) fn fault_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Fault> {
    let mut causes = std::iter::successors(Some(error), |outer| {
        let outer = *outer;
        outer.source()
    });
    causes.find_map(|error| error.downcast_ref())
}

impl Fault {
    /// Returns the command that mends it, or shows it where a directory above the file would have to get another owner.
    pub(crate) fn fix(&self) -> String {
        match self {
            Self::Writable { place, is_own, .. } => {
                let sudo = if *is_own { "" } else { platform::sudo() };
                let whom = match place.kind {
                    PlaceKind::DirectoryAbove => "o",
                    _ => "go",
                };
                format!("{sudo}chmod {whom}-w {}", shell_word(&place.path))
            }
            Self::OwnedByOther { place, .. } => {
                let word = shell_word(&place.path);
                let sudo = platform::sudo();
                match (platform::user_id(), place.kind) {
                    (None, _) | (_, PlaceKind::DirectoryAbove) => format!("ls -ld {word}"),
                    (Some(user), PlaceKind::Link) => format!("{sudo}chown -h {user} {word}"),
                    (Some(user), _) => format!("{sudo}chown {user} {word}"),
                }
            }
        }
    }

    /// Returns whether the command that `fix` returns mends it.
    pub(crate) fn is_fixable(&self) -> bool {
        !matches!(self, Self::OwnedByOther { place, .. } if place.kind == PlaceKind::DirectoryAbove)
    }
}

/// Returns ` (mode 0664)`; nothing where files have no mode.
fn in_octal(mode: Option<u32>) -> String {
    mode.map_or_else(String::new, |mode| format!(" (mode {mode:04o})"))
}

/// Returns what to call an owner in an error.
fn owner_name(owner: Option<u32>) -> String {
    owner.map_or_else(
        || "another user".to_owned(),
        |owner| format!("user {owner}"),
    )
}

/// Checks an open file, and the directories on its path. The file is looked at as it is open, so that it cannot be
/// another one than what is read. `metadata` is that of the file.
///
/// # Errors
///
/// When another user than this one and root may have changed the file, or put it there.
pub(crate) fn check(path: &Path, file: &File, metadata: &Metadata) -> Result<(), UntrustedFile> {
    check_file(path, file, metadata).map_err(UntrustedFile::at(path))
}

/// As `check`, with the fault alone.
fn check_file(path: &Path, file: &File, metadata: &Metadata) -> Result<(), Fault> {
    check_owner_at(path, metadata, PlaceKind::File)?;
    if platform::is_writable_by_others(metadata) && !platform::is_read_only_file(file) {
        return Err(writable(path, metadata, PlaceKind::File));
    }
    check_way(path)
}

/// Checks the owner alone of a file of this program, whose mode it sees to itself. Root may use the files of the user
/// whose home this is, as under a `sudo` that keeps `HOME`: that user has them anyway.
///
/// # Errors
///
/// When it belongs to another user than this one and root, who has put it there.
pub(crate) fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), UntrustedFile> {
    let checked = check_owner_at(path, metadata, PlaceKind::File);
    let is_of_home = || {
        let home = dirs::home_dir().and_then(|home| home.metadata().ok());
        home.is_some_and(|home| platform::owner_id(&home) == platform::owner_id(metadata))
    };
    if checked.is_err() && platform::user_id() == Some(ROOT) && is_of_home() {
        return Ok(());
    }
    checked.map_err(UntrustedFile::at(path))
}

/// Checks the directories on the path of a file, and the symbolic links; the file itself may be missing. Where a
/// directory is missing or cannot be looked at, the check ends: whoever could have seen to that was found before.
///
/// # Errors
///
/// When another user than this one and root may put another file there.
pub(crate) fn check_directories(path: &Path) -> Result<(), UntrustedFile> {
    check_way(path).map_err(UntrustedFile::at(path))
}

/// As `check_directories`, with the fault alone.
fn check_way(path: &Path) -> Result<(), Fault> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut at = PathBuf::from("/");
    let mut directory = None;
    let mut rest = steps(&absolute);
    let mut links = 0;
    while let Some(step) = rest.pop() {
        let Step::Name(name) = step else {
            match step {
                Step::Up => drop(at.pop()),
                _ => at = PathBuf::from("/"),
            }
            directory = None;
            continue;
        };
        let Some(holder) = directory.take().or_else(|| fs::symlink_metadata(&at).ok()) else {
            return Ok(());
        };
        let kind = if rest.is_empty() {
            PlaceKind::Directory
        } else {
            PlaceKind::DirectoryAbove
        };
        check_directory(&at, &holder, kind)?;
        let entry = at.join(name);
        let Ok(metadata) = fs::symlink_metadata(&entry) else {
            return Ok(());
        };
        if metadata.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                // Nor could the file be opened.
                return Ok(());
            }
            if is_shared(&holder) {
                check_owner_at(&entry, &metadata, PlaceKind::Link)?;
            }
            let target = fs::read_link(&entry).unwrap_or_default();
            rest.extend(steps(&target));
            directory = Some(holder);
        } else {
            at = entry;
            directory = Some(metadata);
        }
    }
    Ok(())
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

/// Returns whether others can make links in a directory, which may lead to any file.
fn is_shared(directory: &Metadata) -> bool {
    platform::is_writable_by_others(directory) || !platform::is_owned_by_user_or_root(directory)
}

/// Fails if the owner is neither this user nor root, unless it is a directory above the file that is the home directory
/// or above that.
fn check_owner_at(path: &Path, metadata: &Metadata, kind: PlaceKind) -> Result<(), Fault> {
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
fn writable(path: &Path, metadata: &Metadata, kind: PlaceKind) -> Fault {
    Fault::Writable {
        place: Place {
            path: path.to_owned(),
            kind,
        },
        mode: platform::mode(metadata),
        is_own: platform::is_owned_by_user(metadata),
    }
}
