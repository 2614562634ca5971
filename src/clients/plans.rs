//! The plan of every client, by its name.

use super::env::SetupEnv;
use super::error::SetupError;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use super::{
    bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform, vscode,
};
use crate::cli::Client;

/// Returns what is to be done for a client.
pub(crate) fn plan_for(
    client: Client,
    env: &SetupEnv,
    scope: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let plan = match client {
        Client::Git => git::plan(env, scope),
        Client::Docker => docker_podman::docker_plan(env, scope),
        Client::Podman => docker_podman::podman_plan(env, scope),
        Client::Cargo => cargo::plan(env, scope),
        Client::Bazel => bazel::plan(env, scope),
        Client::Kubectl => kubectl::plan(env, scope),
        Client::Terraform => terraform::plan(env, scope),
        Client::Go => go::plan(env, scope),
        Client::Pip => pip_uv::pip_plan(env, scope),
        Client::Uv => pip_uv::uv_plan(env, scope),
        Client::ClaudeCode => claude_code::plan(env, scope),
        Client::VsCode => vscode::plan(env, scope),
    };
    plan.map(|plan| SetupPlan {
        profile: Some((scope.profile.name.clone(), scope.is_named)),
        ..plan
    })
}
