//! A timer of systemd's user instance (systemd.timer(5), systemd.service(5)): two unit files in the user's directory,
//! and `systemctl --user`. Runs that were missed while the machine was off are made up for.
//!
//! The user instance may have another `XDG_CONFIG_HOME` than this process, so it is asked which directories it reads.

use std::path::PathBuf;

use super::job::Job;
use super::own_files;
use super::scheduler::{Found, Planned, Removal, Scheduler, Step, output_of};
use crate::clients::client_command::ClientCommand;
use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::path::display_path;
use crate::clients::setup_record::SetupRecord;
use crate::context::path_variable;

const SERVICE: &str = "prusa-cred-refresh.service";
const TIMER: &str = "prusa-cred-refresh.timer";
const ENV: &str = "/usr/bin/env";
const MARK: &str =
    "# Written by `prusa-cred setup timer`; `prusa-cred setup timer --undo` removes it.";

/// The user instance.
pub(super) struct Systemd {
    /// The directories in which the unit files may be; in the first they are written.
    directories: Vec<PathBuf>,
    systemctl: Option<ClientCommand>,
}

impl Systemd {
    pub(super) fn new(env: &SetupEnv) -> Self {
        let homes = path_variable("XDG_CONFIG_HOME")
            .into_iter()
            .chain([env.home.join(".config")]);
        let mut directories: Vec<_> = homes
            .map(|home| home.join("systemd").join("user"))
            .collect();
        directories.dedup();
        Self {
            directories,
            systemctl: env.command("systemctl"),
        }
    }

    /// Returns both unit files in each directory.
    fn files(&self) -> Vec<PathBuf> {
        let directories = self.directories.iter();
        let files = directories.flat_map(|it| [it.join(SERVICE), it.join(TIMER)]);
        files.collect()
    }
}

impl Scheduler for Systemd {
    fn name(&self) -> &'static str {
        "a timer of systemd"
    }

    fn ready(mut self: Box<Self>) -> Option<Box<dyn Scheduler>> {
        let asked = ["--user", "show", "--property=UnitPath"];
        let read = output_of(self.systemctl.as_ref(), &asked)?;
        let is_read = |directory: &PathBuf| {
            let mut words = read.trim_start_matches("UnitPath=").split_whitespace();
            words.any(|word| directory.as_os_str() == word)
        };
        if let Some(at) = self.directories.iter().position(is_read) {
            self.directories.swap(0, at);
        }
        Some(self)
    }

    fn planned(&self, job: &Job) -> Result<Vec<Planned>, SetupError> {
        let directory = self.directories.first().cloned().unwrap_or_default();
        Ok(vec![
            own_files::planned(directory.join(SERVICE), service(job))?,
            own_files::planned(directory.join(TIMER), timer())?,
        ])
    }

    fn write(&self, planned: &[Planned], record: &SetupRecord) -> Result<(), SetupError> {
        own_files::write(planned, record)
    }

    fn to_start(&self) -> Vec<Step> {
        vec![
            Step::new("systemctl", &["--user", "daemon-reload"]),
            Step::new("systemctl", &["--user", "enable", "--now", TIMER]),
        ]
    }

    fn to_stop(&self) -> Vec<Step> {
        // Without a user instance nothing runs.
        vec![Step::new("systemctl", &["--user", "disable", "--now", TIMER]).or_not()]
    }

    fn after_removal(&self) -> Vec<Step> {
        vec![Step::new("systemctl", &["--user", "daemon-reload"]).or_not()]
    }

    fn is_started(&self) -> Option<bool> {
        let ran = self.systemctl.as_ref()?;
        let ran = ran.run(&["--user", "is-enabled", TIMER], &[]).ok()?;
        match String::from_utf8_lossy(&ran.stdout).trim() {
            "enabled" => Some(true),
            "disabled" => Some(false),
            _ => None,
        }
    }

    fn last_failure(&self) -> Option<String> {
        let asked = ["--user", "show", "--property=Result", SERVICE];
        let result = output_of(self.systemctl.as_ref(), &asked)?;
        let result = result.trim().strip_prefix("Result=")?;
        let has_failed = !matches!(result, "" | "success");
        has_failed.then(|| format!("journalctl --user -n 20 -u {SERVICE}"))
    }

    fn found(&self) -> Result<Option<Found>, SetupError> {
        for directory in &self.directories {
            let file = directory.join(TIMER);
            if !file.is_file() {
                continue;
            }
            let service = own_files::text_of(&directory.join(SERVICE))?;
            return Ok(Some(Found {
                place: display_path(&file),
                program: service.as_deref().and_then(program_in),
            }));
        }
        Ok(None)
    }

    fn has_ours(&self, record: &SetupRecord) -> Result<bool, SetupError> {
        Ok(own_files::has_any(&self.files(), record))
    }

    fn remove(&self, record: &SetupRecord) -> Result<Vec<Removal>, SetupError> {
        own_files::remove(&self.files(), record)
    }

    fn notes(&self) -> Vec<String> {
        vec![
            "it runs while you are logged in; on a machine where you are not, `loginctl enable-linger` keeps it running"
                .to_owned(),
        ]
    }
}

