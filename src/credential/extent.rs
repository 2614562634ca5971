//! How far an answer reaches.

/// How much of the requested address's host an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    WholeHost,
    /// So many segments from the beginning of the requested path, with what lies below.
    Segments(usize),
    /// The requested path alone, as far as the client can be told so.
    WholePath,
}
