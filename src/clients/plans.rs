//! Which plan a client has, by its name.

use std::path::Path;

use super::client_files::refuse_special_files;
use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::{PlannedProfile, SetupPlan};
use super::setup_target::{Reach, SetupTarget};
use super::{
    all_registries, bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform,
    vscode,
};
use crate::cli::Client;
use crate::clients::edit::Entry;
use crate::clients::path::lock_of;
use crate::clients::programs::{
    DOCKER_HELPER, GIT_HELPER, KEYRING, PROGRAM_NAME, TERRAFORM_HELPER,
};

/// Returns what is to be done for a client to ask prusa-cred for these hosts. Reads the client's files and may run git
/// or kubectl; nothing is changed.
///
/// # Errors
///
/// When the client cannot be set up for them, the file of cargo or Terraform cannot be read, or there is a pipe or
/// a device in the place of a file.
pub(crate) fn plan_for(
    client: Client,
    env: &SetupEnv,
    target: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    refuse_special_files(client, env)?;
    let is_for_all = target.reach == Reach::AllRegistries;
    let plan = match client {
        Client::Git => git::plan(env, target),
        Client::Docker if is_for_all => all_registries::docker_plan(env),
        Client::Docker => docker_podman::docker_plan(env, target),
        Client::Podman if is_for_all => all_registries::podman_plan(env),
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

/// Returns the name by which a client runs prusa-cred.
pub(crate) fn link_of(client: Client) -> &'static str {
    match client {
        Client::Git => GIT_HELPER,
        Client::Docker | Client::Podman => DOCKER_HELPER,
        Client::Bazel => bazel::LINK,
        Client::Terraform => TERRAFORM_HELPER,
        Client::Pip | Client::Uv => KEYRING,
        Client::Cargo | Client::Go | Client::Kubectl | Client::ClaudeCode | Client::VsCode => {
            PROGRAM_NAME
        }
    }
}

/// Returns the plan with an entry that `setup` has written for a client into this file, whatever the configuration says
/// now, and with the client's link.
pub(crate) fn plan_of_written(client: Client, file: &Path, entry: Entry) -> SetupPlan {
    let mut plan = SetupPlan::new(file.to_owned(), [entry]);
    let files = vec![file.to_owned()];
    plan.links
        .push(ProgramLink::on_path(link_of(client), files));
    if matches!(client, Client::Git | Client::Kubectl) {
        plan.client_lock = Some(lock_of(file));
    }
    plan
}
