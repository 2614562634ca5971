//! A line of the user's crontab (crontab(5)), which `crontab` reads and replaces as a whole; the other lines stay.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use super::error::TimerError;
use super::program_call::ProgramCall;
use super::scheduler::{Scheduler, TimerState, command};
use crate::clients::client_command::{ClientCommand, first_error_line, with_scratch_copy};
use crate::context::home_dir;
use crate::escape::shell_word_of;

/// What the line ends with, by which it is known again.
const MARK: &str = "# prusa-cred: renews logins once a day";
const PROGRAM: &str = "crontab";

/// The user's crontab.
pub(super) struct Crontab {
    crontab: ClientCommand,
}

impl Crontab {
    /// Returns it, if there is a `crontab` on the search path.
    pub(super) fn find() -> Option<Self> {
        let crontab = command(PROGRAM)?;
        Some(Self { crontab })
    }

    /// Returns the text of the table, empty if the user has none.
    fn read(&self) -> Result<String, TimerError> {
        let failed = |reason| TimerError::Command {
            program: PROGRAM,
            reason,
        };
        let ran = self.crontab.run(&["-l"], &[]).map_err(failed)?;
        if ran.status.success() {
            let text = String::from_utf8(ran.stdout.to_vec());
            return text.map_err(|_| failed("it is not UTF-8".to_owned()));
        }
        let error = first_error_line(&ran);
        // Every cron says it in these words.
        if error.contains("no crontab for") {
            return Ok(String::new());
        }
        Err(failed(error))
    }

    /// Replaces the table.
    fn write(&self, text: &str) -> Result<(), TimerError> {
        let install = |file: &std::path::Path| {
            let file = file.to_string_lossy();
            self.crontab.run_checked(&[&file], &[])
        };
        let written = with_scratch_copy(text, install);
        written.map(drop).map_err(|reason| TimerError::Command {
            program: PROGRAM,
            reason,
        })
    }
}

impl Scheduler for Crontab {
    fn name(&self) -> &'static str {
        "cron"
    }

    fn state(&self) -> Result<TimerState, TimerError> {
        let text = self.read()?;
        let line = text.lines().find(|line| is_ours(line));
        Ok(match line {
            Some(line) => TimerState::Present {
                program: program_in(line),
            },
            None => TimerState::Absent,
        })
    }

    fn shown(&self, call: &ProgramCall) -> Result<String, TimerError> {
        let line = line(call)?;
        Ok(format!("your crontab would have the line\n  + {line}\n"))
    }

    fn install(&self, call: &ProgramCall) -> Result<(), TimerError> {
        let mut text = without_ours(&self.read()?);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.write(&format!("{text}{}\n", line(call)?))
    }

    fn remove(&self) -> Result<(), TimerError> {
        let text = self.read()?;
        if text.lines().any(is_ours) {
            self.write(&without_ours(&text))?;
        }
        Ok(())
    }
}

fn is_ours(line: &str) -> bool {
    line.trim_end().ends_with(MARK)
}

fn without_ours(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !is_ours(line))
        .collect()
}

/// Returns the line: a time of day that depends on the home, so that not everybody asks a server at once, and a command
/// for the shell in which cron takes a `%` for a line break unless it is escaped.
fn line(call: &ProgramCall) -> Result<String, TimerError> {
    let mut hasher = DefaultHasher::new();
    home_dir()?.hash(&mut hasher);
    let minute = hasher.finish() % (24 * 60);
    let variables = call
        .variables
        .iter()
        .map(|(name, value)| format!("{name}={} ", shell_word_of(value)))
        .collect::<String>();
    let command = format!(
        "{variables}{} {}",
        shell_word_of(&call.program_text()),
        ProgramCall::ARGUMENTS.join(" ")
    );
    let command = command.replace('%', "\\%");
    Ok(format!(
        "{} {} * * * {command} {MARK}",
        minute % 60,
        minute / 60
    ))
}

/// Returns the program that a line of ours runs; `None` if its path is quoted.
fn program_in(line: &str) -> Option<PathBuf> {
    let words = line.split_whitespace().skip(5);
    let mut words = words.skip_while(|word| !word.starts_with('/'));
    let word = words.next().filter(|word| !word.contains('\''))?;
    Some(word.replace("\\%", "%").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_and_escapes_what_cron_and_the_shell_would_take() {
        let call = ProgramCall {
            program: "/opt/100%/prusa-cred".into(),
            variables: vec![("XDG_CONFIG_HOME", "/a b".to_owned())],
        };
        let line = line(&call).expect("a line");
        let end = format!(
            " * * * XDG_CONFIG_HOME='/a b' /opt/100\\%/prusa-cred refresh --all --quiet {MARK}"
        );
        assert!(line.ends_with(&end), "{line}");
        let times: Vec<u64> = line
            .split(' ')
            .take(2)
            .map(|it| it.parse().expect("a number"))
            .collect();
        assert!(times[0] < 60 && times[1] < 24, "{line}");
        assert!(is_ours(&line));
        assert_eq!(without_ours(&format!("a\n{line}\nb\n")), "a\nb\n");
    }
}
