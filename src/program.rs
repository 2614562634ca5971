//! The programs that this one starts: where they are searched for, and what they get of its environment.
//!
//! Only the absolute directories of `PATH` are searched. git and others run a helper in the directory of a repository,
//! and an empty or relative entry would let a file of that repository be taken for `sh` or `git`. `PATH` itself is
//! passed on as it is.
//!
//! What is started gets the environment without the tokens, passwords and secrets in our variables: a command that
//! prints a password needs none of them, and what it starts needs them less. Variables of other programs, such as the
//! session of a password manager, stay. No file of this process is inherited: the standard library opens all of them
//! with `O_CLOEXEC`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::process::Command;

use crate::platform;
use crate::profile::secret_variables;

/// Returns the command that starts a program, without the variables that hold our secrets. A name without a directory
/// is searched for by the system, also in relative directories: give the path that [`resolve`] returns.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that makes commands, so that none gets our secrets"
)]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in secret_variables() {
        command.env_remove(name);
    }
    command
}

/// Returns the path of a program: a name is searched for as in [`find`], and what names a directory stays as it is.
/// Fails with `NotFound` if no directory has the program.
pub(crate) fn resolve(program: &str) -> io::Result<PathBuf> {
    let names_directory = program.contains(['/', MAIN_SEPARATOR]);
    if names_directory {
        return Ok(program.into());
    }
    find(program).ok_or_else(|| {
        let why = format!("{program} is not in any absolute directory of PATH");
        io::Error::new(io::ErrorKind::NotFound, why)
    })
}

/// Returns the first program of this name on the search path; `None` if there is none. Without a search path the
/// directories of the system are searched, as by execvp(3).
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let directories = match path() {
        Some(_) => search_path(),
        None => platform::SYSTEM_DIRECTORIES.map(PathBuf::from).into(),
    };
    let paths = candidates(&directories, name);
    paths.into_iter().find(|path| is_program(path))
}

/// Returns the directories in which programs are searched for: the absolute ones in `PATH`.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let path = path().unwrap_or_default();
    let directories = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    directories.collect()
}

/// Returns the value of `PATH`; `None` if it is not set or empty.
#[allow(
    clippy::disallowed_methods,
    reason = "the search path belongs to the search, which stands below `context`"
)]
fn path() -> Option<OsString> {
    std::env::var_os("PATH").filter(|value| !value.is_empty())
}

/// Returns the paths that a program of this name can have in these directories, whether or not they exist.
pub(crate) fn candidates(directories: &[PathBuf], name: &str) -> Vec<PathBuf> {
    let names = file_names(name);
    let paths = directories
        .iter()
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)));
    paths.collect()
}

/// Returns the file names of a program: its name, on Windows with each of `.exe`, `.cmd` and `.bat` unless it ends in
/// one of them.
pub(crate) fn file_names(name: &str) -> Vec<String> {
    let endings = [".exe", ".cmd", ".bat"];
    if cfg!(windows) && !endings.iter().any(|end| name.ends_with(end)) {
        endings.map(|end| format!("{name}{end}")).into()
    } else {
        vec![name.to_owned()]
    }
}

/// Returns whether the path leads to an executable file; `false` if it cannot be examined.
pub(crate) fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| platform::is_executable(&metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_with_a_secret_is_taken_away() {
        let command = command("/bin/true");
        let mut removed: Vec<_> = command
            .get_envs()
            .map(|(name, value)| {
                assert_eq!(value, None, "{}", name.display());
                name.to_str().expect("UTF-8")
            })
            .collect();
        removed.sort_unstable();
        assert_eq!(
            removed,
            [
                "KOGNIC_CLIENT_SECRET",
                "PRT_PASSWORD",
                "PRT_TOKEN",
                "PRUSA_PASSWORD",
                "PRUSA_TOKEN",
                "PRUSA_TOKENS_JSON",
                "PRUSA_TOTP_SECRET",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_names_a_directory_is_not_searched_for() {
        for path in ["./opener", "/opt/opener", "bin/opener"] {
            assert_eq!(resolve(path).expect("a path"), Path::new(path));
        }
        assert!(resolve("no-such-program-at-all").is_err());
        assert!(resolve("sh").expect("a shell").is_absolute());
    }
}
