//! Colours for text on stdout, where the terminal supports them and they are not switched off.

use anstyle::{AnsiColor, Style};

/// What a part is about.
pub(crate) const TITLE: Style = Style::new().bold();
/// What is as it should be, or is added.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What will need somebody.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// What is broken, or is removed.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// What can be passed over.
pub(crate) const QUIET: Style = Style::new().dimmed();

/// Adds colours to text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    is_colourful: bool,
}

impl Paint {
    /// Returns a painter that uses colours if they are wanted.
    pub(crate) fn new(is_colourful: bool) -> Self {
        Self { is_colourful }
    }

    /// Returns the text in this style, if colours are used.
    pub(crate) fn text(self, style: Style, text: &str) -> String {
        if self.is_colourful {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
