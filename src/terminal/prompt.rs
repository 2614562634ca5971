//! The person at the terminal, if there is one.
//!
//! Hidden input goes through `platform` (the terminal itself), visible input through `dialoguer` (stderr and the terminal).
//! Whether somebody is there is decided once; where nobody is, asking is an error and never a wait.

use std::io::{BufRead, BufReader, IsTerminal, Write};

use dialoguer::theme::{SimpleTheme, Theme};
use dialoguer::{Input, Select};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::platform;

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    /// There is no terminal, or asking was forbidden.
    #[error("nobody can be asked for the {what}: {why}")]
    NobodyThere {
        what: &'static str,
        why: &'static str,
    },
    #[error("nothing was entered for the {what}")]
    Nothing { what: &'static str },
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
    /// Looks whether somebody is there; `may_ask` is false under `--no-input`.
    pub(crate) fn find(may_ask: bool) -> Self {
        let absent = match (may_ask, std::io::stderr().is_terminal()) {
            (false, _) => Some("--no-input or PRUSA_CRED_NO_INPUT is set"),
            (true, false) => Some("stderr is not a terminal"),
            (true, true) => None,
        };
        Self { absent }
    }

    /// Fails where nobody is there to be asked for `what`.
    pub(crate) fn check(self, what: &'static str) -> Result<(), PromptError> {
        self.absent
            .map_or(Ok(()), |why| Err(PromptError::NobodyThere { what, why }))
    }

    /// Returns whether somebody is there.
    pub(crate) fn is_there(self) -> bool {
        self.absent.is_none()
    }

    /// Asks for a line that may be seen, until there is one.
    pub(crate) fn ask(self, what: &'static str, prompt: &str) -> Result<String, PromptError> {
        self.ask_until(what, prompt, |line| match line {
            "" => Err("nothing was entered".to_owned()),
            line => Ok(line.to_owned()),
        })
    }

    /// Asks for a line until `read` makes something of it; an error of `read` is shown and asked about again.
    ///
    /// An empty line goes to `read` as well.
    pub(crate) fn ask_until<T>(
        self,
        what: &'static str,
        prompt: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        self.check(what)?;
        let line: String = Input::with_theme(&SimpleTheme)
            .with_prompt(prompt)
            .allow_empty(true)
            .validate_with(|line: &String| read(line.trim()).map(drop))
            .interact_text()
            .map_err(|dialoguer::Error::IO(source)| PromptError::Terminal { what, source })?;
        read(line.trim()).map_err(|_| PromptError::Nothing { what })
    }

    /// Asks for one of several things, the first of which Enter takes, and returns its place.
    pub(crate) fn choose(
        self,
        what: &'static str,
        prompt: &str,
        items: &[&str],
    ) -> Result<usize, PromptError> {
        self.check(what)?;
        Select::with_theme(&Menu)
            .with_prompt(prompt)
            .items(items)
            .default(0)
            .interact_opt()
            .map_err(|dialoguer::Error::IO(source)| PromptError::Terminal { what, source })?
            .ok_or(PromptError::Nothing { what })
    }

    /// Asks for a line that nobody may see, until there is one that can have been meant.
    pub(crate) fn ask_hidden(
        self,
        what: &'static str,
        prompt: &str,
    ) -> Result<SecretString, PromptError> {
        self.check(what)?;
        loop {
            let line = platform::read_hidden_line(&format!("{prompt}: "))
                .map_err(|source| PromptError::Terminal { what, source })?;
            match fault_of(&line) {
                None => return Ok(line.as_str().into()),
                Some(why) => complain(why),
            }
        }
    }

    /// Hands on each line that is typed from now on, from a thread that lasts as long as the program.
    ///
    /// The terminal is left as it is, echo and line editing included, so whatever ends the program leaves it whole.
    pub(crate) fn listen(self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>) {
        if !self.is_there() {
            return;
        }
        let Some(terminal) = platform::terminal() else {
            return;
        };
        std::thread::spawn(move || {
            let mut terminal = BufReader::new(terminal);
            loop {
                let mut line = Zeroizing::new(String::new());
                match terminal.read_line(&mut line) {
                    Ok(read) if read > 0 => deliver(line),
                    _ => return,
                }
            }
        });
    }

    /// Shows a line that the next one replaces; an empty one clears it. Without a terminal nothing is shown.
    pub(crate) fn show_status(text: &str) {
        if std::io::stderr().is_terminal() {
            let mut stderr = std::io::stderr().lock();
            // Nobody is left to tell when stderr itself is gone.
            let _ = write!(stderr, "\r\x1b[2K{text}").and_then(|()| stderr.flush());
        }
    }
}

/// Returns why a line that nobody saw is not what the person meant: keys that do something elsewhere are taken for letters.
fn fault_of(line: &str) -> Option<&'static str> {
    if line.is_empty() {
        Some("nothing was entered")
    } else if line.contains(char::is_control) {
        Some("it holds a control character, as Ctrl-Z or Tab types one")
    } else {
        None
    }
}

fn complain(why: &str) {
    // Nobody is left to tell when stderr itself is gone.
    let _ = writeln!(std::io::stderr().lock(), "That will not do: {why}.");
}

/// A menu in plain characters, without colours.
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
