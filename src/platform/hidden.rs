//! A line from the terminal that nobody may see, on Unix.
//!
//! The terminal goes on editing the line and stops showing it. Ctrl-C comes in as a character instead of a signal, so
//! that the terminal is put right before this process ends by it. Ctrl-Z and Ctrl-\ come in as characters too, and the
//! caller refuses a line that holds one.
//!
//! Secret: the line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

const TERMINAL: &str = "/dev/tty";
const CTRL_C: u8 = 3;
/// Longer than the line that any terminal takes.
const LONGEST_LINE: usize = 64 * 1024;

/// Asks on the terminal of this process, even if stdin is not that, and returns the line without its end.
///
/// # Errors
///
/// `UnexpectedEof` for Ctrl-D, `Interrupted` for Ctrl-C where that does not end the process, `InvalidData` for a line
/// that is not UTF-8; another if there is no terminal.
pub(crate) fn read_hidden_line(prompt: &str) -> io::Result<Zeroizing<String>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open(TERMINAL)?;
    let quiet = Quiet::make(terminal.try_clone()?)?;
    terminal.write_all(prompt.as_bytes())?;
    let line = read_line(&mut terminal);
    drop(quiet);
    terminal.write_all(b"\n")?;
    let mut line = line?;
    match line.last() {
        Some(&CTRL_C) => {
            // What the terminal would have done: the shell that called us is told, too.
            kill_current_process_group(Signal::INT)?;
            Err(io::ErrorKind::Interrupted.into())
        }
        Some(b'\n') => {
            line.pop();
            let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
            Ok(Zeroizing::new(text.to_owned()))
        }
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Reads up to and including a line feed or Ctrl-C, and returns the bytes. Ends earlier at the end of the input, or
/// once there are at least `LONGEST_LINE` bytes. Fails if the terminal cannot be read.
///
/// Byte by byte: several lines that were typed before the terminal was put into its line mode are one to it.
fn read_line(terminal: &mut File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut buffer = Zeroizing::new([0]);
    while !matches!(line.last(), Some(b'\n' | &CTRL_C)) && line.len() < LONGEST_LINE {
        match terminal.read(buffer.as_mut_slice()) {
            Ok(0) => break,
            Ok(count) => line.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(line)
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    /// Makes the terminal stop showing what is typed, and deliver Ctrl-C as a character. Fails if its settings cannot
    /// be read or changed.
    fn make(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut modes = before.clone();
        modes
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG);
        modes.local_modes.insert(LocalModes::ICANON);
        // Ctrl-C ends the line, as Enter does.
        modes.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        tcsetattr(&terminal, OptionalActions::Now, &modes)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs no putting right.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
