//! pip: `keyring-provider = subprocess`, and the program `keyring`, which is prusa-cred ([`crate::protocol::keyring`]).
//!
//! `pip config set` would write the file anew without its comments, so it is edited here. pip's other indexes keep working:
//! for a host that nobody answers for, `keyring` finds nothing.

use std::path::PathBuf;

use super::link::Link;
use super::plan::Plan;
use super::scope::Scope;
use super::{SetupEnv, SetupError, uv};
use crate::clients::edit::{Entry, MARK, Setting};
use crate::context::{config_dir, path_variable};

const LINK: &str = "keyring";

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file(env)?;
    let entry = Entry::Ini(Setting {
        section: "global",
        key: "keyring-provider",
        value: "subprocess",
    });
    let mut plan = Plan::new(file.clone(), [entry]);
    plan.links.push(keyring(vec![file, uv::file(env)?]));
    plan.note(format!(
        "before version 26.2 pip asks only for indexes whose address has a user name, as https://{}@HOST/",
        scope.profile.username
    ));
    plan.cannot_name(scope, "pip");
    Ok(plan)
}

/// Returns the name that pip and uv run.
pub(crate) fn keyring(used_by: Vec<PathBuf>) -> Link {
    Link::common(LINK, used_by, MARK)
}

/// Returns the user's own file, which pip reads after the machine's (pip's "Configuration").
pub(crate) fn file(env: &SetupEnv) -> Result<PathBuf, SetupError> {
    if let Some(file) = path_variable("PIP_CONFIG_FILE") {
        return Ok(file);
    }
    let config = config_dir()?;
    if cfg!(windows) {
        return Ok(config.join("pip").join("pip.ini"));
    }
    let own = config.join("pip");
    if cfg!(target_os = "macos") && !own.is_dir() {
        return Ok(env.home.join(".config").join("pip").join("pip.conf"));
    }
    Ok(own.join("pip.conf"))
}
