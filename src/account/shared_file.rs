//! Whose login a sealed token file is where several profiles name one file: every one of them can read it.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::paths::{PRUSA_FILE, SDK_FILE, TOKENS_DIR, is_successor, under};
use crate::context::{Context, ContextError, config_dir};
use crate::profile::{Holds, PRUSA, Profile, Profiles};
use crate::store::Label;

/// Returns the label of a profile's token file at `path`: that of the profile whose own place it is, else of the first
/// by name of those that have it as their `token_file`. A file that is labelled as another one's of these counts as
/// well, so that one more profile with the file locks nobody out.
///
/// Paths are compared as they are written: through a link, somebody who may write the directory of one profile could
/// give it the login of another.
///
/// # Errors
///
/// When there is no configuration directory.
pub(super) fn shared_label(
    context: &Context,
    profile: &Profile,
    path: &Path,
) -> Result<Label, ContextError> {
    let path = plain(path);
    // `doctor` goes on without a configuration that cannot be read.
    let profiles = context.profiles().ok();
    let has_moved = |name: &String| {
        let owner = profiles.and_then(|profiles| profiles.named(name));
        owner.is_some_and(|owner| owner.token_file.is_some() && !may_vary(owner))
    };
    let owner = owner_of_place(&path)?.filter(|name| !has_moved(name));
    let mut sharing: Vec<&Profile> = profiles
        .into_iter()
        .flat_map(Profiles::iter)
        .filter(|other| other.token_file.as_deref().map(plain).as_ref() == Some(&path))
        .collect();
    sharing.sort_by_key(|other| may_vary(other));
    let sharing = sharing.into_iter().map(|other| other.name.clone());
    let mut names: Vec<String> = owner.into_iter().chain(sharing).collect();
    names.push(profile.name.clone());
    Ok(Label::login_of_any(names))
}

/// Returns whether the profile's `token_file` may be another one in the next run, as a variable can name it.
fn may_vary(profile: &Profile) -> bool {
    profile.variable(Holds::TokenFile).is_some()
}

/// Returns the name of the profile that has its login at `path` unless its `token_file` says otherwise; that profile
/// need not exist. `None` if there is none such.
fn owner_of_place(path: &Path) -> Result<Option<String>, ContextError> {
    let config_dir = plain(&config_dir()?);
    if [PRUSA_FILE, SDK_FILE]
        .iter()
        .any(|parts| under(&config_dir, *parts) == path)
    {
        return Ok(Some(PRUSA.to_owned()));
    }
    let is_own = path.parent() == Some(&*under(&config_dir, TOKENS_DIR))
        && path.extension() == Some(OsStr::new("json"))
        && !is_successor(path);
    let name = path.file_stem().and_then(OsStr::to_str);
    Ok(name.filter(|_| is_own).map(str::to_owned))
}

/// Returns a path as an absolute one without `.` and `..`, if the working directory is known. Nothing is looked up.
fn plain(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_compared_without_its_detours() {
        let root = std::env::temp_dir();
        for other in ["a/./b", "a//b", "c/../a/b", "a/b/", "a/c/.././b"] {
            assert_eq!(
                plain(&root.join(other)),
                plain(&root.join("a/b")),
                "{other}"
            );
        }
        assert_ne!(plain(&root.join("a/B")), plain(&root.join("a/b")));
    }
}
