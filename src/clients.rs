//! Other programs' configuration: what points each of them here, and how that is put there, shown and taken away.
//!
//! A module for each client says what its configuration is to hold (`plan`). What is ours is known by its own text, which
//! names prusa-cred or carries a mark: nothing else is noted anywhere.

mod bazel;
mod cargo;
mod claude_code;
pub(crate) mod docker;
pub(crate) mod edit;
pub(crate) mod error;
pub(crate) mod git;
mod go;
pub(crate) mod kubectl;
pub(crate) mod link;
pub(crate) mod path;
mod pip;
pub(crate) mod plan;
mod podman;
pub(crate) mod programs;
pub(crate) mod scope;
pub(crate) mod state;
mod terraform;
mod tool;
mod uv;
mod vscode;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use self::plan::Plan;
use self::scope::Scope;
use self::tool::Tool;
use crate::cli::Client;
use crate::context::{Context, home_dir};
use crate::deadline::Deadline;

pub(crate) use error::SetupError;

/// How long the clients' own commands may take together: nobody but a person waits for them.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the plans of all clients are made from.
pub(crate) struct SetupEnv {
    home: PathBuf,
    deadline: Deadline,
}

impl SetupEnv {
    pub(crate) fn of(context: &Context) -> Result<Self> {
        Ok(Self {
            home: home_dir()?,
            deadline: Deadline::after(context.global.timeout.unwrap_or(TIMEOUT)),
        })
    }

    /// Returns a client's own command, if it is installed.
    fn tool(&self, name: &'static str) -> Option<Tool> {
        Tool::find(name, self.deadline)
    }
}

/// Returns what is to be done for a client.
pub(crate) fn plan_for(
    client: Client,
    env: &SetupEnv,
    scope: &Scope<'_>,
) -> Result<Plan, SetupError> {
    let plan = match client {
        Client::Git => git::plan(env, scope),
        Client::Docker => docker::plan(env, scope),
        Client::Podman => podman::plan(env, scope),
        Client::Cargo => cargo::plan(env, scope),
        Client::Bazel => bazel::plan(env, scope),
        Client::Kubectl => kubectl::plan(env, scope),
        Client::Terraform => terraform::plan(env, scope),
        Client::Go => go::plan(env, scope),
        Client::Pip => pip::plan(env, scope),
        Client::Uv => uv::plan(env, scope),
        Client::ClaudeCode => claude_code::plan(env, scope),
        Client::VsCode => vscode::plan(env, scope),
    };
    plan.map(|plan| Plan {
        profile: Some((scope.profile.name.clone(), scope.is_named)),
        ..plan
    })
}
