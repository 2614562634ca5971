//! The names by which clients run prusa-cred: links to this program, on the search path or in a client's own directory.
//!
//! On Windows a link is a hard link or a copy, as creating a symbolic link needs a privilege there.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::SetupError;
use crate::clients::path::display_path;
use crate::clients::programs::{self, Executable, PROGRAM_NAME};
use crate::platform;
use crate::program::find;

/// A name by which a client runs prusa-cred.
pub(crate) struct ProgramLink {
    pub(crate) name: &'static str,
    /// The one directory in which the client looks; with `None` it searches the path.
    directory: Option<PathBuf>,
    /// Whether other programs have this name too, which the link must not hide.
    is_shared_name: bool,
    /// The client files that need the name for as long as one of them contains `marker`.
    used_by: Vec<PathBuf>,
    marker: &'static str,
}

/// Whether a client finds prusa-cred by a name.
pub(crate) enum LinkState {
    /// It does, at this path.
    Present(PathBuf),
    /// It finds another program at this path.
    NameTaken(PathBuf),
    /// It finds nothing.
    Missing(MissingLink),
}

/// A link that has to be created.
pub(crate) struct MissingLink {
    /// Where it belongs.
    pub(crate) path: PathBuf,
    /// What it points to.
    pub(crate) target: PathBuf,
    /// Whether its directory is not on the search path.
    pub(crate) is_off_path: bool,
}

impl ProgramLink {
    /// Returns the link of a name that the client looks up on the search path, for the files `used_by`.
    pub(crate) fn on_path(name: &'static str, used_by: Vec<PathBuf>) -> Self {
        Self {
            name,
            directory: None,
            is_shared_name: false,
            used_by,
            marker: PROGRAM_NAME,
        }
    }

    /// Returns the link of the name `prusa-cred`, which some clients run directly. It is never removed.
    pub(crate) fn prusa_cred_itself() -> Self {
        Self::on_path(PROGRAM_NAME, Vec::new())
    }

    /// Returns the link of a name that other programs have too, and that files with the text `marker` need.
    pub(crate) fn shared_name(
        name: &'static str,
        used_by: Vec<PathBuf>,
        marker: &'static str,
    ) -> Self {
        Self {
            is_shared_name: true,
            marker,
            ..Self::on_path(name, used_by)
        }
    }

    /// Returns the link for a client that looks only in this directory.
    pub(crate) fn in_directory(self, directory: PathBuf) -> Self {
        Self {
            directory: Some(directory),
            ..self
        }
    }

    /// Returns whether the client finds prusa-cred by this name, and where the link belongs if not. Unless other
    /// programs have this name too, any program of the name counts as prusa-cred.
    ///
    /// # Errors
    ///
    /// When the path of this program is not known, or there is no home directory.
    pub(crate) fn state(&self) -> Result<LinkState, SetupError> {
        let executable = Executable::find().map_err(SetupError::OwnPathUnknown)?;
        let file = programs::file_name(self.name);
        let existing = match &self.directory {
            Some(directory) => Some(directory.join(&file)).filter(|path| path.exists()),
            None => find(self.name),
        };
        if let Some(path) = existing {
            let is_other = self.is_shared_name && !executable.is_prusa_cred_at(&path);
            return Ok(if is_other {
                LinkState::NameTaken(path)
            } else {
                LinkState::Present(path)
            });
        }
        let (directory, is_on_path) = match &self.directory {
            Some(directory) => (directory.clone(), true),
            None => executable.directory_for_links()?,
        };
        let is_beside = executable.named.parent() == Some(&directory) && !cfg!(windows);
        let target = match executable.named.file_name() {
            Some(name) if is_beside => PathBuf::from(name),
            _ => executable.named.clone(),
        };
        Ok(LinkState::Missing(MissingLink {
            path: directory.join(file),
            target,
            is_off_path: !is_on_path,
        }))
    }

    /// Removes the link, if it leads to prusa-cred and no file needs it; returns where it was. `None` if it stays: also
    /// the name `prusa-cred`, a file that is no link (except on Windows), and where permission is missing. A file that
    /// cannot be read needs no link.
    ///
    /// # Errors
    ///
    /// When it cannot be removed for another reason, the path of this program is not known, or there is no home
    /// directory.
    pub(crate) fn remove(&self) -> Result<Option<PathBuf>, SetupError> {
        let executable = Executable::find().map_err(SetupError::OwnPathUnknown)?;
        let is_needed =
            |file: &PathBuf| fs::read_to_string(file).is_ok_and(|text| text.contains(self.marker));
        let path = match self.state()? {
            LinkState::Present(path) if self.name != PROGRAM_NAME => path,
            _ => return Ok(None),
        };
        let is_link = path.is_symlink() || cfg!(windows);
        if !is_link || !executable.is_prusa_cred_at(&path) || self.used_by.iter().any(is_needed) {
            return Ok(None);
        }
        match platform::remove_if_exists(&path) {
            Ok(_) => Ok(Some(path)),
            // A package manager's directory: the link does no harm there.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
            Err(source) => Err(SetupError::ChangeFailed { path, source }),
        }
    }
}

impl MissingLink {
    /// Creates the link and its directory, in place of a link whose target does not exist.
    ///
    /// # Errors
    ///
    /// When the link or its directory cannot be created, or there is anything else in its place.
    pub(crate) fn create(&self) -> Result<(), SetupError> {
        let path = &self.path;
        let failed = |source| SetupError::ChangeFailed {
            path: path.clone(),
            source,
        };
        platform::create_private_directories(platform::directory_of(path)).map_err(failed)?;
        if path.is_symlink() && !path.exists() {
            platform::remove_if_exists(path).map_err(failed)?;
        }
        platform::link_program(&self.target, path).map_err(failed)
    }
}

/// Returns a note for a person about a directory that is not on the search path.
pub(crate) fn off_path_warning(directory: &Path) -> String {
    let directory = display_path(directory);
    format!("{directory} is not on PATH: add it, or the link in it is not found")
}
