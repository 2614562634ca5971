//! What runs `prusa-cred refresh --all` once a day, so that a login that nobody uses does not end: a timer of systemd's
//! user instance, else a line of cron's; launchd on macOS, the Task Scheduler on Windows.
//!
//! Each is a file here behind [`Scheduler`]. What is set up names this program by its absolute path and carries the
//! variables that say where its files are.

#[cfg(all(unix, not(target_os = "macos")))]
mod crontab;
mod error;
#[cfg(target_os = "macos")]
mod launchd;
mod program_call;
mod scheduler;
#[cfg(all(unix, not(target_os = "macos")))]
mod systemd;
#[cfg(windows)]
mod task_scheduler;

pub(crate) use error::TimerError;
pub(crate) use program_call::ProgramCall;
pub(crate) use scheduler::{Scheduler, TimerState};

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
