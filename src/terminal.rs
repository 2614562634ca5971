//! Talking to a person at a terminal.

pub(crate) mod output;
pub(crate) mod prompt;
pub(crate) mod relative_time;
