//! Standard output.

use std::io::Write;

use super::for_people;

/// Stdout could not be written to.
#[derive(Debug, thiserror::Error)]
#[error("could not write to stdout")]
pub(crate) struct StdoutError(#[source] pub(crate) std::io::Error);

/// Prints what is not secret to stdout, adds no newline, and flushes it; fails with `StdoutError`. The argument's type
/// takes nothing that is wiped on drop. Secrets go through `answer::emit`.
pub(crate) fn print(text: impl Into<Vec<u8>>) -> anyhow::Result<()> {
    write_out(&text.into())
}

/// Prints a result for people: as [`print()`], with `~` for the home directory, and with lines broken between words where
/// stdout is a terminal.
pub(crate) fn print_for_people(text: &str) -> anyhow::Result<()> {
    print(for_people::on_stdout(text))
}

/// Writes to stdout and flushes it; fails with `StdoutError`.
pub(crate) fn write_out(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(StdoutError)?;
    Ok(())
}
