//! Go: the command `prusa-cred goauth` in `GOAUTH`, before those that are there (`go help environment`;
//! [`crate::protocol::goauth`]).
//!
//! `go env -w` makes the change where go is installed; otherwise its file is edited.

use std::path::PathBuf;

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, GoAuth};
use crate::context::{ContextError, config_dir, path_variable};

/// Returns the plan for go: one command for all hosts, and a note if the variable `GOAUTH` overrides it. Neither a file
/// is read nor go run.
///
/// # Errors
///
/// When `GOENV` is `off`, or there is no configuration directory.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file()?;
    if file.as_os_str() == "off" {
        let reason = "GOENV=off makes go read no such file".to_owned();
        return Err(SetupError::NotEditable { path: file, reason });
    }
    let entry = Entry::Go(GoAuth {
        command: target.command_line("goauth"),
        profile: target.profile.name.clone(),
        go: env.command("go"),
    });
    let mut plan = SetupPlan::new(file, [entry]);
    plan.links.push(ProgramLink::prusa_cred_itself());
    if path_variable("GOAUTH").is_some_and(|value| !value.to_string_lossy().contains("prusa-cred"))
    {
        plan.note("the environment variable GOAUTH is set and overrides the file");
        plan.asked_before
            .push("the environment variable GOAUTH".to_owned());
    }
    plan.note(
        "this needs go 1.24 or newer; add the hosts to GOPRIVATE, or go asks a proxy instead",
    );
    Ok(plan)
}

/// Returns the file of go's settings, or what `GOENV` says in its place, which may be `off`.
pub(super) fn file() -> Result<PathBuf, ContextError> {
    match path_variable("GOENV") {
        Some(file) => Ok(file),
        None => Ok(config_dir()?.join("go").join("env")),
    }
}
