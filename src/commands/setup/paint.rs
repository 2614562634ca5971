//! Colours for what is shown to a person, where the terminal has them and nobody has asked for none.

use anstyle::{AnsiColor, Style};

use crate::context::is_colourful;

pub(super) const TITLE: Style = Style::new().bold();
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
pub(super) const QUIET: Style = Style::new().dimmed();

/// Writes text in colour, or plainly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    is_colourful: bool,
}

impl Paint {
    /// Looks at stdout and the environment.
    pub(crate) fn for_stdout() -> Self {
        Self {
            is_colourful: is_colourful(),
        }
    }

    pub(super) fn text(self, style: Style, text: &str) -> String {
        if self.is_colourful {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
