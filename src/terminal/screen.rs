//! How large the terminal is.

use terminal_size::{Height, Width, terminal_size_of};

/// Columns and rows.
pub(crate) type Size = (usize, usize);

/// Returns the size of the terminal on stderr; `None` if it is no terminal or its size is unknown.
pub(crate) fn of_stderr() -> Option<Size> {
    known(terminal_size_of(std::io::stderr()))
}

/// Returns the size of the terminal on stdout; `None` if it is no terminal or its size is unknown.
pub(crate) fn of_stdout() -> Option<Size> {
    known(terminal_size_of(std::io::stdout()))
}

fn known(size: Option<(Width, Height)>) -> Option<Size> {
    let (Width(columns), Height(rows)) = size?;
    (columns > 0).then_some((usize::from(columns), usize::from(rows)))
}
