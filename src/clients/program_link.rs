//! The names by which clients run prusa-cred: links to this program, on the search path or in a client's own directory.
//!
//! On Windows a link is a hard link or a copy, as creating a symbolic link needs a privilege there.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::env::SetupEnv;
use super::error::SetupError;
use super::link_users::file_that_needs;
use crate::clients::path::display_path;
use crate::clients::programs::{self, Executable, PROGRAM_NAME};
use crate::platform;
use crate::program::find;

/// A name by which a client runs prusa-cred.
pub(crate) struct ProgramLink {
    pub(crate) name: &'static str,
    /// The one directory in which the client looks; with `None` it searches the path.
    directory: Option<PathBuf>,
    /// The client's files, which may need the name.
    used_by: Vec<PathBuf>,
}

/// Whether a client finds prusa-cred by a name.
pub(crate) enum LinkState {
    /// It does.
    Present,
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

/// What became of a link that is to be removed.
pub(crate) enum Removal {
    Removed,
    /// It was not there any more.
    Gone,
    /// There is something else in its place, which stays.
    Replaced,
    /// It stays, as other programs may run it or permission is missing.
    Left,
    /// It stays, as this file needs it.
    NeededBy(PathBuf),
}

impl ProgramLink {
    /// Returns the link of a name that the client looks up on the search path, for the files `used_by`.
    pub(crate) fn on_path(name: &'static str, used_by: Vec<PathBuf>) -> Self {
        Self {
            name,
            directory: None,
            used_by,
        }
    }

    /// Returns the link of the name `prusa-cred`, which some clients run directly. It is never removed.
    pub(crate) fn prusa_cred_itself() -> Self {
        Self::on_path(PROGRAM_NAME, Vec::new())
    }

    /// Returns the link of a name that other programs have too, for the files `used_by`.
    pub(crate) fn shared_name(name: &'static str, used_by: Vec<PathBuf>) -> Self {
        Self {
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

    /// Returns whether the client finds prusa-cred by this name, and where the link belongs if not.
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
            return Ok(if executable.is_prusa_cred_at(&path) {
                LinkState::Present
            } else {
                LinkState::NameTaken(path)
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

    /// Removes a link of this name that `setup` made, at this path and with this target. It stays if it was replaced
    /// since, or a file needs it, as far as that is known: those of the plan, `other_files` with the entries of other
    /// plans, and what else this program knows of.
    ///
    /// # Errors
    ///
    /// When it cannot be removed for another reason than a missing permission, or the path of this program is not
    /// known.
    pub(crate) fn remove(
        &self,
        path: &Path,
        target: &Path,
        other_files: &[PathBuf],
        env: &SetupEnv,
    ) -> Result<Removal, SetupError> {
        let executable = Executable::find().map_err(SetupError::OwnPathUnknown)?;
        if path.symlink_metadata().is_err() {
            return Ok(Removal::Gone);
        }
        // On Windows it is a copy or a hard link.
        let is_own = match fs::read_link(path) {
            Ok(found) => found == target,
            Err(_) => cfg!(windows),
        };
        if !is_own || !(executable.is_prusa_cred_at(path) || programs::is_dangling(path)) {
            return Ok(Removal::Replaced);
        }
        if self.name == PROGRAM_NAME {
            return Ok(Removal::Left);
        }
        let files = self.used_by.iter().chain(other_files).cloned();
        if let Some(file) = file_that_needs(self.name, files, env) {
            return Ok(Removal::NeededBy(file));
        }
        match platform::remove_if_exists(path) {
            Ok(_) => Ok(Removal::Removed),
            // A package manager's directory: the link does no harm there.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Removal::Left),
            Err(source) => {
                let path = path.to_owned();
                Err(SetupError::ChangeFailed { path, source })
            }
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
