//! Docker, and Podman with Buildah and Skopeo: `credHelpers` in `config.json` and in `auth.json`
//! (containers-auth.json(5)), by the registry's key ([`crate::protocol::docker`]).
//!
//! docker has no command that makes this change. A key is compared literally, so there are no wildcards, and Docker
//! Hub's is a URL. Podman's file in the configuration directory outlives a session, but what `podman login` has written
//! to the file of this session takes precedence.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::{Host, SetupTarget};
use crate::byte_order_mark::without_utf8_mark;
use crate::cli::Client;
use crate::clients::edit::{Dialect, Entry, Member, Shape};
use crate::clients::programs::{DOCKER_HELPER, PROGRAM_NAME};
use crate::clients::registry_logins::holds_login;
use crate::context::{ContextError, home_dir, path_variable};
use crate::escape::shell_word_of;
use crate::protocol::docker::{is_hub, key_of};
use crate::store::read_foreign;

/// Returns the plan for Docker: a helper for each host that is not a wildcard, and notes about the wildcards and about
/// logins in the file. `is_already_asked` is whether the file's `credsStore` is prusa-cred. A file that cannot be read
/// is taken for empty.
///
/// # Errors
///
/// When all hosts are wildcards, or there is no home directory.
pub(crate) fn docker_plan(
    env: &SetupEnv,
    target: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let file = docker_file()?;
    let hosts: Vec<_> = target.hosts.iter().collect();
    let mut plan = helpers_plan(target, &hosts, "Docker", file.clone(), docker_key)?;
    for host in hosts
        .into_iter()
        .filter(|host| host.has_path() && !host.is_wildcard())
    {
        let name = host.name();
        plan.note(format!(
            "docker itself asks for whole hosts only; crane and its like ask for {name}, if that is a whole repository"
        ));
    }
    let keys: Vec<_> = target.hosts.iter().map(docker_key).collect();
    let config = read_json(&file).unwrap_or_default();
    // A helper that is empty or `null` goes before the one for all.
    let helper = |key: &String| config.get("credHelpers").and_then(|it| it.get(key));
    let is_store = |key: &String| helper(key).is_none_or(|it| it == PROGRAM_NAME);
    plan.is_already_asked = config
        .get("credsStore")
        .is_some_and(|it| it == PROGRAM_NAME)
        && keys.iter().any(is_store);
    if !plan.is_already_asked {
        plan.note(offer_of_all(Client::Docker));
    }
    let found = overruled::docker::precedence(keys.iter().map(String::as_str));
    let plan = plan.with_precedence(found);
    Ok(with_link(plan, vec![file, podman_file(env)]))
}

/// Returns the configuration file of docker: `config.json` in `DOCKER_CONFIG`, else in `~/.docker`.
pub(crate) fn docker_file() -> Result<PathBuf, ContextError> {
    let directory = match path_variable("DOCKER_CONFIG") {
        Some(directory) => directory,
        None => home_dir()?.join(".docker"),
    };
    Ok(directory.join("config.json"))
}

/// Returns the key that Docker's configuration has for the host: Docker Hub's URL, or else its name, for a wildcard
/// `*.HOST`.
fn docker_key(host: &Host) -> String {
    let origin = host.pattern.whole_origin();
    origin.map_or_else(|| host.name(), key_of)
}

/// Returns the plan for Podman: a helper for each host that is not a wildcard, and notes about the wildcards and about
/// logins in the file, and what goes before it. A file that cannot be read is
/// taken for empty.
///
/// # Errors
///
/// When all hosts are wildcards, or there is no home directory.
pub(crate) fn podman_plan(
    env: &SetupEnv,
    target: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let file = podman_file(env);
    let (parts, hosts): (Vec<_>, Vec<_>) = target.hosts.iter().partition(|host| host.has_path());
    if hosts.is_empty() {
        return Err(target.no_paths("Podman"));
    }
    let mut plan = helpers_plan(target, &hosts, "Podman", file.clone(), podman_key)?;
    plan.note_parts("Podman", &parts);
    let keys: Vec<_> = hosts.into_iter().map(podman_key).collect();
    let found = overruled::podman::precedence(env, &file, keys.iter().map(String::as_str));
    let mut plan = plan.with_precedence(found);
    if plan.asks_through.is_none() {
        plan.note(offer_of_all(Client::Podman));
    }
    Ok(with_link(plan, vec![file, docker_file()?]))
}

