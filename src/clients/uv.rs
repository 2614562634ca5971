//! uv: `keyring-provider = "subprocess"` in the user's `uv.toml`, and the program `keyring` ([`crate::protocol::keyring`]).

use std::path::PathBuf;

use super::plan::Plan;
use super::scope::Scope;
use super::{SetupEnv, SetupError, pip};
use crate::clients::edit::{Entry, Key};
use crate::context::{config_dir, path_variable};

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file(env)?;
    let entry = Entry::Toml(Key {
        table: Vec::new(),
        name: "keyring-provider",
        value: "subprocess".into(),
    });
    let mut plan = Plan::new(file.clone(), [entry]);
    plan.links.push(pip::keyring(vec![file, pip::file(env)?]));
    plan.note(format!(
        "uv asks only for indexes whose address has a user name, as https://{}@HOST/, or that say `authenticate = \"always\"`",
        scope.profile.username
    ));
    plan.cannot_name(scope, "uv");
    Ok(plan)
}

/// Returns the user's own file: on macOS too it is in `~/.config`.
pub(crate) fn file(env: &SetupEnv) -> Result<PathBuf, SetupError> {
    if let Some(file) = path_variable("UV_CONFIG_FILE") {
        return Ok(file);
    }
    let directory = if cfg!(windows) {
        config_dir()?
    } else {
        path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"))
    };
    Ok(directory.join("uv").join("uv.toml"))
}
