//! A line in the user's crontab (crontab(1), crontab(5)), where no user instance of systemd answers. All other lines
//! stay. A comment at the line's end, which is the shell's, says that `setup` wrote it.

use super::job::{HOUR, Job};
use super::scheduler::{Found, Planned, Removal, Scheduler, failed};
use crate::clients::client_command::ClientCommand;
use crate::clients::command_words::command_words;
use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::programs::is_prusa_cred;
use crate::clients::setup_record::SetupRecord;
use crate::escape::shell_word_of;
use crate::lines::{appended, lines};

const MARK: &str = "# by prusa-cred setup timer";
/// What follows the command: cron sends a mail with what is printed, and only errors are worth one.
const QUIET: &str = ">/dev/null";
const PLACE: &str = "your crontab";

/// The user's crontab.
pub(super) struct Crontab {
    crontab: Option<ClientCommand>,
}

impl Crontab {
    pub(super) fn new(env: &SetupEnv) -> Self {
        Self {
            crontab: env.command("crontab"),
        }
    }

    /// Returns its text; `None` if there is none, or no program `crontab`.
    fn text(&self) -> Result<Option<String>, SetupError> {
        let Some(crontab) = &self.crontab else {
            return Ok(None);
        };
        // Its message is what tells a missing crontab from one that cannot be read.
        let ran = crontab.run(&["-l"], &[("LC_ALL", "C".as_ref())]);
        let ran = ran.map_err(|reason| SetupError::CommandFailed {
            command: "crontab -l".to_owned(),
            reason,
        })?;
        if ran.status.success() {
            // It is written back as a whole.
            let text = String::from_utf8(ran.stdout.to_vec());
            return text.map(Some).map_err(|_| SetupError::CommandFailed {
                command: "crontab -l".to_owned(),
                reason: "it is not UTF-8".to_owned(),
            });
        }
        let message = String::from_utf8_lossy(&ran.stderr).to_lowercase();
        let is_missing = ["no crontab", "no such file"];
        if is_missing.iter().any(|it| message.contains(it)) {
            return Ok(None);
        }
        Err(failed("crontab -l", &ran))
    }

    /// Replaces its text; a blank one removes the crontab.
    fn install(&self, text: &str) -> Result<(), SetupError> {
        let Some(crontab) = &self.crontab else {
            return Err(SetupError::NotInstalled("crontab"));
        };
        let (argument, command) = if text.trim().is_empty() {
            ("-r", "crontab -r")
        } else {
            ("-", "crontab -")
        };
        let ran = crontab.run_on_input(&[argument], text);
        let ran = ran.map_err(|reason| SetupError::CommandFailed {
            command: command.to_owned(),
            reason,
        })?;
        if ran.status.success() {
            Ok(())
        } else {
            Err(failed(command, &ran))
        }
    }
}

impl Scheduler for Crontab {
    fn name(&self) -> &'static str {
        "a line of your crontab"
    }

    fn ready(self: Box<Self>) -> Option<Box<dyn Scheduler>> {
        self.crontab.is_some().then_some(self as Box<dyn Scheduler>)
    }

    fn planned(&self, job: &Job) -> Result<Vec<Planned>, SetupError> {
        let old = self.text()?;
        let new = with_line(old.as_deref().unwrap_or_default(), &line(job));
        Ok(vec![Planned {
            place: PLACE.to_owned(),
            path: None,
            old,
            new,
        }])
    }

    fn write(&self, planned: &[Planned], _: &SetupRecord) -> Result<(), SetupError> {
        let mut to_write = planned.iter().filter(|it| !it.is_there());
        to_write.try_for_each(|it| self.install(&it.new))
    }

    fn found(&self) -> Result<Option<Found>, SetupError> {
        let text = self.text()?.unwrap_or_default();
        let program = text.lines().find_map(program_in);
        Ok(program.map(|program| Found {
            place: PLACE.to_owned(),
            // A bare name is found on cron's own search path.
            program: Some(program).filter(|it| it.contains('/')),
        }))
    }

    fn has_ours(&self, _: &SetupRecord) -> Result<bool, SetupError> {
        let text = self.text()?.unwrap_or_default();
        Ok(text.lines().any(is_marked))
    }

    fn remove(&self, record: &SetupRecord) -> Result<Vec<Removal>, SetupError> {
        if !self.has_ours(record)? {
            return Ok(Vec::new());
        }
        let text = self.text()?.unwrap_or_default();
        let rest = lines(&text).into_iter().filter(|line| !is_marked(line));
        self.install(&rest.collect::<String>())?;
        Ok(vec![Removal::Removed(format!(
            "Removed the line from {PLACE}"
        ))])
    }

    fn notes(&self) -> Vec<String> {
        vec!["it does not run on a machine that is off at that time".to_owned()]
    }
}

