//! Paths as they are shown to a person.

use std::path::{Path, PathBuf};

use crate::context::{ContextError, config_dir, home_dir};
use crate::escape::shell_word;

/// Returns a path for a person to read: one below the home directory, also by its real path, begins with `~`. Nothing
/// is escaped.
pub(crate) fn display_path(path: &Path) -> String {
    let under_home = home_dir().ok().and_then(|home| {
        let real = || path.strip_prefix(home.canonicalize().ok()?).ok();
        path.strip_prefix(&home)
            .ok()
            .or_else(real)
            .map(Path::to_owned)
    });
    match under_home {
        Some(rest) if !rest.as_os_str().is_empty() => {
            format!("~{}{}", std::path::MAIN_SEPARATOR, rest.display())
        }
        _ => path.display().to_string(),
    }
}

/// Returns the path beside which the lock of all runs of `setup` is, in prusa-cred's own directory: beside a client's
/// file it could block the client. Fails without a configuration directory.
pub(crate) fn setup_lock() -> Result<PathBuf, ContextError> {
    let directory = config_dir()?.join(env!("CARGO_PKG_NAME"));
    Ok(directory.join("setup"))
}

/// Returns the shell command that opens a file in `$EDITOR`, or in vi if that is not set.
pub(crate) fn edit_command(path: &Path) -> String {
    format!("${{EDITOR:-vi}} {}", shell_word(path))
}

/// Returns the path of the lock file that git and kubectl take for their configuration file.
pub(crate) fn lock_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
