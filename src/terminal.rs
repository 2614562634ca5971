//! Talking to a person at a terminal.

mod line_editor;
pub(crate) mod output;
pub(crate) mod prompt;
pub(crate) mod relative_time;
pub(crate) mod screen;
