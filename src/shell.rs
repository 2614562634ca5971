//! Commands that a profile names: `password_command`, `otp_command`, `on_rotate`; and other programs that are asked
//! something.
//!
//! The former run under the platform's shell, within a deadline, with stderr shown to the person. What one prints is a
//! secret; what one is told goes to its stdin.

use std::io::{IsTerminal, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use secrecy::SecretString;
use zeroize::{Zeroize, Zeroizing};

use crate::deadline::Deadline;
use crate::platform;

const LONGEST_ANSWER: usize = 64 * 1024;
/// How much of another program's output is read: its whole configuration, for one.
const LONGEST_OUTPUT: u64 = 16 * 1024 * 1024;
const POLL: Duration = Duration::from_millis(5);

/// Why a command did not do its part. Its text is never quoted: it may hold a secret.
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
    NoAnswer { name: &'static str },
}

/// Runs a command and returns the first line that it printed.
///
/// `name` is the configuration's key for it.
pub(crate) fn first_line(
    name: &'static str,
    command: &str,
    deadline: Deadline,
) -> Result<SecretString, ShellError> {
    let (mut child, answer) = start_listening(name, &mut shell(command))?;
    wait(name, &mut child, deadline)?;
    let answer = heard(name, &answer, deadline)?;
    let text = std::str::from_utf8(&answer).map_err(|_| ShellError::NoAnswer { name })?;
    match text.lines().next() {
        None | Some("") => Err(ShellError::NoAnswer { name }),
        Some(line) => Ok(line.into()),
    }
}

/// Runs a command with `input` on its stdin; what it prints goes nowhere.
pub(crate) fn feed(
    name: &'static str,
    command: &str,
    input: Zeroizing<Vec<u8>>,
    deadline: Deadline,
) -> Result<(), ShellError> {
    let child = shell(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not want its input may close it.
        std::thread::spawn(move || stdin.write_all(&input));
    }
    wait(name, &mut child, deadline)
}

/// What a program printed, and the status that it ended with.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    pub(crate) stderr: Zeroizing<Vec<u8>>,
    pub(crate) status: ExitStatus,
}

/// Runs a program, not a shell, with nothing on its stdin.
pub(crate) fn printed(
    name: &'static str,
    command: &mut Command,
    deadline: Deadline,
) -> Result<Printed, ShellError> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    let stdout = listen(child.stdout.take(), read_output);
    let stderr = listen(child.stderr.take(), read_output);
    let status = end_of(name, &mut child, deadline)?;
    Ok(Printed {
        stdout: heard(name, &stdout, deadline)?,
        stderr: heard(name, &stderr, deadline)?,
        status,
    })
}

type Answer = mpsc::Receiver<Zeroizing<Vec<u8>>>;

/// Starts a command with nothing on its stdin, and reads what it prints as it comes.
fn start_listening(
    name: &'static str,
    command: &mut Command,
) -> Result<(Child, Answer), ShellError> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|source| ShellError::Start { name, source })?;
    let answer = listen(child.stdout.take(), read);
    Ok((child, answer))
}

/// Reads what comes, as it comes.
fn listen<R: Read + Send + 'static>(
    output: Option<R>,
    read: fn(R) -> Zeroizing<Vec<u8>>,
) -> Answer {
    let (sender, answer) = mpsc::channel();
    if let Some(output) = output {
        std::thread::spawn(move || sender.send(read(output)));
    }
    answer
}

/// Returns all that a command printed. A process that it left behind may hold its stdout open.
fn heard(
    name: &'static str,
    answer: &Answer,
    deadline: Deadline,
) -> Result<Zeroizing<Vec<u8>>, ShellError> {
    answer
        .recv_timeout(deadline.remaining())
        .map_err(|_| ShellError::TimedOut { name })
}

fn shell(command: &str) -> Command {
    let (program, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut shell = Command::new(program);
    shell.arg(flag).arg(command);
    // On a terminal a command may ask a person something, and Ctrl-C has to reach it. Anywhere else whoever started us may
    // read stderr to its end, and wait for all that the command started.
    if !std::io::stderr().is_terminal() {
        platform::new_process_group(&mut shell);
    }
    shell
}

fn read(stdout: impl Read) -> Zeroizing<Vec<u8>> {
    // Room for the longest: growing would leave copies behind.
    let mut answer = Zeroizing::new(Vec::with_capacity(LONGEST_ANSWER));
    if stdout
        .take(LONGEST_ANSWER as u64)
        .read_to_end(&mut answer)
        .is_err()
    {
        answer.zeroize();
    }
    answer
}

fn read_output(output: impl Read) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::new());
    // What could be read is told; the status says whether it was all.
    let _ = output.take(LONGEST_OUTPUT).read_to_end(&mut bytes);
    bytes
}

fn wait(name: &'static str, child: &mut Child, deadline: Deadline) -> Result<(), ShellError> {
    match end_of(name, child, deadline)? {
        status if status.success() => Ok(()),
        status => Err(ShellError::Failed { name, status }),
    }
}

fn end_of(
    name: &'static str,
    child: &mut Child,
    deadline: Deadline,
) -> Result<ExitStatus, ShellError> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if deadline.sleep(POLL) => {}
            Ok(None) => {
                // It may have ended by itself meanwhile, which is as good.
                let _ = platform::end(child);
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
    fn the_first_line_is_the_answer() {
        let line = first_line("otp_command", "printf '123456\\nmore\\n'", soon()).expect("a line");
        assert_eq!(line.expose_secret(), "123456");
        for (printed, expected) in [
            ("' trail  \\n'", " trail  "),
            ("'a \\r\\nb'", "a "),
            ("a", "a"),
        ] {
            let line = first_line("password_command", &format!("printf {printed}"), soon());
            assert_eq!(line.expect("a line").expose_secret(), expected);
        }
        assert!(matches!(
            first_line("otp_command", "true", soon()),
            Err(ShellError::NoAnswer { .. })
        ));
    }

    #[test]
    fn failing_and_hanging_are_told_apart_and_nothing_is_quoted() {
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
    fn what_is_fed_arrives_whole() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("out");
        let input = Zeroizing::new(vec![b'x'; 200_000]);
        feed(
            "on_rotate",
            &format!("cat > '{}'", file.display()),
            input,
            soon(),
        )
        .expect("fed");
        assert_eq!(std::fs::metadata(&file).expect("a file").len(), 200_000);
    }
}