/// Returns Podman's `auth.json` that outlives a session: `REGISTRY_AUTH_FILE`, else docker's file where `DOCKER_CONFIG`
/// is set, which Podman then reads alone, else the one in `XDG_CONFIG_HOME` (on Linux only) or `~/.config`.
pub(super) fn podman_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("REGISTRY_AUTH_FILE") {
        return file;
    }
    if let Some(directory) = path_variable("DOCKER_CONFIG") {
        return directory.join("config.json");
    }
    let own = path_variable("XDG_CONFIG_HOME").filter(|_| cfg!(target_os = "linux"));
    let directory = own.unwrap_or_else(|| env.home.join(".config"));
    directory.join("containers").join("auth.json")
}

/// Returns the key that Podman's file has for the host: its name, or `docker.io` for Docker Hub.
fn podman_key(host: &Host) -> String {
    match host.pattern.exact_origin() {
        Some(origin) if is_hub(origin) => "docker.io".to_owned(),
        _ => host.name(),
    }
}

/// Returns the note that prusa-cred can be asked for other registries too.
fn offer_of_all(client: Client) -> String {
    format!(
        "prusa-cred can keep the logins of all registries: prusa-cred setup {} --all-registries",
        client.word()
    )
}

/// Returns the plan with the link to the credential helper that Docker and Podman run, added for the files `used_by`.
pub(super) fn with_link(mut plan: SetupPlan, used_by: Vec<PathBuf>) -> SetupPlan {
    plan.links
        .push(ProgramLink::on_path(DOCKER_HELPER, used_by));
    plan
}

/// Returns the plan for a file with `credHelpers`, in which `key` gives the name of each of `hosts`: each name once,
/// and a note for each wildcard instead, each login in the file that is no longer used, and a profile that cannot be
/// named. Fails if all hosts are wildcards.
fn helpers_plan(
    target: &SetupTarget<'_>,
    hosts: &[&Host],
    client: &'static str,
    file: PathBuf,
    key: impl Fn(&Host) -> String,
) -> Result<SetupPlan, SetupError> {
    let (wildcards, hosts): (Vec<&Host>, Vec<&Host>) =
        hosts.iter().partition(|host| host.is_wildcard());
    if hosts.is_empty() {
        return Err(SetupError::NoWildcards { client });
    }
    let mut keys: Vec<String> = Vec::new();
    for key in hosts.into_iter().map(key) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let entries = keys.iter().map(|key| {
        Entry::Json(Member {
            dialect: Dialect::Strict,
            names: vec!["credHelpers".to_owned(), key.clone()],
            shape: Shape::Text(PROGRAM_NAME.to_owned()),
            replaces: None,
        })
    });
    let mut plan = SetupPlan::new(file, entries);
    for host in wildcards {
        let name = host.name();
        plan.note(format!(
            "{client} has no wildcards: name the hosts of {name} with --host"
        ));
    }
    for key in keys {
        if !has_login(&plan.file, &key) {
            continue;
        }
        plan.note(format!(
            "a login for {key} in the file itself is no longer used; `{} logout {}` removes it",
            client.to_lowercase(),
            shell_word_of(&key)
        ));
    }
    plan.warn_if_profile_cannot_be_named(target, client);
    Ok(plan)
}

/// Returns whether the file holds a login for a registry; `false` if it cannot be read.
fn has_login(file: &Path, key: &str) -> bool {
    let config = read_json(file).unwrap_or_default();
    holds_login(config.get("auths"), key)
}

/// Returns the file's JSON; `None` if it is missing, unreadable or invalid, which is an error when it is edited.
pub(super) fn read_json(file: &Path) -> Option<Value> {
    let bytes = read_foreign(file).ok()??;
    serde_json::from_slice(without_utf8_mark(&bytes)).ok()
}
