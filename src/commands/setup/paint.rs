//! Colours for text on stdout, where the terminal supports them and they are not switched off.

use anstyle::{AnsiColor, Style};

use crate::context::is_colourful;

pub(super) const TITLE: Style = Style::new().bold();
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
pub(super) const QUIET: Style = Style::new().dimmed();

/// Adds colours to text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    is_colourful: bool,
}

impl Paint {
    /// Returns a painter that uses colours if stdout and the environment allow them.
    pub(crate) fn for_stdout() -> Self {
        Self {
            is_colourful: is_colourful(),
        }
    }

    /// Returns the text in this style, if colours are used.
    pub(super) fn text(self, style: Style, text: &str) -> String {
        if self.is_colourful {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
