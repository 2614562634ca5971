//! The files of each client that `setup` changes, without a profile: where a backup of one may be.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::{
    all_registries, bazel, cargo, claude_code, docker_podman, git, go, kubectl, pip_uv, terraform,
    vscode,
};
use crate::cli::Client;

/// Returns every file that `setup` may change for a client with the variables of now, whether or not it exists; the
/// same may be there twice. None if a directory is not known. Runs no command.
pub(crate) fn client_files(client: Client, env: &SetupEnv) -> Vec<PathBuf> {
    match client {
        Client::Git => git::files(env),
        Client::Docker => docker_podman::docker_file().into_iter().collect(),
        Client::Podman => vec![
            docker_podman::podman_file(env),
            all_registries::podman_file(env),
        ],
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

/// Fails if one of the files that `setup` may change for a client is there and neither a regular file nor a directory:
/// whoever opens a pipe, as git and kubectl would, waits for ever.
pub(crate) fn refuse_special_files(client: Client, env: &SetupEnv) -> Result<(), SetupError> {
    let is_special = |path: &PathBuf| {
        let metadata = path.metadata();
        metadata.is_ok_and(|it| !it.is_file() && !it.is_dir())
    };
    match client_files(client, env).into_iter().find(is_special) {
        Some(path) => Err(SetupError::NotEditable {
            path,
            reason: "it is not a regular file".to_owned(),
        }),
        None => Ok(()),
    }
}
