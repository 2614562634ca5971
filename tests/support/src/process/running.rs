//! A run under way, and what it left.

use std::cell::Cell;
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Expected, WATCHDOG};
use crate::sandbox::MARKER;

/// A child process that is reaped when it ends, and killed when it does not.
pub struct Watched {
    pid: Pid,
    started: Instant,
    ended: Receiver<ExitStatus>,
    status: Cell<Option<ExitStatus>>,
}

impl Watched {
    pub fn new(mut child: Child) -> Self {
        let pid = Pid::from_child(&child);
        let (sender, ended) = channel();
        thread::spawn(move || child.wait().map(|status| sender.send(status)));
        Self {
            pid,
            started: Instant::now(),
            ended,
            status: Cell::new(None),
        }
    }

    /// Returns the time left before the watchdog bites.
    pub fn remaining(&self) -> Duration {
        WATCHDOG.saturating_sub(self.started.elapsed())
    }

    /// Returns the exit status (a signal as its negative number), or `None` when the process had to be killed.
    pub fn wait(&self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt as _;
        self.wait_for_end(self.remaining());
        self.signal(Signal::KILL);
        let status = self.status.get()?;
        status.code().or_else(|| status.signal().map(|n| -n))
    }

    /// Waits so long for the end.
    fn wait_for_end(&self, at_most: Duration) {
        if self.status.get().is_none() {
            self.status.set(self.ended.recv_timeout(at_most).ok());
        }
    }

    /// Sends a signal, unless the process has ended.
    pub fn signal(&self, signal: Signal) {
        if self.status.get().is_none() {
            self.status.set(self.ended.try_recv().ok());
        }
        if self.status.get().is_none() {
            let _ = kill_process(self.pid, signal);
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// A run that has begun. Dropping it kills it.
#[must_use = "what it prints is checked by `success`, `status` or `outcome`"]
pub struct Running {
    pub(super) name: String,
    pub(super) home: Option<String>,
    pub(super) expected: Expected,
    pub(super) open_stdin: Option<ChildStdin>,
    pub(super) stdout: Option<Receiver<Vec<u8>>>,
    pub(super) stderr: Option<Receiver<Vec<u8>>>,
    pub(super) watched: Watched,
}

impl Running {
    pub fn pid(&self) -> i32 {
        self.watched.pid.as_raw_nonzero().get()
    }

    /// Sends a signal after a while, or not at all if the run ends before.
    pub fn signal_after(&self, a_while: Duration, signal: Signal) {
        self.watched.wait_for_end(a_while);
        self.signal(signal);
    }

    /// Sends a signal (`Signal::KILL` and the like).
    pub fn signal(&self, signal: Signal) {
        self.watched.signal(signal);
    }

    /// Returns stdin, where it was left open.
    pub fn stdin(&mut self) -> &mut ChildStdin {
        self.open_stdin
            .as_mut()
            .expect("`stdin_open` was asked for")
    }

    /// Waits for the end, which must have status 0.
    pub fn success(self) -> Output {
        self.status(0)
    }

    /// Waits for the end, which must have this status and print what was expected.
    pub fn status(self, status: i32) -> Output {
        let home = self.home.clone();
        let (output, expected) = self.finish();
        let is_met = output.status == status
            && expected.stdout.is_met_by(&output.stdout, home.as_deref())
            && expected.stderr.is_met_by(&output.stderr, home.as_deref());
        assert!(
            is_met,
            "{output}\nexpected status {status}, on stdout {}, on stderr {}",
            expected.stdout.describe(),
            expected.stderr.describe(),
        );
        output
    }

    /// Waits for the end, whatever it is.
    pub fn outcome(self) -> Output {
        self.finish().0
    }

    fn finish(self) -> (Output, Expected) {
        let status = self.watched.wait();
        let elapsed = self.watched.started.elapsed();
        // The pipes end with the process, unless it left a child behind that holds them.
        let patience = self.watched.remaining().max(Duration::from_secs(1));
        let read = |pipe: Option<Receiver<Vec<u8>>>| {
            let bytes = pipe.and_then(|pipe| pipe.recv_timeout(patience).ok());
            String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
        };
        let output = Output {
            name: self.name,
            stdout: read(self.stdout),
            stderr: read(self.stderr),
            status: status.unwrap_or_default(),
            elapsed,
        };
        assert!(
            status.is_some(),
            "still running after {WATCHDOG:?}, killed: {output}"
        );
        assert!(
            !output.stderr.contains(MARKER),
            "a secret on stderr: {output}"
        );
        assert!(
            !self.expected.stdout_is_public || !output.stdout.contains(MARKER),
            "a secret on stdout: {output}"
        );
        (output, self.expected)
    }
}

/// What a run left.
#[derive(Debug)]
pub struct Output {
    name: String,
    pub stdout: String,
    pub stderr: String,
    /// The exit status, or a signal as its negative number.
    pub status: i32,
    pub elapsed: Duration,
}

impl Output {
    /// Returns stdout as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not JSON ({error}): {self}"))
    }

    /// Returns stderr as JSON, for `--json` errors.
    pub fn json_error(&self) -> Value {
        serde_json::from_str(&self.stderr)
            .unwrap_or_else(|error| panic!("stderr is not JSON ({error}): {self}"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` ended with status {} after {:?}\n--- stdout\n{}--- stderr\n{}---",
            self.name, self.status, self.elapsed, self.stdout, self.stderr
        )
    }
}
