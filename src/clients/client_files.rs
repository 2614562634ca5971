//! The files of each client that `setup` changes, without a profile: where a backup of one may be.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::{
    bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform, vscode,
};
use crate::cli::Client;

/// Returns every file that `setup` may change for a client with the variables of now, whether or not it exists; the
/// same may be there twice. None if a directory is not known. Runs no command.
pub(crate) fn client_files(client: Client, env: &SetupEnv) -> Vec<PathBuf> {
    match client {
        Client::Git => git::files(env),
        Client::Docker => docker_podman::docker_file().into_iter().collect(),
        Client::Podman => vec![docker_podman::podman_file(env)],
        Client::Cargo => cargo::files(env),
        Client::Bazel => vec![bazel::file(env)],
        Client::Kubectl => kubectl::files().unwrap_or_default(),
        Client::Terraform => terraform::file(env).into_iter().collect(),
        Client::Go => go::file().into_iter().collect(),
        Client::Pip => pip_uv::pip_file(env).into_iter().collect(),
        Client::Uv => pip_uv::uv_file(env).into_iter().collect(),
        Client::ClaudeCode => vec![claude_code::file(env)],
        Client::VsCode => vscode::files().unwrap_or_default(),
    }
}
