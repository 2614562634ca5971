//! Docker and Podman asking prusa-cred for all registries, also for those that no profile names: it saves their logins.
//!
//! Docker: `credsStore` in `config.json`. A store that is there already is replaced, and comes back when this is undone.
//! Podman, Buildah and Skopeo: `credential-helpers` (containers-registries.conf(5)) in a file of its own that is added to
//! `registries.conf`, as the user's own file of that name would hide the machine's. The first helper that has an answer
//! counts, so that those which were asked before are asked after prusa-cred.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::docker_podman::{docker_file, podman_file as podman_logins, read_json, with_link};
use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled::podman::{FILES, OtherHelpers, added_directory};
use super::setup_plan::SetupPlan;
use crate::clients::edit::{Dialect, Entry, Key, Member, Shape};
use crate::clients::path::display_path;
use crate::clients::programs::PROGRAM_NAME;
use crate::clients::registry_logins::names_of_logins;
use crate::escape::excerpt;

const DOCKER_KEY: &str = "credsStore";
const PODMAN_KEY: &str = "credential-helpers";

/// The note about what prusa-cred does with the logins of registries.
const SAVES: &str = "a login for a registry that no profile answers for is saved in prusa-cred: `prusa-cred list` shows them";

/// Returns the plan that makes prusa-cred Docker's store. A file that cannot be read is taken for empty.
///
/// # Errors
///
/// When there is no home directory.
pub(super) fn docker_plan(env: &SetupEnv) -> Result<SetupPlan, SetupError> {
    let file = docker_file()?;
    let config = read_json(&file).unwrap_or_default();
    let before = config.get(DOCKER_KEY).and_then(Value::as_str);
    let before = before.filter(|name| *name != PROGRAM_NAME);
    let entry = Entry::Json(Member {
        dialect: Dialect::Strict,
        names: vec![DOCKER_KEY.to_owned()],
        shape: Shape::Text(PROGRAM_NAME.to_owned()),
        replaces: before.map(|name| Shape::Text(name.to_owned())),
    });
    let mut plan = SetupPlan::new(file.clone(), [entry]);
    if let Some(before) = before.filter(|name| !name.is_empty()) {
        let before = excerpt(before);
        plan.note(format!(
            "the logins that Docker has stored with {before} stay there, but it is no longer asked: log in again with \
             `docker login REGISTRY`, or keep {before} for a registry by \"REGISTRY\": \"{before}\" in credHelpers"
        ));
    } else {
        let held = names_of_logins(config.get("auths"));
        if !held.is_empty() {
            let held: Vec<_> = held.iter().map(|name| excerpt(name)).collect();
            plan.note(format!(
                "the logins in the file itself are no longer used ({}): log in again with `docker login REGISTRY`",
                held.join(", ")
            ));
        }
    }
    let helpers = config.get("credHelpers").and_then(Value::as_object);
    let others: Vec<_> = helpers.into_iter().flat_map(other_helpers).collect();
    if !others.is_empty() {
        plan.note(format!(
            "credHelpers stays, so that Docker asks {} as before",
            others.join(", ")
        ));
    }
    plan.note(SAVES);
    Ok(with_link(plan, vec![file, podman_logins(env)]))
}

/// Returns the helpers of single registries other than prusa-cred, each with its registry, for a sentence.
fn other_helpers(helpers: &Map<String, Value>) -> impl Iterator<Item = String> {
    helpers.iter().filter_map(|(registry, helper)| {
        let helper = helper.as_str()?;
        let is_other = helper != PROGRAM_NAME && !helper.is_empty();
        is_other.then(|| format!("{} for {}", excerpt(helper), excerpt(registry)))
    })
}

/// Returns the file with Podman's helpers that `setup` writes.
pub(super) fn podman_file(env: &SetupEnv) -> PathBuf {
    added_directory(env).join("99-prusa-cred.conf")
}

/// Returns the plan that makes prusa-cred the first of Podman's helpers, before those of now. It has no entry if that is
/// so because of another file.
///
/// # Errors
///
/// When there is no home directory.
pub(super) fn podman_plan(env: &SetupEnv) -> Result<SetupPlan, SetupError> {
    let file = podman_file(env);
    let others = OtherHelpers::besides(&file, env);
    let is_asked = others.names.first().is_some_and(|it| it == PROGRAM_NAME);
    let after = others.names.iter().filter(|it| *it != PROGRAM_NAME);
    let names = [PROGRAM_NAME].into_iter().chain(after.map(String::as_str));
    let entry = Entry::Toml(Key {
        table: Vec::new(),
        makes_table: false,
        name: PODMAN_KEY.into(),
        value: names.collect(),
    });
    let is_needed = !is_asked || file.exists();
    let mut plan = SetupPlan::new(file.clone(), is_needed.then_some(entry));
    plan.overruled_by.extend(others.overruling);
    let mut names = others.names.iter().filter(|name| *name != PROGRAM_NAME);
    let helpers = names.clone().filter(|name| *name != FILES);
    let helpers: Vec<_> = helpers.map(|name| excerpt(name)).collect();
    if let (Some(conf), false) = (&others.file, helpers.is_empty()) {
        plan.note(format!(
            "{} of {} is asked after prusa-cred, and the logins there stay in use",
            helpers.join(", "),
            display_path(conf)
        ));
    }
    if names.any(|name| name == FILES) {
        let logins = display_path(&podman_logins(env));
        plan.note(format!(
            "the logins and helpers in {logins} and its like stay in use for what prusa-cred does not have"
        ));
    }
    plan.note(SAVES);
    Ok(with_link(plan, vec![file, docker_file()?]))
}
