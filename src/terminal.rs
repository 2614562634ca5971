//! What a person at a terminal types and reads.

pub(crate) mod output;
pub(crate) mod prompt;
pub(crate) mod relative_time;
