//! Backups of other programs' files, which may hold secrets: written only where `setup --undo` needs one, removed by it,
//! and after a month by any run of `setup`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum as _;

use super::env::SetupEnv;
use super::plans::plan_for;
use super::setup_target::SetupTarget;
use crate::cli::Client;
use crate::context::Context;
use crate::platform;
use crate::profile::Profile;
use crate::token::UnixTime;

/// How long a backup is kept.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Returns the path of the backup of a client's file, `FILE.before-prusa-cred` beside it, whether or not it exists.
pub(crate) fn backup_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".before-prusa-cred");
    file.with_file_name(name)
}

/// Returns the client's files that have a backup now, each once: those that `setup` would change for one of these
/// profiles. A client that cannot be set up for a profile is left out. May run the clients' own commands.
pub(crate) fn files_with_backup(context: &Context, profiles: &[&Profile]) -> Vec<PathBuf> {
    let Ok(env) = SetupEnv::from_context(context) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for profile in profiles.iter().filter(|profile| !profile.hosts.is_empty()) {
        let Ok(target) = SetupTarget::for_profile(context, profile, Vec::new()) else {
            continue;
        };
        for client in Client::value_variants() {
            if let Ok(plan) = plan_for(*client, &env, &target)
                && backup_of(&plan.file).symlink_metadata().is_ok()
                && !files.contains(&plan.file)
            {
                files.push(plan.file);
            }
        }
    }
    files
}

/// Removes the backup of a file if it is older than a month, and returns its path then; `None` also if it cannot be
/// removed.
pub(crate) fn remove_if_old(file: &Path) -> Option<PathBuf> {
    let path = backup_of(file);
    let written_at = path.symlink_metadata().ok()?.modified().ok()?;
    let age = UnixTime::from(written_at).until(UnixTime::now());
    let is_removed = age > MAX_AGE && platform::remove_if_exists(&path).ok()?;
    is_removed.then_some(path)
}
