//! cargo: `credential-provider` of the registries whose index is on one of the hosts ([`crate::protocol::cargo`]).
//!
//! cargo has no command that makes this change. A registry is on a host if its index is, wherever that is written: in
//! the user's file, which gets the key, or in a project's or a variable.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, Key, registries};
use crate::context::path_variable;
use crate::credential::Request;
use crate::protocol::cargo;

/// Returns the plan for cargo: a key for each registry that cargo knows here and whose index is on one of the hosts.
///
/// # Errors
///
/// When there is no such registry, or the file cannot be read or is not TOML.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file(env);
    let mut plan = SetupPlan::new(file, []);
    let text = plan.read_file()?.unwrap_or_default();
    let registries = registries(&text).map_err(|reason| plan.not_editable(reason))?;
    let is_on_a_host = |index: &str| {
        let request = cargo::index(index).ok();
        let place = request.as_ref().and_then(Request::place);
        place.is_some_and(|place| target.covers(&place))
    };
    let mut words = vec!["prusa-cred".to_owned()];
    words.extend(target.options());
    let value = toml_edit::Value::from_iter(words);
    let is_known = |name: &str| registries.iter().any(|(it, _)| it == name);
    let elsewhere = overruled::cargo::registries_elsewhere(&plan.file).into_iter();
    let elsewhere: Vec<_> = elsewhere.filter(|(name, _)| !is_known(name)).collect();
    let matching = registries.iter().chain(&elsewhere);
    let names: Vec<_> = matching
        .filter(|(_, index)| is_on_a_host(index))
        .map(|(name, _)| name.clone())
        .collect();
    let found = overruled::cargo::precedence(target, &plan.file, &names, &target.options());
    plan.entries = names
        .into_iter()
        .map(|name| {
            Entry::Toml(Key {
                makes_table: !is_known(&name),
                table: vec!["registries".to_owned(), name],
                name: "credential-provider".into(),
                value: value.clone(),
            })
        })
        .collect();
    if plan.entries.is_empty() {
        return Err(SetupError::NoMatchingRegistry {
            path: plan.file,
            hosts: target.host_list(),
        });
    }
    plan.links.push(ProgramLink::prusa_cred_itself());
    Ok(plan.with_precedence(found))
}

/// Returns the user's configuration files by both names that cargo reads, the old one first.
pub(super) fn files(env: &SetupEnv) -> Vec<PathBuf> {
    let home = path_variable("CARGO_HOME").unwrap_or_else(|| env.home.join(".cargo"));
    vec![home.join("config"), home.join("config.toml")]
}

/// Returns the user's configuration file; one with the old name `config` takes precedence, as in cargo.
fn file(env: &SetupEnv) -> PathBuf {
    let files = files(env);
    let old = files.iter().find(|file| file.is_file());
    old.or(files.last()).cloned().unwrap_or_default()
}
