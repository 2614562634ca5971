//! Symbolic links to the file that holds the successors of a token set from the environment.
//!
//! With `on_rotate` each successor may become the environment's next token set. Processes then start with different
//! refresh tokens of one login, and all of them must use one file and one lock: with two files, each would spend the
//! refresh token that the other has spent before. The file is named after the first refresh token ([`successor_name`]);
//! each later one gets a symbolic link with its name. Where links cannot be made, only the first token finds the file.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::paths::{is_successor, successor_name};
use crate::platform;
use crate::token::RefreshToken;

/// How many links are kept, the newest ones: a token set that is older has been replaced that many times.
const MAX_LINKS: usize = 16;

/// Adds a link for `refresh_token` to the file of `path`, which may be a link itself, and removes links above
/// `MAX_LINKS`. To be called with the file's lock held.
///
/// # Errors
///
/// When the link cannot be made, although the file system has links and permits them.
pub(super) fn add_link(path: &Path, refresh_token: &RefreshToken) -> io::Result<()> {
    let file = resolve_link(path);
    let link = file.with_file_name(successor_name(refresh_token));
    let Some(name) = file.file_name().filter(|_| link != file) else {
        return Ok(());
    };
    match platform::link_to_sibling(name, &link) {
        Ok(()) => {}
        Err(error) if is_harmless(&error) => return Ok(()),
        Err(error) => return Err(error),
    }
    // Without the flush the link is there too, unless the system crashes: no reason to report a failure.
    let _ = platform::sync_directory(platform::directory_of(&link));
    for old in links_to(&file).into_iter().skip(MAX_LINKS) {
        let _ = platform::remove_if_exists(&old);
    }
    Ok(())
}

/// Removes every link to the file of `path`, which may be a link itself. One that cannot be removed does no harm.
pub(super) fn remove_links(path: &Path) {
    for link in links_to(&resolve_link(path)) {
        let _ = platform::remove_if_exists(&link);
    }
}

/// Returns the successor's file that `path` links to in the same directory; `None` if `path` is no such link.
pub(super) fn link_target(path: &Path) -> Option<PathBuf> {
    let name = fs::read_link(path).ok()?;
    let file = path.with_file_name(&name);
    // A link that a person made to another directory or name counts as a file.
    (is_successor(&file) && file.file_name() == Some(name.as_os_str())).then_some(file)
}

/// Returns the file of a link, or the path itself.
pub(super) fn resolve_link(path: &Path) -> PathBuf {
    link_target(path).unwrap_or_else(|| path.to_owned())
}

/// Returns the links to a file, the newest first; none if it is not a successor's or its directory cannot be read.
fn links_to(file: &Path) -> Vec<PathBuf> {
    if !is_successor(file) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(platform::directory_of(file)) else {
        return Vec::new();
    };
    let mut links: Vec<(Option<SystemTime>, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_successor(path) && link_target(path).as_deref() == Some(file))
        .map(|path| (modified_at(&path), path))
        .collect();
    links.sort_by(|one, other| other.cmp(one));
    links.into_iter().map(|(_, path)| path).collect()
}

/// Returns when the link itself, not its target, was last modified; `None` if that cannot be read.
fn modified_at(link: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(link).ok()?.modified().ok()
}

/// Returns whether it is no failure that a link was not made: it exists, or links are unsupported or not permitted. A
/// denied permission concerns links alone, as the directory was written to a moment before.
fn is_harmless(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
    )
}
