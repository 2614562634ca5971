//! A task of Windows's Task Scheduler, from its XML (Task Scheduler Schema), by `schtasks`. A run that was missed while
//! the machine was off is made up for.
//!
//! The XML stays in this program's data directory: by it the task is known. It has no declaration and is ASCII, as
//! schtasks guesses the encoding of a file, and refuses one that declares another.

use std::path::PathBuf;

use super::job::{HOUR, Job};
use super::own_files;
use super::scheduler::{Found, Planned, Removal, Scheduler, Step, output_of};
use super::xml;
use crate::clients::client_command::ClientCommand;
use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::setup_record::SetupRecord;
use crate::context::credentials_path;

const TASK: &str = "prusa-cred-refresh";

/// The Task Scheduler.
pub(super) struct TaskScheduler {
    /// Where the XML is kept; `None` without a data directory.
    file: Option<PathBuf>,
    schtasks: Option<ClientCommand>,
}

impl TaskScheduler {
    pub(super) fn new(env: &SetupEnv) -> Self {
        let data = credentials_path().ok();
        Self {
            file: data.map(|path| path.with_file_name("refresh-task.xml")),
            schtasks: env.command("schtasks"),
        }
    }

    fn files(&self) -> Vec<PathBuf> {
        self.file.iter().cloned().collect()
    }
}

impl Scheduler for TaskScheduler {
    fn name(&self) -> &'static str {
        "a task of the Task Scheduler"
    }

    fn ready(self: Box<Self>) -> Option<Box<dyn Scheduler>> {
        let is_ready = self.schtasks.is_some() && self.file.is_some();
        is_ready.then_some(self as Box<dyn Scheduler>)
    }

    fn planned(&self, job: &Job) -> Result<Vec<Planned>, SetupError> {
        let files = self.files().into_iter();
        let planned = files.map(|file| own_files::planned(file, task(job)));
        planned.collect()
    }

    fn write(&self, planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError> {
        own_files::write(planned, record)
    }

    fn to_start(&self) -> Vec<Step> {
        let files = self.file.iter().map(|file| file.display().to_string());
        let create = |file: String| {
            let arguments = ["/Create", "/F", "/TN", TASK, "/XML", &file];
            Step::new("schtasks", &arguments)
        };
        files.map(create).collect()
    }

    fn to_stop(&self) -> Vec<Step> {
        vec![Step::new("schtasks", &["/Delete", "/F", "/TN", TASK]).or_not()]
    }

    fn is_started(&self) -> Option<bool> {
        let schtasks = self.schtasks.as_ref()?;
        Some(output_of(Some(schtasks), &["/Query", "/TN", TASK]).is_some())
    }

    fn found(&self) -> Result<Option<Found>, SetupError> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let text = own_files::text_of(file)?;
        Ok(text.map(|text| Found {
            place: format!("task {TASK}"),
            program: xml::first(&text, "<Exec>", "Command"),
        }))
    }

    fn has_ours(&self, record: &SetupRecord) -> Result<bool, SetupError> {
        Ok(own_files::has_any(&self.files(), record))
    }

    fn remove(&self, record: &SetupRecord) -> Result<Vec<Removal>, SetupError> {
        own_files::remove(&self.files(), record)
    }
}

/// Returns the XML of the task. A task has no variables; the configuration file is an option.
fn task(job: &Job) -> String {
    let mut arguments = Job::ARGUMENTS.join(" ");
    let mut variables = job.variables.iter();
    if let Some((_, file)) = variables.find(|(name, _)| *name == "PRUSA_CRED_CONFIG") {
        arguments += &format!(" --config {}", argument(file));
    }
    let (program, arguments) = (xml::escaped(&job.program), xml::escaped(&arguments));
    let minute = job.minute;
    format!(
        r#"<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Renews the logins of prusa-cred. Written by `prusa-cred setup timer`, which also removes it.</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{HOUR:02}:{minute:02}:00</StartBoundary>
      <RandomDelay>PT1H</RandomDelay>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT10M</ExecutionTimeLimit>
  </Settings>
  <Actions>
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#
    )
}

/// Returns a path as one argument of a command line of Windows: in quotes, which no path can hold, and with a backslash
/// at its end doubled.
fn argument(path: &str) -> String {
    let end = path.len() - path.trim_end_matches('\\').len();
    format!("\"{path}{}\"", "\\".repeat(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_task_runs_the_program_with_the_configuration() {
        let program = "C:\\Users\\J\u{f6}rg & Co\\prusa-cred.exe";
        let job = Job {
            program: program.to_owned(),
            variables: vec![
                ("XDG_DATA_HOME", "C:\\x".to_owned()),
                ("PRUSA_CRED_CONFIG", "C:\\my files\\c.toml".to_owned()),
            ],
            minute: 5,
        };
        let text = task(&job);
        assert!(text.is_ascii() && text.contains("T12:05:00"), "{text}");
        let read = |name| xml::first(&text, "<Exec>", name);
        assert_eq!(read("Command").as_deref(), Some(program));
        let arguments = "refresh --all --config \"C:\\my files\\c.toml\"";
        assert_eq!(read("Arguments").as_deref(), Some(arguments));
        assert_eq!(argument("C:\\"), "\"C:\\\\\"");
    }
}
