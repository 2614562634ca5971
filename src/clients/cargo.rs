//! cargo: `credential-provider` of the registries whose index is on one of the hosts ([`crate::protocol::cargo`]).
//!
//! cargo has no command for it. Which registry is meant, its index tells.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, Key, registries};
use crate::context::path_variable;
use crate::protocol::cargo;

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file(env);
    let mut plan = SetupPlan::new(file, []);
    let text = plan.read()?.unwrap_or_default();
    let all = registries(&text).map_err(|why| plan.unusable(why))?;
    let is_meant = |index: &str| {
        let origin = cargo::index(index);
        origin.is_ok_and(|origin| scope.hosts.iter().any(|host| host.pattern.matches(&origin)))
    };
    let mut words = vec!["prusa-cred".to_owned()];
    words.extend(scope.options());
    let value = toml_edit::Value::from_iter(words);
    let meant = all.into_iter().filter(|(_, index)| is_meant(index));
    plan.entries = meant
        .map(|(name, _)| {
            Entry::Toml(Key {
                table: vec!["registries".to_owned(), name],
                name: "credential-provider",
                value: value.clone(),
            })
        })
        .collect();
    if plan.entries.is_empty() {
        return Err(SetupError::NoRegistry {
            path: plan.file,
            hosts: scope.shown(),
        });
    }
    plan.links.push(ProgramLink::our_name());
    Ok(plan)
}

/// Returns cargo's own file; its old name wins where it is there.
fn file(env: &SetupEnv) -> PathBuf {
    let home = path_variable("CARGO_HOME").unwrap_or_else(|| env.home.join(".cargo"));
    let old = home.join("config");
    if old.is_file() {
        old
    } else {
        home.join("config.toml")
    }
}
