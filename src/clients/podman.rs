//! Podman, Buildah and Skopeo: `credHelpers` in `auth.json` (containers-auth.json(5); [`crate::protocol::docker`]).
//!
//! The file in the configuration directory is the one that outlives a session; what `podman login` put into the one of
//! this session is looked at first.

use std::path::PathBuf;

use super::docker::{self, has_login, helpers, with_links};
use super::plan::Plan;
use super::scope::{Host, Scope};
use super::{SetupEnv, SetupError};
use crate::context::path_variable;
use crate::protocol::docker::is_hub;

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file(env);
    let mut plan = helpers(scope, "Podman", file.clone(), key)?;
    let session =
        path_variable("XDG_RUNTIME_DIR").map(|it| it.join("containers").join("auth.json"));
    for host in &scope.hosts {
        let key = key(host);
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
    Ok(with_links(plan, vec![file, docker::file()?]))
}

pub(crate) fn file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("REGISTRY_AUTH_FILE") {
        return file;
    }
    let own = path_variable("XDG_CONFIG_HOME").filter(|_| cfg!(target_os = "linux"));
    let directory = own.unwrap_or_else(|| env.home.join(".config"));
    directory.join("containers").join("auth.json")
}

fn key(host: &Host) -> String {
    match host.pattern.exact_origin() {
        Some(origin) if is_hub(origin) => "docker.io".to_owned(),
        _ => host.name(),
    }
}
