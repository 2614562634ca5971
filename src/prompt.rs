//! The person at the terminal, if there is one.
//!
//! Hidden input goes through `platform` (the terminal itself), visible input through `dialoguer` (stderr and the terminal).
//! Whether somebody is there is decided once; where nobody is, asking is an error and never a wait.

use std::io::IsTerminal;

use dialoguer::Input;
use dialoguer::theme::SimpleTheme;
use secrecy::SecretString;

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

    /// Asks for a line that may be seen.
    pub(crate) fn ask(self, what: &'static str, prompt: &str) -> Result<String, PromptError> {
        self.check(what)?;
        let line: String = Input::with_theme(&SimpleTheme)
            .with_prompt(prompt)
            .allow_empty(true)
            .interact_text()
            .map_err(|dialoguer::Error::IO(source)| PromptError::Terminal { what, source })?;
        match line.trim() {
            "" => Err(PromptError::Nothing { what }),
            line => Ok(line.to_owned()),
        }
    }

    /// Asks for a line that nobody may see.
    pub(crate) fn ask_hidden(
        self,
        what: &'static str,
        prompt: &str,
    ) -> Result<SecretString, PromptError> {
        self.check(what)?;
        let line = platform::read_hidden_line(&format!("{prompt}: "))
            .map_err(|source| PromptError::Terminal { what, source })?;
        if line.is_empty() {
            Err(PromptError::Nothing { what })
        } else {
            Ok(line.as_str().into())
        }
    }
}
