//! Terraform and OpenTofu: one `credentials_helper` block for all hosts ([`crate::protocol::terraform`]).
//!
//! The helper's program is looked for in the user's own directory of plugins, not on the search path.

use std::path::PathBuf;

use super::entry::{Block, Entry, OURS};
use super::link::Link;
use super::plan::Plan;
use super::scope::{Host, Scope};
use super::{SetupError, World};
use crate::commands::programs;
use crate::commands::programs::FOR_TERRAFORM;
use crate::context::config_dir;
use crate::context::path_variable;

pub(super) fn plan(world: &World, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = if cfg!(windows) {
        config_dir()?.join("terraform.rc")
    } else {
        world.home.join(".terraformrc")
    };
    let file = path_variable("TF_CLI_CONFIG_FILE").unwrap_or(file);
    let entry = Entry::Block(Block {
        arguments: scope.options(),
        profile: scope.profile.name.clone(),
    });
    let mut plan = Plan::new(file.clone(), [entry]);
    let link = Link::on_path(FOR_TERRAFORM, vec![file]).inside(programs::plugins()?);
    plan.links.push(link);
    let text = plan.read()?.unwrap_or_default();
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
    let tofu: PathBuf = world.home.join(".tofurc");
    if tofu.exists() {
        plan.note("OpenTofu reads ~/.tofurc instead of this file: set TF_CLI_CONFIG_FILE to change that one");
    }
    Ok(plan)
}
