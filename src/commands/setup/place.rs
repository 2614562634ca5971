//! Where things are: programs on the search path, and what stands in files of other programs.

use std::path::{Path, PathBuf};

use crate::context::home_dir;
use crate::context::search_path;

/// Returns the program that is run by this name.
pub(super) fn find_program(name: &str) -> Option<PathBuf> {
    let names = names_of(name);
    let files = search_path().into_iter().flat_map(|directory| {
        names
            .iter()
            .map(move |name| directory.join(name))
            .collect::<Vec<_>>()
    });
    files.into_iter().find(|path| is_program(path))
}

/// Returns the names of files that a name runs.
pub(super) fn names_of(name: &str) -> Vec<String> {
    if cfg!(windows) {
        ["exe", "cmd", "bat"]
            .iter()
            .map(|extension| format!("{name}.{extension}"))
            .collect()
    } else {
        vec![name.to_owned()]
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Returns a path as a person writes it: `~` for the home directory.
pub(super) fn shown(path: &Path) -> String {
    let under_home = home_dir()
        .ok()
        .and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned()));
    match under_home {
        Some(rest) if !rest.as_os_str().is_empty() => {
            format!("~{}{}", std::path::MAIN_SEPARATOR, rest.display())
        }
        _ => path.display().to_string(),
    }
}
