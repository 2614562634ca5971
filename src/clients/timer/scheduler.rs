//! What each mechanism that runs a command once a day has to tell.

use std::fmt;
use std::path::PathBuf;

use super::job::Job;
use crate::clients::client_command::{ClientCommand, first_error_line};
use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::setup_record::SetupRecord;
use crate::escape::shell_word_of;

/// A mechanism that runs a command once a day.
pub(crate) trait Scheduler {
    /// Returns its name, for a sentence: "a timer of systemd".
    fn name(&self) -> &'static str;

    /// Returns the mechanism, ready to be used, if it answers on this machine.
    fn ready(self: Box<Self>) -> Option<Box<dyn Scheduler>>;

    /// Returns what is to be written for the job. Nothing is changed.
    ///
    /// # Errors
    ///
    /// When what is there cannot be read.
    fn planned(&self, job: &Job) -> Result<Vec<Planned>, SetupError>;

    /// Writes what was planned, where that differs from what is there.
    ///
    /// # Errors
    ///
    /// When something else is in the place of a file, which is found before anything is changed, or one cannot be
    /// written.
    fn write(&self, planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError>;

    /// Returns the commands that start what was written; the last one does.
    fn to_start(&self) -> Vec<Step> {
        Vec::new()
    }

    /// Returns the commands that stop it, before it is removed.
    fn to_stop(&self) -> Vec<Step> {
        Vec::new()
    }

    /// Returns the commands for when it is removed.
    fn after_removal(&self) -> Vec<Step> {
        Vec::new()
    }

    /// Returns whether the mechanism will run what was written; `None` if it does not say.
    fn is_started(&self) -> Option<bool> {
        None
    }

    /// Returns the command that shows why the last run failed; `None` if it did not, or the mechanism does not say.
    fn last_failure(&self) -> Option<String> {
        None
    }

    /// Returns where the job is written down, also by hand; `None` if it is not.
    ///
    /// # Errors
    ///
    /// When that cannot be read.
    fn found(&self) -> Result<Option<Found>, SetupError>;

    /// Returns whether `setup` has written anything here that can be removed.
    ///
    /// # Errors
    ///
    /// When that cannot be read.
    fn has_ours(&self, record: &SetupRecord) -> Result<bool, SetupError>;

    /// Removes what `setup` wrote and nobody has changed since.
    ///
    /// # Errors
    ///
    /// When something cannot be removed.
    fn remove(&self, record: &SetupRecord) -> Result<Vec<Removal>, SetupError>;

    /// Returns what a person should know, each a sentence without its full stop.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A text that is to be written.
pub(crate) struct Planned {
    /// Where, for a person.
    pub(crate) place: String,
    /// The file, if it is one.
    pub(super) path: Option<PathBuf>,
    /// What is there; `None` for nothing.
    pub(crate) old: Option<String>,
    pub(crate) new: String,
}

impl Planned {
    /// Returns whether the text is there already.
    pub(crate) fn is_there(&self) -> bool {
        self.old.as_ref() == Some(&self.new)
    }

    /// Returns the plan that brings back what was there before this one; `None` if nothing was, or nothing changes.
    pub(crate) fn back(&self) -> Option<Self> {
        let old = self.old.clone().filter(|_| !self.is_there())?;
        Some(Self {
            place: self.place.clone(),
            path: self.path.clone(),
            old: Some(self.new.clone()),
            new: old,
        })
    }
}

/// Where the job is written down.
pub(crate) struct Found {
    /// For a person.
    pub(crate) place: String,
    /// The program that is run, if that can be told.
    pub(crate) program: Option<String>,
}

/// What became of a text.
pub(crate) enum Removal {
    /// It was removed: a sentence that says so.
    Removed(String),
    /// It stays in this place, as it was changed since.
    Left(String),
}

/// A command of the system.
pub(crate) struct Step {
    program: &'static str,
    arguments: Vec<String>,
    /// Whether it may fail, as there may be nothing to do.
    may_fail: bool,
}

impl Step {
    /// Returns a command that has to succeed.
    pub(super) fn new(program: &'static str, arguments: &[&str]) -> Self {
        Self {
            program,
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            may_fail: false,
        }
    }

    /// Returns the command as one that may fail.
    pub(super) fn or_not(self) -> Self {
        Self {
            may_fail: true,
            ..self
        }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// When it is not found or does not succeed, unless it may fail.
    pub(crate) fn run(&self, env: &SetupEnv) -> Result<(), SetupError> {
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        let ran = match env.command(self.program) {
            Some(command) => command.run_checked(&arguments, &[]),
            None => Err(format!("{} is not found", self.program)),
        };
        match ran {
            Err(reason) if !self.may_fail => Err(SetupError::CommandFailed {
                command: self.to_string(),
                reason,
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program)?;
        for argument in &self.arguments {
            write!(f, " {}", shell_word_of(argument))?;
        }
        Ok(())
    }
}

/// Runs a command of the system and returns what it prints. `None` if it cannot be run or does not succeed.
pub(super) fn output_of(command: Option<&ClientCommand>, arguments: &[&str]) -> Option<String> {
    let ran = command?.run(arguments, &[]).ok()?;
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    ran.status.success().then_some(text)
}

/// Returns the error of a command that ran and did not succeed.
pub(super) fn failed(command: &str, ran: &crate::shell::Output) -> SetupError {
    SetupError::CommandFailed {
        command: command.to_owned(),
        reason: first_error_line(ran),
    }
}
