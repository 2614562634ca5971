//! What every scheduler does.

use std::path::PathBuf;
use std::time::Duration;

use super::error::TimerError;
use super::program_call::ProgramCall;
use crate::clients::client_command::ClientCommand;
use crate::deadline::Deadline;

/// How long the commands of a scheduler may take together.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);

/// What runs a program once a day.
pub(crate) trait Scheduler {
    /// Returns what it is called in a sentence.
    fn name(&self) -> &'static str;

    /// Returns what is set up.
    ///
    /// # Errors
    ///
    /// When that cannot be read.
    fn state(&self) -> Result<TimerState, TimerError>;

    /// Returns what would be written and run, for a person.
    fn shown(&self, call: &ProgramCall) -> Result<String, TimerError>;

    /// Has `call` run once a day, in place of what was set up before.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, or the scheduler refuses.
    fn install(&self, call: &ProgramCall) -> Result<(), TimerError>;

    /// Takes that back; nothing happens if it is not set up.
    ///
    /// # Errors
    ///
    /// When a file cannot be removed, or the scheduler refuses.
    fn remove(&self) -> Result<(), TimerError>;

    /// Returns what a person should know about it, if anything.
    fn note(&self) -> Option<&'static str> {
        None
    }
}

/// Whether a scheduler runs prusa-cred.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TimerState {
    Absent,
    /// It runs this program, as far as that can be told.
    Present {
        program: Option<PathBuf>,
    },
}

/// Returns a scheduler's own command, if it is on the search path.
pub(super) fn command(name: &'static str) -> Option<ClientCommand> {
    ClientCommand::find(name, Deadline::after(TIMEOUT))
}

/// Runs a scheduler's command, which must succeed.
pub(super) fn run(
    command: &ClientCommand,
    program: &'static str,
    arguments: &[&str],
) -> Result<(), TimerError> {
    let ran = command.run_checked(arguments, &[]);
    ran.map_err(|reason| TimerError::Command { program, reason })
}
