//! Paths as a person writes them.

use std::path::Path;

use crate::context::home_dir;

/// Returns a path as a person writes it: `~` for the home directory.
pub(crate) fn shown(path: &Path) -> String {
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
