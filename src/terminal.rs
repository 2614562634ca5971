//! Talking to a person at a terminal.

pub(crate) mod for_people;
mod line_editor;
pub(crate) mod output;
pub(crate) mod paint;
pub(crate) mod prompt;
pub(crate) mod relative_time;
pub(crate) mod screen;
