//! Why a file is not used, and the command that mends it.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::escape::shell_word;
use crate::platform;

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
    pub(super) fn at(path: &Path) -> impl FnOnce(Fault) -> Self {
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
    /// The file that was opened is not the one that its path leads to, and others can have seen to that.
    #[error("what leads to it was changed meanwhile")]
    Replaced { path: PathBuf },
}

/// Where the fault is: at the file, or at a directory or link on the way to it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(super) path: PathBuf,
    pub(super) kind: PlaceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceKind {
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
    // Boxed, as `UntrustedFile` has it.
    causes.find_map(|error| error.downcast_ref::<Box<Fault>>().map(AsRef::as_ref))
}

impl Fault {
    /// Returns the command that mends it, or shows where it is if no command does: a directory above the file would
    /// have to get another owner, or the file was replaced.
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
            Self::Replaced { path } => format!("ls -ld {}", shell_word(path)),
        }
    }

    /// Returns who owns what another user owns, if `fix` takes it from them; `None` for any other fault.
    pub(crate) fn other_owner(&self) -> Option<String> {
        match self {
            Self::OwnedByOther { owner, .. } if self.is_fixable() => Some(owner_name(*owner)),
            _ => None,
        }
    }

    /// Returns whether the command that `fix` returns mends it.
    pub(crate) fn is_fixable(&self) -> bool {
        match self {
            Self::Writable { .. } => true,
            Self::OwnedByOther { place, .. } => place.kind != PlaceKind::DirectoryAbove,
            Self::Replaced { .. } => false,
        }
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
