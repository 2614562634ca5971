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
use super::overruled::terraform::files_in as files_in_directory;
use crate::byte_order_mark::without_mark;
use crate::clients::programs::{
    DOCKER_HELPER, GIT_HELPER, KEYRING, PROGRAM_NAME, TERRAFORM_HELPER, terraform_directory,
};
use crate::context::path_variable;
use crate::store::read_foreign;

/// Returns a file that names the link of this name: one of the client's own `files`, or another that this program knows
/// of; `None` if none does. One that cannot be read may.
pub(crate) fn file_that_needs(
    name: &str,
    files: impl IntoIterator<Item = PathBuf>,
    env: &SetupEnv,
) -> Option<PathBuf> {
    let others = match name {
        GIT_HELPER => Vec::new(),
        DOCKER_HELPER => docker_files(env),
        TERRAFORM_HELPER => terraform_files(env),
        KEYRING => python_files(env),
        _ => bazel_files(env),
    };
    let needs = if name == KEYRING {
        sets_keyring
    } else {
        names_prusa_cred
    };
    let found = files
        .into_iter()
        .chain(others)
        .find(|it| may_need(it, needs));
    let by_git = || {
        let git = env.command("git").filter(|_| name == GIT_HELPER)?;
        file_that_names_link(&git.program, git.deadline)
    };
    found.or_else(by_git)
}

/// Returns whether a file's text meets `needs`, comments apart, or it is there and cannot be read.
fn may_need(file: &Path, needs: impl Fn(&str) -> bool) -> bool {
    match fs::metadata(file) {
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        Ok(metadata) if metadata.is_dir() => false,
        Ok(_) => read_foreign(file).map_or(true, |bytes| {
            let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
            needs(&without_comments(&text))
        }),
    }
}

/// Returns the text without the lines that are comments in any of the clients' languages. What stands behind something
/// else in a line, or in a comment of several lines, stays: then a link stays too.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &&str| {
        let line = without_mark(line).trim_start();
        ["#", ";", "//"].iter().any(|mark| line.starts_with(mark))
    };
    let lines = text.split_inclusive('\n').filter(|line| !is_comment(line));
    lines.collect()
}

fn names_prusa_cred(text: &str) -> bool {
    text.contains(PROGRAM_NAME)
}

/// Returns whether pip or uv is told to run the program `keyring`.
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
    let directory = terraform_directory();
    files.extend(directory.iter().flat_map(|it| files_in_directory(it)));
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
        let bytes = read_foreign(&file).ok().flatten().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
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