/// Returns the line for the job, without its end. `%` stands for a line break in a crontab unless it is escaped.
fn line(job: &Job) -> String {
    let mut words = Vec::new();
    if !job.variables.is_empty() {
        words.push("env".to_owned());
    }
    for (name, value) in &job.variables {
        words.push(shell_word_of(&format!("{name}={value}")));
    }
    words.push(shell_word_of(&job.program));
    words.extend(Job::ARGUMENTS.map(str::to_owned));
    let command = words.join(" ").replace('%', "\\%");
    format!("{} {HOUR} * * * {command} {QUIET} {MARK}", job.minute)
}

/// Returns the text with this line, in the place of one that `setup` wrote.
fn with_line(text: &str, line: &str) -> String {
    let Some(at) = lines(text).iter().position(|line| is_marked(line)) else {
        return appended(text, line);
    };
    let old = lines(text).into_iter().enumerate();
    let others = old.filter(|(number, line)| *number == at || !is_marked(line));
    let new = others.map(|(number, old)| {
        if number == at {
            format!("{line}\n")
        } else {
            old.to_owned()
        }
    });
    new.collect()
}

/// Returns whether `setup` wrote a line, whatever was changed in it since.
fn is_marked(line: &str) -> bool {
    line.trim_end().ends_with(MARK)
}

/// Returns the program of a line that renews logins; `None` for another line.
fn program_in(line: &str) -> Option<String> {
    let mut rest = line.trim_start();
    if rest.starts_with('#') {
        return None;
    }
    let fields = if rest.starts_with('@') { 1 } else { 5 };
    for _ in 0..fields {
        rest = rest.split_once(char::is_whitespace)?.1.trim_start();
    }
    let command = rest.split(['>', '#', ';', '&', '|']).next()?;
    let words = command_words(&command.replace("\\%", "%"))?;
    let is_before = |word: &&String| *word == "env" || word.contains('=');
    let mut words = words.iter().skip_while(is_before);
    let program = words.next().filter(|word| is_prusa_cred(word))?;
    let is_refresh = words.any(|word| word == "refresh");
    is_refresh.then(|| program.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(program: &str) -> Job {
        Job {
            program: program.to_owned(),
            variables: Vec::new(),
            minute: 7,
        }
    }

    #[test]
    fn any_program_is_found_again() {
        for program in ["/usr/bin/prusa-cred", "/a b/100%/it's/prusa-cred"] {
            let mut job = job(program);
            assert_eq!(program_in(&line(&job)).as_deref(), Some(program));
            job.variables = vec![("XDG_DATA_HOME", "/d %/x".to_owned())];
            let line = line(&job);
            assert!(line.contains("'XDG_DATA_HOME=/d \\%/x' "), "{line}");
            assert_eq!(program_in(&line).as_deref(), Some(program), "{line}");
        }
        let plain = line(&job("/bin/prusa-cred"));
        let wanted =
            "7 12 * * * /bin/prusa-cred refresh --all >/dev/null # by prusa-cred setup timer";
        assert_eq!(plain, wanted);
        for (line, wanted) in [
            ("@daily prusa-cred refresh -q --all", Some("prusa-cred")),
            ("#7 12 * * * prusa-cred refresh", None),
            ("7 12 * * * prusa-cred get", None),
            ("MAILTO=x", None),
        ] {
            assert_eq!(program_in(line).as_deref(), wanted, "{line}");
        }
    }

    #[test]
    fn the_line_is_added_once_and_other_lines_stay() {
        let (one, two) = (line(&job("/a/prusa-cred")), line(&job("/b/prusa-cred")));
        let text = "MAILTO=me\n0 1 * * * x\n";
        let with = with_line(text, &one);
        assert_eq!(with, format!("{text}{one}\n"));
        assert_eq!(with_line(&with, &two), format!("{text}{two}\n"));
        assert_eq!(with_line("", &one), format!("{one}\n"));
    }
}
