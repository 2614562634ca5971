//! Asking the person at the terminal, if there is one.
//!
//! Lines go through `platform` (the terminal itself), menus through `dialoguer` (stderr and the terminal). A line is
//! taken from the terminal alone, and nothing after it: what is typed ahead is for the next prompt. Whether a person is
//! there is decided once. If not, asking is an error and never waits.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::time::Duration;

use dialoguer::Select;
use dialoguer::theme::Theme;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::line_editor::LineEditor;
use crate::deadline::waiting_for_person;
use crate::escape::escape_control;
use crate::platform::{self, QuietTerminal, RawInput, RawRead, RawTerminal};

/// How long nothing comes after the end of a line that a person has typed, or of a text that was pasted whole.
const END_OF_PASTE: Duration = Duration::from_millis(100);

/// Passes on what is typed.
pub(crate) type Deliver = Box<dyn Fn(Zeroizing<String>) + Send>;

/// The terminal while it is listened to. It is as it was before when this is dropped.
#[must_use]
pub(crate) struct Listening {
    _raw: Option<RawTerminal>,
}

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    /// There is no terminal, or asking was forbidden.
    #[error("cannot ask for the {what}: {why}")]
    NobodyThere {
        what: &'static str,
        why: &'static str,
    },
    /// The person ended the input: Ctrl-D, or Esc in a menu.
    #[error("cancelled: nothing was entered for the {what}")]
    Cancelled { what: &'static str },
    #[error("could not read the {what} from the terminal")]
    Terminal {
        what: &'static str,
        source: std::io::Error,
    },
}

/// A person who may be asked, or the reason why not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    absent: Option<&'static str>,
}

impl Person {
    /// Finds out whether a person is there: stderr is a terminal. `may_ask` is false with `--no-input`.
    pub(crate) fn detect(may_ask: bool) -> Self {
        let absent = match (may_ask, std::io::stderr().is_terminal()) {
            (false, _) => Some("--no-input or PRUSA_CRED_NO_INPUT is set"),
            (true, false) => Some("stderr is not a terminal"),
            (true, true) => None,
        };
        Self { absent }
    }

    /// Fails if no person can be asked for `what`.
    pub(crate) fn check(self, what: &'static str) -> Result<(), PromptError> {
        self.absent
            .map_or(Ok(()), |why| Err(PromptError::NobodyThere { what, why }))
    }

    /// Returns whether a person can be asked.
    pub(crate) fn is_there(self) -> bool {
        self.absent.is_none()
    }

    /// Asks for a line, with visible input, until it is not empty, and returns it without surrounding white space.
    /// Fails if no person can be asked, the input ends, or the terminal cannot be used.
    pub(crate) fn ask(self, what: &'static str, prompt: &str) -> Result<String, PromptError> {
        self.ask_or_keep(what, prompt, None)
    }

    /// As `ask`, but an empty line stands for `default`, if there is one, which is shown.
    pub(crate) fn ask_or_keep(
        self,
        what: &'static str,
        prompt: &str,
        default: Option<&str>,
    ) -> Result<String, PromptError> {
        let prompt = match default {
            Some(default) => format!("{prompt} [{}]", escape_control(default)),
            None => prompt.to_owned(),
        };
        self.ask_until(what, &prompt, |line| match (line, default) {
            ("", Some(default)) => Ok(default.to_owned()),
            ("", None) => Err("nothing was entered".to_owned()),
            (line, _) => Ok(line.to_owned()),
        })
    }

    /// Asks a question, and returns whether the answer is yes. Enter alone is a no. Fails as `ask`.
    pub(crate) fn agrees(self, question: &str) -> Result<bool, PromptError> {
        self.ask_until("answer", &format!("{question} [y/N]"), read_answer)
    }

    /// Asks for a line, with visible input, until `read` accepts it. An error of `read` is shown before asking again.
    /// Fails if no person can be asked, the input ends, or the terminal cannot be used.
    ///
    /// `read` gets each line without surrounding white space, empty ones as well.
    pub(crate) fn ask_until<T>(
        self,
        what: &'static str,
        prompt: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        self.check(what)?;
        loop {
            let prompt = format!("{prompt}: ");
            let line = waiting_for_person(|| read_visible_line(&prompt)).map_err(failed(what))?;
            match read(line.trim()) {
                Ok(value) => return Ok(value),
                Err(why) => show(&format!("error: {why}\n")),
            }
        }
    }

