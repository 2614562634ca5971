//! One run of a program: what goes in, what must come out, and how long it may take.
//!
//! Strict by default: nothing on stdin, exactly nothing on stdout and stderr, and the status that the last call names.
//! Whoever expects more says so. Whatever is expected, stderr must never hold a secret of the sandbox.

mod running;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{PipeReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

pub use running::{Output, Running, Watched};

use super::sandbox::{EMAIL, PASSWORD};

/// How long any run may take before it is killed and the test fails.
pub const WATCHDOG: Duration = Duration::from_secs(60);

/// Returns the end of a pipe that holds these bytes, which is all that will ever come.
///
/// For a look at stdin, which lasts 50 ms: what `Run::stdin` writes may come later on a busy machine.
pub fn piped(bytes: impl AsRef<[u8]>) -> PipeReader {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer.write_all(bytes.as_ref()).expect("room");
    reader
}

/// A run that has not begun. It begins with `success`, `status`, `outcome` or `spawn`.
#[must_use = "nothing runs before `success`, `status`, `outcome` or `spawn`"]
pub struct Run {
    command: Command,
    input: Input,
    expected: Expected,
}

enum Input {
    Bytes(Vec<u8>),
    /// A pipe on which nothing comes for as long as the test likes.
    Open,
    /// Whatever was set on the command.
    Given,
}

struct Expected {
    stdout: Text,
    stderr: Text,
    stdout_is_public: bool,
}

/// What must stand on a stream.
enum Text {
    Exactly(String),
    With(Vec<String>),
    Anything,
}

impl Text {
    fn require(&mut self, part: &str) {
        match self {
            Self::With(parts) => parts.push(part.to_owned()),
            _ => *self = Self::With(vec![part.to_owned()]),
        }
    }

    /// A path below the home may be written with `~` or as it is: which of them a text for people has is a matter of its
    /// own.
    fn is_met_by(&self, text: &str, home: Option<&str>) -> bool {
        let short = |text: &str| match home {
            Some(home) => text.replace(&format!("{home}/"), "~/"),
            None => text.to_owned(),
        };
        match self {
            Self::Exactly(expected) => short(text) == short(expected),
            Self::With(parts) => parts.iter().all(|part| short(text).contains(&short(part))),
            Self::Anything => true,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Exactly(expected) => format!("exactly {expected:?}"),
            Self::With(parts) => format!("all of {parts:?}"),
            Self::Anything => "anything".to_owned(),
        }
    }
}

impl Run {
    /// Takes a command whose program, arguments and environment are set.
    pub fn new(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        Self {
            command,
            input: Input::Given,
            expected: Expected {
                stdout: Text::Exactly(String::new()),
                stderr: Text::Exactly(String::new()),
                stdout_is_public: false,
            },
        }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in this directory.
    pub fn directory(mut self, path: impl AsRef<std::path::Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    pub fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the e-mail address and the password of the sandbox's user.
    pub fn with_credentials(self) -> Self {
        self.env("PRUSA_EMAIL", EMAIL)
            .env("PRUSA_PASSWORD", PASSWORD)
    }

    /// Writes these bytes to a pipe and closes it.
    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input = Input::Bytes(bytes.as_ref().to_vec());
        self
    }

    /// Leaves stdin an open pipe on which nothing comes.
    pub fn stdin_open(mut self) -> Self {
        self.input = Input::Open;
        self
    }

    pub fn stdin_from(mut self, source: impl Into<Stdio>) -> Self {
        self.command.stdin(source);
        self.input = Input::Given;
        self
    }

    /// Expects exactly this on stdout.
    pub fn stdout(mut self, text: impl Into<String>) -> Self {
        self.expected.stdout = Text::Exactly(text.into());
        self
    }

    pub fn stdout_contains(mut self, part: &str) -> Self {
        self.expected.stdout.require(part);
        self
    }

    pub fn any_stdout(mut self) -> Self {
        self.expected.stdout = Text::Anything;
        self
    }

    /// Fails also when a secret stands on stdout.
    pub fn no_secret_on_stdout(mut self) -> Self {
        self.expected.stdout_is_public = true;
        self
    }

    /// Expects exactly this on stderr.
    pub fn stderr(mut self, text: impl Into<String>) -> Self {
        self.expected.stderr = Text::Exactly(text.into());
        self
    }

    pub fn stderr_contains(mut self, part: &str) -> Self {
        self.expected.stderr.require(part);
        self
    }

    pub fn any_stderr(mut self) -> Self {
        self.expected.stderr = Text::Anything;
        self
    }

    /// Sends stdout there instead of to the test; what is expected of it is no longer checked.
    pub fn stdout_to(self, file: File) -> Running {
        let mut run = self;
        run.command.stdout(file);
        run.expected.stdout = Text::Anything;
        run.begin(false)
    }

    /// Runs to the end with status 0.
    pub fn success(self) -> Output {
        self.status(0)
    }

    /// Runs to the end with this status.
    pub fn status(self, status: i32) -> Output {
        self.spawn().status(status)
    }

    /// Runs to the end, however it ends: only a secret on stderr and a run without end fail.
    pub fn outcome(self) -> Output {
        self.spawn().outcome()
    }

    /// Begins to run.
    pub fn spawn(self) -> Running {
        self.begin(true)
    }

    fn begin(mut self, reads_stdout: bool) -> Running {
        if reads_stdout {
            self.command.stdout(Stdio::piped());
        }
        if !matches!(self.input, Input::Given) {
            self.command.stdin(Stdio::piped());
        }
        self.command.stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} did not start: {error}", self.command));
        let open_stdin = feed(&mut child, self.input);
        Running {
            name: describe(&self.command),
            home: home_of(&self.command),
            expected: self.expected,
            open_stdin,
            stdout: child.stdout.take().map(drain),
            stderr: child.stderr.take().map(drain),
            watched: Watched::new(child),
        }
    }
}

fn describe(command: &Command) -> String {
    let args = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(command.get_program().to_string_lossy())
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the home that the command is given.
fn home_of(command: &Command) -> Option<String> {
    let (_, home) = command.get_envs().find(|(name, _)| *name == "HOME")?;
    home?.to_str().map(str::to_owned)
}

/// Writes the input, and returns the pipe if it is to stay open.
fn feed(child: &mut Child, input: Input) -> Option<ChildStdin> {
    let mut pipe = child.stdin.take()?;
    match input {
        Input::Bytes(bytes) => {
            // A program may end without reading: a broken pipe is no failure.
            thread::spawn(move || pipe.write_all(&bytes));
            None
        }
        Input::Open | Input::Given => Some(pipe),
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        sender.send(bytes)
    });
    receiver
}
