//! Paths as people name them: `~/…`, and `$CREDENTIALS_DIRECTORY/…` (also in braces), which systemd sets for each
//! service anew (systemd.exec(5), `LoadCredential=`) and expands nowhere but in a unit's command line.
//!
//! Where the variable is not set, the path stays as it was written, and is an error when it is opened: a file of one
//! profile is no matter of another's. `platform` checks that with [`check`].

use std::io;
use std::path::{Path, PathBuf};

/// What the name of a file in the directory of credentials begins with.
pub(crate) const IN_CREDENTIALS: [&str; 2] = ["$CREDENTIALS_DIRECTORY", "${CREDENTIALS_DIRECTORY}"];

const NO_HOME: &str = "there is no home directory";

/// Returns the directory in which systemd puts the credentials of this service; `None` outside one.
#[allow(
    clippy::disallowed_methods,
    reason = "paths are named below `context` too"
)]
pub(crate) fn credentials_directory() -> Option<PathBuf> {
    let value = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let text = value.to_str().map(str::trim_ascii).map(PathBuf::from);
    Some(text.unwrap_or(value.into())).filter(|path| !path.as_os_str().is_empty())
}

/// Returns the path that an option or a variable names. `~` becomes the home directory and `$CREDENTIALS_DIRECTORY` its
/// value, if it is set; any other path is returned unchanged.
///
/// # Errors
///
/// The reason, if there is no home directory.
pub(crate) fn expanded(path: &Path) -> Result<PathBuf, String> {
    expanded_with(path, dirs::home_dir, credentials_directory)
}

/// As [`expanded`], of a path that has to be absolute then.
///
/// # Errors
///
/// The reason, also if it is a relative path.
pub(crate) fn absolute(text: &str) -> Result<PathBuf, String> {
    let path = expanded(Path::new(text))?;
    if path.is_absolute() || is_unresolved(&path) {
        Ok(path)
    } else {
        Err("not an absolute path (`~/…` is one)".to_owned())
    }
}

/// Returns whether a text names a path that does not depend on the working directory, by how it begins.
pub(crate) fn is_expandable(text: &str) -> bool {
    Path::new(text).starts_with("~") || is_unresolved(Path::new(text))
}

/// Checks a path before it is opened.
///
/// # Errors
///
/// `InvalidInput` for one in `$CREDENTIALS_DIRECTORY`, where that is not set.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    if is_unresolved(path) {
        let why = "CREDENTIALS_DIRECTORY is not set, which systemd does for a service with LoadCredential=";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    Ok(())
}

/// Returns whether the path begins with the variable, by name.
fn is_unresolved(path: &Path) -> bool {
    IN_CREDENTIALS.iter().any(|start| path.starts_with(start))
}

/// As [`expanded`], with these directories, each of which is asked for only where the path needs it.
fn expanded_with(
    path: &Path,
    home: impl FnOnce() -> Option<PathBuf>,
    credentials: impl FnOnce() -> Option<PathBuf>,
) -> Result<PathBuf, String> {
    if let Ok(rest) = path.strip_prefix("~") {
        return home()
            .map(|home| home.join(rest))
            .ok_or_else(|| NO_HOME.to_owned());
    }
    let mut rests = IN_CREDENTIALS.iter();
    let Some(rest) = rests.find_map(|start| path.strip_prefix(start).ok()) else {
        return Ok(path.to_owned());
    };
    Ok(credentials().map_or_else(|| path.to_owned(), |directory| directory.join(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_and_credentials_directory_are_expanded() {
        let expand = |path: &str| {
            let [home, credentials] = ["/home/me", "/run/credentials/x"].map(PathBuf::from);
            expanded_with(Path::new(path), || Some(home), || Some(credentials))
        };
        for (path, wanted) in [
            ("/a/b", "/a/b"),
            ("a", "a"),
            ("~/a", "/home/me/a"),
            ("~", "/home/me"),
            ("~ada/a", "~ada/a"),
            ("/a/~/b", "/a/~/b"),
            ("$CREDENTIALS_DIRECTORY/a/b", "/run/credentials/x/a/b"),
            ("${CREDENTIALS_DIRECTORY}/a", "/run/credentials/x/a"),
            ("$CREDENTIALS_DIRECTORY_2/a", "$CREDENTIALS_DIRECTORY_2/a"),
            ("/$CREDENTIALS_DIRECTORY/a", "/$CREDENTIALS_DIRECTORY/a"),
            ("$HOME/a", "$HOME/a"),
        ] {
            assert_eq!(expand(path), Ok(wanted.into()), "{path}");
        }
    }

    #[test]
    fn a_directory_that_is_not_set_is_an_error_when_it_is_used() {
        for path in ["$CREDENTIALS_DIRECTORY/a", "${CREDENTIALS_DIRECTORY}/a"] {
            let kept = expanded_with(Path::new(path), || None, || None).expect("a path");
            assert_eq!(kept, Path::new(path));
            let error = check(&kept).expect_err("no directory");
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
        assert!(check(Path::new("/a")).is_ok());
        let refused = expanded_with(Path::new("~/a"), || None, || None);
        assert_eq!(refused, Err(NO_HOME.to_owned()));
    }
}
