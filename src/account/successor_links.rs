//! Other names of a chain that a token set from the environment began.
//!
//! Where `on_rotate` makes each successor the environment's next token set, one login has many seeds. Each must lead to
//! the one file with the one lock: of two chains each would spend what the other had spent before. So a symbolic link
//! leads from the name that a successor's refresh token gives to the chain. Where links cannot be made, it is done
//! without.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::paths::{is_successor, successor_name};
use crate::platform;
use crate::token::RefreshToken;

/// How many pointers a chain keeps: whoever still holds an older set has been overtaken that often.
const MAX_LINKS: usize = 16;

/// Makes the chain that `path` leads to known by a refresh token as well. To be called under the chain's lock.
pub(super) fn link_to_chain(path: &Path, refresh_token: &RefreshToken) -> io::Result<()> {
    let chain = chain_file(path);
    let link = chain.with_file_name(successor_name(refresh_token));
    let Some(name) = chain.file_name().filter(|_| link != chain) else {
        return Ok(());
    };
    match platform::link_to_sibling(name, &link) {
        Ok(()) => {}
        Err(error) if is_harmless(&error) => return Ok(()),
        Err(error) => return Err(error),
    }
    // That a crash of the system might undo it is no reason to say otherwise.
    let _ = platform::sync_directory(platform::directory_of(&link));
    for old in links_to(&chain).into_iter().skip(MAX_LINKS) {
        let _ = platform::remove_if_exists(&old);
    }
    Ok(())
}

/// Takes away every pointer to the chain that `path` leads to. One that stays leads nowhere, which is no harm.
pub(super) fn remove_links(path: &Path) {
    for link in links_to(&chain_file(path)) {
        let _ = platform::remove_if_exists(&link);
    }
}

/// Returns the chain that a pointer leads to; `None` for what is no pointer.
pub(super) fn link_target(path: &Path) -> Option<PathBuf> {
    let name = fs::read_link(path).ok()?;
    let chain = path.with_file_name(&name);
    // What a person links elsewhere is a chain.
    (is_successor(&chain) && chain.file_name() == Some(name.as_os_str())).then_some(chain)
}

fn chain_file(path: &Path) -> PathBuf {
    link_target(path).unwrap_or_else(|| path.to_owned())
}

/// Returns the pointers to a chain, the newest first.
fn links_to(chain: &Path) -> Vec<PathBuf> {
    if !is_successor(chain) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(platform::directory_of(chain)) else {
        return Vec::new();
    };
    let mut links: Vec<(Option<SystemTime>, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_successor(path) && link_target(path).as_deref() == Some(chain))
        .map(|path| (modified_at(&path), path))
        .collect();
    links.sort_by(|one, other| other.cmp(one));
    links.into_iter().map(|(_, path)| path).collect()
}

fn modified_at(link: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(link).ok()?.modified().ok()
}

/// Returns whether there is nothing to tell of a link that was not made: one is there, or there can be none. The
/// directory was written to a moment before, so what is not allowed in it is links.
fn is_harmless(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
    )
}
