//! git: `credential.https://HOST.helper`, an empty value and then prusa-cred (gitcredentials(7), "Credential
//! Contexts").
//!
//! The empty value disables, for that host alone, every helper before it: prusa-cred is the only one asked. For a part
//! of a host, and for a host of which another profile has a part, git is told to send the path too (`useHttpPath`):
//! otherwise it asks for the whole host. `git config` itself makes the change. The entries of the other helpers stay, and
//! git asks them again after `--undo`.

pub(crate) mod helpers;
mod others;

use std::path::{Path, PathBuf};

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, GitHelper};
use crate::clients::programs::GIT_HELPER;
use crate::context::path_variable;
use others::OtherHelpers;

/// Returns the plan for git: an entry for each URL of the hosts in the file of `git config --global`. Runs git to note
/// which other helpers it asks, and whether it asks prusa-cred already; if that fails, neither is known.
///
/// # Errors
///
/// When git is not installed.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let git = env.command("git").ok_or(SetupError::NotInstalled("git"))?;
    let helpers: Vec<_> = target
        .hosts
        .iter()
        .flat_map(|host| {
            host.urls()
                .into_iter()
                .map(|url| (url, target.needs_path(host)))
        })
        .map(|(url, sends_path)| GitHelper {
            url,
            value: target.command_line(""),
            sends_path,
            git: git.clone(),
        })
        .collect();
    let file = global_file(env);
    let lock = lock_of(&file);
    let mut plan = SetupPlan::new(file.clone(), helpers.into_iter().map(Entry::Git));
    plan.client_lock = Some(lock);
    plan.links
        .push(ProgramLink::on_path(GIT_HELPER, vec![file]));
    let others = OtherHelpers::read(&git, target).unwrap_or_default();
    if !others.disabled.is_empty() {
        let hosts = target.host_list();
        plan.note(format!(
            "{} no longer asked for {hosts}, and asked for other hosts as before",
            with_verb(&others.disabled)
        ));
    }
    if !others.asked_after.is_empty() {
        plan.note(format!(
            "{} still asked, after prusa-cred",
            with_verb(&others.asked_after)
        ));
    }
    if others.is_prusa_cred_asked {
        plan.asked_before.clone_from(&others.asked_before);
    }
    // None of this shows for which profile prusa-cred is asked, nor whether git sends the path.
    let needs_path = target.hosts.iter().any(|host| target.needs_path(host));
    plan.is_already_asked = others.is_prusa_cred_asked && !target.must_name_profile && !needs_path;
    Ok(plan)
}

/// Returns the helpers' names, separated by commas, followed by "are", or "is" for one helper.
fn with_verb(helpers: &[String]) -> String {
    let verb = if helpers.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", helpers.join(", "))
}

/// Returns every file that `git config --global` may write.
pub(super) fn files(env: &SetupEnv) -> Vec<PathBuf> {
    let mut files = user_files(env).to_vec();
    files.extend(path_variable("GIT_CONFIG_GLOBAL"));
    files
}

/// Returns the two files that git takes for the user's own without a variable.
fn user_files(env: &SetupEnv) -> [PathBuf; 2] {
    let directory = path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"));
    [
        env.home.join(".gitconfig"),
        directory.join("git").join("config"),
    ]
}

/// Returns the file that `git config --global` writes.
fn global_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("GIT_CONFIG_GLOBAL") {
        return file;
    }
    let [at_home, xdg] = user_files(env);
    if !at_home.exists() && xdg.exists() {
        xdg
    } else {
        at_home
    }
}

/// Returns the path of the lock file that git takes for this configuration file.
fn lock_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
