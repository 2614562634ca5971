//! git: `credential.https://HOST.helper`, an empty value and then ours (gitcredentials(7), "Credential Contexts").
//!
//! The empty value sets aside, for that host alone, every helper that stands before it: prusa-cred is the only one asked.
//! `git config` itself makes the change. Nothing is taken from the other helpers; they are asked again after `--undo`.

pub(crate) mod helpers;
mod others;

use std::path::{Path, PathBuf};

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::{Host, SetupTarget};
use crate::clients::edit::{Entry, GitHelper};
use crate::clients::programs::FOR_GIT;
use crate::context::path_variable;
use others::Others;

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let git = env.tool("git").ok_or(SetupError::NotInstalled("git"))?;
    let helpers: Vec<_> = scope
        .hosts
        .iter()
        .flat_map(Host::urls)
        .map(|url| GitHelper {
            url,
            value: scope.command_line(""),
            git: git.clone(),
        })
        .collect();
    let file = global_file(env);
    let lock = own_lock(&file);
    let mut plan = SetupPlan::new(file.clone(), helpers.into_iter().map(Entry::Git));
    plan.own_lock = Some(lock);
    plan.links.push(ProgramLink::on_path(FOR_GIT, vec![file]));
    let others = Others::read(&git, scope).unwrap_or_default();
    if !others.aside.is_empty() {
        let hosts = scope.shown();
        plan.note(format!(
            "{} no longer asked for {hosts}, and asked for other hosts as before",
            are(&others.aside)
        ));
    }
    if !others.behind.is_empty() {
        plan.note(format!(
            "{} still asked, after prusa-cred",
            are(&others.behind)
        ));
    }
    if others.is_ours_asked {
        plan.shadows.clone_from(&others.before_ours);
    }
    // By which profile, nothing of this tells.
    plan.is_reached_otherwise = others.is_ours_asked && !scope.is_named;
    Ok(plan)
}

fn are(helpers: &[String]) -> String {
    let verb = if helpers.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", helpers.join(", "))
}

/// Returns the file that `git config --global` writes.
fn global_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("GIT_CONFIG_GLOBAL") {
        return file;
    }
    let at_home = env.home.join(".gitconfig");
    let directory = path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"));
    let elsewhere = directory.join("git").join("config");
    let is_elsewhere = !at_home.exists() && elsewhere.exists();
    if is_elsewhere { elsewhere } else { at_home }
}

/// Returns the lock that git itself takes on its file.
fn own_lock(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
