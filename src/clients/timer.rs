//! Running `prusa-cred refresh --all` once a day, so that a login that nobody uses does not end: by a timer of systemd's
//! user instance, else by a line in the user's crontab; on macOS by launchd, on Windows by the Task Scheduler.
//!
//! Each mechanism is a file here, and a [`Scheduler`]: what it writes, the commands that start and stop it, and how it is
//! found again. What is written names this program by its absolute path, as none of them has the user's search path.

mod crontab;
mod job;
mod launchd;
mod own_files;
mod scheduler;
mod systemd;
mod task_scheduler;
mod xml;

use super::env::SetupEnv;
use super::error::SetupError;
use crate::program::is_program;

pub(crate) use job::Job;
pub(crate) use own_files::refuse_others;
pub(crate) use scheduler::{Found, Planned, Removal, Scheduler, Step};

/// Returns every mechanism that may hold the timer on this system, whether or not it can be used now.
pub(crate) fn all(env: &SetupEnv) -> Vec<Box<dyn Scheduler>> {
    if cfg!(windows) {
        vec![Box::new(task_scheduler::TaskScheduler::new(env))]
    } else if cfg!(target_os = "macos") {
        vec![Box::new(launchd::Launchd::new(env))]
    } else {
        vec![
            Box::new(systemd::Systemd::new(env)),
            Box::new(crontab::Crontab::new(env)),
        ]
    }
}

/// Returns the mechanism to use: the first that answers.
///
/// # Errors
///
/// When none does.
pub(crate) fn usable(env: &SetupEnv) -> Result<Box<dyn Scheduler>, SetupError> {
    let mut all = all(env).into_iter();
    all.find_map(scheduler::Scheduler::ready)
        .ok_or(SetupError::NoScheduler(if cfg!(windows) {
            "schtasks is not found"
        } else if cfg!(target_os = "macos") {
            "launchctl is not found"
        } else {
            "no user instance of systemd answers, and crontab is not found"
        }))
}

/// Whether prusa-cred runs once a day.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TimerState {
    NotSetUp,
    /// It does, by what is written down there.
    Runs {
        place: String,
    },
    /// It does not, as the mechanism has been told not to; the command starts it again.
    Stopped {
        place: String,
        command: String,
    },
    /// It does, and the last run failed; the command shows why.
    LastRunFailed {
        place: String,
        command: String,
    },
    /// It would, but the program that is named there does not exist.
    ProgramGone {
        place: String,
        program: String,
    },
}

/// Returns whether prusa-cred runs once a day, by the first mechanism in which that is written down. One that cannot be
/// read has nothing. May run the system's commands.
pub(crate) fn state(env: &SetupEnv) -> TimerState {
    for scheduler in all(env) {
        let Ok(Some(Found { place, program })) = scheduler.found() else {
            continue;
        };
        if let Some(program) = program
            && !is_program(program.as_ref())
        {
            return TimerState::ProgramGone { place, program };
        }
        if scheduler.is_started() == Some(false) {
            let command = scheduler.to_start().pop();
            return TimerState::Stopped {
                place,
                command: command.map(|step| step.to_string()).unwrap_or_default(),
            };
        }
        return match scheduler.last_failure() {
            Some(command) => TimerState::LastRunFailed { place, command },
            None => TimerState::Runs { place },
        };
    }
    TimerState::NotSetUp
}
