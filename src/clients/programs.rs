//! Programs by their names: where they are on the search path, whether one is prusa-cred, and where links to it belong.
//!
//! On Windows a name stands for files with several extensions, and a link is a hard link or a copy.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::context::{ContextError, config_dir, home_dir};
use crate::platform;
use crate::program::{candidates, file_names, find, is_program, search_path};

/// The name of this program, by which the entries that `setup` writes are recognised.
pub(crate) const PROGRAM_NAME: &str = "prusa-cred";
/// How the names end by which git, Docker and similar clients run prusa-cred.
const HELPER_SUFFIX: &str = "-credential-prusa-cred";
/// The name that git runs for the helper `prusa-cred`.
pub(crate) const GIT_HELPER: &str = "git-credential-prusa-cred";
/// The name that Docker and Podman run for the helper `prusa-cred`.
pub(crate) const DOCKER_HELPER: &str = "docker-credential-prusa-cred";
/// The name that pip and uv run.
pub(crate) const KEYRING: &str = "keyring";
/// The name that Terraform runs for the helper `prusa-cred`.
pub(crate) const TERRAFORM_HELPER: &str = "terraform-credentials-prusa-cred";

/// Returns every program of this name on the search path, in its order and each path once, and then the links of this
/// name without a target.
pub(crate) fn find_all(name: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in candidates(&search_path(), name) {
        if is_program_or_dangling(&path) && !found.contains(&path) {
            found.push(path);
        }
    }
    // A search for a program skips what cannot be run.
    found.sort_by_key(|path| is_dangling(path));
    found
}

/// Returns the plugin of this name, or a link without a target, in `terraform_plugins`, the only directory in which
/// Terraform looks for it; `None` if it is not there.
pub(crate) fn find_terraform_plugin(name: &str) -> Option<PathBuf> {
    let directory = terraform_plugins().ok()?;
    let mut paths = file_names(name)
        .into_iter()
        .map(|name| directory.join(name));
    paths.find(|path| is_program_or_dangling(path))
}

/// Returns Terraform's own directory of the user, which need not exist.
pub(crate) fn terraform_directory() -> Result<PathBuf, ContextError> {
    Ok(if cfg!(windows) {
        config_dir()?.join("terraform.d")
    } else {
        home_dir()?.join(".terraform.d")
    })
}

/// Returns the directory in it of plugins, which need not exist.
pub(crate) fn terraform_plugins() -> Result<PathBuf, ContextError> {
    Ok(terraform_directory()?.join("plugins"))
}

/// Returns the file name of a link with this name: on Windows with `.exe`.
pub(crate) fn file_name(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Returns whether a program's name, or the path to it, is `prusa-cred` or ends in `-credential-prusa-cred`, with or
/// without `.exe`. The names that Terraform, pip and uv run are not among them.
pub(crate) fn is_prusa_cred(program: &str) -> bool {
    let name = base_name(program);
    name == PROGRAM_NAME || name.ends_with(HELPER_SUFFIX)
}

/// Returns a program's name without the directories before it and `.exe`.
pub(crate) fn base_name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Returns whether the path is a link whose target does not exist.
pub(crate) fn is_dangling(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && path.metadata().is_err()
}

/// Returns whether the path is an executable file or a link whose target does not exist.
fn is_program_or_dangling(path: &Path) -> bool {
    is_program(path) || is_dangling(path)
}

/// Returns why a client that runs this program, a name or a path, does not run prusa-cred; `None` if it does.
pub(crate) fn problem_of(program: &str) -> Option<String> {
    let is_path = program.contains('/') || Path::new(program).is_absolute();
    let path = match program.strip_prefix("~/") {
        Some(rest) => home_dir().ok().map(|home| home.join(rest)),
        None if is_path => Some(PathBuf::from(program)),
        None => find(program),
    };
    let path = path.filter(|path| is_program(path));
    let Some(path) = path else {
        return Some(if is_path {
            format!("{program} does not exist")
        } else {
            format!("the program {program} is not found")
        });
    };
    let is_ours = Executable::find().is_ok_and(|it| it.is_prusa_cred_at(&path));
    (!is_ours).then(|| format!("{} is another program", path.display()))
}

/// The file of this program.
pub(crate) struct Executable {
    /// Its path with all links resolved.
    pub(crate) real: PathBuf,
    /// Its path on the search path, else the same as `real`.
    pub(crate) named: PathBuf,
    metadata: Metadata,
}

impl Executable {
    /// Returns the file of this process.
    pub(crate) fn find() -> std::io::Result<Self> {
        let real = std::env::current_exe()?.canonicalize()?;
        let named =
            find(PROGRAM_NAME).filter(|path| path.canonicalize().is_ok_and(|it| it == real));
        Ok(Self {
            metadata: real.metadata()?,
            named: named.unwrap_or_else(|| real.clone()),
            real,
        })
    }

    /// Returns whether a path leads to this file.
    pub(crate) fn is_same_file(&self, path: &Path) -> bool {
        let is_same_path = || path.canonicalize().is_ok_and(|it| it == self.real);
        let metadata = path.metadata();
        metadata.is_ok_and(|it| platform::is_same_file(&it, &self.metadata)) || is_same_path()
    }

    /// Returns whether a path leads to this program or to another version of it, which is recognised by the file name
    /// `prusa-cred` behind all links (on Windows also by the same content).
    pub(crate) fn is_prusa_cred_at(&self, path: &Path) -> bool {
        let Ok(real) = path.canonicalize() else {
            return false;
        };
        let has_its_name = real.file_stem().is_some_and(|stem| stem == PROGRAM_NAME);
        has_its_name || self.is_same_file(&real) || (cfg!(windows) && is_copy(&real, &self.real))
    }

    /// Returns a directory for links, and whether it is on the search path.
    ///
    /// It is a writable directory of the search path: the program's own, else one below the home directory, else any.
    /// Where there is none, it is one that a person has to add to the search path: `~/.local/bin`, which need not
    /// exist, or on Windows the program's own. Fails without a home directory.
    pub(crate) fn directory_for_links(&self) -> Result<(PathBuf, bool), ContextError> {
        let home = home_dir()?;
        let path = search_path();
        let own = self.named.parent().map(Path::to_owned);
        let below_home = path.iter().filter(|it| it.starts_with(&home)).cloned();
        let candidates = own
            .iter()
            .filter(|own| path.contains(own))
            .cloned()
            .chain(below_home)
            .chain(path.iter().cloned());
        let is_usable = |it: &PathBuf| it.is_dir() && platform::check_writable(it).is_ok();
        if let Some(found) = candidates.into_iter().find(is_usable) {
            return Ok((found, true));
        }
        let fallback = match own {
            Some(own) if cfg!(windows) => own,
            _ => home.join(".local").join("bin"),
        };
        Ok((fallback, false))
    }
}

/// Returns whether two files have the same content; `false` if one of them cannot be read.
fn is_copy(one: &Path, other: &Path) -> bool {
    let length = |path: &Path| fs::metadata(path).ok().map(|it| it.len());
    let is_same_length = length(one).is_some() && length(one) == length(other);
    is_same_length
        && matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_prusa_cred_are_recognised_in_any_directory() {
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
            assert_eq!(is_prusa_cred(program), wanted, "{program}");
        }
    }
}
