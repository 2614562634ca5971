//! What every client's plan is made from, besides the profile and its hosts.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::client_command::ClientCommand;
use crate::context::{Context, home_dir};
use crate::deadline::Deadline;

/// How long all of the clients' own commands may take together: only a person waits for them.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the plans of all clients are made from.
pub(crate) struct SetupEnv {
    /// The user's home directory.
    pub(crate) home: PathBuf,
    deadline: Deadline,
}

impl SetupEnv {
    /// Returns the home directory, and a deadline for all commands of this run: `--timeout` from now, or a minute
    /// without it.
    ///
    /// # Errors
    ///
    /// When there is no home directory.
    pub(crate) fn from_context(context: &Context) -> Result<Self> {
        Ok(Self {
            home: home_dir()?,
            deadline: Deadline::after(context.global.timeout.unwrap_or(TIMEOUT)),
        })
    }

    /// Returns a client's own command, if it is on the search path; it is not run.
    pub(crate) fn command(&self, name: &'static str) -> Option<ClientCommand> {
        ClientCommand::find(name, self.deadline)
    }
}
