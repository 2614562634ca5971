//! Colours for what is shown to a person, where the terminal has them and nobody has asked for none.

use crate::context::is_colourful;

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Title,
    Added,
    Removed,
    Quiet,
}

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

    pub(crate) fn text(self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Title => "1",
            Style::Added => "32",
            Style::Removed => "31",
            Style::Quiet => "2",
        };
        if self.is_colourful {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
