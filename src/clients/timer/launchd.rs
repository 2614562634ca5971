//! A user agent of macOS's launchd (launchd.plist(5)): a property list in `~/Library/LaunchAgents`, and `launchctl`. It
//! runs once a day, and when the user logs in. A run that was slept through is made up for.

use std::path::PathBuf;

use super::job::{HOUR, Job};
use super::own_files;
use super::scheduler::{Found, Planned, Removal, Scheduler, Step, output_of};
use super::xml;
use crate::clients::client_command::ClientCommand;
use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::path::display_path;
use crate::clients::setup_record::SetupRecord;
use crate::platform;

const LABEL: &str = "prusa-cred-refresh";
const PROGRAM: &str = "<key>ProgramArguments</key>";

/// The launchd of the user's session.
pub(super) struct Launchd {
    file: PathBuf,
    /// The session, as launchctl names it.
    domain: String,
    launchctl: Option<ClientCommand>,
}

impl Launchd {
    pub(super) fn new(env: &SetupEnv) -> Self {
        let agents = env.home.join("Library").join("LaunchAgents");
        Self {
            file: agents.join(format!("{LABEL}.plist")),
            domain: format!("gui/{}", platform::user_id().unwrap_or_default()),
            launchctl: env.command("launchctl"),
        }
    }

    /// Returns the agent, as launchctl names it.
    fn agent(&self) -> String {
        format!("{}/{LABEL}", self.domain)
    }
}

impl Scheduler for Launchd {
    fn name(&self) -> &'static str {
        "an agent of launchd"
    }

    fn ready(self: Box<Self>) -> Option<Box<dyn Scheduler>> {
        self.launchctl
            .is_some()
            .then_some(self as Box<dyn Scheduler>)
    }

    fn planned(&self, job: &Job) -> Result<Vec<Planned>, SetupError> {
        Ok(vec![own_files::planned(
            self.file.clone(),
            property_list(job),
        )?])
    }

    fn write(&self, planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError> {
        own_files::write(planned, record)
    }

    fn to_start(&self) -> Vec<Step> {
        let file = self.file.display().to_string();
        vec![
            // An agent that is loaded already is not read again.
            Step::new("launchctl", &["bootout", &self.agent()]).or_not(),
            Step::new("launchctl", &["bootstrap", &self.domain, &file]),
        ]
    }

    fn to_stop(&self) -> Vec<Step> {
        vec![Step::new("launchctl", &["bootout", &self.agent()]).or_not()]
    }

    fn is_started(&self) -> Option<bool> {
        let launchctl = self.launchctl.as_ref()?;
        Some(output_of(Some(launchctl), &["print", &self.agent()]).is_some())
    }

    fn last_failure(&self) -> Option<String> {
        let told = output_of(self.launchctl.as_ref(), &["print", &self.agent()])?;
        let mut lines = told.lines().map(str::trim);
        let code = lines.find_map(|line| line.strip_prefix("last exit code = "))?;
        // launchd keeps no output of an agent.
        let has_failed = code.parse().is_ok_and(|code: i32| code != 0);
        has_failed.then(|| format!("prusa-cred {}", Job::ARGUMENTS.join(" ")))
    }

    fn found(&self) -> Result<Option<Found>, SetupError> {
        let text = own_files::text_of(&self.file)?;
        Ok(text.map(|text| Found {
            place: display_path(&self.file),
            program: xml::first(&text, PROGRAM, "string"),
        }))
    }

    fn has_ours(&self, record: &SetupRecord) -> Result<bool, SetupError> {
        Ok(own_files::has_any(std::slice::from_ref(&self.file), record))
    }

    fn remove(&self, record: &SetupRecord) -> Result<Vec<Removal>, SetupError> {
        own_files::remove(std::slice::from_ref(&self.file), record)
    }
}

/// Returns the property list of the agent.
fn property_list(job: &Job) -> String {
    let string = |text: &str| format!("<string>{}</string>", xml::escaped(text));
    let words = [job.program.as_str()].into_iter().chain(Job::ARGUMENTS);
    let words: String = words
        .map(|word| format!("    {}\n", string(word)))
        .collect();
    let variables = job.variables.iter();
    let variables: String = variables
        .map(|(name, value)| format!("    <key>{name}</key>\n    {}\n", string(value)))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by `prusa-cred setup timer`, which also removes it. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{LABEL}</string>
  {PROGRAM}
  <array>
{words}  </array>
  <key>EnvironmentVariables</key>
  <dict>
{variables}  </dict>
  <key>ProcessType</key>
  <string>Background</string>
  <key>RunAtLoad</key>
  <true/>
  <key>StartCalendarInterval</key>
  <dict>
    <key>Hour</key>
    <integer>{HOUR}</integer>
    <key>Minute</key>
    <integer>{}</integer>
  </dict>
</dict>
</plist>
"#,
        job.minute
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_property_list_names_the_program_and_the_variables() {
        let job = Job {
            program: "/Applications/a & b/prusa-cred".to_owned(),
            variables: vec![("PRUSA_CRED_CONFIG", "/c<d>".to_owned())],
            minute: 59,
        };
        let text = property_list(&job);
        let program = xml::first(&text, PROGRAM, "string");
        assert_eq!(program.as_deref(), Some("/Applications/a & b/prusa-cred"));
        let arguments = "    <string>refresh</string>\n    <string>--all</string>\n";
        assert!(text.contains(arguments), "{text}");
        let variable = "    <key>PRUSA_CRED_CONFIG</key>\n    <string>/c&lt;d&gt;</string>\n";
        assert!(text.contains(variable), "{text}");
        assert!(text.contains("<integer>59</integer>"));
    }
}
