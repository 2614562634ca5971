//! The terminal out of its line mode, on Unix: what is typed comes at once, and as long as it is.
//!
//! In its line mode a terminal keeps 4,095 bytes of a line (1,023 on macOS) and drops the rest without a word; a code
//! that is pasted may be longer. Signals are as ever: Ctrl-C ends this process, Ctrl-Z stops it, and the settings are
//! put back before either, and whenever this process ends in another way than by SIGKILL.
//!
//! Secret: what is typed.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use super::signals::TerminalRestorer;
use super::types::RawRead;

/// The settings of the terminal, which are put back when this is dropped; its `RawInput` then ends.
pub(crate) struct RawTerminal {
    restorer: TerminalRestorer,
    /// Closed on drop, which the reader notices.
    _open: PipeWriter,
}

/// What is typed.
pub(crate) struct RawInput {
    terminal: File,
    /// At its end when `RawTerminal` is dropped.
    is_over: PipeReader,
}

impl RawTerminal {
    /// Takes a terminal out of its line mode; it then shows nothing of what is typed.
    ///
    /// # Errors
    ///
    /// When it is no terminal, or its settings cannot be read or changed.
    pub(crate) fn new(terminal: File) -> io::Result<(Self, RawInput)> {
        let before = tcgetattr(&terminal)?;
        let mut modes = before.clone();
        let line_mode =
            LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHONL | LocalModes::IEXTEN;
        modes.local_modes.remove(line_mode);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        let (is_over, open) = io::pipe()?;
        let restorer = TerminalRestorer::new(terminal.try_clone()?, before, modes.clone());
        tcsetattr(&terminal, OptionalActions::Now, &modes)?;
        let raw = Self {
            restorer,
            _open: open,
        };
        Ok((raw, RawInput { terminal, is_over }))
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        self.restorer.restore();
    }
}

/// A terminal in its line mode that shows nothing of what is typed, until this is dropped. What reads from it meanwhile
/// may change its settings for as long as that takes.
pub(crate) struct QuietTerminal(TerminalRestorer);

impl QuietTerminal {
    /// Makes a terminal show nothing of what is typed.
    ///
    /// # Errors
    ///
    /// When it is no terminal, or its settings cannot be read or changed.
    pub(crate) fn new(terminal: &File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL);
        let restorer = TerminalRestorer::new(terminal.try_clone()?, before, modes.clone());
        tcsetattr(terminal, OptionalActions::Now, &modes)?;
        Ok(Self(restorer))
    }
}

impl Drop for QuietTerminal {
    fn drop(&mut self) {
        self.0.restore();
    }
}

impl RawInput {
    /// Reads what has been typed, and waits for it, for `patience` at most if there is one.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be read.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        patience: Option<Duration>,
    ) -> io::Result<RawRead> {
        let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
        let mut both = [
            PollFd::new(&self.is_over, PollFlags::IN),
            PollFd::new(&self.terminal, PollFlags::IN),
        ];
        match poll(&mut both, timeout.as_ref()) {
            Ok(0) => return Ok(RawRead::Nothing),
            // A signal that ends nothing: the next call goes on.
            Err(rustix::io::Errno::INTR) => return Ok(RawRead::Interrupted),
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let [is_over, terminal] = both.map(|it| it.revents());
        if !is_over.is_empty() {
            return Ok(RawRead::Over);
        }
        // macOS cannot wait for `/dev/tty`: reading it waits without an end.
        if patience.is_some() && terminal.contains(PollFlags::NVAL) {
            return Ok(RawRead::Nothing);
        }
        match self.terminal.read(buffer) {
            Ok(0) => Ok(RawRead::Over),
            Ok(count) => Ok(RawRead::Bytes(count)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(RawRead::Interrupted),
            Err(error) => Err(error),
        }
    }
}
