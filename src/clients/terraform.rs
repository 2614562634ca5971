//! Terraform and OpenTofu: one `credentials_helper` block for all hosts ([`crate::protocol::terraform`]).
//!
//! The helper's program is looked for in the user's own directory of plugins, not on the search path.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::{ByHand, SetupPlan};
use super::setup_target::{Host, SetupTarget};
use crate::clients::edit::{Block, Entry, OURS, is_json};
use crate::clients::programs::{self, FOR_TERRAFORM};
use crate::context::{config_dir, path_variable};

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = if cfg!(windows) {
        config_dir()?.join("terraform.rc")
    } else {
        env.home.join(".terraformrc")
    };
    let file = path_variable("TF_CLI_CONFIG_FILE").unwrap_or(file);
    let block = Block {
        arguments: scope.options(),
        profile: scope.profile.name.clone(),
    };
    let lines = block.line();
    let mut plan = SetupPlan::new(file.clone(), [Entry::Block(block)]);
    let text = plan.read()?.unwrap_or_default();
    if plan.found(&text).is_err() && !is_json(&text) {
        let ours = format!("credentials_helper \"{OURS}\"");
        plan.entries.clear();
        plan.is_reached_otherwise = text.lines().any(|line| line.starts_with(&ours));
        plan.by_hand = Some(ByHand {
            lines,
            why: "it names credentials_helper in another way than prusa-cred does",
        });
    }
    let link = ProgramLink::on_path(FOR_TERRAFORM, vec![file]).inside(programs::plugins()?);
    plan.links.push(link);
    for host in &scope.hosts {
        let block = format!("credentials \"{}\"", host.name());
        if text
            .lines()
            .any(|line| line.trim_start().starts_with(&block))
        {
            plan.note(format!("its block {block} is used before {OURS} is asked"));
            plan.shadows.push(block);
        }
    }
    if scope.hosts.iter().all(Host::is_wildcard) {
        plan.note("Terraform asks for every host; those of the profile are answered");
    }
    let tofu: PathBuf = env.home.join(".tofurc");
    if tofu.exists() {
        plan.note("OpenTofu reads ~/.tofurc instead of this file: set TF_CLI_CONFIG_FILE to change that one");
    }
    Ok(plan)
}
