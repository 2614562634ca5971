//! pip and uv: `keyring-provider = subprocess` in the user's `pip.conf` and `uv.toml`, and the program `keyring`, which
//! is prusa-cred ([`crate::protocol::keyring`]).
//!
//! `pip config set` would rewrite the file without its comments, so it is edited here. Other indexes keep working: for
//! a host that no profile answers for, `keyring` finds nothing.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, Key, Setting};
use crate::clients::programs::KEYRING;
use crate::context::{config_dir, path_variable};

/// Returns the plan for pip: one setting for all hosts, the link `keyring`, and what goes before the
/// setting. Fails without a configuration directory.
pub(crate) fn pip_plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = pip_file(env)?;
    let entry = Entry::Ini(Setting {
        section: "global".into(),
        key: "keyring-provider".into(),
        value: "subprocess".into(),
    });
    let asks = format!(
        "before version 26.2 pip asks only for indexes whose address has a user name, as https://{}@HOST/",
        target.profile.username
    );
    let found = overruled::pip::precedence(env, target, &file);
    let plan = plan("pip", target, entry, &[file, uv_file(env)?], asks);
    Ok(plan.with_precedence(found))
}

/// Returns the plan that sets `entry` in the first of the files and makes the link to the program `keyring`, which both
/// files may use. `asks` is the note that says which indexes the client asks for.
fn plan(
    client: &str,
    target: &SetupTarget<'_>,
    entry: Entry,
    files: &[PathBuf; 2],
    asks: String,
) -> SetupPlan {
    let [own, _] = files;
    let mut plan = SetupPlan::new(own.clone(), [entry]);
    let link = ProgramLink::shared_name(KEYRING, files.to_vec());
    plan.links.push(link);
    plan.note(asks);
    plan.warn_if_profile_cannot_be_named(target, client);
    plan
}

/// Returns pip's configuration file of the user, which pip reads after the machine's (pip's "Configuration"):
/// `PIP_CONFIG_FILE`, else the platform's; on macOS the one in `~/.config`, unless the platform's directory is there.
pub(super) fn pip_file(env: &SetupEnv) -> Result<PathBuf, SetupError> {
    let named = path_variable("PIP_CONFIG_FILE").filter(|_| !overruled::pip::reads_no_file());
    if let Some(file) = named {
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

/// Returns the plan for uv: one key for all hosts, the link `keyring`, and what goes before the key. Fails
/// without a configuration directory.
pub(crate) fn uv_plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = uv_file(env)?;
    let entry = Entry::Toml(Key {
        table: Vec::new(),
        makes_table: false,
        name: "keyring-provider".into(),
        value: "subprocess".into(),
    });
    let asks = format!(
        "uv asks only for indexes whose address has a user name, as https://{}@HOST/, or that say `authenticate = \"always\"`",
        target.profile.username
    );
    let found = overruled::uv::precedence(target, &file);
    let plan = plan("uv", target, entry, &[file, pip_file(env)?], asks);
    Ok(plan.with_precedence(found))
}

/// Returns uv's configuration file of the user: `UV_CONFIG_FILE`, else the one in `XDG_CONFIG_HOME` or `~/.config`, on
/// macOS too, and on Windows the one in the configuration directory.
pub(super) fn uv_file(env: &SetupEnv) -> Result<PathBuf, SetupError> {
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
