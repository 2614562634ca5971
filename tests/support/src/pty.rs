//! A pseudo-terminal: what a person sees and types.
//!
//! No sleeps: `expect` waits for text, `send_hidden` waits until the terminal has stopped echoing, each within the
//! watchdog's time. What was on the screen must never hold a secret, unless the test says that it may.

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use rustix::termios::{LocalModes, tcgetattr};

use super::process::Watched;
use super::sandbox::MARKER;

/// How long a prompt may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The size of a terminal, unless a test wants another.
const USUAL: (u16, u16) = (400, 40);

/// A program that runs on a terminal of its own. Dropping this kills it.
pub struct Terminal {
    pty: Pty,
    watched: Watched,
    transcript: Vec<u8>,
    /// How much of the transcript earlier expectations have used up.
    seen: usize,
    may_show_secrets: bool,
    /// Columns and rows.
    size: (u16, u16),
}

/// Returns the command with the signals of a terminal as they are in one, whatever the tests were started under.
fn with_default_signals(command: &Command) -> Command {
    let mut wrapped = Command::new("env");
    wrapped
        .arg("--default-signal=HUP,INT")
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            wrapped.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        wrapped.current_dir(directory);
    }
    wrapped
}

impl Terminal {
    pub fn start(command: &Command) -> Self {
        Self::start_sized(command, USUAL)
    }

    /// Starts a program on a terminal of so many columns and rows.
    pub fn start_sized(command: &Command, size: (u16, u16)) -> Self {
        let (pty, pts) = open().expect("a pseudo-terminal");
        let (columns, rows) = size;
        pty.resize(Size::new(rows, columns))
            .expect("a terminal size");
        let mut command = with_default_signals(command);
        if !command.get_envs().any(|(name, _)| name == "TERM") {
            command.env("TERM", "xterm-256color");
        }
        let child = pty_process::blocking::Command::from(command)
            .spawn(pts)
            .expect("the program starts");
        Self {
            pty,
            watched: Watched::new(child),
            transcript: Vec::new(),
            seen: 0,
            may_show_secrets: false,
            size,
        }
    }

    /// Lets tokens stand on the screen, for a command that prints one.
    #[must_use]
    pub fn may_show_secrets(mut self) -> Self {
        self.may_show_secrets = true;
        self
    }

    /// Waits until `text` has come, after what was expected before.
    pub fn expect(&mut self, text: &str) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let news = self.transcript.get(self.seen..).unwrap_or_default();
            if let Some(at) = find(news, text.as_bytes()) {
                self.seen += at + text.len();
                return self;
            }
            let is_open = self.read_until(deadline);
            assert!(
                is_open,
                "{text:?} did not come; on the screen: {}",
                self.screen()
            );
        }
    }

    /// Waits for a whole word after what was expected, and returns it.
    pub fn word(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let news = self.transcript.get(self.seen..).unwrap_or_default();
            if let Some(end) = news.iter().position(u8::is_ascii_whitespace) {
                let word = String::from_utf8_lossy(&news[..end]).into_owned();
                self.seen += end;
                return word;
            }
            let is_open = self.read_until(deadline);
            assert!(is_open, "no word came; on the screen: {}", self.screen());
        }
    }

    /// Types a line that the terminal shows.
    pub fn send_line(&mut self, line: &str) -> &mut Self {
        self.send(&format!("{line}\r"))
    }

    /// Types a line that must not be shown, once the terminal has stopped echoing.
    pub fn send_hidden(&mut self, line: &str) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while self.echoes() {
            assert!(
                Instant::now() < deadline,
                "the terminal would show what is typed: {}",
                self.screen()
            );
            self.read_until(Instant::now() + Duration::from_millis(5));
        }
        self.send_line(line)
    }

    /// Types these characters (`"\u{3}"` is Ctrl-C, `"\u{4}"` Ctrl-D).
    pub fn send(&mut self, keys: &str) -> &mut Self {
        self.pty.write_all(keys.as_bytes()).expect("a terminal");
        self
    }

    /// Takes what has come to the screen.
    pub fn look(&mut self) -> &mut Self {
        while self.read_until(Instant::now()) {}
        self
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        self.watched.signal(signal);
    }

    /// Returns whether the terminal collects lines and shows what is typed, as it does for a shell.
    pub fn is_as_usual(&self) -> bool {
        let usual = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
        tcgetattr(&self.pty).is_ok_and(|modes| modes.local_modes.contains(usual))
    }

    /// Waits until `is_as_usual` says this.
    pub fn wait_until_as_usual(&mut self, is_as_usual: bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while self.is_as_usual() != is_as_usual {
            assert!(
                Instant::now() < deadline,
                "the terminal stays: {}",
                self.screen()
            );
            self.read_until(Instant::now() + Duration::from_millis(5));
        }
        self
    }

    /// As `wait`, and returns whether the terminal is as usual afterwards.
    pub fn wait_and_look(mut self) -> (i32, String, bool) {
        let (status, screen) = self.wait_here();
        (status, screen, self.is_as_usual())
    }

    /// Closes the window: the program gets a hang-up.
    pub fn hang_up(&self) {
        self.watched.signal(Signal::HUP);
    }

    /// Waits for the end, and returns the exit status and all that was on the screen, lines ended by `\n`.
    pub fn wait(mut self) -> (i32, String) {
        self.wait_here()
    }

    /// As `wait`.
    fn wait_here(&mut self) -> (i32, String) {
        let deadline = Instant::now() + self.watched.remaining();
        while self.read_until(deadline) {}
        let status = self.watched.wait();
        let screen = self.screen();
        let status = status.unwrap_or_else(|| panic!("still running, killed: {screen}"));
        assert!(
            self.may_show_secrets || !screen.contains(MARKER),
            "a secret on the screen: {screen}"
        );
        (status, screen)
    }

    fn echoes(&self) -> bool {
        tcgetattr(&self.pty).is_ok_and(|modes| modes.local_modes.contains(LocalModes::ECHO))
    }

    /// Returns what has been on the screen so far.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.transcript).replace("\r\n", "\n")
    }

    /// Returns what a person sees now: the cells of the screen, their colours, and no control sequences.
    pub fn picture(&self) -> vt100::Screen {
        let side = |cells: u16| cells.try_into().expect("some cells");
        let (columns, rows) = self.size;
        let mut parser = vt100::Parser::new(side(rows), side(columns), 0);
        parser.process(&self.transcript);
        parser.screen().clone()
    }

    /// Reads what comes until the deadline, and returns whether more can come.
    fn read_until(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).expect("a short time");
        let mut fds = [PollFd::new(&self.pty, PollFlags::IN)];
        if !poll(&mut fds, Some(&timeout)).is_ok_and(|ready| ready > 0) {
            return false;
        }
        let mut buffer = [0; 4096];
        // Linux answers EIO when the last program has left the terminal.
        match self.pty.read(&mut buffer) {
            Ok(count) if count > 0 => {
                self.transcript.extend_from_slice(&buffer[..count]);
                true
            }
            _ => false,
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len().max(1))
        .position(|window| window == needle)
}
