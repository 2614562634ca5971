//! A task of Windows' Task Scheduler, by `schtasks`.

use std::path::PathBuf;

use super::error::TimerError;
use super::program_call::ProgramCall;
use super::scheduler::{Scheduler, TimerState, command, run};
use crate::clients::client_command::ClientCommand;

const TASK: &str = "prusa-cred refresh";
const PROGRAM: &str = "schtasks";

/// The user's tasks.
pub(super) struct TaskScheduler {
    schtasks: ClientCommand,
}

impl TaskScheduler {
    /// Returns it, if `schtasks` is there.
    pub(super) fn find() -> Option<Self> {
        let schtasks = command(PROGRAM)?;
        Some(Self { schtasks })
    }
}

impl Scheduler for TaskScheduler {
    fn name(&self) -> &'static str {
        "the Task Scheduler"
    }

    fn state(&self) -> Result<TimerState, TimerError> {
        let arguments = ["/Query", "/TN", TASK, "/FO", "LIST", "/V"];
        let ran = self.schtasks.run(&arguments, &[]);
        let ran = ran.map_err(|reason| TimerError::Command {
            program: PROGRAM,
            reason,
        })?;
        if !ran.status.success() {
            return Ok(TimerState::Absent);
        }
        // The labels are in the language of the system, the command is not.
        let text = String::from_utf8_lossy(&ran.stdout);
        let program = text.lines().find_map(|line| {
            let (_, rest) = line.split_once('"')?;
            let (program, _) = rest.split_once('"')?;
            Some(PathBuf::from(program))
        });
        Ok(TimerState::Present { program })
    }

    fn shown(&self, call: &ProgramCall) -> Result<String, TimerError> {
        Ok(format!(
            "a task \"{TASK}\" would run once a day\n  + {}\n",
            task_line(call)
        ))
    }

    fn install(&self, call: &ProgramCall) -> Result<(), TimerError> {
        let line = task_line(call);
        let arguments = ["/Create", "/F", "/SC", "DAILY", "/TN", TASK, "/TR", &line];
        run(&self.schtasks, PROGRAM, &arguments)
    }

    fn remove(&self) -> Result<(), TimerError> {
        match self.state()? {
            TimerState::Absent => Ok(()),
            TimerState::Present { .. } => {
                run(&self.schtasks, PROGRAM, &["/Delete", "/F", "/TN", TASK])
            }
        }
    }
}

/// Returns the command line of the task. A path on Windows has no quotation marks.
fn task_line(call: &ProgramCall) -> String {
    let program = call.program_text();
    format!("\"{program}\" {}", ProgramCall::ARGUMENTS.join(" "))
}
