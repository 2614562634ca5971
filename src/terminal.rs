//! What a person at a terminal types and reads.

mod escape;
pub(crate) mod output;
pub(crate) mod prompt;
pub(crate) mod relative_time;

pub(crate) use escape::{printable, tame};
