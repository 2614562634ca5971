//! `setup CLIENT`: points another program here, shows how, or takes it back.
//!
//! A module for each client says what its configuration is to hold (`plan`); `engine` shows that, does it, or undoes it.
//! What is ours is known by its own text, which names prusa-cred or carries a mark: nothing else is noted anywhere. Files
//! of other programs hold secrets, so no line is shown that is not ours, or in our place.

mod bazel;
mod cargo;
mod claude_code;
mod diff;
pub(super) mod docker;
mod engine;
mod entry;
mod error;
mod git;
mod go;
pub(super) mod kubectl;
mod link;
mod overview;
mod paint;
mod pip;
mod place;
mod plan;
mod podman;
mod scope;
pub(super) mod state;
mod terraform;
mod told;
mod tool;
mod uv;
mod vscode;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::cli::Client;
use crate::cli::Setup;
use crate::commands::Problem;
use crate::context::Context;
use crate::context::home_dir;
use crate::deadline::Deadline;
use plan::Plan;
use scope::Scope;
use tool::Tool;

pub(crate) use error::SetupError;

/// How long the clients' own commands may take together: nobody but a person waits for them.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the plans of all clients are made from.
struct World {
    home: PathBuf,
    deadline: Deadline,
}

impl World {
    fn of(context: &Context) -> Result<Self> {
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

pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    if context.global.json {
        let text = "`prusa-cred setup` is for people and prints no JSON";
        return Err(Problem::Usage(text.to_owned()).into());
    }
    let Some(client) = options.client else {
        return overview::run(context);
    };
    let scope = Scope::find(context, &options.hosts, options.undo)?;
    let plan = plan_for(client, &World::of(context)?, &scope)?;
    let engine = engine::Engine::new(context, options, client, &scope, &plan);
    if options.undo {
        engine.undo()
    } else if options.apply {
        engine.apply()
    } else {
        engine.show()
    }
}

fn plan_for(client: Client, world: &World, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let plan = match client {
        Client::Git => git::plan(world, scope),
        Client::Docker => docker::plan(world, scope),
        Client::Podman => podman::plan(world, scope),
        Client::Cargo => cargo::plan(world, scope),
        Client::Bazel => bazel::plan(world, scope),
        Client::Kubectl => kubectl::plan(world, scope),
        Client::Terraform => terraform::plan(world, scope),
        Client::Go => go::plan(world, scope),
        Client::Pip => pip::plan(world, scope),
        Client::Uv => uv::plan(world, scope),
        Client::ClaudeCode => claude_code::plan(world, scope),
        Client::VsCode => vscode::plan(world, scope),
    };
    plan.map(|plan| Plan {
        profile: Some((scope.profile.name.clone(), scope.is_named)),
        ..plan
    })
}
