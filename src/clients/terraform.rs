//! Terraform and OpenTofu: one `credentials_helper` block for all hosts ([`crate::protocol::terraform`]).
//!
//! Terraform looks for the helper's program in the user's directory of plugins, not on the search path.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::{ManualChange, SetupPlan};
use super::setup_target::SetupTarget;
use crate::clients::edit::{Block, Entry, has_credentials_helper, is_complete, runs_prusa_cred};
use crate::clients::programs::{self, TERRAFORM_HELPER};
use crate::context::{ContextError, config_dir};

/// Returns the plan for Terraform: one block for all hosts; where the file's own block cannot be edited, the line that
/// a person has to write. A file in JSON is refused only when it is edited. Reads the files, also for what goes
/// before the block.
///
/// # Errors
///
/// When the file cannot be read or is not UTF-8, a directory of the user is not known, or the profile answers only for
/// parts of hosts.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let (parts, hosts): (Vec<_>, Vec<_>) = target.hosts.iter().partition(|host| host.has_path());
    if hosts.is_empty() {
        return Err(target.no_paths("Terraform"));
    }
    let file = file(env)?;
    let block = Block {
        arguments: target.options(),
        profile: target.profile.name.clone(),
    };
    let lines = block.line();
    let directory = programs::terraform_directory()?;
    let found = overruled::terraform::precedence(&env.home, &directory, target, &file);
    let plan = SetupPlan::new(file.clone(), [Entry::Block(block)]);
    let mut plan = plan.with_precedence(found);
    let text = plan.read_file()?.unwrap_or_default();
    if plan.entry_states(&text).is_err() && (is_complete(&text) || runs_prusa_cred(&text)) {
        plan.entries.clear();
        plan.is_already_asked = runs_prusa_cred(&text);
        plan.manual_change = Some(ManualChange {
            lines,
            reason: "its credentials_helper is written in a form that prusa-cred does not edit",
        });
    }
    if let Some(other) = plan
        .asks_through
        .clone()
        .filter(|_| !has_credentials_helper(&text))
    {
        // All files together may have one block.
        plan.note(format!("the block in {other} is the one for all files"));
        plan.entries.clear();
        plan.is_already_asked = true;
    }
    let link =
        ProgramLink::on_path(TERRAFORM_HELPER, vec![file]).in_directory(directory.join("plugins"));
    plan.links.push(link);
    plan.note_parts("Terraform", &parts);
    if hosts.iter().all(|host| host.is_wildcard()) {
        plan.note("Terraform asks for every host; prusa-cred answers for those of the profile");
    }
    let tofu: PathBuf = env.home.join(".tofurc");
    if tofu.exists() {
        plan.note("OpenTofu reads ~/.tofurc instead of this file: set TF_CLI_CONFIG_FILE to change that one");
    }
    Ok(plan)
}

/// Returns the file that Terraform reads.
pub(super) fn file(env: &SetupEnv) -> Result<PathBuf, ContextError> {
    let file = if cfg!(windows) {
        config_dir()?.join("terraform.rc")
    } else {
        env.home.join(".terraformrc")
    };
    Ok(overruled::terraform::file_of_variable().unwrap_or(file))
}
