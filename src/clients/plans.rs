//! Which plan a client has, by its name.

use super::env::SetupEnv;
use super::error::SetupError;
use super::setup_plan::{PlannedProfile, SetupPlan};
use super::setup_target::SetupTarget;
use super::{
    bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform, vscode,
};
use crate::cli::Client;

/// Returns what is to be done for a client to ask prusa-cred for these hosts. Reads the client's files and may run git
/// or kubectl; nothing is changed.
///
/// # Errors
///
/// When the client cannot be set up for them, or the file of cargo or Terraform cannot be read.
pub(crate) fn plan_for(
    client: Client,
    env: &SetupEnv,
    target: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let plan = match client {
        Client::Git => git::plan(env, target),
        Client::Docker => docker_podman::docker_plan(env, target),
        Client::Podman => docker_podman::podman_plan(env, target),
        Client::Cargo => cargo::plan(env, target),
        Client::Bazel => bazel::plan(env, target),
        Client::Kubectl => kubectl::plan(env, target),
        Client::Terraform => terraform::plan(env, target),
        Client::Go => go::plan(env, target),
        Client::Pip => pip_uv::pip_plan(env, target),
        Client::Uv => pip_uv::uv_plan(env, target),
        Client::ClaudeCode => claude_code::plan(env, target),
        Client::VsCode => vscode::plan(env, target),
    };
    plan.map(|plan| SetupPlan {
        profile: Some(PlannedProfile {
            name: target.profile.name.clone(),
            must_be_named: target.must_name_profile,
        }),
        ..plan
    })
}