    /// Asks for one of several items, and returns its index, from 0. Enter chooses the first. Fails if no person can be
    /// asked, none is chosen, or the terminal cannot be used.
    pub(crate) fn choose(
        self,
        what: &'static str,
        prompt: &str,
        items: &[&str],
    ) -> Result<usize, PromptError> {
        self.check(what)?;
        let menu = Select::with_theme(&Menu)
            .with_prompt(prompt)
            .items(items)
            .default(0);
        waiting_for_person(|| menu.interact_opt())
            .map_err(|dialoguer::Error::IO(source)| PromptError::Terminal { what, source })?
            .ok_or(PromptError::Cancelled { what })
    }

    /// Asks for a line with hidden input, until it is neither empty nor has a control character, and returns it. A
    /// colon is added to `prompt`. Fails if no person can be asked, the input ends, or the terminal cannot be used.
    pub(crate) fn ask_hidden(
        self,
        what: &'static str,
        prompt: &str,
    ) -> Result<SecretString, PromptError> {
        self.check(what)?;
        loop {
            let prompt = format!("{prompt}: ");
            let line =
                waiting_for_person(|| platform::read_hidden_line(&prompt)).map_err(failed(what))?;
            match input_error(&line) {
                None => return Ok(line.as_str().into()),
                Some(why) => print_rejection(why),
            }
        }
    }

    /// Has the terminal show nothing of what is typed, but for the lines that are asked for, until this is dropped: who
    /// knows what comes types a password before it is asked for. `None` if no person can be asked, or the terminal shows
    /// nothing before it is read.
    pub(crate) fn hide_what_is_typed_ahead(self) -> Option<QuietTerminal> {
        if !self.is_there() {
            return None;
        }
        QuietTerminal::new(&platform::terminal()?).ok()
    }

    /// Calls `deliver` with each line that is typed from now on, its line feed included, from a thread that runs until
    /// the end of the input, of what is returned, or of the program. `None` if no person can be asked or there is no
    /// terminal.
    ///
    /// A line may be as long as any address, and what is pasted with line feeds in it is one text, wherever the
    /// terminal can be taken out of its line mode.
    pub(crate) fn listen(self, deliver: Deliver) -> Option<Listening> {
        if !self.is_there() {
            return None;
        }
        let terminal = platform::terminal()?;
        let raw = terminal.try_clone().and_then(RawTerminal::new);
        Some(Listening {
            _raw: if let Ok((raw, input)) = raw {
                std::thread::spawn(move || pass_on_typed(input, &deliver));
                Some(raw)
            } else {
                std::thread::spawn(move || pass_on_lines(terminal, &deliver));
                None
            },
        })
    }

    /// Asks for a text that may be longer than a terminal's line, with visible input, until `read` accepts it. An error
    /// of `read` is shown before asking again. Fails if no person can be asked, or the input ends.
    pub(crate) fn ask_for_paste<T>(
        self,
        what: &'static str,
        prompt: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        self.check(what)?;
        let (sender, lines) = std::sync::mpsc::channel();
        let _listening = self.listen(Box::new(move |line| drop(sender.send(line))));
        loop {
            show(&format!("{prompt}: "));
            let line = lines.recv().map_err(|_| PromptError::Cancelled { what })?;
            match read(line.trim()) {
                Ok(value) => return Ok(value),
                Err(why) => show(&format!("error: {why}\n")),
            }
        }
    }

    /// Shows a line that the next call replaces; an empty text clears it. Without a terminal nothing is shown.
    pub(crate) fn show_status(text: &str) {
        if std::io::stderr().is_terminal() {
            let mut stderr = std::io::stderr().lock();
            // If stderr cannot be written to, there is no other way to show it.
            let _ = write!(stderr, "\r\x1b[2K{text}").and_then(|()| stderr.flush());
        }
    }
}

/// Shows a text.
fn show(text: &str) {
    let mut stderr = io::stderr().lock();
    // If stderr cannot be written to, there is no other way to show it.
    let _ = write!(stderr, "{text}").and_then(|()| stderr.flush());
}

/// Returns a function that makes an error of a prompt for `what`: the end of the input is one of its own.
fn failed(what: &'static str) -> impl FnOnce(io::Error) -> PromptError {
    move |source| match source.kind() {
        io::ErrorKind::UnexpectedEof => PromptError::Cancelled { what },
        _ => PromptError::Terminal { what, source },
    }
}

/// Returns whether an answer is a yes; an error text if it is neither a yes nor a no. An empty one is a no.
fn read_answer(line: &str) -> Result<bool, String> {
    match line.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "" | "n" | "no" => Ok(false),
        _ => Err("neither yes nor no".to_owned()),
    }
}

