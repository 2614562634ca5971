//! What runs `prusa-cred refresh --all` once a day, so that a login that nobody uses does not end: a timer of systemd's
//! user instance, else a line of cron's; launchd on macOS, the Task Scheduler on Windows.
//!
//! Each is a file here behind [`Scheduler`]. What is set up names this program by its absolute path and carries the
//! variables that say where its files are.

#[cfg(all(unix, not(target_os = "macos")))]
mod crontab;
#[cfg(target_os = "macos")]
mod launchd;
mod program_call;
#[cfg(all(unix, not(target_os = "macos")))]
mod systemd;
#[cfg(windows)]
mod task_scheduler;

use std::path::PathBuf;
use std::time::Duration;

use super::client_command::ClientCommand;
use super::edit::EditError;
use crate::context::ContextError;
use crate::deadline::Deadline;
use crate::store::StoreError;

pub(crate) use program_call::ProgramCall;

/// How long the commands of a scheduler may take together.
const TIMEOUT: Duration = Duration::from_secs(20);

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

/// Why a timer cannot be set up, shown or taken back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TimerError {
    /// There is neither a systemd user instance nor cron.
    #[error("nothing here runs programs by the clock: neither a systemd user instance nor crontab")]
    NoScheduler,
    /// A command of the scheduler failed.
    #[error("{program} failed: {reason}")]
    Command {
        program: &'static str,
        reason: EditError,
    },
    /// The program's path cannot be written there.
    #[error("the path of this program has characters that {0} cannot take")]
    Path(&'static str),
    #[error("cannot find the file of this program")]
    OwnPathUnknown(#[source] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Context(#[from] ContextError),
}

/// Returns the schedulers of this platform that are here, the one to use first.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn schedulers() -> Vec<Box<dyn Scheduler>> {
    let mut found: Vec<Box<dyn Scheduler>> = Vec::new();
    if let Some(systemd) = systemd::Systemd::find() {
        found.push(Box::new(systemd));
    }
    if let Some(crontab) = crontab::Crontab::find() {
        found.push(Box::new(crontab));
    }
    found
}

/// Returns the schedulers of this platform that are here, the one to use first.
#[cfg(target_os = "macos")]
pub(crate) fn schedulers() -> Vec<Box<dyn Scheduler>> {
    let found = launchd::Launchd::find();
    found.into_iter().map(|it| Box::new(it) as _).collect()
}

/// Returns the schedulers of this platform that are here, the one to use first.
#[cfg(windows)]
pub(crate) fn schedulers() -> Vec<Box<dyn Scheduler>> {
    let found = task_scheduler::TaskScheduler::find();
    found.into_iter().map(|it| Box::new(it) as _).collect()
}

/// Returns a scheduler's own command, if it is on the search path.
fn command(name: &'static str) -> Option<ClientCommand> {
    ClientCommand::find(name, Deadline::after(TIMEOUT))
}

/// Runs a scheduler's command, which must succeed.
fn run(
    command: &ClientCommand,
    program: &'static str,
    arguments: &[&str],
) -> Result<(), TimerError> {
    let ran = command.run_checked(arguments, &[]);
    ran.map_err(|reason| TimerError::Command { program, reason })
}
