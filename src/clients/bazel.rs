//! Bazel: `--credential_helper=HOST=NAME` in the home's `.bazelrc` ([`crate::protocol::bazel`]).
//!
//! Bazel runs a program without further arguments, so the name of a link tells prusa-cred that Bazel runs it. The
//! flag's scope is a host without its port; what Bazel then asks for has a path.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, Flag};

pub(super) const LINK: &str = "bazel-credential-prusa-cred";

/// Returns the plan for Bazel: a flag for each host without its port, each once. It never fails.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file(env);
    let mut names: Vec<String> = Vec::new();
    let mut has_ports = false;
    let mut parts = Vec::new();
    for host in &target.hosts {
        if host.has_path() {
            parts.push(host.name());
        }
        let name = host.host_name();
        let (name, port) = match name.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host.to_owned(), Some(port)),
            _ => (name.clone(), None),
        };
        has_ports |= port.is_some();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let found = overruled::bazel::precedence(&file, &names);
    let entries = names.into_iter().map(|name| {
        Entry::Flag(Flag {
            command: "common".into(),
            key: format!("--credential_helper={name}="),
            value: LINK.to_owned(),
        })
    });
    let mut plan = SetupPlan::new(file.clone(), entries);
    plan.links.push(ProgramLink::on_path(LINK, vec![file]));
    if has_ports {
        plan.note("Bazel asks for a host on every port; prusa-cred answers only for the port of the profile");
    }
    if !parts.is_empty() {
        let parts = parts.join(", ");
        plan.note(format!(
            "Bazel asks for everything on a host; prusa-cred answers only for what is at and below {parts}"
        ));
    }
    plan.warn_if_profile_cannot_be_named(target, "Bazel");
    Ok(plan.with_precedence(found))
}

/// Returns the user's own file of flags.
pub(super) fn file(env: &SetupEnv) -> PathBuf {
    env.home.join(".bazelrc")
}
