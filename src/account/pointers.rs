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
const MOST: usize = 16;

/// Makes the chain that `path` leads to known by a refresh token as well. To be called under the chain's lock.
pub(super) fn leave(path: &Path, refresh_token: &RefreshToken) -> io::Result<()> {
    let chain = chain_of(path);
    let pointer = chain.with_file_name(successor_name(refresh_token));
    let Some(name) = chain.file_name().filter(|_| pointer != chain) else {
        return Ok(());
    };
    match platform::link_to_sibling(name, &pointer) {
        Ok(()) => {}
        Err(error) if is_no_news(&error) => return Ok(()),
        Err(error) => return Err(error),
    }
    // That a crash of the system might undo it is no reason to say otherwise.
    let _ = platform::sync_directory(platform::directory_of(&pointer));
    for old in of_chain(&chain).into_iter().skip(MOST) {
        let _ = platform::remove_if_exists(&old);
    }
    Ok(())
}

/// Takes away every pointer to the chain that `path` leads to. One that stays leads nowhere, which is no harm.
pub(super) fn forget(path: &Path) {
    for pointer in of_chain(&chain_of(path)) {
        let _ = platform::remove_if_exists(&pointer);
    }
}

/// Returns the chain that a pointer leads to; `None` for what is no pointer.
pub(super) fn chain_behind(path: &Path) -> Option<PathBuf> {
    let name = fs::read_link(path).ok()?;
    let chain = path.with_file_name(&name);
    // What a person links elsewhere is a chain.
    (is_successor(&chain) && chain.file_name() == Some(name.as_os_str())).then_some(chain)
}

fn chain_of(path: &Path) -> PathBuf {
    chain_behind(path).unwrap_or_else(|| path.to_owned())
}

/// Returns the pointers to a chain, the newest first.
fn of_chain(chain: &Path) -> Vec<PathBuf> {
    if !is_successor(chain) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(platform::directory_of(chain)) else {
        return Vec::new();
    };
    let mut pointers: Vec<(Option<SystemTime>, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_successor(path) && chain_behind(path).as_deref() == Some(chain))
        .map(|path| (made_at(&path), path))
        .collect();
    pointers.sort_by(|one, other| other.cmp(one));
    pointers.into_iter().map(|(_, path)| path).collect()
}

fn made_at(pointer: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(pointer).ok()?.modified().ok()
}

/// Returns whether there is nothing to tell of a link that was not made: one is there, or there can be none. The
/// directory was written to a moment before, so what is not allowed in it is links.
fn is_no_news(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
    )
}
