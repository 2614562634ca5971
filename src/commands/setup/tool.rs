//! A client's own command, run on a scratch copy of its configuration: what it writes is looked at first, and takes the
//! place of the file as a whole.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::entry::Why;
use super::place::find_program;
use crate::context::config_dir;
use crate::deadline::Deadline;
use crate::http::printable;
use crate::platform;
use crate::store::read_of_others;

const POLL: Duration = Duration::from_millis(2);
const LONGEST: u64 = 16 * 1024 * 1024;

/// How the name of a scratch copy begins; the process's number follows.
const SCRATCH: &str = ".setup.";

/// A program that was found on the search path.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    program: PathBuf,
    deadline: Deadline,
}

/// How a run ended.
pub(super) struct Ran {
    pub(super) status: Option<i32>,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Ran {
    pub(super) fn is_success(&self) -> bool {
        self.status == Some(0)
    }

    /// Returns the first thing that the program had to say against it.
    pub(super) fn why(&self) -> Why {
        let stderr = String::from_utf8_lossy(&self.stderr);
        let line = stderr.lines().find(|line| !line.trim().is_empty());
        line.map_or("it failed without a word".to_owned(), printable)
    }
}

impl Tool {
    /// Returns the program, if it is installed.
    pub(super) fn find(name: &str, deadline: Deadline) -> Option<Self> {
        let program = find_program(name)?;
        Some(Self { program, deadline })
    }

    /// Runs the program.
    pub(super) fn run(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Result<Ran, Why> {
        let name = self.program.display();
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let failed = |error: std::io::Error| format!("could not run {name}: {error}");
        let mut child = command.spawn().map_err(failed)?;
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let status = loop {
            match child.try_wait().map_err(failed)? {
                Some(status) => break status,
                None if self.deadline.sleep(POLL) => {}
                None => {
                    // It may have ended by itself meanwhile, which is as good.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("{name} did not end in time and was stopped"));
                }
            }
        };
        let taken = |output: mpsc::Receiver<Vec<u8>>| {
            let bytes = output.recv_timeout(self.deadline.remaining().max(POLL));
            bytes.map_err(|_| format!("{name} did not close its output in time"))
        };
        Ok(Ran {
            status: status.code(),
            stdout: taken(stdout)?,
            stderr: taken(stderr)?,
        })
    }
}

/// Lets `work` have a copy of a text, and returns what `work` returns and what the copy holds then.
pub(super) fn on_copy<T>(
    text: &str,
    work: impl FnOnce(&Path) -> Result<T, Why>,
) -> Result<(T, String), Why> {
    let copy = Scratch::of(text)?;
    let returned = work(&copy.0)?;
    let bytes = read_of_others(&copy.0).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes.unwrap_or_default());
    Ok((returned, text.map_err(|_| "it is not UTF-8".to_owned())?))
}

fn collect(output: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(output) = output {
            // What could be read is told; the status says whether it was all.
            let _ = output.take(LONGEST).read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// A file for its owner alone, which is gone when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn of(text: &str) -> Result<Self, Why> {
        let directory = config_dir().map_err(|error| error.to_string())?;
        let directory = directory.join(env!("CARGO_PKG_NAME"));
        platform::create_private_directories(&directory)
            .map_err(|error| format!("could not create {}: {error}", directory.display()))?;
        remove_leftovers(&directory);
        let path = directory.join(format!("{SCRATCH}{}", std::process::id()));
        let scratch = Self(path);
        let written = platform::remove_if_there(&scratch.0)
            .and_then(|_| platform::create_private(&scratch.0))
            .and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| format!("could not write {}: {error}", scratch.0.display()))?;
        Ok(scratch)
    }
}

/// Removes the copies of processes that were killed: they may hold what a client keeps secret.
fn remove_leftovers(directory: &Path) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(SCRATCH)?.parse().ok());
        if pid.is_some_and(|pid| !platform::is_process_alive(pid)) {
            // The next run tries again.
            let _ = platform::remove_if_there(&entry.path());
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = platform::remove_if_there(&self.0);
    }
}
