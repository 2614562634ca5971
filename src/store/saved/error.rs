//! Why a file of saved credentials cannot be read.

/// Why bytes are not saved credentials.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SavedError {
    /// Not JSON; the position is where parsing failed.
    #[error("it is not valid JSON from line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    /// JSON of another shape than this program writes.
    #[error("it is JSON but not an object of lists")]
    NotLists,
    /// An item of a list that is not a saved credential. `number` counts from 1.
    #[error("number {number} of its \"{list}\" is not a saved credential")]
    BadEntry { list: &'static str, number: usize },
}
