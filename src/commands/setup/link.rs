//! The names that clients run: links to this program, where a search path or a client's own directory has them.
//!
//! On Windows a link is a hard link or a copy, as symbolic ones take a right of their own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SetupError;
use super::entry::OURS;
use super::place::{find_program, names_of, shown};
use crate::context::home_dir;
use crate::context::search_path;
use crate::platform;

/// A name that a client runs.
pub(super) struct Link {
    pub(super) name: &'static str,
    /// The one directory where the client looks; without, it searches the path.
    directory: Option<PathBuf>,
    /// Whether others have programs of this name, which must not be hidden.
    is_common: bool,
    /// Files that need the name for as long as one of them holds `needle`.
    used_by: Vec<PathBuf>,
    needle: &'static str,
}

/// How things are with a link.
pub(super) enum LinkState {
    There(PathBuf),
    /// Another program has the name.
    Taken(PathBuf),
    Missing {
        at: PathBuf,
        target: PathBuf,
        /// Whether the directory has to be put on the search path first.
        is_off_path: bool,
    },
}

impl Link {
    /// Returns a name to be found on the search path.
    pub(super) fn on_path(name: &'static str, used_by: Vec<PathBuf>) -> Self {
        Self {
            name,
            directory: None,
            is_common: false,
            used_by,
            needle: OURS,
        }
    }

    /// Returns our own name, which some clients run as it is.
    pub(super) fn our_name() -> Self {
        Self::on_path(OURS, Vec::new())
    }

    /// Returns a name that other programs have too.
    pub(super) fn common(name: &'static str, used_by: Vec<PathBuf>, needle: &'static str) -> Self {
        Self {
            is_common: true,
            needle,
            ..Self::on_path(name, used_by)
        }
    }

    pub(super) fn inside(self, directory: PathBuf) -> Self {
        Self {
            directory: Some(directory),
            ..self
        }
    }

    /// Looks whether the client finds us by this name, and where it could if not.
    pub(super) fn state(&self) -> Result<LinkState, SetupError> {
        let ours = Executable::find()?;
        let file = names_of(self.name).swap_remove(0);
        let there = match &self.directory {
            Some(directory) => Some(directory.join(&file)).filter(|path| path.exists()),
            None => find_program(self.name),
        };
        if let Some(path) = there {
            let is_other = self.is_common && !ours.is_run_by(&path);
            return Ok(if is_other {
                LinkState::Taken(path)
            } else {
                LinkState::There(path)
            });
        }
        let (directory, is_off_path) = match &self.directory {
            Some(directory) => (directory.clone(), false),
            None => ours.place_for_links()?,
        };
        let is_beside = ours.named.parent() == Some(&directory) && !cfg!(windows);
        let target = match ours.named.file_name() {
            Some(name) if is_beside => PathBuf::from(name),
            _ => ours.named.clone(),
        };
        Ok(LinkState::Missing {
            at: directory.join(file),
            target,
            is_off_path,
        })
    }

    /// Removes the link, if it is one of ours and no file needs it; returns where it was.
    pub(super) fn remove(&self) -> Result<Option<PathBuf>, SetupError> {
        let ours = Executable::find()?;
        let is_needed =
            |file: &PathBuf| fs::read_to_string(file).is_ok_and(|text| text.contains(self.needle));
        let path = match self.state()? {
            LinkState::There(path) if self.name != OURS => path,
            _ => return Ok(None),
        };
        let is_link = path.is_symlink() || cfg!(windows);
        if !is_link || !ours.is_run_by(&path) || self.used_by.iter().any(is_needed) {
            return Ok(None);
        }
        match platform::remove_if_there(&path) {
            Ok(_) => Ok(Some(path)),
            // A directory that a package manager fills: the link does no harm there.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
            Err(source) => Err(SetupError::Link { path, source }),
        }
    }
}

/// Makes a link, in place of one that leads nowhere.
pub(super) fn make(at: &Path, target: &Path) -> Result<(), SetupError> {
    let failed = |source| SetupError::Link {
        path: at.to_owned(),
        source,
    };
    platform::create_private_directories(platform::directory_of(at)).map_err(failed)?;
    if at.is_symlink() && !at.exists() {
        platform::remove_if_there(at).map_err(failed)?;
    }
    platform::link_program(target, at).map_err(failed)
}

/// This program, as a file.
struct Executable {
    /// Links followed.
    real: PathBuf,
    /// As it is found by its name; else where it is.
    named: PathBuf,
}

impl Executable {
    fn find() -> Result<Self, SetupError> {
        let real = std::env::current_exe().and_then(|path| path.canonicalize());
        let real = real.map_err(SetupError::NoExecutable)?;
        let named =
            find_program(OURS).filter(|path| path.canonicalize().is_ok_and(|it| it == real));
        Ok(Self {
            named: named.unwrap_or_else(|| real.clone()),
            real,
        })
    }

    /// Returns whether a path leads to this program, or to another of its name.
    fn is_run_by(&self, path: &Path) -> bool {
        let Ok(real) = path.canonicalize() else {
            return false;
        };
        let is_ours = real.file_stem().is_some_and(|stem| stem == OURS);
        real == self.real || is_ours || (cfg!(windows) && is_copy(&real, &self.real))
    }

    /// Returns a directory of the search path that may be written to, our own before others; or one that is not on it.
    fn place_for_links(&self) -> Result<(PathBuf, bool), SetupError> {
        let home = home_dir()?;
        let path = search_path();
        let own = self.named.parent().map(Path::to_owned);
        let at_home = path.iter().filter(|it| it.starts_with(&home)).cloned();
        let candidates = own
            .iter()
            .filter(|own| path.contains(own))
            .cloned()
            .chain(at_home)
            .chain(path.iter().cloned());
        let is_usable = |it: &PathBuf| it.is_dir() && platform::may_write(it).is_ok();
        if let Some(found) = candidates.into_iter().find(is_usable) {
            return Ok((found, false));
        }
        let elsewhere = match own {
            Some(own) if cfg!(windows) => own,
            _ => home.join(".local").join("bin"),
        };
        Ok((elsewhere, true))
    }
}

fn is_copy(one: &Path, other: &Path) -> bool {
    let length = |path: &Path| fs::metadata(path).ok().map(|it| it.len());
    length(one) == length(other) && fs::read(one).ok() == fs::read(other).ok()
}

/// Returns what a person does about a directory that programs are not looked up in.
pub(super) fn how_to_add(directory: &Path) -> String {
    let directory = shown(directory);
    format!("{directory} is not on PATH: add it, or the link there is not found")
}
