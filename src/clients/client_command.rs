//! A client's own command, run on a scratch copy of its configuration. What it writes is examined first, and replaces
//! the file as a whole.

use std::io::Write;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::causes::with_causes;
use crate::clients::edit::EditError;
use crate::context::config_dir;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::platform;
use crate::program;
use crate::shell::{self, Output};
use crate::store::read_foreign;

/// How the name of a scratch copy begins; the process's number follows.
const SCRATCH: &str = ".setup.";

/// A program that was found on the search path.
#[derive(Clone, Debug)]
pub(crate) struct ClientCommand {
    name: &'static str,
    /// Its file.
    pub(crate) program: PathBuf,
    /// When it has to be done, together with all other commands of this run.
    pub(crate) deadline: Deadline,
}

impl ClientCommand {
    /// Returns the program, if it is on the search path; it is not run.
    pub(crate) fn find(name: &'static str, deadline: Deadline) -> Option<Self> {
        let program = program::find(name)?;
        Some(Self {
            name,
            program,
            deadline,
        })
    }

    /// Runs the program with these arguments and, besides its own environment, these variables; returns its output,
    /// whatever its exit status. Fails if it cannot be started or has not ended at the deadline.
    pub(crate) fn run(
        &self,
        arguments: &[&str],
        variables: &[(&str, &Path)],
    ) -> Result<Output, EditError> {
        let mut command = program::command(&self.program);
        command.args(arguments).envs(variables.iter().copied());
        let ran = shell::run(self.name, &mut command, self.deadline);
        ran.map_err(|error| with_causes(&error))
    }

    /// As `run`, with this text on its stdin.
    pub(crate) fn run_on_input(
        &self,
        arguments: &[&str],
        input: &str,
    ) -> Result<Output, EditError> {
        let mut command = program::command(&self.program);
        let input = Zeroizing::new(input.as_bytes().to_vec());
        let ran = shell::run_on_input(self.name, command.args(arguments), input, self.deadline);
        ran.map_err(|error| with_causes(&error))
    }

    /// Does as `run`, and fails with the first line of its stderr if the program does not succeed.
    pub(crate) fn run_checked(
        &self,
        arguments: &[&str],
        variables: &[(&str, &Path)],
    ) -> Result<(), EditError> {
        let ran = self.run(arguments, variables)?;
        if ran.status.success() {
            Ok(())
        } else {
            Err(first_error_line(&ran))
        }
    }
}

/// Returns the first line with text that a failed program wrote to stderr, cut if it is long, and without control
/// characters; a text that says so if there is none.
pub(crate) fn first_error_line(ran: &Output) -> EditError {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let line = stderr.lines().find(|line| !line.trim().is_empty());
    line.map_or("it failed without a message".to_owned(), excerpt)
}

/// Calls `work` with a new file that holds the text, and returns what `work` returns and what the file holds then, an
/// empty text if it is gone. The file is removed afterwards. A process has only one: calls must not be nested.
///
/// # Errors
///
/// When the file cannot be written or read, or is then not UTF-8, or `work` fails.
pub(crate) fn with_scratch_copy<T>(
    text: &str,
    work: impl FnOnce(&Path) -> Result<T, EditError>,
) -> Result<(T, String), EditError> {
    let copy = ScratchFile::with_text(text)?;
    let returned = work(&copy.0)?;
    let bytes = read_foreign(&copy.0).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes.unwrap_or_default());
    Ok((returned, text.map_err(|_| "it is not UTF-8".to_owned())?))
}

/// A file that only its owner can read, and that is removed when this is dropped.
struct ScratchFile(PathBuf);

impl ScratchFile {
    /// Writes the text to a new private file in prusa-cred's directory below the configuration directory, made if it is
    /// missing, and removes those of killed processes. Fails if the directory or the file cannot be written.
    fn with_text(text: &str) -> Result<Self, EditError> {
        let directory = config_dir().map_err(|error| error.to_string())?;
        let directory = directory.join(env!("CARGO_PKG_NAME"));
        platform::create_private_directories(&directory)
            .map_err(|error| format!("could not create {}: {error}", directory.display()))?;
        remove_leftovers(&directory);
        let path = directory.join(format!("{SCRATCH}{}", std::process::id()));
        let scratch = Self(path);
        let written = platform::remove_if_exists(&scratch.0)
            .and_then(|_| platform::create_private(&scratch.0))
            .and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| format!("could not write {}: {error}", scratch.0.display()))?;
        Ok(scratch)
    }
}

/// Removes the copies of processes that were killed: they may hold a client's secrets. One that cannot be removed
/// stays.
fn remove_leftovers(directory: &Path) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(SCRATCH)?.parse().ok());
        if pid.is_some_and(|pid| !platform::is_process_alive(pid)) {
            // The next run tries again.
            let _ = platform::remove_if_exists(&entry.path());
        }
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        let _ = platform::remove_if_exists(&self.0);
    }
}
