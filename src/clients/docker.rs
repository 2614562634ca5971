//! Docker: `credHelpers` in `config.json`, by the registry's key ([`crate::protocol::docker`]).
//!
//! docker has no command for it. A key is compared as it is, so there are no wildcards, and Docker Hub's is an address.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::link::Link;
use super::plan::Plan;
use super::scope::{Host, Scope};
use super::{SetupEnv, SetupError, podman};
use crate::clients::edit::{Dialect, Entry, Member, OURS, Shape};
use crate::clients::programs::FOR_DOCKER;
use crate::context::{ContextError, home_dir, path_variable};
use crate::protocol::docker;
use crate::store::read_foreign;

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file()?;
    let mut plan = helpers(scope, "Docker", file.clone(), key)?;
    let store = read_json(&file).and_then(|config| Some(config.get("credsStore")? == OURS));
    plan.is_reached_otherwise = store.unwrap_or(false);
    Ok(with_links(plan, vec![file, podman::file(env)]))
}

/// Returns the file that docker reads.
pub(crate) fn file() -> Result<PathBuf, ContextError> {
    let directory = match path_variable("DOCKER_CONFIG") {
        Some(directory) => directory,
        None => home_dir()?.join(".docker"),
    };
    Ok(directory.join("config.json"))
}

fn key(host: &Host) -> String {
    let origin = host.pattern.exact_origin();
    origin.map_or_else(|| host.name(), docker::key_of)
}

pub(crate) fn with_links(mut plan: Plan, used_by: Vec<PathBuf>) -> Plan {
    plan.links.push(Link::on_path(FOR_DOCKER, used_by));
    plan
}

/// Returns the plan for a file with `credHelpers`, which Docker and its relatives share.
pub(crate) fn helpers(
    scope: &Scope<'_>,
    client: &'static str,
    file: PathBuf,
    key: impl Fn(&Host) -> String,
) -> Result<Plan, SetupError> {
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
    let mut plan = Plan::new(file, entries);
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
pub(crate) fn has_login(file: &Path, key: &str) -> bool {
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
    let bytes = read_foreign(file).ok()??;
    serde_json::from_slice(&bytes).ok()
}
