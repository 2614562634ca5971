//! The names that clients run: links to this program, where a search path or a client's own directory has them.
//!
//! On Windows a link is a hard link or a copy, as symbolic ones take a right of their own.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::SetupError;
use crate::clients::edit::OURS;
use crate::clients::path::shown;
use crate::clients::programs::{self, Executable};
use crate::platform;

/// A name that a client runs.
pub(crate) struct ProgramLink {
    pub(crate) name: &'static str,
    /// The one directory where the client looks; without, it searches the path.
    directory: Option<PathBuf>,
    /// Whether others have programs of this name, which must not be hidden.
    is_common: bool,
    /// Files that need the name for as long as one of them holds `needle`.
    used_by: Vec<PathBuf>,
    needle: &'static str,
}

/// How things are with a link.
pub(crate) enum LinkState {
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

impl ProgramLink {
    /// Returns a name to be found on the search path.
    pub(crate) fn on_path(name: &'static str, used_by: Vec<PathBuf>) -> Self {
        Self {
            name,
            directory: None,
            is_common: false,
            used_by,
            needle: OURS,
        }
    }

    /// Returns our own name, which some clients run as it is.
    pub(crate) fn our_name() -> Self {
        Self::on_path(OURS, Vec::new())
    }

    /// Returns a name that other programs have too.
    pub(crate) fn common(name: &'static str, used_by: Vec<PathBuf>, needle: &'static str) -> Self {
        Self {
            is_common: true,
            needle,
            ..Self::on_path(name, used_by)
        }
    }

    pub(crate) fn inside(self, directory: PathBuf) -> Self {
        Self {
            directory: Some(directory),
            ..self
        }
    }

    /// Looks whether the client finds us by this name, and where it could if not.
    pub(crate) fn state(&self) -> Result<LinkState, SetupError> {
        let ours = Executable::find().map_err(SetupError::NoExecutable)?;
        let file = programs::file_name(self.name);
        let there = match &self.directory {
            Some(directory) => Some(directory.join(&file)).filter(|path| path.exists()),
            None => programs::find(self.name),
        };
        if let Some(path) = there {
            let is_other = self.is_common && !ours.is_run_by(&path);
            return Ok(if is_other {
                LinkState::Taken(path)
            } else {
                LinkState::There(path)
            });
        }
        let (directory, is_on_path) = match &self.directory {
            Some(directory) => (directory.clone(), true),
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
            is_off_path: !is_on_path,
        })
    }

    /// Removes the link, if it is one of ours and no file needs it; returns where it was.
    pub(crate) fn remove(&self) -> Result<Option<PathBuf>, SetupError> {
        let ours = Executable::find().map_err(SetupError::NoExecutable)?;
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
            Err(source) => Err(SetupError::ProgramLink { path, source }),
        }
    }
}

/// Makes a link, in place of one that leads nowhere.
pub(crate) fn make(at: &Path, target: &Path) -> Result<(), SetupError> {
    let failed = |source| SetupError::ProgramLink {
        path: at.to_owned(),
        source,
    };
    platform::create_private_directories(platform::directory_of(at)).map_err(failed)?;
    if at.is_symlink() && !at.exists() {
        platform::remove_if_there(at).map_err(failed)?;
    }
    platform::link_program(target, at).map_err(failed)
}

/// Returns what a person does about a directory that programs are not looked up in.
pub(crate) fn how_to_add(directory: &Path) -> String {
    let directory = shown(directory);
    format!("{directory} is not on PATH: add it, or the link there is not found")
}
