//! Docker: `credHelpers` in `config.json`, by the registry's key ([`crate::protocol::docker`]).
//!
//! docker has no command for it. A key is compared as it is, so there are no wildcards, and Docker Hub's is an address.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::{Host, SetupTarget};
use crate::clients::edit::{Dialect, Entry, Member, OURS, Shape};
use crate::clients::programs::FOR_DOCKER;
use crate::context::{ContextError, home_dir, path_variable};
use crate::protocol::docker::{is_hub, key_of};
use crate::store::read_of_others;

pub(crate) fn docker_plan(
    env: &SetupEnv,
    scope: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let file = docker_file()?;
    let mut plan = helpers(scope, "Docker", file.clone(), docker_key)?;
    let store = read_json(&file).and_then(|config| Some(config.get("credsStore")? == OURS));
    plan.is_reached_otherwise = store.unwrap_or(false);
    Ok(with_links(plan, vec![file, podman_file(env)]))
}

/// Returns the file that docker reads.
pub(crate) fn docker_file() -> Result<PathBuf, ContextError> {
    let directory = match path_variable("DOCKER_CONFIG") {
        Some(directory) => directory,
        None => home_dir()?.join(".docker"),
    };
    Ok(directory.join("config.json"))
}

fn docker_key(host: &Host) -> String {
    let origin = host.pattern.exact_origin();
    origin.map_or_else(|| host.name(), key_of)
}

pub(crate) fn podman_plan(
    env: &SetupEnv,
    scope: &SetupTarget<'_>,
) -> Result<SetupPlan, SetupError> {
    let file = podman_file(env);
    let mut plan = helpers(scope, "Podman", file.clone(), podman_key)?;
    let session =
        path_variable("XDG_RUNTIME_DIR").map(|it| it.join("containers").join("auth.json"));
    for host in &scope.hosts {
        let key = podman_key(host);
        if session
            .as_ref()
            .is_some_and(|session| *session != file && has_login(session, &key))
        {
            plan.note(format!(
                "this session's login for {key} is used first, until `podman logout {key}`"
            ));
            plan.shadows.push(format!("this session's login for {key}"));
        }
    }
    Ok(with_links(plan, vec![file, docker_file()?]))
}

fn podman_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("REGISTRY_AUTH_FILE") {
        return file;
    }
    let own = path_variable("XDG_CONFIG_HOME").filter(|_| cfg!(target_os = "linux"));
    let directory = own.unwrap_or_else(|| env.home.join(".config"));
    directory.join("containers").join("auth.json")
}

fn podman_key(host: &Host) -> String {
    match host.pattern.exact_origin() {
        Some(origin) if is_hub(origin) => "docker.io".to_owned(),
        _ => host.name(),
    }
}

fn with_links(mut plan: SetupPlan, used_by: Vec<PathBuf>) -> SetupPlan {
    plan.links.push(ProgramLink::on_path(FOR_DOCKER, used_by));
    plan
}

/// Returns the plan for a file with `credHelpers`, which Docker and its relatives share.
fn helpers(
    scope: &SetupTarget<'_>,
    client: &'static str,
    file: PathBuf,
    key: impl Fn(&Host) -> String,
) -> Result<SetupPlan, SetupError> {
    let (many, hosts): (Vec<_>, Vec<_>) = scope.hosts.iter().partition(|host| host.is_wildcard());
    if hosts.is_empty() {
        return Err(SetupError::OnlyWildcards { client });
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
            shape: Shape::Text(OURS.to_owned()),
        })
    });
    let mut plan = SetupPlan::new(file, entries);
    for host in many {
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
            "a login for {key} in the file itself is no longer used; `{} logout {key}` removes it",
            client.to_lowercase()
        ));
    }
    plan.cannot_name(scope, client);
    Ok(plan)
}

/// Returns whether the file holds a login for a registry.
fn has_login(file: &Path, key: &str) -> bool {
    let config = read_json(file).unwrap_or_default();
    is_among(config.get("auths"), key)
}

/// Returns whether there is something to sign in with for a registry; an entry that a helper stands behind is empty.
pub(crate) fn is_among(auths: Option<&Value>, key: &str) -> bool {
    fn bare(key: &str) -> &str {
        let key = key.split_once("://").map_or(key, |(_, rest)| rest);
        key.trim_end_matches('/')
    }
    let Some(auths) = auths.and_then(Value::as_object) else {
        return false;
    };
    auths.iter().any(|(name, entry)| {
        let holds = |field| entry.get(field).is_some_and(|value| value != "");
        bare(name) == bare(key) && ["auth", "password", "identitytoken"].into_iter().any(holds)
    })
}

/// Reads the file. Whatever is wrong with it shows when it is edited.
fn read_json(file: &Path) -> Option<Value> {
    let bytes = read_of_others(file).ok()??;
    serde_json::from_slice(&bytes).ok()
}
