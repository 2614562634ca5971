//! The files that may name a link to this program besides those that `setup` writes: a link that one of them needs
//! stays.
//!
//! Files of other repositories and workspaces are not known.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::env::SetupEnv;
use super::git::settings::file_that_names_link;
use crate::clients::programs::{DOCKER_HELPER, GIT_HELPER, PROGRAM_NAME, TERRAFORM_HELPER};
use crate::context::path_variable;

/// Returns a file that names the link of this name; `None` if none does. One that cannot be read may.
pub(crate) fn file_that_needs(name: &str, env: &SetupEnv) -> Option<PathBuf> {
    match name {
        GIT_HELPER => {
            let git = env.command("git")?;
            file_that_names_link(&git.program, git.deadline)
        }
        DOCKER_HELPER => first_with(docker_files(env), names_prusa_cred),
        TERRAFORM_HELPER => first_with(terraform_files(env), names_prusa_cred),
        "keyring" => first_with(python_files(env), sets_keyring),
        _ => first_with(bazel_files(env), names_prusa_cred),
    }
}

/// Returns the first of the files whose text meets `needs`, or that is there and cannot be read.
fn first_with(files: Vec<PathBuf>, needs: fn(&str) -> bool) -> Option<PathBuf> {
    files.into_iter().find(|file| may_need(file, needs))
}

/// Returns whether a file's text meets `needs`, or it is there and cannot be read.
pub(crate) fn may_need(file: &Path, needs: impl Fn(&str) -> bool) -> bool {
    match fs::read(file) {
        Ok(bytes) => needs(&String::from_utf8_lossy(&bytes)),
        Err(error) => !matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
        ),
    }
}

fn names_prusa_cred(text: &str) -> bool {
    text.contains(PROGRAM_NAME)
}

/// Returns whether pip or uv is told to run the program `keyring`, in a comment too.
fn sets_keyring(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.replace('_', "-"));
    lines.any(|line| line.contains("keyring-provider") && line.contains("subprocess"))
}

/// Returns the user's directory of configuration as programs of Unix have it.
fn config_home(env: &SetupEnv) -> PathBuf {
    path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"))
}

/// Returns the files in which Docker, Podman and their like name a helper (containers-registries.conf(5),
/// containers-auth.json(5)), and those of Helm and ORAS.
fn docker_files(env: &SetupEnv) -> Vec<PathBuf> {
    let config = config_home(env);
    let containers = [
        config.join("containers"),
        env.home.join(".config/containers"),
        "/etc/containers".into(),
        "/usr/share/containers".into(),
    ];
    let mut files = vec![
        env.home.join(".docker/config.json"),
        env.home.join(".dockercfg"),
        config.join("helm/registry/config.json"),
    ];
    for directory in &containers {
        files.push(directory.join("auth.json"));
        files.push(directory.join("registries.conf"));
        files.extend(files_in(&directory.join("registries.conf.d")));
    }
    let runtime = path_variable("XDG_RUNTIME_DIR").map(|it| it.join("containers/auth.json"));
    let docker = path_variable("DOCKER_CONFIG").map(|it| it.join("config.json"));
    let directory = path_variable("CONTAINERS_REGISTRIES_CONF_DIR");
    files.extend(directory.iter().flat_map(|it| files_in(it)));
    files.extend(runtime.into_iter().chain(docker));
    files.extend(
        [
            "REGISTRY_AUTH_FILE",
            "CONTAINERS_REGISTRIES_CONF",
            "HELM_REGISTRY_CONFIG",
        ]
        .into_iter()
        .filter_map(path_variable),
    );
    files
}

fn terraform_files(env: &SetupEnv) -> Vec<PathBuf> {
    let mut files = vec![
        env.home.join(".terraformrc"),
        env.home.join(".tofurc"),
        config_home(env).join("opentofu/tofurc"),
    ];
    files.extend(
        ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"]
            .into_iter()
            .filter_map(path_variable),
    );
    files
}

/// Returns the files of pip and uv for this user, this machine, this virtual environment and this directory.
fn python_files(env: &SetupEnv) -> Vec<PathBuf> {
    let config = config_home(env);
    let mut files = vec![
        env.home.join(".pip/pip.conf"),
        env.home.join(".config/pip/pip.conf"),
        config.join("pip/pip.conf"),
        "/etc/pip.conf".into(),
        "/etc/xdg/pip/pip.conf".into(),
        config.join("uv/uv.toml"),
        "/etc/uv/uv.toml".into(),
        "/etc/xdg/uv/uv.toml".into(),
    ];
    files.extend(
        ["PIP_CONFIG_FILE", "UV_CONFIG_FILE"]
            .into_iter()
            .filter_map(path_variable),
    );
    files.extend(path_variable("VIRTUAL_ENV").map(|it| it.join("pip.conf")));
    for directory in directories_above() {
        files.push(directory.join("uv.toml"));
        files.push(directory.join("pyproject.toml"));
    }
    files
}

/// Returns the files of flags of this user, this machine and this workspace, with those that they import.
fn bazel_files(env: &SetupEnv) -> Vec<PathBuf> {
    let mut files = vec![env.home.join(".bazelrc"), "/etc/bazel.bazelrc".into()];
    files.extend(directories_above().iter().map(|it| it.join(".bazelrc")));
    let mut seen = BTreeSet::new();
    let mut index = 0;
    while let Some(file) = files.get(index).cloned() {
        index += 1;
        let text = fs::read_to_string(&file).unwrap_or_default();
        if !seen.insert(file.clone()) {
            continue;
        }
        let directory = file.parent().unwrap_or(Path::new("")).to_owned();
        let imports = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let is_import = matches!(words.next()?, "import" | "try-import");
            is_import.then(|| words.next())?
        });
        files.extend(imports.map(|path| {
            let path = path.strip_prefix("%workspace%/").unwrap_or(path);
            directory.join(path)
        }));
    }
    files
}

/// Returns the current directory and those above it; none if it is not known.
fn directories_above() -> Vec<PathBuf> {
    let directory = std::env::current_dir().unwrap_or_default();
    directory.ancestors().map(Path::to_owned).collect()
}

fn files_in(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
