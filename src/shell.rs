//! Running the commands that a profile names (`password_command`, `otp_command`, `on_rotate`), and other programs.
//!
//! The commands of a profile run in the platform's shell, within a deadline, with stderr shown to the person. Their
//! output and input are secret; input goes to stdin.

use std::io::{IsTerminal, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use secrecy::SecretString;
use zeroize::{Zeroize, Zeroizing};

use crate::byte_order_mark;
use crate::deadline::Deadline;
use crate::platform;
use crate::program;

const MAX_LINE_OUTPUT: usize = 64 * 1024;
/// The most bytes that are read of another program's output, which may be its whole configuration.
const MAX_OUTPUT: u64 = 16 * 1024 * 1024;
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Why a command failed. The command itself is never quoted: it may contain a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShellError {
    #[error("could not start {name}")]
    Start {
        name: &'static str,
        source: std::io::Error,
    },
    #[error("{name} did not end in time and was stopped")]
    TimedOut { name: &'static str },
    #[error("{name} failed ({status})")]
    Failed {
        name: &'static str,
        status: ExitStatus,
    },
    #[error("{name} printed nothing usable")]
    NoOutput { name: &'static str },
}

impl ShellError {
    /// Returns the name of the command: the key or option that it stands in.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Start { name, .. }
            | Self::TimedOut { name }
            | Self::Failed { name, .. }
            | Self::NoOutput { name } => name,
        }
    }
}

/// Runs a command in the shell, with an empty stdin, and returns the first line of its output without the line's end.
/// White space is kept.
///
/// `name` is the command's key in the configuration, for error messages.
///
/// # Errors
///
/// When the command cannot be started, fails, or has not ended and closed its stdout at the deadline, when it is
/// killed; when the first line is empty, or the output, of which 64 KiB are read, is not UTF-8.
pub(crate) fn first_line(
    name: &'static str,
    command: &str,
    deadline: Deadline,
) -> Result<SecretString, ShellError> {
    let (mut child, output) = start_reading(name, &mut shell_command(name, command)?)?;
    wait_for_success(name, &mut child, deadline)?;
    let output = received(name, &output, deadline)?;
    let output = byte_order_mark::utf8(output);
    let text = std::str::from_utf8(&output).map_err(|_| ShellError::NoOutput { name })?;
    match text.lines().next() {
        None | Some("") => Err(ShellError::NoOutput { name }),
        Some(line) => Ok(line.into()),
    }
}

/// Runs a command in the shell with `input` on its stdin, and discards its output. Fails if it cannot be started,
/// fails, or has not ended at the deadline, when it is killed.
pub(crate) fn run_with_input(
    name: &'static str,
    command: &str,
    input: Zeroizing<Vec<u8>>,
    deadline: Deadline,
) -> Result<(), ShellError> {
    let child = shell_command(name, command)?
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not need its input may close it.
        std::thread::spawn(move || stdin.write_all(&input));
    }
    wait_for_success(name, &mut child, deadline)
}

/// The output and exit status of a program.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: Zeroizing<Vec<u8>>,
    pub(crate) status: ExitStatus,
}

/// Runs a program without a shell and with an empty stdin, and returns its output whatever its exit status is: at most
/// 16 MiB each of stdout and stderr. Fails if it cannot be started, or has not ended at the deadline, when it is
/// killed.
pub(crate) fn run(
    name: &'static str,
    command: &mut Command,
    deadline: Deadline,
) -> Result<Output, ShellError> {
    run_and_feed(name, command.stdin(Stdio::null()), None, deadline)
}

/// As `run`, with this input on stdin.
pub(crate) fn run_on_input(
    name: &'static str,
    command: &mut Command,
    input: Zeroizing<Vec<u8>>,
    deadline: Deadline,
) -> Result<Output, ShellError> {
    run_and_feed(name, command.stdin(Stdio::piped()), Some(input), deadline)
}

/// Runs a program whose stdin is set, and writes the input to it if there is any.
fn run_and_feed(
    name: &'static str,
    command: &mut Command,
    input: Option<Zeroizing<Vec<u8>>>,
    deadline: Deadline,
) -> Result<Output, ShellError> {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A program that needs no more of its input may close it.
        std::thread::spawn(move || stdin.write_all(&input));
    }
    let stdout = read_in_background(child.stdout.take(), read_all);
    let stderr = read_in_background(child.stderr.take(), read_all);
    let status = wait_for_exit(name, &mut child, deadline)?;
    Ok(Output {
        stdout: received(name, &stdout, deadline)?,
        stderr: received(name, &stderr, deadline)?,
        status,
    })
}

type Receiver = mpsc::Receiver<Zeroizing<Vec<u8>>>;

/// Starts a command with an empty stdin, and returns it with a receiver of its output, which is read in the background.
fn start_reading(
    name: &'static str,
    command: &mut Command,
) -> Result<(Child, Receiver), ShellError> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    let output = read_in_background(child.stdout.take(), read_limited);
    Ok((child, output))
}

