//! cargo: `credential-provider` of the registries whose index is on one of the hosts ([`crate::protocol::cargo`]).
//!
//! cargo has no command for it. Which registry is meant, its index tells.

use std::path::PathBuf;

use super::entry::{Entry, Key, registries};
use super::link::Link;
use super::plan::Plan;
use super::scope::Scope;
use super::{SetupError, World};
use crate::context::path_variable;
use crate::protocol::cargo;

pub(super) fn plan(world: &World, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file(world);
    let mut plan = Plan::new(file, []);
    let text = plan.read()?.unwrap_or_default();
    let all = registries(&text).map_err(|why| plan.unusable(why))?;
    let is_meant = |index: &str| {
        let origin = cargo::index(index);
        origin.is_ok_and(|origin| scope.hosts.iter().any(|host| host.pattern.matches(&origin)))
    };
    let mut words = vec!["prusa-cred".to_owned()];
    words.extend(scope.options());
    let value = format!(
        "[{}]",
        words
            .iter()
            .map(|it| format!("{it:?}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    let meant = all.into_iter().filter(|(_, index)| is_meant(index));
    plan.entries = meant
        .map(|(name, _)| {
            Entry::Toml(Key {
                table: vec!["registries".to_owned(), name],
                name: "credential-provider",
                value: value.clone(),
                behind: Some("index"),
            })
        })
        .collect();
    if plan.entries.is_empty() {
        return Err(SetupError::NoRegistry {
            path: plan.file,
            hosts: scope.shown(),
        });
    }
    plan.links.push(Link::our_name());
    Ok(plan)
}

/// Returns cargo's own file; its old name wins where it is there.
fn file(world: &World) -> PathBuf {
    let home = path_variable("CARGO_HOME").unwrap_or_else(|| world.home.join(".cargo"));
    let old = home.join("config");
    if old.is_file() {
        old
    } else {
        home.join("config.toml")
    }
}
