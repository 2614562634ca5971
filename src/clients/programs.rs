//! Programs by their names: where the search path has them, whether one is this program, and where links to it belong.
//!
//! On Windows a name stands for files with several endings, and a link is a hard link or a copy.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::context::{ContextError, config_dir, home_dir, search_path};
use crate::platform;

/// Our own name, by which anything of ours is known.
pub(crate) const OURS: &str = "prusa-cred";
/// How the names end under which git, Docker and others like them look for us.
const HELPER: &str = "-credential-prusa-cred";
pub(crate) const FOR_GIT: &str = "git-credential-prusa-cred";
pub(crate) const FOR_DOCKER: &str = "docker-credential-prusa-cred";
pub(crate) const FOR_TERRAFORM: &str = "terraform-credentials-prusa-cred";

/// Returns the program that is run by this name.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    places(name).into_iter().find(|path| is_program(path))
}

/// Returns every program of this name on the search path, in order, and then the links of this name that lead nowhere.
pub(crate) fn find_all(name: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in places(name) {
        if stands(&path) && !found.contains(&path) {
            found.push(path);
        }
    }
    // What cannot be run is passed over by whoever looks for a program.
    found.sort_by_key(|path| is_dangling(path));
    found
}

/// Returns the plugin of this name, or a link that leads nowhere, where Terraform looks: in no search path.
pub(crate) fn find_plugin(name: &str) -> Option<PathBuf> {
    let directory = plugins().ok()?;
    let mut places = names_of(name).into_iter().map(|name| directory.join(name));
    places.find(|path| stands(path))
}

/// Returns the user's own directory of Terraform's plugins.
pub(crate) fn plugins() -> Result<PathBuf, ContextError> {
    let directory = if cfg!(windows) {
        config_dir()?.join("terraform.d")
    } else {
        home_dir()?.join(".terraform.d")
    };
    Ok(directory.join("plugins"))
}

/// Returns the name of the file that a link of this name is.
pub(crate) fn file_name(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Returns whether a program's name, or the path to it, is one of ours.
pub(crate) fn is_ours(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    name == OURS || name.ends_with(HELPER)
}

/// Returns whether a link leads nowhere.
pub(crate) fn is_dangling(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && path.metadata().is_err()
}

fn places(name: &str) -> Vec<PathBuf> {
    let names = names_of(name);
    let directories = search_path().into_iter();
    directories
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)))
        .collect()
}

/// Returns the names of files that a name runs.
fn names_of(name: &str) -> Vec<String> {
    if cfg!(windows) {
        let endings = ["exe", "cmd", "bat"].iter();
        endings.map(|ending| format!("{name}.{ending}")).collect()
    } else {
        vec![name.to_owned()]
    }
}

fn stands(path: &Path) -> bool {
    is_program(path) || is_dangling(path)
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| platform::is_executable(&metadata))
}

/// This program, as a file.
pub(crate) struct Executable {
    /// Links followed.
    pub(crate) real: PathBuf,
    /// As it is found by its name; else where it is.
    pub(crate) named: PathBuf,
    metadata: Metadata,
}

impl Executable {
    pub(crate) fn find() -> std::io::Result<Self> {
        let real = std::env::current_exe()?.canonicalize()?;
        let named = find(OURS).filter(|path| path.canonicalize().is_ok_and(|it| it == real));
        Ok(Self {
            metadata: real.metadata()?,
            named: named.unwrap_or_else(|| real.clone()),
            real,
        })
    }

    /// Returns whether a path leads to this very file.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        let is_same_path = || path.canonicalize().is_ok_and(|it| it == self.real);
        let metadata = path.metadata();
        metadata.is_ok_and(|it| platform::is_same_file(&it, &self.metadata)) || is_same_path()
    }

    /// Returns whether a path leads to this program, or to another of its name.
    pub(crate) fn is_run_by(&self, path: &Path) -> bool {
        let Ok(real) = path.canonicalize() else {
            return false;
        };
        let is_ours = real.file_stem().is_some_and(|stem| stem == OURS);
        is_ours || self.is_at(&real) || (cfg!(windows) && is_copy(&real, &self.real))
    }

    /// Returns a directory of the search path that may be written to, our own before others, and whether it is on the
    /// search path: where there is none, one is named that has to be put there.
    pub(crate) fn place_for_links(&self) -> Result<(PathBuf, bool), ContextError> {
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
        let is_usable = |it: &PathBuf| it.is_dir() && platform::check_writable(it).is_ok();
        if let Some(found) = candidates.into_iter().find(is_usable) {
            return Ok((found, true));
        }
        let elsewhere = match own {
            Some(own) if cfg!(windows) => own,
            _ => home.join(".local").join("bin"),
        };
        Ok((elsewhere, false))
    }
}

fn is_copy(one: &Path, other: &Path) -> bool {
    let length = |path: &Path| fs::metadata(path).ok().map(|it| it.len());
    length(one) == length(other) && fs::read(one).ok() == fs::read(other).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_names_are_known_wherever_they_stand() {
        for (program, wanted) in [
            ("prusa-cred", true),
            ("/opt/x/prusa-cred", true),
            (r"C:\Program Files\prusa-cred.exe", true),
            ("/usr/bin/git-credential-prusa-cred", true),
            ("docker-credential-prusa-cred", true),
            ("prusa-cred-mine", false),
            ("/opt/prusa-cred/other", false),
            ("store", false),
            ("", false),
        ] {
            assert_eq!(is_ours(program), wanted, "{program}");
        }
    }
}
