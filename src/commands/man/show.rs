//! A page for whoever asked for it: at a terminal as man(1) shows it, elsewhere as it is.

use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::program;
use crate::terminal::output::print;

/// Shows a page in roff, the page of `command`; where stdout is a terminal and man(1) cannot show it, the help.
///
/// # Errors
///
/// When stdout cannot be written to.
pub(super) fn show(page: &[u8], mut command: clap::Command) -> Result<()> {
    if !std::io::stdout().is_terminal() {
        return print(page);
    }
    if by_man(page).is_some() {
        return Ok(());
    }
    print(command.render_long_help().to_string())
}

/// Has man(1) show the page; `None` if it is not there, or could not.
fn by_man(page: &[u8]) -> Option<()> {
    let mut man: Command = program::command(program::find("man")?);
    let mut child = man.args(["-l", "-"]).stdin(Stdio::piped()).spawn().ok()?;
    // Closed before man is waited for. If somebody leaves the pager early, the rest is not wanted.
    let _ = child.stdin.take()?.write_all(page);
    child.wait().ok()?.success().then_some(())
}