/// Calls `read` in a thread, so that a program never blocks on a full pipe, and returns the receiver of what it reads.
fn read_in_background<R: Read + Send + 'static>(
    output: Option<R>,
    read: fn(R) -> Zeroizing<Vec<u8>>,
) -> Receiver {
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = output {
        std::thread::spawn(move || sender.send(read(output)));
    }
    receiver
}

/// Returns the whole output, or fails at the deadline: a process that the command left behind may hold stdout open.
fn received(
    name: &'static str,
    output: &Receiver,
    deadline: Deadline,
) -> Result<Zeroizing<Vec<u8>>, ShellError> {
    output
        .recv_timeout(deadline.remaining())
        .map_err(|_| ShellError::TimedOut { name })
}

/// Returns the command that runs `command` in the platform's shell; it is not started yet. Unless stderr is a terminal,
/// it will have a process group of its own. Fails if there is no shell on the search path.
fn shell_command(name: &'static str, command: &str) -> Result<Command, ShellError> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let shell = program::resolve(shell).map_err(|source| ShellError::Start { name, source })?;
    let mut shell_command = program::command(shell);
    shell_command.arg(flag).arg(command);
    // On a terminal a command may ask the person something, and Ctrl-C has to reach it. Otherwise the caller of this
    // program may read stderr to its end, and so wait for every process that the command started.
    if !std::io::stderr().is_terminal() {
        platform::new_process_group(&mut shell_command);
    }
    Ok(shell_command)
}

/// Returns at most the first `MAX_LINE_OUTPUT` bytes of the output; nothing if reading fails.
fn read_limited(stdout: impl Read) -> Zeroizing<Vec<u8>> {
    // The full capacity at once: a growing vector would leave unwiped copies behind.
    let mut output = Zeroizing::new(Vec::with_capacity(MAX_LINE_OUTPUT));
    if stdout
        .take(MAX_LINE_OUTPUT as u64)
        .read_to_end(&mut output)
        .is_err()
    {
        output.zeroize();
    }
    output
}

/// Returns at most the first `MAX_OUTPUT` bytes of the output; if reading fails, what was read until then.
fn read_all(output: impl Read) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::new());
    // What could be read is returned; the exit status says whether the program succeeded.
    let _ = output.take(MAX_OUTPUT).read_to_end(&mut bytes);
    bytes
}

/// Waits for the process to end. Fails with `Failed` if its status is not success, and otherwise as `wait_for_exit`.
fn wait_for_success(
    name: &'static str,
    child: &mut Child,
    deadline: Deadline,
) -> Result<(), ShellError> {
    match wait_for_exit(name, child, deadline)? {
        status if status.success() => Ok(()),
        status => Err(ShellError::Failed { name, status }),
    }
}

/// Waits for the process to end and returns its status. At the deadline kills it with its process group and fails with
/// `TimedOut`; fails with `Start` if the system cannot wait for it.
fn wait_for_exit(
    name: &'static str,
    child: &mut Child,
    deadline: Deadline,
) -> Result<ExitStatus, ShellError> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if deadline.sleep(POLL_INTERVAL) => {}
            Ok(None) => {
                // It may have ended by itself meanwhile, which is fine.
                let _ = platform::kill_group(child);
                let _ = child.wait();
                return Err(ShellError::TimedOut { name });
            }
            Err(source) => return Err(ShellError::Start { name, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(20))
    }

    #[test]
    fn the_first_line_of_the_output_is_returned() {
        let line = first_line("otp_command", "printf '123456\\nmore\\n'", soon()).expect("a line");
        assert_eq!(line.expose_secret(), "123456");
        for (run, expected) in [
            ("' trail  \\n'", " trail  "),
            ("'a \\r\\nb'", "a "),
            ("a", "a"),
        ] {
            let line = first_line("password_command", &format!("printf {run}"), soon());
            assert_eq!(line.expect("a line").expose_secret(), expected);
        }
        assert!(matches!(
            first_line("otp_command", "true", soon()),
            Err(ShellError::NoOutput { .. })
        ));
    }

    #[test]
    fn a_failure_and_a_timeout_differ_and_quote_nothing() {
        let failed =
            first_line("password_command", "echo hunter2; exit 3", soon()).expect_err("a failure");
        assert!(
            matches!(failed, ShellError::Failed { .. }) && !failed.to_string().contains("hunter2")
        );
        let hung = first_line(
            "password_command",
            "exec sleep 600",
            Deadline::after(Duration::from_millis(50)),
        );
        assert!(matches!(hung, Err(ShellError::TimedOut { .. })));
    }

    #[test]
    fn the_whole_input_reaches_the_command() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("out");
        let input = Zeroizing::new(vec![b'x'; 200_000]);
        run_with_input(
            "on_rotate",
            &format!("cat > '{}'", file.display()),
            input,
            soon(),
        )
        .expect("fed");
        assert_eq!(std::fs::metadata(&file).expect("a file").len(), 200_000);
    }
}
