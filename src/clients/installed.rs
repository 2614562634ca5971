//! Whether a client is on this machine, as far as that can be told without running it.

use super::client_files::client_files;
use super::docker_podman::docker_file;
use super::env::SetupEnv;
use crate::cli::Client;
use crate::platform;
use crate::program::find;

/// Returns whether one of a client's programs is on the search path, or it has a configuration file here.
pub(crate) fn is_installed(client: Client, env: &SetupEnv) -> bool {
    programs_of(client).iter().any(|name| find(name).is_some()) || has_file(client, env)
}

/// Returns the names by which a client may be on the search path.
fn programs_of(client: Client) -> &'static [&'static str] {
    match client {
        Client::Git => &["git"],
        Client::Docker => &["docker"],
        Client::Podman => &["podman", "buildah", "skopeo"],
        Client::Cargo => &["cargo"],
        Client::Bazel => &["bazel", "bazelisk"],
        Client::Kubectl => &["kubectl"],
        Client::Terraform => &["terraform", "tofu"],
        Client::Go => &["go"],
        Client::Pip => &["pip", "pip3"],
        Client::Uv => &["uv"],
        Client::ClaudeCode => &["claude"],
        Client::VsCode => &["code", "codium"],
    }
}

/// Returns whether one of the files that `setup` would change is there, or for VS Code, which is often not on the search
/// path, its directory.
fn has_file(client: Client, env: &SetupEnv) -> bool {
    let files = client_files(client, env).into_iter();
    // With `DOCKER_CONFIG` Podman reads Docker's file, which says nothing about Podman.
    let docker = docker_file().ok().filter(|_| client == Client::Podman);
    files
        .filter(|file| docker.as_ref() != Some(file))
        .any(|file| match client {
            Client::VsCode => platform::directory_of(&file).is_dir(),
            _ => file.exists(),
        })
}
