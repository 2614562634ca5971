//! Which plan a client has, by its name.

use std::path::Path;

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::{PlannedProfile, SetupPlan};
use super::setup_target::SetupTarget;
use super::{
    bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform, vscode,
};
use crate::cli::Client;
use crate::clients::edit::{Entry, KEYRING_MARK};
use crate::clients::path::lock_of;
use crate::clients::programs::{DOCKER_HELPER, GIT_HELPER, TERRAFORM_HELPER};

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

/// Returns the plan with an entry that `setup` has written for a client into this file, whatever the configuration says
/// now, and with the client's link.
pub(crate) fn plan_of_written(client: Client, file: &Path, entry: Entry) -> SetupPlan {
    let mut plan = SetupPlan::new(file.to_owned(), [entry]);
    let files = vec![file.to_owned()];
    plan.links.push(match client {
        Client::Git => ProgramLink::on_path(GIT_HELPER, files),
        Client::Docker | Client::Podman => ProgramLink::on_path(DOCKER_HELPER, files),
        Client::Bazel => ProgramLink::on_path(bazel::LINK, files),
        Client::Terraform => ProgramLink::on_path(TERRAFORM_HELPER, files),
        Client::Pip | Client::Uv => ProgramLink::shared_name(pip_uv::KEYRING, files, KEYRING_MARK),
        Client::Cargo | Client::Go | Client::Kubectl | Client::ClaudeCode | Client::VsCode => {
            ProgramLink::prusa_cred_itself()
        }
    });
    if matches!(client, Client::Git | Client::Kubectl) {
        plan.client_lock = Some(lock_of(file));
    }
    plan
}
