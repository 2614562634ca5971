//! What every client's plan is made from, beside the profile and its hosts.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::client_command::ClientCommand;
use crate::context::{Context, home_dir};
use crate::deadline::Deadline;

/// How long the clients' own commands may take together: nobody but a person waits for them.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the plans of all clients are made from.
pub(crate) struct SetupEnv {
    pub(crate) home: PathBuf,
    deadline: Deadline,
}

impl SetupEnv {
    pub(crate) fn of(context: &Context) -> Result<Self> {
        Ok(Self {
            home: home_dir()?,
            deadline: Deadline::after(context.global.timeout.unwrap_or(TIMEOUT)),
        })
    }

    /// Returns a client's own command, if it is installed.
    pub(crate) fn tool(&self, name: &'static str) -> Option<ClientCommand> {
        ClientCommand::find(name, self.deadline)
    }
}
