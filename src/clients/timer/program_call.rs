//! The call that a scheduler makes: this program by its absolute path, its arguments, and the variables that say where
//! its files are.

use std::path::{Path, PathBuf};

use super::error::TimerError;
use crate::clients::programs::Executable;
use crate::context::path_variable;

/// The variables that say where configuration and logins are; a scheduler starts programs without them.
const CARRIED: [&str; 3] = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "PRUSA_CRED_CONFIG"];

/// What is run, and with which variables.
#[derive(Debug)]
pub(crate) struct ProgramCall {
    pub(crate) program: PathBuf,
    /// Name and value.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl ProgramCall {
    /// The arguments: only problems are printed, which cron sends by mail and systemd writes into its journal.
    pub(crate) const ARGUMENTS: [&str; 3] = ["refresh", "--all", "--quiet"];

    /// Returns the call of this program, by the path on the search path if it is there.
    ///
    /// # Errors
    ///
    /// `OwnPathUnknown`; `Path`, if a path is not UTF-8 or has a line break.
    pub(crate) fn of_this_program() -> Result<Self, TimerError> {
        let executable = Executable::find().map_err(TimerError::OwnPathUnknown)?;
        let text = |path: &Path| {
            let text = path.to_str().filter(|text| !text.contains(['\n', '\r']));
            text.map(str::to_owned)
                .ok_or(TimerError::Path("a scheduler"))
        };
        text(&executable.named)?;
        let mut variables = Vec::new();
        for name in CARRIED {
            // A relative path means nothing to a scheduler, which starts programs elsewhere.
            let value = path_variable(name).filter(|path| path.is_absolute());
            if let Some(path) = value {
                variables.push((name, text(&path)?));
            }
        }
        Ok(Self {
            program: executable.named,
            variables,
        })
    }

    /// Returns the program's path as text.
    pub(crate) fn program_text(&self) -> String {
        self.program.display().to_string()
    }
}