/// Returns the text of the service, which the timer starts.
fn service(job: &Job) -> String {
    let variables = job.variables.iter();
    let environment: String = variables
        .map(|(name, value)| format!("Environment={}\n", quoted(&format!("{name}={value}"))))
        .collect();
    format!(
        "{MARK}\n[Unit]\nDescription=Renew the logins of prusa-cred\n\n[Service]\nType=oneshot\n\
         {environment}ExecStart={} {}\nTimeoutStartSec=10min\n",
        started(&job.program),
        Job::ARGUMENTS.join(" ")
    )
}

/// Returns the words that start a program. systemd refuses the path of a program with a quotation mark or a backslash,
/// so that `env` starts one. What follows a program has variables, which begin with a dollar sign.
fn started(program: &str) -> String {
    if program.contains(['\'', '"', '\\']) {
        format!("{ENV} {}", quoted(&program.replace('$', "$$")))
    } else {
        quoted(program)
    }
}

/// Returns the text of the timer.
fn timer() -> String {
    format!(
        "{MARK}\n[Unit]\nDescription=Renew the logins of prusa-cred once a day\n\n[Timer]\nOnCalendar=daily\n\
         Persistent=true\nRandomizedDelaySec=1h\n\n[Install]\nWantedBy=timers.target\n"
    )
}

/// Returns a text as one word of a unit file: in quotes with C-style escapes, and with `%`, which begins a specifier,
/// doubled. A dollar sign stays: neither the path of a program nor `Environment=` has variables.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('%', "%%"))
}

/// Returns the program that a service starts; `None` if it starts none.
fn program_in(service: &str) -> Option<String> {
    let mut lines = service.lines().map(str::trim);
    let command = lines.find_map(|line| line.strip_prefix("ExecStart="))?;
    let by_env = command.strip_prefix(ENV).map(str::trim_start);
    let plain = |word: &str| {
        let word = word.replace("%%", "%");
        match by_env {
            Some(_) => word.replace("$$", "$"),
            None => word,
        }
    };
    let command = by_env.unwrap_or(command);
    let Some(rest) = command.strip_prefix('"') else {
        return command.split_whitespace().next().map(plain);
    };
    let mut program = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(plain(&program)),
            '\\' => program.push(characters.next()?),
            other => program.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_is_found_again() {
        for program in [
            "/usr/bin/prusa-cred",
            "/a b/100%/$x/prusa-cred",
            "/home/o'brien/100%/$x/prusa-cred",
            "/a b/$x/\"q\"/\\/prusa-cred",
        ] {
            let job = Job {
                program: program.to_owned(),
                variables: vec![("XDG_DATA_HOME", "/d %h".to_owned())],
                minute: 0,
            };
            let text = service(&job);
            assert!(
                text.contains("Environment=\"XDG_DATA_HOME=/d %%h\"\n"),
                "{text}"
            );
            assert_eq!(program_in(&text).as_deref(), Some(program), "{text}");
            let is_by_env = text.contains("ExecStart=/usr/bin/env \"/");
            assert_eq!(is_by_env, program.contains(['\'', '"']), "{text}");
        }
        let by_hand = "[Service]\nExecStart=/bin/prusa-cred refresh --all\n";
        assert_eq!(program_in(by_hand).as_deref(), Some("/bin/prusa-cred"));
        assert_eq!(program_in("[Service]\n"), None);
    }
}
