//! Go: the command `prusa-cred goauth` in `GOAUTH`, before those that are there (`go help environment`;
//! [`crate::protocol::goauth`]).
//!
//! `go env -w` makes the change where go is installed; otherwise its file is edited.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::{ManualChange, SetupPlan};
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, GoAuth};
use crate::context::{ContextError, config_dir, path_variable};

const OFF: &str = "GOENV=off makes go read no such file";

/// Returns the plan for go: one command for all hosts, and what go follows before it. With `GOENV=off` only the
/// variable `GOAUTH` counts. go is not run.
///
/// # Errors
///
/// When `GOENV` is `off` and the variable does not name prusa-cred, or there is no configuration directory.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file()?;
    let found = overruled::go::precedence(target, &file);
    if file.as_os_str() == "off" {
        let Some(_) = &found.asks_through else {
            let reason = OFF.to_owned();
            return Err(SetupError::NotEditable { path: file, reason });
        };
        let mut plan = SetupPlan::new(file, []).with_precedence(found);
        plan.manual_change = Some(ManualChange {
            lines: format!("GOAUTH={};netrc", target.command_line("goauth")),
            reason: OFF,
        });
        plan.is_already_asked = true;
        return Ok(plan);
    }
    let entry = Entry::Go(GoAuth {
        command: target.command_line("goauth"),
        profile: target.profile.name.clone(),
        go: env.command("go"),
    });
    let mut plan = SetupPlan::new(file, [entry]);
    plan.links.push(ProgramLink::prusa_cred_itself());
    plan.note(
        "this needs go 1.24 or newer; add the hosts to GOPRIVATE, or go asks a proxy instead",
    );
    Ok(plan.with_precedence(found))
}

/// Returns the file of go's settings, or what `GOENV` says in its place, which may be `off`.
pub(super) fn file() -> Result<PathBuf, ContextError> {
    match path_variable("GOENV") {
        Some(file) => Ok(file),
        None => Ok(config_dir()?.join("go").join("env")),
    }
}
