//! Go: our command in `GOAUTH`, before what is there (`go help environment`; [`crate::protocol::goauth`]).
//!
//! `go env -w` makes the change where go is installed; its file is edited where it is not.

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, GoAuth};
use crate::context::{config_dir, path_variable};

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = match path_variable("GOENV") {
        Some(file) if file.as_os_str() == "off" => {
            let why = "GOENV=off tells go to read no such file".to_owned();
            return Err(SetupError::Unusable { path: file, why });
        }
        Some(file) => file,
        None => config_dir()?.join("go").join("env"),
    };
    let entry = Entry::Go(GoAuth {
        command: scope.command_line("goauth"),
        profile: scope.profile.name.clone(),
        go: env.tool("go"),
    });
    let mut plan = SetupPlan::new(file, [entry]);
    plan.links.push(ProgramLink::our_name());
    if path_variable("GOAUTH").is_some_and(|value| !value.to_string_lossy().contains("prusa-cred"))
    {
        plan.note("the variable GOAUTH is set in the environment and wins over the file");
        plan.shadows
            .push("the environment variable GOAUTH".to_owned());
    }
    plan.note("go 1.24 and newer ask; GOPRIVATE should name the hosts, or go asks a proxy instead");
    Ok(plan)
}