/// Shows the prompt and reads a line from the terminal, which is shown as it comes, also what was typed before. Fails
/// with `UnexpectedEof` at its end, and if the terminal cannot be used.
fn read_visible_line(prompt: &str) -> io::Result<Zeroizing<String>> {
    let terminal = platform::terminal().ok_or(io::ErrorKind::NotFound)?;
    let raw = terminal.try_clone().and_then(RawTerminal::new);
    // Not before: in line mode, Ctrl-D would be lost.
    show(prompt);
    let line = match raw {
        Ok((_raw, input)) => read_typed_line(input),
        Err(_) => read_collected_line(terminal),
    };
    if line.is_err() {
        show("\n");
    }
    line
}

/// Reads a line from a terminal out of its line mode, and nothing after it.
fn read_typed_line(mut input: RawInput) -> io::Result<Zeroizing<String>> {
    let mut editor = LineEditor::new();
    let mut byte = Zeroizing::new([0]);
    while !editor.is_ended() {
        match input.read(byte.as_mut_slice(), None)? {
            RawRead::Bytes(_) => {
                let shown = editor.typed(byte.as_slice());
                let mut stderr = io::stderr().lock();
                // If stderr cannot be written to, there is no other way to show it.
                let _ = stderr.write_all(&shown).and_then(|()| stderr.flush());
                if editor.has_line() {
                    return Ok(editor.take());
                }
            }
            RawRead::Nothing | RawRead::Interrupted => {}
            RawRead::Over => break,
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// Reads a line that a terminal collects, and nothing after it.
fn read_collected_line(mut terminal: File) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::new());
    let mut byte = Zeroizing::new([0]);
    while line.last() != Some(&b'\n') {
        if terminal.read(byte.as_mut_slice())? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.extend_from_slice(byte.as_slice());
    }
    Ok(Zeroizing::new(String::from_utf8_lossy(&line).into_owned()))
}

/// Passes on what is typed at a terminal out of its line mode, which is shown as it comes.
fn pass_on_typed(mut input: RawInput, deliver: &Deliver) {
    let mut editor = LineEditor::new();
    let mut buffer = Zeroizing::new([0; 4096]);
    while !editor.is_ended() {
        let patience = editor.has_line().then_some(END_OF_PASTE);
        match input.read(buffer.as_mut_slice(), patience) {
            Ok(RawRead::Bytes(count)) => {
                let shown = editor.typed(buffer.get(..count).unwrap_or_default());
                let mut stderr = std::io::stderr().lock();
                // If stderr cannot be written to, there is no other way to show it.
                let _ = stderr.write_all(&shown).and_then(|()| stderr.flush());
            }
            Ok(RawRead::Nothing) => deliver(editor.take()),
            Ok(RawRead::Interrupted) => {}
            Ok(RawRead::Over) | Err(_) => return,
        }
    }
}

/// Passes on the lines that a terminal collects.
fn pass_on_lines(terminal: File, deliver: &Deliver) {
    let mut terminal = BufReader::new(terminal);
    loop {
        let mut line = Zeroizing::new(String::new());
        match terminal.read_line(&mut line) {
            Ok(read) if read > 0 => deliver(line),
            _ => return,
        }
    }
}

/// Returns why a hidden line cannot be what the person meant: with hidden input, Ctrl-Z or Tab types a character
/// unseen. `None` if it can be.
fn input_error(line: &str) -> Option<&'static str> {
    if line.is_empty() {
        Some("nothing was entered")
    } else if line.contains(char::is_control) {
        Some("it contains a control character, such as Ctrl-Z or Tab")
    } else {
        None
    }
}

/// Prints on stderr that an input was not accepted and why; a failure to write is ignored.
fn print_rejection(why: &str) {
    // If stderr cannot be written to, there is no other way to show it.
    let _ = writeln!(std::io::stderr().lock(), "Not accepted: {why}.");
}

/// A menu in ASCII, without colours.
struct Menu;

impl Theme for Menu {
    fn format_select_prompt_item(
        &self,
        f: &mut dyn std::fmt::Write,
        text: &str,
        is_active: bool,
    ) -> std::fmt::Result {
        // A menu hides the cursor, and Ctrl-C would leave it hidden.
        let show_cursor = if cfg!(unix) { "\u{1b}[?25h" } else { "" };
        let mark = if is_active { '>' } else { ' ' };
        write!(f, "{show_cursor}{mark} {text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_agrees() {
        for (line, answer) in [
            ("y", Some(true)),
            ("YES", Some(true)),
            ("", Some(false)),
            ("no", Some(false)),
            ("yess", None),
            ("https://a.example", None),
        ] {
            assert_eq!(read_answer(line).ok(), answer, "{line}");
        }
    }
}
